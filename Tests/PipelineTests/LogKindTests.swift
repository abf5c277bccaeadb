import Accounting
import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// A log of a kind that was once lost, counted twice or misread, and what must come out of it.
struct LogKind: CustomTestStringConvertible, Sendable {
    let kind: String
    let name: String
    let text: String
    /// As ``DialectFixture/summary(of:)`` says it up to the names, computed by hand.
    let expected: String

    init(_ kind: String, _ name: String, _ expected: String, _ lines: String...) {
        self.kind = kind
        self.name = name
        self.expected = expected
        text = lines.joined(separator: "\n") + "\n"
    }

    var testDescription: String { "\(kind): \(name)" }

    /// An OTLP document of spans.
    static func spans(_ spans: String...) -> String {
        "{\"resourceSpans\":[{\"scopeSpans\":[{\"scope\":{\"name\":\"s\"},\"spans\":["
            + spans.joined(separator: ",") + "]}]}]}"
    }

    /// An OTLP document of log records.
    static func logs(_ records: String...) -> String {
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"scope\":{\"name\":\"s\"},\"logRecords\":["
            + records.joined(separator: ",") + "]}]}]}"
    }

    static func attributes(_ pairs: [(String, String)]) -> String {
        "\"attributes\":["
            + pairs.map { "{\"key\":\"\($0.0)\",\"value\":{\"stringValue\":\"\($0.1)\"}}" }
            .joined(separator: ",") + "]"
    }

    static func span(_ id: String, below parent: String = "", _ pairs: (String, String)...)
        -> String
    {
        "{\"traceId\":\"t1\",\"spanId\":\"\(id)\",\"parentSpanId\":\"\(parent)\","
            + "\"startTimeUnixNano\":\"1790816400000000000\",\"endTimeUnixNano\":\"1790816400000000000\","
            + attributes(pairs) + "}"
    }

    /// A model call of so many tokens.
    static func call(
        _ id: String, below parent: String = "", _ input: Int, _ output: Int,
        _ operation: String = "chat"
    ) -> String {
        span(
            id, below: parent, ("gen_ai.operation.name", operation), ("gen_ai.request.model", "m"),
            ("gen_ai.usage.input_tokens", "\(input)"), ("gen_ai.usage.output_tokens", "\(output)"))
    }

    static func event(_ name: String, of span: String = "", _ pairs: (String, String)...) -> String
    {
        "{\"timeUnixNano\":\"1790816400000000000\",\"traceId\":\"t1\",\"spanId\":\"\(span)\","
            + attributes([("event.name", name)] + pairs) + "}"
    }

    static func envoy(_ more: String) -> String {
        "{\"start_time\":\"2026-10-01T01:00:00Z\",\"response_code\":200,\"gen_ai.request.model\":\"m\","
            + "\"gen_ai.usage.input_tokens\":15,\"gen_ai.usage.output_tokens\":7\(more)}"
    }

    static func gateway(_ usage: String, id: String = "r") -> String {
        "{\"timestamp\":\"2026-10-01T01:00:00Z\",\"request_id\":\"\(id)\",\"model\":\"m\",\"usage\":\(usage)}"
    }

    static func chat(_ usage: String, id: String = "c") -> String {
        "{\"id\":\"\(id)\",\"object\":\"chat.completion\",\"created\":1790816400,\"model\":\"m\",\"usage\":\(usage)}"
    }

