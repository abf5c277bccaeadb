import Accounting

/// Sums over part of a month, with the range of the whole. Figures of which nothing is known are `nil`.
package struct ReportSums: Codable, Equatable, Sendable {
    /// A sum that not every model and region knows.
    package struct Partial: Codable, Equatable, Sendable {
        /// Over what is known.
        package let value: Double
        /// Share of the energy that it covers, from 0 to 1.
        package let coverage: Double
    }

    package let requests: Int64
    package let failedRequests: Int64
    package let unknownUsageRequests: Int64
    /// Requests that are known as part of a sum only.
    package let aggregatedRequests: Int64
    /// Tokens of sums of which nobody says how many requests they are of.
    package let uncountedTokens: Int64
    package let inputTokens: Int64
    package let cachedInputTokens: Int64
    package let outputTokens: Int64
    package let reasoningTokens: Int64
    package let items: Int64
    package let itEnergyKWh: Partial?
    package let energyKWh: Double?
    package let energyKWhLow: Double?
    package let energyKWhHigh: Double?
    /// Of requests whose usage is not known, at the mean of their model and day.
    package let assumedEnergyKWh: Double
    package let emissionsKgCO2e: Double?
    package let emissionsKgCO2eLow: Double?
    package let emissionsKgCO2eHigh: Double?
    package let marketEmissionsKgCO2e: Partial?
    package let marginalEmissionsKgCO2e: Partial?
    package let lossEmissionsKgCO2e: Partial?
    package let embodiedKgCO2e: Partial?
    package let embodiedKgCO2eLow: Double?
    package let embodiedKgCO2eHigh: Double?
    /// By what the figures count (withdrawal, consumption, unstated): the bases never meet in one sum.
    package let onSiteWaterL: [String: Partial]
    package let offSiteWaterL: Partial?
    package let whPerRequest: Double?
    package let gCO2ePerRequest: Double?
    package let unmatchedEnergyKWh: Double
    package let measuredShare: Double?
    package let estimatedShare: Double?
    package let filledShare: Double?

    enum CodingKeys: String, CodingKey {
        case requests, items
        case failedRequests = "failed_requests"
        case unknownUsageRequests = "unknown_usage_requests"
        case aggregatedRequests = "aggregated_requests"
        case uncountedTokens = "uncounted_tokens"
        case assumedEnergyKWh = "assumed_energy_kwh"
        case inputTokens = "input_tokens"
        case cachedInputTokens = "cached_input_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
        case itEnergyKWh = "it_energy_kwh"
        case energyKWh = "energy_kwh"
        case energyKWhLow = "energy_kwh_low"
        case energyKWhHigh = "energy_kwh_high"
        case emissionsKgCO2e = "emissions_kgco2e"
        case emissionsKgCO2eLow = "emissions_kgco2e_low"
        case emissionsKgCO2eHigh = "emissions_kgco2e_high"
        case marketEmissionsKgCO2e = "market_emissions_kgco2e"
        case marginalEmissionsKgCO2e = "marginal_emissions_kgco2e"
        case lossEmissionsKgCO2e = "td_loss_emissions_kgco2e"
        case embodiedKgCO2e = "embodied_kgco2e"
        case embodiedKgCO2eLow = "embodied_kgco2e_low"
        case embodiedKgCO2eHigh = "embodied_kgco2e_high"
        case onSiteWaterL = "on_site_water_l"
        case offSiteWaterL = "off_site_water_l"
        case whPerRequest = "wh_per_request"
        case gCO2ePerRequest = "gco2e_per_request"
        case unmatchedEnergyKWh = "unmatched_energy_kwh"
        case measuredShare = "measured_share"
        case estimatedShare = "estimated_share"
        case filledShare = "filled_share"
    }
}

/// Adds rows of days or months up to ``ReportSums``: what one factor does adds up, different factors join as
/// ``Uncertainty`` says.
struct ReportSumsBuilder {
    /// The factors of the rows of one region and model.
    struct Causes {
        /// `nil`: the model is unmatched.
        let entry: String?
        let effectiveness: String
        /// `nil`: the region is unknown.
        let zone: String?
        let waterBasis: String
    }

    private var sums: [String: Int64] = [:]
    /// Columns that may be NULL and were not, with the energy of their rows.
    private var covered: [String: Int64] = [:]
    /// On site, nL and the energy of the rows, by basis.
    private var water: [String: (nanolitres: Int64, energy: Int64)] = [:]
    private var energyRange = Uncertainty()
    private var emissionsRange = Uncertainty()
    private var embodiedRange = Uncertainty()

