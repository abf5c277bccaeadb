import TestSupport
import Testing

/// The logs beside the project: files of many sources, and the totals that they must give.
@Suite("Logs beside the project", .enabled(if: Fixtures.publicData != nil, "FLUE_DATA is not set"))
struct SharedLogTests {
    /// A file, its dialect, and what the report of its month must say: requests, failed, unknown, input, output.
    private static let files: [(String, String, String)] = [
        ("samples/bedrock-invocation.jsonl", "bedrock", "3,1,0,244211,280"),
        ("samples/bedrock-cloudwatch-subscription.json", "bedrock", "1,0,0,18292,113"),
        ("samples/azure-apim-llmlog.jsonl", "azure-apim", "1,0,0,1543,288"),
        ("samples/azure-apim-gatewaylogs.jsonl", "azure-apim", "1,0,0,14,8"),
        ("samples/azure-eventhub-records.json", "azure-apim", "1,0,0,14,8"),
        ("samples/vertex-request-response-bigquery.jsonl", "vertex", "1,0,0,3,930"),
        ("samples/openai-responses.jsonl", "openai", "3,0,0,2053,392"),
        ("samples/openai-batch-output.jsonl", "openai-batch", "3,1,0,2006,300"),
        ("samples/anthropic-batch-results.jsonl", "anthropic-batch", "4,1,0,12299,36"),
        ("samples/litellm-standard-logging.jsonl", "litellm", "2,1,0,12299,212"),
        ("samples/otlp-file-exporter.jsonl", "otlp-genai", "4,1,0,13208,479"),
        ("samples/cloudflare-aig-logs-api.json", "cloudflare-api", "1,0,0,27,141"),
        ("samples/envoy-ai-gateway-access.jsonl", "envoy-ai", "2,1,0,15,7"),
        ("samples/kong-file-log.jsonl", "kong-ai", "4,0,0,100,48"),
        ("samples/portkey-export.jsonl", "portkey", "1,0,0,48,65"),
        ("samples/helicone-export.jsonl", "helicone", "2,0,1,48,65"),
        ("samples/helicone-export.csv", "helicone-csv", "1,0,0,48,65"),
        ("samples/langfuse-observations_v2.jsonl", "langfuse", "1,0,0,2006,300"),
        ("samples/sglang-request-metrics-20251103_14.log", "sglang", "1,0,0,812,96"),
        ("samples/sglang-request-log.jsonl", "sglang", "1,0,0,812,96"),
        ("samples/trace-azure-2023.csv", "azure-trace", "2,0,0,7988,18"),
        ("samples/trace-azure-2024.csv", "azure-trace", "2,0,0,4561,11"),
        ("samples/trace-azure-lmm-2025.csv", "azure-trace", "2,0,0,1612,105"),
        ("samples/trace-burstgpt-6col.csv", "burstgpt", "2,1,0,772,18"),
        ("samples/trace-burstgpt-8col.csv", "burstgpt", "2,1,0,772,18"),
        ("samples/trace-qwen-bailian.jsonl", "qwen-bailian", "1,0,0,521,132"),
        ("samples/trace-mooncake.jsonl", "mooncake", "1,0,0,6955,52"),
        (
            "public/azure-llm-2023/AzureLLMInferenceTrace_code.csv", "azure-trace",
            "8819,0,0,18059974,245896"
        ),
        ("public/mooncake-fast25/synthetic_trace.jsonl", "mooncake", "3993,0,0,61194628,595432"),
        ("public/splitwise-sim/test_trace.csv", "splitwise", "3,0,0,8192,56"),
        ("public/litellm/example_standard_logging_payload.json", "litellm", "1,0,0,10,20"),
        ("public/litellm/spend_logs_payload.json", "litellm", "1,0,0,10,20"),
        ("public/openinference-spans/chat-basic.json", "otlp-genai", "1,0,0,8,377"),
        ("public/openinference-spans/chat-reasoning.json", "otlp-genai", "1,0,0,27,267"),
        ("public/openinference-spans/chat-streaming.json", "otlp-genai", "1,0,1,0,0"),
        ("public/openinference-spans/chat-bad-request.json", "otlp-genai", "1,1,0,0,0"),
        ("public/otlp-file-exporter/test-traces.json", "otlp-genai", ""),
        ("public/otlp-proto-examples/trace.json", "otlp-genai", ""),
        ("public/otlp-proto-examples/logs.json", "otlp-genai", ""),
        ("public/otlp-proto-examples/metrics.json", "otlp-genai", ""),
        ("samples/openai-usage-completions-page.json", "openai-usage", "11,0,0,124784,154852"),
        ("samples/openai-completions-usage.csv", "openai-usage-csv", "10,0,0,59200,10646"),
        ("samples/anthropic-usage-report.json", "anthropic-usage", "0,0,0,3200,500"),
        ("samples/framing/bedrock-multimember.json.gz", "bedrock", "3,1,0,244211,280"),
        (
            "samples/framing/bedrock-multimember-split-mid-line.json.gz", "bedrock",
            "3,1,0,244211,280"
        ),
        ("samples/framing/bedrock-gz-zero-padded.json.gz", "bedrock", "3,1,0,244211,280"),
        ("samples/framing/bedrock-truncated.json.gz", "bedrock", "2,0,0,244211,280"),
        ("samples/framing/gzip-named-as-plain.json", "bedrock", "3,1,0,244211,280"),
        ("samples/framing/cloudwatch-double-gzip.gz", "bedrock", "1,0,0,18292,113"),
        ("samples/framing/otlp-native-single-frame.jsonl.zst", "otlp-genai", "4,1,0,13208,479"),
        ("samples/framing/otlp-native-frame-per-write.jsonl.zst", "otlp-genai", "4,1,0,13208,479"),
        ("samples/framing/otlp-legacy-lenprefixed.zst", "otlp-genai", "4,1,0,13208,479"),
        ("samples/framing/otlp-zstd-then-newline.jsonl.zst", "otlp-genai", "4,1,0,13208,479"),
        (
            "samples/framing/otlp-zstd-skippable-then-frame.jsonl.zst", "otlp-genai",
            "4,1,0,13208,479"
        ),
        (
            "samples/framing/otlp-proto-like-lenprefixed-uncompressed.bin", "otlp-genai",
            "4,1,0,13208,479"
        ),
        ("samples/framing/bom-crlf.csv", "azure-trace", "1,0,0,4808,10"),
    ]

