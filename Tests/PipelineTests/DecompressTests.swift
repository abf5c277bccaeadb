import Foundation
import Synthesis
import TestSupport
import Testing

@testable import Pipeline

@Suite("Decompression")
struct DecompressTests {
    /// The plain bytes of a file, read through buffers of an odd size.
    private func plain(_ bytes: [UInt8], limit: Int64 = 1 << 30) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "file")
        let stream = PlainByteStream(
            try FileReader(InputFile(name: path, size: 0), blockSize: 97), limit: limit)
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1_013)
        while true {
            var output = buffer.mutableSpan
            let count = try stream.read(into: &output, at: 0..<1_013)
            result += buffer[..<count]
            if count < 1_013 { return result }
        }
    }

    private let text = mixedLog(seed: 5, lines: 200)

    @Test("Any number of frames or members is one text", arguments: [Compression.gzip, .zstd])
    func concatenated(compression: Compression) throws {
        for parts in [1, 2, 3, 50] {
            let size = text.count / parts + 1
            var bytes: [UInt8] = []
            for start in stride(from: 0, to: text.count, by: size) {
                bytes += try compressed(
                    Array(text[start..<min(start + size, text.count)]), compression)
            }
            #expect(try plain(bytes) == text, "\(parts) parts")
        }
    }

    @Test("zlib and the fast gzip library agree on every member and cut")
    func zlibAgrees() throws {
        let bytes = try compressed(text, .gzip) + compressed([], .gzip) + compressed(text, .gzip)
        for size in [1, 2, 3, 17, 18, 19, 1_000, bytes.count] {
            let decoder = GzipDecoder<ZlibInflater>()
            var result: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 333)
            var offset = 0
            while true {
                let end = min(offset + size, bytes.count)
                var output = buffer.mutableSpan
                let moved = try decoder.decode(
                    bytes.span.extracting(offset..<end), into: &output, at: 0..<333)
                offset += moved.consumed
                result += buffer[..<moved.produced]
                if moved == (0, 0), offset == bytes.count { break }
            }
            #expect(decoder.isComplete)
            #expect(result == text + text, "pieces of \(size) bytes")
        }
        #expect(try plain(bytes) == text + text)
    }

    @Test("Skippable zstd frames are skipped, first, between and last")
    func skippable() throws {
        let skip: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]
        let frame = try compressed(text, .zstd)
        #expect(try plain(skip + frame + skip + frame + skip) == text + text)
    }

    @Test("Zero bytes after the last gzip member are padding")
    func zeroPadding() throws {
        let member = try compressed(text, .gzip)
        #expect(try plain(member + Array(repeating: 0, count: 5_000)) == text)
        #expect(throws: InputError.self) { try plain(member + [0, 0, 7]) }
        #expect(throws: InputError.self) { try plain(member + [7]) }
    }

    @Test(
        "A file cut at any byte is truncated, never shorter", arguments: [Compression.gzip, .zstd])
    func truncated(compression: Compression) throws {
        let bytes = try compressed(Array(text.prefix(3_000)), compression)
        for count in 4..<bytes.count {
            #expect(throws: InputError.truncated(format: compression, offset: Int64(count))) {
                try plain(Array(bytes[..<count]))
            }
        }
    }

    @Test("A flipped bit is found", arguments: [Compression.gzip, .zstd])
    func flippedBit(compression: Compression) throws {
        let bytes = try compressed(Array(text.prefix(3_000)), compression)
        var random = SeededGenerator(seed: 21)
        for _ in 0..<400 {
            var damaged = bytes
            let index = 4 + random.below(bytes.count - 4)
            damaged[index] ^= 1 << UInt8(random.below(8))
            let result = try? plain(damaged)
            // Some bits of a header carry no meaning (gzip's time and system).
            #expect(result == nil || result == Array(text.prefix(3_000)), "byte \(index)")
        }
    }

    @Test("What follows the last zstd frame must be a frame")
    func trailingBytes() throws {
        #expect(throws: InputError.self) {
            try plain(compressed(text, .zstd) + Array("garbage".utf8))
        }
    }

    @Test("A window over 128 MiB is refused by name")
    func window() throws {
        // Magic, no single segment, window descriptor of 2^28, then an empty last block.
        let bytes: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x90, 0x01, 0x00, 0x00]
        let error = try #require(throws: InputError.self) { try plain(bytes) }
        guard case .windowTooLarge = error else {
            Issue.record("refused for another reason: \(error)")
            return
        }
    }

    @Test("Names do not matter, first bytes do")
    func magic() throws {
        #expect(try plain(Array("plain".utf8)) == Array("plain".utf8))
        #expect(Compression(firstBytes: [0x1F, 0x8B, 8].span) == .gzip)
        #expect(Compression(firstBytes: [0x50, 0x2A, 0x4D, 0x18].span) == .zstd)
        #expect(Compression(firstBytes: [0x1F].span) == .plain)
    }

    @Test("A file that inflates beyond the limit is refused")
    func limit() throws {
        let zeros = try compressed(Array(repeating: 0, count: 100_000), .zstd)
        #expect(throws: InputError.tooLong(limit: 50_000)) { try plain(zeros, limit: 50_000) }
    }

    @Test("An empty file is incomplete")
    func empty() throws {
        let error = try #require(throws: InputError.self) { try plain([]) }
        #expect(error == .empty && error.isDeferred)
    }
}
