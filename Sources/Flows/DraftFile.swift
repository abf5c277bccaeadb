import Dispatch
import Foundation
package import Pipeline

/// A file that is written as a draft beside its place, and put there only when it is whole; `-` is standard output.
///
/// `@unchecked Sendable`: who writes from several threads lets one write at a time.
package final class DraftFile: @unchecked Sendable {
    /// As the suffix of a name says.
    package static func compression(of path: String) -> Compression {
        switch (path as NSString).pathExtension.lowercased() {
        case "zst": .zstd
        case "gz": .gzip
        default: .plain
        }
    }

    private let path: String
    private let target: String
    private let draft: String
    private let writer: CompressedFileWriter
    private var isWhole = false
    /// They remove the draft when the run is ended from outside.
    private var signals: [any DispatchSourceSignal] = []

    /// Makes a draft beside the file's place, or writes to standard output.
    package init(_ path: String) throws {
        self.path = path
        let compression = Self.compression(of: path)
        let isStandardOutput = path == "-"
        if isStandardOutput || Self.isDevice(path) {
            // A pipe or a device is written to as it is.
            target = path
            draft = ""
            let descriptor =
                isStandardOutput ? dup(1) : unsafe open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw OutputFailure(
                    path: path, reason: unsafe String(cString: strerror(errno)))
            }
            writer = CompressedFileWriter(
                descriptor: descriptor, name: isStandardOutput ? "standard output" : path,
                compression: compression, effort: .fast)
        } else {
            // A link leads to the file that is replaced.
            target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            draft = "\(target).\(UUID().uuidString).partial"
            do {
                writer = try CompressedFileWriter(
                    path: draft, compression: compression, effort: .fast)
            } catch {
                throw OutputFailure(path: path, reason: error.reason)
            }
        }
        removeDraftOnSignals()
    }

    deinit {
        if !isWhole, !draft.isEmpty { unsafe unlink(draft) }
    }

    /// Whether something else than a file is there, which cannot be replaced by one.
    private static func isDevice(_ path: String) -> Bool {
        var found = stat()
        return unsafe stat(path, &found) == 0 && found.st_mode & S_IFMT != S_IFREG
    }

    private func removeDraftOnSignals() {
        guard !draft.isEmpty else { return }
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [draft] in
                unsafe unlink(draft)
                _exit(128 + number)
            }
            source.resume()
            signals.append(source)
        }
    }

    package func write(_ bytes: Span<UInt8>) throws { try writer.write(bytes) }

    package func write(_ text: String) throws { try writer.write(Array(text.utf8).span) }

    /// Puts the file in its place.
    package func finish() throws {
        try writer.finish()
        guard !draft.isEmpty else { return }
        try writer.synchronize()
        // Who may read an earlier file may read this one.
        var earlier = stat()
        if unsafe stat(target, &earlier) == 0 { unsafe chmod(draft, earlier.st_mode & 0o777) }
        guard unsafe rename(draft, target) == 0 else {
            throw OutputFailure(
                path: path, reason: unsafe String(cString: strerror(errno)))
        }
        isWhole = true
    }
}

/// An output file that could not be written.
package struct OutputFailure: Error, CustomStringConvertible {
    package let path: String
    package let reason: String
    package var description: String { "\(path): cannot be written (\(reason))" }

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }
}
