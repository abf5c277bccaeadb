import Accounting
import Configuration
import Crypto
import Foundation
import GRDB
import Ledger
import Setup
import Synthesis
import TestSupport
import Testing

/// Months that were stated, and what becomes of them.
@Suite("Statements")
struct StatementTests {
    /// 1,000 output tokens at 12:00 on 1 March 2026 in Ireland, where the grid is at 300 g/kWh: of 1 Wh each thousand.
    private func ledger() throws -> LedgerFolder {
        var ledger = try OneDay.ledger("flat-bloom") { $0 = Self.method($0) }
        ledger.energyModelText = Self.model(perOutput: "0.001")
        try ledger.ingest([ledger.folder.write(OneDay.line(12), to: "a.jsonl")])
        return ledger
    }

    private static func model(perOutput: String) -> String {
        """
        name: test
        kind: per-token
        boundary: it
        about: made up
        released: 2026-01-01
        evidence: assumed
        source: test
        models:
          gpt-4o: { wh_per_output_token: \(perOutput) }
          other: { wh_per_output_token: 0.01 }
        """
    }

    /// The same choices with a PUE of every region, in millionths.
    private static func method(_ method: Method, pue: Int64 = 1_500_000) -> Method {
        var regions = method.regions
        for name in ["eu-west-1", "us-east-1"] {
            guard let known = regions[name] else { continue }
            regions[name] = RegionTable.Entry(
                zone: known.zone, effectiveness: [], onSiteWater: nil, waterBasis: .unstated,
                source: "test")
        }
        return Method(
            energyModel: method.energyModel, regions: regions,
            defaultEffectiveness: Estimate(exactly: PowerUsageEffectiveness(pue)),
            defaultEffectivenessSource: "test", basis: method.basis)
    }

