import GRDB
import GRDBSQLite

/// A prepared statement whose columns are integers, and whose parameters are but for a few.
///
/// For the rows that come by the hundred thousand: binding and stepping SQLite directly costs a fifth
/// of what general values do.
@safe struct IntegerStatement {
    private let db: Database
    private let statement: Statement
    private let handle: OpaquePointer
    private let limit: Int64

    /// - Parameter limit: A row in which a greater number is read, or one below its negative, ends the run.
    init(_ db: Database, sql: String, limit: Int64 = StoredNumber.limit) throws {
        self.db = db
        self.limit = limit
        statement = try db.cachedStatement(sql: sql)
        // Safe: the handle lives as long as the statement, which this value keeps.
        unsafe handle = statement.sqliteStatement
    }

    /// A row of the result, valid during the call that gets it.
    @safe struct Row {
        fileprivate let handle: OpaquePointer
        fileprivate let limit: Int64
        /// The column of what is no number within the limit; -1 before one is met.
        fileprivate let excess: UnsafeMutablePointer<Int32>

        /// The value of a column; NULL reads as 0, and so does what is no integer within the limit, whose row is refused.
        subscript(column: Int) -> Int64 {
            let value = unsafe self.value(column)
            let type = unsafe sqlite3_value_type(value)
            let number = unsafe sqlite3_value_int64(value)
            if type == SQLITE_INTEGER || type == SQLITE_NULL, number.magnitude <= limit.magnitude {
                return number
            }
            unsafe excess.pointee = Int32(column)
            return 0
        }

        func isNull(_ column: Int) -> Bool {
            unsafe sqlite3_value_type(value(column)) == SQLITE_NULL
        }

        /// Half the cost of asking for type and number by column.
        // Safe: SQLite answers for any column, with NULL beyond the last; a value may be read in place where one thread
        // at a time has the connection; the pointer lives as long as the row.
        private func value(_ column: Int) -> OpaquePointer? {
            unsafe sqlite3_column_value(handle, Int32(column))
        }
    }

    /// Runs the statement and gives each row of its result.
    ///
    /// - Parameters:
    ///   - values: One for each parameter; `nil` is NULL.
    ///   - texts: What stands in the place of some of them.
    func forEachRow(
        _ values: ArraySlice<Int64?>, texts: [(place: Int, text: String)] = [],
        _ body: (Row) throws -> Void
    ) throws {
        // Safe: the statement keeps the handle; SQLite refuses an index that is no parameter.
        defer { unsafe sqlite3_reset(handle) }
        var code = SQLITE_OK
        var index: Int32 = 0
        for value in values {
            index += 1
            if let value {
                code |= unsafe sqlite3_bind_int64(handle, index, value)
            } else {
                code |= unsafe sqlite3_bind_null(handle, index)
            }
        }
        for (place, text) in texts {
            code |= unsafe sqlite3_bind_text(
                handle, Int32(place + 1), text, -1, Self.copied)
        }
        try check(code, SQLITE_OK)
        var excess: Int32 = -1
        // Safe: the pointer is used by rows only, which end with their call.
        try unsafe withUnsafeMutablePointer(to: &excess) { excess in
            while true {
                let code = unsafe sqlite3_step(handle)
                if code == SQLITE_DONE { return }
                try check(code, SQLITE_ROW)
                try body(unsafe Row(handle: handle, limit: limit, excess: excess))
                if unsafe excess.pointee >= 0 { throw unsafe refusal(excess.pointee) }
            }
        }
    }

    /// As `SQLITE_TRANSIENT`: SQLite copies the text.
    private static var copied: sqlite3_destructor_type {
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    private func refusal(_ column: Int32) -> LedgerError {
        let name = unsafe sqlite3_column_name(handle, column).map { unsafe String(cString: $0) }
        let value = unsafe sqlite3_column_text(handle, column).map { unsafe String(cString: $0) }
        return .impossible("\(name ?? "column \(column)") \(value?.prefix(40) ?? "")")
    }

    private func check(_ code: Int32, _ expected: Int32) throws {
        guard code != expected else { return }
        let message = unsafe db.sqliteConnection.map { unsafe String(cString: sqlite3_errmsg($0)) }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}

/// Inserts whole rows of integers, and a few texts, many at a time: opening a table for a row costs more than the row.
///
/// Rows are cheapest in the order of the table's key. None is sure to be there before ``finish()``.
struct IntegerInsert {
    private static let batchRows = 50

    private let db: Database
    private let verb: String
    private let table: String
    private let columns: [String]
    private let batch: IntegerStatement
    /// Values of rows that wait; `nil` is NULL.
    private var values: [Int64?] = []
    /// Among them.
    private var texts: [(place: Int, text: String)] = []

    /// - Parameters:
    ///   - columns: In the order in which values are added.
    ///   - replacing: Rows of the same key go.
    init(
        _ db: Database, into table: String, columns: [String], replacing: Bool = false
    ) throws {
        self.db = db
        verb = replacing ? "INSERT OR REPLACE" : "INSERT"
        self.table = table
        self.columns = columns
        batch = try Self.statement(db, verb, table, columns, rows: Self.batchRows)
        values.reserveCapacity(columns.count * Self.batchRows)
    }

    private static func statement(
        _ db: Database, _ verb: String, _ table: String, _ columns: [String], rows: Int
    ) throws -> IntegerStatement {
        let row = "(\(columns.map { _ in "?" }.joined(separator: ", ")))"
        let all = Array(repeating: row, count: rows).joined(separator: ", ")
        return try IntegerStatement(
            db, sql: "\(verb) INTO \(table) (\(columns.joined(separator: ", "))) VALUES \(all)")
    }

    /// Adds the next value of a row; `nil` is NULL.
    mutating func add(_ value: Int64?) { values.append(value) }

    mutating func add(text: String?) {
        if let text { texts.append((values.count, text)) }
        values.append(nil)
    }

    /// Ends a row.
    mutating func endRow() throws {
        guard values.count == columns.count * Self.batchRows else { return }
        try batch.forEachRow(values[...], texts: texts) { _ in }
        values.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
    }

    /// Inserts the rows that still wait.
    mutating func finish() throws {
        guard !values.isEmpty else { return }
        let single = try Self.statement(db, verb, table, columns, rows: 1)
        for start in stride(from: 0, to: values.count, by: columns.count) {
            let row = start..<start + columns.count
            try single.forEachRow(
                values[row],
                texts: texts.filter { row.contains($0.place) }.map { ($0.place - start, $0.text) }
            ) { _ in }
        }
        values.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
    }
}
