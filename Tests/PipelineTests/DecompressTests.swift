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

    /// A message behind its length.
    private func prefixed(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) } + bytes
    }

    @Test("Messages behind their lengths are lines, compressed or not, in any cut")
    func lengthPrefixed() throws {
        let messages = [#"{"a":1}"#, "{\"b\":\"\(String(repeating: "x", count: 70_000))\"}", "{}"]
        let lines = Array(messages.map { $0 + "\n" }.joined().utf8)
        let zstd = try messages.flatMap { prefixed(try compressed(Array($0.utf8), .zstd)) }
        let bare = messages.flatMap { prefixed(Array($0.utf8)) }
        #expect(try plain(zstd) == lines)
        #expect(try plain(bare) == lines)
        #expect(try plain(compressed(bare, .gzip)) == lines)
        for count in [9, 20, zstd.count - 1] {
            #expect(throws: InputError.self) { try plain(Array(zstd[..<count])) }
        }
        // A length that is too short cuts its frame.
        var short = zstd
        short[3] -= 1
        #expect(throws: InputError.self) { try plain(short) }
        #expect(throws: InputError.self) { try plain([0x7F, 0xFF, 0xFF, 0xFF] + zstd[4...]) }
    }

    @Test("What is compressed twice is decoded twice, and not more often")
    func twice() throws {
        for inner in [Compression.gzip, .zstd] {
            for outer in [Compression.gzip, .zstd] {
                let once = try compressed(text, inner)
                #expect(try plain(compressed(once, outer)) == text, "\(inner) in \(outer)")
                let thrice = try compressed(compressed(once, outer), outer)
                #expect(try plain(thrice) == once)
                #expect(throws: InputError.self) {
                    try plain(compressed(Array(once.dropLast(3)), outer))
                }
            }
        }
    }

    @Test("White space behind frames and members is left out and told; other bytes are not")
    func strayBytes() throws {
        for compression in [Compression.gzip, .zstd] {
            let part = try compressed(text, compression)
            for stray in ["\n", " \r\n\t"].map({ Array($0.utf8) }) {
                let folder = try TemporaryFolder()
                let path = try folder.write(part + stray + part + stray, to: "file")
                var settings = Pipeline.Settings(dialects: [try Dialect(named: "gateway")])
                settings.rejectedLineLimit = .max
                let partial = try #require(try foldFiles([path], settings)[0].partial)
                #expect(partial.strayBytes == 2 * stray.count)
                #expect(partial.plainBytes == Int64(2 * text.count))
                #expect(partial.remarks.count == 1)
            }
            #expect(throws: InputError.self) { try plain(part + Array("x".utf8)) }
        }
    }

    @Test("A truncated file's whole lines count if that is asked for, and no part of a line")
    func truncatedCounts() throws {
        let lines = (0..<40).map { line in
            #"{"timestamp":"2026-10-01T00:00:00Z","model":"m","status":200,"latency_ms":\#(line)}"#
                + "\n"
        }
        let members = try lines.map { try compressed(Array($0.utf8), .gzip) }
        let bytes = members.flatMap { $0 }
        for count in stride(from: 20, to: bytes.count, by: 13) {
            let whole = members.indices.filter { index in
                members[...index].reduce(0) { $0 + $1.count } <= count
            }.count
            let outcome = try fold(Array(bytes[..<count])) { $0.takesTruncated = true }
            let partial = try #require(outcome.partial)
            // The last line may be out before its member's checksum is.
            #expect(whole...whole + 1 ~= partial.tally.counted && partial.tally.rejected == 0)
            let isCut = members[..<whole].reduce(0) { $0 + $1.count } != count
            #expect((partial.truncation != nil) == isCut)
        }
    }

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
        #expect(Compression.sniff([0x1F, 0x8B, 8].span).compression == .gzip)
        #expect(Compression.sniff([0x50, 0x2A, 0x4D, 0x18].span).compression == .zstd)
        #expect(Compression.sniff([0x1F].span).compression == .plain)
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
