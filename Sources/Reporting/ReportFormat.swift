package import Accounting
package import Ledger

/// How a month's report is written.
package enum ReportFormat: String, CaseIterable, Sendable {
    case table, json, csv

    package func text(of page: ReportPage) throws -> String {
        switch self {
        case .table: PlainText.lines(ReportTable(page).text)
        case .json: try JSONOutput.text(page)
        case .csv: ReportCSV(page.report).text(of: page.report)
        }
    }
}

/// A month's report, and what was asked for beside it.
package struct ReportPage: Encodable, Sendable {
    package let report: MonthReport
    package var comparisons: [MethodComparison] = []
    package var granularities: [GranularityComparison] = []
    package var equivalents: [Equivalent] = []
    package var requests: [RequestStatistic] = []
    /// Empty unless ``requests`` were asked for.
    package var published: [PublishedFigure] = []

    /// Parts in which the settings of this run differ from those that the ledger rests on.
    package var methodDifferences: [MethodPart] = []

    package init(_ report: MonthReport) { self.report = report }

    private enum CodingKeys: String, CodingKey {
        case comparisons, granularities, equivalents, published
        case requests = "per_query"
        case methodDifferences = "method_differs_in"
    }

    private struct EquivalentNumber: Encodable {
        let name: String
        let number: Double
        let source: String
    }

    /// The report itself; what else was asked for stands beside its keys.
    package func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !methodDifferences.isEmpty {
            try container.encode(methodDifferences.map(\.rawValue), forKey: .methodDifferences)
        }
        if !comparisons.isEmpty { try container.encode(comparisons, forKey: .comparisons) }
        if !granularities.isEmpty {
            try container.encode(granularities, forKey: .granularities)
        }
        if !published.isEmpty {
            try container.encode(requests, forKey: .requests)
            try container.encode(published, forKey: .published)
        }
        if !equivalents.isEmpty, let emissions = report.totals[.emissions] {
            try container.encode(
                equivalents.map {
                    EquivalentNumber(
                        name: $0.name, number: emissions / $0.kgCO2e, source: $0.source)
                }, forKey: .equivalents)
        }
    }
}

extension [MethodPart] {
    /// That the ledger was derived otherwise than the settings say, and what to do.
    package var warning: String {
        "the ledger rests on other settings than those of this run (\(map(\.text).joined(separator: ", "))); its figures "
            + "are by its own; name the configuration that they are by with --config, or derive all months anew with "
            + "flue ingest"
    }
}
