import CZlib
import CZstd
import Foundation

/// Writes bytes to a file, compressed.
package final class CompressedFileWriter {
    private let descriptor: Int32
    private let path: String
    private let encoder: any Encoder
    private var block = [UInt8](repeating: 0, count: 128 * 1_024)

    /// Why a file could not be written.
    package struct Failure: Error, CustomStringConvertible {
        package let path: String
        package let reason: String
        /// The reader of a pipe has closed it.
        package var isClosedPipe = false
        package var description: String { "\(path): cannot be written (\(reason))" }
    }

    /// How much time goes into making the file small.
    package enum Effort: Sendable {
        case usual, fast
    }

    /// Makes or empties the file at `path`.
    package init(
        path: String, compression: Compression, effort: Effort = .usual
    ) throws(Failure) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw Failure(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        encoder = Self.encoder(compression, effort)
    }

    deinit { close(descriptor) }

    /// Writes to a descriptor that is open, and closes it in the end.
    ///
    /// - Parameter name: For messages.
    package init(
        descriptor: Int32, name: String, compression: Compression, effort: Effort = .usual
    ) {
        path = name
        self.descriptor = descriptor
        encoder = Self.encoder(compression, effort)
    }

    private static func encoder(_ compression: Compression, _ effort: Effort) -> any Encoder {
        switch compression {
        case .plain: PlainEncoder()
        case .gzip: GzipEncoder(level: effort == .fast ? 1 : 6)
        case .zstd: ZstdEncoder(level: effort == .fast ? 1 : 3)
        }
    }

    /// Adds bytes to the file.
    package func write(_ bytes: Span<UInt8>) throws(Failure) { try encode(bytes, isLast: false) }

    /// Ends the frame or member. Nothing may be written after it.
    package func finish() throws(Failure) { try encode([UInt8]().span, isLast: true) }

    /// Waits until what was written would survive a power cut.
    package func synchronize() throws(Failure) {
        guard fsync(descriptor) == 0 else {
            throw Failure(path: path, reason: unsafe String(cString: strerror(errno)))
        }
    }

    private func encode(_ bytes: Span<UInt8>, isLast: Bool) throws(Failure) {
        var offset = 0
        while true {
            var output = block.mutableSpan
            let step = encoder.encode(
                bytes.extracting(offset..<bytes.count), into: &output, isLast: isLast)
            offset += step.consumed
            try flush(step.produced)
            if step.isDone, offset == bytes.count { return }
        }
    }

    private func flush(_ count: Int) throws(Failure) {
        var start = 0
        while start < count {
            let written = unsafe block.withUnsafeBytes { buffer in
                // Safe: `start ..< count` lies within the block.
                unsafe Foundation.write(
                    descriptor, buffer.baseAddress?.advanced(by: start), count - start)
            }
            guard written > 0 else {
                let isClosedPipe = errno == EPIPE
                throw Failure(
                    path: path, reason: unsafe String(cString: strerror(errno)),
                    isClosedPipe: isClosedPipe)
            }
            start += written
        }
    }
}

/// Turns plain bytes into compressed ones. The counterpart of ``Decoder``.
private protocol Encoder: AnyObject {
    /// - Returns: Bytes taken and written, and whether nothing more waits to be written.
    func encode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, isLast: Bool
    ) -> (consumed: Int, produced: Int, isDone: Bool)
}

private final class PlainEncoder: Encoder {
    private let copy = PlainDecoder()

    func encode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, isLast: Bool
    ) -> (consumed: Int, produced: Int, isDone: Bool) {
        let room = 0..<output.count
        let moved: (consumed: Int, produced: Int) =
            (try? copy.decode(input, into: &output, at: room)) ?? (0, 0)
        return (moved.consumed, moved.produced, true)
    }
}

@safe private final class ZstdEncoder: Encoder {
    private let context: OpaquePointer?

    init(level: Int32) {
        unsafe context = ZSTD_createCCtx()
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    }

    deinit { unsafe ZSTD_freeCCtx(context) }

    func encode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, isLast: Bool
    ) -> (consumed: Int, produced: Int, isDone: Bool) {
        unsafe output.withUnsafeMutableBytes { target in
            unsafe input.withUnsafeBytes { source in
                // Safe: zstd stays within the sizes stated here.
                var from = unsafe ZSTD_inBuffer(
                    src: source.baseAddress, size: source.count, pos: 0)
                var into = unsafe ZSTD_outBuffer(
                    dst: target.baseAddress, size: target.count, pos: 0)
                let rest = unsafe ZSTD_compressStream2(
                    context, &into, &from, isLast ? ZSTD_e_end : ZSTD_e_continue)
                return unsafe (from.pos, into.pos, isLast ? rest == 0 : from.pos == from.size)
            }
        }
    }
}

@safe private final class GzipEncoder: Encoder {
    private let stream: UnsafeMutablePointer<z_stream>

    init(level: Int32) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        unsafe flue_deflate_init(stream, level, 15 + 16)
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    func encode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, isLast: Bool
    ) -> (consumed: Int, produced: Int, isDone: Bool) {
        unsafe output.withUnsafeMutableBytes { target in
            unsafe input.withUnsafeBytes { source in
                // Safe: zlib stays within the counts stated here and does not write to its input.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.bindMemory(to: UInt8.self).baseAddress)
                unsafe stream.pointee.avail_in = UInt32(source.count)
                unsafe stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
                unsafe stream.pointee.avail_out = UInt32(target.count)
                let code = unsafe deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                let consumed = unsafe source.count - Int(stream.pointee.avail_in)
                let produced = unsafe target.count - Int(stream.pointee.avail_out)
                return (
                    consumed, produced,
                    isLast
                        ? code == Z_STREAM_END : consumed == source.count && produced < target.count
                )
            }
        }
    }
}
