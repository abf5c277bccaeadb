import Accounting
import Foundation
import GRDB
import Ledger
import TestSupport
import Testing

@Suite("Hourly join")
struct GridJoinTests {
    private func log(_ lines: [(time: String, region: String)]) -> String {
        lines.map {
            "{\"timestamp\":\"\($0.time)\",\"model\":\"gpt-4o\",\"region\":\"\($0.region)\","
                + "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":500}}\n"
        }.joined()
    }

    private func grid(_ rows: [(hour: String, grams: String)], zone: String = "IE") -> String {
        "time,zone,direct_g_per_kwh\n" + rows.map { "\($0.hour),\(zone),\($0.grams)\n" }.joined()
    }

    @Test("Each request is joined with the hour in which it began, up to the last millisecond")
    func hourEdges() throws {
        let ledger = try LedgerFolder()
        try ledger.importGrid(
            ledger.folder.write(
                grid([("2026-03-01T10:00:00Z", "100"), ("2026-03-01T11:00:00Z", "300")]),
                to: "g.csv"))
        try ledger.ingest([
            ledger.folder.write(
                log([
                    ("2026-03-01T10:59:59.999Z", "eu-west-1"),
                    ("2026-03-01T11:00:00.000Z", "eu-west-1"),
                    ("2026-03-01T13:59:59+03:00", "eu-west-1"),
                ]), to: "a.jsonl")
        ])
        // 3.96 Wh × 100 g/kWh = 0.396 g, twice; × 300 = 1.188 g
        #expect(
            try ledger.rows(
                "SELECT hour, requests, emissions_kgco2e FROM hourly_emissions ORDER BY 1")
                == ["2026-03-01 10:00:00|2|0.000792", "2026-03-01 11:00:00|1|0.001188"])
    }

    @Test("A missing hour keeps its energy, has no emissions, and is named")
    func missingHour() throws {
        let ledger = try LedgerFolder()
        try ledger.importGrid(
            ledger.folder.write(grid([("2026-03-01T10:00:00Z", "100")]), to: "g.csv"))
        try ledger.ingest([
            ledger.folder.write(
                log([("2026-03-01T10:00:00Z", "eu-west-1"), ("2026-03-01T11:00:00Z", "eu-west-1")]),
                to: "a.jsonl")
        ])
        let hourly = try ledger.rows(
            "SELECT energy_kwh, emissions_kgco2e, grid_evidence FROM hourly_emissions ORDER BY hour"
        )
        #expect(hourly == ["0.00396|0.000396|measured", "0.00396|-|missing"])
        #expect(
            try ledger.rows(
                """
                SELECT energy_kwh, emissions_kgco2e, unmatched_energy_kwh, measured_share,
                  gco2e_per_request FROM monthly_emissions
                """) == ["0.00792|0.000396|0.00396|0.5|0.396"])
        let month = try #require(UTCMonth("2026-03"))
        let unmatched = try Ledger(path: ledger.path, access: .read).unmatched(in: month)
        #expect(unmatched.gridGaps.map(\.zone) == ["IE"])
        #expect(unmatched.gridGaps.first?.first == "2026-03-01 11:00:00")
        #expect((unmatched.requests, unmatched.ofRequests) == (1, 2))
        // The hour arrives later: only then are emissions known.
        let result = try ledger.importGrid(
            ledger.folder.write(grid([("2026-03-01T11:00:00Z", "200")]), to: "g2.csv"))
        #expect(result.derivedHours == 1)
        #expect(
            try ledger.rows("SELECT emissions_kgco2e, unmatched_energy_kwh FROM monthly_emissions")
                == ["0.001188|0.0"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("An unknown region or model is counted and named, never guessed")
    func unknownNames() throws {
        var ledger = try LedgerFolder()
        ledger.energyModel = "per-token-epoch"
        try ledger.importGrid(
            ledger.folder.write(grid([("2026-03-01T10:00:00Z", "100")]), to: "g.csv"))
        let text = log([("2026-03-01T10:00:00Z", "eu-west-1"), ("2026-03-01T10:00:00Z", "mars-1")])
        let strange = text.replacingOccurrences(of: "gpt-4o", with: "gemini-x")
        try ledger.ingest([ledger.folder.write(text + strange, to: "a.jsonl")])
        let month = try #require(UTCMonth("2026-03"))
        let unmatched = try Ledger(path: ledger.path, access: .read).unmatched(in: month)
        #expect(unmatched.regions.map { "\($0.name) \($0.requests)" } == ["mars-1 2"])
        #expect(unmatched.models.map { "\($0.name) \($0.requests)" } == ["gemini-x 2"])
        #expect(unmatched.requests == 3)
        // 1000 × 0.22 mWh + 500 × 0.6 mWh = 520 mWh of IT energy; PUE of eu-west-1 is 1.11.
        #expect(
            try ledger.rows(
                """
                SELECT region, model, it_energy_kwh, energy_kwh, emissions_kgco2e
                FROM hourly_emissions ORDER BY region, model
                """) == [
                    "eu-west-1|gemini-x|-|-|-", "eu-west-1|gpt-4o|0.00052|0.0005772|5.772e-05",
                    "mars-1|gemini-x|-|-|-", "mars-1|gpt-4o|0.00052|0.00078|-",
                ])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("A later release is the one in force, and earlier values stay")
    func restatedGrid() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([
            ledger.folder.write(log([("2026-03-01T10:00:00Z", "eu-west-1")]), to: "a.jsonl")
        ])
        let first = try ledger.folder.write(grid([("2026-03-01T10:00:00Z", "100")]), to: "g.csv")
        let second = try ledger.folder.write(grid([("2026-03-01T10:00:00Z", "150")]), to: "g2.csv")
        #expect(try ledger.importGrid(first).restatedValues == 0)
        #expect(try ledger.importGrid(second).restatedValues == 1)
        #expect(try ledger.importGrid(second).isKnown)
        #expect(
            try ledger.rows("SELECT zone, hour, intensity_g_per_kwh, evidence FROM grid_hours")
                == ["IE|2026-03-01 10:00:00|150.0|measured"])
        #expect(try ledger.rows("SELECT count(*) FROM grid_value") == ["2"])
        #expect(try ledger.rows("SELECT emissions_kgco2e FROM monthly_emissions") == ["0.000594"])
        // Imported again, the first is in force again: a bad release can be undone.
        #expect(try ledger.importGrid(first).restatedValues == 1)
        #expect(try ledger.rows("SELECT emissions_kgco2e FROM monthly_emissions") == ["0.000396"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("A zero intensity is zero emissions and no gap")
    func zero() throws {
        let ledger = try LedgerFolder()
        try ledger.importGrid(
            ledger.folder.write(grid([("2026-03-01T10:00:00Z", "0.00")]), to: "g.csv"))
        try ledger.ingest([
            ledger.folder.write(log([("2026-03-01T10:00:00Z", "eu-west-1")]), to: "a.jsonl")
        ])
        #expect(
            try ledger.rows("SELECT emissions_kgco2e, unmatched_energy_kwh FROM monthly_emissions")
                == ["0.0|0.0"])
    }
}
