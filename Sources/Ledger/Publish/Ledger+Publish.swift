import Foundation
import GRDB
import Pipeline

extension Ledger {
    /// What publishing did.
    package struct PublishOutcome: Sendable {
        package let bytes: Int64
        /// Days whose rows were written.
        package let days: Int
        /// Other days stand as they were published before.
        package let isUpdate: Bool
    }

    /// Writes the database for BI readers and puts it in place at once.
    ///
    /// An earlier publication at `path` is brought up to date by the days that changed, in a copy. Readers need no more than
    /// read permission: the file has a rollback journal and none beside it. Those that have the earlier one open keep it.
    ///
    /// - Parameters:
    ///   - hourlyDays: For how many of the latest days there are hours by all dimensions; `nil` for as many as the earlier
    ///     publication has, or none.
    ///   - mode: Permissions; `nil` for those of the earlier publication, or 0644 less the umask.
    package func publish(
        to path: String, hourlyDays: Int? = nil, version: String, mode: UInt32? = nil
    ) throws(LedgerError) -> PublishOutcome {
        let exists = try checkTarget(path)
        return try translating(path) {
            do {
                let draft = try Draft(of: path)
                var isUpdate = exists
                if exists { try copy(path, to: draft) }
                var days = try write(
                    draft.path, isUpdate: exists, hourlyDays: hourlyDays, version: version)
                if days == nil {
                    // Of another schema, or with values that no run writes: made anew.
                    isUpdate = false
                    ftruncate(draft.descriptor, 0)
                    days = try write(
                        draft.path, isUpdate: false, hourlyDays: hourlyDays, version: version)
                }
                var status = stat()
                unsafe fstat(draft.descriptor, &status)
                try draft.putInPlace(mode: mode)
                return PublishOutcome(
                    bytes: Int64(status.st_size), days: days ?? 0, isUpdate: isUpdate)
            } catch let failure as Draft.Failure {
                throw LedgerError.cannotCreate(path: path, reason: failure.reason)
            }
        }
    }

    private func copy(_ path: String, to draft: Draft) throws {
        let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let target = FileHandle(fileDescriptor: draft.descriptor, closeOnDealloc: false)
        while let block = try source.read(upToCount: 1 << 20), !block.isEmpty {
            try target.write(contentsOf: block)
        }
    }

    /// - Returns: How many days were written; `nil` for a draft that cannot be updated.
    private func write(
        _ draft: String, isUpdate: Bool, hourlyDays: Int?, version: String
    ) throws -> Int? {
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        configuration.prepareDatabase { db in
            // A draft that is not whole is thrown away.
            try db.execute(
                sql: """
                    PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
                    PRAGMA cache_size = -65536
                    """)
        }
        let queue: DatabaseQueue
        do {
            queue = try DatabaseQueue(path: draft, configuration: configuration)
            guard try !isUpdate || queue.read(Publication.isCurrent) else { return nil }
        } catch let error as DatabaseError
            where isUpdate && error.resultCode.primaryResultCode == .SQLITE_NOTADB
        {
            return nil
        }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "ATTACH ? AS ledger", arguments: [path])
        }
        // Deferred: it locks what it writes, the draft, and only reads the ledger.
        var days = 0
        do {
            try queue.writeWithoutTransaction { db in
                try db.inTransaction(.deferred) {
                    let publication = Publication(db)
                    if !isUpdate { try publication.make() }
                    days = try publication.update(version: version, hourlyDays: hourlyDays)
                    return .commit
                }
            }
        } catch is RowDecodingError where isUpdate {
            return nil
        }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "DETACH ledger")
            // Statistics let readers' queries find the right index; the mode is that of a file alone.
            if !isUpdate { try db.execute(sql: "PRAGMA analysis_limit = 1000; ANALYZE") }
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
        }
        try queue.close()
        return days
    }

    /// The publication may take the place of an earlier one, and of nothing else.
    ///
    /// - Returns: Whether there is one.
    private func checkTarget(_ path: String) throws(LedgerError) -> Bool {
        let name = (path as NSString).lastPathComponent
        guard !name.hasSuffix("-journal"), !name.hasSuffix("-wal"), !name.hasSuffix(".lock") else {
            throw .cannotCreate(path: path, reason: "the name belongs to SQLite or flue")
        }
        var target = stat()
        guard unsafe lstat(path, &target) == 0 else { return false }
        guard target.st_mode & S_IFMT == S_IFREG else {
            throw .cannotCreate(path: path, reason: "something else than a file is there")
        }
        var own = stat()
        let isOwn =
            unsafe stat(self.path, &own) == 0 && own.st_ino == target.st_ino
            && own.st_dev == target.st_dev
        guard !isOwn else { throw .cannotCreate(path: path, reason: "it is the ledger itself") }
        let header = FileHandle(forReadingAtPath: path)?.readData(ofLength: 72) ?? Data()
        let owner = header.count == 72 ? header[68..<72].reduce(0) { $0 << 8 | UInt32($1) } : 0
        guard header.starts(with: "SQLite format 3\0".utf8),
            owner == UInt32(Publication.applicationID)
        else { throw .notPublished(path: path) }
        return true
    }
}
