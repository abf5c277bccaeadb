import Accounting
import GRDB

/// A table of an audit pack, as text.
package struct AuditTable: Sendable {
    /// Of its file, without the suffix.
    package let name: String
    /// What it holds.
    package let about: String
    package let columns: [String]
    package internal(set) var rows: [[String]] = []
}

extension Ledger {
    /// What an auditor asks of a statement beside its text. None of it names a tenant, project or endpoint.
    package func auditTables(of statement: MonthStatement) throws -> [AuditTable] {
        try read { db in
            let month = UTCMonth(statement.month)?.ordinal ?? 0
            return try Self.auditQueries(of: statement.id, month).map { name, about, sql in
                let rows = try Row.fetchAll(db, sql: sql)
                let columns = try db.makeStatement(sql: sql).columnNames
                var table = AuditTable(name: name, about: about, columns: columns)
                table.rows = rows.map { row in
                    row.map { $0.1.isNull ? "" : "\($0.1.storage.value ?? "")" }
                }
                return table
            }
        }
    }

    private static let figures = """
        sum(requests) AS requests, sum(requests - energy_requests) AS requests_without_energy,
        sum(energy_uwh) AS energy_uwh, sum(emissions_ug) AS emissions_ug,
        sum(unmatched_energy_uwh) AS unmatched_energy_uwh
        """

    private static let coverage =
        (CoverageColumns.energy + CoverageColumns.counts).map { "e.\($0)" }.joined(separator: ", ")

    private static func auditQueries(
        of statement: Int64, _ month: Int
    ) -> [(name: String, about: String, sql: String)] {
        [
            (
                "statements", "the history of the month: each revision with its SHA-256",
                """
                SELECT s.revision, r.committed_at AS closed_at_utc, r.version AS flue_version, s.reason,
                  coalesce((SELECT group_concat(kind || ': ' || detail, '; ') FROM statement_exception AS x
                    WHERE x.statement_id = s.statement_id), '') AS despite,
                  m.energy_model, m.basis, lower(hex(s.sha256)) AS sha256, t.requests, t.energy_uwh,
                  t.energy_uwh_low, t.energy_uwh_high, t.emissions_ug, t.emissions_ug_low,
                  t.emissions_ug_high, t.market_emissions_ug, t.unmatched_energy_uwh
                FROM statement AS s LEFT JOIN statement_total AS t USING (statement_id) JOIN run AS r USING (run_id)
                JOIN method AS m USING (method_id)
                WHERE s.month = \(month) ORDER BY 1
                """
            ),
            (
                "causes", "why each revision differs from the one before it",
                """
                SELECT s.revision, c.cause, sum(c.energy_uwh) AS energy_uwh, sum(c.emissions_ug) AS emissions_ug
                FROM restatement_cause AS c JOIN statement AS s USING (statement_id)
                WHERE s.month = \(month) GROUP BY 1, 2 ORDER BY 1, 2
                """
            ),
            (
                "rows", "the month by region and model",
                """
                SELECT r.name AS region, e.zone, m.name AS model, \(figures) FROM statement_row AS e
                JOIN region AS r USING (region_id) JOIN model AS m USING (model_id)
                WHERE statement_id = \(statement) GROUP BY 1, 2, 3 ORDER BY 1, 3
                """
            ),
            (
                "coverage",
                "energy by how good its factors are, by region; a row without one is of rejected lines",
                """
                SELECT r.name AS region, \(coverage)
                FROM statement_coverage AS e LEFT JOIN region AS r USING (region_id)
                WHERE statement_id = \(statement) ORDER BY 1
                """
            ),
            (
                "register",
                "every factor of the method, with value, unit, source and release; used: by an hour of the month",
                """
                SELECT kind, subject, unit, low_pico, central_pico, high_pico, includes_pue, boundary,
                  evidence, released, source,
                  CASE kind WHEN 'energy' THEN subject IN (
                      SELECT entry FROM statement_hour WHERE statement_id = \(statement))
                    WHEN 'embodied' THEN subject IN (
                      SELECT entry FROM statement_hour WHERE statement_id = \(statement))
                    WHEN 'pue' THEN subject = '*' OR EXISTS (
                      SELECT 1 FROM statement_hour AS h JOIN region AS r USING (region_id)
                      WHERE h.statement_id = \(statement) AND h.pue_ppm * 1000000 = central_pico
                        AND (subject = r.name OR subject LIKE r.name || ' %'))
                    END AS used
                FROM factor JOIN run USING (method_id) JOIN statement USING (run_id)
                WHERE statement_id = \(statement) ORDER BY kind, subject, unit
                """
            ),
            (
                "releases", "imports of the grid whose values hours had, or were filled from",
                """
                SELECT e.zone, e.served, l.source, l.label, \(StatementDump.lastComponent("l.file_name")) AS file,
                  lower(hex(l.sha256)) AS sha256, l.boundary, l.fuel_factors, l.losses_inside
                FROM statement_release AS e JOIN grid_release AS l USING (release_id)
                WHERE statement_id = \(statement) ORDER BY 1, 2, 3, 4
                """
            ),
            (
                "files", "the logs, with their hashes and line counts",
                """
                SELECT name, lower(hex(sha256)) AS sha256, bytes, dialect, lines, counted, rejected, duplicate,
                  skipped, requests
                FROM statement_file WHERE statement_id = \(statement) ORDER BY name, 2
                """
            ),
        ]
    }

    /// SQL that computes the headline again: from the facts as they are, and from the frozen hours.
    package static func headlineSQL(of statement: MonthStatement) -> String {
        guard let month = UTCMonth(statement.month) else { return "" }
        let hours = month.hours
        let charges = Charge.allCases.map { charge in
            "\(SecondDerivation.count(of: charge)) * (\(FactorColumns.central(charge)) / 1000000.0)"
        }
        return """
            -- Run on the ledger: sqlite3 -header flue.sqlite < headline.sql
            -- 1. From the facts of today: each cell of each hour, from counters and factors, rounded as flue does. It is the
            --    statement as long as the month is not pending.
            SELECT 'facts' AS of, sum(requests) AS requests, sum(energy_uwh) AS energy_uwh,
              sum(emissions_ug) AS emissions_ug
            FROM (\(SecondDerivation.cells(from: "\(hours.lowerBound.value)", to: "\(hours.upperBound.value)")));
            -- 2. The statement, as it was frozen.
            SELECT 'stated' AS of, requests, energy_uwh, emissions_ug FROM statement_total
            WHERE statement_id = \(statement.id);
            -- 3. From the frozen hours, without rounding: it differs by no more than rounding can do.
            SELECT 'product' AS of, sum(requests) AS requests, sum(energy) AS energy_uwh,
              sum(energy * intensity_mg_per_kwh / 1000000.0) AS emissions_ug
            FROM (
              SELECT requests, intensity_mg_per_kwh,
                (\(charges.joined(separator: "\n    + ")))
                * coalesce(pue_ppm / 1000000.0, 1) AS energy
              FROM statement_hour WHERE statement_id = \(statement.id));

            """
    }
}
