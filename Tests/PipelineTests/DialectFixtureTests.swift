import Accounting
import Foundation
import Synthesis
import TestSupport
import Testing

@testable import Pipeline

/// A file in one dialect, and what must come out of it.
struct DialectFixture: CustomTestStringConvertible, Sendable {
    let file: String
    let dialect: String
    /// As ``DialectFixture/summary(of:)`` says it, computed by hand.
    let expected: String

    init(_ file: String, _ dialect: String, _ expected: String) {
        self.file = file
        self.dialect = dialect
        self.expected = expected
    }

    var testDescription: String { file }

    static func summary(of partial: FilePartial) -> String {
        let sum = partial.total
        let counts: [(String, Int64)] = [
            ("requests", sum.requests), ("failed", sum.failedRequests),
            ("notrun", sum.notRunRequests), ("hits", sum.cacheHitRequests),
            ("unknown", sum.unknownUsageRequests), ("in", sum.inputTokens),
            ("cached", sum.cachedInputTokens), ("write", sum.cacheWriteTokens),
            ("out", sum.outputTokens), ("reasoning", sum.reasoningTokens),
            ("items", sum.items), ("ms", sum.durationMilliseconds),
            ("sums of", sum.aggregatedRequests), ("uncounted", sum.uncountedTokens),
            ("skipped", Int64(partial.tally.skipped)), ("rejected", Int64(partial.tally.rejected)),
        ]
        func names(_ key: (PartialCellKey) -> Int) -> String {
            Set(partial.cells.map { partial.names[key($0.key)] }).sorted()
                .map { $0.isEmpty ? "-" : $0 }.joined(separator: ",")
        }
        let hours = Set(partial.cells.map(\.key.hour.text)).sorted().map {
            String($0.dropFirst(5).prefix(8))
        }
        return counts.filter { $0.1 != 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            + " | \(names(\.region)) | \(names(\.model)) | \(names(\.tenant)) | "
            + hours.joined(separator: ",")
    }

    static let all: [DialectFixture] = [
        DialectFixture(
            "bedrock.jsonl", "bedrock",
            "requests 3, failed 1, in 1005, cached 900, write 60, out 77, ms 1200, skipped 1"
                + " | eu-north-1,eu-west-1 | eu.anthropic.claude-sonnet-4-5-20250929-v1:0 | -,payments | 10-01 00,10-01 01"
        ),
        DialectFixture(
            "bedrock-cloudwatch.json", "bedrock",
            "requests 3, failed 1, in 1005, cached 900, write 60, out 77, ms 1200, skipped 2"
                + " | eu-north-1,eu-west-1 | eu.anthropic.claude-sonnet-4-5-20250929-v1:0 | -,payments | 10-01 00,10-01 01"
        ),
        DialectFixture(
            "azure-apim.jsonl", "azure-apim",
            "requests 3, failed 1, in 1514, cached 4, out 288, ms 352, skipped 2"
                + " | Sweden Central | gpt-4o,gpt-4o-2024-11-20,gpt-4o-prod | -,team-claims | 10-01 06,10-01 07"
        ),
        DialectFixture(
            "azure-apim-records.json", "azure-apim",
            "requests 2, in 1514, cached 4, out 288, ms 176, skipped 1"
                + " | Sweden Central | gpt-4o,gpt-4o-2024-11-20 | -,team-claims | 10-01 06,10-01 07"
        ),
        DialectFixture(
            "vertex.jsonl", "vertex",
            "requests 4, failed 1, in 840, cached 400, write 30, out 1904, reasoning 1802, ms 31000"
                + " | europe-west4 | gemini-2.5-pro,publishers/anthropic/models/claude-sonnet-4-5,publishers/google/models/gemini-2.5-pro | -,search | 10-01 00,10-01 01"
        ),
        DialectFixture(
            "openai.jsonl", "openai",
            "requests 5, failed 1, unknown 1, in 2047, cached 1920, out 392, reasoning 256, ms 2000, skipped 1"
                + " | - | gpt-5-2025-08-07,gpt-5-mini-2025-08-07 | -,t | 10-01 01"),
        DialectFixture(
            "openai-batch.jsonl", "openai-batch",
            "requests 3, failed 1, notrun 1, in 2000, cached 1920, out 300, reasoning 192"
                + " | - | -,gpt-5-mini-2025-08-07 | - | 10-01 00,10-01 01"),
        DialectFixture(
            "anthropic-batch.jsonl", "anthropic-batch",
            "requests 4, failed 1, notrun 1, in 12308, cached 10240, write 2048, out 40, reasoning 12"
                + " | -,us | -,claude-sonnet-4-5-20250929 | - | 10-01 00"),
        DialectFixture(
            "litellm.jsonl", "litellm",
            "requests 4, failed 1, hits 1, in 12309, cached 10243, write 2048, out 232, reasoning 12, ms 5250"
                + " | -,eu-west-1 | eu.anthropic.claude-sonnet-4-5-20250929-v1:0 | -,payments,team-9 | 10-01 00,10-01 02"
        ),
        DialectFixture(
            "litellm-pretty.json", "litellm",
            "requests 2, in 24598, cached 20480, write 4096, out 424, reasoning 24, ms 3500"
                + " | eu-west-1 | eu.anthropic.claude-sonnet-4-5-20250929-v1:0 | payments | 10-01 00"
        ),
        DialectFixture(
            "otlp-genai.jsonl", "otlp-genai",
            "requests 5, failed 1, in 13216, cached 10240, write 2048, out 856, reasoning 332, ms 7000, skipped 4"
                + " | -,eu-west-1,us-east-1 | Qwen/Qwen3-32B,claude-sonnet-4-5-20250929,gpt-4o,gpt-5-nano | checkout,logs,other,vllm | 10-01 00,10-01 02"
        ),
        DialectFixture(
            "envoy-ai.jsonl", "envoy-ai",
            "requests 2, failed 1, in 15, out 7, ms 1529, skipped 2"
                + " | - | gpt-4o-mini,gpt-4o-mini-2024-07-18 | - | 10-01 16"),
        DialectFixture(
            "kong-ai.json", "kong-ai",
            "requests 4, in 206, out 55, ms 3676, skipped 1"
                + " | - | gpt-4o-mini-2024-07-18 | team-claims | 10-01 01"),
        DialectFixture(
            "cloudflare-api.json", "cloudflare-api",
            "requests 3, failed 1, hits 1, in 27, out 141, ms 5139"
                + " | - | gpt-4o-mini | search | 10-01 00"),
        DialectFixture(
            "portkey.jsonl", "portkey",
            "requests 3, failed 1, hits 1, in 48, cached 16, out 65, ms 2436"
                + " | - | gpt-4o-mini | openai-prod | 10-01 16"),
        DialectFixture(
            "helicone.json", "helicone",
            "requests 4, failed 1, unknown 1, in 308, cached 232, write 50, out 70, ms 8468"
                + " | - | gpt-4o-2024-11-20 | web | 10-01 09"),
        DialectFixture(
            "openai-usage.json", "openai-usage",
            "requests 13, in 3000000050, cached 100, write 20, out 700, sums of 13, skipped 1"
                + " | - | gpt-4o-2024-08-06,text-embedding-3-small | - | 10-01 00"),
        DialectFixture(
            "openai-usage.csv", "openai-usage-csv",
            "requests 3, in 50, cached 5, out 7, sums of 3, skipped 2"
                + " | - | gpt-4o-2024-08-06 | - | "
                + (0..<24).map { $0 < 10 ? "10-01 0\($0)" : "10-01 \($0)" }.joined(separator: ",")
        ),
        DialectFixture(
            "anthropic-usage.json", "anthropic-usage",
            "in 130, cached 20, write 10, out 31, uncounted 161"
                + " | us | claude-sonnet-4-5-20250929 | - | 10-01 00,10-01 01"),
        DialectFixture(
            "helicone.csv", "helicone-csv",
            "requests 2, failed 1, in 48, out 65, ms 2147, skipped 1"
                + " | - | gpt-4o | - | 10-01 09"),
        DialectFixture(
            "langfuse.jsonl", "langfuse",
            "requests 4, failed 1, in 4118, cached 3860, out 708, reasoning 392, ms 8552, skipped 1"
                + " | - | gpt-4o | acme | 10-01 13"),
        DialectFixture(
            "sglang-request-metrics-20261001_14.log", "sglang",
            "requests 2, failed 1, in 822, cached 768, out 96, ms 1532"
                + " | - | - | - | 10-01 14"),
        DialectFixture(
            "sglang-log.jsonl", "sglang",
            "requests 1, in 812, cached 768, out 96, ms 1432, skipped 1"
                + " | - | - | - | 10-01 13"),
        DialectFixture(
            "azure-trace-2024.csv", "azure-trace",
            "requests 2, in 2300, out 11, skipped 1"
                + " | - | - | - | 10-01 00"),
        DialectFixture(
            "azure-trace-2025.csv", "azure-trace",
            "requests 2, in 1612, out 105, items 3, skipped 1"
                + " | - | - | - | 10-01 12"),
        DialectFixture(
            "mooncake.jsonl", "mooncake",
            "requests 2, in 300, out 11"
                + " | - | - | - | 10-01 00,10-01 01"),
        DialectFixture(
            "qwen-bailian.jsonl", "qwen-bailian",
            "requests 2, in 531, out 133"
                + " | - | - | - | 10-01 00"),
        DialectFixture(
            "burstgpt-6.csv", "burstgpt",
            "requests 2, failed 1, in 772, out 18, skipped 1"
                + " | - | ChatGPT,GPT-4 | - | 10-01 00"),
        DialectFixture(
            "burstgpt-8.csv", "burstgpt",
            "requests 2, failed 1, in 772, out 18, ms 2710, skipped 1"
                + " | - | ChatGPT,GPT-4 | - | 10-01 00"),
        DialectFixture(
            "splitwise.csv", "splitwise",
            "requests 2, in 1536, out 32, skipped 1"
                + " | - | - | - | 10-01 00"),
        DialectFixture(
            "claude-code.jsonl", "claude-code",
            "requests 5, failed 1, in 37208, cached 36000, write 1200, out 221, reasoning 4, skipped 3"
                + " | - | claude-opus-4-5-20251101 | - | 10-01 00,10-01 01"),
        DialectFixture(
            "codex.jsonl", "codex",
            "requests 2, in 3200, cached 800, out 300, reasoning 90, skipped 6"
                + " | - | gpt-5.2-codex,gpt-5.2-mini | - | 10-01 00,10-01 01"),
        DialectFixture(
            "gemini-cli.jsonl", "gemini-cli",
            "requests 2, in 14947, cached 100, out 928, reasoning 863, skipped 4"
                + " | - | gemini-3-pro | - | 10-01 00,10-01 01"),
        DialectFixture(
            "ollama.jsonl", "ollama",
            "requests 2, unknown 1, in 31, cached 6, out 85, ms 4001, skipped 1"
                + " | - | llama3.2 | - | 10-01 00,10-01 01"),
        DialectFixture(
            "dynamo.jsonl", "dynamo",
            "requests 2, in 46, cached 4, out 3, ms 300, skipped 1"
                + " | - | -,m | - | 10-01 00,10-01 01"),
        DialectFixture(
            "mlflow.json", "mlflow",
            "requests 3, in 47, out 9, ms 3000, skipped 1"
                + " | - | gpt-4o | - | 10-01 01"),
        DialectFixture(
            "langsmith.jsonl", "langsmith",
            "requests 3, failed 1, in 128, cached 64, out 30, reasoning 10, ms 3000, skipped 2"
                + " | - | gpt-4o-mini | - | 10-01 01"),
        DialectFixture(
            "databricks.jsonl", "databricks",
            "requests 2, failed 1, in 120, out 30"
                + " | - | se-1 | -,search | 10-01 01"),
        DialectFixture(
            "databricks.csv", "databricks-csv",
            "requests 1, in 120, out 30, skipped 1"
                + " | - | se-1 | search | 10-01 01"),
        DialectFixture(
            "openrouter_activity.csv", "openrouter-csv",
            "requests 1, in 9001, cached 8000, out 140, reasoning 30, ms 900, skipped 1"
                + " | - | openai/gpt-oss-120b | k | 10-01 01"),
        DialectFixture(
            "openrouter.json", "openrouter",
            "requests 2, in 1505, cached 1024, out 206, reasoning 64, ms 1201"
                + " | - | anthropic/claude-4.5-sonnet,x | - | 10-01 01"),
        DialectFixture(
            "bedrock-batch.jsonl", "bedrock-batch",
            "requests 4, failed 1, in 1239, cached 1005, write 201, out 28, skipped 1"
                + " | - | -,claude-x | - | 10-01 00"),
        DialectFixture(
            "vertex-batch.jsonl", "vertex-batch",
            "requests 2, failed 1, in 13, out 25, reasoning 5"
                + " | - | -,gemini-x | -,search | 10-01 01"),
        DialectFixture(
            "otel-spans.jsonl", "otel-spans",
            "requests 3, in 1502, cached 1114, write 90, out 144, reasoning 40, ms 7000, skipped 1"
                + " | - | claude-sonnet-4.6,gemini-2.5-pro | -,github-copilot | 10-01 01"),
        DialectFixture(
            "otel-console.json", "otel-console",
            "requests 1, in 1200, out 88, ms 1300, skipped 1"
                + " | - | gpt-4o | app | 10-01 01"),
        DialectFixture(
            "phoenix.jsonl", "otel-console",
            "requests 1, in 1200, cached 1024, out 88, ms 1300"
                + " | - | gpt-4o-2024-08-06 | - | 10-01 01"),
        DialectFixture(
            "otel-go.jsonl", "otel-go",
            "requests 1, in 1200, out 88, ms 1300"
                + " | - | gpt-4o | app | 10-01 01"),
        DialectFixture(
            "litellm-spend.csv", "litellm-csv",
            "requests 3, failed 1, hits 1, in 1408, cached 1024, out 20, skipped 1"
                + " | - | claude-sonnet-4-5,text-embedding-3-small | t,team-7 | 10-01 01"),
        DialectFixture(
            "litellm-page.json", "litellm",
            "requests 1, in 100, cached 64, out 20, skipped 1"
                + " | - | gpt-4o-mini | team-7 | 10-01 01"),
        DialectFixture(
            "langfuse-api.json", "langfuse",
            "requests 2, in 19396, cached 19000, write 300, out 350, ms 6000, skipped 1"
                + " | - | claude-sonnet-4-5,gpt-4o | - | 10-01 01"),
        DialectFixture(
            "langfuse.csv", "langfuse-csv",
            "requests 1, in 17090, cached 17000, out 310, ms 5000, skipped 1"
                + " | - | gpt-4o | - | 10-01 01"),
        DialectFixture(
            "openai-stream.jsonl", "openai",
            "requests 4, in 138, cached 60, out 533, reasoning 413, ms 2000, skipped 2"
                + " | - | gemini-x,gpt-x,grok-4,m | - | 10-01 01"),
        DialectFixture(
            "github-ai-usage.csv", "github-ai-usage",
            "in 7440, cached 4800, write 240, out 48, uncounted 7488, skipped 1"
                + " | - | Claude Sonnet 4.5 | - | "
                + (0..<24).map { $0 < 10 ? "10-01 0\($0)" : "10-01 \($0)" }.joined(separator: ",")),
    ]
}

@Suite("Dialects of real logs")
struct DialectFixtureTests {
    /// The text of a fixture, with five megabytes in the place of a mark in its prompts.
    private func bytes(of file: String, long: Bool = false) throws -> [UInt8] {
        let bytes = try readBytes(Fixtures.path("logs/dialects/\(file)"))
        guard long else { return bytes }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let mark = text.range(of: "LONG") else { return bytes }
        let filler = String(repeating: "0123456789 \u{E9}\u{1F642} ", count: 5_000_000 / 18)
        return Array(text.replacingCharacters(in: mark, with: filler).utf8)
    }

