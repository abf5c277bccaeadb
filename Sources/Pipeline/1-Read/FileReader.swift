import Crypto
import Foundation

/// What identifies a file: its bytes as delivered.
package struct FileIdentity: Equatable, Sendable {
    package let name: String
    /// SHA-256 of the bytes as delivered, 32 bytes.
    package let sha256: [UInt8]
    /// How many bytes were delivered.
    package let bytes: Int64
    /// SHA-256 of the first ``headLength`` bytes; `nil` for a shorter file. Files that begin alike may be
    /// one file at two stages of its growth, whatever their names.
    package let head: [UInt8]?

    package static let headLength: Int64 = 512

    package init(name: String, sha256: [UInt8], bytes: Int64, head: [UInt8]? = nil) {
        self.name = name
        self.sha256 = sha256
        self.bytes = bytes
        self.head = head
    }
}

/// Without the name, which says nothing of the bytes.
extension FileIdentity: Codable {
    private enum CodingKeys: CodingKey { case sha256, bytes, head }

    package init(from decoder: any Swift.Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: "", sha256: try values.decode([UInt8].self, forKey: .sha256),
            bytes: try values.decode(Int64.self, forKey: .bytes),
            head: try values.decodeIfPresent([UInt8].self, forKey: .head))
    }
}

/// Reads a file once, block by block, and digests what it reads.
package final class FileReader {
    private let file: InputFile
    private let descriptor: Int32
    private let statusAtOpen: stat
    private var hasher = SHA256()
    private let isDigested: Bool
    private var block: [UInt8]
    private var start = 0
    private var end = 0
    private(set) var bytesRead: Int64 = 0
    private var probeLengths: [Int64]
    /// SHA-256 of the first bytes, by how many, as asked for.
    private(set) var probes: [Int64: [UInt8]] = [:]

    /// - Parameters:
    ///   - probeLengths: After so many bytes the digest so far is kept in ``probes``.
    ///   - isDigested: `false` to measure reading alone; then all digests are of nothing.
    init(
        _ file: InputFile, blockSize: Int = 256 * 1_024, probeLengths: [Int64] = [],
        isDigested: Bool = true
    ) throws(InputError) {
        self.file = file
        self.isDigested = isDigested
        self.probeLengths = Set(probeLengths + [FileIdentity.headLength]).sorted()
        block = [UInt8](repeating: 0, count: blockSize)
        descriptor =
            unsafe file.isStandardInput ? 0 : open(file.name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .unreadable(reason: unsafe String(cString: strerror(errno)))
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .unreadable(reason: unsafe String(cString: strerror(errno)))
        }
        statusAtOpen = status
        if !file.isStandardInput, status.st_mode & S_IFMT != S_IFREG {
            throw .unreadable(reason: "not a regular file")
        }
    }

    deinit { if !file.isStandardInput { close(descriptor) } }

    /// Bytes that were read and not yet consumed.
    var available: Range<Int> { start..<end }

    func withAvailable<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let block = self.block
        return try body(block.span.extracting(start..<end))
    }

    func consume(_ count: Int) { start += count }

    /// Reads the next block when all bytes are consumed. `false` at the end of the file.
    ///
    /// A block is full unless the file ends: a pipe that gives single bytes shows its first ones together.
    func fill() throws(InputError) -> Bool {
        guard start == end else { return true }
        var count = 0
        while count < block.count {
            let added = unsafe block.withUnsafeMutableBytes { buffer in
                // Safe: `count ..< buffer.count` lies within the block.
                unsafe read(
                    descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if added == 0 { break }
            guard added > 0 else {
                if errno == EINTR { continue }
                throw .unreadable(reason: unsafe String(cString: strerror(errno)))
            }
            count += added
        }
        start = 0
        end = count
        if isDigested { digest(count) } else { bytesRead += Int64(count) }
        return count > 0
    }

    private func digest(_ count: Int) {
        let previous = bytesRead
        bytesRead += Int64(count)
        var from = 0
        while let length = probeLengths.first, bytesRead >= length {
            let end = Int(length - previous)
            update(from..<end)
            from = end
            probes[length] = Array(hasher.finalize())
            probeLengths.removeFirst()
        }
        update(from..<count)
    }

    private func update(_ range: Range<Int>) {
        unsafe block.withUnsafeBytes { buffer in
            // Safe: callers pass ranges of bytes that were read.
            unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[range]))
        }
    }

    /// The file's identity, after its last byte was read.
    ///
    /// - Throws: ``InputError/changedWhileReading`` when size or time of change moved meanwhile.
    func finish() throws(InputError) -> FileIdentity {
        if !file.isStandardInput {
            var status = stat()
            guard unsafe fstat(descriptor, &status) == 0, status.st_size == bytesRead,
                status.st_mtim.tv_sec == statusAtOpen.st_mtim.tv_sec,
                status.st_mtim.tv_nsec == statusAtOpen.st_mtim.tv_nsec
            else { throw .changedWhileReading }
        }
        return FileIdentity(
            name: file.name, sha256: Array(hasher.finalize()), bytes: bytesRead,
            head: probes[FileIdentity.headLength])
    }

    /// Reads and digests the whole file, and nothing else.
    package static func identity(of file: InputFile) throws(InputError) -> FileIdentity {
        let reader = try FileReader(file)
        while try reader.fill() { reader.consume(reader.available.count) }
        return try reader.finish()
    }
}
