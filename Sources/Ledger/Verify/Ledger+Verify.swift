import Accounting
import GRDB
import Pipeline
import Synchronization

/// One law of the ledger and whether it holds.
package struct Check: Codable, Equatable, Sendable {
    package let law: String
    package let holds: Bool
    /// What breaks it; empty when it holds.
    package let detail: String
}

extension Ledger {
    /// Checks every law that the ledger keeps: energy and emissions are derived a second time, in SQL, from the same cells
    /// and factors. Spans of cells and laws are shared by two threads.
    package func verify() throws -> [Check] {
        // While this transaction reads, no writer commits: all see the same state.
        try read { db in
            let spans = try spans(db)
            let months = try MonthPass.places(db).split(into: 16)
            let found = Mutex((pass: CellPass(), months: [String](), places: [Int: [String]]()))
            let passes = spans.count + months.count
            try runEach(passes + Law.all.count, jobs: 2) { [path] task in
                try Ledger(path: path, access: .read).read { db in
                    if task < spans.count {
                        var pass = CellPass()
                        try pass.run(db, spans[task])
                        return found.withLock { [pass] in $0.pass.merge(pass) }
                    }
                    if task < passes {
                        let places = try MonthPass.violations(db, months[task - spans.count])
                        return found.withLock { $0.months += places }
                    }
                    let law = task - passes
                    let places: [String]
                    switch Law.all[law].test {
                    case .query(let sql):
                        places = try String.fetchAll(db, sql: "SELECT * FROM (\(sql)) LIMIT 5")
                    case .check(let check): places = Array(try check(db).prefix(5))
                    case .cells, .months: return
                    }
                    found.withLock { $0.places[law] = places }
                }
            }
            let (pass, monthly, places) = found.withLock { $0 }
            return Law.all.enumerated().map { index, law in
                let broken =
                    switch law.test {
                    case .query, .check: places[index] ?? []
                    case .cells(let finding): pass.broken[finding] ?? []
                    case .months: Array(monthly.sorted().prefix(5))
                    }
                return Check(
                    law: law.statement, holds: broken.isEmpty,
                    detail: broken.joined(separator: "; "))
            }
        }
    }

    /// Days of which anything is known, in some parts.
    private func spans(_ db: Database) throws -> [Range<Int>] {
        let days = try Int.fetchAll(
            db,
            sql: """
                SELECT day FROM (
                  SELECT hour / 24 AS day FROM usage UNION SELECT hour / 24 FROM hour_factor
                  UNION SELECT hour / 24 FROM hour_emission UNION SELECT hour / 24 FROM pool_hour
                  UNION SELECT day FROM daily_emission)
                WHERE day BETWEEN 0 AND \(StoredNumber.hours.upperBound / 24) ORDER BY 1
                """)
        return days.split(into: 16).compactMap { part in
            guard let first = part.first, let last = part.last else { return nil }
            return first * 24..<(last + 1) * 24
        }
    }
}

extension Array {
    /// Parts of about one length, so many at most.
    fileprivate func split(into count: Int) -> [ArraySlice<Element>] {
        let length = Swift.max(1, (self.count + count - 1) / count)
        return stride(from: 0, to: self.count, by: length).map { self[$0...].prefix(length) }
    }
}

/// A law and what finds whatever breaks it.
struct Law: Sendable {
    enum Test: Sendable {
        /// Lists what breaks it, one text a row.
        case query(String)
        /// Lists what breaks it.
        case check(@Sendable (Database) throws -> [String])
        /// Found in the pass over cells.
        case cells(CellPass.Finding)
        /// Found in the pass over months.
        case months
    }

    let statement: String
    let test: Test

    init(statement: String, test: Test) {
        self.statement = statement
        self.test = test
    }

    init(statement: String, violations: String) {
        self.statement = statement
        test = .query(violations)
    }

    init(statement: String, check: @escaping @Sendable (Database) throws -> [String]) {
        self.statement = statement
        test = .check(check)
    }

    init(statement: String, cells finding: CellPass.Finding) {
        self.statement = statement
        test = .cells(finding)
    }

    static let all = facts + derived + requests + columns + statements

