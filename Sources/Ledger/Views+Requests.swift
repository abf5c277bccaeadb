/// What single requests cost, for days and months.
extension Views {
    static let requestStats = [
        statistics(
            "daily_request_stats", span: "day", per: "request", measures: [0, 1],
            over: ["energy_requests", "matched_requests"], factor: 1),
        statistics(
            "monthly_request_stats", span: "month", per: "request", measures: [0, 1],
            over: ["energy_requests", "matched_requests"], factor: 1),
        statistics(
            "daily_token_stats", span: "day", per: "1000_output_tokens", measures: [2, 3],
            over: ["energy_output_tokens", "matched_output_tokens"], factor: 1_000),
        statistics(
            "monthly_token_stats", span: "month", per: "1000_output_tokens", measures: [2, 3],
            over: ["energy_output_tokens", "matched_output_tokens"], factor: 1_000),
    ].joined(separator: "\n")

    /// A view of means and percentiles of energy and of emissions.
    ///
    /// The low of a row is that of all its models at once, as it is with percentiles.
    private static func statistics(
        _ view: String, span: String, per thing: String, measures: [Int], over: [String],
        factor: Int
    ) -> String {
        let quantities = [
            ("wh", "energy_uwh", "energy_model", "uwh"),
            ("gco2e", "emissions_ug", "emissions_model", "ug"),
        ]
        // What is assumed has no tokens that it could be a mean over.
        let assumed = [
            "(e.energy_uwh - e.assumed_energy_uwh)", "(e.emissions_ug - e.assumed_emissions_ug)",
        ]
        let isKnown = ["(e.uncounted_tokens = 0)", hasEmissionMean]
        let counted = isKnown.map { thing == "request" ? " / \($0)" : "" }
        var columns: [String] = []
        for (index, (name, total, part, unit)) in quantities.enumerated() {
            let (measure, small) = StatisticsColumns.measures[measures[index]]
            for bound in FactorColumns.bounds {
                let whole = thing == "request" ? "e.\(total)" : assumed[index]
                let sum =
                    switch bound {
                    case "_low": "(\(whole) - e.\(part)_down_\(unit))"
                    case "_high": "(\(whole) + e.\(part)_up_\(unit))"
                    default: whole
                    }
                columns.append(
                    "\(sum) * \(factor) / 1e6 / nullif(e.\(over[index]), 0)\(counted[index]) "
                        + "AS \(name)_per_\(thing)_mean\(bound)")
            }
            for percent in StatisticsColumns.percents {
                let label = percent == 100 ? "max" : "p\(percent)"
                for bound in FactorColumns.bounds {
                    columns.append(
                        "e.\(measure)_p\(percent)_\(small)\(bound) / 1e12 "
                            + "AS \(name)_per_\(thing)_\(label)\(bound)")
                }
            }
        }
        let period =
            span == "day"
            ? "date(e.period * 86400, 'unixepoch') AS day" : "\(monthText("e.period")) AS month"
        return """
            CREATE VIEW \(view) AS
            SELECT \(period), e.grouping, r.name AS region, m.name AS model,
              e.tenant, e.project, e.endpoint,
              e.requests, e.failed_requests, e.not_run_requests, e.cache_hit_requests,
              e.unknown_usage_requests, e.aggregated_requests, e.uncounted_tokens,
              e.zero_requests, e.binned_requests,
              e.energy_requests, e.matched_requests,
              e.energy_output_tokens, e.matched_output_tokens,
              \(columns.joined(separator: ",\n  ")),
              CASE WHEN e.binned_requests + e.zero_requests = 0 THEN NULL
                WHEN e.as_ingested_requests = 0 THEN 'in force'
                WHEN e.as_ingested_requests = e.binned_requests + e.zero_requests THEN 'as ingested'
                ELSE 'partly as ingested' END AS percentile_basis,
              CAST(e.binned_requests + e.zero_requests AS REAL) / nullif(e.requests - e.failed_requests
                - e.not_run_requests - e.cache_hit_requests - e.unknown_usage_requests
                - e.aggregated_requests, 0)
                AS percentile_coverage,
              iif(e.binned_requests = 0 OR e.as_ingested_requests > 0, NULL,
                \(RequestDistribution.relativeError)) AS relative_error
            FROM request_stat AS e
            JOIN method USING (method_id)
            LEFT JOIN region AS r USING (region_id)
            LEFT JOIN model AS m USING (model_id)
            WHERE method.is_primary = 1 AND e.span = '\(span)';
            """
    }
}
