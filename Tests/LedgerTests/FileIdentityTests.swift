import Foundation
import GRDB
import Ledger
import Pipeline
import TestSupport
import Testing

@Suite("A file counts once")
struct FileIdentityTests {
    @Test("Delivered again it changes nothing, under the same name or another")
    func again() throws {
        let ledger = try LedgerFolder()
        let path = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        #expect(try ledger.ingest([path]) == [.added])
        let dump = try ledger.canonicalDump()
        #expect(try ledger.ingest([path]) == [.unchanged])
        let copy = try ledger.folder.write(log(0..<5), to: "b.jsonl")
        #expect(try ledger.ingest([copy]) == [.renamed(of: path)])
        #expect(try ledger.ingest([copy]) == [.unchanged])
        #expect(try ledger.canonicalDump() == dump)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "A known file that the system says has not changed is not read; one whose bytes changed is, whatever its size and time"
    )
    func seen() throws {
        var ledger = try LedgerFolder()
        let path = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        try ledger.ingest([path])
        // It changed a moment ago: it might again within the clock's step.
        #expect(try ledger.rows("SELECT count(*) FROM seen_file") == ["0"])
        Thread.sleep(forTimeInterval: 1.2)
        #expect(try ledger.ingest([path]) == [.unchanged])
        #expect(try ledger.rows("SELECT count(*) FROM seen_file") == ["1"])
        // With a digest that is not that of its bytes, it is known as long as they are not read.
        var bogus = ledger
        try unchecked(ledger.path).write { db in
            try db.execute(sql: "UPDATE source_file SET sha256 = zeroblob(32)")
            try db.execute(sql: "UPDATE seen_file SET sha256 = zeroblob(32)")
        }
        #expect(try bogus.ingest([path]) == [.unchanged])
        bogus.rereads = true
        #expect(try bogus.ingest([path]) == [.rewritten])
        let other = try ledger.folder.write(log(5..<8), to: "b.jsonl")
        try ledger.ingest([other])
        let times = try FileManager.default.attributesOfItem(atPath: path)
        var bytes = log(0..<5)
        bytes.swapAt(bytes.count - 3, bytes.count - 4)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.write(contentsOf: bytes)
        try handle.close()
        try FileManager.default.setAttributes(
            [.modificationDate: times[.modificationDate] as Any], ofItemAtPath: path)
        #expect(try ledger.ingest([path]) == [.rewritten])
        ledger.rereads = true
        #expect(try ledger.ingest([path, other]) == [.rewritten, .unchanged])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Twice in one run it counts once")
    func twiceInOneRun() throws {
        let ledger = try LedgerFolder()
        let first = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        let second = try ledger.folder.write(log(0..<5), to: "b.jsonl")
        #expect(try ledger.ingest([first, second, first]) == [.added, .renamed(of: first)])
        #expect(try ledger.requests() == 5)
    }

    @Test("Compressed another way it is recognised, and remembered")
    func recompressed() throws {
        let ledger = try LedgerFolder()
        let plain = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        #expect(try ledger.ingest([plain]) == [.added])
        for compression in [Compression.gzip, .zstd] {
            let path = try ledger.folder.write(
                compressed(log(0..<5), compression), to: "a.\(compression.rawValue)")
            #expect(try ledger.ingest([path]) == [.recompressed(of: plain)])
            #expect(try ledger.ingest([path]) == [.unchanged])
        }
        #expect(try ledger.requests() == 5)
        #expect(
            try ledger.rows("SELECT count(*) FROM source_alias WHERE reason = 'recompressed'") == [
                "2"
            ])
    }

    @Test("Equal counters do not make two files one: their lines differ")
    func equalCounters() throws {
        let ledger = try LedgerFolder()
        func one(_ id: String) -> [UInt8] {
            Array(
                "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"model\":\"m\",\"request_id\":\"\(id)\"}\n"
                    .utf8)
        }
        let first = try ledger.folder.write(one("r1"), to: "1.jsonl")
        let second = try ledger.folder.write(one("r2"), to: "2.jsonl")
        #expect(try ledger.ingest([first, second]) == [.added, .added])
        #expect(try ledger.requests() == 2)
    }

    @Test("The same name with other content is refused, replaced or added, as told")
    func rewritten() throws {
        func outcome(_ policy: RewritePolicy) throws -> (FileOutcome?, Int) {
            let ledger = try LedgerFolder()
            let path = try ledger.folder.write(log(0..<5), to: "a.jsonl")
            try ledger.ingest([path])
            try ledger.folder.write(log(10..<17), to: "a.jsonl")
            let outcome = try ledger.ingest([path], policy: policy)[0]
            #expect(try ledger.brokenLaws() == [])
            return (outcome, try ledger.requests())
        }
        #expect(try outcome(.refuse) == (.rewritten, 5))
        #expect(try outcome(.replace) == (.replaced, 7))
        #expect(try outcome(.add) == (.added, 12))
    }