    static let writers = [
        LogKind(
            "writer", "LiteLLM names its call types", "requests 2, in 150, out 50, skipped 1",
            spans(
                call("1", 100, 50, "aresponses"), call("2", 50, 0, "aembedding"),
                span("3", ("http.method", "POST")))),
        LogKind(
            "writer", "An operation that nobody knows, with usage", "requests 1, in 7, out 2",
            spans(call("1", 7, 2, "llm_call"))),
        LogKind(
            "writer", "Claude Code's events count the cache beside the input",
            "requests 2, failed 1, in 1150, cached 1000, write 140, out 30, skipped 1",
            logs(
                event(
                    "api_request", ("model", "claude"), ("input_tokens", "10"),
                    ("output_tokens", "30"), ("cache_read_tokens", "1000"),
                    ("cache_creation_tokens", "140"), ("request_id", "q1")),
                event("api_error", ("model", "claude"), ("status_code", "529")),
                event("user_prompt", ("prompt_length", "3")))),
        LogKind(
            "writer", "Codex' events, whose tool_token_count is a total",
            "requests 1, in 1700, cached 1500, out 60, reasoning 40, skipped 1",
            logs(
                event(
                    "codex.sse_event", ("model", "gpt"), ("input_token_count", "1700"),
                    ("output_token_count", "60"), ("cached_token_count", "1500"),
                    ("reasoning_token_count", "40"), ("tool_token_count", "1760")),
                event("codex.sse_event", ("event.kind", "response.output_item.done")))),
        LogKind(
            "writer", "Gemini CLI logs a call twice, and tools beside the prompt",
            "requests 1, in 1205, cached 1000, out 128, reasoning 40",
            logs(
                event(
                    "gemini_cli.api_response", of: "9", ("model", "gemini"),
                    ("input_token_count", "1200"), ("output_token_count", "88"),
                    ("cached_content_token_count", "1000"), ("thoughts_token_count", "40"),
                    ("tool_token_count", "5"), ("total_token_count", "1333")),
                event(
                    "gen_ai.client.inference.operation.details", of: "9",
                    ("gen_ai.operation.name", "generate_content"),
                    ("gen_ai.request.model", "gemini"), ("gen_ai.usage.input_tokens", "1205"),
                    ("gen_ai.usage.output_tokens", "88")))),
        LogKind(
            "writer", "Vercel's spans, whose roots repeat the sum",
            "requests 2, in 309, cached 100, out 28, reasoning 8",
            spans(
                span(
                    "1", ("ai.operationId", "ai.generateText"), ("ai.usage.inputTokens", "300"),
                    ("ai.usage.outputTokens", "28")),
                span(
                    "2", below: "1", ("ai.operationId", "ai.generateText.doGenerate"),
                    ("ai.model.id", "m"), ("ai.usage.inputTokens", "300"),
                    ("ai.usage.cachedInputTokens", "100"), ("ai.usage.outputTokens", "28"),
                    ("ai.usage.reasoningTokens", "8"), ("gen_ai.usage.input_tokens", "300"),
                    ("gen_ai.usage.output_tokens", "28")),
                span(
                    "3", ("ai.operationId", "ai.embed.doEmbed"), ("ai.model.id", "e"),
                    ("ai.usage.tokens", "9")))),
        LogKind(
            "writer", "Langfuse's spans hold usage as text",
            "requests 1, in 1100, cached 1000, out 9",
            spans(
                span(
                    "1", ("langfuse.observation.model.name", "m"),
                    (
                        "langfuse.observation.usage_details",
                        "{\\\"input\\\":100,\\\"output\\\":9,\\\"input_cache_read\\\":1000,\\\"total\\\":1109}"
                    )))),
    ]

