import GRDB

/// One law of the ledger and whether it holds.
package struct Check: Codable, Equatable, Sendable {
    package let law: String
    package let holds: Bool
    /// What breaks it; empty when it holds.
    package let detail: String
}

extension Ledger {
    /// Checks every law that the ledger keeps. Days are held against the published SQL views, which derive
    /// energy and emissions a second time from the same cells and factors.
    package func verify() throws -> [Check] {
        try read { db in try (Law.all + Law.requests).map { try $0.check(db) } }
    }
}

/// A law and the query that lists what breaks it, one text a row.
struct Law {
    let statement: String
    let violations: String

    func check(_ db: Database) throws -> Check {
        let rows = try String.fetchAll(db, sql: "SELECT * FROM (\(violations)) LIMIT 5")
        return Check(
            law: statement, holds: rows.isEmpty, detail: rows.joined(separator: "; "))
    }

    static let all: [Law] = [
        Law(
            statement: "the database file is sound",
            violations: """
                SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'
                """),
        Law(
            statement: "every reference leads somewhere",
            violations: "SELECT DISTINCT \"table\" || ' → ' || parent FROM pragma_foreign_key_check"
        ),
        Law(
            statement: "lines = counted + rejected + duplicate + skipped, for every file",
            violations: """
                SELECT name FROM source_file
                WHERE lines <> counted + rejected + duplicate + skipped
                """),
        Law(
            statement:
                "the requests of a file's cells are its counted lines, or those that its sums state",
            violations: """
                SELECT f.name FROM source_file AS f
                LEFT JOIN (SELECT file_id, sum(requests) AS requests FROM usage GROUP BY file_id) AS u
                  USING (file_id)
                WHERE coalesce(u.requests, 0) <> iif(f.state = 'live', f.requests, 0)
                  OR f.records = 'requests' AND f.requests <> f.counted
                """),
        Law(
            statement: "sums of requests share no hour with other files of their scope",
            violations: """
                SELECT DISTINCT f.name || ' and ' || g.name FROM source_file AS f
                JOIN usage AS u USING (file_id)
                JOIN usage AS v ON v.hour = u.hour AND v.file_id <> u.file_id
                JOIN source_file AS g ON g.file_id = v.file_id AND g.scope = f.scope
                WHERE f.records = 'sums' AND (g.records = 'requests' OR g.file_id > f.file_id)
                """),
        Law(
            statement: "the rejects of a file by reason are its rejected lines",
            violations: """
                SELECT f.name FROM source_file AS f
                LEFT JOIN (SELECT file_id, sum(lines) AS lines FROM reject_count GROUP BY file_id) AS j
                  USING (file_id)
                WHERE f.state = 'live' AND coalesce(j.lines, 0) <> f.rejected
                """),
        Law(
            statement: "the ids of a file are those of counted requests",
            violations: """
                SELECT f.name FROM source_file AS f
                JOIN (SELECT file_id, sum(length(ids)) / 16 AS ids FROM request_id GROUP BY file_id) AS i
                  USING (file_id)
                WHERE i.ids > f.counted OR f.state <> 'live'
                """),
        Law(
            statement: "parts are not larger than their wholes",
            violations: """
                SELECT 'file ' || file_id || ', hour ' || hour FROM usage
                WHERE cached_input_tokens + cache_write_tokens > input_tokens
                  OR reasoning_tokens > output_tokens
                  OR failed_requests + not_run_requests + cache_hit_requests
                    + unknown_usage_requests > requests
                  OR max(unknown_input_requests, unknown_output_requests)
                    > unknown_usage_requests
                  OR failed_input_tokens > input_tokens OR failed_output_tokens > output_tokens
                  OR failed_cached_input_tokens > min(failed_input_tokens, cached_input_tokens)
                  OR aggregated_requests > requests OR uncounted_tokens > input_tokens + output_tokens
                """),
        Law(
            statement: "every cell has a factor, which knows the requests of its cells",
            violations: """
                WITH factor AS (
                  SELECT f.* FROM hour_factor AS f JOIN method USING (method_id)
                  WHERE is_primary = 1)
                SELECT DISTINCT 'hour ' || hour FROM (
                  SELECT hour, region_id, model_id, sum(requests) AS requests,
                    iif(sum(requests) = 0, sum(input_tokens + output_tokens), sum(uncounted_tokens))
                      AS requestless FROM usage
                  GROUP BY hour, region_id, model_id
                  UNION ALL SELECT hour, region_id, model_id, requests, requestless_tokens FROM factor)
                GROUP BY hour, region_id, model_id
                HAVING count(*) <> 2 OR min(requests) <> max(requests)
                  OR min(requestless) <> max(requestless)
                """),
        Law(
            statement: "every factor uses the grid value in force",
            violations: """
                SELECT DISTINCT z.zone || ', hour ' || f.hour FROM hour_factor AS f
                JOIN region_zone AS z USING (method_id, region_id)
                JOIN method AS p ON p.method_id = f.method_id AND p.is_primary = 1
                LEFT JOIN grid_series AS s
                  ON s.zone = z.zone AND s.basis = p.basis AND s.signal = p.signal
                WHERE (f.evidence_id IN (1, 2, 6)) <> (f.grid_step = '')
                  OR f.evidence_id IN (3, 4, 5) AND EXISTS (
                    SELECT 1 FROM grid_intensity AS g
                    WHERE g.series_id = s.series_id AND g.hour = f.hour AND \(GridOrder.isSound("g")))
                  OR f.evidence_id IN (1, 2, 6) AND f.intensity_mg_per_kwh IS NOT (
                    SELECT g.intensity_mg_per_kwh FROM grid_intensity AS g
                    WHERE g.series_id = s.series_id AND g.hour = f.hour AND \(GridOrder.isSound("g"))
                    ORDER BY \(GridOrder.latest("g")) LIMIT 1)
                """),
        Law(
            statement: "every marginal value is the one in force",
            violations: """
                SELECT DISTINCT z.zone || ', hour ' || f.hour FROM hour_factor AS f
                JOIN region_zone AS z USING (method_id, region_id)
                JOIN method AS p ON p.method_id = f.method_id AND p.is_primary = 1
                LEFT JOIN grid_series AS s
                  ON s.zone = z.zone AND s.basis = p.basis AND s.signal = 'marginal'
                WHERE f.marginal_mg_per_kwh IS NOT (
                    SELECT g.intensity_mg_per_kwh FROM grid_intensity AS g
                    WHERE g.series_id = s.series_id AND g.hour = f.hour AND \(GridOrder.isSound("g"))
                    ORDER BY \(GridOrder.latest("g")) LIMIT 1)
                """),
        Law(
            statement: "days are the sums of their hours",
            violations: differences(
                between: """
                    SELECT method_id, hour / 24 AS period, region_id, model_id, dimension_id,
                      \(sums(of: hourColumns)) FROM cell_emission GROUP BY 1, 2, 3, 4, 5
                    """,
                and: """
                    SELECT method_id, day AS period, region_id, model_id, dimension_id,
                      \(hourColumns.joined(separator: ", ")) FROM daily_emission
                    """)),
        Law(
            statement: "months are the sums of their days",
            violations: differences(
                between: """
                    SELECT method_id,
                      CAST(strftime('%Y', day * 86400, 'unixepoch') AS INTEGER) * 12
                      + CAST(strftime('%m', day * 86400, 'unixepoch') AS INTEGER) - 1 AS period,
                      region_id, model_id, dimension_id, \(RollupColumns.sums.joined(separator: ", "))
                    FROM daily_emission GROUP BY 1, 2, 3, 4, 5
                    """,
                and: """
                    SELECT method_id, month AS period, region_id, model_id, dimension_id,
                      \(RollupColumns.all.joined(separator: ", "))
                    FROM monthly_emission
                    """)),
        Law(
            statement: "energy by grid evidence adds up to the energy",
            violations: """
                SELECT 'day ' || day FROM daily_emission
                WHERE coalesce(energy_uwh, 0) <> measured_energy_uwh + estimated_energy_uwh
                  + filled_energy_uwh + unmatched_energy_uwh
                """),
        Law(
            statement: "the energy of a factor is that of its cells",
            violations: """
                SELECT DISTINCT 'hour ' || hour FROM (
                  SELECT method_id, hour, region_id, model_id, sum(energy_uwh) AS energy,
                    sum(assumed_energy_uwh) AS assumed
                  FROM cell_emission GROUP BY 1, 2, 3, 4
                  EXCEPT SELECT method_id, hour, region_id, model_id, energy_uwh, assumed_energy_uwh
                  FROM hour_factor)
                """),
        Law(
            statement:
                "what a pool drew is what requests were given, unmatched models, and idle energy",
            violations: """
                SELECT pool || ', hour ' || hour FROM pool_hour
                WHERE supplied_uwh <> allocated_uwh + unmatched_uwh + idle_uwh OR idle_uwh < 0
                UNION ALL
                SELECT pool || ', hour ' || hour FROM (
                  SELECT f.method_id, f.hour, f.pool,
                    sum(coalesce(c.it_energy_uwh, c.energy_uwh)) AS energy
                  FROM hour_factor AS f
                  JOIN cell_emission AS c USING (method_id, hour, region_id, model_id)
                  WHERE f.pool IS NOT NULL GROUP BY 1, 2, 3
                  EXCEPT SELECT method_id, hour, pool, allocated_uwh FROM pool_hour)
                """),
        Law(
            statement: "idle energy of pools uses the grid value in force",
            violations: """
                SELECT pool || ', hour ' || hour FROM pool_hour AS f
                JOIN method AS p ON p.method_id = f.method_id AND p.is_primary = 1
                LEFT JOIN grid_series AS s
                  ON s.zone = f.zone AND s.basis = p.basis AND s.signal = p.signal
                WHERE f.idle_emissions_ug IS NOT
                    \(Views.millionths("idle_energy_uwh", "intensity_mg_per_kwh"))
                  OR f.intensity_mg_per_kwh IS NOT coalesce((
                    SELECT g.intensity_mg_per_kwh FROM grid_intensity AS g
                    WHERE g.series_id = s.series_id AND g.hour = f.hour AND \(GridOrder.isSound("g"))
                    ORDER BY \(GridOrder.latest("g")) LIMIT 1), f.intensity_mg_per_kwh)
                """),
        Law(
            statement: "low ≤ central ≤ high, for what the range of each factor does",
            violations: """
                SELECT 'day ' || day FROM daily_emission WHERE \(unordered)
                """),
    ]

