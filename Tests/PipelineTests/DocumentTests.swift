import Accounting
import TestSupport
import Testing

@testable import Pipeline

@Suite("Records in documents")
struct DocumentTests {
    private func record(_ id: String, tokens: Int = 1) -> String {
        "{\"schemaType\":\"ModelInvocationLog\",\"timestamp\":\"2026-10-01T00:00:00Z\",\"region\":\"eu-west-1\","
            + "\"modelId\":\"m\",\"requestId\":\"\(id)\",\"input\":{\"inputTokenCount\":\(tokens)},"
            + "\"output\":{\"outputTokenCount\":5}}"
    }

    /// Counted, rejected, skipped.
    private func books(_ text: String, dialect: String = "bedrock") throws -> [Int] {
        let outcome = try fold(Array(text.utf8), dialect: dialect)
        let partial = try #require(outcome.partial, "\(outcome)")
        #expect(partial.tally.isBalanced)
        return [partial.tally.counted, partial.tally.rejected, partial.tally.skipped]
    }

    @Test("What is no object in a list costs itself and nothing behind it")
    func strangers() throws {
        let b = record("x")
        #expect(try books("[\(b),null,\(b),1,\(b),\"t\"]") == [3, 0, 3])
        #expect(try books("[\(b),\n[],\(b)\n]") == [2, 0, 0])
        #expect(try books("\(b)\u{1E}\(b)\u{1E}\n\(b)") == [3, 0, 0])
        #expect(try books("\(b),\n\(b),\n\(b)") == [3, 0, 0])
        #expect(try books("\u{FEFF}\(b)\n\u{FEFF}\(b)\n") == [2, 0, 0])
    }