    static let trees = [
        LogKind(
            "tree", "An agent before its calls", "requests 2, in 30, out 3",
            spans(call("1", 30, 3, "invoke_agent"), call("2", below: "1", 10, 1)),
            spans(call("3", below: "1", 20, 2))),
        LogKind(
            "tree", "A run of no name behind its calls, spans without usage between",
            "requests 2, in 30, out 3, skipped 1",
            spans(call("2", below: "9", 10, 1), call("3", below: "9", 20, 2)),
            spans(span("9", below: "1", ("gen_ai.tool.name", "x"))),
            spans(
                span(
                    "1", ("model_name", "m"), ("gen_ai.usage.input_tokens", "30"),
                    ("gen_ai.usage.output_tokens", "3")))),
        LogKind(
            "tree", "Agent over framework over provider", "requests 2, in 30, out 3",
            spans(
                call("1", 30, 3, "invoke_agent"), call("2", below: "1", 10, 1),
                call("3", below: "2", 10, 1), call("4", below: "1", 20, 2),
                call("5", below: "4", 20, 2))),
        LogKind(
            "tree", "A framework that leaves the cache out of the input",
            "requests 1, in 1010, cached 1000, out 5",
            spans(
                call("1", 10, 5),
                span(
                    "2", below: "1", ("gen_ai.request.model", "m"),
                    ("gen_ai.usage.input_tokens", "1010"),
                    ("gen_ai.usage.cache_read.input_tokens", "1000"),
                    ("gen_ai.usage.output_tokens", "5")))),
        LogKind(
            "tree", "An agent whose calls nobody traced is all there is",
            "requests 1, in 30, out 3, skipped 1",
            spans(call("1", 30, 3, "invoke_agent"), span("2", below: "1", ("http.method", "GET")))),
        LogKind(
            "tree", "A call that uses a tool which calls a model", "requests 2, in 510, out 62",
            spans(call("1", 10, 2), call("2", below: "1", 500, 60))),
        LogKind(
            "tree", "A span and its event are one call", "requests 1, in 10, out 2",
            spans(call("1", 10, 2)),
            logs(
                event(
                    "gen_ai.client.inference.operation.details", of: "1",
                    ("gen_ai.request.model", "m"), ("gen_ai.usage.input_tokens", "10"),
                    ("gen_ai.usage.output_tokens", "2")))),
        LogKind(
            "tree", "A call without usage over the one that has it", "requests 1, in 10, out 2",
            spans(
                span("1", ("gen_ai.operation.name", "chat"), ("gen_ai.request.model", "m")),
                call("2", below: "1", 10, 2))),
        LogKind(
            "tree", "Ids of either case", "requests 1, in 10, out 2",
            spans(call("ab", 10, 2, "invoke_agent"), call("AC", below: "AB", 10, 2))),
    ]

    static let keys = [
        LogKind(
            "keys", "Anthropic's usage in a gateway line",
            "requests 1, in 350, cached 200, write 50, out 9",
            gateway(
                "{\"input_tokens\":100,\"cache_read_input_tokens\":200,\"cache_creation_input_tokens\":50,\"output_tokens\":9}"
            )),
        LogKind(
            "keys", "DeepSeek and Mistral in a gateway line",
            "requests 2, in 300, cached 150, out 20",
            gateway(
                "{\"prompt_tokens\":100,\"completion_tokens\":10,\"total_tokens\":110,\"prompt_cache_hit_tokens\":64,\"prompt_cache_miss_tokens\":36}",
                id: "1"),
            gateway(
                "{\"prompt_tokens\":200,\"completion_tokens\":10,\"total_tokens\":210,\"num_cached_tokens\":86}",
                id: "2")),
        LogKind(
            "keys", "Envoy's metadata keys", "requests 1, in 1500, cached 1000, write 200, out 70",
            "{\"start_time\":\"2026-10-01T01:00:00Z\",\"response_code\":200,\"x-request-id\":\"x\",\"gen_ai.request.model\":\"m\","
                + "\"llm_input_token\":1500,\"llm_cached_input_token\":1000,\"llm_cache_creation_input_token\":200,"
                + "\"llm_output_token\":70,\"llm_total_token\":99999}"),
        LogKind(
            "keys", "Langfuse's creation by lifetime",
            "requests 1, in 1153, cached 1000, write 150, out 9",
            "{\"id\":\"o\",\"type\":\"GENERATION\",\"start_time\":\"2026-10-01 01:00:00\",\"provided_model_name\":\"m\","
                + "\"usage_details\":{\"input\":3,\"input_cache_read\":1000,\"input_cache_creation_5m\":100,"
                + "\"input_cache_creation_1h\":50,\"output\":9,\"total\":1162}}"),
        LogKind(
            "keys", "LiteLLM's two spellings of one cache",
            "requests 1, in 100, cached 60, write 10, out 5",
            "{\"id\":\"l\",\"call_type\":\"acompletion\",\"startTime\":1790816400.5,\"model\":\"m\",\"status\":\"success\","
                + "\"prompt_tokens\":100,\"completion_tokens\":5,\"total_tokens\":105,\"metadata\":{\"usage_object\":"
                + "{\"cache_read_input_tokens\":60,\"cache_creation_input_tokens\":10,\"prompt_tokens_details\":"
                + "{\"cached_tokens\":0,\"cache_creation_tokens\":10}}}}"),
    ]

