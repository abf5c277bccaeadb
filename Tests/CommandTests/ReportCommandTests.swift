import Foundation
import TestSupport
import Testing

@Suite("A report says what its totals are of")
struct ReportCommandTests {
    private func json(_ run: ProgramRun) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    /// Without what breaks its lines.
    private func words(_ run: ProgramRun) -> String {
        run.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("Without a month it takes the latest that is no stray, and names the others")
    func month() throws {
        let shell = try Shell()
        try shell.importGrid()
        let stray = shell.log(1, series: "s").replacing("2026-03", with: "2026-12")
        try shell.folder.write(shell.log(200) + stray, to: "a.jsonl")
        try shell.flue("ingest", "a.jsonl")
        let run = try shell.flue("report")
        #expect(run.output.hasPrefix("Emissions of inference in 2026-03 (UTC)"))
        #expect(run.errors.contains("the ledger holds also 2026-12 (1 request)"))
        #expect(try shell.flue("report", "--quiet").errors.isEmpty)
        let asked = try shell.flue("report", "2026-12")
        #expect(asked.output.hasPrefix("Emissions of inference in 2026-12 (UTC)"))
        #expect(asked.errors.isEmpty)
        // Two of two hundred are no stray.
        try shell.folder.write(
            shell.log(2, series: "t").replacing("2026-03", with: "2026-11"), to: "b.jsonl")
        try shell.flue("ingest", "b.jsonl")
        #expect(try shell.flue("report").output.contains("in 2026-11 (UTC)"))
    }

    @Test("Requests without energy stand in the headline with their share, in JSON and CSV too")
    func incomplete() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write("energy_model: ecologits-0.11.3\n", to: "flue.yaml")
        try shell.folder.write(shell.log(3) + shell.log(1, model: "own-7b"), to: "a.jsonl")
        #expect(try shell.flue("ingest", "a.jsonl").status == 2)
        let table = words(try shell.flue("report"))
        #expect(table.contains("without 1 request (25.0 %) whose energy is not known"))
        #expect(!table.contains("0 kWh unmatched") && table.contains("of 1 request none is known"))
        let totals = try #require(
            json(shell.flue("report", "--format", "json"))["totals"] as? [String: Any])
        #expect(totals["without_energy_share"] as? Double == 0.25)
        let csv = try shell.flue("report", "--by", "model", "--format", "csv").output
            .split(separator: "\r\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
        let column = try #require(csv[0].firstIndex(of: "without_energy_share"))
        #expect(
            Set(csv.dropFirst().map { "\($0[1]) \($0[column])" }) == ["gpt-4o 0.0", "own-7b 1.0"])
    }

    @Test(
        "Two dialects of the same hours, regions and models: are these the same calls? A scope of its own says no"
    )
    func sameCalls() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(3), to: "gateway.jsonl")
        let own = (0..<3).map { _ in
            "{\"ts\":1772359200,\"m\":\"gpt-4o\",\"r\":\"eu-west-1\",\"i\":10,\"o\":5}\n"
        }.joined()
        try shell.folder.write(own, to: "own.jsonl")
        try shell.folder.write(
            """
            name: own
            about: test
            records: json
            signature: [ts]
            time: { path: ts, format: epoch-s }
            region: r
            model: m
            input_tokens: i
            output_tokens: o

            """, to: "own.yaml")
        #expect(try shell.flue("ingest", "gateway.jsonl").status == 0)
        let twice = try shell.flue("ingest", "own.jsonl", "--dialect", "own.yaml")
        #expect(twice.status == 0, "\(twice.errors)")
        #expect(twice.output.contains("gateway and own logs both have requests of the same hours"))
        #expect(words(try shell.flue("report")).contains("are these the same calls, logged twice?"))
        let page = try json(shell.flue("report", "--format", "json"))
        let calls = try #require(page["same_calls"] as? [[String: Any]])
        #expect(calls.map { $0["dialects"] as? [String] } == [["gateway", "own"]])
        let other = try Shell()
        for name in ["gateway.jsonl", "own.jsonl", "own.yaml"] {
            try FileManager.default.copyItem(
                atPath: shell.folder.path(name), toPath: other.folder.path(name))
        }
        try other.flue("ingest", "gateway.jsonl")
        let told = try other.flue(
            "ingest", "own.jsonl", "--dialect", "own.yaml", "--scope", "batch team")
        #expect(told.status == 0, "\(told.errors)")
        #expect(!told.output.contains("Twice?"))
        #expect(!words(try other.flue("report")).contains("same calls"))
    }
}
