import Accounting
import GRDB

/// Cells of live files, as they are derived: common counters from one table, rare ones from the table beside it.
struct UsageReader {
    static let common = Counter.allCases.filter(\.declaration.isCommon)
    static let rare = Counter.allCases.filter { !$0.declaration.isCommon }
    static let key = ["hour", "region_id", "model_id", "dimension_id", "file_id"]

    private let common: IntegerStatement
    private let rare: IntegerStatement
    /// Files that count no longer.
    private let superseded: Set<Int64>

    init(_ db: Database) throws {
        func statement(_ table: String, _ counters: [Counter]) throws -> IntegerStatement {
            let columns = Self.key.dropFirst() + counters.map(\.column)
            return try IntegerStatement(
                db,
                sql: """
                    SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE hour = ?
                    ORDER BY region_id, model_id, dimension_id, file_id
                    """, limit: StoredNumber.hourLimit)
        }
        common = try statement("usage", Self.common)
        rare = try statement("rare_usage", Self.rare)
        superseded = try Int64.fetchSet(db, sql: "SELECT file_id FROM superseded_file")
    }

    /// Gives the cells of each file in an hour, in the order of the table's key.
    func forEachFile(
        of hour: Int, _ body: (RollupKey, Activity) throws -> Void
    ) throws {
        var others: [(key: RollupKey, file: Int64, activity: Activity)] = []
        var whole = HourLimit(hour)
        try rare.forEachRow([Int64(hour)]) { row in
            others.append((RollupKey(row), row[3], Activity(row, Self.rare)))
            try whole.add(others[others.count - 1].activity)
        }
        var next = 0
        try common.forEachRow([Int64(hour)]) { row in
            let key = RollupKey(row)
            var activity = Activity(row, Self.common)
            try whole.add(activity)
            if next < others.count, others[next].key == key, others[next].file == row[3] {
                activity += others[next].activity
                next += 1
            }
            if superseded.isEmpty || !superseded.contains(row[3]) { try body(key, activity) }
        }
    }

    /// Every cell of an hour.
    func cells(of hour: Int) throws -> OrderedCells {
        var cells = OrderedCells()
        try forEachFile(of: hour) { cells.add($0, $1) }
        return cells
    }
}

/// What the counters of an hour are together, so that sums of them cannot overflow.
struct HourLimit {
    private let hour: Int
    private var whole: UInt64 = 0

    init(_ hour: Int) { self.hour = hour }

    mutating func add(_ activity: Activity) throws(LedgerError) {
        // Of a cell each is within the limit.
        whole += activity.sumOfMagnitudes
        guard whole <= StoredNumber.hourLimit else {
            throw .impossible("counters of hour \(UTCHour(hour).text) over 2^53")
        }
    }
}

extension RollupKey {
    fileprivate init(_ row: IntegerStatement.Row) {
        self.init(region: row[0], model: row[1], dimension: row[2])
    }
}

extension Activity {
    /// - Parameter counters: Behind the key and the file of a row.
    fileprivate init(_ row: IntegerStatement.Row, _ counters: [Counter]) {
        self.init()
        for (index, counter) in counters.enumerated() { self[counter] = row[4 + index] }
    }
}
