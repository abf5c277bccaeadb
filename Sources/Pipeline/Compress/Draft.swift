import Dispatch
import Foundation
import Synchronization

/// A file on the way to its place: it stands beside it under a name of its own until it is whole.
///
/// The name is `.NAME.UUID.partial`, and its writer holds a lock on it (`flock`) that ends with the process, however it ends.
/// So who writes to the same place later knows the drafts whose writer is gone, and removes them. A draft also goes when it is
/// let go of before ``putInPlace(mode:)``, and at SIGINT, SIGTERM and SIGHUP.
package final class Draft: Sendable {
    package struct Failure: Error {
        package let reason: String

        /// What the system said last.
        init() { reason = unsafe String(cString: strerror(errno)) }
    }

    package let path: String
    /// Open for reading and writing, until the draft is let go of.
    package let descriptor: Int32
    private let target: String
    private let folder: String

    private static let suffix = ".partial"

    /// Makes an empty draft that nobody else may read.
    package init(of target: String) throws(Failure) {
        self.target = target
        folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
        let prefix = ".\((target as NSString).lastPathComponent)."
        Self.removeDead(in: folder, prefix)
        while true {
            let path = "\(folder)/\(prefix)\(UUID().uuidString)\(Self.suffix)"
            Self.ending.add(path)
            let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                let failure = Failure()
                Self.ending.remove(path)
                throw failure
            }
            // Before it is locked, another process may take it for one of the dead. Where a file system has no such locks, no
            // draft is taken for dead.
            let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            var status = stat()
            if isLocked, unsafe fstat(descriptor, &status) == 0, status.st_nlink == 1 {
                self.path = path
                self.descriptor = descriptor
                return
            }
            close(descriptor)
            Self.ending.remove(path)
        }
    }

    deinit {
        Self.ending.remove(path)
        close(descriptor)
    }

    /// Puts the draft in its place, for good.
    ///
    /// It belongs to whom an earlier file there belongs to, as far as the system lets.
    ///
    /// - Parameter mode: Permissions; `nil` for those of the earlier file, or 0644 less the umask.
    package func putInPlace(mode: UInt32? = nil) throws(Failure) {
        var earlier = stat()
        let isThere = unsafe stat(target, &earlier) == 0
        if isThere, fchown(descriptor, earlier.st_uid, earlier.st_gid) != 0 {
            _ = fchown(descriptor, uid_t.max, earlier.st_gid)
        }
        let mode = mode ?? (isThere ? earlier.st_mode & 0o777 : 0o644 & ~Self.mask)
        guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0,
            unsafe rename(path, target) == 0
        else { throw Failure() }
        let place = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(place) }
        guard place >= 0, fsync(place) == 0 else { throw Failure() }
    }

    private static var mask: mode_t {
        let mask = umask(0o077)
        umask(mask)
        return mask
    }

    private static func removeDead(in folder: String, _ prefix: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
            let middle = name.dropFirst(prefix.count).dropLast(suffix.count)
            guard UUID(uuidString: String(middle)) != nil else { continue }
            let path = "\(folder)/\(name)"
            let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unsafe unlink(path) }
            close(descriptor)
        }
    }

    // MARK: Ending from outside

    private static let ending = Ending()

    /// Removes the drafts of this process when it is ended by a signal.
    ///
    /// `@unchecked Sendable`: the sources are set once, as it is made.
    private final class Ending: @unchecked Sendable {
        private let paths = Mutex<Set<String>>([])
        private var sources: [any DispatchSourceSignal] = []

        init() {
            for number in [SIGINT, SIGTERM, SIGHUP] {
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { [self] in
                    paths.withLock { for path in $0 { unsafe unlink(path) } }
                    _exit(128 + number)
                }
                source.resume()
                sources.append(source)
            }
        }

        func add(_ path: String) { _ = paths.withLock { $0.insert(path) } }

        /// Removes a draft, if it is there still.
        func remove(_ path: String) {
            paths.withLock { paths in
                paths.remove(path)
                unsafe unlink(path)
            }
        }
    }
}
