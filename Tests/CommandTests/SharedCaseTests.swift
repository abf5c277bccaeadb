import Foundation
import TestSupport
import Testing

/// The cases beside the project: inputs that failed, each with its right answer. What a case asks for in words is said here
/// once more, as what the program must do.
@Suite("Cases beside the project", .enabled(if: Fixtures.publicData != nil, "FLUE_DATA is not set"))
struct SharedCaseTests {
    private static let folder = (Fixtures.publicData ?? "") + "/cases/logs"

    private static let cases: [String] =
        (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []

    /// Sums of a ledger, by the words of the cases.
    private static let sums = [
        "requests": "sum(requests)", "failed": "sum(failed_requests)", "input": "sum(input_tokens)",
        "cached": "sum(cached_input_tokens)", "cache_write": "sum(cache_write_tokens)",
        "output": "sum(output_tokens)", "reasoning": "sum(reasoning_tokens)",
        "unknown": "sum(unknown_usage_requests)", "cache_hits": "sum(cache_hit_requests)",
    ]

    /// Cases whose right answer is a sentence, or one of several.
    private static let words:
        [String: (requests: Int64, input: Int64, output: Int64, said: String)] = [
            "17-numbers-gateway": (11, 4800, 55, ""),
            "21a-utf16le-bom": (6, 60, 30, ""),
            "21k-cri": (6, 60, 30, ""),
            "22b-bz2": (0, 0, 0, "is a bzip2 file"),
            "22d-zip": (0, 0, 0, "is a zip archive"),
            "22h-tar-gz": (0, 0, 0, "tar archive"),
            "25b-litellm-spend-api": (2, -1, -1, ""),
            "25c-litellm-spend-csv": (1, 1200, 300, ""),
            "26b-openai-embeddings-object": (0, 0, 0, ""),
        ]

    private struct Expected: Decodable {
        let counts: [String: Int64]
        let texts: [String: String]

        init(from decoder: any Decoder) throws {
            let values = try decoder.singleValueContainer().decode([String: Value].self)
            counts = values.compactMapValues {
                if case .count(let count) = $0 { count } else { nil }
            }
            texts = values.compactMapValues { if case .text(let text) = $0 { text } else { nil } }
        }

        private enum Value: Decodable {
            case count(Int64), text(String)

            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                self =
                    try (try? value.decode(Int64.self)).map(Self.count)
                    ?? .text(value.decode(String.self))
            }
        }
    }

    @Test("Each gives the right answer", arguments: cases)
    func answers(_ name: String) throws {
        let folder = "\(Self.folder)/\(name)"
        let text = try String(contentsOfFile: "\(folder)/expected.txt", encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let options =
            lines.first { $0.hasPrefix("args:") }?.dropFirst(5).split(separator: " ") ?? []
        let input = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder).first { $0 != "expected.txt" })
        let shell = try Shell()
        try shell.folder.write("limits: { max_unmatched_percent: 100 }\n", to: "flue.yaml")
        let run = try ProgramRun(
            ["ingest"] + options.map(String.init) + ["\(folder)/\(input)"], in: shell.folder.url)
        func sum(_ columns: String) throws -> [Int64] {
            guard FileManager.default.fileExists(atPath: shell.folder.path("flue.sqlite")) else {
                return columns.split(separator: ",").map { _ in 0 }
            }
            return try shell.rows("SELECT \(columns) FROM monthly_totals")[0].split(separator: "|")
                .map { Int64($0) ?? 0 }
        }
        if let words = Self.words[name] {
            let got = try sum("sum(requests), sum(input_tokens), sum(output_tokens)")
            for (got, expected) in zip(got, [words.requests, words.input, words.output])
            where expected >= 0 {
                #expect(got == expected, "\(run.output)\(run.errors)")
            }
            #expect((run.status == 0) == (words.requests > 0))
            #expect(words.said.isEmpty || run.errors.contains(words.said), "\(run.errors)")
            return
        }
        let json = try #require(text.range(of: "expected:")).upperBound
        guard
            let expected = try? JSONDecoder().decode(Expected.self, from: Data(text[json...].utf8))
        else {
            // A sentence that is not known here: the run must at least end as it should.
            #expect([0, 2, 65].contains(run.status), "\(run.errors)")
            return
        }
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        for (word, count) in expected.counts {
            let column = try #require(Self.sums[word], "\(word)")
            #expect(try sum(column) == [count], "\(word): \(run.output)")
        }
        if let model = expected.texts["model"] {
            #expect(
                try shell.rows("SELECT DISTINCT name FROM usage JOIN model USING (model_id)")
                    .contains(model))
        }
        if let hour = expected.texts["hour"] {
            let hours = try shell.rows(
                "SELECT DISTINCT datetime(hour * 3600, 'unixepoch') FROM usage")
            #expect(hours.contains { $0.hasPrefix(hour) }, "\(hours)")
        }
    }
}
