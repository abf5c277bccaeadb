import Accounting
import Foundation
import Ledger
import Synthesis
import TestSupport
import Testing

@Suite("Pools of machines")
struct PoolTests {
    /// A pool of stated hardware.
    private func hardware(_ boundary: EnergyModel.Boundary, _ microwattHours: Int64) -> Pool {
        Pool(
            name: "p", region: "eu-west-1", boundary: boundary,
            supply: .hardware(MicrowattHours(microwattHours), source: "test"))
    }

    @Test(
        "A meter is shared among requests by their modelled energy; the rest is idle, to the last µWh"
    )
    func meter() throws {
        let ledger = try OneDay.ledger("per-token-epoch") { method in
            method.pools = [
                Pool(
                    name: "rack", region: "eu-west-1", boundary: .it,
                    idle: MicrowattHours(1_000_000_000), supply: .meter)
            ]
        }
        // At 02:00 two models-worth of tokens 1 : 3; at 12:00 nothing runs.
        try ledger.ingest([
            ledger.folder.write(
                OneDay.line(2, output: 1_000)
                    + OneDay.line(2, model: "gpt-4o-2024-11-20", output: 3_000), to: "a.jsonl")
        ])
        let readings =
            "time,pool,kwh\n2026-03-01T02:00:00Z,rack,5.000000001\n2026-03-01T12:00:00Z,rack,1.25\n"
        #expect(try !ledger.importMeter(readings).isKnown)
        #expect(try ledger.importMeter(readings).isKnown)
        // 5 kWh − 1 kWh idle = 4 kWh, 1 : 3 by modelled weight.
        let shares = try ledger.rows(
            "SELECT model, printf('%.6f', it_energy_kwh) FROM hourly_emissions ORDER BY 1")
        #expect(shares == ["gpt-4o|1.000000", "gpt-4o-2024-11-20|3.000000"])
        #expect(
            try ledger.rows(
                """
                SELECT hour % 24, supplied_uwh, allocated_uwh + idle_uwh, idle_uwh BETWEEN 1000000000 AND 1000000010
                FROM pool_hour ORDER BY hour
                """)
                == ["2|5000000001|5000000001|1", "12|1250000000|1250000000|0"])
        #expect(
            try ledger.rows("SELECT DISTINCT energy_evidence FROM hourly_emissions") == ["metered"])
        #expect(try ledger.brokenLaws() == [])
        // A later reading is the one in force.
        #expect(
            try ledger.importMeter("time,pool,kwh\n2026-03-01T02:00:00Z,rack,9\n").restated == 1)
        #expect(
            try ledger.rows("SELECT supplied_kwh FROM pool_hours ORDER BY hour LIMIT 1") == ["9.0"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("A pool draws nothing on a day of which only a file was known that another one replaced")
    func supersededDay() throws {
        let ledger = try OneDay.ledger("per-token-epoch") { method in
            method.pools = [hardware(.it, 1_000_000)]
        }
        func span(_ id: String, below parent: String, at second: Int) -> String {
            let attributes = ["gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 5]
                .sorted { $0.key < $1.key }
                .map { #"{"key":"\#($0.key)","value":{"intValue":"\#($0.value)"}}"# }
            return
                #"{"traceId":"t1","spanId":"\#(id)","parentSpanId":"\#(parent)","startTimeUnixNano":"\#(second)000000000","#
                + #""attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},"#
                + #"{"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}},\#(attributes.joined(separator: ","))]}"#
                + "\n"
        }
        // The call of the next day is below the span of the evening, which repeats its sum.
        let evening = span("a", below: "", at: 1_772_409_599)
        let first = try ledger.folder.write(evening, to: "a.jsonl")
        let second = try ledger.folder.write(
            evening + span("b", below: "a", at: 1_772_409_601), to: "b.jsonl")
        try ledger.ingest([first, second], dialect: "otlp-genai")
        #expect(try ledger.requests() == 1)
        #expect(try ledger.rows("SELECT DISTINCT hour / 24 FROM pool_hour") == ["20514"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "No pool gives out more than it drew, whatever the cells and the energy model",
        arguments: ["ecologits-0.11.3", "mlenergy-v3", "per-token-epoch", "flat-bloom"])
    func neverMore(energyModel: String) throws {
        var random = SeededGenerator(seed: 5)
        for boundary in [EnergyModel.Boundary.it, .facility] {
            let ledger = try OneDay.ledger(energyModel) { method in
                method.pools = [hardware(boundary, 5_000_000_001)]
            }
            let models = ["gpt-4o", "Qwen/Qwen3-14B", "openai/gpt-oss-120b"]
            let lines = (0..<40).map { _ in
                OneDay.line(
                    random.below(24), model: models[random.below(3)], input: random.below(3_000),
                    output: random.below(3_000))
            }
            try ledger.ingest([ledger.folder.write(lines.joined(), to: "a.jsonl")])
            #expect(
                try ledger.rows(
                    "SELECT count(*), min(idle_uwh) >= 0, sum(supplied_uwh) FROM pool_hour")
                    == ["24|1|120000000024"])
            #expect(try ledger.brokenLaws() == [])
        }
    }

    @Test("What a pool drew for a model that is not known is charged to nobody")
    func unmatchedInPool() throws {
        let ledger = try OneDay.ledger("per-token-epoch") { method in
            method.pools = [hardware(.it, 4_000_000_000)]
        }
        try ledger.ingest([
            ledger.folder.write(
                OneDay.line(2) + OneDay.line(2, model: "x") + OneDay.line(2, model: "x")
                    + OneDay.line(2, model: "y"),
                to: "a.jsonl")
        ])
        // 4 kWh, a quarter to the one request of four whose model is known.
        #expect(
            try ledger.rows(
                "SELECT printf('%.6f %.6f', allocated_kwh, unmatched_kwh) FROM pool_hours WHERE allocated_kwh > 0"
            )
                == ["1.000000 3.000000"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Idle energy is the same whichever comes first, the meter or the grid")
    func poolOrder() throws {
        let pool: @Sendable (inout Method) -> Void = { method in
            method.pools = [
                Pool(name: "rack", region: "eu-west-1", boundary: .it, supply: .meter)
            ]
        }
        let reading = "time,pool,kwh\n2026-03-01T12:00:00Z,rack,10\n"
        let gridFirst = try OneDay.ledger("flat-epoch", pool)
        try gridFirst.importMeter(reading)
        var meterFirst = try LedgerFolder()
        meterFirst.energyModel = "flat-epoch"
        meterFirst.choose = pool
        try meterFirst.importMeter(reading)
        try meterFirst.importGrid(meterFirst.folder.write(OneDay.grid, to: "grid.csv"))
        let query = "SELECT hour, idle_kwh, idle_emissions_kgco2e FROM pool_hours"
        #expect(try gridFirst.rows(query) == ["2026-03-01 12:00:00|10.0|3.33"])
        #expect(try meterFirst.rows(query) == gridFirst.rows(query))
        #expect(try meterFirst.brokenLaws() == [])
    }

    @Test("Pools of hardware rest on the files that count, not on those that did")
    func replacedDay() throws {
        let ledger = try OneDay.ledger("flat-epoch") { method in
            method.pools = [hardware(.it, 1_000_000)]
        }
        let path = try ledger.folder.write(OneDay.line(2), to: "a.jsonl")
        try ledger.ingest([path])
        try ledger.folder.write(
            OneDay.line(3).replacingOccurrences(of: "03-01", with: "03-02"), to: "a.jsonl")
        try ledger.ingest([path], policy: .replace)
        #expect(
            try ledger.rows("SELECT count(*), min(substr(hour, 1, 10)) FROM pool_hours")
                == ["24|2026-03-02"])
    }

    @Test("Hardware draws its power every hour; a facility's meter has PUE inside")
    func hardware() throws {
        let ledger = try OneDay.ledger("per-token-epoch") { method in
            method.pools = [hardware(.facility, 5_787_200_000_000)]
        }
        try ledger.ingest([ledger.folder.write(OneDay.line(2) + OneDay.line(12), to: "a.jsonl")])
        // 28,936 GPUs of 200 W: 24 hours of 5,787.2 kWh; all goes to the one request of each of two hours.
        #expect(
            try ledger.rows("SELECT count(*), printf('%.1f', sum(supplied_kwh)) FROM pool_hours")
                == ["24|138892.8"])
        #expect(
            try ledger.rows(
                "SELECT it_energy_kwh, printf('%.4f', energy_kwh) FROM hourly_emissions ORDER BY hour"
            )
                == ["-|5787.2000", "-|5787.2000"])
        #expect(try ledger.brokenLaws() == [])
    }
}
