import Accounting
import GRDB

/// Whether a month that was closed still is what was stated.
enum MonthStatus {
    /// Brings the status of a month up to date; an open one has none.
    static func derive(_ db: Database, of month: UTCMonth) throws {
        try db.execute(
            sql: "DELETE FROM month_status WHERE month = ?", arguments: [month.ordinal])
        try db.execute(
            sql: "INSERT INTO month_status \(sql(where: "month = ?"))", arguments: [month.ordinal])
    }

    static func deriveAll(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM month_status; INSERT INTO month_status \(sql())")
    }

    /// The statuses of months that are closed: rows of `month_status`.
    static func sql(where condition: String = "true") -> String {
        let columns = EmissionRows.columns.joined(separator: ", ")
        let keys = "region_id, model_id, dimension_id, zone"
        func differ(_ left: String, _ right: String) -> String {
            "EXISTS (SELECT * FROM (\(left)) EXCEPT SELECT * FROM (\(right)))"
        }
        let rows = """
            SELECT \(keys), \(columns) FROM monthly_emission LEFT JOIN region_zone USING (region_id)
            WHERE month = s.month
            """
        let stated = """
            SELECT \(keys), \(columns) FROM statement_row WHERE statement_id = s.statement_id
            """
        let total = "SELECT \(columns) FROM month_total WHERE month = s.month"
        let statedTotal =
            "SELECT \(columns) FROM statement_total WHERE statement_id = s.statement_id"
        return """
            SELECT s.month, s.statement_id,
              iif(\(differ(rows, stated)) OR \(differ(stated, rows)) OR \(differ(total, statedTotal))
                OR \(differ(statedTotal, total)), 'pending', 'closed')
            FROM (SELECT month, statement_id, max(revision) FROM statement WHERE \(condition)
                  GROUP BY month) AS s
            """
    }
}
