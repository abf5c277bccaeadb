import Foundation
import Synchronization

/// A file without a name, for what would not stay small in memory; it is gone with the process, however that ends.
///
/// It stands where `TMPDIR` says, else in `/var/tmp`: what is under `/tmp` is memory on some systems.
package final class SpillFile: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        let folder: String
        let reason: String
        package var description: String {
            "\(folder): ids of requests cannot be kept there for a while (\(reason)); name another folder with TMPDIR, or "
                + "compare no ids (duplicate_window_hours: 0)"
        }
    }

    private let folder: String
    private let descriptor: Int32
    private let end = Mutex<Int64>(0)

    /// The folder that is usual.
    package static var usualFolder: String {
        ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
    }

    package init(in folder: String = usualFolder) throws(Failure) {
        self.folder = folder
        var name = Array("\(folder)/flue-XXXXXX".utf8CString)
        // Safe: the array ends with a zero, and `mkstemp` writes within it.
        descriptor = unsafe mkstemp(&name)
        guard descriptor >= 0 else { throw Self.failure(folder) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unsafe unlink(name)
    }

    deinit { close(descriptor) }

    private static func failure(_ folder: String) -> Failure {
        Failure(folder: folder, reason: unsafe String(cString: strerror(errno)))
    }

    /// Adds requests behind those that are there.
    ///
    /// - Returns: Where they begin.
    func append(_ requests: [RequestIDs.Located]) throws(Failure) -> Int64 {
        let size = requests.count * MemoryLayout<RequestIDs.Located>.stride
        let start = end.withLock { end in
            defer { end += Int64(size) }
            return end
        }
        var done = 0
        while done < size {
            // Safe: `done` is below the array's size in bytes.
            let count = unsafe requests.withUnsafeBytes {
                unsafe pwrite(
                    descriptor, $0.baseAddress.map { unsafe $0 + done }, size - done,
                    off_t(start + Int64(done)))
            }
            guard count > 0 || count < 0 && errno == EINTR else { throw Self.failure(folder) }
            done += max(0, count)
        }
        return start
    }

    func read(_ count: Int, at offset: Int64) throws(Failure) -> [RequestIDs.Located] {
        let size = count * MemoryLayout<RequestIDs.Located>.stride
        var isWhole = true
        // Safe: the buffer has room for as many, and each is three integers, of which any bits are a value.
        let requests = unsafe [RequestIDs.Located](unsafeUninitializedCapacity: count) {
            buffer, initialized in
            var done = 0
            while done < size, isWhole {
                let got = unsafe pread(
                    descriptor,
                    UnsafeMutableRawBufferPointer(buffer).baseAddress.map {
                        unsafe $0 + done
                    }, size - done, off_t(offset + Int64(done)))
                isWhole = got > 0 || got < 0 && errno == EINTR
                done += max(0, got)
            }
            initialized = isWhole ? count : 0
        }
        guard isWhole else { throw Self.failure(folder) }
        return requests
    }
}
