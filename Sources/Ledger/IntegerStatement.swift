import GRDB
import GRDBSQLite

/// A prepared statement whose parameters and columns are integers.
///
/// For the rows that come by the hundred thousand: binding and stepping SQLite directly costs a fifth
/// of what general values do.
@safe struct IntegerStatement {
    private let db: Database
    private let statement: Statement
    private let handle: OpaquePointer

    init(_ db: Database, sql: String) throws {
        self.db = db
        statement = try db.cachedStatement(sql: sql)
        // Safe: the handle lives as long as the statement, which this value keeps.
        unsafe handle = statement.sqliteStatement
    }

    /// Inserts whole rows of so many columns.
    init(_ db: Database, insertInto table: String, columns: Int) throws {
        let places = Array(repeating: "?", count: columns).joined(separator: ", ")
        try self.init(db, sql: "INSERT INTO \(table) VALUES (\(places))")
    }

    /// A row of the result, valid during the call that gets it.
    @safe struct Row {
        fileprivate let handle: OpaquePointer

        /// The value of a column; NULL reads as 0.
        subscript(column: Int) -> Int64 { unsafe sqlite3_column_int64(handle, Int32(column)) }
    }

    /// Runs the statement once.
    ///
    /// - Parameter values: One for each parameter; `nil` is NULL.
    func execute(_ values: [Int64?]) throws {
        try forEachRow(values) { _ in }
    }

    /// Runs the statement and gives each row of its result.
    func forEachRow(_ values: [Int64?], _ body: (Row) throws -> Void) throws {
        defer { unsafe sqlite3_reset(handle) }
        for (index, value) in values.enumerated() {
            let code =
                if let value { unsafe sqlite3_bind_int64(handle, Int32(index + 1), value) } else {
                    unsafe sqlite3_bind_null(handle, Int32(index + 1))
                }
            try check(code, SQLITE_OK)
        }
        while true {
            let code = unsafe sqlite3_step(handle)
            if code == SQLITE_DONE { return }
            try check(code, SQLITE_ROW)
            try body(unsafe Row(handle: handle))
        }
    }

    private func check(_ code: Int32, _ expected: Int32) throws {
        guard code != expected else { return }
        let message = unsafe db.sqliteConnection.map { unsafe String(cString: sqlite3_errmsg($0)) }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
}
