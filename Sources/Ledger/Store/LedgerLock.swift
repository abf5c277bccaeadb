import Foundation

/// Lets one run at a time write a ledger. The lock ends with the process, however it ends.
struct LedgerLock: ~Copyable {
    private let descriptor: Int32

    /// - Throws: ``LedgerError/busy`` at once when another process holds the lock.
    init(database: String) throws(LedgerError) {
        // Beside the database, never on it: closing any descriptor of an open database drops
        // SQLite's own locks (sqlite.org/howtocorrupt.html, 2.2).
        let path = database + ".lock"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw .cannotCreate(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .busy(path: database)
        }
    }

    deinit { close(descriptor) }
}
