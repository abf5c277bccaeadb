import Crypto
import Foundation

/// What identifies a file: its bytes as delivered.
package struct FileIdentity: Equatable, Sendable {
    package let name: String
    /// SHA-256 of the bytes as delivered, 32 bytes.
    package let sha256: [UInt8]
    package let bytes: Int64

    package init(name: String, sha256: [UInt8], bytes: Int64) {
        self.name = name
        self.sha256 = sha256
        self.bytes = bytes
    }
}

/// Reads a file once, block by block, and digests what it reads.
package final class FileReader {
    private let file: InputFile
    private let descriptor: Int32
    private let statusAtOpen: stat
    private var hasher = SHA256()
    private var block: [UInt8]
    private var start = 0
    private var end = 0
    private(set) var bytesRead: Int64 = 0
    private let probeLength: Int64?
    /// SHA-256 of the first `probeLength` bytes, once they were read.
    private(set) var probe: [UInt8]?

    /// - Parameter probeLength: After this many bytes the digest so far is kept in ``probe``.
    init(
        _ file: InputFile, blockSize: Int = 256 * 1_024, probeLength: Int64? = nil
    ) throws(InputError) {
        self.file = file
        self.probeLength = probeLength
        block = [UInt8](repeating: 0, count: blockSize)
        descriptor = unsafe file.isStandardInput ? 0 : open(file.name, O_RDONLY | O_CLOEXEC)
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
    func fill() throws(InputError) -> Bool {
        guard start == end else { return true }
        let count = unsafe block.withUnsafeMutableBytes { buffer in
            // Safe: the buffer's own count bounds the read.
            unsafe read(descriptor, buffer.baseAddress, buffer.count)
        }
        guard count >= 0 else { throw .unreadable(reason: unsafe String(cString: strerror(errno))) }
        start = 0
        end = count
        digest(count)
        return count > 0
    }

    private func digest(_ count: Int) {
        let previous = bytesRead
        bytesRead += Int64(count)
        var from = 0
        if let probeLength, probe == nil, bytesRead >= probeLength {
            from = Int(probeLength - previous)
            update(0..<from)
            probe = Array(hasher.finalize())
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
            name: file.name, sha256: Array(hasher.finalize()), bytes: bytesRead)
    }

    /// Reads and digests the whole file, and nothing else.
    package static func identity(of file: InputFile) throws(InputError) -> FileIdentity {
        let reader = try FileReader(file)
        while try reader.fill() { reader.consume(reader.available.count) }
        return try reader.finish()
    }
}
