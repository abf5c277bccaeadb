import Accounting
import Configuration
import Foundation
import Ledger
import Synthesis
import TestSupport
import Testing

@Suite("Boundaries, batches and pools")
struct BoundaryTests {
    private let grid =
        "time,zone,direct_g_per_kwh\n2026-03-01T02:00:00Z,IE,100\n2026-03-01T12:00:00Z,IE,300\n"

    private func line(
        _ hour: Int, model: String = "gpt-4o", input: Int = 0, output: Int = 1_000,
        milliseconds: Int = 0
    ) -> String {
        let clock = (hour < 10 ? "0" : "") + "\(hour)"
        return "{\"timestamp\":\"2026-03-01T\(clock):00:00Z\",\"region\":\"eu-west-1\","
            + "\"model\":\"\(model)\",\"latency_ms\":\(milliseconds),\"usage\":"
            + "{\"prompt_tokens\":\(input),\"completion_tokens\":\(output)}}\n"
    }

    private func ledger(
        _ energyModel: String, _ choose: @escaping (inout Method) -> Void = { _ in }
    ) throws -> LedgerFolder {
        var ledger = try LedgerFolder()
        ledger.energyModel = energyModel
        ledger.choose = choose
        try ledger.importGrid(ledger.folder.write(grid, to: "grid.csv"))
        return ledger
    }