    /// Reads a log as `ingest` does when no dialect is given.
    private func read(
        _ bytes: [UInt8], named file: String, change: (inout Pipeline.Settings) -> Void = { _ in }
    ) throws -> Pipeline.Outcome {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: file)
        var settings = Pipeline.Settings(dialects: try Dialect.builtin())
        settings.jobs = 2
        settings.declared.start = 1_790_812_800_000  // 2026-10-01T00:00:00Z
        settings.declared.zone = .utc
        change(&settings)
        return try foldFiles([path], settings)[0]
    }

    @Test("Each dialect is recognised and gives its totals", arguments: DialectFixture.all)
    func totals(_ fixture: DialectFixture) throws {
        let outcome = try read(bytes(of: fixture.file), named: fixture.file)
        let partial = try #require(outcome.partial, "\(outcome)")
        #expect(partial.dialect == fixture.dialect)
        #expect(partial.tally.isBalanced)
        #expect(DialectFixture.summary(of: partial) == fixture.expected)
    }

    @Test(
        "The general dialects read usual names, and are never guessed",
        arguments: [
            (
                "own.csv", "csv",
                "requests 2, in 59210, out 3, skipped 1 | eastus | gpt-4o | blue,red | 10-01 01"
            ),
            ("own.jsonl", "json", "requests 1, in 10, out 2 | eastus | gpt-4o | red | 10-01 01"),
        ])
    func general(file: String, dialect: String, expected: String) throws {
        let bytes = try bytes(of: file)
        let told = try read(bytes, named: file) {
            $0.dialects = $0.dialects.filter { $0.name == dialect }
        }
        #expect(DialectFixture.summary(of: try #require(told.partial, "\(told)")) == expected)
        #expect(try read(bytes, named: file).failure?.message.contains("no dialect knows") == true)
    }

