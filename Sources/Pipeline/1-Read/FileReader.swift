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
///
/// Of a part it reads and digests that, and then, when ``goOn()`` says so, what follows it.
package final class FileReader {
    private let file: InputFile
    /// The part that is read.
    private let range: FileRange?
    /// Bytes that are left of the part.
    private var rest: Int64
    private var isBehindPart = false
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

    /// SHA-256 of the first bytes of the file, where a part of it is read: they say how its records are read.
    private(set) var beginning: [UInt8] = []
    private static let beginningLength = 1 << 16

    /// - Parameters:
    ///   - probeLengths: After so many bytes the digest so far is kept in ``probes``.
    ///   - isDigested: `false` to measure reading alone, or to look; then all digests are of nothing.
    ///   - fromStart: Whether the file is read from its beginning, also where a part is to be read.
    init(
        _ file: InputFile, blockSize: Int = 256 * 1_024, probeLengths: [Int64] = [],
        isDigested: Bool = true, fromStart: Bool = false
    ) throws(InputError) {
        self.file = file
        range = fromStart ? nil : file.range
        rest = range.map { Int64($0.bytes.count) } ?? .max
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
        guard let range else { return }
        self.probeLengths = []
        guard status.st_size == range.file.bytes,
            lseek(descriptor, off_t(range.bytes.lowerBound), SEEK_SET) == range.bytes.lowerBound
        else { throw .changedSincePlan }
        beginning = try digestBeginning(min(Self.beginningLength, status.st_size))
        guard status.st_size >= FileIdentity.headLength else { return }
        probes[FileIdentity.headLength] = try digestBeginning(Int(FileIdentity.headLength))
    }

    private func digestBeginning(_ length: Int) throws(InputError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe pread(descriptor, $0.baseAddress, $0.count, 0)
        }
        guard count == length else { throw .changedWhileReading }
        return Array(SHA256.hash(data: bytes))
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
        let limit = Int(min(Int64(block.count), rest))
        while count < limit {
            let added = unsafe block.withUnsafeMutableBytes { buffer in
                // Safe: `count ..< limit` lies within the block.
                unsafe read(descriptor, buffer.baseAddress?.advanced(by: count), limit - count)
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
        if range != nil, !isBehindPart { rest -= Int64(count) }
        if isDigested, !isBehindPart { digest(count) } else { bytesRead += Int64(count) }
        return count > 0
    }

    /// Whether all of the part has been given out, and the file may go on.
    var isAtEndOfPart: Bool { range != nil && !isBehindPart && rest == 0 && start == end }

    /// From here on what follows the part is read, which is not digested.
    func goOn() {
        isBehindPart = true
        rest = .max
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

    /// The file's identity, after its last byte, or that of the part, was read.
    ///
    /// - Throws: ``InputError/changedWhileReading`` when size or time of change moved meanwhile.
    func finish() throws(InputError) -> FileIdentity {
        if !file.isStandardInput {
            var status = stat()
            guard unsafe fstat(descriptor, &status) == 0,
                status.st_size == range?.file.bytes ?? bytesRead,
                status.st_mtim.tv_sec == statusAtOpen.st_mtim.tv_sec,
                status.st_mtim.tv_nsec == statusAtOpen.st_mtim.tv_nsec
            else { throw .changedWhileReading }
        }
        let digest = Array(hasher.finalize())
        if let range, digest != range.sha256 { throw .changedSincePlan }
        return FileIdentity(
            name: file.name, sha256: range?.file.sha256 ?? digest,
            bytes: range?.file.bytes ?? bytesRead,
            head: probes[FileIdentity.headLength])
    }

    /// Reads and digests the whole file, and nothing else.
    package static func identity(of file: InputFile) throws(InputError) -> FileIdentity {
        let reader = try FileReader(file)
        while try reader.fill() { reader.consume(reader.available.count) }
        return try reader.finish()
    }
}
