import TestSupport
import Testing

@Suite("Breakdowns as CSV")
struct BreakdownTests {
    /// Two spellings of one name, which are equal as text and not as bytes.
    private static let spellings = ["caf\u{E9}", "cafe\u{301}"]

    private func rows(files: [String], by keys: String) throws -> [String] {
        let shell = try Shell()
        try shell.folder.write("energy_model: per-token-epoch\n", to: "flue.yaml")
        for (name, region, model, tenants) in [
            ("b.jsonl", "us-east-1", "gpt-4o", ["b"] + Self.spellings),
            ("a.jsonl", "eu-west-1", "claude-sonnet-4-5", ["z", "b", "=a"]),
        ] {
            let lines = tenants.enumerated().map { index, tenant in
                """
                {"timestamp":"2026-10-01T0\(index):00:00Z","request_id":"\(name)\(tenant)",\
                "model":"\(model)","region":"\(region)","tenant":"\(tenant)",\
                "usage":{"prompt_tokens":\(7 + index),"completion_tokens":\(1 + 40_000 * index)}}

                """
            }
            try shell.folder.write(lines.joined(), to: name)
        }
        for file in files { _ = try shell.flue("ingest", file, "--dialect", "gateway") }
        let run = try shell.flue("report", "--by", keys, "--format", "csv")
        #expect(run.status == 0, "\(run)")
        return run.output.replacing("\r\n", with: "\n").split(separator: "\n").dropFirst()
            .map(String.init)
    }

    @Test(
        "Rows stand in the order of their names, whatever the order of files",
        arguments: ["region,model,tenant", "tenant,model,region", "tenant", "zone,tenant"])
    func order(keys: String) throws {
        let rows = try rows(files: ["a.jsonl", "b.jsonl"], by: keys)
        #expect(try rows == self.rows(files: ["b.jsonl", "a.jsonl"], by: keys))
        #expect(rows.count == (keys == "tenant" ? 5 : 6))
        for name in Self.spellings {
            #expect(
                rows.count { row in
                    row.utf8.split(separator: 44).contains { $0.elementsEqual(name.utf8) }
                } == 1)
        }
    }

    @Test("Figures have the fewest digits that name their number")
    func digits() throws {
        let rows = try rows(files: ["a.jsonl", "b.jsonl"], by: "region,model,tenant")
        var sizes: Set<Bool> = []
        for cell in rows.flatMap({ $0.split(separator: ",").dropFirst(4).dropLast() }) {
            guard cell.contains(where: { ".e".contains($0) }) else { continue }
            let value = try #require(Double(cell))
            #expect("\(value)" == cell)
            sizes.insert(value < 1e-4 && value > 0)
        }
        #expect(sizes == [true, false])
    }
}
