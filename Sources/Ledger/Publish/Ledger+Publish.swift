import Foundation
import GRDB

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
    ///   - mode: Permissions; `nil` for those of the earlier publication, or 0644.
    package func publish(
        to path: String, hourlyDays: Int? = nil, version: String, mode: UInt32? = nil
    ) throws(LedgerError) -> PublishOutcome {
        try checkTarget(path)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let draft = folder.appendingPathComponent(".\(UUID().uuidString).flue.tmp").path
        defer { try? FileManager.default.removeItem(atPath: draft) }
        return try translating(path) {
            var earlier = stat()
            let exists = unsafe stat(path, &earlier) == 0
            if exists { try FileManager.default.copyItem(atPath: path, toPath: draft) }
            var (days, isUpdate) = try write(
                draft, isUpdate: exists, hourlyDays: hourlyDays, version: version)
            if exists, !isUpdate {
                // Of another program or schema: made anew.
                try FileManager.default.removeItem(atPath: draft)
                (days, isUpdate) = try write(
                    draft, isUpdate: false, hourlyDays: hourlyDays, version: version)
                isUpdate = false
            }
            let permissions = mode ?? (exists ? earlier.st_mode & 0o777 : 0o644)
            let bytes = try move(draft, to: path, in: folder.path, permissions)
            return PublishOutcome(bytes: bytes, days: days, isUpdate: isUpdate && exists)
        }
    }

    /// - Returns: How many days were written, and whether the draft could be updated.
    private func write(
        _ draft: String, isUpdate: Bool, hourlyDays: Int?, version: String
    ) throws -> (days: Int, isUpdate: Bool) {
        if !isUpdate {
            // Only the owner may read it until it is whole.
            let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw LedgerError.cannotCreate(
                    path: draft, reason: unsafe String(cString: strerror(errno)))
            }
            close(descriptor)
        }
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
            guard try !isUpdate || queue.read(Publication.isCurrent) else { return (0, false) }
        } catch let error as DatabaseError
            where isUpdate && error.resultCode.primaryResultCode == .SQLITE_NOTADB
        {
            return (0, false)
        }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "ATTACH ? AS ledger", arguments: [path])
        }
        let days = try queue.write { db in
            let publication = Publication(db)
            if !isUpdate { try publication.make() }
            return try publication.update(version: version, hourlyDays: hourlyDays)
        }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "DETACH ledger")
            // Statistics let readers' queries find the right index; the mode is that of a file alone.
            if !isUpdate { try db.execute(sql: "PRAGMA analysis_limit = 1000; ANALYZE") }
            try db.execute(sql: "PRAGMA journal_mode = DELETE")
        }
        try queue.close()
        return (days, true)
    }

    /// The publication may take the place of an earlier one, and of nothing else.
    private func checkTarget(_ path: String) throws(LedgerError) {
        let name = (path as NSString).lastPathComponent
        guard !name.hasSuffix("-journal"), !name.hasSuffix("-wal"), !name.hasSuffix(".lock") else {
            throw .cannotCreate(path: path, reason: "the name belongs to SQLite or flue")
        }
        var target = stat()
        guard unsafe lstat(path, &target) == 0 else { return }
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
        guard header.isEmpty || owner == UInt32(Publication.applicationID) else {
            throw .notPublished(path: path)
        }
    }

    private func move(
        _ draft: String, to path: String, in folder: String, _ mode: mode_t
    ) throws -> Int64 {
        guard unsafe chmod(draft, mode) == 0 else {
            throw LedgerError.cannotCreate(
                path: path, reason: unsafe String(cString: strerror(errno)))
        }
        try synchronize(draft)
        guard unsafe rename(draft, path) == 0 else {
            throw LedgerError.cannotCreate(
                path: path, reason: unsafe String(cString: strerror(errno)))
        }
        try synchronize(folder)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
        return size?.int64Value ?? 0
    }

    /// Makes a file or folder survive a power cut.
    private func synchronize(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw LedgerError.io(path: path, reason: unsafe String(cString: strerror(errno)))
        }
    }
}
