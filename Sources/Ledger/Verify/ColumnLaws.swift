import Accounting
import Foundation
import GRDB

extension Law {
    /// Of columns that no sum passes through.
    static let columns: [Law] = [
        Law(
            statement: "hours, days and months have the names that the calendar gives them",
            violations: """
                SELECT 'hour ' || hour FROM calendar_hour
                WHERE hour NOT BETWEEN \(StoredNumber.hours.lowerBound) AND \(StoredNumber.hours.upperBound)
                  OR text IS NOT strftime('%Y-%m-%d %H:00:00', hour * 3600, 'unixepoch')
                  OR epoch <> hour * 3600 OR day IS NOT date(hour * 3600, 'unixepoch')
                  OR month IS NOT strftime('%Y-%m', hour * 3600, 'unixepoch')
                UNION ALL
                SELECT 'day ' || day FROM calendar_day
                WHERE text IS NOT date(day * 86400, 'unixepoch') OR epoch <> day * 86400
                  OR month IS NOT strftime('%Y-%m', day * 86400, 'unixepoch')
                UNION ALL
                SELECT 'month ' || month FROM calendar_month
                WHERE text IS NOT printf('%04d-%02d', month / 12, month % 12 + 1)
                  OR start IS NOT text || '-01'
                  OR epoch IS NOT CAST(strftime('%s', start) AS INTEGER)
                """),
        Law(
            statement: "evidence and steps have their names, and fit the values that they are of",
            violations: """
                SELECT 'evidence ' || evidence_id FROM evidence
                WHERE (evidence_id, name) NOT IN (VALUES \(evidence))
                UNION ALL
                SELECT 'hour ' || f.hour || ', region ' || f.region_id FROM hour_factor AS f
                WHERE (f.energy_evidence IS NULL) <> (f.request_pwh IS NULL)
                  OR f.energy_evidence NOT IN (\(EnergyEvidence.allCases.map { "'\($0)'" }.joined(separator: ", ")))
                  OR \(misfit)
                UNION ALL
                SELECT f.pool || ', hour ' || f.hour FROM pool_hour AS f
                JOIN derivation AS d JOIN method AS p ON p.method_id = d.method_id
                LEFT JOIN grid_series AS s
                  ON s.zone = f.zone AND s.basis = p.basis AND s.signal = 'average'
                LEFT JOIN grid_in_force AS g ON g.series_id = s.series_id AND g.hour = f.hour
                WHERE \(misfit) OR g.evidence_id <> f.evidence_id
                UNION ALL
                SELECT z.zone || ', hour ' || f.hour FROM hour_factor AS f
                JOIN region_zone AS z USING (region_id)
                JOIN derivation AS d JOIN method AS p ON p.method_id = d.method_id
                JOIN grid_series AS s ON s.zone = z.zone AND s.basis = p.basis AND s.signal = 'average'
                JOIN grid_in_force AS g ON g.series_id = s.series_id AND g.hour = f.hour
                WHERE g.evidence_id <> f.evidence_id
                """),
        Law(
            statement: "low and high of months are those of the parts of their rows",
            check: monthRanges),
        Law(
            statement: "the coverage of a month is that of its hours and of its files",
            violations: """
                SELECT * FROM (
                  WITH derived_twice AS (\(coverage)), stored AS (
                    SELECT month, region_id, \(coverageColumns.joined(separator: ", "))
                    FROM month_coverage)
                  SELECT 'derived again: ' || month || ', region ' || region_id FROM (
                    SELECT * FROM derived_twice EXCEPT SELECT * FROM stored)
                  UNION ALL
                  SELECT 'stored: ' || month || ', region ' || region_id FROM (
                    SELECT * FROM stored EXCEPT SELECT * FROM derived_twice))
                """),
        Law(
            statement: "statistics of requests are those of the distributions of their days",
            check: StatisticsCheck.violations),
        Law(
            statement: "records that are rejected or skipped are those that their file counts",
            violations: """
                SELECT f.name FROM source_file AS f
                LEFT JOIN (SELECT file_id, sum(lines) AS lines FROM skip_count GROUP BY file_id) AS s
                  USING (file_id)
                WHERE coalesce(s.lines, 0) <> f.skipped
                  AND f.file_id NOT IN (SELECT file_id FROM forgotten_file)
                UNION ALL
                SELECT DISTINCT f.name FROM (
                  SELECT file_id, reason, field, count(*) AS listed FROM reject GROUP BY 1, 2, 3) AS r
                JOIN source_file AS f USING (file_id)
                LEFT JOIN reject_count AS c USING (file_id, reason, field)
                WHERE c.lines IS NULL OR r.listed > c.lines
                """),
        Law(
            statement: "methods and their texts have the digests that name them",
            check: methodDigests),
    ]

