import Accounting
import Foundation
import Ledger
import Pipeline
import TestSupport
import Testing

@Suite("Files that are forgotten")
struct ForgetTests {
    private func ledger() throws -> LedgerFolder {
        let ledger = try OneDay.ledger("flat-bloom")
        try ledger.ingest([try file(ledger, "kept.jsonl", [2, 12, 13])])
        return ledger
    }

    /// One request in each of some hours, enough of them that growth can be told.
    private func text(_ name: String, _ hours: [Int]) -> String {
        hours.map { hour in
            (0..<5).map { number in
                OneDay.line(hour, output: 100 + number).replacing(
                    "{\"timestamp\"",
                    with: "{\"request_id\":\"\(name)-\(hour)-\(number)\",\"timestamp\"")
            }.joined()
        }.joined()
    }

    private func file(_ ledger: LedgerFolder, _ name: String, _ hours: [Int]) throws -> String {
        try ledger.folder.write(text(name, hours), to: name)
    }

    @Test("The ledger is that of one that never had the file, and its bytes do not come back")
    func gone() throws {
        let ledger = try ledger()
        let before = try ledger.dump()
        let path = try file(ledger, "a.jsonl", [12, 14])
        try ledger.ingest([path])
        #expect(try ledger.dump() != before)
        let forgetting = try ledger.forget(path)
        #expect(forgetting.files.map(\.requests) == [10])
        #expect(forgetting.files.map(\.cells) == [2])
        #expect(forgetting.moves.map(\.month.description) == ["2026-03"])
        #expect(try ledger.dump() == before)
        #expect(try ledger.brokenLaws() == [])
        #expect(
            try ledger.rows("SELECT state, requests FROM source_files WHERE name LIKE '%/a.jsonl'")
                == ["forgotten|10"])
        #expect(try ledger.rows("SELECT reason, cells FROM forgotten_files") == ["test|2"])

        #expect(try ledger.ingest([path]) == [.forgotten])
        let copy = try ledger.folder.write(text("a.jsonl", [12, 14]), to: "copy.jsonl")
        #expect(try ledger.ingest([copy]) == [.forgotten])
        let grown = try ledger.folder.write(text("a.jsonl", [12, 14, 15]), to: "a.jsonl")
        #expect(try ledger.ingest([grown]) == [.continuesForgotten(path)])
        #expect(try ledger.dump() == before)
        // Others may have the name.
        let other = try ledger.folder.write(text("other", [16]), to: "a.jsonl")
        #expect(try ledger.ingest([other]) == [.added])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Earlier deliveries of the file go with it")
    func chain() throws {
        let ledger = try ledger()
        let before = try ledger.dump()
        let path = try file(ledger, "a.jsonl", [12])
        try ledger.ingest([path])
        _ = try file(ledger, "a.jsonl", [12, 14])
        #expect(try ledger.ingest([path]) == [.grown])
        #expect(try ledger.forget(path).files.count == 2)
        #expect(try ledger.dump() == before)
        #expect(try ledger.rows("SELECT count(DISTINCT file_id) FROM usage") == ["1"])
        #expect(try ledger.rows("SELECT count(*) FROM request_id") == ["3"])
        #expect(try ledger.brokenLaws() == [])
        _ = try file(ledger, "a.jsonl", [12])
        #expect(try ledger.ingest([path]) == [.forgotten])
    }

