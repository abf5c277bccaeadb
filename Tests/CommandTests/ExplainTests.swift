import Foundation
import Pipeline
import Synthesis
import TestSupport
import Testing

/// Where numbers came from, computed again by Python in exact fractions from nothing but what is printed.
@Suite("explain")
struct ExplainTests {
    /// Gaps of the grid that are filled, and one that is not; models that are not known, usage that is not known, a pool of
    /// hardware; a closed month, and late requests.
    private func ledger() throws -> Shell {
        let shell = try Shell()
        let shape = ["--days", "3", "--requests-per-day", "600", "--teams", "4"]
        #expect(try ProgramRun(["synth", "-o", "data"] + shape, in: shell.folder.url).status == 0)
        try shell.folder.write(
            """
            energy_model: ecologits-0.11.3
            unknown_usage: model_mean
            regions:
              eu-west-1: { pue: 1.21, source: test }
              moon-1: { zone: XX-MOON, source: test }
            pools:
              - { name: own, region: us-east-1, servers: 1, server_power_w: 900, source: test }

            """, to: "flue.yaml")
        let series = try String(
            contentsOfFile: shell.folder.path("data/grid/synthetic-hourly.csv"), encoding: .utf8)
        var random = SeededGenerator(seed: 9)
        let kept = series.split(separator: "\n").filter { line in
            line.hasPrefix("time") || !line.contains("2026-10") || random.below(5) > 0
        }
        try shell.folder.write(kept.joined(separator: "\n") + "\n", to: "grid.csv")
        #expect(try shell.flue("grid", "import", "grid.csv").status == 0)
        _ = try shell.flue("ingest", "data/logs")
        let closed = try shell.flue("close", "2026-10", "--despite", "running,days,grid,unmatched")
        #expect(closed.status == 0, "\(closed.errors)")
        var late = ""
        for (number, model) in ["gpt-4o", "gpt-4o", "unheard-of", "gpt-4o"].enumerated() {
            let usage =
                number == 1 ? "" : ",\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":900}"
            let region = number == 3 ? "moon-1" : "eu-west-1"
            late +=
                "{\"timestamp\":\"2026-10-02T0\(number):30:00Z\",\"request_id\":\"late-\(number)\",\"tenant\":\"team-1\","
                + "\"region\":\"\(region)\",\"model\":\"\(model)\",\"status\":200\(usage)}\n"
        }
        try shell.folder.write(late, to: "late.jsonl")
        _ = try shell.flue("ingest", "late.jsonl")
        #expect(try shell.flue("verify").status == 0)
        return shell
    }

    private func recompute(_ files: [String], in shell: Shell) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "python3",
                Fixtures.projectFolder.appendingPathComponent(
                    "Tests/Oracles/recompute_explanation.py"
                ).path,
            ] + files
        process.currentDirectoryURL = shell.folder.url
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(
            decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    private struct Page: Decodable {
        struct Totals: Decodable {
            let requests: Int64
            let energy_uwh: Int64
            let emissions_ug: Int64
        }
        let totals: Totals
        let statement: String?
    }

    @Test(
        "Fifty selections: each figure follows from the others, and the sums are those of the tables"
    )
    func random() throws {
        let shell = try ledger()
        let regions = try shell.rows("SELECT DISTINCT region FROM monthly_emissions ORDER BY 1")
        let models = try shell.rows("SELECT DISTINCT model FROM monthly_emissions ORDER BY 1")
        let tenants = try shell.rows("SELECT DISTINCT tenant FROM monthly_emissions ORDER BY 1")
        var random = SeededGenerator(seed: 11)
        var files: [String] = []
        for number in 0..<50 {
            func pick(_ names: [String]) -> String { names[random.below(names.count)] }
            var arguments = ["explain", "2026-10", "--format", "json"]
            var conditions = ["month = '2026-10'"]
            func narrow(_ name: String, _ value: String) {
                arguments += ["--\(name)", value]
                conditions.append("\(name) = '\(value)'")
            }
            if random.below(2) == 0 { narrow("region", pick(regions)) }
            if random.below(3) == 0 { narrow("model", pick(models)) }
            let isStated = number % 5 == 0
            var table = isStated ? "stated_emissions" : "monthly_emissions"
            if isStated {
                arguments += ["--statement", "1"]
            } else if random.below(2) == 0 {
                narrow("tenant", pick(tenants))
            } else if random.below(2) == 0 {
                let day = "2026-10-0\(1 + random.below(3))"
                let hour = "\(random.below(10))"
                arguments += ["--hour", "\(day)T0\(hour)"]
                conditions.append("hour = '\(day) 0\(hour):00:00'")
                table = "hourly_emissions"
            }
            let run = try ProgramRun(arguments, in: shell.folder.url)
            let sums = try shell.rows(
                """
                SELECT coalesce(sum(requests), 0), CAST(round(coalesce(sum(energy_kwh), 0) * 1e9) AS INTEGER),
                  CAST(round(coalesce(sum(emissions_kgco2e), 0) * 1e9) AS INTEGER), count(*)
                FROM \(table) WHERE \(conditions.joined(separator: " AND "))
                """)[0].split(separator: "|").compactMap { Int64($0) }
            guard run.status == 0 else {
                #expect(run.status == 66 && sums[3] == 0, "\(arguments): \(run.errors)")
                continue
            }
            let page = try JSONDecoder().decode(Page.self, from: Data(run.output.utf8))
            #expect(
                [page.totals.requests, page.totals.energy_uwh, page.totals.emissions_ug]
                    == Array(sums.prefix(3)), "\(arguments)")
            #expect((page.statement != nil) == isStated)
            files.append("e\(number).json")
            try shell.folder.write(run.output, to: files[files.count - 1])
        }
        #expect(files.count > 30)
        let (status, output) = try recompute(files, in: shell)
        #expect(status == 0 && Int(output.dropLast()) ?? 0 > 1_000, "\(output)")
        // It finds a figure that does not follow.
        let text = try String(contentsOfFile: shell.folder.path(files[0]), encoding: .utf8)
        let changed = text.replacing(#/"mg_per_kwh" : \d+/#, with: "\"mg_per_kwh\" : 1")
        try shell.folder.write(changed, to: "changed.json")
        #expect(try recompute(["changed.json"], in: shell).0 == 1)
    }

    @Test(
        "An hour at a published factor of a year, and requests of unknown usage that are charged nothing"
    )
    func annual() throws {
        let shell = try Shell()
        try shell.folder.write("energy_model: per-token-epoch\n", to: "flue.yaml")
        try shell.folder.write(
            shell.log(3)
                + "{\"timestamp\":\"2026-03-01T10:30:00Z\",\"request_id\":\"u\",\"region\":\"eu-west-1\",\"model\":\"gpt-4o\",\"status\":200}\n",
            to: "a.jsonl")
        _ = try shell.flue("ingest", "a.jsonl")
        let closed = try shell.flue("close", "2026-03", "--despite", "days,running")
        #expect(closed.output.contains("4, 1 of them without energy"), "\(closed.output)")
        for (name, more) in [("now", []), ("stated", ["--statement", "1"])] {
            let run = try ProgramRun(
                ["explain", "2026-03", "--format", "json", "-o", "\(name).json"] + more,
                in: shell.folder.url)
            #expect(run.status == 0, "\(run.errors)")
            let text = try String(
                contentsOfFile: shell.folder.path("\(name).json"), encoding: .utf8)
            #expect(text.contains("\"requests_without_energy\" : 1"))
        }
        let (status, output) = try recompute(["now.json", "stated.json"], in: shell)
        #expect(status == 0, "\(output)")
        #expect(try shell.flue("report", "2026-03", "--audit", "-o", "pack").status == 0)
        let method = try String(
            contentsOfFile: shell.folder.path("pack/methodology.md"), encoding: .utf8)
        #expect(method.contains("Energy of 1 request, whose model or usage cannot be charged"))
        // What is not a pack is left alone.
        try FileManager.default.createDirectory(
            atPath: shell.folder.path("other"), withIntermediateDirectories: false)
        try shell.folder.write("mine", to: "other/notes.txt")
        let other = try shell.flue("report", "2026-03", "--audit", "-o", "other")
        #expect(other.status == 73 && other.errors.contains("other files than an audit pack"))
    }

    @Test(
        "For people: the product, its factors with their sources, hours, files, and what is not known"
    )
    func table() throws {
        let shell = try ledger()
        let run = try shell.flue(
            "explain", "2026-10", "--region", "eu-west-1", "--model", "gpt-4o", "--hour",
            "2026-10-02T00")
        #expect(run.status == 0, "\(run.errors)")
        for part in [
            "2026-10, region eu-west-1, model gpt-4o, hour 2026-10-02 00:00:00", "× PUE 1.2100",
            "PUE of eu-west-1, eu-west-1: test", "late.jsonl", "EcoLogits 0.11.3", "release 1",
        ] { #expect(run.output.contains(part), "\(part): \(run.output)") }
        let unknown = try shell.flue("explain", "2026-10", "--tenant", "team-1").output
        #expect(unknown.contains("unheard-of (1)"))
        let nothing = try shell.flue("explain", "2026-10", "--region", "nowhere")
        #expect(nothing.status == 66 && nothing.errors.contains("holds nothing of this selection"))
        #expect(try shell.flue("explain", "2026-10", "--hour", "2026-11-02T00").status == 64)
        #expect(try shell.flue("explain", "2026-10", "--hour", "2026-10-02T24").status == 64)
        let late = try shell.flue("explain", "2026-10", "--statement", "2")
        #expect(late.status == 65 && late.errors.contains("revisions: 1"))
        let team = try shell.flue("explain", "2026-10", "--statement", "1", "--tenant", "team-1")
        #expect(team.status == 65 && team.errors.contains("stated_emissions"))
    }
}