    @Sendable private static func methodDigests(_ db: Database) throws -> [String] {
        var broken: [String] = []
        var texts: [Data: String] = [:]
        let rows = try Row.fetchCursor(db, sql: "SELECT sha256, text FROM method_text")
        while let row = try rows.next() {
            let (digest, text): (Data, String) = try (row[0], row[1])
            texts[digest] = text
            if digest != RunRecord.digest(of: text) { broken.append("a text of a method") }
        }
        for method in try Row.fetchAll(db, sql: "SELECT method_id, sha256 FROM method") {
            let parts = try Row.fetchAll(
                db, sql: "SELECT part, sha256 FROM method_part WHERE method_id = ?",
                arguments: [method[0] as Int64])
            let digests = try Dictionary(
                parts.map { try ($0[0] as String, $0[1] as Data) },
                uniquingKeysWith: { first, _ in first })
            let text = MethodPart.allCases.compactMap { part in
                digests[part.rawValue].flatMap { texts[$0] }.map { "\(part.rawValue)\n\($0)" }
            }.joined(separator: "\n")
            if try method[1] != RunRecord.digest(of: text) {
                try broken.append("method \(method[0] as Int64)")
            }
        }
        return broken
    }

    private static let evidence = GridEvidence.allCases.map { "(\($0.rawValue), '\($0)')" }
        .joined(separator: ", ")

    /// That evidence of the grid and the step that filled it do not fit each other or the intensity, of rows `f`.
    private static let misfit = """
        (f.evidence_id = \(GridEvidence.missing.rawValue)) <> (f.intensity_mg_per_kwh IS NULL)
          OR (f.evidence_id, f.grid_step) NOT IN (VALUES \(steps))
        """

    private static let steps =
        (GridLadder.Step.allCases.map { "(\($0.evidence.rawValue), '\($0.rawValue)')" }
        + GridEvidence.allCases.filter { !$0.isFilled }.map { "(\($0.rawValue), '')" })
        .joined(separator: ", ")

    private static let coverageColumns = CoverageColumns.energy + CoverageColumns.counts

    /// Coverage of all months, as rows of month, region, and the columns of ``CoverageColumns``.
    private static let coverage = """
        SELECT m.month, e.region_id, \(coverageSums.joined(separator: ", "))
        FROM hour_emission AS e JOIN hour_factor AS f USING (hour, region_id, model_id)
        JOIN calendar_hour AS h USING (hour) JOIN calendar_month AS m ON m.text = h.month
        GROUP BY 1, 2
        UNION ALL
        SELECT m.month, 0, \(CoverageColumns.energy.map { _ in "0" }.joined(separator: ", ")), 0, 0, 0,
          sum(s.rejected)
        FROM live_file AS s
        JOIN calendar_month AS m ON m.text = strftime('%Y-%m', s.first_time_ms / 1000, 'unixepoch')
        WHERE s.rejected > 0 GROUP BY 1
        """

    private static let coverageSums =
        GridEvidence.allCases.map {
            "sum(coalesce(e.energy_uwh, 0) * (f.evidence_id = \($0.rawValue)))"
        }
        + EnergyEvidence.allCases.map { evidence in
            let own = "(coalesce(e.energy_uwh, 0) - e.assumed_energy_uwh)"
            return "sum(\(own) * (coalesce(f.energy_evidence, '') = '\(evidence)')"
                + (evidence == .assumed ? " + e.assumed_energy_uwh)" : ")")
        }
        + [
            "sum(e.requests)", "sum(e.unknown_usage_requests)",
            "sum(e.requests * (f.energy_evidence IS NULL))", "0",
        ]

    /// Rows of months by themselves; totals of months by their hours, whose ranges join by the rule of reports.
    @Sendable private static func monthRanges(_ db: Database) throws -> [String] {
        var broken: [String] = []
        let rows = try IntegerStatement(
            db,
            sql: """
                SELECT month, region_id, \(EmissionRows.columns.joined(separator: ", "))
                FROM monthly_emission
                """)
        try rows.forEachRow([]) { row in
            if broken.count < 5, !Ranges.hold(row, from: 2) {
                broken.append("month \(row[0]), region \(row[1])")
            }
        }
        let bounds = Measure.ranged.flatMap { ["\($0.column)_low", "\($0.column)_high"] }
        let totals = try Row.fetchAll(
            db,
            sql: """
                SELECT c.text, \(bounds.map { "t.\($0)" }.joined(separator: ", "))
                FROM month_total AS t JOIN calendar_month AS c USING (month) ORDER BY 1
                """)
        for total in totals {
            let text: String = try total[0]
            guard let month = UTCMonth(text) else { continue }
            var builder = ReportSumsBuilder()
            try HourRows.forEach(db, month) { try builder.add($0, $1.subjects) }
            let derived = Measure.ranged.flatMap { measure in
                let range = builder.range(of: measure)
                return [range?.low, range?.high].map { $0?.databaseValue ?? .null }
            }
            if try derived != bounds.indices.map({ try total[$0 + 1] as DatabaseValue }) {
                broken.append("total of \(text)")
            }
        }
        return broken
    }
}