    /// The cells and counts, without what depends on bytes.
    private func meaning(_ outcome: Pipeline.Outcome) throws -> String {
        let partial = try #require(outcome.partial, "\(outcome)")
        let cells = partial.cells.map { key, activity in
            "\(key.hour.text) \(partial.names[key.region]) \(partial.names[key.model]) "
                + "\(partial.names[key.tenant]) \(partial.names[key.project]) "
                + "\(partial.names[key.endpoint]) \(activity)"
        }
        return ([partial.dialect, "\(partial.tally)"] + cells.sorted()).joined(separator: "\n")
    }

    @Test(
        "Records mean the same in another order of keys, with other spaces, escapes and framing",
        arguments: DialectFixture.all.filter { !$0.file.hasSuffix(".csv") })
    func rewritten(_ fixture: DialectFixture) throws {
        let original = try bytes(of: fixture.file)
        let expected = try meaning(read(original, named: fixture.file))
        var buffer = ChunkBuffer(capacity: original.count)
        buffer.append(original[...])
        buffer.truncate(to: original.count)
        var documents = DocumentSplitter()
        documents.scan(buffer.bytes.span, to: original.count, isEnd: true)
        let texts = documents.found.map { String(decoding: original[$0], as: UTF8.self) }
        var random = SeededGenerator(seed: 6)
        for round in 0..<4 {
            func rewrite(_ text: String, _ spaces: [String]) -> String {
                text.hasPrefix("{") ? JSONTree(text).rewritten(&random, spaces: spaces) : text
            }
            let lines = texts.map { rewrite($0, ["", "", " ", "\t", " \r "]) + "\n" }.joined()
            #expect(
                try meaning(read(Array(lines.utf8), named: fixture.file)) == expected, "\(lines)")
            let spread = texts.filter { $0.hasPrefix("{") }
                .map { rewrite($0, ["", " ", "\n", "\r\n\t"]) }
            guard spread.count == texts.count else { continue }
            let back = spread.joined(separator: round % 2 == 0 ? "" : "\n\n")
            #expect(try meaning(read(Array(back.utf8), named: fixture.file)) == expected)
            let list = "[\n\(spread.joined(separator: " ,\n"))\n]"
            #expect(try meaning(read(Array(list.utf8), named: fixture.file)) == expected)
        }
    }

    @Test(
        "Any cut and number of workers gives the same, also with five megabytes in a prompt",
        arguments: DialectFixture.all)
    func cuts(_ fixture: DialectFixture) throws {
        let original = try bytes(of: fixture.file)
        let expected = try #require(read(original, named: fixture.file).partial).canonicalText
        for chunkSize in [1, 100, 4_096] {
            let outcome = try read(original, named: fixture.file) {
                $0.chunkSize = chunkSize
                $0.jobs = 3
            }
            #expect(outcome.canonicalText == expected, "chunks of \(chunkSize)")
        }
        let long = try read(bytes(of: fixture.file, long: true), named: fixture.file)
        #expect(try meaning(long) == meaning(read(original, named: fixture.file)))
    }
}
