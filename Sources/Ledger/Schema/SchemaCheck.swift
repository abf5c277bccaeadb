import GRDB

/// Whether the tables and views of a database are the declared ones.
///
/// `STRICT` and the checks of columns hold for what was written through them. A table that a hand made anew without them may
/// hold anything.
struct SchemaCheck: Sendable {
    /// What the migrations and the derived schema make.
    static let ledger = SchemaCheck { queue in
        try FactSchema.migrator.migrate(queue)
        try queue.write(DerivedSchema.make)
    }

    static let publication = SchemaCheck { queue in
        try queue.write { db in try Publication(db).make() }
    }

    private struct Declaration: Equatable {
        let name: String
        let sql: String?
    }

    private let declared: Result<[Declaration], any Error>

    private init(_ make: (DatabaseQueue) throws -> Void) {
        declared = Result {
            let queue = try DatabaseQueue()
            try make(queue)
            return try queue.read(Self.declarations)
        }
    }

    private static func declarations(_ db: Database) throws -> [Declaration] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT name, sql FROM main.sqlite_schema
                WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name
                """
        ).map { try Declaration(name: $0[0], sql: $0[1]) }
    }

    /// The first table or view that is missing or another one; `nil` where all are as declared.
    func changed(_ db: Database) throws -> String? {
        let present = try Self.declarations(db)
        return try declared.get().first { !present.contains($0) }?.name
    }
}
