import Foundation
import TestSupport
import Testing

/// Names that would steer a terminal or a spreadsheet, or hide from who reads them, in all that leaves the program.
@Suite("Hostile names")
struct HostileNameTests {
    /// All controls but NUL, all format characters, separators of lines and paragraphs, and those that are shown as nothing.
    private static let hidden: [Unicode.Scalar] = (1...0xE_01FF).compactMap(Unicode.Scalar.init)
        .filter { scalar in
            [.control, .format, .lineSeparator, .paragraphSeparator]
                .contains(scalar.properties.generalCategory)
                || scalar.properties.isDefaultIgnorableCodePoint && scalar.value < 0xE_0000
                || scalar.value == 0xE_0100
        }

    private static let formulas = [
        "=", "+", "-", "@", "\t", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    /// Hidden characters in the middle of names, one name for eight of them, and names that begin as formulas do.
    private static let names: [String] =
        stride(from: 0, to: hidden.count, by: 8).map { start in
            hidden[start..<min(start + 8, hidden.count)].map { "x\($0)" }.joined() + "y"
        } + formulas.map { "\($0)cmd" }

    /// A ledger whose models, tenants and file have such names.
    private func ledger() throws -> (shell: Shell, file: String) {
        let shell = try Shell()
        try shell.importGrid()
        // Models that it does not know are named.
        try shell.folder.write("energy_model: per-token-epoch\n", to: "flue.yaml")
        let lines = try Self.names.enumerated().map { index, name in
            let record: [String: Any] = [
                "timestamp": "2026-03-01T10:00:10Z", "request_id": name + "\(index)",
                "region": "eu-west-1",
                "model": name, "tenant": name, "status": 200,
                "usage": ["prompt_tokens": 10, "completion_tokens": 5],
            ]
            return String(
                decoding: try JSONSerialization.data(withJSONObject: record), as: UTF8.self)
        }
        let file = "a\u{1B}[31m\u{202E}\u{2028}\n\u{9B}b.jsonl"
        try shell.folder.write(lines.joined(separator: "\n") + "\n", to: file)
        return (shell, file)
    }

    private func check(
        _ text: String, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let kept = "\n\t"
        // Line ends of CSV.
        let rest = text.split(separator: "\r\n" as Character, omittingEmptySubsequences: false)
            .joined(separator: "\n")
        let found = rest.unicodeScalars.filter {
            Self.hidden.contains($0) && !kept.unicodeScalars.contains($0)
        }
        #expect(
            found.isEmpty, "\(what): \(Set(found.map { String($0.value, radix: 16) }).sorted())",
            sourceLocation: sourceLocation)
    }

    @Test("None steers, and programs read back what was there")
    func output() throws {
        let (shell, file) = try ledger()
        let ingest = try shell.flue("ingest", file, "--log-level", "trace", "--dialect", "gateway")
        #expect(ingest.errors.contains("\\u{1b}[31m\\u{202e}\\u{2028}\\u{a}\\u{9b}b.jsonl"))
        check(ingest.output + ingest.errors, "ingest")
        #expect(ingest.output.contains("\\u{200b}"))
        let again = try shell.flue("report", "x\u{1B}[0m\u{202E}")
        #expect(again.status == 64)
        check(again.errors, "usage")
        let missing = try shell.flue("inspect", "\u{1B}]0;x\u{7}")
        #expect(missing.status == 66)
        check(missing.errors, "no file")
        for arguments in [
            ["inspect", file], ["report", "2026-03", "--by", "model,tenant"],
            ["export", "monthly_emissions"], ["queries", file, "-o", "-", "--ids", "plain"],
            ["report", "2026-03", "--by", "model", "--format", "csv"],
            ["report", "2026-03", "--by", "model", "--format", "json"], ["verify"],
            ["export", "source_files", "--format", "postgres"],
            ["export", "monthly_emissions", "--format", "postgres"],
        ] {
            let run = try ProgramRun(arguments, in: shell.folder.url)
            check(run.output + run.errors, arguments.joined(separator: " "))
        }
        let json = try shell.flue("report", "2026-03", "--by", "model", "--format", "json").output
        let report = try #require(
            JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let rows = try #require(report["rows"] as? [[String: Any]])
        #expect(
            rows.compactMap { ($0["keys"] as? [String: String])?["model"] }.sorted()
                == Self.names.sorted())
        for (arguments, key) in [
            (["export", "monthly_emissions", "--format", "ndjson"], "tenant"),
            (["queries", file, "-o", "-", "--format", "ndjson", "--ids", "plain"], "model"),
        ] {
            let output = try ProgramRun(arguments, in: shell.folder.url).output
            check(output, arguments.joined(separator: " "))
            let names = try output.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line in
                try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            }.compactMap { $0[key] as? String }
            #expect(names.sorted() == Self.names.sorted())
        }
    }

    @Test("A spreadsheet takes no cell for a formula")
    func formulas() throws {
        let (shell, file) = try ledger()
        try shell.flue("ingest", file, "--dialect", "gateway")
        for arguments in [
            ["export", "monthly_emissions"],
            ["report", "2026-03", "--by", "tenant", "--format", "csv"],
            ["queries", file, "-o", "-"],
        ] {
            let run = try ProgramRun(arguments, in: shell.folder.url)
            for first in Self.formulas {
                #expect(
                    run.output.contains("'\(first)cmd"), "\(first.debugDescription) \(arguments)")
                #expect(
                    !run.output.contains(",\(first)cmd") && !run.output.contains("\"\(first)cmd"))
            }
        }
    }
}
