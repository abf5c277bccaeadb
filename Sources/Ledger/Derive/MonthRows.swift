import Accounting
import GRDB

/// The rows of a month, which follow what changes in those of its days.
struct MonthRows {
    private let db: Database
    private let month: UTCMonth
    private var changes: [(key: RollupKey, before: EmissionSums?, after: EmissionSums?)] = []

    init(_ db: Database, _ month: UTCMonth) throws {
        self.db = db
        self.month = month
    }

    /// The row of a day has become another, is new, or is no more.
    mutating func change(_ key: RollupKey, _ before: EmissionSums?, _ after: EmissionSums?) {
        changes.append((key, before, after))
    }

    /// Brings the month's rows up to date.
    ///
    /// - Parameter tooMuch: Says that a sum does not fit.
    /// - Complexity: One look at a row for each change.
    consuming func store(_ tooMuch: (RollupKey) -> LedgerError) throws {
        guard !changes.isEmpty else { return }
        let known = try IntegerStatement(
            db,
            sql: """
                SELECT \(EmissionRows.sums.joined(separator: ", ")) FROM monthly_emission
                WHERE month = ? AND region_id = ? AND model_id = ? AND dimension_id = ?
                """)
        let isNew =
            try Bool.fetchOne(
                db,
                sql: "SELECT NOT EXISTS (SELECT 1 FROM monthly_emission WHERE month = ?)",
                arguments: [month.ordinal]) ?? false
        var insert = try Self.insert(db, replacing: true)
        for (key, before, after) in changes {
            var sums: EmissionSums?
            if isNew {
                sums = after
            } else if let after {
                var row: EmissionSums?
                try known.forEachRow([
                    Int64(month.ordinal), key.region, key.model, key.dimension,
                ]) { row = EmissionSums($0, from: 0) }
                // A month without a row has no other day with one.
                sums = row == nil ? after : row?.replacing(before, by: after)
            }
            guard let sums = try sums ?? sumOfDays(key) else {
                try db.cachedStatement(
                    sql: """
                        DELETE FROM monthly_emission
                        WHERE month = ? AND region_id = ? AND model_id = ? AND dimension_id = ?
                        """
                ).execute(arguments: [month.ordinal, key.region, key.model, key.dimension])
                continue
            }
            guard !sums.hasOverflown else { throw tooMuch(key) }
            insert.add(Int64(month.ordinal))
            sums.add(to: &insert, key)
            try insert.endRow()
        }
        try insert.finish()
    }

    /// All rows of a month added up.
    static func total(_ db: Database, _ month: UTCMonth) throws -> EmissionSums {
        try rows(db, "month_total", month)[.total] ?? EmissionSums()
    }

    /// All rows of a month.
    static func all(_ db: Database, _ month: UTCMonth) throws -> [RollupKey: EmissionSums] {
        try rows(db, "monthly_emission", month)
    }

    /// - Returns: By key, or under ``RollupKey/total`` for a table that has none.
    private static func rows(
        _ db: Database, _ table: String, _ month: UTCMonth
    ) throws -> [RollupKey: EmissionSums] {
        let isTotal = table == "month_total"
        let keys = isTotal ? "0, 0, 0" : "region_id, model_id, dimension_id"
        var rows: [RollupKey: EmissionSums] = [:]
        try IntegerStatement(
            db,
            sql: """
                SELECT \(keys), \(EmissionRows.sums.joined(separator: ", ")) FROM \(table)
                WHERE month = ?
                """
        ).forEachRow([Int64(month.ordinal)]) { row in
            rows[RollupKey(region: row[0], model: row[1], dimension: row[2])] = EmissionSums(
                row, from: 3)
        }
        return rows
    }

    private static func insert(_ db: Database, replacing: Bool) throws -> IntegerInsert {
        try IntegerInsert(
            db, into: "monthly_emission",
            columns: ["month", "region_id", "model_id", "dimension_id"] + EmissionRows.columns,
            replacing: replacing)
    }

    /// Makes all rows of a month from those of its days, written in the order of their keys.
    ///
    /// - Parameter tooMuch: Says that a sum does not fit.
    /// - Complexity: One pass over the rows of the days; those of one region and model are held at once.
    static func make(
        _ db: Database, _ month: UTCMonth, _ tooMuch: (RollupKey) -> LedgerError
    ) throws {
        try db.execute(
            sql: "DELETE FROM monthly_emission WHERE month = ?", arguments: [month.ordinal])
        let hours = month.hours
        var places: [(region: Int64, model: Int64)] = []
        try IntegerStatement(
            db,
            sql: """
                SELECT DISTINCT region_id, model_id FROM hour_emission WHERE hour >= ? AND hour < ?
                ORDER BY region_id, model_id
                """
        ).forEachRow([Int64(hours.lowerBound.value), Int64(hours.upperBound.value)]) { row in
            places.append((row[0], row[1]))
        }
        let days = try IntegerStatement(
            db,
            sql: """
                SELECT dimension_id, \(EmissionRows.sums.joined(separator: ", "))
                FROM daily_emission WHERE day = ? AND region_id = ? AND model_id = ?
                """)
        var insert = try insert(db, replacing: false)
        for (region, model) in places {
            var sums = RollupSums()
            for day in hours.lowerBound.day..<hours.upperBound.day {
                try days.forEachRow([Int64(day), region, model]) { row in
                    sums.add(
                        EmissionSums(row, from: 1),
                        to: RollupKey(region: region, model: model, dimension: row[0]))
                }
            }
            for (key, sums) in sums.ordered() {
                guard !sums.hasOverflown else { throw tooMuch(key) }
                insert.add(Int64(month.ordinal))
                sums.add(to: &insert, key)
                try insert.endRow()
            }
        }
        try insert.finish()
    }

    /// All days of a key added up; `nil` without any.
    private func sumOfDays(_ key: RollupKey) throws -> EmissionSums? {
        let days = try IntegerStatement(
            db,
            sql: """
                SELECT \(EmissionRows.sums.joined(separator: ", ")) FROM daily_emission
                WHERE day = ? AND region_id = ? AND model_id = ? AND dimension_id = ?
                """)
        var sums: EmissionSums?
        for day in month.hours.lowerBound.day..<month.hours.upperBound.day {
            try days.forEachRow([Int64(day), key.region, key.model, key.dimension]) { row in
                var sum = sums ?? EmissionSums()
                sum.add(row, from: 0)
                sums = sum
            }
        }
        return sums
    }
}
