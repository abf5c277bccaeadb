import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("Requests as rows")
struct QueriesTests {
    private static let energyModel = """
        name: star
        about: Wh per token of any model
        kind: per-token
        boundary: it
        released: 2026-01
        source: test
        evidence: assumed
        models:
          "*":
            wh_per_request: 0.0123456789
            wh_per_input_token: { low: 0.0000012, central: 0.0000234567, high: 0.00009 }
            wh_per_output_token: { low: 0.0003, central: 0.000612345678, high: 0.0018 }
        """

    /// Two days of made-up logs in several files, with their grid imported.
    private func made(_ energyModel: String?) throws -> Shell {
        let shell = try Shell()
        if let energyModel {
            try shell.folder.write(energyModel, to: "star.yaml")
            try shell.folder.write("energy_model: star.yaml\n", to: "flue.yaml")
        }
        let synth = try shell.flue(
            "synth", "-o", "made", "--days", "2", "--requests-per-day", "1500", "--teams", "3",
            "--files-per-day", "24", "--malformed-every", "500")
        #expect(synth.status == 0, "\(synth.errors)")
        #expect(try shell.flue("grid", "import", "made/grid/synthetic-hourly.csv").status == 0)
        return shell
    }

    /// Rows of CSV without quotes.
    private func rows(_ text: String) -> [[String: String]] {
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        return lines.dropFirst().map { cells in
            Dictionary(uniqueKeysWithValues: zip(lines[0], cells))
        }
    }

