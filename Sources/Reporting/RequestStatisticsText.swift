import Accounting
import Foundation
import Ledger

/// What one request costs, beside published figures, for people.
struct RequestStatisticsText {
    private let statistics: [RequestStatistic]
    private let published: [PublishedFigure]

    init(_ statistics: [RequestStatistic], _ published: [PublishedFigure]) {
        self.statistics = statistics
        self.published = published
    }

    var text: String {
        let tokens = table(\.whPer1000OutputTokens, \.gCO2ePer1000OutputTokens)
        return [
            "What one request costs\n", summary, table(\.whPerRequest, \.gCO2ePerRequest),
            "What 1,000 output tokens cost, by request\n", tokens,
            "Published figures of one query; each ends where its boundary says\n", figures,
        ].joined(separator: "\n")
    }

    private var summary: String {
        guard let all = statistics.first, all.binnedRequests > 0 else {
            return
                "  No distribution is known: the files were counted without histograms; count them anew with\n"
                + "  flue ingest --on-rewrite replace.\n"
        }
        func range(_ value: RequestStatistic.Range?) -> String {
            guard let value, value.high > value.low else { return short(value?.central) }
            return Numbers.ranged(value.central, value.low, value.high)
        }
        func both(_ path: KeyPath<RequestStatistic.Distribution, RequestStatistic.Range?>) -> String
        {
            "\(range(all.whPerRequest[keyPath: path])) Wh, "
                + "\(range(all.gCO2ePerRequest[keyPath: path])) gCO2e"
        }
        var facts = Facts()
        facts.add("Mean", both(\.mean))
        facts.add("Median", both(\.p50))
        facts.add("1 in 100 over", both(\.p99))
        let bound = all.relativeError.map {
            ", each by itself within \(Numbers.decimal($0 * 100, 1)) %"
        }
        facts.add(
            "Percentiles",
            "of \(Numbers.counted(all.binnedRequests, "request")) that were served, of known usage "
                + "and charged more than nothing\(bound ?? ""); the mean is of all whose energy is known, failed ones included. "
                + "Ranges are those of the energy model.")
        if isAsIngested {
            facts.add(
                "* as ingested",
                "some requests stand as they were charged when their file came, before the batch of their hour was known "
                    + "or by another energy model, and no scale leads to what is in force; where the "
                    + "model changed, flue ingest --on-rewrite replace counts their files anew")
        }
        if isPartial {
            facts.add(
                "† of a part",
                "requests of models that the energy model does not know, and files that were counted "
                    + "without these statistics, are in no percentile; flue ingest --on-rewrite "
                    + "replace counts such files anew")
        }
        return facts.text
    }

    private var isAsIngested: Bool { statistics.contains { mark($0).contains("*") } }
    private var isPartial: Bool { statistics.contains { mark($0).contains("†") } }

    private func mark(_ row: RequestStatistic) -> String {
        let isInForce = row.percentileBasis.map { $0 == "in force" } ?? true
        let isWhole = row.percentileCoverage.map { $0 >= 0.995 } ?? true
        return (isInForce ? "" : " *") + (isWhole ? "" : " †")
    }

    private typealias Quantity = KeyPath<RequestStatistic, RequestStatistic.Distribution>

    private func table(_ energy: Quantity, _ emissions: Quantity) -> String {
        let figures = ["mean", "p50", "p90", "p95", "p99", "max"]
        var table = TextTable(
            [("by", .left), ("", .left), ("requests", .right)]
                + figures.map { ($0 == "mean" ? "Wh mean" : $0, .right) }
                + figures.map { ($0 == "mean" ? "gCO2e mean" : $0, .right) })
        for row in statistics {
            let cells = [row[keyPath: energy], row[keyPath: emissions]].flatMap { values in
                [values.mean, values.p50, values.p90, values.p95, values.p99, values.max]
            }
            table.add(
                [
                    row.grouping,
                    (row.name.isEmpty ? "(none)" : row.grouping == "all" ? "" : row.name)
                        + mark(row),
                    Numbers.grouped(row.requests),
                ] + cells.map { short($0?.central) })
        }
        return table.text
    }

    /// Three significant digits: what the bound supports.
    private func short(_ value: Double?) -> String {
        guard let value else { return "–" }
        guard value > 0 else { return "0" }
        return Numbers.decimal(value, min(9, max(0, 2 - Int(log10(value).rounded(.down)))))
    }

    private var figures: String {
        var table = TextTable([
            ("", .left), ("", .left), ("Wh", .right), ("gCO2e", .right), ("boundary", .left),
            ("source", .left),
        ])
        for figure in published {
            table.add([
                "\(figure.name), \(figure.year)", figure.statistic,
                Numbers.significant(figure.energy), Numbers.significant(figure.emissions),
                figure.boundary, figure.source,
            ])
        }
        return table.text
    }
}