    @Test("Every boundary of one cell, by hand")
    func handComputed() throws {
        let water = try WaterTable.ireland()
        let ledger = try ledger("per-token-epoch") { method in
            method.market = [
                Method.MarketFactor(
                    region: "eu-west-1", month: nil,
                    intensity: MilligramsCO2ePerKilowattHour(94_000), source: "contract"),
                Method.MarketFactor(
                    region: "eu-west-1", month: UTCMonth("2026-04"),
                    intensity: MilligramsCO2ePerKilowattHour(1_000), source: "another month"),
            ]
            method.water = water
        }
        try ledger.ingest([
            ledger.folder.write(line(2, input: 10_000, output: 500), to: "a.jsonl")
        ])
        // 10,000 × 0.22 mWh + 500 × 0.6 mWh = 2.5 Wh; × 1.11 (eu-west-1, AWS 2024) = 2.775 Wh
        // × 100 g = 0.2775 g; × 94 g = 0.26085 g; 2.5 Wh × 0.03 L/kWh = 75 µL; 2.775 Wh × 2 L/kWh = 5,550 µL
        let row = try ledger.rows(
            """
            SELECT it_energy_kwh, energy_kwh, emissions_kgco2e, market_emissions_kgco2e,
              marginal_emissions_kgco2e, embodied_kgco2e, on_site_water_l, on_site_water_basis,
              off_site_water_l, water_l
            FROM monthly_emissions
            """)
        #expect(row == ["0.0025|0.002775|0.0002775|0.00026085|-|-|7.5e-05|withdrawal|0.00555|-"])
        let boundaries = try ledger.rows(
            "SELECT boundary, emissions_kgco2e FROM monthly_boundaries ORDER BY 1")
        #expect(
            boundaries == [
                "EcoLogits-like|-", "GHG Protocol Scope 2, location-based|0.0002775",
                "GHG Protocol Scope 2, market-based|0.00026085", "Google-like|-", "SCI|-",
            ])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("EcoLogits from tokens to grams, by hand, with its embodied share")
    func ecologits() throws {
        let ledger = try ledger("ecologits-0.11.3")
        try ledger.ingest([ledger.folder.write(line(2, output: 400), to: "a.jsonl")])
        // IT energy as released 0.578873790 / 1.2 to 0.963706471 / 1.2 Wh, the middle 0.642742 Wh;
        // × 1.11 = 0.713444 Wh; × 100 g/kWh = 0.071344 g; embodied 0.015665 g, each rounded to a millionth
        let row = try ledger.rows(
            """
            SELECT printf('%.6f %.6f %.7f %.7f', it_energy_kwh * 1e3, energy_kwh * 1e3,
              emissions_kgco2e * 1e3, embodied_kgco2e * 1e3),
              printf('%.6f %.6f', energy_kwh_low * 1e3, energy_kwh_high * 1e3)
            FROM hourly_emissions
            """)
        #expect(row == ["0.642742 0.713444 0.0713440 0.0156650|0.535458 0.891429"])
        #expect(
            try ledger.rows(
                "SELECT printf('%.7f', gco2e_per_request) FROM monthly_boundaries WHERE boundary = 'SCI'"
            )
                == ["0.0870090"])
    }

    @Test("ML.ENERGY from tokens to grams, by hand, at a measured point")
    func mlenergy() throws {
        let ledger = try ledger("mlenergy-v3") { method in
            method.batchSource = .log
            method.deployments = [
                Deployment(task: "lm-arena-chat", gpu: "H100", gpus: 1, precision: "bfloat16")
            ]
        }
        // 57,506.4 s in an hour are 15.974 at once, where 0.398274 J a token were measured.
        try ledger.ingest([
            ledger.folder.write(
                line(2, model: "Qwen/Qwen3-14B", output: 10_000, milliseconds: 57_506_400),
                to: "a.jsonl")
        ])
        // 0.398274 J × 1.57 ÷ 3,600 × 10,000 = 1.736917 Wh; × 1.11 = 1.927978 Wh; × 100 g = 0.192798 g
        #expect(
            try ledger.rows(
                """
                SELECT batch_size, printf('%.6f %.6f %.6f', it_energy_kwh * 1e3, energy_kwh * 1e3,
                  emissions_kgco2e * 1e3) FROM hourly_emissions
                """) == ["15.974|1.736917 1.927978 0.192798"])
    }

    @Test("The same fleet costs more a token at night than at noon, as its own log tells")
    func batchFromLog() throws {
        let model = "meta-llama/Llama-3.1-70B-Instruct"
        let ledger = try ledger("mlenergy-v3") { method in
            method.batchSource = .log
            method.deployments = [
                Deployment(
                    model: model, task: "lm-arena-chat", gpu: "H100", gpus: 4,
                    precision: "bfloat16")
            ]
        }
        // Each request takes 36 s: 400 in the hour are 4 at once, 20,000 are 200.
        let night = String(repeating: line(2, model: model, milliseconds: 36_000), count: 400)
        let noon = String(repeating: line(12, model: model, milliseconds: 36_000), count: 20_000)
        try ledger.ingest([ledger.folder.write(night + noon, to: "a.jsonl")])
        let rows = try ledger.rows(
            """
            SELECT batch_size, it_energy_kwh * 3.6e6 / output_tokens FROM hourly_emissions
            ORDER BY hour
            """
        ).map { $0.split(separator: "|").compactMap { Double($0) } }
        #expect(rows.map(\.first) == [4, 200])
        let joules = rows.compactMap(\.last)
        #expect(joules.count == 2 && joules[0] > 5 * joules[1], "\(joules)")
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "A meter is shared among requests by their modelled energy; the rest is idle, to the last µWh"
    )
    func meter() throws {
        let ledger = try ledger("per-token-epoch") { method in
            method.pools = [
                Pool(
                    name: "rack", region: "eu-west-1", boundary: .it,
                    idle: MicrowattHours(1_000_000_000), supply: .meter)
            ]
        }
        // At 02:00 two models-worth of tokens 1 : 3; at 12:00 nothing runs.
        try ledger.ingest([
            ledger.folder.write(
                line(2, output: 1_000)
                    + line(2, model: "gpt-4o-2024-11-20", output: 3_000), to: "a.jsonl")
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

    @Test(
        "No pool gives out more than it drew, whatever the cells and the energy model",
        arguments: ["ecologits-0.11.3", "mlenergy-v3", "per-token-epoch", "flat-bloom"])
    func neverMore(energyModel: String) throws {
        var random = SeededGenerator(seed: 5)
        for boundary in [EnergyModel.Boundary.it, .facility] {
            let ledger = try ledger(energyModel) { method in
                method.pools = [
                    Pool(
                        name: "p", region: "eu-west-1", boundary: boundary,
                        supply: .hardware(MicrowattHours(5_000_000_001), source: "test"))
                ]
            }
            let models = ["gpt-4o", "Qwen/Qwen3-14B", "openai/gpt-oss-120b"]
            let lines = (0..<40).map { _ in
                line(
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
        let ledger = try ledger("per-token-epoch") { method in
            method.pools = [
                Pool(
                    name: "p", region: "eu-west-1", boundary: .it,
                    supply: .hardware(MicrowattHours(4_000_000_000), source: "test"))
            ]
        }
        try ledger.ingest([
            ledger.folder.write(
                line(2) + line(2, model: "x") + line(2, model: "x") + line(2, model: "y"),
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
        let pool: (inout Method) -> Void = { method in
            method.pools = [
                Pool(name: "rack", region: "eu-west-1", boundary: .it, supply: .meter)
            ]
        }
        let reading = "time,pool,kwh\n2026-03-01T12:00:00Z,rack,10\n"
        let gridFirst = try ledger("flat-epoch", pool)
        try gridFirst.importMeter(reading)
        var meterFirst = try LedgerFolder()
        meterFirst.energyModel = "flat-epoch"
        meterFirst.choose = pool
        try meterFirst.importMeter(reading)
        try meterFirst.importGrid(meterFirst.folder.write(grid, to: "grid.csv"))
        let query = "SELECT hour, idle_kwh, idle_emissions_kgco2e FROM pool_hours"
        #expect(try gridFirst.rows(query) == ["2026-03-01 12:00:00|10.0|3.33"])
        #expect(try meterFirst.rows(query) == gridFirst.rows(query))
        #expect(try meterFirst.brokenLaws() == [])
    }

    @Test("Pools of hardware rest on the files that count, not on those that did")
    func replacedDay() throws {
        let ledger = try ledger("flat-epoch") { method in
            method.pools = [
                Pool(
                    name: "p", region: "eu-west-1", boundary: .it,
                    supply: .hardware(MicrowattHours(1_000_000), source: "test"))
            ]
        }
        let path = try ledger.folder.write(line(2), to: "a.jsonl")
        try ledger.ingest([path])
        try ledger.folder.write(
            line(3).replacingOccurrences(of: "03-01", with: "03-02"), to: "a.jsonl")
        try ledger.ingest([path], policy: .replace)
        #expect(
            try ledger.rows("SELECT count(*), min(substr(hour, 1, 10)) FROM pool_hours")
                == ["24|2026-03-02"])
    }

    @Test("A sum that is known of one tenant only says so")
    func coverage() throws {
        let ledger = try ledger("flat-epoch")
        try ledger.importGrid(
            ledger.folder.write(
                "time,zone,g\n2026-03-01T02:00:00Z,IE,500\n", to: "marginal.csv"),
            source: ledger.folder.write(
                """
                name: marginal
                about: test
                records: csv
                time: { path: time, format: rfc3339 }
                zone: zone
                series:
                  - { value: g, unit: g/kWh, basis: direct, signal: marginal }
                """, to: "marginal.yaml"))
        func tenant(_ name: String, _ hour: Int) -> String {
            "{\"tenant\":\"\(name)\"," + line(hour).dropFirst()
        }
        try ledger.ingest([
            ledger.folder.write(tenant("a", 2) + tenant("b", 12), to: "a.jsonl")
        ])
        let month = try #require(UTCMonth("2026-03"))
        let report = try Ledger(path: ledger.path, access: .read).report(of: month, by: [])
        let totals = try #require(report).totals
        // 0.3 Wh × 1.11 × 500 g/kWh, of half of the energy.
        #expect(totals.marginalEmissionsKgCO2e?.value == 0.0001665)
        #expect(totals.marginalEmissionsKgCO2e?.coverage == 0.5)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Hardware draws its power every hour; a facility's meter has PUE inside")
    func hardware() throws {
        let ledger = try ledger("per-token-epoch") { method in
            method.pools = [
                // 28,936 GPUs of 200 W.
                Pool(
                    name: "fleet", region: "eu-west-1", boundary: .facility,
                    supply: .hardware(MicrowattHours(5_787_200_000_000), source: "test"))
            ]
        }
        try ledger.ingest([ledger.folder.write(line(2) + line(12), to: "a.jsonl")])
        // 24 hours of 5,787.2 kWh; all goes to the one request of each of two hours.
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

    @Test(
        "Energy that the log states is taken as it is; where one request lacks it, the hour is unmatched"
    )
    func stated() throws {
        let ledger = try ledger("metered")
        let dialect = try ledger.folder.write(
            """
            name: own
            about: test
            records: csv
            time: { path: time, format: rfc3339 }
            model: model
            region: region
            energy: { path: joules, unit: j }
            """, to: "own.yaml")
        let rows = [
            "time,model,region,joules", "2026-03-01T02:00:00Z,m,eu-west-1,3600",
            "2026-03-01T02:00:01Z,m,eu-west-1,0.0018", "2026-03-01T12:00:00Z,m,eu-west-1,3600",
            "2026-03-01T12:00:01Z,m,eu-west-1,", "2026-03-01T12:00:02Z,n,eu-west-1,-1",
        ].joined(separator: "\n")
        try ledger.ingest([ledger.folder.write(rows + "\n", to: "a.csv")], dialect: dialect)
        // 1 Wh, and 0.5 µWh that counts as 1.
        #expect(
            try ledger.rows(
                "SELECT hour_epoch / 3600 % 24, it_energy_kwh FROM hourly_emissions ORDER BY 1")
                == ["2|0.001000001", "12|-"])
        #expect(try ledger.rows("SELECT reason, field FROM rejects") == ["number_range|energy"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Images that a log does not count are not known to take nothing")
    func items() throws {
        let ledger = try ledger("per-item-luccioni") { method in
            method.modelNames = ["m": "image-generation"]
        }
        let dialect = try ledger.folder.write(
            """
            name: own
            about: test
            records: csv
            time: { path: time, format: rfc3339 }
            model: model
            region: region
            items: images
            """, to: "own.yaml")
        let rows = [
            "time,model,region,images", "2026-03-01T02:00:00Z,m,eu-west-1,2",
            "2026-03-01T12:00:00Z,m,eu-west-1,",
        ].joined(separator: "\n")
        try ledger.ingest([ledger.folder.write(rows + "\n", to: "a.csv")], dialect: dialect)
        // Two images of 2.907 Wh.
        #expect(
            try ledger.rows("SELECT it_energy_kwh, requests FROM hourly_emissions ORDER BY hour")
                == ["0.005814|1", "-|1"])
    }

    @Test("A month under other energy models is what the ledger holds when they are chosen")
    func compare() throws {
        let names = ["flat-bloom", "per-token-epoch", "ecologits-0.11.3", "mlenergy-v3"]
        let log =
            line(2) + line(12, model: "gpt-4o-mini", input: 99)
            + line(12, model: "Qwen/Qwen3-14B", output: 12_345)
        let month = try #require(UTCMonth("2026-03"))
        let primary = try ledger("flat-bloom")
        try primary.ingest([primary.folder.write(log, to: "a.jsonl")])
        let method = try primary.method()
        let compared = try Ledger(path: primary.path, access: .read).compare(
            month,
            methods: try names.map { name in
                var other = try ledger(name)
                other.energyModel = name
                return method.with(try other.method().energyModel)
            })
        for (name, comparison) in zip(names, compared) {
            let chosen = try ledger(name)
            try chosen.ingest([chosen.folder.write(log, to: "a.jsonl")])
            let report = try Ledger(path: chosen.path, access: .read).report(of: month, by: [])
            #expect(comparison.sums == report?.totals, "\(name)")
        }
        #expect(compared.map(\.unmatchedRequests) == [0, 2, 1, 2])
    }
}

extension WaterTable {
    /// 2 L/kWh in Ireland.
    fileprivate static func ireland() throws -> WaterTable {
        try WaterTable(
            ConfigNode(yaml: "source: test\noff_site_l_per_kwh: { IE: 2 }\n", file: "water.yaml"))
    }
}
