import Foundation
import TestSupport
import Testing

@Suite("Factors of years on the command line")
struct YearlyFactorTests {
    /// One request in the last hour of 2025, one in the first of 2026.
    private func turnOfTheYear(_ shell: Shell, region: String) throws {
        let times = ["2025-12-31T23:30:00Z", "2026-01-01T00:30:00Z"]
        try shell.folder.write(
            times.map {
                "{\"timestamp\":\"\($0)\",\"request_id\":\"\($0)\",\"region\":\"\(region)\",\"model\":"
                    + "\"gpt-4o\",\"status\":200,\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":500}}\n"
            }.joined(), to: "turn.jsonl")
        try shell.folder.write(
            "time,zone,direct_g_per_kwh\n2025-12-31T23:00:00Z,DE,400\n2026-01-01T00:00:00Z,DE,400\n",
            to: "grid.csv")
        #expect(try shell.flue("grid", "import", "grid.csv").status == 0)
        let run = try shell.flue("ingest", "turn.jsonl")
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test("Losses of transmission fill a column of their own, by zone and year, and no other")
    func losses() throws {
        let shell = try Shell()
        let hall = "energy_model: per-token-epoch\nregions:\n  hall: { zone: DE, pue: 1 }\n"
        try shell.folder.write(hall, to: "flue.yaml")
        try turnOfTheYear(shell, region: "hall")
        let before = try shell.flue("report", "2025-12", "--format", "json").output
        #expect(!before.contains("td_loss_emissions_kgco2e"))
        try shell.folder.write(
            hall + """
                td_losses:
                  - { zone: DE, year: 2025, percent: 5, source: operator }
                  - { zone: DE, percent: 90, source: never }
                  - { zone: DE, year: 2026, percent: 4, source: operator }
                """, to: "flue.yaml")
        #expect(try shell.flue("ingest", "turn.jsonl").status == 0)
        // 0.52 Wh at 400 g/kWh are 208,000 µg; × 5 / 95 and × 4 / 96
        #expect(try total(shell, "2025-12", "emissions_kgco2e") == 0.000208)
        #expect(try partial(shell, "2025-12", "td_loss_emissions_kgco2e") == 0.000010947)
        #expect(try partial(shell, "2026-01", "td_loss_emissions_kgco2e") == 0.000008667)
        #expect(try shell.flue("report", "2025-12").output.contains("transmission and dist"))
        #expect(try shell.flue("verify").status == 0)
    }

    @Test(
        "A year without a loss has that of every year, else of the nearest; what counts losses has none beside"
    )
    func lossOfYear() throws {
        let shell = try Shell()
        let hall = "energy_model: per-token-epoch\nregions:\n  hall: { zone: DE, pue: 1 }\n"
        try shell.folder.write(hall, to: "flue.yaml")
        try turnOfTheYear(shell, region: "hall")
        // 208,000 µg × 10 / 90, twice; then × 20 / 80.
        for (rows, expected) in [
            (
                "  - { zone: DE, percent: 10, source: s }\n  - { zone: DE, year: 2020, percent: 50, source: s }\n",
                0.000023111
            ),
            (
                "  - { zone: DE, year: 2024, percent: 20, source: s }\n  - { zone: DE, year: 2030, percent: 50, source: s }\n",
                0.000052
            ),
        ] {
            try shell.folder.write(hall + "td_losses:\n" + rows, to: "flue.yaml")
            #expect(try shell.flue("ingest", "turn.jsonl").status == 0)
            for month in ["2025-12", "2026-01"] {
                #expect(try partial(shell, month, "td_loss_emissions_kgco2e") == expected)
            }
        }
        try shell.folder.write(
            "from,to,forecast,actual,index\n2025-12-31 23:00:00+00:00,2025-12-31 23:30:00+00:00,200,200,high\n"
                + "2025-12-31 23:30:00+00:00,2026-01-01 00:00:00+00:00,200,200,high\n",
            to: "neso.csv")
        let run = try shell.flue("grid", "import", "neso.csv", "--zone", "DE")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try partial(shell, "2025-12", "td_loss_emissions_kgco2e") == 0)
        #expect(try partial(shell, "2026-01", "td_loss_emissions_kgco2e") == 0.000052)
        #expect(try shell.flue("verify").status == 0)
    }

    @Test(
        "A loss that cannot be is refused with file, line and remedy",
        arguments: [
            (
                "td_losses:\n  - { zone: DE, percent: 95, source: s }\n",
                "flue.yaml:2: expected the per"
            ),
            (
                "td_losses:\n  - { zone: DE, percent: 5 }\n",
                "flue.yaml:2: zone and source are needed"
            ),
            ("td_losses:\n  - { zone: DE, percent: 5, year: x, source: s }\n", "expected a year"),
            (
                "td_losses:\n  - { zone: DE, percent: 5, source: s }\n  - { zone: DE, percent: 6, source: s }\n",
                "flue.yaml:3: there are two losses"
            ),
            ("td_losses:\n  - { zone: DE, loss: 5, source: s }\n", "flue.yaml:2: unknown key"),
            ("td_losses: nowhere.csv\n", "flue.yaml:1: nowhere.csv: cannot be read"),
            ("td_losses: publishd\n", "flue.yaml:1: expected published, a list of losses, or"),
            ("td_losses: { zone: DE }\n", "flue.yaml:1: expected published, a list of losses, or"),
            (
                "regions: { eu-west-1: { pue: {} } }\n",
                "flue.yaml:1: expected a PUE, or PUEs by year"
            ),
        ])
    func refused(yaml: String, problem: String) throws {
        let shell = try Shell()
        try shell.folder.write(yaml, to: "flue.yaml")
        let run = try shell.flue("report")
        #expect(run.status == 78 && run.errors.contains(problem), "\(run.errors)")
    }

    private func partial(_ shell: Shell, _ month: String, _ key: String) throws -> Double {
        let totals = try totals(shell, month)
        let partial = try #require(totals[key] as? [String: Any])
        return try #require(partial["value"] as? Double)
    }

    private func total(_ shell: Shell, _ month: String, _ key: String) throws -> Double {
        let totals = try totals(shell, month)
        return try #require(totals[key] as? Double)
    }

    private func totals(_ shell: Shell, _ month: String) throws -> [String: Any] {
        let run = try shell.flue("report", month, "--format", "json")
        let page = try #require(
            JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        return try #require(page["totals"] as? [String: Any])
    }

    @Test("Hours have the PUE of their UTC year")
    func effectiveness() throws {
        let shell = try Shell()
        try shell.folder.write(
            """
            energy_model: per-token-epoch
            regions:
              hall: { zone: DE, pue: { 2025: 2, 2026: 1.5 }, source: operator's meters }
            """, to: "flue.yaml")
        try turnOfTheYear(shell, region: "hall")
        // 1,000 × 0.22 mWh + 500 × 0.6 mWh = 0.52 Wh of IT energy
        #expect(try total(shell, "2025-12", "energy_kwh") == 0.00104)
        #expect(try total(shell, "2026-01", "energy_kwh") == 0.00078)
        #expect(try shell.flue("verify").status == 0)
        let zones = try shell.flue("grid", "zones", "hall").output
        #expect(zones.contains("2.00 (2025), 1.50 (2026)"), "\(zones)")
        try shell.folder.write("regions:\n  hall: { zone: DE, pue: { now: 2 } }\n", to: "flue.yaml")
        let bad = try shell.flue("report")
        #expect(bad.status == 78 && bad.errors.contains("flue.yaml:2: expected a year"))
    }
}