    @Test("A brace or quote that is left open costs its document, not those behind it")
    func open() throws {
        let b = record("x")
        let many = Array(repeating: b, count: 50).joined(separator: "\n")
        for broken in [
            String(b.dropLast()), b.replacing("\"region\":\"", with: "\"region\":"), "{\"a\":\"x",
        ] {
            #expect(
                try books("\(b)\(b)\n\(many)\n\(broken)\n\(many)\n") == [102, 1, 0], "\(broken)")
        }
        // The same among lines, and with text behind an object.
        #expect(try books("\(b)\n\(b) x\n\(b)\n") == [2, 1, 0])
        #expect(try books("\(b) x\n\(many)\n") == [50, 1, 0])
    }

    @Test("Lists of records in texts are entered at every level; texts without JSON are told")
    func texts() throws {
        func text(_ value: String) -> String {
            "\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        }
        let b = record("x")
        func events(_ value: String) -> String {
            "{\"messageType\":\"DATA_MESSAGE\",\"logEvents\":\(value)}\n"
        }
        #expect(
            try books(events(text("[{\"message\":\(b)},{\"message\":\(text(b))}]"))) == [2, 0, 0])
        #expect(try books(events("[{\"message\":\(text("[\(b),\(b)]"))}]")) == [2, 0, 0])
        #expect(
            try books(events("[{\"message\":\"hello\"},{\"message\":\(text(b))}]")) == [1, 0, 1])
        #expect(
            try books(events("[{\"message\":\"\"},{\"message\":null},{\"message\":\(b)}]")) == [
                1, 0, 2,
            ])
        #expect(try books(events("[]") + events("null") + b) == [1, 0, 2])
    }

    @Test("A document counts as a whole or not at all, however deep or odd it is")
    func wholeOrNot() throws {
        let b = record("x")
        func events(_ value: String) -> String { "{\"logEvents\":\(value)}\n" }
        let twice = "\"{\\\"message\\\":\(escaped(b)),\\\"message\\\":1}\""
        #expect(try books(events("[{\"message\":\(b)},\(twice)]") + b) == [1, 1, 0])
        #expect(
            try books(events("[5,{\"message\":\(b)},{\"foo\":1},{\"message\":7},null]")) == [
                1, 0, 4,
            ])
        let deep = String(repeating: "{\"logEvents\":[{\"message\":", count: 20_000)
        let closed = String(repeating: "}]}", count: 20_000)
        #expect(try books(deep + b + closed + "\n" + b) == [1, 1, 0])
        // Many alike, so that a layout is learned.
        let list = events("\"[{\\\"message\\\":\(escaped(b))}]\"")
        for first in ["", events("null"), events("7")] {
            let found = try books(first + String(repeating: list, count: 500))
            #expect(found[0] == 500 && found[1] == 0, "\(first)")
        }
        let number = b.replacing("\"inputTokenCount\":1", with: "\"inputTokenCount\":-1e10")
        #expect(try books(b + "\n" + number) == [1, 1, 0])
    }

    private func escaped(_ text: String) -> String { text.replacing("\"", with: "\\\"") }

    @Test("What two lists of a document say is not mixed, whichever comes first")
    func twoLists() throws {
        func list(_ key: String, _ scope: String, _ records: String, _ service: String) -> String {
            "\"\(key)\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":"
                + "\"\(service)\"}}]},\"\(scope)\":[{\"\(records)\":[\(span(service, 1))]}]}]"
        }
        let spans = list("resourceSpans", "scopeSpans", "spans", "a")
        let logs = list("resourceLogs", "scopeLogs", "logRecords", "b")
        for text in ["{\(spans),\(logs)}\n", "{\(logs),\(spans)}\n"] {
            let log = text.replacing("startTimeUnixNano", with: "timeUnixNano")
            let partial = try #require(try fold(Array(log.utf8), dialect: "otlp-genai").partial)
            let cells = partial.cells.map {
                "\(partial.names[$0.key.tenant])\(partial.names[$0.key.model])"
            }
            #expect(Set(cells) == ["aa", "bb"])
        }
    }

    @Test("Fields of one element are not those of the next")
    func noLeak() throws {
        let text =
            "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"cloud.region\",\"value\":"
            + "{\"stringValue\":\"r1\"}}]},\"scopeSpans\":[{\"spans\":[\(span("m1", 5)),\(span(nil, nil))]}]},"
            + "{\"scopeSpans\":[{\"spans\":[\(span("m2", 7))]}]}]}\n"
        let partial = try #require(try fold(Array(text.utf8), dialect: "otlp-genai").partial)
        let cells = partial.cells.map { key, activity in
            "\(partial.names[key.region])|\(partial.names[key.model])|\(activity.inputTokens)"
        }
        #expect(Set(cells) == ["r1|m1|5", "r1||0", "|m2|7"])
        #expect(partial.total.unknownUsageRequests == 3)
    }

    private func span(_ model: String?, _ input: Int?) -> String {
        var attributes = [
            "{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"chat\"}}"
        ]
        if let model {
            attributes.append(
                "{\"key\":\"gen_ai.response.model\",\"value\":{\"stringValue\":\"\(model)\"}}")
        }
        if let input {
            attributes.append(
                "{\"key\":\"gen_ai.usage.input_tokens\",\"value\":{\"intValue\":\"\(input)\"}}")
        }
        return
            "{\"startTimeUnixNano\":\"1790816400000000000\",\"attributes\":[\(attributes.joined(separator: ","))]}"
    }

    @Test("A total settles what counts hold, and only with parts that fit into their wholes")
    func total() throws {
        func usage(_ input: Int, _ cached: Int, _ output: Int, _ reasoning: Int, _ total: Int?)
            throws -> [Int64]
        {
            let total = total.map { ",\"total\":\($0)" } ?? ""
            let text =
                "{\"type\":\"GENERATION\",\"start_time\":\"2026-10-01 00:00:00\",\"usage_details\":{\"input\":\(input),"
                + "\"input_cached_tokens\":\(cached),\"output\":\(output),\"output_reasoning_tokens\":\(reasoning)"
                + "\(total)}}\n"
            let sum = try #require(try fold(Array(text.utf8), dialect: "langfuse").partial).total
            return [sum.inputTokens, sum.outputTokens]
        }
        #expect(try usage(100, 30, 50, 20, 150) == [100, 50])
        #expect(try usage(100, 30, 50, 20, 200) == [130, 70])
        #expect(try usage(100, 30, 50, 20, 180) == [130, 50])
        // Without a total, as the dialect says: parts stand beside each other.
        #expect(try usage(10, 30, 50, 20, nil) == [40, 70])
        // A total may leave the cache out as the input does.
        #expect(try usage(100, 30, 50, 20, 170) == [130, 70])
        #expect(try usage(10, 3, 1, 3, 14) == [13, 4])
    }

    @Test("A prompt does not decide what a file is; an idle hour's file is none of a kind")
    func recognition() throws {
        let folder = try TemporaryFolder()
        func inspect(_ text: String) throws -> DialectDetector.Inspection {
            let path = try folder.write(text, to: "log")
            return DialectDetector.inspect(
                try InputPaths.expand([path])[0], Pipeline.Settings(dialects: try Dialect.builtin())
            )
        }
        let prompt = record("x").replacing(
            "\"modelId\":\"m\"", with: "\"modelId\":\"prompt eval time = 1 ms\"")
        #expect(try inspect(prompt).dialect?.name == "bedrock")
        #expect(try inspect("slot print_timing: id  0\n" + prompt).matches.count == 2)
        #expect(try inspect("[]").outcome.partial?.tally.counted == 0)
        for blank in ["\n", " \n\n"] {
            guard case .failed(.empty) = try inspect(blank).outcome else {
                Issue.record("a file of blanks is empty")
                continue
            }
        }
        // One line of each of twenty dialects: nobody knows which it is.
        var dialects: Set<String> = []
        let mixed = try DialectFixture.all.filter {
            $0.file.hasSuffix(".jsonl") && dialects.insert($0.dialect).inserted
        }.map { fixture in
            let text = String(
                decoding: try readBytes(Fixtures.path("logs/dialects/\(fixture.file)")),
                as: UTF8.self)
            return text.split(separator: "\n").first { $0.hasPrefix("{") }.map { $0 + "\n" } ?? ""
        }.joined()
        #expect(
            try inspect(mixed).outcome.failure?.message.contains("say which with --dialect") == true
        )
        // Told which, its records count and all others are skipped by what they are.
        let partial = try #require(try fold(Array(mixed.utf8), dialect: "vertex").partial)
        #expect((partial.tally.counted, partial.tally.rejected) == (1, 0))
        #expect(partial.skipCounts.map(\.reason).contains("another schema"))
    }

    @Test("Times: ticks, ends, zones with summer time, the start of the log, the name of the file")
    func times() throws {
        func hour(
            _ time: String, _ value: String, zone: String? = nil, start: Int64? = nil,
            more: String = ""
        ) throws
            -> String
        {
            let folder = try TemporaryFolder()
            let mapping = try folder.write(
                "name: t\nabout: t\nrecords: json\ntime: \(time)\nduration: { path: s, unit: s }\n",
                to: "t.yaml")
            let outcome = try fold(Array("{\"t\":\(value)\(more)}\n".utf8), dialect: mapping) {
                $0.declared.zone = zone.flatMap(TimeZoneRule.init)
                $0.declared.start = start
            }
            guard let partial = outcome.partial else { return outcome.failure?.message ?? "" }
            return partial.cells.first?.key.hour.text ?? partial.rejects.map(\.description).joined()
        }
        let naive = "{ path: t, format: rfc3339, zone: unknown }"
        #expect(
            try hour("{ path: t, format: dotnet-ticks }", "638833457015241234")
                == "2025-05-20 13:00:00")
        #expect(
            try hour(
                "{ path: t, format: rfc3339, is: end }", "\"2026-10-01 01:00:01\"",
                more: ",\"s\":1.5")
                == "2026-10-01 00:00:00")
        #expect(
            try hour(naive, "\"2026-07-01 12:30:00\"", zone: "Europe/Berlin")
                == "2026-07-01 10:00:00")
        #expect(
            try hour(naive, "\"2026-12-01 12:30:00\"", zone: "Europe/Berlin")
                == "2026-12-01 11:00:00")
        // The clock shows this hour twice; the first counts. And an hour that it never shows.
        #expect(
            try hour(naive, "\"2026-10-25 02:30:00\"", zone: "Europe/Berlin")
                == "2026-10-25 00:00:00")
        #expect(
            try hour(naive, "\"2026-03-29 02:30:00\"", zone: "Europe/Berlin")
                == "2026-03-29 01:00:00")
        #expect(try hour(naive, "\"2026-10-01 02:30:00\"", zone: "-05:30") == "2026-10-01 08:00:00")
        #expect(try hour(naive, "\"2026-10-01 02:30:00Z\"") == "2026-10-01 02:00:00")
        #expect(try hour(naive, "\"2026-10-01 02:30:00\"").contains("time_zone"))
        #expect(
            try hour("{ path: t, format: [epoch-s, rfc3339] }", "\"2026-10-01T05:00:00Z\"")
                == "2026-10-01 05:00:00")
        #expect(
            try hour("{ path: t, format: relative-ms }", "3600000", start: 1_790_812_800_000)
                == "2026-10-01 01:00:00")
        #expect(
            try hour("{ path: t, format: relative-s }", "1").contains(
                "say when that was with --start"))
        #expect(try hour("declared", "1").contains("say when they ran with --start"))
        #expect(try hour("declared", "1", start: 1_790_812_800_000) == "2026-10-01 00:00:00")
        #expect(
            try hour("{ file_name: YYYYMMDD_HH }", "1").contains("holds no time like YYYYMMDD_HH"))
        #expect(
            FileNameTime("YYYYMMDD_HH")?.text(in: "x-2025-20251103_14.log") == "2025-11-03T14:00:00"
        )
    }
}
