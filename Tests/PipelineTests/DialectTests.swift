import Accounting
import Configuration
import TestSupport
import Testing

@testable import Pipeline

@Suite("Dialects")
struct DialectTests {
    private func total(_ name: String, _ dialect: String) throws -> (Activity, LineTally) {
        let partial = try #require(
            try fold(readBytes(Fixtures.path("logs/accept/\(name)")), dialect: dialect).partial)
        return (partial.total, partial.tally)
    }

    @Test("gateway: keys in any order, optional details, failures, unknown usage")
    func gateway() throws {
        let (sum, tally) = try total("gateway.jsonl", "gateway")
        #expect((tally.lines, tally.counted, tally.rejected, tally.skipped) == (7, 6, 0, 1))
        #expect((sum.requests, sum.failedRequests, sum.unknownUsageRequests) == (6, 1, 1))
        #expect(sum.inputTokens == 728 + 2_006 + 10 + 40)
        #expect(sum.cachedInputTokens == 1_920)
        #expect(sum.outputTokens == 167 + 300 + 5 + 60)
        #expect(sum.reasoningTokens == 192)
        #expect(sum.durationMilliseconds == 2_258 + 100 + 31 + 7 + 1_500)
    }

    @Test("azure-trace: CRLF, seven digits, no final newline")
    func azureTrace() throws {
        let (sum, tally) = try total("azure-trace.csv", "azure-trace")
        #expect((tally.lines, tally.counted, tally.skipped) == (4, 3, 1))
        #expect(sum.inputTokens == 100 + 2_000 + 30)
        #expect(sum.outputTokens == 1 + 22 + 333)
    }

    @Test("bedrock: input is fresh, cached and cache-writing; the rerouted region counts")
    func bedrock() throws {
        let bytes = try readBytes(Fixtures.path("logs/accept/bedrock.jsonl"))
        let partial = try #require(try fold(compressed(bytes, .gzip), dialect: "bedrock").partial)
        let sum = partial.total
        #expect((sum.requests, sum.failedRequests, sum.unknownUsageRequests) == (3, 1, 0))
        #expect(partial.tally.skipped == 1)  // another schema
        #expect(sum.inputTokens == 42 + 18_250 + 6 + 225_913)
        #expect((sum.cachedInputTokens, sum.cacheWriteTokens) == (18_250, 225_913))
        #expect(sum.outputTokens == 113 + 167)
        let regions = Set(partial.cells.map { partial.names[$0.key.region] })
        #expect(regions == ["eu-north-1", "us-east-1", "us-west-2"])
        #expect(partial.cells.contains { partial.names[$0.key.tenant] == "payments" })
    }

    @Test("Each rejected line says where and why, and nothing of what it holds")
    func rejects() throws {
        let bytes = try readBytes(Fixtures.path("logs/reject/gateway.jsonl"))
        let partial = try #require(try fold(bytes).partial)
        #expect(
            partial.rejects.map { "\($0.line) \($0.description)" } == [
                "1 json_syntax", "2 field_missing model", "3 field_missing time",
                "4 time_format time", "5 time_range time", "6 number_fraction input_tokens",
                "7 field_type output_tokens", "8 usage_inconsistent total_tokens",
                "9 usage_inconsistent total_tokens", "10 field_type model",
                "11 value_too_long tenant",
                "12 utf8 tenant", "13 number_fraction output_tokens", "14 json_syntax",
            ])
        let offsets = partial.rejects.map(\.offset)
        let starts =
            [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { Int64($0) + 1 }
        #expect(offsets == Array(starts.prefix(offsets.count)))
        #expect(partial.tally.counted == 1)
    }

    @Test("A name with a NUL is rejected: what reads it would stop there")
    func nulInName() throws {
        let line = "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"model\":\"gpt-4o\\u0000x\"}\n"
        let partial = try #require(
            try fold(Array((line + line.replacing("\\u0000", with: "")).utf8)).partial)
        #expect((partial.tally.counted, partial.tally.rejected) == (1, 1))
    }

    @Test("A time with an escape, a whole number with zeros, parts of an unknown whole")
    func oddValues() throws {
        func line(_ usage: String, time: String = "2026-10-01T00:00:00Z") -> String {
            "{\"timestamp\":\"\(time)\",\"model\":\"m\",\"usage\":{\(usage)}}\n"
        }
        let text =
            line(
                "\"prompt_tokens\":7.00,\"completion_tokens\":1",
                time: "2026-10-01T02:00:00\\u002B02:00")
            + line("\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":50}")
            + line("\"prompt_tokens\":1.0001") + line("\"prompt_tokens\":-0.0001")
        let partial = try #require(try fold(Array(text.utf8)).partial)
        #expect((partial.tally.counted, partial.tally.rejected) == (2, 2))
        #expect(Set(partial.cells.map(\.key.hour.text)) == ["2026-10-01 00:00:00"])
        #expect((partial.total.inputTokens, partial.total.cachedInputTokens) == (7, 0))
        #expect(partial.total.unknownUsageRequests == 1)
    }

    @Test("Two spellings that Unicode calls equal are two names, in any order")
    func canonicalEquivalence() throws {
        let lines = ["caf\u{E9}", "cafe\u{301}"].map {
            "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"model\":\"\($0)\"}\n"
        }
        for text in [lines[0] + lines[1], lines[1] + lines[0]] {
            let partial = try #require(try fold(Array(text.utf8)).partial)
            let names = Set(partial.names.map { Array($0.utf8) })
            #expect(partial.cells.count == 2 && names.count == 3)
        }
    }

    @Test("A dialect that leaves out every record is the wrong one")
    func allLeftOut() throws {
        let outcome = try fold(
            readBytes(Fixtures.path("logs/accept/gateway.jsonl")), dialect: "bedrock")
        #expect(
            outcome.failure?.message.contains("none of its 6 records are bedrock") == true)
    }

    @Test("A mapping with more paths than can be read is refused")
    func tooManyPaths() throws {
        let fields = (0..<9).map { n in
            "[" + (0..<8).map { "k\(n)x\($0)" }.joined(separator: ", ") + "]"
        }
        let names = ["id", "region", "model", "tenant", "project", "endpoint"]
        let texts = zip(names, fields).map { "\($0): { first: \($1) }\n" }.joined()
        let numbers = zip(["input_tokens", "output_tokens", "items"], fields.suffix(3)).map {
            "\($0): { first: \($1) }\n"
        }.joined()
        let yaml =
            "name: x\nabout: y\nrecords: json\ntime: { path: t, format: rfc3339 }\n" + texts
            + numbers
        let error = try #require(throws: ConfigError.self) {
            _ = try Dialect(ConfigNode(yaml: yaml, file: "x.yaml"), text: yaml)
        }
        #expect(error.message.contains("73 different paths; at most 64"))
    }

    @Test("A name that is kept out of the dimensions is not in any cell")
    func dimensions() throws {
        let bytes = try readBytes(Fixtures.path("logs/accept/gateway.jsonl"))
        let partial = try #require(
            try fold(bytes) {
                $0.fold.dimensions = []
            }.partial)
        #expect(
            partial.cells.allSatisfy {
                ($0.key.tenant, $0.key.project, $0.key.endpoint) == (0, 0, 0)
            })
        #expect(partial.total.requests == 6)
    }

    @Test("Defaults stand in for a missing region and model only")
    func defaults() throws {
        let bytes = try readBytes(Fixtures.path("logs/accept/azure-trace.csv"))
        let partial = try #require(
            try fold(bytes, dialect: "azure-trace") {
                $0.fold.region = "eastus"
                $0.fold.model = "gpt-4"
            }.partial)
        #expect(Set(partial.cells.map { partial.names[$0.key.region] }) == ["eastus"])
        #expect(Set(partial.cells.map { partial.names[$0.key.model] }) == ["gpt-4"])
    }

    @Test(
        "The dialect of a file is found from its content",
        arguments: [
            ("gateway.jsonl", "gateway"), ("azure-trace.csv", "azure-trace"),
            ("bedrock.jsonl", "bedrock"),
        ])
    func detected(file: String, dialect: String) throws {
        let input = try InputPaths.expand([Fixtures.path("logs/accept/\(file)")])[0]
        let settings = Pipeline.Settings(dialects: try Dialect.builtin())
        #expect(DialectDetector.inspect(input, settings).dialect?.name == dialect)
    }

    @Test("A file that no dialect reads is refused with the remedy")
    func undetected() throws {
        let folder = try TemporaryFolder()
        let input = try InputPaths.expand([folder.write("hello\nworld\n", to: "notes.txt")])[0]
        let settings = Pipeline.Settings(dialects: try Dialect.builtin())
        let error = try #require(DialectDetector.inspect(input, settings).outcome.failure)
        #expect(error.message.contains("no dialect knows its first records"))
    }

    @Test("A mapping file of one's own reads dotted keys, alternatives and sums")
    func ownMapping() throws {
        let yaml = """
            name: mine
            about: test
            records: json
            time: { first: [start, created], format: epoch-s }
            model: { first: [response.model, [request, "gen_ai.model"]] }
            input_tokens: { sum: [in.fresh, { first: [in.cached, in.old_cached] }] }
            output_tokens: { path: out, constant: 100 }
            items: { constant: 1 }
            duration: { path: seconds, unit: s }
            keep_if: [{ path: kind, equals: [chat, text] }]
            not_run_if: [{ path: state, equals: expired }]
            cache_hit_if: [{ path: hit, equals: "true" }]
            """
        let folder = try TemporaryFolder()
        let mapping = try folder.write(yaml, to: "mine.yaml")
        let log = """
            {"kind":"chat","start":1790816400.5,"request":{"gen_ai.model":"m1"},"in":{"fresh":"5","cached":2},"out":7.0,"seconds":1.25}
            {"kind":"text","created":"1790816400","response":{"model":"m2"},"in":{"old_cached":3},"out":1,"hit":true}
            {"kind":"text","created":1790816400,"response":{"model":"m2"},"state":"expired"}
            {"kind":"text","created":1790816400,"response":{"model":"m2"},"in":{"fresh":1}}
            {"kind":"span","created":1790816400}

            """
        let partial = try #require(try fold(Array(log.utf8), dialect: mapping).partial)
        let sum = partial.total
        #expect((partial.tally.counted, partial.tally.skipped) == (4, 1))
        #expect((sum.inputTokens, sum.outputTokens, sum.durationMilliseconds) == (8, 107, 1_250))
        #expect((sum.cacheHitRequests, sum.notRunRequests, sum.servedRequests) == (1, 1, 2))
        #expect(sum.items == 2)  // of those that were served
        #expect(Set(partial.names) == ["", "m1", "m2"])
    }

    @Test(
        "A mapping that is wrong is refused with its line and the remedy",
        arguments: [
            ("records: xml", 3, "is not one of json, csv"),
            ("records: json\ntimes: x", 4, "did you mean \"time\"?"),
            ("records: json\ntime: { path: t, format: rfc3393 }", 4, "did you mean \"rfc3339\"?"),
            (
                "records: json\ntime: { path: t, format: rfc3339 }\nrequired: [model]", 5,
                "not mapped"
            ),
            (
                "records: json\ntime: { path: a..b, format: rfc3339 }", 4,
                "a path is keys joined by dots"
            ),
            (
                "records: json\ntime: { path: t, format: rfc3339 }\nfailed_if: [{ path: s }]", 5,
                "exactly one of"
            ),
        ])
    func wrongMapping(lines: String, line: Int, message: String) throws {
        let yaml = "name: x\nabout: y\n" + lines
        let error = try #require(throws: ConfigError.self) {
            _ = try Dialect(ConfigNode(yaml: yaml, file: "x.yaml"), text: yaml)
        }
        #expect(error.line == line)
        #expect(error.message.contains(message), "\(error)")
    }
}
