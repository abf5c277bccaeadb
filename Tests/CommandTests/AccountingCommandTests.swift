import Foundation
import TestSupport
import Testing

@Suite("Energy models and estimates on the command line")
struct AccountingCommandTests {
    private func json(_ run: ProgramRun) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    }

    @Test("models lists what there is, matches names, and says what a request takes")
    func models() throws {
        let shell = try Shell()
        let list = try shell.flue("models")
        #expect(list.status == 0 && list.output.contains("mlenergy-v3"))
        let matched = try shell.flue(
            "models", "ecologits-0.11.3", "--match",
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "--format", "json")
        let estimate = try #require(json(matched) as? [String: Any])
        let models = try #require(estimate["models"] as? [[String: Any]])
        #expect(models.map { $0["model"] as? String } == ["claude-sonnet-4-5-20250929"])
        let published = try #require(models[0]["published"] as? [String: Any])
        let energy = try #require(published["energy_wh"] as? [Double])
        #expect(abs(energy[0] - 0.578702656) < 1e-9 && abs(energy[1] - 0.970839697) < 1e-9)
        let unknown = try shell.flue("models", "ecologits-0.11.3", "--match", "gemini")
        #expect(unknown.status == 78 && unknown.errors.contains("no entry for \"gemini\""))
        #expect(try shell.flue("models", "ecologit").status == 78)
        #expect(try shell.flue("models", "flat-bloom", "--batch", "0").status == 64)
    }

    @Test("estimate prints inputs, results, what was published and the difference")
    func estimate() throws {
        let shell = try Shell()
        let run = try shell.flue("estimate", "gpt4-training")
        #expect(run.status == 0)
        #expect(run.output.contains("43,875,000 to 52,812,500"))
        #expect(run.output.contains("! california to canada east"))
        let all = try #require(json(shell.flue("estimate", "--format", "json")) as? [[String: Any]])
        #expect(all.count >= 12)
        #expect(all.allSatisfy { ($0["source"] as? String)?.isEmpty == false })
        try shell.folder.write("name: x\nabout: y\nsource: z\nboundary: b\n", to: "bad.yaml")
        let bad = try shell.flue("estimate", "bad.yaml")
        #expect(bad.status == 78 && bad.errors.contains("bad.yaml:1: \"inputs\" is missing"))
    }

    @Test(
        "A month under four energy models side by side, with ranges, and beside everyday emissions")
    func compare() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(50), to: "a.jsonl")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        let models = "flat-bloom,per-token-epoch,ecologits-0.11.3,mlenergy-v3"
        let table = try shell.flue("report", "--compare", models, "--equivalents")
        #expect(table.status == 0, "\(table.errors)")
        #expect(
            table.output.contains("ecologits-0.11.3") && table.output.contains("Google searches"))
        let page = try #require(
            json(
                shell.flue(
                    "report", "--compare", models, "--equivalents", "--format", "json"))
                as? [String: Any])
        let comparisons = try #require(page["comparisons"] as? [[String: Any]])
        let energies = comparisons.map { ($0["sums"] as? [String: Any])?["energy_kwh"] as? Double }
        #expect(comparisons.map { $0["unmatched_requests"] as? Int } == [0, 0, 0, 50])
        #expect(energies[0] == 0.198 && energies[3] == nil)
        // 50 × (10 × 0.22 mWh + 5 × 0.6 mWh) × 1.11
        #expect(energies[1].map { abs($0 - 0.0002886) < 1e-9 } == true)
        #expect((page["equivalents"] as? [Any])?.isEmpty == false)
        #expect(try shell.flue("report", "--compare", "nothing").status == 78)
    }

    @Test("A meter's readings are shared, a row that is wrong refuses the file")
    func meter() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(50), to: "a.jsonl")
        try shell.folder.write(
            "pools:\n  - { name: rack, region: eu-west-1, idle_kw: 0.5 }\n", to: "flue.yaml")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        try shell.folder.write("time,pool,kwh\n2026-03-01T10:00:00Z,rack,2\n", to: "m.csv")
        let run = try shell.flue("meter", "import", "m.csv")
        #expect(run.status == 0 && run.output == "m.csv: rack, 1 reading\n", "\(run.errors)")
        #expect(try shell.flue("meter", "import", "m.csv").output.contains("known"))
        let report = try shell.flue("report").output
        #expect(report.contains("rack, by meter: 2.000 kWh = 1.500 to requests"), "\(report)")
        #expect(try shell.flue("verify").status == 0)
        for row in [
            "2026-03-01T10:30:00Z,rack,2", "2026-03-01T10:00:00Z,rack,-1", "x,rack,1", ",,",
        ] {
            try shell.folder.write("time,pool,kwh\n\(row)\n", to: "bad.csv")
            let bad = try shell.flue("meter", "import", "bad.csv")
            #expect(bad.status == 65 && bad.errors.contains("bad.csv:2: "), "\(row): \(bad.errors)")
        }
        try shell.folder.write("time,pool,kwh\n2026-03-01T10:00:00Z,rick,2\n", to: "other.csv")
        #expect(
            try shell.flue("meter", "import", "other.csv").errors.contains(
                "\"rick\" is no metered pool"))
        #expect(try shell.flue("meter", "import", "other.csv").status == 2)
    }

    @Test("Market factors can stand in a table, whose rows are checked")
    func marketTable() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write("market: market.csv\n", to: "flue.yaml")
        let header = "region,month,g_per_kwh,source\n"
        try shell.folder.write(
            header + "eu-west-1,2026-03,50,contract\n*,,90,residual mix\n", to: "market.csv")
        try shell.folder.write(shell.log(10), to: "a.jsonl")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        // Ten requests of 3.96 Wh at 50 g/kWh.
        let report = try shell.flue("report", "--by", "none", "--format", "csv").output
        #expect(report.contains(",0.00198,"), "\(report)")
        for (row, problem) in [
            (
                "eu-west-1,2026-03,50,x\neu-west-1,2026-03,51,x\n",
                "market.csv:3: there are two factors"
            ),
            ("eu-wset-1,,50,x\n", "market.csv:2: no such region; did you mean \"eu-west-1\"?"),
            ("eu-west-1,March,50,x\n", "market.csv:2: expected a month"),
            ("eu-west-1,,50,\n", "market.csv:2: \"source\" is missing"),
        ] {
            try shell.folder.write(header + row, to: "market.csv")
            let run = try shell.flue("ingest", "a.jsonl")
            #expect(run.status == 78 && run.errors.contains(problem), "\(run.errors)")
        }
    }

    @Test(
        "A mistake in what totals rest on is refused with file, line and remedy",
        arguments: [
            ("energy_model: ecologits-0.11\n", "did you mean"),
            (
                "model_names: { x: gpt-4p }\nenergy_model: ecologits-0.11.3\n",
                "has no model \"gpt-4p\""
            ),
            (
                "market:\n  - { region: \"*\", g_per_kwh: 1, source: s }\n"
                    + "  - { region: \"*\", g_per_kwh: 2, source: s }\n",
                "flue.yaml:3: there are two factors"
            ),
            (
                "market:\n  - { region: us-eats-1, g_per_kwh: 1, source: s }\n",
                "did you mean \"us-east-1\"?"
            ),
            (
                "energy_model: mlenergy-v3\ndeployments:\n  - { gpu: h100 }\n",
                "flue.yaml:3: mlenergy-v3 has no measurement on it (known: B200, H100)"
            ),
            (
                "pools:\n  - { name: p, region: us-east-1, gpu_power_w: 700 }\n",
                "\"gpu_power_w\" needs gpus"
            ),
            (
                "pools:\n  - { name: p, region: us-east-1, gpus: 1, gpu_power_w: 700, idle_kw: 1, source: s }\n",
                "idle_kw is not below"
            ),
            (
                "pools:\n  - { name: p, region: us-east-1 }\n"
                    + "  - { name: q, region: us-east-1, models: [m] }\n",
                "flue.yaml:3: shares models"
            ),
            ("batch: logs\n", "flue.yaml:1: \"logs\" is not one of"),
            ("deployments:\n  - { gpu: H100, replica: 2 }\n", "flue.yaml:2: unknown key"),
            ("deployments:\n  - { replicas: 0 }\n", "flue.yaml:2: expected a whole number"),
            (
                "market:\n  - { region: us-east-1, g_per_kwh: 5 }\n",
                "flue.yaml:2: \"source\" is missing"
            ),
            (
                "market:\n  - { region: us-east-1, g_per_kwh: nan, source: s }\n",
                "flue.yaml:2: expected grams"
            ),
            (
                "default_pue: { value: { low: 2, central: 1.5, high: 3 }, source: s }\n",
                "must not fall"
            ),
            ("default_pue: { value: 0.9, source: s }\n", "flue.yaml:1: expected a ratio"),
            ("pools:\n  - { name: p, region: nowhere }\n", "flue.yaml:2: no such region"),
            (
                "pools:\n  - { name: p, region: us-east-1, gpus: 8, gpu_power_w: .inf, source: s }\n",
                "flue.yaml:2: expected a number"
            ),
            (
                "pools:\n  - { name: p, region: us-east-1, gpus: 8, gpu_power_w: 700 }\n",
                "\"source\" is missing"
            ),
            (
                "training:\n  - { model: m, kgco2e: 5, source: s }\n",
                "flue.yaml:2: give requests or months"
            ),
        ])
    func refused(yaml: String, problem: String) throws {
        let shell = try Shell()
        try shell.folder.write(yaml, to: "flue.yaml")
        let run = try shell.flue("report")
        #expect(run.status == 78 && run.errors.contains(problem), "\(run.errors)")
    }

    @Test("Training is shared by request or by month, beside all other figures")
    func training() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(50), to: "a.jsonl")
        try shell.folder.write(
            """
            training:
              - { model: gpt-4o, kgco2e: 1000, requests: 1e6, source: ours }
              - { model: gpt-4o, kgco2e: 24000, months: 24, source: ours }
            """, to: "flue.yaml")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        let report = try shell.flue("report").output
        // 50 × 1,000 kg / 10⁶, and 24,000 kg / 24.
        #expect(report.contains("0.05000 kg CO2e for gpt-4o, in gCO2e/request"), "\(report)")
        #expect(report.contains("1,000 kg CO2e for gpt-4o, in kgCO2e/month"))
    }

    @Test(
        "A model or scenario file that cannot be computed is refused, not crashed on",
        arguments: [
            (
                "models", "kind: mlenergy", "embodied: { kgco2e_per_gpu_hour: 1, source: s }",
                "[{ task: t, gpu: g, gpus: 1, precision: p, batch: [], joules_per_token: [], tokens_per_s: [] }]",
                "batch holds no value"
            ),
            (
                "models", "kind: mlenergy", "embodied: { kgco2e_per_gpu_hour: 1, source: s }",
                "[{ task: t, gpu: g, gpus: 1000, precision: p, batch: [1], joules_per_token: [1e9], tokens_per_s: [1e-9] }]",
                "is a unit mixed up?"
            ),
            (
                "models", "kind: flat", "aliases: {}", "{ wh_per_request: 100001 }",
                "from 0 to 100000"
            ),
            (
                "estimate", "inputs: { x: { value: [], unit: m } }",
                "results: { r: { formula: x, unit: m } }", "", "holds no value"
            ),
            (
                "estimate", "inputs: { x: { value: 1, unit: m } }",
                "results: { x: { formula: x, unit: m } }", "", "is an input already"
            ),
        ])
    func uncomputable(
        command: String, first: String, second: String, entry: String, problem: String
    ) throws {
        let shell = try Shell()
        let head =
            command == "models"
            ? "name: m\nabout: a\nboundary: it\nreleased: \"1\"\nsource: s\nevidence: assumed\n"
            : "name: m\nabout: a\nboundary: it\nsource: s\n"
        let models = entry.isEmpty ? "" : "models: { m: \(entry) }\n"
        try shell.folder.write(head + first + "\n" + second + "\n" + models, to: "own.yaml")
        let run = try shell.flue(command, "own.yaml")
        #expect(run.status == 78 && run.errors.contains(problem), "\(run.status) \(run.errors)")
    }
}