    @Test("Each file is recognised and gives its totals", arguments: files)
    func totals(file: String, dialect: String, expected: String) throws {
        let shell = try Shell()
        let path = "\(try #require(Fixtures.publicData))/logs/\(file)"
        // Lax, because the grid of those days is not imported.
        try shell.folder.write("limits: { max_unmatched_percent: 100 }\n", to: "flue.yaml")
        let run = try shell.flue(
            "ingest", "--start", "2025-03-05T00:00:00Z", "--zone", "UTC", "--on-truncated", "count",
            path)
        let isTruncated = file.contains("truncated")
        // Of some nothing is counted, as they hold no model calls: that is no success.
        #expect(run.status == (isTruncated || expected.isEmpty ? 2 : 0), "\(run.errors)")
        #expect(run.errors.contains("its whole lines are counted") == isTruncated)
        #expect(
            run.errors.contains("1 bytes of white space behind a zstd frame")
                == file.contains("then-newline"))
        #expect(run.output.contains("Read as: \(dialect) 1\n"))
        let report = try shell.flue("report", "--format", "csv", "--by", "none").output
        let rows = report.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        guard let header = rows.first else {
            #expect(expected.isEmpty)
            return
        }
        let sums = try [
            "requests", "failed_requests", "unknown_usage_requests", "input_tokens",
            "output_tokens",
        ].map { name in
            let column = try #require(header.firstIndex { $0 == name })
            return rows.dropFirst().reduce(0) { $0 + (Int($1[column]) ?? 0) }
        }
        #expect(sums.map(String.init).joined(separator: ",") == expected)
        let inspection = try shell.flue(
            "inspect", "--start", "2025-03-05T00:00:00Z", "--zone", "UTC", path)
        #expect(inspection.output.contains("→ \(dialect): "))
    }

    @Test(
        "Logs without token counts are refused with what to do",
        arguments: [
            ("azure-openai-requestresponse.jsonl", "export its category GatewayLlmLogs"),
            ("cloudflare-aig-logpush.jsonl", "export the gateway's logs from the API"),
            ("vllm-server.log", "start vLLM with --otlp-traces-endpoint"),
            ("triton-trace.json", "put a gateway in front"),
            ("tgi-router.log", "log the response headers"),
            ("llama-server.log", "keep the response objects"),
            ("fastchat-2024-05-01-conv.json", "keep the response objects"),
        ])
    func refused(file: String, remedy: String) throws {
        let shell = try Shell()
        let path = "\(try #require(Fixtures.publicData))/logs/samples/\(file)"
        for command in ["ingest", "inspect"] {
            let run = try shell.flue(command, path)
            #expect(run.status == 65 && run.errors.contains(remedy), "\(run.errors)")
        }
    }
}
