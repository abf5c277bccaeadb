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
    /// `nil` for what is written to as it is.
    private let draft: Draft?
    private let writer: CompressedFileWriter

    /// Makes a draft beside the file's place, or writes to standard output.
    ///
    /// - Parameter compression: `nil` for that which the name says.
    package init(_ path: String, _ compression: Compression? = nil) throws {
        self.path = path
        let compression = compression ?? Self.compression(of: path)
        let isStandardOutput = path == "-"
        let descriptor: Int32
        if isStandardOutput || Self.isDevice(path) {
            draft = nil
            descriptor = isStandardOutput ? dup(1) : unsafe open(path, O_WRONLY | O_CLOEXEC)
        } else {
            // A link leads to the file that is replaced.
            let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            do throws(Draft.Failure) {
                draft = try Draft(of: target)
            } catch {
                throw OutputFailure(path: path, reason: error.reason)
            }
            descriptor = draft.map { dup($0.descriptor) } ?? -1
        }
        guard descriptor >= 0 else {
            throw OutputFailure(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        writer = CompressedFileWriter(
            descriptor: descriptor, name: isStandardOutput ? "standard output" : path,
            compression: compression, effort: .fast)
    }

    /// Whether something else than a file is there, which cannot be replaced by one.
    private static func isDevice(_ path: String) -> Bool {
        var found = stat()
        return unsafe stat(path, &found) == 0 && found.st_mode & S_IFMT != S_IFREG
    }

    package func write(_ bytes: Span<UInt8>) throws { try writer.write(bytes) }

    package func write(_ text: String) throws { try writer.write(Array(text.utf8).span) }

    /// Puts the file in its place.
    package func finish() throws {
        try writer.finish()
        do throws(Draft.Failure) {
            try draft?.putInPlace()
        } catch {
            throw OutputFailure(path: path, reason: error.reason)
        }
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
