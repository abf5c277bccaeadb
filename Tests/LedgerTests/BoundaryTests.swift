import Accounting
import Configuration
import Foundation
import Ledger
import Synthesis
import TestSupport
import Testing

@Suite("Boundaries and batches")
struct BoundaryTests {
    @Test("Every boundary of one cell, by hand")
    func handComputed() throws {
        let water = try WaterTable.ireland()
        let ledger = try OneDay.ledger("per-token-epoch") { method in
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
            ledger.folder.write(OneDay.line(2, input: 10_000, output: 500), to: "a.jsonl")
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
                "GHG Protocol Scope 2, market-based|0.00026085",
                "GHG Protocol Scope 3, category 3, T&D losses|-", "Google-like|-", "SCI|-",
            ])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("EcoLogits from tokens to grams, by hand, with its embodied share")
    func ecologits() throws {
        let ledger = try OneDay.ledger("ecologits-0.11.3")
        try ledger.ingest([ledger.folder.write(OneDay.line(2, output: 400), to: "a.jsonl")])
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
        let ledger = try OneDay.ledger("mlenergy-v3") { method in
            method.batchSource = .log
            method.deployments = [
                Deployment(task: "lm-arena-chat", gpu: "H100", gpus: 1, precision: "bfloat16")
            ]
        }
        // 57,506.4 s in an hour are 15.974 at once, where 0.398274 J a token were measured.
        try ledger.ingest([
            ledger.folder.write(
                OneDay.line(2, model: "Qwen/Qwen3-14B", output: 10_000, milliseconds: 57_506_400),
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
        let ledger = try OneDay.ledger("mlenergy-v3") { method in
            method.batchSource = .log
            method.deployments = [
                Deployment(
                    model: model, task: "lm-arena-chat", gpu: "H100", gpus: 4,
                    precision: "bfloat16")
            ]
        }
        // Each request takes 36 s: 400 in the hour are 4 at once, 20,000 are 200.
        let night = String(
            repeating: OneDay.line(2, model: model, milliseconds: 36_000), count: 400)
        let noon = String(
            repeating: OneDay.line(12, model: model, milliseconds: 36_000), count: 20_000)
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

    @Test("A sum that is known of one tenant only says so")
    func coverage() throws {
        let ledger = try OneDay.ledger("flat-epoch")
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
            "{\"tenant\":\"\(name)\"," + OneDay.line(hour).dropFirst()
        }
        try ledger.ingest([
            ledger.folder.write(tenant("a", 2) + tenant("b", 12), to: "a.jsonl")
        ])
        let month = try #require(UTCMonth("2026-03"))
        let report = try Ledger(path: ledger.path, access: .read).report(of: month, by: [])
        let totals = try #require(report).totals
        // 0.3 Wh × 1.11 × 500 g/kWh, of half of the energy.
        #expect(totals.partial(.marginalEmissions)?.value == 0.0001665)
        #expect(totals.partial(.marginalEmissions)?.coverage == 0.5)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "Energy that the log states is taken as it is; where one request lacks it, the hour is unmatched"
    )
    func stated() throws {
        let ledger = try OneDay.ledger("metered")
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
        let ledger = try OneDay.ledger("per-item-luccioni") { method in
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
            OneDay.line(2) + OneDay.line(12, model: "gpt-4o-mini", input: 99)
            + OneDay.line(12, model: "Qwen/Qwen3-14B", output: 12_345)
        let month = try #require(UTCMonth("2026-03"))
        let primary = try OneDay.ledger("flat-bloom")
        try primary.ingest([primary.folder.write(log, to: "a.jsonl")])
        let method = try primary.method()
        let compared = try Ledger(path: primary.path, access: .read).compare(
            month,
            methods: try names.map { name in
                var other = try OneDay.ledger(name)
                other.energyModel = name
                return method.with(try other.method().energyModel)
            })
        for (name, comparison) in zip(names, compared) {
            let chosen = try OneDay.ledger(name)
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
