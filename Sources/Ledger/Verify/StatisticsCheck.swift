import Accounting
import Foundation
import GRDB

/// Statistics of requests, once more from the distributions of days.
enum StatisticsCheck {
    /// Days and months whose rows are others than their distributions give.
    static func violations(_ db: Database) throws -> [String] {
        let entries = try Dictionary(
            Row.fetchAll(db, sql: "SELECT model_id, entry FROM model_entry")
                .map { try ($0[0] as Int64, $0[1] as String) },
            uniquingKeysWith: { first, _ in first })
        let periods = try Row.fetchAll(
            db,
            sql: """
                SELECT span, period FROM request_stat
                UNION SELECT 'day', day FROM daily_emission
                UNION SELECT 'month', month FROM monthly_emission ORDER BY 1, 2
                """)
        return try periods.filter { row in
            let span: String = try row[0]
            // Other rows than those of days and months that there are, the laws about sums find.
            let period = Int(try row.number(1, in: 0...StoredNumber.hours.upperBound / 24))
            let month = UTCMonth(year: period / 12, month: period % 12 + 1).hours
            return try !holds(
                RequestStatistics(
                    db: db, span: span, period: period,
                    days: span == "day"
                        ? period..<period + 1 : month.lowerBound.day..<month.upperBound.day,
                    entries: entries))
        }.map { try "\($0[0] as String) \($0[1] as Int)" }
    }

    /// Whether stored rows are those that a run would write, in their order.
    private static func holds(_ statistics: RequestStatistics) throws -> Bool {
        let stored = try Row.fetchCursor(
            statistics.db,
            sql: "SELECT * FROM request_stat WHERE span = ? AND period = ? ORDER BY rowid",
            arguments: [statistics.span, statistics.period])
        var isEqual = true
        do {
            try statistics.forEachRow { derived in
                guard isEqual else { return }
                let row = try stored.next()
                isEqual =
                    try row.map { row in
                        try derived.enumerated().allSatisfy { column, value in
                            try row[column] as DatabaseValue == value?.databaseValue ?? .null
                        }
                    } ?? false
            }
            return try isEqual && stored.next() == nil
        } catch is LedgerError {
            // A distribution that cannot be read, or that is of no cell.
            return false
        }
    }
}
