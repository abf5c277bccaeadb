import Foundation
import Synthesis
import TestSupport
import Testing

@testable import Pipeline

@Suite("Splitting into chunks")
struct SplitTests {
    /// The text of every chunk; dropped records are shown as their offset.
    private func chunks(
        _ bytes: [UInt8], chunkSize: Int, limit: Int = 1 << 20
    ) throws -> [String] {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "text")
        let reader = try FileReader(InputFile(name: path, size: 0), blockSize: 13)
        let splitter = ChunkSplitter(
            PlainByteStream(reader, limit: 1 << 30), chunkSize: chunkSize, recordLimit: limit)
        var buffer = ChunkBuffer(capacity: 8)
        var texts: [String] = []
        while let chunk = try splitter.next(into: &buffer) {
            if chunk.isOverlong {
                texts.append("overlong at \(chunk.offset)\n")
            } else {
                texts.append(String(decoding: buffer.bytes[chunk.range], as: UTF8.self))
            }
        }
        return texts
    }

    @Test("Every chunk but the last ends at a line end, and all together are the text")
    func lines() throws {
        var random = SeededGenerator(seed: 3)
        for round in 0..<40 {
            let text =
                (0..<random.below(40)).map { _ in
                    String(repeating: "x", count: random.below(30)) + "\n"
                }.joined() + (round % 2 == 0 ? "tail" : "t\n")
            for size in [1, 5, 16, 100] {
                let parts = try chunks(Array(text.utf8), chunkSize: size)
                #expect(parts.joined() == text)
                #expect(parts.dropLast().allSatisfy { $0.hasSuffix("\n") })
            }
        }
    }

    @Test("A line of the limit passes, one byte more is dropped, whatever the chunk size")
    func limit() throws {
        let fits = String(repeating: "a", count: 50)
        let long = String(repeating: "b", count: 51)
        let huge = String(repeating: "c", count: 5_000)
        let text = "first\n\(fits)\n\(long)\nmiddle\n\(huge)\n\(fits)\nlast\n\(long)"
        for size in [1, 20, 64, 1 << 16] {
            let joined = try chunks(Array(text.utf8), chunkSize: size, limit: 50).joined()
            #expect(
                joined == "first\n\(fits)\noverlong at 57\nmiddle\noverlong at 116\n\(fits)\n"
                    + "last\noverlong at 5173\n", "chunk size \(size)")
        }
    }

    @Test("A byte order mark is no part of the first record")
    func byteOrderMark() throws {
        let parts = try chunks([0xEF, 0xBB, 0xBF] + Array("a\nb".utf8), chunkSize: 1)
        #expect(parts.joined() == "a\nb")
    }

    @Test("Text without any newline is one record")
    func noNewline() throws {
        #expect(try chunks(Array("abc".utf8), chunkSize: 1) == ["abc"])
    }
}