    /// A part that is negative, or reaches below zero.
    private static let unordered: String = RollupColumns.counters.compactMap { column -> String? in
        if column.contains("_up_") { return "\(column) < 0" }
        guard let mark = column.firstRange(of: "_down_") else { return nil }
        let whole = "\(column.prefix { $0 != "_" })_\(column[mark.upperBound...])"
        return "\(column) < 0 OR \(column) > \(whole)"
    }.joined(separator: " OR ")

    /// What hours and days have in common.
    static let hourColumns =
        RollupColumns.counters.filter {
            !$0.hasSuffix("_energy_uwh") || $0 == "assumed_energy_uwh"
        }
        + RollupColumns.partlyKnown + RollupColumns.whollyKnown

    /// Counters of hours with energy, or with emissions, as SQL.
    private static let conditional = [
        "energy_requests": "sum(iif(energy_uwh IS NULL, 0, requests))",
        "matched_requests": "sum(iif(emissions_ug IS NULL, 0, requests))",
        "energy_output_tokens": "sum(iif(energy_uwh IS NULL, 0, output_tokens))",
        "matched_output_tokens": "sum(iif(emissions_ug IS NULL, 0, output_tokens))",
    ]

    static func sums(of columns: [String]) -> String {
        zip(RollupColumns.all, RollupColumns.sums).filter { columns.contains($0.0) }
            .map { column, sum in conditional[column].map { "\($0) AS \(column)" } ?? sum }
            .joined(separator: ", ")
    }

    /// Rows that stand in one of two queries only.
    private static func differences(between left: String, and right: String) -> String {
        """
        WITH derived_twice AS (\(left)), stored AS (\(right))
        SELECT 'derived again: ' || period || ', region ' || region_id FROM (
          SELECT * FROM derived_twice EXCEPT SELECT * FROM stored)
        UNION ALL
        SELECT 'stored: ' || period || ', region ' || region_id FROM (
          SELECT * FROM stored EXCEPT SELECT * FROM derived_twice)
        """
    }
}
