import Accounting
import GRDB

/// Names of hours, days and months, which published rows are joined with: a filter on any of them reaches a key.
enum Calendar {
    /// Enters hours, with their days and months.
    static func enter(_ db: Database, hours: some Sequence<Int>) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO calendar_hour
                SELECT ?1, strftime('%Y-%m-%d %H:00:00', ?1 * 3600, 'unixepoch'), ?1 * 3600,
                  date(?1 * 3600, 'unixepoch'), strftime('%Y-%m', ?1 * 3600, 'unixepoch')
                """)
        var days: Set<Int> = []
        for hour in hours {
            try insert.execute(arguments: [hour])
            days.insert(UTCHour(hour).day)
        }
        try enter(db, days: days)
    }

    /// Enters days, with their months.
    static func enter(_ db: Database, days: Set<Int>) throws {
        for day in days.sorted() {
            try db.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO calendar_day
                    SELECT ?1, date(?1 * 86400, 'unixepoch'), ?1 * 86400,
                      strftime('%Y-%m', ?1 * 86400, 'unixepoch')
                    """
            ).execute(arguments: [day])
        }
        for month in Set(days.map { UTCHour($0 * 24).month }) {
            let start = month.hours.lowerBound.value
            try db.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO calendar_month
                    SELECT ?1, strftime('%Y-%m', ?2 * 3600, 'unixepoch'),
                      date(?2 * 3600, 'unixepoch'), ?2 * 3600
                    """
            ).execute(arguments: [month.ordinal, start])
        }
    }
}
