import Accounting
import Crypto
import Foundation
import TestSupport
import Testing

@testable import Pipeline

@Suite("Replay")
struct ReplayTests {
    /// What `Config/dev simulation` loads: partials of a day, each many times over, as of logs of that many more requests.
    @Test(
        "Partials of a few logs become those of many",
        .enabled(if: ProcessInfo.processInfo.environment["FLUE_REPLAY"] != nil))
    func replay() throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = try #require(environment["FLUE_REPLAY"])
        let count = try #require(environment["FLUE_REPLAY_LOGS"].flatMap(Int.init))
        let times = try #require(environment["FLUE_REPLAY_TIMES"].flatMap(Int64.init))
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/mapped").sorted()
            .filter { $0.hasSuffix(PartialFile.suffix) }
        var templates: [StoredPartial] = []
        for name in files {
            let file = try PartialFile("\(folder)/mapped/\(name)")
            for entry in file.entries {
                templates.append(try file.partial(entry).repeated(times))
            }
        }
        var manifest = ""
        for number in 0..<count {
            let template = templates[number % templates.count]
            let stored = template.ofLog(number)
            let packed = try PartialFile.Packed(stored)
            var bytes: [UInt8] = []
            try PartialFile.write([packed]) { bytes += $0 }
            try Data(bytes).write(
                to: URL(fileURLWithPath: "\(folder)/replayed/\(packed.key)\(PartialFile.suffix)"))
            manifest += "\(packed.key)  /logs/\(number).jsonl.zst\n"
        }
        try manifest.write(toFile: "\(folder)/manifest", atomically: true, encoding: .utf8)
        #expect(!templates.isEmpty)
    }
}

extension StoredPartial {
    /// As of a log in which each request stands so many times.
    fileprivate func repeated(_ times: Int64) -> StoredPartial {
        var whole = partial
        var cells = PackedCells()
        for cell in partial.cells {
            var activity = cell.activity
            for counter in Counter.allCases { activity[counter] *= times }
            cells.append((cell.key, activity))
        }
        whole.cells = cells
        whole.histograms = partial.histograms.map { part in
            PartialHistogram(
                key: part.key, coefficients: part.coefficients,
                histogram: (1..<times).reduce(part.histogram) { sum, _ in sum + part.histogram })
        }
        whole.facts.tally.lines *= Int(times)
        whole.facts.tally.counted *= Int(times)
        whole.facts.tally.requests *= times
        whole.facts.unknownUsage *= times
        return StoredPartial(whole, excluded: [], configuration: configuration)
    }

    /// As of another log that holds the same.
    fileprivate func ofLog(_ number: Int) -> StoredPartial {
        var other = partial
        let digest = Array(SHA256.hash(data: Data("\(number)".utf8)))
        other.facts.identity = FileIdentity(
            name: "", sha256: digest, bytes: partial.identity.bytes,
            head: Array(digest.reversed()))
        other.facts.contentDigest = packedWord(digest[...])
        return StoredPartial(other, excluded: [], configuration: configuration)
    }
}