    @Test("The rows of files add up to what ingest makes of them", arguments: [nil, energyModel])
    func sums(_ energyModel: String?) throws {
        let shell = try made(energyModel)
        let queries = try shell.flue("queries", "made/logs", "-o", "-", "--ids", "plain", "-q")
        #expect(queries.status == 0, "\(queries.errors)")
        let ingest = try shell.flue("ingest", "made/logs")
        #expect(ingest.status == 0, "\(ingest.errors)")
        let rows = rows(queries.output)
        // Cells are of an hour, region, model and dimensions.
        let cells = Set(
            rows.map { row in
                ["region", "model", "tenant", "project", "endpoint"].map { row[$0] ?? "" }
                    .joined(separator: ",") + (row["time"] ?? "").prefix(13)
            })
        let report = try shell.flue("report", "2026-10", "--format", "json").output
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(report.utf8)) as? [String: Any])
        let totals = try #require(json["totals"] as? [String: Any])
        func sum(_ column: String) -> Double {
            rows.reduce(0) { $0 + (Double($1[column] ?? "") ?? 0) }
        }
        #expect(rows.count == totals["requests"] as? Int)
        #expect(sum("output_tokens") == totals["output_tokens"] as? Double)
        for (column, total) in [
            ("wh", "energy_kwh"), ("gco2e", "emissions_kgco2e"),
        ] {
            let whole = try #require(totals[total] as? Double) * 1_000
            #expect(abs(sum(column) - whole) < 2e-6 * Double(cells.count), "\(column)")
            #expect(whole > 1)
        }
        if energyModel == nil { #expect(abs(sum("wh") - 3.96 * Double(served(rows))) < 1e-6) }
    }

    private func served(_ rows: [[String: String]]) -> Int {
        rows.count { $0["status"] == "served" }
    }

    @Test(
        "Rows stand in the order of files and lines, whatever the number of threads, format or compression"
    )
    func order() throws {
        let shell = try made(Self.energyModel)
        try shell.folder.write("0123456789abcdef0123456789abcdef", to: "key")
        var outputs: Set<String> = []
        for jobs in ["1", "2", "5"] {
            let run = try shell.flue(
                "queries", "made/logs", "-o", "-", "--jobs", jobs, "--id-key", "key")
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("Rows: "))
            outputs.insert(run.output)
        }
        #expect(outputs.count == 1)
        let output = try #require(outputs.first)
        let times = rows(output).compactMap { $0["time"] }
        #expect(times == times.sorted())  // files are hours, and lines are in order
        for name in ["a.csv", "a.csv.gz", "a.csv.zst"] {
            let run = try shell.flue(
                "queries", "made/logs", "-o", name, "--id-key", "key", "--quiet")
            #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
            let file = try InputPaths.expand([shell.folder.path(name)])
            let plain = try Pipeline(Pipeline.Settings(dialects: [])).run(file, upTo: .inflate)
            #expect(plain.bytes == Int64(output.utf8.count), "\(name)")
        }
        #expect(try String(contentsOfFile: shell.folder.path("a.csv"), encoding: .utf8) == output)
        let json = try shell.flue(
            "queries", "made/logs", "-o", "-", "--format", "ndjson", "--id-key", "key", "-q")
        let objects = try json.output.split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        for (object, row) in zip(objects, rows(output)) {
            for (column, cell) in row {
                let value = object[column] ?? ""
                #expect(
                    (value is NSNull ? "" : "\(value)") == cell || Double(cell) != nil, "\(column)")
                if let number = Double(cell) { #expect(value as? Double == number) }
            }
        }
        #expect(objects.count == rows(output).count)
    }

    @Test(
        "Ids are hashed with a key unless they are asked for; cells cannot be formulas; no text of a prompt"
    )
    func privacy() throws {
        let shell = try Shell()
        try shell.importGrid()
        let line =
            "{\"timestamp\":\"2026-03-01T10:00:10.5Z\",\"request_id\":\"=secret-id\",\"region\":\"eu-west-1\","
            + "\"model\":\"gpt-4o\",\"tenant\":\"=cmd|' /C calc'!A0\",\"project\":\"+1, \\\"x\\\"\\n\","
            + "\"messages\":[{\"content\":\"the words of a prompt\"}],\"endpoint\":\"@SUM(1)\","
            + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n"
        try shell.folder.write(line, to: "a.jsonl")
        let plain = try shell.flue("queries", "a.jsonl", "-o", "-", "--ids", "plain", "-q").output
        #expect(
            plain.contains(
                "2026-03-01T10:00:10.500Z,'=secret-id,served,eu-west-1,IE,gpt-4o,"
                    + "'=cmd|' /C calc'!A0,\"'+1, \"\"x\"\"\n\",'@SUM(1),10,0,5,0,0,3.96,3.96,3.96,100,"
                    + "measured,0.396,0\n"))
        #expect(!plain.contains("prompt,") && !plain.contains("words"))
        let first = try shell.flue("queries", "a.jsonl", "-o", "-", "-q").output
        let second = try shell.flue("queries", "a.jsonl", "-o", "-", "-q").output
        #expect(!first.contains("secret"))
        #expect(first != second)  // a key of each run
        try shell.folder.write("short", to: "key")
        let short = try shell.flue("queries", "a.jsonl", "-o", "-", "--id-key", "key")
        #expect(short.status == 78 && short.errors.contains("at least 16 bytes"))
        let json = try shell.flue(
            "queries", "a.jsonl", "-o", "-", "--format", "ndjson", "--ids", "plain", "-q"
        ).output
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["project"] as? String == "+1, \"x\"\n")
        #expect(object["tenant"] as? String == "=cmd|' /C calc'!A0")
    }

    @Test("What is not known is empty: usage, model, region, grid value")
    func unknown() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(
            shell.log(1, region: "nowhere") + shell.log(1, model: "nobody's")
                + shell.log(1).replacingOccurrences(of: "T10", with: "T15")
                + "{\"timestamp\":\"2026-03-01T10:00:10Z\",\"model\":\"gpt-4o\",\"region\":\"eu-west-1\"}\n"
                + "{\"timestamp\":\"2026-03-01T10:00:10Z\",\"model\":\"gpt-4o\",\"region\":\"eu-west-1\",\"status\":500}\n"
                + "no record\n", to: "a.jsonl")
        try shell.folder.write(
            "energy_model: per-token-epoch\nlimits: { max_rejected_lines: 5 }\ngrid_ladder: { steps: [] }\n",
            to: "flue.yaml")
        let run = try shell.flue("queries", "a.jsonl", "-o", "-", "--ids", "plain")
        #expect(run.errors.contains("lines: 6 = 5 counted + 1 rejected + 0 duplicate + 0 skipped"))
        #expect(run.status == 2)
        #expect(run.errors.contains("1 rows have no energy"))
        #expect(run.errors.contains("2 rows have no emissions"))
        let rows = rows(run.output)
        #expect(rows.map { $0["zone"] } == ["", "IE", "IE", "IE", "IE"])
        #expect(rows[0]["gco2e"] == "" && rows[0]["wh"] != "")
        #expect(rows[1]["wh"] == "" && rows[1]["gco2e"] == "")
        #expect(rows[2]["grid_evidence"] == "missing" && rows[2]["intensity_g_per_kwh"] == "")
        #expect(rows[3]["input_tokens"] == "" && rows[3]["status"] == "served")
        #expect(rows[3]["wh"] == "0")  // what is known of its usage costs nothing, as in the ledger
        #expect(rows[4]["status"] == "failed")
    }

    @Test(
        "Names that differ only in their bytes, and ids that cannot be ids, are no reason to fail")
    func oddNames() throws {
        let shell = try Shell()
        try shell.importGrid()
        let long = String(repeating: "the words of a prompt ", count: 50)
        let ids = ["\"x\"", "7", "{\"a\":1}", "true", "\"\(long)\"", "\"caf\u{e9}\""]
        let names = ["caf\u{e9}", "cafe\u{301}"]
        let lines = ids.enumerated().map { index, id in
            "{\"timestamp\":\"2026-03-01T10:00:10Z\",\"request_id\":\(id),\"region\":\"eu-west-1\","
                + "\"model\":\"\(names[index % 2])\",\"tenant\":\"\(names[index % 2])\",\"usage\":"
                + "{\"prompt_tokens\":10,\"completion_tokens\":5}}\n"
        }
        try shell.folder.write(lines.joined(), to: "a.jsonl")
        try shell.folder.write("request_stats_by: [tenant]\n", to: "flue.yaml")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        #expect(try shell.flue("verify").status == 0)
        let run = try shell.flue(
            "queries", "a.jsonl", "-o", "-", "--format", "ndjson", "--ids", "plain")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("1 ids were left out"))
        #expect(!run.output.contains("words"))
        let found = try run.output.split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(
            found.map { $0["request_id"] as? String ?? "" } == ["x", "7", "", "", "", "caf\u{e9}"])
        let models = found.compactMap { ($0["model"] as? String).map { Array($0.utf8) } }
        #expect(Set(models).count == 2)
        let report = try shell.flue("report", "--per-query", "--by", "tenant", "--format", "json")
        let json = try #require(
            JSONSerialization.jsonObject(with: Data(report.output.utf8)) as? [String: Any])
        let statistics = try #require(json["per_query"] as? [[String: Any]])
        #expect(statistics.filter { $0["grouping"] as? String == "tenant" }.count == 2)
    }

    @Test("Devices and closed pipes are written to as they are")
    func devices() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(20), to: "a.jsonl")
        let none = try shell.flue("queries", "a.jsonl", "-o", "/dev/null", "--format", "csv", "-q")
        #expect(none.status == 0, "\(none.errors)")
        let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
        #expect(type as? FileAttributeType == .typeCharacterSpecial)
        let full = try shell.flue("queries", "a.jsonl", "-o", "/dev/full", "--format", "csv")
        #expect(full.status == 73 && full.errors.contains("/dev/full: cannot be written"))
        let folder = try shell.flue("queries", "a.jsonl", "-o", ".", "--format", "csv")
        #expect(folder.status == 73)
        // A link leads to the file, whose readers stay who they are.
        let real = try shell.folder.write("earlier\n", to: "real.csv")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: real)
        try FileManager.default.createSymbolicLink(
            atPath: shell.folder.path("link.csv"), withDestinationPath: real)
        #expect(try shell.flue("queries", "a.jsonl", "-o", "link.csv", "-q").status == 0)
        #expect(try String(contentsOfFile: real, encoding: .utf8).hasPrefix("time,"))
        let attributes = try FileManager.default.attributesOfItem(atPath: real)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let itself = try shell.flue("queries", "a.jsonl", "-o", "a.jsonl")
        #expect(itself.status == 64 && itself.errors.contains("is to be read"))
        #expect(
            try String(contentsOfFile: shell.folder.path("a.jsonl"), encoding: .utf8)
                == shell.log(20))
    }

    @Test("A request that comes twice has one row, whatever the number of threads")
    func duplicates() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(300) + shell.log(20), to: "a.jsonl")
        try shell.folder.write("a key of enough bytes\n", to: "k")
        try shell.folder.write(shell.log(10) + shell.log(5, series: "b"), to: "b.jsonl")
        let whole = try shell.flue("queries", "a.jsonl", "b.jsonl", "-o", "-", "--id-key", "k")
        #expect(rows(whole.output).count == 305)
        #expect(whole.errors.contains("30 records are of requests that are listed once"))
        let other = try shell.flue(
            "queries", "a.jsonl", "b.jsonl", "-o", "-", "--id-key", "k", "--jobs", "5")
        #expect(other.output == whole.output)
        let run = try shell.flue("ingest", "a.jsonl", "b.jsonl")
        #expect(run.output.contains("Lines: 335 = 305 counted + 0 rejected + 30 duplicate"))
        let dry = try shell.flue("ingest", "--dry-run", "a.jsonl", "b.jsonl")
        #expect(dry.output.contains("Lines: 335 = 305 counted + 0 rejected + 30 duplicate"))
        let piped = try shell.flue(
            "ingest", "--db", "other.sqlite", "-", input: Array((shell.log(2) + shell.log(1)).utf8))
        #expect(piped.status == 65 && piped.errors.contains("can be read only once"))
        try shell.folder.write(shell.log(3, series: "c"), to: "c.jsonl")
        let both = try shell.flue(
            "ingest", "c.jsonl", "-", input: Array((shell.log(2) + shell.log(1)).utf8))
        #expect(both.status == 2 && both.output.contains("Files: 1 added, 1 refused"))
        #expect(try shell.flue("verify").status == 0)
    }

    @Test("A log that is not read to its end leaves no file; copies count once; mistakes are named")
    func badInput() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(50), to: "a.jsonl")
        try shell.folder.write(shell.log(50), to: "b.jsonl")
        let twice = try shell.flue("queries", "a.jsonl", "b.jsonl", "-o", "-")
        #expect(twice.status == 0 && rows(twice.output).count == 50)
        #expect(twice.errors.contains("b.jsonl: the same bytes as a.jsonl; left out"))
        let compressed = try compressed(Array(shell.log(50).utf8), .zstd)
        try shell.folder.write(compressed, to: "c.jsonl.zst")
        let copy = try shell.flue("queries", "a.jsonl", "c.jsonl.zst", "-o", "out.csv")
        #expect(copy.status == 65 && copy.errors.contains("holds the lines of a.jsonl"))
        try shell.folder.write(Array(compressed.dropLast(5)), to: "cut.jsonl.zst")
        let cut = try shell.flue("queries", "cut.jsonl.zst", "-o", "out.csv.gz")
        #expect(cut.status == 65 && cut.errors.contains("cut.jsonl.zst"))
        try shell.folder.write("nothing\nof a log\n", to: "text.jsonl")
        let text = try shell.flue(
            "queries", "text.jsonl", "--dialect", "gateway", "-o", "out.ndjson")
        #expect(text.status == 65)
        try shell.folder.write("", to: "empty.jsonl")
        let empty = try shell.flue("queries", "a.jsonl", "empty.jsonl", "-o", "-")
        #expect(empty.status == 0 && empty.errors.contains("empty.jsonl: is empty"))
        for pair in [["a.jsonl", "grown.jsonl"], ["grown.jsonl", "a.jsonl"]] {
            try shell.folder.write(shell.log(70), to: "grown.jsonl")
            let grown = try ProgramRun(
                ["queries"] + pair + ["-o", "out.csv"], in: shell.folder.url)
            #expect(grown.status == 65 && grown.errors.contains("begins with all of the other"))
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: shell.folder.url.path)
        #expect(!left.contains { $0.hasPrefix("out") }, "\(left)")
        let name = try shell.flue("queries", "a.jsonl", "-o", "out.parquet")
        #expect(name.status == 64 && name.errors.contains(".csv, .ndjson or .jsonl"))
        let folder = try shell.flue("queries", "a.jsonl", "-o", "no/such/out.csv")
        #expect(folder.status == 73 && folder.errors.contains("no/such/out.csv"))
        let ledger = try shell.flue("queries", "a.jsonl", "-o", "-", "--db", "none.sqlite")
        #expect(ledger.status == 66)
    }
}