    @Test("A month that was closed becomes pending, and the logs are the cause")
    func closed() throws {
        let ledger = try ledger()
        let path = try file(ledger, "a.jsonl", [12])
        try ledger.ingest([path])
        let statement = try #require(try ledger.close("2026-03"))
        try ledger.forget(path)
        #expect(try ledger.rows("SELECT status FROM monthly_totals") == ["pending"])
        try ledger.restate()
        // 5 requests of 3.96 Wh at 300 g/kWh.
        #expect(
            try ledger.rows(
                "SELECT cause, sum(energy_uwh), sum(emissions_ug) FROM restatement_cause")
                == ["logs|-19800000|-5940000"])
        #expect(statement.stated.requests == 20)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("A file with blank lines and skipped records, in a month of which nothing is left")
    func nothingLeft() throws {
        var ledger = try OneDay.ledger("flat-bloom")
        let path = try ledger.folder.write(text("a", [12]) + "\n\n", to: "a.jsonl")
        let other = try ledger.folder.write(
            text("b", [12]).replacing("2026-03", with: "2026-04"), to: "b.jsonl")
        try ledger.ingest([path, other])
        try ledger.close("2026-03")
        try ledger.forget(path)
        #expect(try ledger.brokenLaws() == [])
        // By another method all is derived anew: the closed month is pending all the same.
        ledger.energyModel = "flat-google"
        let restating = try ledger.restate()
        #expect(restating.restated.map(\.after.stated.requests) == [0])
        #expect(try ledger.brokenLaws() == [])
        #expect(
            try ledger.rows("SELECT revision, state, requests FROM statements ORDER BY 1")
                == ["1|superseded|5", "2|closed|-"])
        #expect(
            try ledger.rows("SELECT revision, emissions_kgco2e_change < 0 FROM restatements")
                == ["2|1"])
        ledger.energyModel = "flat-bloom"
        try ledger.ingest([try file(ledger, "c.jsonl", [12])])
        #expect(try ledger.brokenLaws() == [])
        #expect(try ledger.restate().restated.map(\.after.revision) == [3])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Requests that another file left out as duplicates come back when that is counted anew")
    func shared() throws {
        let ledger = try OneDay.ledger("flat-bloom")
        let first = try ledger.folder.write(text("x", [2, 12]), to: "a.jsonl")
        let second = try ledger.folder.write(text("x", [12]) + text("y", [13]), to: "b.jsonl")
        try ledger.ingest([first])
        try ledger.ingest([second])
        #expect(try ledger.requests() == 15)
        #expect(try ledger.forget(first).shortened == [second])
        #expect(try ledger.requests() == 5)
        #expect(try ledger.ingest([second]) == [.unchanged])
        #expect(try ledger.ingest([second], policy: .replace) == [.replaced])
        #expect(try ledger.requests() == 10)
        #expect(try ledger.ingest([second], policy: .replace) == [.unchanged])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Earlier content of a file that was replaced and then forgotten stays forgotten")
    func replaced() throws {
        let ledger = try ledger()
        let path = try file(ledger, "a.jsonl", [12])
        try ledger.ingest([path])
        _ = try ledger.folder.write(text("other", [14]), to: "a.jsonl")
        #expect(try ledger.ingest([path], policy: .replace) == [.replaced])
        try ledger.forget(path)
        let dump = try ledger.dump()
        let packed = try ledger.folder.write(
            compressed(Array(text("a.jsonl", [12]).utf8), .gzip), to: "a.jsonl.gz")
        #expect(try ledger.ingest([packed]) == [.forgotten])
        let grown = try file(ledger, "a.jsonl", [12, 15])
        #expect(try ledger.ingest([grown]) == [.continuesForgotten(path)])
        #expect(try ledger.dump() == dump)
    }

    @Test("By SHA-256; and what cannot be forgotten says why")
    func refusals() throws {
        let ledger = try ledger()
        let digest = try ledger.rows("SELECT sha256 FROM source_files")[0]
        for wrong in ["no.jsonl", String(digest.prefix(8))] {
            #expect(throws: LedgerError.self) { try ledger.forget(wrong) }
        }
        #expect(try ledger.forget(String(digest.prefix(12))).files.count == 1)
        #expect(throws: LedgerError.self) { try ledger.forget(digest) }
        #expect(try ledger.rows("SELECT count(*) FROM forgotten_file") == ["1"])
        #expect(try ledger.requests() == 0)
    }
}
