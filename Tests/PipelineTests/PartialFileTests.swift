import Foundation
import Synthesis
import TestSupport
import Testing

@testable import Pipeline

@Suite("Partials")
struct PartialFileTests {
    /// A log with several regions, models, tenants and hours, rejects, failures and requests without usage.
    private static func log(_ seed: UInt64, lines: Int = 400) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var text = ""
        for number in 0..<lines {
            let usage =
                random.below(9) == 0
                ? ""
                : ",\"usage\":{\"prompt_tokens\":\(random.below(900)),\"completion_tokens\":\(random.below(90))}"
            text +=
                random.below(40) == 0
                ? "{\"timestamp\":\n"
                : "{\"timestamp\":\"2026-03-01T\(10 + random.below(3)):00:00Z\",\"request_id\":\"\(seed)-\(number)\","
                    + "\"region\":\"r\(random.below(3))\",\"model\":\"gpt-4o\(random.below(2) == 0 ? "" : "-mini")\","
                    + "\"tenant\":\"t\(random.below(4))\",\"status\":\(random.below(7) == 0 ? 500 : 200)\(usage)}\n"
        }
        return Array(text.utf8)
    }

    private static func partial(
        _ bytes: [UInt8], jobs: Int = 2, chunkSize: Int = 1 << 19
    ) throws -> FilePartial {
        let outcome = try fold(bytes) { settings in
            settings.jobs = jobs
            settings.chunkSize = chunkSize
            settings.fold.dimensions = .all
            settings.fold.readsIDs = true
        }
        return try #require(outcome.partial, "\(outcome)")
    }

    private static func stored(_ partial: FilePartial) -> StoredPartial {
        StoredPartial(partial, excluded: [30, 7], configuration: "c")
    }

    private static func packed(_ seed: UInt64, lines: Int = 12) throws -> PartialFile.Packed {
        try PartialFile.Packed(stored(partial(log(seed, lines: lines))))
    }

    private static func bytes(_ partials: [PartialFile.Packed]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try PartialFile.write(partials) { bytes += $0 }
        return bytes
    }

    @Test(
        "The bytes are the same on any number of threads and in any cut, and say all that was counted"
    )
    func bytesOfOne() throws {
        let log = Self.log(1)
        let partial = try Self.partial(log)
        let bytes = try Self.stored(partial).encoded()
        for jobs in 1...3 {
            for chunkSize in [900, 4_000, 1 << 19] {
                let other = try Self.partial(log, jobs: jobs, chunkSize: chunkSize)
                #expect(
                    try Self.stored(other).encoded() == bytes,
                    "\(jobs) threads, chunks of \(chunkSize)")
            }
        }
        let read = try StoredPartial(encoded: bytes)
        #expect(try read.encoded() == bytes)
        #expect(read.partial.canonicalText == partial.canonicalText)
        #expect(read.partial.facts.rejectCounts == partial.facts.rejectCounts)
        #expect(read.partial.tally.rejected > 0 && read.partial.requestIDs.count > 300)
        #expect(read.excluded == [7, 30])
        #expect(read.named("/logs/a").identity.name == "/logs/a")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains(partial.identity.name), "the path is no part of it")
    }

    @Test("Bytes that are cut or changed are refused, and crash nothing")
    func damage() throws {
        let bytes = try Self.stored(Self.partial(Self.log(2, lines: 30))).encoded()
        for length in stride(from: 0, to: bytes.count, by: 7) {
            #expect(throws: PartialFault.self) {
                try StoredPartial(encoded: Array(bytes[..<length]))
            }
        }
        #expect(throws: PartialFault.self) { try StoredPartial(encoded: bytes + [0]) }
        // A number or name that is changed may be another one; the file's digests tell. None of it may crash.
        var random = SeededGenerator(seed: 3)
        for _ in 0..<3_000 {
            var other = bytes
            other[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
            _ = try? StoredPartial(encoded: other)
        }
        let folder = try TemporaryFolder()
        let whole = try Self.bytes([Self.packed(4), Self.packed(5)])
        for place in stride(from: 0, to: whole.count, by: 11) {
            var other = whole
            other[place] ^= 4
            let path = try folder.write(other, to: "changed")
            #expect(throws: PartialFileError.self, "byte \(place)") {
                let file = try PartialFile(path)
                for entry in file.entries { _ = try file.partial(entry) }
            }
            let cut = try folder.write(Array(whole[..<place]), to: "cut")
            #expect(throws: PartialFileError.self, "cut at \(place)") { try PartialFile(cut) }
        }
    }

    @Test(
        "Merging in any order, in any groups and with repeats gives the same bytes",
        arguments: [1, 2, 7, 64])
    func merges(_ count: Int) throws {
        let folder = try TemporaryFolder()
        let partials = try (0..<count).map { try Self.packed(UInt64(100 + $0), lines: 3) }
        let expected = try Self.bytes(partials)
        var random = SeededGenerator(seed: UInt64(count))
        var files = 0
        func write(_ bytes: [UInt8]) throws -> PartialFile {
            files += 1
            return try PartialFile(folder.write(bytes, to: "\(files)"))
        }
        func merged(_ parts: [PartialFile]) throws -> [UInt8] {
            var bytes: [UInt8] = []
            _ = try PartialFile.merge(parts) { bytes += $0 }
            return bytes
        }
        for _ in 0..<20 {
            var parts = try (partials + partials.filter { _ in random.below(3) == 0 })
                .shuffled(using: &random).map { try write(Self.bytes([$0])) }
            while parts.count > 1 {
                let group = Array(parts.prefix(2 + random.below(5)))
                parts.removeFirst(group.count)
                parts.insert(try write(merged(group)), at: random.below(parts.count + 1))
            }
            #expect(try merged(parts) == expected)
        }
    }

    @Test("Two different partials of one input are not merged")
    func conflict() throws {
        let folder = try TemporaryFolder()
        let partial = try Self.partial(Self.log(6, lines: 5))
        let files = try ["a", "b"].map { configuration in
            let packed = try PartialFile.Packed(
                StoredPartial(partial, excluded: [], configuration: configuration))
            return try PartialFile(folder.write(Self.bytes([packed]), to: configuration))
        }
        #expect(throws: PartialFileError.self) { try PartialFile.merge(files) { _ in } }
    }
}