    static let states = [
        LogKind(
            "states", "Chunks with a running usage, as data lines",
            "requests 1, in 10, out 9, skipped 4",
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1790816400,\"model\":\"m\",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":1,\"total_tokens\":11}}",
            "",
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1790816400,\"model\":\"m\",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":9,\"total_tokens\":19}}",
            "", "data: [DONE]", ""),
        LogKind(
            "states", "A response that failed in the end", "requests 1, failed 1, skipped 1",
            "{\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"object\":\"response\",\"created_at\":1790816400,\"status\":\"in_progress\",\"model\":\"m\"}}",
            "{\"type\":\"response.failed\",\"response\":{\"id\":\"r\",\"object\":\"response\",\"created_at\":1790816400,\"status\":\"failed\",\"model\":\"m\",\"error\":{\"code\":\"x\"}}}"
        ),
        LogKind(
            "states", "A Portkey trace of two requests", "requests 2, in 30, out 3",
            "{\"id\":\"1\",\"trace_id\":\"t\",\"created_at\":\"2026-10-01T01:00:00Z\",\"ai_org\":\"o\",\"ai_model\":\"m\",\"req_units\":10,\"res_units\":1,\"total_units\":11,\"is_success\":1}",
            "{\"id\":\"2\",\"trace_id\":\"t\",\"created_at\":\"2026-10-01T01:00:00Z\",\"ai_org\":\"o\",\"ai_model\":\"m\",\"req_units\":20,\"res_units\":2,\"total_units\":22,\"is_success\":1}"
        ),
    ]

    static let hits = [
        LogKind(
            "hits", "Envoy says which answers came from its cache",
            "requests 3, hits 2, in 15, out 7",
            envoy(""), envoy(",\"response_flags\":\"RFCF\""),
            envoy(",\"response_code_details\":\"cache.response_from_cache_filter\"")),
        LogKind(
            "hits", "Helicone names the request whose answer it repeats",
            "requests 2, hits 1, in 10, out 2, ms 2",
            "{\"request_id\":\"a\",\"request_created_at\":\"2026-10-01T01:00:00Z\",\"delay_ms\":1,\"response_status\":200,\"prompt_tokens\":10,\"completion_tokens\":2,\"cache_enabled\":true,\"cache_reference_id\":\"00000000-0000-0000-0000-000000000000\"}",
            "{\"request_id\":\"b\",\"request_created_at\":\"2026-10-01T01:00:00Z\",\"delay_ms\":1,\"response_status\":200,\"prompt_tokens\":10,\"completion_tokens\":2,\"cache_reference_id\":\"6e0a7d0c-9a0b-4f5c-8f5b-1f9f5d2f4c11\"}"
        ),
        LogKind(
            "nature", "Embeddings of a batch have no output", "requests 1, in 8",
            "{\"id\":\"b\",\"custom_id\":\"1\",\"response\":{\"status_code\":200,\"body\":{\"object\":\"list\",\"model\":\"e\",\"created\":1790816400,\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}},\"error\":null}"
        ),
        LogKind(
            "nature", "Embeddings of Bedrock have no output", "requests 1, in 8",
            "{\"schemaType\":\"ModelInvocationLog\",\"timestamp\":\"2026-10-01T01:00:00Z\",\"modelId\":\"e\",\"requestId\":\"q\",\"input\":{\"inputTokenCount\":8},\"output\":{\"outputBodyJson\":{\"embedding\":[0.1]}}}"
        ),
    ]

    static let all = writers + trees + keys + states + hits
}