    /// Of what was delivered and imported.
    static let facts: [Law] = [
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
                SELECT min(f.name) FROM (
                  SELECT f.name, f.requests, coalesce(p.bundle_id, f.file_id) AS file_id
                  FROM source_file AS f LEFT JOIN pruned_file AS p USING (file_id)
                  WHERE (p.file_id IS NULL OR p.bundle_id IS NOT NULL)
                    AND f.file_id NOT IN (SELECT file_id FROM forgotten_file)) AS f
                LEFT JOIN (SELECT file_id, sum(requests) AS requests FROM usage GROUP BY file_id) AS u
                  USING (file_id)
                GROUP BY f.file_id HAVING coalesce(u.requests, 0) <> sum(f.requests)
                UNION ALL
                SELECT name FROM source_file WHERE records = 'requests' AND requests <> counted
                """),
        Law(
            // In this order: files of sums are few, and cells are many.
            statement: "sums of requests share no hour with other files of their scope",
            violations: """
                SELECT DISTINCT f.name || ' and ' || g.name FROM live_file AS f
                CROSS JOIN usage AS u ON u.file_id = f.file_id
                CROSS JOIN usage AS v ON v.hour = u.hour AND v.file_id <> u.file_id
                CROSS JOIN live_file AS g ON g.file_id = v.file_id AND g.scope = f.scope
                WHERE f.records = 'sums' AND (g.records = 'requests' OR g.file_id > f.file_id)
                """),
        Law(
            statement:
                "nothing is left of files that were forgotten, or whose cells stand in a bundle",
            violations: FactTables.ofFile.map(leftOvers).joined(separator: "\nUNION ")),
        Law(
            statement: "the rejects of a file by reason are its rejected lines",
            violations: """
                SELECT f.name FROM source_file AS f
                LEFT JOIN (SELECT file_id, sum(lines) AS lines FROM reject_count GROUP BY file_id) AS j
                  USING (file_id)
                WHERE coalesce(j.lines, 0) <> f.rejected
                  AND f.file_id NOT IN (SELECT file_id FROM forgotten_file)
                """),
        Law(
            statement: "the ids of a file are those of counted requests",
            violations: """
                SELECT f.name FROM source_file AS f
                JOIN (SELECT file_id, sum(length(ids)) / 16 AS ids FROM request_id GROUP BY file_id) AS i
                  USING (file_id)
                WHERE i.ids > f.counted
                """),
        Law(
            statement:
                "bytes are counted once: of two files that hold the same, one counts no longer",
            violations: """
                SELECT min(name) || ' and ' || max(name) FROM live_file GROUP BY sha256
                HAVING count(*) > 1
                """),
        Law(
            statement: "parts are not larger than their wholes",
            violations: """
                SELECT 'file ' || file_id || ', hour ' || hour FROM (\(SecondDerivation.usage()))
                WHERE \(oversized.joined(separator: " OR "))
                  OR cached_input_tokens + cache_write_tokens > input_tokens
                  OR failed_requests + not_run_requests + cache_hit_requests
                    + unknown_usage_requests > requests
                  OR uncounted_tokens > input_tokens + output_tokens
                """),
    ]

    /// Rows of a table that are of a file which should have none.
    private static func leftOvers(of table: String) -> String {
        let bundled =
            FactTables.ofCells.contains(table)
            ? "UNION ALL SELECT file_id FROM pruned_file WHERE bundle_id IS NOT file_id" : ""
        let hours = FactTables.hours(of: table, from: "f.first_time_ms", to: "f.last_time_ms")
        return """
            SELECT f.name FROM (SELECT file_id FROM forgotten_file \(bundled)) AS g
            CROSS JOIN source_file AS f USING (file_id) CROSS JOIN \(table) USING (file_id)
            WHERE \(hours)
            """
    }

    private static let oversized = Counter.allCases.flatMap { counter in
        counter.declaration.partOf.map { "\(counter.column) > \($0.column)" }
    }

    /// Of what follows from them.
    static let derived: [Law] = [
        Law(
            statement: "the grid in force is what releases and judgements say",
            violations: """
                WITH derived_twice AS (\(GridInForce.sql())), stored AS (SELECT * FROM grid_in_force)
                SELECT 'series ' || series_id || ', hour ' || hour FROM (
                  SELECT * FROM (SELECT * FROM derived_twice EXCEPT SELECT * FROM stored)
                  UNION ALL SELECT * FROM (SELECT * FROM stored EXCEPT SELECT * FROM derived_twice))
                """),
        Law(
            statement:
                "every cell has a factor, which knows the number and the requests of its cells",
            cells: .factor),
        Law(
            statement: "every factor uses the grid value in force",
            violations: """
                SELECT DISTINCT z.zone || ', hour ' || f.hour FROM hour_factor AS f
                JOIN region_zone AS z USING (region_id)
                \(methodInForce)
                LEFT JOIN grid_series AS s
                  ON s.zone = z.zone AND s.basis = p.basis AND s.signal = p.signal
                LEFT JOIN grid_in_force AS g ON g.series_id = s.series_id AND g.hour = f.hour
                WHERE (f.evidence_id IN (1, 2, 6)) <> (f.grid_step = '')
                  OR f.evidence_id IN (3, 4, 5) AND g.hour IS NOT NULL
                  OR f.evidence_id IN (1, 2, 6) AND f.intensity_mg_per_kwh IS NOT g.intensity_mg_per_kwh
                """),
        Law(
            statement: "every marginal value is the one in force",
            violations: """
                SELECT DISTINCT z.zone || ', hour ' || f.hour FROM hour_factor AS f
                JOIN region_zone AS z USING (region_id)
                \(methodInForce)
                LEFT JOIN grid_series AS s
                  ON s.zone = z.zone AND s.basis = p.basis AND s.signal = 'marginal'
                LEFT JOIN grid_in_force AS g ON g.series_id = s.series_id AND g.hour = f.hour
                WHERE f.marginal_mg_per_kwh IS NOT g.intensity_mg_per_kwh
                """),
        Law(statement: "hours are the sums of their cells", cells: .hour),
        Law(statement: "days are the sums of their hours", cells: .day),
        Law(
            statement: "months are the sums of their days", test: .months),
        Law(
            statement: "the total and the coverage of a month are those of its hours",
            violations: """
                \(differences(
                    between: """
                        SELECT \(monthOfHour) AS period, 0 AS region_id,
                          \(EmissionRows.sumsOfGroup.joined(separator: ", "))
                        FROM hour_emission GROUP BY 1
                        """,
                    and: """
                        SELECT month AS period, 0 AS region_id,
                          \(EmissionRows.sums.joined(separator: ", ")) FROM month_total
                        """))
                UNION ALL
                SELECT 'coverage: ' || month FROM month_total AS t
                LEFT JOIN (
                  SELECT month, sum(requests) AS requests,
                    sum(\(CoverageColumns.energy.prefix(GridEvidence.allCases.count)
                        .joined(separator: " + "))) AS energy
                  FROM month_coverage GROUP BY month) AS c USING (month)
                WHERE c.requests IS NOT t.requests OR c.energy IS NOT coalesce(t.energy_uwh, 0)
                """),
        Law(
            statement: "energy by grid evidence adds up to the energy",
            violations: """
                SELECT 'day ' || day FROM daily_emission
                WHERE coalesce(energy_uwh, 0) <> measured_energy_uwh + estimated_energy_uwh
                  + filled_energy_uwh + unmatched_energy_uwh
                """),
        Law(statement: "the energy of a factor is that of its cells", cells: .energy),
        Law(
            statement:
                "what a pool drew is what requests were given, unmatched models, and idle energy",
            cells: .pool),
        Law(
            statement: "idle energy of pools uses the grid value in force",
            violations: """
                SELECT f.pool || ', hour ' || f.hour FROM pool_hour AS f
                \(methodInForce)
                LEFT JOIN grid_series AS s
                  ON s.zone = f.zone AND s.basis = p.basis AND s.signal = p.signal
                LEFT JOIN grid_in_force AS g ON g.series_id = s.series_id AND g.hour = f.hour
                WHERE f.idle_emissions_ug IS NOT
                    \(SecondDerivation.millionths("idle_energy_uwh", "f.intensity_mg_per_kwh"))
                  OR f.intensity_mg_per_kwh
                    IS NOT coalesce(g.intensity_mg_per_kwh, f.intensity_mg_per_kwh)
                """),
        Law(
            statement: "low ≤ central ≤ high, as far apart as the range of each factor says",
            cells: .range),
    ]

    /// That derived rows rest on.
    private static let methodInForce = """
        JOIN derivation AS d JOIN method AS p ON p.method_id = d.method_id
        """

    private static let monthOfHour = """
        (SELECT c.month FROM calendar_month AS c JOIN calendar_hour AS h ON h.month = c.text
         WHERE h.hour = hour_emission.hour)
        """

    /// Rows that stand in one of two queries only.
    private static func differences(between left: String, and right: String) -> String {
        """
        SELECT * FROM (
          WITH derived_twice AS (\(left)), stored AS (\(right))
          SELECT 'derived again: ' || period || ', region ' || region_id FROM (
            SELECT * FROM derived_twice EXCEPT SELECT * FROM stored)
          UNION ALL
          SELECT 'stored: ' || period || ', region ' || region_id FROM (
            SELECT * FROM stored EXCEPT SELECT * FROM derived_twice))
        """
    }
}
