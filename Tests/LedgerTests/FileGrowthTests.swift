import Foundation
import Ledger
import Pipeline
import TestSupport
import Testing

/// Lines of a gateway log, one an hour.
func log(_ hours: Range<Int>, model: String = "m") -> [UInt8] {
    Array(
        hours.map { hour in
            "{\"timestamp\":\"2026-10-01T\(hour < 10 ? "0" : "")\(hour):00:00Z\",\"model\":"
                + "\"\(model)\",\"region\":\"eu-west-1\",\"request_id\":\"r\(hour)\"}\n"
        }.joined().utf8)
}

@Suite("A file that grows counts once")
struct FileGrowthTests {
    @Test("A file that grew takes the place of what it was", arguments: Compression.allCases)
    func grown(compression: Compression) throws {
        let ledger = try LedgerFolder()
        var bytes: [UInt8] = []
        for night in 0..<6 {
            bytes += try compressed(log(night..<night + 1), compression)
            let path = try ledger.folder.write(bytes, to: "a.log")
            #expect(try ledger.ingest([path]) == [night == 0 ? .added : .grown])
            #expect(try ledger.requests() == night + 1)
        }
        #expect(try ledger.rows("SELECT count(*) FROM live_file") == ["1"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("An earlier delivery of a file that has grown counts no more, whatever its name")
    func earlierDelivery() throws {
        let ledger = try LedgerFolder()
        let path = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        try ledger.ingest([path])
        try ledger.folder.write(log(0..<9), to: "a.jsonl")
        try ledger.ingest([path])
        let old = try ledger.folder.write(log(0..<5), to: "old.jsonl")
        #expect(try ledger.ingest([old]) == [.superseded(by: path)])
        #expect(try ledger.requests() == 9)
    }

    @Test("A file that grew and was renamed, before or after, is the same file")
    func grownAndRenamed() throws {
        for isKnownByNewName in [false, true] {
            let ledger = try LedgerFolder()
            try ledger.ingest([ledger.folder.write(log(0..<9), to: "app.log")])
            let path = try ledger.folder.write(log(0..<9), to: "app.log.1")
            if isKnownByNewName { try ledger.ingest([path]) }
            try ledger.folder.write(log(0..<14), to: "app.log.1")
            #expect(try ledger.ingest([path]) == [.grown])
            #expect(try ledger.requests() == 14)
            #expect(try ledger.brokenLaws() == [])
        }
    }

    @Test("A log beside its compressed copy counts once, whichever of them grows")
    func copiesThatGrow() throws {
        let ledger = try LedgerFolder()
        let plain = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        let zipped = try ledger.folder.write(compressed(log(0..<5), .gzip), to: "a.jsonl.gz")
        try ledger.ingest([plain, zipped])
        try ledger.folder.write(log(0..<9), to: "a.jsonl")
        #expect(try ledger.ingest([plain, zipped]) == [.grown, .unchanged])
        #expect(try ledger.ingest([plain, zipped]) == [.unchanged, .superseded(by: plain)])
        #expect(try ledger.requests() == 9)
        let both = try compressed(log(0..<5), .gzip) + compressed(log(5..<9), .gzip)
        try ledger.folder.write(both, to: "a.jsonl.gz")
        #expect(try ledger.ingest([zipped]) == [.recompressed(of: plain)])
        try ledger.folder.write(both + compressed(log(9..<12), .gzip), to: "a.jsonl.gz")
        #expect(try ledger.ingest([zipped]) == [.grown])
        #expect(try ledger.requests() == 12)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("All stages of a file in one run, in any order: the longest counts")
    func stagesInOneRun() throws {
        for order in [[0, 1, 2, 3], [3, 1, 0, 2]] {
            let ledger = try LedgerFolder()
            let paths = try order.map {
                try ledger.folder.write(log(0..<6 + $0 * 5), to: "stage-\(9 - $0).jsonl")
            }
            try ledger.ingest(paths)
            #expect(try ledger.requests() == 21)
            try ledger.ingest(paths, policy: .replace)
            try ledger.ingest(paths, policy: .add)
            #expect(try ledger.requests() == 21)
            #expect(try ledger.brokenLaws() == [])
        }
    }

    @Test("A file that has grown can be made what it was, when told")
    func shrunk() throws {
        let ledger = try LedgerFolder()
        let path = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        try ledger.ingest([path])
        try ledger.folder.write(log(0..<9), to: "a.jsonl")
        try ledger.ingest([path])
        try ledger.folder.write(log(0..<5), to: "a.jsonl")
        #expect(try ledger.ingest([path]) == [.superseded(by: path)])
        #expect(try ledger.ingest([path], policy: .replace) == [.replaced])
        #expect(try ledger.requests() == 5)
        try ledger.folder.write(log(0..<7), to: "a.jsonl")
        #expect(try ledger.ingest([path]) == [.grown])
        #expect(try ledger.requests() == 7)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("An earlier stage that arrives compressed another way counts no more")
    func earlierStageCompressed() throws {
        let ledger = try LedgerFolder()
        let path = try ledger.folder.write(log(0..<6), to: "a.jsonl")
        try ledger.ingest([path])
        try ledger.folder.write(log(0..<11), to: "a.jsonl")
        try ledger.ingest([path])
        let old = try ledger.folder.write(compressed(log(0..<6), .gzip), to: "old.gz")
        #expect(try ledger.ingest([old]) == [.superseded(by: path)])
        #expect(try ledger.requests() == 11)
    }

    @Test("Two files that only share a header, or nothing yet, grow apart")
    func sharedHeader() throws {
        let ledger = try LedgerFolder()
        let header = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
        func rows(_ hours: Range<Int>) -> String {
            header + hours.map { "2026-10-01 \($0 + 10):00:00,1,1\n" }.joined()
        }
        let first = try ledger.folder.write(header, to: "a.csv")
        let second = try ledger.folder.write(header, to: "b.csv")
        try ledger.ingest([first, second], dialect: "azure-trace")
        try ledger.folder.write(rows(0..<3), to: "a.csv")
        try ledger.folder.write(rows(3..<7), to: "b.csv")
        // The larger one comes first.
        #expect(try ledger.ingest([first, second], dialect: "azure-trace") == [.added, .grown])
        #expect(try ledger.requests() == 7)
    }

    @Test("Two files that share requests and grow apart: one is refused, or added when told")
    func forked() throws {
        let ledger = try LedgerFolder()
        let first = try ledger.folder.write(log(0..<6), to: "a.jsonl")
        let second = try ledger.folder.write(log(0..<6), to: "b.jsonl")
        try ledger.ingest([first, second])
        try ledger.folder.write(log(0..<12), to: "a.jsonl")
        try ledger.folder.write(log(0..<6) + log(20..<23), to: "b.jsonl")
        // The shorter one comes first: a run takes files in in the order in which growth shows.
        #expect(try ledger.ingest([first, second]) == [.forked(from: second), .grown])
        #expect(try ledger.requests() == 9)
        #expect(try ledger.ingest([first], policy: .add) == [.added])
        // The six that both hold are counted already.
        #expect(try ledger.requests() == 9 + 6)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Growth is recognised among any number of files that begin alike")
    func manyAlike() throws {
        let ledger = try LedgerFolder()
        let begin = String(decoding: log(0..<1), as: UTF8.self).replacing(
            "r0", with: String(repeating: "r", count: 600))
        func text(_ file: Int, _ lines: Int) -> String {
            begin
                + (0..<lines).map { line in
                    String(decoding: log(1..<2), as: UTF8.self).replacing(
                        "r1", with: "r\(file)-\(line)")
                }.joined()
        }
        let files = 0..<80
        try ledger.ingest(files.map { try ledger.folder.write(text($0, 2), to: "f\($0)") })
        let grown = try files.map { try ledger.folder.write(text($0, 4), to: "f\($0)") }
        #expect(try ledger.ingest(grown).allSatisfy { $0 == .grown })
        // The request that all begin with counts once.
        #expect(try ledger.requests() == 80 * 4 + 1)
    }
}
