import Accounting

/// What single requests cost, for days and months.
extension PublishedTable {
    static let requestStatistics = [
        statistics("daily_request_stats", .day, per: "request", measures: [0, 1]),
        statistics("monthly_request_stats", .month, per: "request", measures: [0, 1]),
        statistics("daily_token_stats", .day, per: "1000_output_tokens", measures: [2, 3]),
        statistics("monthly_token_stats", .month, per: "1000_output_tokens", measures: [2, 3]),
    ]

    /// Means and percentiles of energy and of emissions.
    ///
    /// The low of a row is that of all its models at once, as it is with percentiles.
    private static func statistics(
        _ name: String, _ period: Period, per thing: String, measures: [Int]
    ) -> PublishedTable {
        let isDay = period == .day
        let time: [PublishedColumn] = isDay ? day : month
        let calendar =
            isDay
            ? "JOIN calendar_day AS c ON c.day = e.period AND e.span = 'day'"
            : "JOIN calendar_month AS c ON c.month = e.period AND e.span = 'month'"
        let keys = [
            PublishedColumn(
                "grouping", .text,
                "what rows of its kind are one of, such as model; all: of everything"),
            PublishedColumn("region", .text, "NULL, as below: all of them", "r.name"),
            PublishedColumn("model", .text, "as the log names it", "m.name"),
            PublishedColumn("tenant", .text, "as the log names it"),
            PublishedColumn("project", .text, "as the log names it"),
            PublishedColumn("endpoint", .text, "as the log names it"),
        ]
        let counters = StatisticsColumns.shared.compactMap { column -> PublishedColumn? in
            switch column {
            case .counter(let counter): activity.first { $0.name == counter.column }
            case .measure(let measure) where measure.declaration.unit.divisor == nil:
                self.measures.first { $0.name == measure.publishedColumn }
            default: nil
            }
        }
        let counted = [
            PublishedColumn(
                "zero_requests", .integer, unit: "requests",
                "charged nothing; they count in percentiles"),
            PublishedColumn(
                "binned_requests", .integer, unit: "requests",
                "that percentiles are of: served, of known usage, and charged more than nothing"),
        ]
        return PublishedTable(
            name: name, row: "\(isDay ? "day" : "month") and grouping",
            columns: time + keys + counters + counted + amounts(per: thing, measures) + basis,
            source: """
                request_stat AS e
                \(calendar)
                LEFT JOIN region AS r USING (region_id)
                LEFT JOIN model AS m USING (model_id)
                """, period: period,
            indexes: [isDay ? ["day", "grouping"] : ["month", "grouping"]])
    }

    private static func amounts(per thing: String, _ measures: [Int]) -> [PublishedColumn] {
        let isRequest = thing == "request"
        let quantities = [
            (
                name: "wh", unit: "Wh", whole: Measure.energy, assumed: Measure.assumedEnergy,
                over: isRequest ? Measure.energyRequests : .energyOutputTokens,
                condition: "(e.uncounted_tokens = 0)"
            ),
            (
                name: "gco2e", unit: "g CO2e", whole: .emissions, assumed: .assumedEmissions,
                over: isRequest ? .matchedRequests : .matchedOutputTokens,
                condition: hasEmissionMean
            ),
        ]
        return zip(quantities, measures).flatMap { quantity, measure -> [PublishedColumn] in
            let (down, up) = (
                EmissionColumn.down(quantity.whole, .energyModel).name,
                EmissionColumn.up(quantity.whole, .energyModel).name
            )
            // What is assumed has no tokens that it could be a mean over.
            let whole =
                isRequest
                ? "e.\(quantity.whole.column)"
                : "(e.\(quantity.whole.column) - e.\(quantity.assumed.column))"
            let means = FactorColumns.bounds.map { bound in
                let sum =
                    switch bound {
                    case "_low": "(\(whole) - e.\(down))"
                    case "_high": "(\(whole) + e.\(up))"
                    default: whole
                    }
                return PublishedColumn(
                    "\(quantity.name)_per_\(thing)_mean\(bound)", .real, unit: quantity.unit,
                    "mean over \(quantity.over.column)",
                    "\(sum) * \(isRequest ? 1 : 1_000) / 1e6 / nullif(e.\(quantity.over.column)"
                        + "\(isRequest ? " * \(quantity.condition)" : ""), 0)")
            }
            let percentiles = StatisticsColumns.percents.flatMap { percent in
                let label = percent == 100 ? "max" : "p\(percent)"
                return FactorColumns.bounds.map { bound in
                    PublishedColumn(
                        "\(quantity.name)_per_\(thing)_\(label)\(bound)", .real,
                        unit: quantity.unit,
                        "within relative_error",
                        "(\(StatisticsColumns.percentile(percent, of: measure, bound))) / 1e12")
                }
            }
            return means + percentiles
        }
    }

    private static let basis = [
        PublishedColumn(
            "percentile_basis", .text,
            "in force, as ingested (by an energy model that no scale leads to the present one) or partly so",
            """
            CASE WHEN e.binned_requests + e.zero_requests = 0 THEN NULL
              WHEN e.as_ingested_requests = 0 THEN 'in force'
              WHEN e.as_ingested_requests = e.binned_requests + e.zero_requests THEN 'as ingested'
              ELSE 'partly as ingested' END
            """),
        PublishedColumn(
            "percentile_coverage", .real, unit: "0 to 1",
            "share of served requests of known usage that percentiles are of",
            """
            CAST(e.binned_requests + e.zero_requests AS REAL) / nullif(e.requests - e.failed_requests
              - e.not_run_requests - e.cache_hit_requests - e.unknown_usage_requests
              - e.aggregated_requests, 0)
            """),
        PublishedColumn(
            "relative_error", .real, unit: "0 to 1",
            "by how much a percentile differs from the exact one at most; NULL where some are as ingested",
            "iif(e.binned_requests = 0 OR e.as_ingested_requests > 0, NULL, \(RequestDistribution.relativeError))"
        ),
    ]
}