    @Test("A compressed copy with other defaults is refused, and replaces when told")
    func copyWithOtherOptions() throws {
        var ledger = try LedgerFolder()
        try ledger.ingest([ledger.folder.write(log(0..<5), to: "a.jsonl")])
        ledger.region = "us-east-1"
        let zipped = try ledger.folder.write(compressed(log(0..<5), .gzip), to: "a.jsonl.gz")
        let refused = try ledger.ingest([zipped])[0]
        #expect(
            refused
                == .otherwiseCounted(
                    as: "dialect gateway, region= model= dimensions=tenant+project+endpoint"))
        #expect(try ledger.ingest([zipped], policy: .replace) == [.replaced])
        #expect(try ledger.requests() == 5)
    }

    @Test("A corrected mapping counts known files anew when told")
    func correctedMapping() throws {
        let ledger = try LedgerFolder()
        func mapping(_ field: String) -> String {
            "name: mine\nabout: t\nrecords: json\ntime: { path: timestamp, format: rfc3339 }\n"
                + "model: \(field)\n"
        }
        let path = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        let own = try ledger.folder.write(mapping("region"), to: "mine.yaml")
        try ledger.ingest([path], dialect: own)
        try ledger.folder.write(mapping("model"), to: "mine.yaml")
        #expect(try ledger.ingest([path], dialect: own) == [.unchanged])
        #expect(try ledger.ingest([path], dialect: own, policy: .replace) == [.replaced])
        #expect(try ledger.rows("SELECT DISTINCT model FROM monthly_emissions") == ["m"])
    }

    @Test("Files that differ in what no dialect maps are two files")
    func unmappedDifference() throws {
        let ledger = try LedgerFolder()
        func one(_ host: String) -> [UInt8] {
            Array(
                "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"model\":\"m\",\"host\":\"\(host)\"}\n"
                    .utf8)
        }
        let first = try ledger.folder.write(compressed(one("a"), .zstd), to: "1.zst")
        let second = try ledger.folder.write(compressed(one("b"), .zstd), to: "2.zst")
        #expect(try ledger.ingest([first, second]) == [.added, .added])
    }

    @Test("CSV files that differ in their header alone are two files")
    func headerDifference() throws {
        let ledger = try LedgerFolder()
        let rows = "2026-10-01 10:00:00,1,2\n2026-10-01 10:00:01,3,4\n"
        let first = try ledger.folder.write(
            "TIMESTAMP,ContextTokens,GeneratedTokens\n" + rows, to: "1.csv")
        let swapped = Array(("TIMESTAMP,GeneratedTokens,ContextTokens\n" + rows).utf8)
        let second = try ledger.folder.write(compressed(swapped, .zstd), to: "2.csv.zst")
        #expect(try ledger.ingest([first, second], dialect: "azure-trace") == [.added, .added])
    }

    @Test("Content that was replaced is counted nowhere, so it does not come back unseen")
    func restored() throws {
        let ledger = try LedgerFolder()
        let path = try ledger.folder.write(log(0..<10), to: "x.jsonl")
        try ledger.ingest([path])
        try ledger.folder.write(log(10..<14), to: "x.jsonl")
        try ledger.ingest([path], policy: .replace)
        try ledger.folder.write(log(0..<10), to: "x.jsonl")
        #expect(try ledger.ingest([path]) == [.rewritten])
        #expect(try ledger.requests() == 4)
    }

    @Test("Files that differ in names alone are two files")
    func equalLengthNames() throws {
        let ledger = try LedgerFolder()
        func one(_ model: String) -> String {
            "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"model\":\"\(model)\"}\n"
        }
        let first = try ledger.folder.write(one("m1"), to: "1.jsonl")
        let second = try ledger.folder.write(one("m2"), to: "2.jsonl")
        #expect(try ledger.ingest([first, second]) == [.added, .added])
    }

    @Test("Content that was replaced can come back")
    func backAgain() throws {
        let ledger = try LedgerFolder()
        let path = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        try ledger.ingest([path])
        try ledger.folder.write(log(10..<17), to: "a.jsonl")
        try ledger.ingest([path], policy: .replace)
        try ledger.folder.write(log(0..<5), to: "a.jsonl")
        #expect(try ledger.ingest([path], policy: .replace) == [.replaced])
        #expect(try ledger.requests() == 5)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Known bytes with other defaults are refused, and counted anew when told")
    func otherOptions() throws {
        var ledger = try LedgerFolder()
        let path = try ledger.folder.write(log(0..<5), to: "a.jsonl")
        try ledger.ingest([path])
        ledger.region = "us-east-1"
        let refused = try ledger.ingest([path])[0]
        #expect(
            refused
                == .otherwiseCounted(
                    as: "dialect gateway, region= model= dimensions=tenant+project+endpoint"))
        #expect(try ledger.ingest([path], policy: .replace) == [.replaced])
        #expect(try ledger.requests() == 5)
        #expect(try ledger.brokenLaws() == [])
    }
}
