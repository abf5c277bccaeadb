import GRDB

/// Names with the numbers that a table gives them.
struct NameTable {
    private let db: Database
    private let table: String
    private var ids: [ExactText: Int64] = [:]

    init(_ db: Database, table: String) throws {
        self.db = db
        self.table = table
        let rows = try Row.fetchCursor(db, sql: "SELECT \(table)_id, name FROM \(table)")
        while let row = try rows.next() { try ids[ExactText(row[1])] = row[0] }
    }

    /// The number of `name`; a new name is inserted.
    mutating func id(of name: ExactText) throws -> Int64 {
        if let known = ids[name] { return known }
        try db.execute(sql: "INSERT INTO \(table) (name) VALUES (?)", arguments: [name.text])
        ids[name] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    /// Names by number.
    var names: [Int64: String] {
        Dictionary(ids.map { ($0.value, $0.key.text) }, uniquingKeysWith: min)
    }
}

/// Text that equals only the same bytes. `String` holds spellings for equal that SQLite keeps apart, and
/// then the first one met would name both.
struct ExactText: Hashable, Comparable {
    let text: String
    private let bytes: [UInt8]

    init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
    }

    static func == (left: ExactText, right: ExactText) -> Bool { left.bytes == right.bytes }
    static func < (left: ExactText, right: ExactText) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
