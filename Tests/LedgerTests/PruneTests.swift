import Accounting
import Foundation
import Ledger
import Pipeline
import Synthesis
import TestSupport
import Testing

@Suite("Files of closed months that are added up")
struct PruneTests {
    /// Requests of some hours of March 2026, of tenants that the files share.
    private func text(_ name: String, _ hours: [Int], month: Int = 3) -> String {
        hours.map { hour in
            (0..<6).map { number in
                OneDay.line(hour, output: 100 + number, milliseconds: 900)
                    .replacing("2026-03", with: "2026-0\(month)").replacing(
                        "{\"timestamp\"",
                        with:
                            "{\"request_id\":\"\(name)-\(hour)-\(number)\",\"tenant\":\"t\(number % 2)\",\"status\":\(number == 5 ? 500 : 200),\"timestamp\""
                    )
            }.joined()
        }.joined()
    }

    /// Three files of March of which one has grown and one holds a line that is none, and one of April.
    private func ledger() throws -> LedgerFolder {
        var ledger = try OneDay.ledger("per-token-epoch")
        ledger.histogramDimensions = .tenant
        for (name, hours) in [("a", [2, 12]), ("b", [12, 13])] {
            try ledger.ingest([ledger.folder.write(text(name, hours), to: "\(name).jsonl")])
        }
        try ledger.ingest([
            ledger.folder.write(text("a", [2, 12, 14]), to: "a.jsonl"),
            ledger.folder.write("{broken\n" + text("c", [12]), to: "c.jsonl"),
            ledger.folder.write(text("d", [12], month: 4), to: "d.jsonl"),
        ])
        return ledger
    }

    @Test("No total, percentile or statement changes, and laws hold; cells are fewer")
    func totals() throws {
        let ledger = try ledger()
        #expect(try ledger.prune(before: "2026-04").left.map(\.description) == ["2026-03"])
        try ledger.close("2026-03")
        let (dump, texts) = (try ledger.dump(), try ledger.statementTexts())
        let pruning = try ledger.prune(before: "2026-05")
        #expect(pruning.months.map(\.description) == ["2026-03"])
        #expect(pruning.left.map(\.description) == ["2026-04"])
        // a, b and c in one bundle; the first delivery of a left. Two tenants in hours 2, 12, 13 and 14.
        #expect(pruning.files == 3 && pruning.bundles == 1 && pruning.superseded == 1)
        #expect(pruning.rejects == 1)
        #expect(pruning.cellsAfter == 8 && pruning.cellsBefore == 4 + 6 + 4 + 2)
        #expect(try ledger.dump() == dump && ledger.statementTexts() == texts)
        #expect(try ledger.brokenLaws() == [])
        #expect(
            try ledger.rows("SELECT DISTINCT status FROM monthly_totals ORDER BY 1") == [
                "closed", "open",
            ])
        // Once more there is nothing to do.
        #expect(try ledger.prune(before: "2026-05").files == 0)

        // By another method all is derived anew from the bundle.
        var (pruned, whole) = (ledger, try self.ledger())
        pruned.energyModel = "flat-google"
        whole.energyModel = "flat-google"
        try pruned.restate()
        try whole.ingest([whole.folder.write("", to: "empty.jsonl")])
        #expect(try pruned.dump() == whole.dump())
        #expect(try pruned.brokenLaws() == [])
    }

    @Test("Known bytes stay known; what would take the place of a file in a bundle is refused")
    func afterwards() throws {
        let ledger = try ledger()
        try ledger.close("2026-03")
        try ledger.prune(before: "2026-04")
        let dump = try ledger.dump()
        let path = ledger.folder.path("b.jsonl")
        #expect(try ledger.ingest([path]) == [.unchanged])
        let copy = try ledger.folder.write(text("b", [12, 13]), to: "copy.jsonl")
        #expect(try ledger.ingest([copy]) == [.renamed(of: path)])
        let grown = try ledger.folder.write(text("b", [12, 13, 15]), to: "b.jsonl")
        #expect(try ledger.ingest([grown]) == [.bundled(path)])
        #expect(try ledger.ingest([grown], policy: .replace) == [.bundled(path)])
        #expect(throws: LedgerError.self) { try ledger.forget(path) }
        #expect(try ledger.dump() == dump)
        // Late requests of the month come in a file of their own, and a later pruning takes it in.
        let late = try ledger.folder.write(text("e", [12]), to: "e.jsonl")
        #expect(try ledger.ingest([late]) == [.added])
        #expect(try ledger.prune(before: "2026-04").files == 0, "the month is pending")
        try ledger.restate()
        #expect(try ledger.prune(before: "2026-04").files == 1)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "Whatever is pruned, in whatever order: the dump is that of a ledger that was not",
        arguments: 1...4)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (pruned, whole) = (try LedgerFolder(), try LedgerFolder())
        for round in 0..<10 {
            let month = 1 + random.below(4)
            let hours = (0..<3).map { _ in random.below(24) }
            let text = text("r\(round)", Array(Set(hours)).sorted(), month: month)
            for ledger in [pruned, whole] {
                try ledger.ingest([ledger.folder.write(text, to: "r\(round).jsonl")])
            }
            if random.below(2) == 0 { try pruned.close("2026-0\(1 + random.below(4))") }
            if random.below(2) == 0 { try pruned.restate() }
            if random.below(2) == 0 { try pruned.prune(before: "2026-0\(2 + random.below(4))") }
        }
        #expect(try pruned.dump() == whole.dump(), "seed \(seed)")
        #expect(try pruned.brokenLaws() == [], "seed \(seed)")
    }
}
