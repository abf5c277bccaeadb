import Accounting
import GRDB

/// What `close` and `restate` froze.
extension Law {
    static let statements: [Law] = [
        Law(statement: "the text of a statement has the SHA-256 that was stated") { db in
            try Row.fetchAll(
                db, sql: "SELECT statement_id, month, revision, sha256, format FROM statement"
            )
            .filter {
                try $0[4] != StatementDump.format || StatementDump.digest(db, $0[0]) != $0[3]
            }
            .map(place)
        },
        Law(
            statement: "revisions of a month are numbered from 1",
            violations: """
                SELECT 'month ' || month FROM statement GROUP BY month
                HAVING min(revision) <> 1 OR max(revision) <> count(*)
                """),
        Law(
            statement: "the rows of a statement add up to its total, and its hours to its rows",
            violations: """
                SELECT DISTINCT 'statement ' || statement_id FROM (
                  SELECT * FROM (\(totalOfRows) EXCEPT \(total))
                  UNION ALL SELECT * FROM (\(total) EXCEPT \(totalOfRows)))
                UNION ALL
                SELECT DISTINCT 'statement ' || statement_id || ', region ' || region_id FROM (
                  SELECT * FROM (\(places("statement_hour")) EXCEPT \(places("statement_row")))
                  UNION ALL
                  SELECT * FROM (\(places("statement_row")) EXCEPT \(places("statement_hour"))))
                """),
        Law(
            statement:
                "frozen activity by frozen factors is the frozen energy and emissions, within rounding",
            check: StatementHours.misses),
        Law(
            statement: "causes add up to what a restatement changed, row by row",
            violations: """
                SELECT DISTINCT 'statement ' || statement_id || ', region ' || region_id FROM (
                  SELECT statement_id, region_id, model_id, dimension_id, sum(energy) AS energy,
                    sum(emissions) AS emissions
                  FROM (
                    SELECT statement_id, region_id, model_id, dimension_id,
                      coalesce(energy_uwh, 0) AS energy, coalesce(emissions_ug, 0) AS emissions
                    FROM statement_row JOIN statement AS s USING (statement_id) WHERE s.revision > 1
                    UNION ALL
                    SELECT s.statement_id, region_id, model_id, dimension_id,
                      -coalesce(energy_uwh, 0), -coalesce(emissions_ug, 0)
                    FROM statement AS s
                    JOIN statement AS b ON b.month = s.month AND b.revision = s.revision - 1
                    JOIN statement_row AS w ON w.statement_id = b.statement_id
                    UNION ALL
                    SELECT statement_id, region_id, model_id, dimension_id, -energy_uwh, -emissions_ug
                    FROM restatement_cause)
                  GROUP BY 1, 2, 3, 4)
                WHERE energy <> 0 OR emissions <> 0
                """),
        Law(
            statement: "a closed month is pending where its rows are not what was stated",
            violations: """
                SELECT DISTINCT 'month ' || month FROM (
                  SELECT * FROM (SELECT * FROM (\(MonthStatus.sql())) EXCEPT SELECT * FROM month_status)
                  UNION ALL
                  SELECT * FROM (SELECT * FROM month_status EXCEPT SELECT * FROM (\(MonthStatus.sql()))))
                """),
    ]

    private static func place(_ row: Row) throws -> String {
        let ordinal: Int = try row[1]
        return try
            "\(UTCMonth(year: ordinal / 12, month: ordinal % 12 + 1)) revision \(row[2] as Int)"
    }

    private static let totalOfRows = """
        SELECT statement_id, \(EmissionRows.sumsOfGroup.joined(separator: ", ")) FROM statement_row
        GROUP BY statement_id
        """

    private static let total = """
        SELECT statement_id, \(EmissionRows.sums.joined(separator: ", ")) FROM statement_total
        """

    /// What hours and rows have in common, by region and model.
    private static func places(_ table: String) -> String {
        let sums = (Counter.published.map(\.column) + ["energy_uwh", "emissions_ug"]).map {
            "sum(\($0)) AS \($0)"
        }
        return """
            SELECT statement_id, region_id, model_id, \(sums.joined(separator: ", ")) FROM \(table)
            GROUP BY 1, 2, 3
            """
    }
}