    /// Causes of the latest revision, as `cause energy emissions`.
    private func causes(_ ledger: LedgerFolder) throws -> [String] {
        try #require(Ledger(path: ledger.path, access: .read).statements().last).causes.map {
            "\($0.cause) \($0.energy) \($0.emissions)"
        }
    }

    private func status(_ ledger: LedgerFolder) throws -> [String] {
        try ledger.rows(
            """
            SELECT status, stated_revision, CAST(round(stated_emissions_kgco2e * 1e9) AS INTEGER),
              CAST(round(emissions_kgco2e * 1e9) AS INTEGER) FROM monthly_totals
            """)
    }

    @Test("A closed month keeps what it was; what comes later is pending until it is stated again")
    func late() throws {
        let ledger = try ledger()
        #expect(try status(ledger) == ["open|-|-|450000"])
        // 1 Wh × 1.5 = 1.5 Wh; × 300 g/kWh = 0.45 g
        let statement = try #require(try ledger.close("2026-03"))
        #expect(statement.stated.energy == 1_500_000 && statement.stated.emissions == 450_000)
        #expect(statement.revision == 1 && statement.causes.isEmpty)
        #expect(try status(ledger) == ["closed|1|450000|450000"])
        #expect(try ledger.close("2026-03") == nil, "it is closed already")
        #expect(try ledger.restate().restated.isEmpty)

        try ledger.ingest([ledger.folder.write(OneDay.line(12, output: 2_000), to: "b.jsonl")])
        #expect(try status(ledger) == ["pending|1|450000|1350000"])
        #expect(try ledger.brokenLaws() == [])
        let before = try ledger.statementTexts()
        let dry = try ledger.restate(isDry: true)
        #expect(dry.restated.map(\.after.stated.emissions) == [1_350_000])
        #expect(try status(ledger) == ["pending|1|450000|1350000"], "nothing was changed")

        #expect(try ledger.restate("2026-03").restated.count == 1)
        #expect(try causes(ledger) == ["logs 3000000 900000"])
        #expect(try status(ledger) == ["closed|2|1350000|1350000"])
        let after = try ledger.statementTexts()
        #expect(after[statement.id] == before[statement.id])
        #expect(
            try ledger.rows("SELECT revision, state, reason FROM statements ORDER BY 1")
                == ["1|superseded|", "2|closed|test"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("The SHA-256 of a statement is that of its text")
    func hash() throws {
        let ledger = try ledger()
        let statement = try #require(try ledger.close("2026-03"))
        let text = try #require(try ledger.statementTexts()[statement.id])
        let digest = SHA256.hash(data: Data(text.utf8)).map {
            ($0 < 16 ? "0" : "") + String($0, radix: 16)
        }.joined()
        #expect(digest == statement.sha256)
        #expect(text.contains("\nhour\t492324\teu-west-1\tgpt-4o\tIE\tgpt-4o\t-\tmeasured\t"))
        #expect(text.contains("\nmethod\tbasis\tbasis direct\n"))
    }

    @Test(
        "Whatever names are, lines of the text are told apart, and NULL from a name that is a dash")
    func names() throws {
        let ledger = try ledger()
        func line(_ region: String, _ tenant: String, _ project: String) -> String {
            OneDay.line(12).replacing("\"eu-west-1\"", with: "\"\(region)\"").replacing(
                "{\"timestamp\"",
                with: "{\"tenant\":\"\(tenant)\",\"project\":\"\(project)\",\"timestamp\"")
        }
        let log =
            line("-", "c\\td", "e") + line("-", "c", "d\\te") + line("a\\tb\\n", "-", "")
            + "{broken\n"
        try ledger.ingest([ledger.folder.write(log, to: "b.jsonl")])
        let statement = try #require(try ledger.close("2026-03"))
        let text = try #require(try ledger.statementTexts()[statement.id])
        let lines = text.split(separator: "\n")
        #expect(Set(lines).count == lines.count)
        let columns = Dictionary(
            grouping: lines.filter { $0.hasPrefix("row\t") || $0.hasPrefix("columns\trow\t") }
        ) { $0.split(separator: "\t", omittingEmptySubsequences: false).count }
        #expect(columns.count == 2, "the line of columns has one word more")
        let keys = lines.filter { $0.hasPrefix("row\t") }.map {
            $0.split(separator: "\t").prefix(4).joined(separator: "\t")
        }
        #expect(Set(keys).count == keys.count && keys.count == 4)
        #expect(text.contains("\ncoverage\t\\-\t") && text.contains("\ncoverage\t-\t"))
        #expect(text.contains("a\\tb\\n"))
        #expect(try ledger.brokenLaws() == [])
    }

    // MARK: Causes

    /// A change of one thing, and by which cause it moves the month.
    struct Change: Sendable, CustomTestStringConvertible {
        let cause: String
        let expected: String
        let make: @Sendable (inout LedgerFolder) throws -> Void
        var testDescription: String { cause }
    }

    static let changes: [Change] = [
        // Ten times the energy: 15 Wh and 4.5 g.
        Change(cause: "names", expected: "names 13500000 4050000") {
            $0.choose = {
                $0 = method($0)
                $0.modelNames["gpt-4o"] = "other"
            }
        },
        // Twice the energy.
        Change(cause: "energy model", expected: "energy_model 1500000 450000") {
            $0.energyModelText = model(perOutput: "0.002")
        },
        // PUE 2.0 for 1.5: 2 Wh and 0.6 g.
        Change(cause: "tables", expected: "tables 500000 150000") {
            $0.choose = { $0 = method($0, pue: 2_000_000) }
        },
        // 350 g/kWh for 300: 1.5 Wh × 50 = 0.075 g.
        Change(cause: "grid release", expected: "grid_release 0 75000") { ledger in
            try ledger.importGrid(
                ledger.folder.write(
                    "time,zone,direct_g_per_kwh\n2026-03-01T12:00:00Z,IE,350\n", to: "new.csv"))
        },
    ]

    @Test("One change moves a month by its cause alone, to the unit", arguments: changes)
    func cause(_ change: Change) throws {
        var ledger = try ledger()
        try ledger.close("2026-03")
        try change.make(&ledger)
        let restating = try ledger.restate()
        #expect(restating.restated.count == 1)
        #expect(try causes(ledger) == [change.expected])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("All at once: the steps follow in order, and add up")
    func allCauses() throws {
        var ledger = try ledger()
        try ledger.close("2026-03")
        try ledger.ingest([ledger.folder.write(OneDay.line(12, input: 1), to: "b.jsonl")])
        try ledger.importGrid(
            ledger.folder.write(
                "time,zone,direct_g_per_kwh\n2026-03-01T12:00:00Z,IE,350\n", to: "new.csv"))
        ledger.energyModelText = Self.model(perOutput: "0.002")
        ledger.choose = { $0 = Self.method($0, pue: 2_000_000) }
        try ledger.restate()
        // 1.5 Wh, 0.45 g → logs 3, 0.9 → model 6, 1.8 → PUE 8, 2.4 → grid 8 Wh × 350 = 2.8 g
        #expect(
            try causes(ledger) == [
                "logs 1500000 450000", "energy_model 3000000 900000", "tables 2000000 600000",
                "grid_release 0 400000",
            ])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "A filled hour: a value that the fill used is the grid's cause, its settings are their own")
    func filling() throws {
        // 02:00 has 100 and 12:00 has 300 g/kWh, so 07:00 is at 200 by a line of ten hours.
        var ledger = try OneDay.ledger("flat-bloom") {
            $0 = Self.method($0)
            $0.ladder = GridLadder(steps: [.linear])
            $0.ladder.linearHours = 24
        }
        ledger.energyModelText = Self.model(perOutput: "0.001")
        try ledger.ingest([ledger.folder.write(OneDay.line(7), to: "a.jsonl")])
        #expect(try status(ledger) == ["open|-|-|300000"])
        try ledger.close("2026-03")
        // 02:00 becomes 200: the line is at 250 g/kWh.
        try ledger.importGrid(
            ledger.folder.write(
                "time,zone,direct_g_per_kwh\n2026-03-01T02:00:00Z,IE,200\n", to: "new.csv"))
        try ledger.restate()
        #expect(try causes(ledger) == ["grid_release 0 75000"])
        // Then 400 at 12:00, so 300 by the line; and nothing is filled any longer.
        try ledger.importGrid(
            ledger.folder.write(
                "time,zone,direct_g_per_kwh\n2026-03-01T12:00:00Z,IE,400\n", to: "third.csv"))
        ledger.choose = {
            $0 = Self.method($0)
            $0.ladder = .none
        }
        try ledger.restate()
        #expect(try causes(ledger) == ["grid_release 0 75000", "gap_filling 0 -450000"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("An open month that another method moves keeps what it was, and why it moved")
    func openMonth() throws {
        var ledger = try ledger()
        ledger.energyModelText = Self.model(perOutput: "0.003")
        try ledger.ingest([ledger.folder.write(OneDay.line(12, input: 1), to: "b.jsonl")])
        #expect(
            try ledger.rows("SELECT cause, energy_uwh, emissions_ug FROM former_total_cause")
                == ["energy_model|6000000|1800000", "logs|1500000|450000"])
        #expect(try ledger.brokenLaws() == [])
    }

    // MARK: Random years

    @Test(
        "Whatever changes, in whatever order: causes add up, statements stay, and the ledger is that of a clean rebuild",
        arguments: 1...4)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var ledger = try LedgerFolder()
        ledger.energyModelText = Self.model(perOutput: "0.001")
        var logs: [String] = []
        var grids: [String] = []
        func pick(_ count: Int) -> Int { random.below(count) }
        func log(_ name: String) throws -> String {
            var text = ""
            for number in 0..<20 {
                let time = "2026-0\(3 + pick(2))-0\(1 + pick(3))T0\(pick(4)):00:00Z"
                let region = ["eu-west-1", "us-east-1", "mars-1"][pick(3)]
                let model = ["gpt-4o", "other", "gpt-4o-mini"][pick(3)]
                text +=
                    "{\"timestamp\":\"\(time)\",\"request_id\":\"\(name)-\(number)\",\"region\":\"\(region)\","
                    + "\"model\":\"\(model)\",\"tenant\":\"t\(pick(3))\",\"latency_ms\":\(pick(90_000)),\"usage\":"
                    + "{\"prompt_tokens\":\(pick(500)),\"completion_tokens\":\(pick(3_000))}}\n"
            }
            return try ledger.folder.write(text, to: "\(name).jsonl")
        }
        func grid(_ name: String) throws -> String {
            var text = "time,zone,direct_g_per_kwh\n"
            for month in 3...4 {
                for day in 1...3 {
                    for hour in 0..<4 where pick(4) > 0 {
                        for zone in ["IE", "US-MIDA-PJM"] where pick(3) > 0 {
                            text +=
                                "2026-0\(month)-0\(day)T0\(hour):00:00Z,\(zone),\(pick(900)).\(pick(1_000))\n"
                        }
                    }
                }
            }
            return try ledger.folder.write(text, to: "\(name).csv")
        }
        grids.append(try grid("g0"))
        logs.append(try log("l0"))
        try ledger.importGrid(grids[0])
        try ledger.ingest(logs)
        var texts: [Int64: String] = [:]
        for round in 1...12 {
            switch pick(8) {
            case 0, 1:
                logs.append(try log("l\(round)"))
                try ledger.ingest([logs[logs.count - 1]])
            case 2:
                grids.append(try grid("g\(round)"))
                try ledger.importGrid(grids[grids.count - 1])
            case 3:
                ledger.energyModelText = Self.model(
                    perOutput: "0.00\(1 + pick(9))")
            case 4:
                let (names, pue, steps, batch) = (pick(2), pick(3), pick(3), pick(2))
                ledger.choose = { method in
                    var other = Self.method(method, pue: 1_200_000 + Int64(pue) * 100_000)
                    if names == 1 { other.modelNames["gpt-4o-mini"] = "gpt-4o" }
                    other.ladder = GridLadder(
                        steps: [[], [.linear], [.previousDay, .monthHour]][steps])
                    other.unknownUsage = batch == 1 ? .modelMean : .leftOut
                    method = other
                }
            case 5: _ = try ledger.restate(isDry: true)
            case 6: try ledger.restate()
            default:
                // By the settings that the ledger rests on, else by today's.
                let month = "2026-0\(3 + pick(2))"
                if (try? ledger.close(month)) == nil { try ledger.restate() }
            }
            #expect(try ledger.brokenLaws() == [], "seed \(seed), round \(round)")
            let now = try ledger.statementTexts()
            for (id, text) in texts { #expect(now[id] == text, "seed \(seed), round \(round)") }
            texts = now
        }
        try ledger.restate()
        #expect(try ledger.brokenLaws() == [], "seed \(seed)")
        var clean = try LedgerFolder()
        clean.energyModelText = ledger.energyModelText
        clean.choose = ledger.choose
        for path in grids { try clean.importGrid(path) }
        for path in logs { try clean.ingest([path]) }
        // Distributions keep what their files were charged when they came.
        func rows(_ ledger: LedgerFolder) throws -> [Substring] {
            try ledger.dump().split(separator: "\n").filter { !$0.hasPrefix("requests\t") }
        }
        let differing = try Set(rows(clean)).symmetricDifference(rows(ledger))
        #expect(differing.isEmpty, "seed \(seed)")
    }

    // MARK: Refusals

    @Test("A month that lacks something is not closed, and the statement says what was set aside")
    func incomplete() throws {
        let ledger = try ledger()
        try ledger.ingest([
            ledger.folder.write(OneDay.line(13) + OneDay.line(12, model: "gpt-9"), to: "b.jsonl")
        ])
        let month = try #require(UTCMonth("2026-03"))
        func close(
            _ despite: Set<MonthStatement.Exception.Kind>, at now: UTCHour
        ) throws -> Ledger.Closing? {
            try Ledger(path: ledger.path, access: .write).close(
                month, despite: despite, unmatchedLimit: 0, now: now,
                run: RunRecord(command: "close", version: "test", method: ledger.method()))
        }
        guard case .incomplete(let reasons) = try close([], at: month.hours.lowerBound) else {
            Issue.record("it was closed")
            return
        }
        #expect(reasons.map(\.kind) == [.running, .days, .grid, .unmatched])
        #expect(
            reasons.map(\.detail) == [
                "the month ends at 2026-04-01 00:00:00 UTC",
                "no requests on 30 of its days: 2026-03-02 to 2026-03-31",
                "hours without a grid value: IE 1 (2026-03-01 13:00:00 to 2026-03-01 13:00:00)",
                "2 of 3 requests are unmatched, over the limit of 0 %: model \"gpt-9\"",
            ])
        guard case .incomplete(let left) = try close([.days, .grid], at: month.hours.upperBound)
        else {
            Issue.record("it was closed")
            return
        }
        #expect(left.map(\.kind) == [.unmatched])
        guard
            case .closed(let statement) = try close(
                [.days, .grid, .unmatched], at: month.hours.upperBound)
        else {
            Issue.record("it was not closed")
            return
        }
        #expect(statement.exceptions.map(\.kind) == [.days, .grid, .unmatched])
    }

    @Test("A month that rests on other settings is not closed, and an open one is not stated again")
    func refused() throws {
        var ledger = try ledger()
        #expect(throws: LedgerError.self) { try ledger.restate("2026-03") }
        ledger.energyModelText = Self.model(perOutput: "0.002")
        #expect(throws: LedgerError.self) { try ledger.close("2026-03") }
        #expect(try ledger.rows("SELECT count(*) FROM statement") == ["0"])
    }
}
