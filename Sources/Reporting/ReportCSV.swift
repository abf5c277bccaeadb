import Ledger

/// The rows of a report for spreadsheets; without a breakdown, its one line of totals.
struct ReportCSV {
    private let report: MonthReport

    init(_ report: MonthReport) { self.report = report }

    var text: String {
        let keys = report.by.map(\.rawValue)
        let rows =
            keys.isEmpty
            ? [[report.month] + numbers(report.totals)]
            : report.rows.map { row in
                [report.month] + keys.map { PlainText.csvCell(row.keys[$0] ?? "") }
                    + numbers(row.sums)
            }
        let header = ["month"] + keys + Self.columns
        return ([header] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static let columns = [
        "requests", "failed_requests", "unknown_usage_requests", "input_tokens",
        "cached_input_tokens", "output_tokens", "reasoning_tokens", "items", "it_energy_kwh",
        "energy_kwh", "energy_kwh_low", "energy_kwh_high", "emissions_kgco2e",
        "emissions_kgco2e_low", "emissions_kgco2e_high", "market_emissions_kgco2e",
        "marginal_emissions_kgco2e", "embodied_kgco2e", "embodied_kgco2e_low",
        "embodied_kgco2e_high", "on_site_water_l", "off_site_water_l", "wh_per_request",
        "gco2e_per_request", "unmatched_energy_kwh", "measured_share",
        "estimated_share", "filled_share", "aggregated_requests", "uncounted_tokens",
        "assumed_energy_kwh", "td_loss_emissions_kgco2e",
    ]

    /// In the order of the columns; what is not known is empty.
    private func numbers(_ sums: ReportSums) -> [String] {
        let counts = [
            sums.requests, sums.failedRequests, sums.unknownUsageRequests, sums.inputTokens,
            sums.cachedInputTokens, sums.outputTokens, sums.reasoningTokens, sums.items,
        ]
        // A column that a spreadsheet will add up holds whole sums only.
        func whole(_ partial: ReportSums.Partial?) -> Double? {
            partial.flatMap { $0.coverage == 1 ? $0.value : nil }
        }
        let amounts = [
            whole(sums.itEnergyKWh), sums.energyKWh, sums.energyKWhLow, sums.energyKWhHigh,
            sums.emissionsKgCO2e, sums.emissionsKgCO2eLow, sums.emissionsKgCO2eHigh,
            whole(sums.marketEmissionsKgCO2e), whole(sums.marginalEmissionsKgCO2e),
            whole(sums.embodiedKgCO2e), sums.embodiedKgCO2eLow, sums.embodiedKgCO2eHigh,
            whole(sums.onSiteWaterL.count == 1 ? sums.onSiteWaterL.first?.value : nil),
            whole(sums.offSiteWaterL), sums.whPerRequest,
            sums.gCO2ePerRequest, sums.unmatchedEnergyKWh, sums.measuredShare,
            sums.estimatedShare, sums.filledShare,
        ]
        return counts.map(String.init) + amounts.map { $0.map { "\($0)" } ?? "" }
            + [
                "\(sums.aggregatedRequests)", "\(sums.uncountedTokens)",
                "\(sums.assumedEnergyKWh)",
                whole(sums.lossEmissionsKgCO2e).map { "\($0)" } ?? "",
            ]
    }
}