@Suite("Kinds of logs that were lost, counted twice or misread")
struct LogKindTests {
    private func read(
        _ bytes: [UInt8], change: (inout Pipeline.Settings) -> Void = { _ in }
    ) throws -> Pipeline.Outcome {
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "log")
        var settings = Pipeline.Settings(dialects: try Dialect.builtin())
        settings.declared.start = 1_790_812_800_000  // 2026-10-01T00:00:00Z
        change(&settings)
        return try foldFiles([path], settings)[0]
    }

    private func counts(_ partial: FilePartial) -> String {
        DialectFixture.summary(of: partial).components(separatedBy: " | ")[0]
    }

    @Test(
        "Each gives its totals, whatever the cut and the number of workers", arguments: LogKind.all)
    func givesItsTotals(_ log: LogKind) throws {
        for chunkSize in [1, 300, 1 << 19] {
            let outcome = try read(Array(log.text.utf8)) {
                $0.chunkSize = chunkSize
                $0.jobs = 3
            }
            let partial = try #require(outcome.partial, "\(outcome)")
            #expect(partial.tally.isBalanced)
            #expect(counts(partial) == log.expected, "chunks of \(chunkSize)")
        }
    }

    /// A usage object and what it means: input, cached, output, reasoning; or that no reading explains it.
    static let totals: [(String, String)] = [
        ("{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":14}", "10 0 4 0"),
        // Reasoning inside, beside, and in the total alone.
        (
            "{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":14,\"completion_tokens_details\":{\"reasoning_tokens\":3}}",
            "10 0 4 3"
        ),
        (
            "{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":17,\"completion_tokens_details\":{\"reasoning_tokens\":3}}",
            "10 0 7 3"
        ),
        (
            "{\"prompt_tokens\":10,\"completion_tokens\":1,\"total_tokens\":41,\"completion_tokens_details\":{\"reasoning_tokens\":30}}",
            "10 0 31 30"
        ),
        ("{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":50}", "10 0 40 36"),
        // Input with and without the cache.
        (
            "{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":14,\"prompt_tokens_details\":{\"cached_tokens\":8}}",
            "10 8 4 0"
        ),
        (
            "{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":22,\"prompt_tokens_details\":{\"cached_tokens\":8}}",
            "18 8 4 0"
        ),
        (
            "{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":14,\"prompt_tokens_details\":{\"cached_tokens\":800}}",
            "810 800 4 0"
        ),
        (
            "{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":25,\"prompt_tokens_details\":{\"cached_tokens\":8},\"completion_tokens_details\":{\"reasoning_tokens\":3}}",
            "18 8 7 3"
        ),
        // One of the two is missing: the total tells it.
        ("{\"prompt_tokens\":10,\"total_tokens\":10}", "10 0 0 0"),
        ("{\"prompt_tokens\":10,\"total_tokens\":15}", "10 0 5 0"),
        ("{\"completion_tokens\":4,\"total_tokens\":15}", "11 0 4 0"),
        // A writer who does not count totals.
        ("{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":0}", "10 0 4 0"),
        ("{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":null}", "10 0 4 0"),
        // Totals that nothing explains.
        (
            "{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":13}",
            "usage_inconsistent"
        ),
        (
            "{\"prompt_tokens\":10,\"completion_tokens\":4,\"total_tokens\":99,\"completion_tokens_details\":{\"reasoning_tokens\":3}}",
            "usage_inconsistent"
        ),
        ("{\"prompt_tokens\":10,\"total_tokens\":9}", "usage_inconsistent"),
    ]

    @Test("The total settles what a part means", arguments: totals)
    func total(usage: String, expected: String) throws {
        let partial = try read(
            Array(
                "\(LogKind.chat("{\"prompt_tokens\":1,\"completion_tokens\":1}", id: "x"))\n\(LogKind.chat(usage))\n"
                    .utf8)
        ).partial
        let result = try #require(partial)
        let sum = result.total
        let text =
            result.rejects.first?.reason.rawValue
            ?? "\(sum.inputTokens - 1) \(sum.cachedInputTokens) \(sum.outputTokens - 1) \(sum.reasoningTokens)"
        #expect(text == expected)
        #expect(sum.unknownUsageRequests == 0)
    }

    @Test("A failed request is taken as it states itself, whatever its total")
    func failed() throws {
        let line =
            "{\"timestamp\":\"2026-10-01T01:00:00Z\",\"request_id\":\"r\",\"model\":\"m\",\"status\":500,"
            + "\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":7}}\n"
        let partial = try #require(try read(Array(line.utf8)).partial)
        #expect(counts(partial) == "requests 1, failed 1")
    }

    @Test(
        "What is no number is said to be none; what writers put for nothing is nothing",
        arguments: [
            ("1.2e3", "1200"), ("\"1200\"", "1200"), ("1200.0", "1200"), ("\"N/A\"", "unknown"),
            ("\"None\"", "unknown"), ("\"NaN\"", "unknown"), ("\"-\"", "unknown"),
            ("-1", "unknown"),
            ("\"1,200\"", "number_format"), ("\"12 000\"", "number_format"),
            ("\"about 12\"", "number_format"), ("12.5", "number_fraction"),
            ("1e-300", "number_fraction"), ("99999999999", "number_range"),
            ("1e30", "number_range"),
            ("[12]", "field_type"),
        ])
    func numbers(text: String, expected: String) throws {
        let lines =
            LogKind.gateway("{\"prompt_tokens\":\(text),\"completion_tokens\":5}")
            + "\n" + LogKind.gateway("{\"prompt_tokens\":0,\"completion_tokens\":5}", id: "s")
            + "\n"
        let partial = try #require(try read(Array(lines.utf8)).partial)
        let sum = partial.total
        let got =
            partial.rejects.first?.reason.rawValue
            ?? (sum.unknownInputRequests > 0 ? "unknown" : "\(sum.inputTokens)")
        #expect(got == expected)
    }

    @Test(
        "A file whose records are all skipped is a loss, and says what took them",
        arguments: [
            (
                LogKind.spans(LogKind.span("1", ("http.method", "GET"))),
                "all 1 records were skipped, 1 of them as \"span or event of no model call\""
            ),
            (
                "{\"sessionId\":\"s\",\"type\":\"user\",\"uuid\":\"u\"}\n{\"sessionId\":\"s\",\"type\":\"user\",\"uuid\":\"v\"}",
                "all 2 records were skipped, 2 of them as \"line of a conversation that is no answer\""
            ),
        ])
    func nothing(text: String, expected: String) throws {
        let partial = try #require(try read(Array((text + "\n").utf8)).partial)
        #expect(
            partial.losses.count == 1 && partial.losses[0].contains(expected), "\(partial.losses)")
    }

    @Test("Of several writers in one file, the one of whom nothing was counted is named")
    func silentWriter() throws {
        let text =
            LogKind.spans(LogKind.call("1", 10, 2)) + "\n"
            + LogKind.spans(
                LogKind.span("2", ("gen_ai.request.model", "m")),
                LogKind.span("3", ("gen_ai.request.model", "m"))
            ).replacing("\"s\"", with: "\"other\"") + "\n"
            + LogKind.spans(LogKind.span("4", ("http.method", "GET")))
            .replacing("\"s\"", with: "\"http\"") + "\n"
        let partial = try #require(try read(Array(text.utf8)).partial)
        #expect(
            partial.silentWriters == [
                SilentWriter(
                    name: "other", records: 2,
                    reason: "record that names a model and states no usage")
            ])
        #expect(partial.losses.count == 1)
    }

    @Test("Records of another dialect in a file are named; an idle hour is no loss")
    func others() throws {
        let usage = "{\"prompt_tokens\":1,\"completion_tokens\":1}"
        let mixed = [
            LogKind.chat(usage, id: "1"), LogKind.chat(usage, id: "2"), LogKind.gateway(usage),
        ].joined(separator: "\n")
        let partial = try #require(try read(Array((mixed + "\n").utf8)).partial)
        #expect(partial.otherDialects == ["gateway"])
        #expect(partial.losses.first?.contains("--dialect gateway") == true)
        let idle = try #require(try read(Array("{\"data\":[],\"meta\":{}}\n".utf8)).partial)
        #expect(idle.losses.isEmpty)
    }

    @Test("What spans state beyond the calls below them, and spans that are not there, are told")
    func told() throws {
        let text = LogKind.spans(
            LogKind.call("1", 100, 10, "invoke_agent"), LogKind.call("2", below: "1", 30, 4),
            LogKind.call("3", below: "elsewhere", 5, 1))
        let partial = try #require(try read(Array((text + "\n").utf8)).partial)
        #expect(counts(partial) == "requests 2, in 35, out 5")
        #expect(partial.excess == SpanExcess(spans: 1, tokens: 76))
        #expect(partial.unseenParents == 1)
        #expect(partial.remarks.contains { $0.contains("76 tokens more") })
    }
}
