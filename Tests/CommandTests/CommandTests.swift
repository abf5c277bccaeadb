import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("The program")
struct CommandTests {
    @Test("A night: grid in, logs in, the month out")
    func night() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(compressed(Array(shell.log(100).utf8), .zstd), to: "a.jsonl.zst")
        let ingest = try shell.flue("ingest", "a.jsonl.zst")
        #expect(ingest.status == 0, "\(ingest.errors)")
        #expect(ingest.output.contains("Files: 1 added\n"))
        #expect(
            ingest.output.contains(
                "Lines: 100 = 100 counted + 0 rejected + 0 duplicate + 0 skipped"))
        let report = try shell.flue("report", "2026-03", "--format", "json")
        #expect(report.status == 0)
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any])
        let totals = try #require(json["totals"] as? [String: Any])
        #expect(totals["requests"] as? Int == 100)
        #expect(totals["energy_kwh"] as? Double == 0.396)  // 100 × 3.96 Wh
        #expect(totals["emissions_kgco2e"] as? Double == 0.0396)  // × 100 g/kWh
        #expect(try shell.flue("verify").status == 0)
        #expect(try shell.flue("ingest", "a.jsonl.zst").output == "Files: 1 unchanged\n")
    }

    @Test("Files, folders, patterns and standard input are all the same log")
    func inputs() throws {
        for arguments in [["logs"], ["logs/*.jsonl"], ["logs/a.jsonl", "logs/b.jsonl"]] {
            let shell = try Shell()
            try shell.importGrid()
            try FileManager.default.createDirectory(
                at: shell.folder.url.appendingPathComponent("logs/.hidden"),
                withIntermediateDirectories: true)
            try shell.folder.write(shell.log(3), to: "logs/a.jsonl")
            try shell.folder.write(shell.log(4, series: "b"), to: "logs/b.jsonl")
            try shell.folder.write(shell.log(9), to: "logs/c.jsonl.part")
            try shell.folder.write(shell.log(9), to: "logs/.hidden/d.jsonl")
            let run = try ProgramRun(["ingest"] + arguments, in: shell.folder.url)
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("Lines: 7 = 7 counted"), "\(arguments)")
        }
        let shell = try Shell()
        try shell.importGrid()
        let piped = try compressed(Array(shell.log(5).utf8), .gzip)
        let run = try shell.flue("ingest", "-", "--dialect", "gateway", input: piped)
        #expect(run.status == 0 && run.output.contains("Lines: 5 = 5 counted"))
        let guessed = try shell.flue("ingest", "--dry-run", "-", input: piped)
        #expect(guessed.status == 0 && guessed.output.contains("Read as: gateway 1\nLines: 5 = 5"))
    }

    @Test("A dry run leaves nothing behind")
    func dryRun() throws {
        let shell = try Shell()
        try shell.folder.write(shell.log(5), to: "a.jsonl")
        let run = try shell.flue("ingest", "--dry-run", "a.jsonl")
        #expect(run.status == 0 && run.output.contains("Lines: 5 = 5 counted"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: shell.folder.url.path) == [
                "a.jsonl"
            ])
    }

    @Test("The annotated example is the default, and works as it is")
    func exampleConfiguration() throws {
        let shell = try Shell()
        try shell.importGrid()
        let example = Fixtures.projectFolder.appendingPathComponent("Config/flue.yaml")
        try FileManager.default.copyItem(
            at: example, to: shell.folder.url.appendingPathComponent("flue.yaml"))
        try shell.folder.write(shell.log(3), to: "a.jsonl")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        try FileManager.default.removeItem(atPath: shell.folder.path("flue.yaml"))
        let again = try shell.flue("ingest", "a.jsonl")
        #expect(again.status == 0 && !again.output.contains("method changed"))
    }

    @Test("A new energy model derives every month anew and says so")
    func methodChange() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(3), to: "a.jsonl")
        try shell.flue("ingest", "a.jsonl")
        try shell.folder.write("energy_model: per-token-epoch\n", to: "flue.yaml")
        try shell.folder.write(shell.log(4), to: "b.jsonl")
        let run = try shell.flue("ingest", "b.jsonl")
        #expect(run.output.contains("The method changed: all months were derived anew; what they"))
        #expect(try shell.flue("verify").status == 0)
    }

    @Test("A new energy model is applied even when no log is new")
    func methodChangeAlone() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(3), to: "a.jsonl")
        try shell.flue("ingest", "a.jsonl")
        try shell.folder.write("energy_model: per-token-epoch\n", to: "flue.yaml")
        let run = try shell.flue("ingest", "a.jsonl")
        #expect(run.status == 0 && run.output.contains("1 unchanged"))
        #expect(run.output.contains("The method changed: all months were derived anew; what they"))
        #expect(try shell.flue("report").output.contains("per-token-epoch"))
        #expect(!(try shell.flue("ingest", "a.jsonl")).output.contains("method changed"))
    }

    @Test("dialects lists what is known, prints mapping files to copy, and checks one's own")
    func dialects() throws {
        let shell = try Shell()
        let list = try shell.flue("dialects").output
        #expect(list.contains("otlp-genai") && list.contains("give --dialect csv"))
        let mapping = try shell.flue("dialects", "gateway").output
        try shell.folder.write(mapping.replacing("request_id", with: "rid"), to: "mine.yaml")
        #expect(try shell.flue("dialects", "mine.yaml").status == 0)
        try shell.folder.write(shell.log(3).replacing("request_id", with: "rid"), to: "a.jsonl")
        let run = try shell.flue(
            "ingest", "--dry-run", "--dialect", "mine.yaml", "a.jsonl", "a.jsonl")
        #expect(run.output.contains("3 counted"))
        try shell.folder.write(mapping.replacing("rfc3339", with: "rfc3393"), to: "mine.yaml")
        let wrong = try shell.flue("dialects", "mine.yaml")
        #expect(wrong.status == 78 && wrong.errors.contains("mine.yaml:"))
        #expect(wrong.errors.contains("did you mean \"rfc3339\"?"))
        #expect(try shell.flue("dialects", "gatway").errors.contains("did you mean \"gateway\"?"))
    }

    @Test("inspect shows the dialect, the mapping and what would be rejected, but no text")
    func inspect() throws {
        let shell = try Shell()
        let run = try shell.flue("inspect", Fixtures.path("logs/reject/gateway.jsonl"))
        #expect(run.status == 0)
        #expect(run.output.contains("→ gateway: 4 of the first 15 records have its signature"))
        #expect(
            run.output.contains(
                "The first 15 records: 1 counted, 14 rejected, 0 duplicate, 0 skipped"))
        #expect(run.output.contains("input_tokens ← usage.prompt_tokens"))
        #expect(run.output.contains("line 10, byte"))
        #expect(!(run.output + run.errors).contains("CANARY"))
        let none = try shell.flue("inspect", Fixtures.path("README.md"))
        #expect(none.status == 65)
        #expect(none.output.contains("Describe the log in a mapping file"))
    }

    @Test("synth gives the same bytes for the same seed, and demo runs from files to report")
    func demo() throws {
        let shell = try Shell()
        let shape = ["--days", "2", "--requests-per-day", "500", "--malformed-every", "100"]
        for folder in ["one", "two"] {
            #expect(
                try ProgramRun(["synth", "-o", folder] + shape, in: shell.folder.url).status == 0)
        }
        let names = try FileManager.default.contentsOfDirectory(
            atPath: shell.folder.path("one/logs"))
        #expect(names.sorted() == ["gateway-2026-10-01.jsonl.zst", "gateway-2026-10-02.jsonl.zst"])
        for name in names.map({ "logs/\($0)" }) + ["grid/synthetic-hourly.csv"] {
            #expect(
                try readBytes(shell.folder.path("one/\(name)"))
                    == readBytes(shell.folder.path("two/\(name)")))
        }
        let run = try ProgramRun(["demo"] + shape, in: shell.folder.url)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("Emissions of inference in 2026-10 (UTC)"))
        #expect(try shell.flue("verify", "--db", "flue-demo/flue.sqlite").status == 0)
        let status = try shell.flue("grid", "status", "--db", "flue-demo/flue.sqlite")
        #expect(status.output.contains("US-MIDA-PJM"))
    }

    @Test("Every command has help that says what it does")
    func help() throws {
        let shell = try Shell()
        for command in [
            ["demo"], ["ingest"], ["grid"], ["grid", "import"], ["grid", "status"], ["report"],
            ["inspect"], ["verify"], ["publish"], ["synth"],
        ] {
            let run = try ProgramRun(command + ["--help"], in: shell.folder.url)
            #expect(run.status == 0 && run.output.contains("OVERVIEW: "), "\(command)")
            let overview = run.output.split(separator: "\n").first ?? ""
            #expect(overview.count > 20)
        }
        #expect(try shell.flue("--version").output.hasPrefix("flue 0."))
    }

    @Test("bench measures each stage of whole files, and nothing of what is refused")
    func bench() throws {
        let shell = try Shell()
        try shell.folder.write(shell.log(200), to: "a.jsonl")
        let result = try shell.flue("bench", "a.jsonl", "--runs", "2", "--format", "json")
        #expect(result.status == 0, "\(result.errors)")
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(json["records"] as? Int == 200)
        #expect(json["plain_bytes"] as? Int == shell.log(200).utf8.count)
        let stages = try #require(json["stages"] as? [[String: Any]])
        #expect(
            stages.map { $0["name"] as? String } == [
                "read", "inflate", "digest", "split", "scan", "parse", "fold", "commit",
            ])
        #expect(stages.allSatisfy { ($0["seconds"] as? [Double])?.count == 2 })
        #expect(try shell.flue("bench", "a.jsonl", "--runs", "1").output.contains("÷ inflate"))
        let wrong = try shell.flue("bench", "a.jsonl", "--dialect", "bedrock", "--runs", "1")
        #expect(wrong.status == 65)
        #expect(try shell.flue("bench", "-").status == 64)
        #expect(try shell.flue("bench", "nowhere.jsonl").status == 66)
    }
}
