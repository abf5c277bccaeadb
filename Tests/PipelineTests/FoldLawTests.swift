import Accounting
import Foundation
import Synthesis
import TestSupport
import Testing

@testable import Pipeline

/// A log with all that may stand in one: requests, failures, blank and broken lines, CRLF.
func mixedLog(seed: UInt64, lines: Int) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var text = ""
    for line in 0..<lines {
        let minute = random.below(60)
        let hour = random.below(3)
        let usage =
            "\"usage\":{\"prompt_tokens\":\(random.below(5_000) + 10),\"completion_tokens\":"
            + "\(random.below(900)),\"prompt_tokens_details\":{\"cached_tokens\":\(random.below(10))}}"
        switch random.below(12) {
        case 0: text += "\n"
        case 1: text += "  \t\n"
        case 2: text += "{\"timestamp\":\"2026-10-01T0\(hour):\(minute + 10)\n"
        case 3: text += "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"region\":\"us-east-1\"}\n"
        case 4:
            text +=
                "{\"model\":\"gpt-4o\",\"timestamp\":\"2026-10-01T0\(hour):15:00Z\","
                + "\"status\":500,\"prompt\":\"\(String(repeating: "é\\\"{", count: random.below(80)))\"}\r\n"
        default:
            text +=
                "{\"timestamp\":\"2026-10-01T0\(hour):15:\(10 + minute % 50).\(line)Z\","
                + "\"tenant\":\"team-\(random.below(7))\",\"region\":\"r\(random.below(3))\","
                + "\"model\":\"m\(random.below(3))\",\"status\":200,\(usage),\"latency_ms\":\(line)}\n"
        }
    }
    return Array(text.utf8.dropLast(random.below(2)))
}

@Suite("Laws of the fold")
struct FoldLawTests {
    @Test(
        "Any chunk size, number of workers and compression gives the same partial",
        arguments: [1, 2, 3] as [UInt64])
    func sameForAnyCut(seed: UInt64) throws {
        let log = mixedLog(seed: seed, lines: 400)
        let whole = try fold(log) { $0.jobs = 1 }.canonicalText
        #expect(whole.contains("json_syntax"))
        for chunkSize in [1, 7, 64, 1_000, 4_096, 1 << 20] {
            for jobs in [1, 2, 5] {
                let text = try fold(log) {
                    $0.chunkSize = chunkSize
                    $0.jobs = jobs
                }.canonicalText
                #expect(text == whole, "seed \(seed), chunk size \(chunkSize), \(jobs) workers")
            }
        }
        for compression in Compression.allCases {
            let text = try fold(compressed(log, compression)) { $0.chunkSize = 512 }.canonicalText
            #expect(text == whole, "seed \(seed), \(compression)")
        }
    }

    @Test("The books of every file balance, and its cells hold its counted lines")
    func booksBalance() throws {
        for seed in UInt64(10)..<20 {
            let partial = try #require(try fold(mixedLog(seed: seed, lines: 300)).partial)
            #expect(partial.tally.isBalanced, "seed \(seed)")
            #expect(partial.total.requests == Int64(partial.tally.counted), "seed \(seed)")
            #expect(partial.rejectCounts.values.reduce(0, +) == partial.tally.rejected)
            #expect(partial.rejects.count == partial.tally.rejected)
        }
    }

    @Test("Two halves of a log add up to the whole")
    func halvesAddUp() throws {
        let lines = mixedLog(seed: 4, lines: 500).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for cut in [0, 1, 137, 250, 499] {
            func total(_ part: ArraySlice<ArraySlice<UInt8>>) throws -> Activity {
                let bytes = Array(part.joined(separator: [UInt8(ascii: "\n")]))
                return try bytes.isEmpty ? Activity() : fold(bytes).partial?.total ?? Activity()
            }
            var sum = try total(lines[..<cut])
            sum += try total(lines[cut...])
            #expect(try sum == total(lines[...]))
        }
    }

    @Test("Many files on many workers give what each gives alone, in their order")
    func manyFiles() throws {
        let folder = try TemporaryFolder()
        var paths: [String] = []
        var alone: [String] = []
        for seed in UInt64(0)..<12 {
            let log = mixedLog(seed: seed, lines: 50 + Int(seed) * 40)
            paths.append(try folder.write(log, to: "log-\(seed + 10)"))
            alone.append(try fold(log) { $0.jobs = 1 }.canonicalText)
        }
        var settings = Pipeline.Settings(dialects: [try Dialect(named: "gateway")])
        settings.chunkSize = 2_000
        settings.rejectedLineLimit = .max
        for jobs in [1, 2, 4, 16] {
            settings.jobs = jobs
            #expect(try foldFiles(paths, settings).map(\.canonicalText) == alone)
        }
    }

    @Test("A file over the limit of cells is refused with any number of workers")
    func cellLimit() throws {
        let log = (0..<50).map {
            "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"model\":\"m\($0)\",\"region\":\"r\"}\n"
        }.joined()
        for jobs in [1, 3] {
            let outcome = try fold(Array(log.utf8)) {
                $0.cellLimit = 49
                $0.jobs = jobs
                $0.chunkSize = 200
            }
            #expect(outcome.failure == .tooManyCells(limit: 49))
        }
        #expect(try fold(Array(log.utf8)) { $0.cellLimit = 50 }.partial?.cells.count == 50)
    }

    @Test("A file with too many rejects is refused whole, one with few is not")
    func rejectLimit() throws {
        let good = "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"model\":\"m\"}\n"
        func outcome(bad: Int, good count: Int) throws -> Pipeline.Outcome {
            let text =
                String(repeating: "oops\n", count: bad) + String(repeating: good, count: count)
            return try fold(Array(text.utf8)) { $0.rejectedLineLimit = 100 }
        }
        #expect(try outcome(bad: 100, good: 10).partial?.tally.rejected == 100)
        #expect(try outcome(bad: 101, good: 10_100).partial?.tally.rejected == 101)
        #expect(
            try outcome(bad: 101, good: 9_000).failure
                == .tooManyRejects(rejected: 101, lines: 9_101, first: "line 1 (json_syntax)"))
        #expect(try outcome(bad: 1, good: 0).failure != nil)
    }
}
