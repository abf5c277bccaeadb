import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("Public data", .enabled(if: Fixtures.publicData != nil, "FLUE_DATA is not set"))
struct RealDataTests {
    /// The Azure trace of 2023 in PJM: 7,717 requests in the hour of 289.39 g/kWh, 1,102 in that of
    /// 285.37, at 3.96 Wh each, PUE inside.
    ///
    ///     7,717 × 3.96 Wh = 30,559.32 Wh;  × 289.39 g/kWh = 8,843.561615 g
    ///     1,102 × 3.96 Wh =  4,363.92 Wh;  × 285.37 g/kWh = 1,245.331850 g
    ///             together  34,923.24 Wh                    10,088.893465 g
    @Test("Azure trace 2023 joined with PJM: totals to the last digit, once only")
    func azureTrace() throws {
        let data = try #require(Fixtures.publicData)
        let shell = try Shell()
        let grid = "\(data)/grid/electricity-maps/2023-v1/US-MIDA-PJM_2023_hourly.csv"
        let log = "\(data)/logs/public/azure-llm-2023/AzureLLMInferenceTrace_code.csv"
        #expect(try shell.flue("grid", "import", grid).status == 0)
        func ingest(_ path: String) throws -> ProgramRun {
            try shell.flue(
                "ingest", "--dialect", "azure-trace", "--region", "eastus", "--model", "gpt-4", path
            )
        }
        #expect(try ingest(log).status == 0)
        let report = try shell.flue("report", "2023-11", "--format", "json").output
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any])
        let totals = try #require(json["totals"] as? [String: Any])
        #expect(totals["requests"] as? Int == 8_819)
        #expect(totals["input_tokens"] as? Int == 18_059_974)
        #expect(totals["output_tokens"] as? Int == 245_896)
        #expect(totals["energy_kwh"] as? Double == 34.92324)
        #expect(totals["emissions_kgco2e"] as? Double == 10.088893465)

        #expect(try ingest(log).output == "Files: 1 unchanged\n")
        for compression in [Compression.gzip, .zstd] {
            let copy = try shell.folder.write(
                compressed(readBytes(log), compression), to: "copy.\(compression.rawValue)")
            let run = try ingest(copy)
            #expect(run.status == 0)
            #expect(run.output.hasPrefix("Files: 1 known under another name or compression\n"))
        }
        #expect(try shell.flue("report", "2023-11", "--format", "json").output == report)
        #expect(try shell.flue("verify").status == 0)
    }

    @Test("A year of California, released again: a closed month moves by grid releases alone")
    func releasedAgain() throws {
        let data = try #require(Fixtures.publicData)
        let shell = try Shell()
        let folders = ["2023-v1-earlier-vintage", "2023-v1"].map {
            "\(data)/grid/electricity-maps/\($0)/US-CAL-CISO_2023_hourly.csv"
        }
        #expect(try shell.flue("grid", "import", folders[0]).status == 0)
        // One request in each hour of November, so that the month moves as its mean does.
        var log = ""
        for day in 1...30 {
            for hour in 0..<24 {
                let (day, hour) = (
                    (day < 10 ? "0" : "") + "\(day)", (hour < 10 ? "0" : "") + "\(hour)"
                )
                log +=
                    "{\"timestamp\":\"2023-11-\(day)T\(hour):30:00Z\",\"region\":\"us-west-1\",\"model\":\"gpt-4o\",\"status\":200,\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n"
            }
        }
        try shell.folder.write(log, to: "a.jsonl")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        #expect(try shell.flue("close", "2023-11").status == 0)
        let again = try shell.flue("grid", "import", folders[1])
        #expect(again.output.contains("16,336 values restated"), "\(again.output)")
        #expect(again.errors.contains("2023-11 is closed, and no longer what was stated"))
        #expect(try shell.flue("restate", "--reason", "Electricity Maps, 2024").status == 0)
        #expect(
            try shell.rows("SELECT DISTINCT cause, energy_kwh FROM restatement_causes")
                == ["grid_release|0.0"])
        #expect(
            try shell.rows(
                "SELECT round(emissions_kgco2e_change / emissions_kgco2e_before * 100, 2) FROM restatements"
            )
                == ["0.9"])
        #expect(try shell.flue("verify").status == 0)
    }

    @Test("Rows of the Azure trace add up to its totals")
    func rows() throws {
        let data = try #require(Fixtures.publicData)
        let shell = try Shell()
        let grid = "\(data)/grid/electricity-maps/2023-v1/US-MIDA-PJM_2023_hourly.csv"
        let log = "\(data)/logs/public/azure-llm-2023/AzureLLMInferenceTrace_code.csv"
        #expect(try shell.flue("grid", "import", grid).status == 0)
        let run = try shell.flue(
            "queries", "--dialect", "azure-trace", "--region", "eastus", "--model", "gpt-4", log,
            "-o", "-")
        #expect(run.status == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 8_820)
        #expect(
            lines[1]
                == "2023-11-16T18:17:03.979Z,,served,eastus,US-MIDA-PJM,gpt-4,,,,4808,0,10,0,0,3.96,"
                + "3.96,3.96,289.39,measured,1.1459844,0")
        #expect(run.errors.contains("Sums: 34.923240000 kWh, 10.088893465 kg CO2e"))
    }

    @Test("Sample files of the three dialects give their known totals")
    func samples() throws {
        let data = try #require(Fixtures.publicData)
        let expected = [
            ("bedrock-invocation.jsonl", "244211,", "280,"),
            ("trace-azure-2023.csv", "7988,", "18,"),
        ]
        for (name, input, output) in expected {
            let shell = try Shell()
            let run = try shell.flue("ingest", "\(data)/logs/samples/\(name)", "--region", "eastus")
            // No grid data: a factor of a year where one is published, else unmatched.
            #expect(run.output.contains("US-MIDA-PJM, 1 hour at a published factor of a year"))
            #expect(run.status == (run.output.contains("zone SE: no grid value") ? 2 : 0))
            let csv = try shell.flue("report", "--by", "none", "--format", "csv").output
            let rows = csv.split(separator: "\r\n").dropFirst()
            #expect(rows.contains { $0.contains(input) && $0.contains(output) }, "\(name): \(csv)")
        }
        for name in ["multimember", "multimember-split-mid-line", "gz-zero-padded"] {
            let shell = try Shell()
            let run = try shell.flue(
                "ingest", "--dialect", "bedrock",
                "\(data)/logs/samples/framing/bedrock-\(name).json.gz")
            #expect(
                run.output.contains("Lines: 3 = 3 counted"), "\(name): \(run.output)\(run.errors)")
        }
        let shell = try Shell()
        let cut = try shell.flue(
            "ingest", "--dialect", "bedrock",
            "\(data)/logs/samples/framing/bedrock-truncated.json.gz")
        #expect(cut.status == 65 && cut.errors.contains("ends inside a gzip member"))
    }
}
