import Foundation
import GRDB

extension Ledger {
    /// Writes a consistent copy for BI readers and puts it in place at once.
    ///
    /// The copy is a rollback-journal file without a journal beside it, so readers need no more than
    /// read permission. Readers of an earlier copy keep what they opened.
    ///
    /// - Returns: Bytes of the copy.
    package func publish(to path: String) throws(LedgerError) -> Int64 {
        try checkTarget(path)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let draft = folder.appendingPathComponent(".\(UUID().uuidString).flue.tmp").path
        defer { try? FileManager.default.removeItem(atPath: draft) }
        return try translating(path) {
            // Only the owner may read it until it is whole.
            let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw LedgerError.cannotCreate(
                    path: path, reason: unsafe String(cString: strerror(errno)))
            }
            close(descriptor)
            try database.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [draft])
            }
            try check(draft)
            return try move(draft, to: path, in: folder.path)
        }
    }

    /// The copy may take the place of an earlier copy, and of nothing else.
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
    }

    private func check(_ draft: String) throws {
        let copy = try DatabaseQueue(path: draft)
        try copy.read { db in
            let problem = try String.fetchOne(db, sql: "PRAGMA integrity_check")
            guard problem == "ok" else {
                throw LedgerError.damaged(path: draft, reason: problem ?? "unknown")
            }
        }
        try copy.close()
    }

    private func move(_ draft: String, to path: String, in folder: String) throws -> Int64 {
        try synchronize(draft)
        guard unsafe chmod(draft, 0o640) == 0, unsafe rename(draft, path) == 0 else {
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
