import Accounting
import Configuration
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
        #expect(read.partial.named("/logs/a").identity.name == "/logs/a")
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
        let partials = try (0..<count).map { try Self.packed(UInt64(100 + $0), lines: 3) }
        let expected = try Self.bytes(partials)
        var random = SeededGenerator(seed: UInt64(count))
        for _ in 0..<20 { #expect(try Self.merged(partials, &random) == expected) }
    }

    /// Partials, some twice, merged group by group in some order.
    private static func merged(
        _ partials: [PartialFile.Packed], _ random: inout SeededGenerator
    ) throws -> [UInt8] {
        let folder = try TemporaryFolder()
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
        var parts = try (partials + partials.filter { _ in random.below(3) == 0 })
            .shuffled(using: &random).map { try write(Self.bytes([$0])) }
        while parts.count > 1 {
            let group = Array(parts.prefix(2 + random.below(5)))
            parts.removeFirst(group.count)
            parts.insert(try write(merged(group)), at: random.below(parts.count + 1))
        }
        return try merged(parts)
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

    @Test("Of partials of one input that leave out more and more, the last stays, in any order")
    func excluding() throws {
        let partial = try Self.partial(Self.log(6, lines: 5))
        let sets: [Set<Int64>] = [[], [3], [3, 9], [2, 3, 9]]
        let packed = try sets.map {
            try PartialFile.Packed(StoredPartial(partial, excluded: $0, configuration: "c"))
        }
        let others = try [Self.packed(7), Self.packed(8)]
        let expected = try Self.bytes(others + packed.suffix(1))
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            #expect(try Self.merged(others + packed, &random) == expected)
        }
        let sideways = try PartialFile.Packed(
            StoredPartial(partial, excluded: [9], configuration: "c"))
        #expect(throws: PartialFileError.self) {
            try Self.merged([packed[1], sideways], &random)
        }
    }

    @Test("Numbers that no file has are refused, as sums of them would not fit")
    func implausible() throws {
        let partial = try Self.partial(Self.log(2, lines: 60))
        #expect(partial.tally.rejected > 0)
        #expect(throws: PartialFault.self) {
            try StoredPartial(
                encoded: StoredPartial(partial, excluded: [.max], configuration: "c").encoded())
        }
        let bytes = try Self.stored(partial).encoded()
        var reader = ByteReader(bytes)
        let head = String(decoding: try reader.counted(), as: UTF8.self)
        let rest = bytes[(bytes.count - reader.restCount)...]
        for field in ["line", "offset", "lines", "plainBytes", "counted"] {
            let changed = head.replacing(
                try Regex("\"\(field)\":[0-9]+"), with: "\"\(field)\":9223372036854775807")
            #expect(changed != head, "\(field)")
            var other: [UInt8] = []
            other.append(counted: changed.utf8)
            #expect(throws: PartialFault.self, "\(field)") {
                try StoredPartial(encoded: other + rest)
            }
        }
    }

    // MARK: Parts

    private static func settings(
        _ change: (inout Pipeline.Settings) -> Void = { _ in }
    ) throws -> Pipeline.Settings {
        var settings = Pipeline.Settings(dialects: [try Dialect(named: "gateway")])
        settings.jobs = 2
        settings.rejectedLineLimit = .max
        settings.fold.dimensions = .all
        settings.fold.method = Method(
            energyModel: try EnergyModel(ConfigNode.named("per-token-epoch", in: "models").node),
            regions: RegionTable([:]),
            defaultEffectiveness: Estimate(exactly: PowerUsageEffectiveness(1_500_000)),
            defaultEffectivenessSource: "test", basis: .direct)
        change(&settings)
        return settings
    }

    /// A file folded in parts that end there, put together; and folded whole.
    private static func joined(
        _ path: String, _ ends: [Int64], _ settings: Pipeline.Settings
    ) throws -> (parts: FilePartial, whole: FilePartial) {
        let file = try #require(InputPaths.expand([path]).first)
        let whole = try #require(foldFiles([path], settings)[0].partial)
        let inside = Set(ends.filter { $0 > 0 && $0 < file.size })
        let ranges = try FileParts.ranges(of: file, endingAt: inside.sorted() + [file.size])
        #expect(ranges.count == inside.count + 1)
        let planned = ranges.map { PlannedInput.text(file.part($0)) }
        let parts = try foldInputs(InputPaths.expandPlanned(planned), settings).map {
            try PartialFile.Packed(Self.stored(#require($0.partial, "\($0)")))
        }
        var random = SeededGenerator(seed: UInt64(parts.count))
        let expected = try Self.bytes(parts)
        let trees = parts.count > 64 ? 0 : 20
        for _ in 0..<trees {
            #expect(try Self.merged(parts, &random) == expected)
        }
        let folder = try TemporaryFolder()
        let merged = try PartialFile(folder.write(expected, to: "merged"))
        let stored = try merged.entries.map { try merged.partial($0).partial }
        return (try JoinedPartial(stored, settings).partial, whole)
    }

    @Test(
        "Any split of a plain file in 1 to 64 parts, merged in any order, put together is what one pass yields, to the byte",
        arguments: 1...64)
    func splits(_ count: Int) throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed: UInt64(count))
        let mark: [UInt8] = count.isMultiple(of: 3) ? [0xEF, 0xBB, 0xBF] : []
        let bytes =
            mark + Self.log(7, lines: 120) + (count.isMultiple(of: 2) ? [] : Array("{".utf8))
        let path = try folder.write(bytes, to: "log")
        let ends = (1..<count).map { _ in Int64(random.below(bytes.count)) }
        let settings = try Self.settings {
            $0.chunkSize = 700 + random.below(3_000)
            // Some lines are longer.
            if count.isMultiple(of: 5) { $0.recordLimit = 185 }
        }
        let (parts, whole) = try Self.joined(
            path, ends + [1].filter { _ in count > 60 }, settings)
        #expect(try Self.stored(parts).encoded() == Self.stored(whole).encoded())
        #expect(whole.requestIDs.count > 20 && !whole.histograms.isEmpty)
    }

    @Test("So is a part for each byte, of lines of one byte, none or many, with either line end")
    func bytewise() throws {
        let folder = try TemporaryFolder()
        let line = String(decoding: Self.log(8, lines: 1), as: UTF8.self)
        let text = "\n\n" + line + "\r\n{}\nx\n" + line.replacing("8-0", with: "8-1").dropLast()
        let path = try folder.write(text, to: "log")
        let settings = try Self.settings()
        let size = Int64(text.utf8.count)
        let (parts, whole) = try Self.joined(path, Array(1..<size), settings)
        #expect(try Self.stored(parts).encoded() == Self.stored(whole).encoded())
        #expect(whole.tally.lines == 7 && whole.tally.counted == 2)
    }

    @Test("So is a split of zstd frames, of whatever size, also those without an end of a line")
    func frames() throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed: 5)
        for round in 0..<12 {
            var rest = Self.log(UInt64(40 + round), lines: 150)[...]
            var bytes: [UInt8] = []
            while !rest.isEmpty {
                let count = [3, 90, 900, 9_000][random.below(4)]
                bytes += try compressed(Array(rest.prefix(count)), .zstd)
                rest = rest.dropFirst(count)
                // As pzstd writes them before each frame: skippable ones.
                if random.below(3) == 0 {
                    bytes += [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
                }
            }
            let path = try folder.write(bytes, to: "log.zst")
            let file = try #require(InputPaths.expand([path]).first)
            let starts = try #require(ZstdFrames(of: file)).starts
            let settings = try Self.settings()
            let some = starts.filter { _ in round == 0 || random.below(3) == 0 }
            let (parts, whole) = try Self.joined(path, some, settings)
            #expect(try Self.stored(parts).encoded() == Self.stored(whole).encoded())
            guard case .parts(let ranges) = try FileParts(of: file, size: 2_000, settings) else {
                Issue.record("no parts")
                continue
            }
            #expect(ranges.count > 1 && ranges.allSatisfy { starts.contains($0.bytes.lowerBound) })
            #expect(ranges.last?.bytes.upperBound == file.size)
            let planned = try Self.joined(path, ranges.map(\.bytes.lowerBound), settings).parts
            #expect(try Self.stored(planned).encoded() == Self.stored(whole).encoded())
        }
    }

    @Test("Models beyond the limit, and a CSV header, are those of the whole file")
    func wholeOnly() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(Self.log(9, lines: 200), to: "log")
        let ends: [Int64] = [900, 1_000, 7_000, 9_000]
        let rare = try Self.joined(path, ends, Self.settings { $0.modelLimit = 1 })
        #expect(try Self.stored(rare.parts).encoded() == Self.stored(rare.whole).encoded())
        #expect(rare.whole.rareModels == 1)
        var text = "timestamp,region,model,prompt_tokens,completion_tokens\n"
        for number in 0..<60 { text += "2026-03-01T10:00:\(number + 10)Z,r,gpt-4o,\(number),1\n" }
        let csv = try folder.write(text, to: "log.csv")
        var settings = try Self.settings()
        settings.dialects = [try Dialect(named: "csv")]
        let parts = try Self.joined(csv, [9, 60, 500, 1_400], settings)
        #expect(try Self.stored(parts.parts).encoded() == Self.stored(parts.whole).encoded())
        #expect(parts.whole.tally.counted > 40)
    }
}