    /// - Parameter values: In the order of ``RollupColumns``.
    mutating func add(_ values: [Int64?], _ causes: Causes) {
        var row: [String: Int64] = [:]
        for (column, value) in zip(RollupColumns.all, values) { row[column] = value }
        let energy = row["energy_uwh"] ?? 0
        for (column, value) in row { sums[column, default: 0] += value }
        for column in RollupColumns.partlyKnown + RollupColumns.whollyKnown
        where row[column] != nil { covered[column, default: 0] += energy }

        if let more = row["on_site_water_nl"] {
            let known = water[causes.waterBasis] ?? (0, 0)
            water[causes.waterBasis] = (known.nanolitres + more, known.energy + energy)
        }

        func range(_ prefix: String, _ unit: String) -> (down: Int64, up: Int64) {
            (row["\(prefix)_down_\(unit)"] ?? 0, row["\(prefix)_up_\(unit)"] ?? 0)
        }
        func add(
            _ range: (down: Int64, up: Int64), _ cause: Cause, to uncertainty: inout Uncertainty
        ) { uncertainty.add(cause, down: range.down, up: range.up) }
        let model = Cause.energyModel(entry: causes.entry ?? "")
        let effectiveness = Cause.effectiveness(of: causes.effectiveness)
        add(range("energy_model", "uwh"), model, to: &energyRange)
        add(range("energy_pue", "uwh"), effectiveness, to: &energyRange)
        add(range("emissions_model", "ug"), model, to: &emissionsRange)
        add(range("emissions_pue", "ug"), effectiveness, to: &emissionsRange)
        add(
            range("emissions_grid", "ug"), .grid(zone: causes.zone ?? ""), to: &emissionsRange)
        add(
            range("embodied", "ug"), .embodied(entry: causes.entry ?? ""), to: &embodiedRange)
    }

    var result: ReportSums {
        let energy = covered["energy_uwh"] == nil ? nil : sums["energy_uwh"]
        func sum(_ column: String) -> Int64 { sums[column] ?? 0 }
        func known(_ column: String) -> Int64? { covered[column] == nil ? nil : sums[column] }
        func kilo(_ value: Int64?) -> Double? { value.map { Double($0) / 1e9 } }
        func partial(_ column: String) -> ReportSums.Partial? {
            guard let value = known(column), let covered = covered[column] else { return nil }
            return partial(value, covered)
        }
        func partial(_ value: Int64, _ covered: Int64) -> ReportSums.Partial {
            ReportSums.Partial(
                value: Double(value) / 1e9,
                coverage: (energy ?? 0) == 0 ? 1 : Double(covered) / Double(energy ?? 1))
        }
        func share(_ column: String) -> Double? {
            guard let energy, energy > 0 else { return nil }
            return Double(sum(column)) / Double(energy)
        }
        func perRequest(_ amount: Int64?, _ requests: Int64) -> Double? {
            // Energy of requests that nobody counted has no mean.
            guard requests > 0, sum("uncounted_tokens") == 0, let amount else { return nil }
            return Double(amount) / 1e6 / Double(requests)
        }
        // Of a longer sum only some hours may have a grid value, and no request is one hour's.
        let hasEmissionMean = sum("aggregated_requests") == 0 || sum("unmatched_energy_uwh") == 0
        func range(
            _ column: String, _ uncertainty: Uncertainty
        ) -> (low: Double?, high: Double?) {
            guard let central = known(column) else { return (nil, nil) }
            let range = uncertainty.range(around: central)
            return (range.low / 1e9, range.high / 1e9)
        }
        let energyRange = range("energy_uwh", energyRange)
        let emissionsRange = range("emissions_ug", emissionsRange)
        let embodiedRange = range("embodied_ug", embodiedRange)
        return ReportSums(
            requests: sum("requests"), failedRequests: sum("failed_requests"),
            unknownUsageRequests: sum("unknown_usage_requests"),
            aggregatedRequests: sum("aggregated_requests"),
            uncountedTokens: sum("uncounted_tokens"), inputTokens: sum("input_tokens"),
            cachedInputTokens: sum("cached_input_tokens"), outputTokens: sum("output_tokens"),
            reasoningTokens: sum("reasoning_tokens"), items: sum("items"),
            itEnergyKWh: partial("it_energy_uwh"), energyKWh: kilo(energy),
            energyKWhLow: energyRange.low, energyKWhHigh: energyRange.high,
            assumedEnergyKWh: Double(sum("assumed_energy_uwh")) / 1e9,
            emissionsKgCO2e: kilo(known("emissions_ug")),
            emissionsKgCO2eLow: emissionsRange.low, emissionsKgCO2eHigh: emissionsRange.high,
            marketEmissionsKgCO2e: partial("market_emissions_ug"),
            marginalEmissionsKgCO2e: partial("marginal_emissions_ug"),
            lossEmissionsKgCO2e: partial("td_loss_emissions_ug"),
            embodiedKgCO2e: partial("embodied_ug"), embodiedKgCO2eLow: embodiedRange.low,
            embodiedKgCO2eHigh: embodiedRange.high,
            onSiteWaterL: water.mapValues { partial($0.nanolitres, $0.energy) },
            offSiteWaterL: partial("off_site_water_nl"),
            whPerRequest: perRequest(energy, sum("energy_requests")),
            gCO2ePerRequest: hasEmissionMean
                ? perRequest(known("emissions_ug"), sum("matched_requests")) : nil,
            unmatchedEnergyKWh: Double(sum("unmatched_energy_uwh")) / 1e9,
            measuredShare: share("measured_energy_uwh"),
            estimatedShare: share("estimated_energy_uwh"), filledShare: share("filled_energy_uwh"))
    }
}
