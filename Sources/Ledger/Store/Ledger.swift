package import Accounting
import Foundation
import GRDB

/// The database: facts in, derived rows beside them, published views on top.
///
/// All changes of a commit happen in one transaction, so a reader and a crash see all or nothing.
package final class Ledger: Sendable {
    package let path: String
    let database: DatabaseQueue

    /// `flue` in ASCII, at offset 68 of the file.
    static let applicationID: Int32 = 0x666C_7565

    /// Who may change the ledger.
    package enum Access: Sendable {
        case read, write
    }

    private let lock: Lock?

    /// Keeps the noncopyable lock alive as long as the ledger.
    private final class Lock: Sendable {
        private let lock: LedgerLock
        init(_ lock: consuming LedgerLock) { self.lock = lock }
    }

    /// Opens the ledger at `path`; for writing it is made when missing, and its schema brought up to date.
    ///
    /// - Parameter waiting: Told once in each wait, after a second, that another process holds the database.
    package init(
        path: String, access: Access, waiting: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(LedgerError) {
        self.path = path
        if access == .read, !FileManager.default.fileExists(atPath: path) {
            throw .missing(path: path)
        }
        // A link and the file that it leads to are one ledger.
        let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        lock = access == .write ? Lock(try LedgerLock(database: real)) : nil
        database = try translating(path) {
            let database = try DatabaseQueue(
                path: path, configuration: Self.configuration(access, path, waiting))
            try Self.check(database, path, access)
            if access == .write { try Self.bringUpToDate(database) }
            if let table = try database.read(SchemaCheck.ledger.changed) {
                throw LedgerError.changed(path: path, table: table)
            }
            return database
        }
    }

    private static func configuration(
        _ access: Access, _ path: String, _ waiting: @escaping @Sendable (String) -> Void
    ) -> Configuration {
        var configuration = Configuration()
        // Every reference is to a row that the same transaction looked up or made; `verify` checks them all.
        configuration.foreignKeysEnabled = false
        // After a crash a reader must be able to roll back; where it may not write, it only reads.
        configuration.readonly =
            access == .read && !FileManager.default.isWritableFile(atPath: path)
        configuration.busyMode = .callback { tries in
            if tries == 20 {
                waiting(
                    "\(path): another process reads or writes it; waits up to 30 s for it to finish"
                )
            }
            usleep(50_000)
            return tries < 600
        }
        configuration.prepareDatabase { db in
            db.add(function: HistogramFunctions.count)
            db.add(function: HistogramFunctions.sum)
            db.add(function: StatementDump.dimensionDigest)
            // Of a new file only; SQLite ignores it for others.
            try db.execute(sql: "PRAGMA page_size = 16384")
            // A committed night must survive a power cut: also the folder must know that the journal is gone, or it would be
            // played back. And a hostile schema must not run code.
            try db.execute(sql: "PRAGMA synchronous = EXTRA; PRAGMA trusted_schema = OFF")
            // Emptied pages are reused. A larger cache makes no night faster, as rows come in the order of their keys.
            try db.execute(sql: "PRAGMA cache_size = -8192")
            if access == .read { try db.execute(sql: "PRAGMA query_only = ON") }
        }
        return configuration
    }

    private static func check(
        _ database: DatabaseQueue, _ path: String, _ access: Access
    ) throws {
        try database.read { db in
            // A run that was killed while it made the schema may leave the table of migrations.
            let tables = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM sqlite_schema WHERE tbl_name <> 'grdb_migrations'")
            if tables == 0 {
                guard access == .write else { throw LedgerError.missing(path: path) }
                return
            }
            let id = try Int32.fetchOne(db, sql: "PRAGMA application_id")
            guard id == applicationID else { throw LedgerError.foreign(path: path) }
            if try FactSchema.predates(db) { throw LedgerError.predates(path: path) }
            let isNewer = try FactSchema.migrator.hasBeenSuperseded(db)
            guard !isNewer else { throw LedgerError.newer(path: path) }
            guard access == .read else { return }
            let isComplete =
                try FactSchema.migrator.hasCompletedMigrations(db) && DerivedSchema.isCurrent(db)
                && DerivedSchema.isDerived(db)
            guard !isComplete else { return }
            // Without a run nothing was ever taken in: its making was interrupted.
            let hasRuns =
                try db.tableExists("run")
                && Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM run)") == true
            throw hasRuns ? LedgerError.older(path: path) : LedgerError.missing(path: path)
        }
    }

    /// Brings facts to the present schema, step by step, and makes derived tables anew where their definition is another.
    ///
    /// Each step is a transaction: a run that is killed between two of them leaves what the next one goes on from.
    private static func bringUpToDate(_ database: DatabaseQueue) throws {
        try database.write { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        }
        try FactSchema.migrator.migrate(database)
        try database.write { db in
            let version = try FactSchema.migrator.appliedMigrations(db).count
            if try Int.fetchOne(db, sql: "PRAGMA user_version") != version {
                try db.execute(sql: "PRAGMA user_version = \(version)")
            }
            guard try !DerivedSchema.isCurrent(db) else { return }
            try DerivedSchema.make(db)
            try GridInForce.derive(db)
        }
    }

    /// Whether the derived rows rest on `method`, or there are none to rest on any.
    package func rests(on method: Method) throws -> Bool {
        try read { db in try rests(db, on: method) }
    }

    func rests(_ db: Database, on method: Method) throws -> Bool {
        let known = try Data.fetchOne(
            db, sql: "SELECT sha256 FROM derivation JOIN method USING (method_id)")
        let isEmpty =
            try known == nil
            && Bool.fetchOne(db, sql: "SELECT NOT EXISTS (SELECT 1 FROM usage)") == true
        return isEmpty || known == RunRecord.digest(of: method)
    }

    /// Runs `body` in one transaction.
    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do { return try database.write(body) } catch {
            throw LedgerError(error, path: path) ?? error
        }
    }

    /// Runs `body` on one consistent state.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do { return try database.read(body) } catch {
            throw LedgerError(error, path: path) ?? error
        }
    }
}

/// Names what SQLite and the system report in the words of ``LedgerError``.
func translating<Result>(
    _ path: String, _ body: () throws -> Result
) throws(LedgerError) -> Result {
    do {
        return try body()
    } catch {
        throw LedgerError(error, path: path) ?? .io(path: path, reason: "\(error)")
    }
}

extension LedgerError {
    /// `nil` for what neither SQLite nor a value of the database is the reason of.
    init?(_ error: any Error, path: String) {
        switch error {
        case let error as LedgerError: self = error
        case let error as DatabaseError: self.init(error, path: path)
        case let error as RowDecodingError: self = .impossible(error.summary)
        default: return nil
        }
    }

    /// What SQLite says, with its code.
    private init(_ error: DatabaseError, path: String) {
        let code = error.extendedResultCode.rawValue
        let reason =
            error.message.map { "SQLite says: \($0), code \(code)" } ?? "SQLite error \(code)"
        self =
            switch error.resultCode.primaryResultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
            // What the program asks is well formed: a table or a column is missing, or a sum passes 2^63.
            case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR:
                .damaged(path: path, reason: reason)
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
                .cannotCreate(path: path, reason: reason)
            case .SQLITE_FULL: .full(path: path)
            // Some values go from table to table as they are.
            case .SQLITE_CONSTRAINT
            where error.extendedResultCode == .SQLITE_CONSTRAINT_DATATYPE: .impossible(reason)
            case .SQLITE_CONSTRAINT: .invariant(reason)
            default: .io(path: path, reason: reason)
            }
    }
}
