import Foundation
import Synchronization
import Synthesis
import TestSupport
import Testing

@testable import Accounting
@testable import Configuration
@testable import Pipeline

@Suite("Plans of layouts")
struct RecordPlanTests {
    /// Lines that the plans of one file can meet: those of a fixture and such that differ from them.
    private func mutants(_ lines: [[UInt8]], _ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var log = lines.joined(separator: [UInt8(ascii: "\n")]) + [UInt8(ascii: "\n")]
        for round in 0..<count {
            var line = lines[random.below(lines.count)]
            // Values of the same kind, mostly.
            for _ in 0..<random.below(6) where !line.isEmpty {
                let index = random.below(line.count)
                switch line[index] {
                case UInt8(ascii: "0")...UInt8(ascii: "9"):
                    line[index] = UInt8(0x30 + random.below(10))
                    if random.below(4) == 0 {
                        line.insert(UInt8(0x30 + random.below(10)), at: index)
                    }
                    if random.below(8) == 0, line.count > 1 { line.remove(at: index) }
                case UInt8(ascii: "a")...UInt8(ascii: "z") where random.below(4) == 0:
                    line[index] = UInt8(0x61 + random.below(26))
                default: break
                }
            }
            if round % 4 == 0 {
                for _ in 0...random.below(2) where line.count > 1 {
                    let index = random.below(line.count)
                    switch random.below(4) {
                    case 0: line[index] = UInt8(0x20 + random.below(0x5F))
                    case 1: line.remove(at: index)
                    case 2:
                        line.insert(Array("{}[],:\"\\0e -.\r;".utf8)[random.below(15)], at: index)
                    default: line[index] = UInt8(random.below(256))
                    }
                }
            }
            log += line.filter { $0 != UInt8(ascii: "\n") } + [UInt8(ascii: "\n")]
        }
        return log
    }

    /// What a file gives: cells, books, rejects, ids and histograms.
    private func text(
        _ log: [UInt8], _ dialect: String = "gateway", mapping: String? = nil, usesPlans: Bool
    ) throws -> String {
        let method = Method(
            energyModel: try EnergyModel(
                ConfigNode.named("per-token-epoch", in: "models").node),
            regions: RegionTable([:]),
            defaultEffectiveness: Estimate(exactly: PowerUsageEffectiveness(1_500_000)),
            defaultEffectivenessSource: "test", basis: .direct)
        let own = try mapping.map {
            let yaml = "name: x\nabout: y\nrecords: json\n" + $0
            return try Dialect(ConfigNode(yaml: yaml, file: "x.yaml"), text: yaml)
        }
        let outcome = try fold(log, dialect: dialect) {
            if let own { $0.dialects = [own] }
            $0.jobs = 1
            $0.fold.usesPlans = usesPlans
            $0.fold.region = "eu-west-1"
            $0.fold.method = method
            $0.rejectedShareLimit = 1
            $0.chunkSize = 1 << 16
        }
        guard let partial = outcome.partial else { return outcome.canonicalText }
        var ids: [String] = []
        for hour in partial.requestIDs.hours {
            try partial.requestIDs.forEachBlock(of: hour) { block in
                ids += block.map { "\(hour) \($0.offset) \($0.id)" }
            }
        }
        let histograms = partial.histograms.map {
            "\($0.key.hour.text) \(partial.names[$0.key.region]) \(partial.names[$0.key.model]) "
                + "\($0.histogram.zeroRequests) \($0.histogram.energy.encoded) "
                + "\($0.histogram.energyPerKilotoken.encoded)"
        }
        return ([partial.canonicalText] + ids + histograms.sorted()).joined(separator: "\n")
    }

    /// Dialects of lines that have fixtures.
    private static let fixtures = DialectFixture.all.filter {
        $0.file.hasSuffix(".jsonl") || $0.file.hasSuffix(".csv")
    }

    private func lines(_ fixture: DialectFixture) throws -> [[UInt8]] {
        try readBytes(Fixtures.path("logs/dialects/\(fixture.file)"))
            .split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    @Test(
        "A plan says of every row of a table what the reader says, however it is written",
        arguments: fixtures.filter { $0.file.hasSuffix(".csv") }, ["\n", "\r\n", "quoted"])
    func tables(_ fixture: DialectFixture, _ style: String) throws {
        var lines = try lines(fixture).map { String(decoding: $0, as: UTF8.self) }
        if style == "quoted" {
            // Fields without any quotes or commas inside.
            lines = lines.filter { !$0.contains("\"") }.map { line in
                line.split(separator: ",", omittingEmptySubsequences: false)
                    .map { "\"\($0)\"" }.joined(separator: ",")
            }
        }
        let end = style == "\r\n" ? "\r" : ""
        let rows = lines.dropFirst().map { Array(($0 + end).utf8) }
        guard !rows.isEmpty else { return }
        let log = Array((lines[0] + end + "\n").utf8) + mutants(rows, 4_000, seed: 7)
        let planned = try text(log, fixture.dialect, usesPlans: true)
        #expect(try planned == text(log, fixture.dialect, usesPlans: false))
    }

    /// The lines of a fixture and so many that differ from them, behind the header of a table.
    private func log(_ fixture: DialectFixture, _ count: Int) throws -> [UInt8] {
        let lines = try lines(fixture)
        return fixture.file.hasSuffix(".csv")
            ? lines[0] + [UInt8(ascii: "\n")] + mutants(Array(lines.dropFirst()), count, seed: 5)
            : mutants(lines, count, seed: 5)
    }

    /// Says all of each request.
    private final class Lister: RequestFormatter {
        func format(
            _ chunk: RequestChunk, name: (UInt32) -> String, write: (Span<UInt8>) throws -> Void
        ) throws {
            let lines = chunk.requests.map { request in
                let names = [
                    request.region, request.model, request.tenant, request.project,
                    request.endpoint,
                ].map(name)
                let id = String(decoding: chunk.ids[request.id], as: UTF8.self)
                return "\(request.time) \(names) \(request.activity) \(request.knowsInput) "
                    + "\(request.knowsOutput) \(String(describing: request.identity)) \(id)\n"
            }
            try write(Array((lines.joined() + "unfit \(chunk.unfitIDs)\n").utf8).span)
        }
    }

    private func listed(
        _ log: [UInt8], _ dialect: String, usesPlans: Bool, readsIDs: Bool
    ) throws -> String {
        let folder = try TemporaryFolder()
        let files = try InputPaths.expand([folder.write(log, to: "log")])
        var settings = Pipeline.Settings(dialects: [try Dialect(named: dialect)])
        settings.jobs = 1
        settings.chunkSize = 1 << 16
        settings.rejectedShareLimit = 1
        settings.rejectedLineLimit = .max
        settings.fold.usesPlans = usesPlans
        settings.fold.readsIDs = readsIDs
        let text = Mutex<[UInt8]>([])
        try Pipeline(settings).list(
            files, makeFormatter: { Lister() },
            write: { bytes in text.withLock { text in text += bytes.indices.map { bytes[$0] } } },
            deliver: { _, outcome in
                text.withLock { $0 += Array(outcome.canonicalText.utf8) }
            })
        return String(decoding: text.withLock { $0 }, as: UTF8.self)
    }

    @Test(
        "Requests that are listed by a plan are those that the reader lists", arguments: fixtures,
        [true, false])
    func lists(_ fixture: DialectFixture, _ readsIDs: Bool) throws {
        let log = try log(fixture, 1_000)
        let planned = try listed(log, fixture.dialect, usesPlans: true, readsIDs: readsIDs)
        let read = try listed(log, fixture.dialect, usesPlans: false, readsIDs: readsIDs)
        #expect(planned == read)
    }

    @Test("A plan says of every line what the reader says", arguments: fixtures)
    func agrees(_ fixture: DialectFixture) throws {
        let count =
            4_000 * (ProcessInfo.processInfo.environment["FLUE_PLAN_ROUNDS"].flatMap(Int.init) ?? 1)
        let log = try log(fixture, count)
        let planned = try text(log, fixture.dialect, usesPlans: true)
        let read = try text(log, fixture.dialect, usesPlans: false)
        #expect(planned == read)
    }

    /// The mapping of a dialect, and lines of which the first teaches a layout that the others have.
    private static let traps: [(mapping: String?, lines: [String])] = [
        // What is known by the total of one line is not known of the next.
        (
            nil,
            [
                #"{"timestamp":"2026-10-01T00:00:00.018Z","request_id":"a","region":"r","model":"gpt-4o","usage":{"prompt_tokens":8,"total_tokens":8}}"#,
                #"{"timestamp":"2026-10-01T00:00:00.018Z","request_id":"b","region":"r","model":"gpt-4o","usage":{"prompt_tokens":9,"total_tokens":0}}"#,
            ]
        ),
        // A part of a text that is a name as a whole as well.
        (
            "time: { path: t, format: rfc3339 }\nmodel: model\ntenant: { path: model, before: / }",
            [
                #"{"t":"2026-10-01T00:00:00.018Z","model":"openai/x"}"#,
                #"{"t":"2026-10-01T00:00:00.018Z","model":"anthropic/y"}"#,
            ]
        ),
        // A term that counts for some models only.
        (
            """
            time: { path: t, format: rfc3339 }
            model: model
            input_tokens: { sum: [in, { path: extra, when: [{ path: model, equals: a }] }] }
            """,
            [
                #"{"t":"2026-10-01T00:00:00.018Z","model":"a","in":5,"extra":2}"#,
                #"{"t":"2026-10-01T00:00:00.018Z","model":"b","in":5,"extra":2}"#,
            ]
        ),
        // Parts of a whole that nobody knows.
        (
            """
            time: { path: t, format: rfc3339 }
            model: model
            input_tokens: in
            input_includes_cache: false
            cached_input_tokens: cached
            output_tokens: out
            """,
            [
                #"{"t":"2026-10-01T00:00:00.018Z","model":"a","cached":0,"out":5}"#,
                #"{"t":"2026-10-01T00:00:00.018Z","model":"a","cached":7,"out":5}"#,
            ]
        ),
        // A line that is skipped, behind one that begins with zeros, is no example.
        (
            """
            time: { path: t, format: rfc3339 }
            model: { constant: a }
            keep_if: [{ path: type, equals: usage, because: other }]
            input_tokens: in
            """,
            [
                "\0" + #"{"t":"2026-10-01T00:00:00.018Z","type":"usage","in":5}"#,
                #"{"t":"2026-10-01T00:00:00.018Z","type":"x","in":5}"#,
                #"{"t":"2026-10-01T00:00:00.018Z","type":"x","in":5}"#,
            ]
        ),
    ]

    @Test("What one line says by its values is not taken for the layout", arguments: traps.indices)
    func trap(_ number: Int) throws {
        let (mapping, lines) = Self.traps[number]
        let log = Array((lines.joined(separator: "\n") + "\n").utf8)
        let planned = try text(log, mapping: mapping, usesPlans: true)
        #expect(try planned == text(log, mapping: mapping, usesPlans: false))
        #expect(planned.hasPrefix("LineTally"))
    }

    /// Lines that a folder takes by a plan, after it has read `first`.
    ///
    /// - Parameter header: Of a table.
    private func planned(
        _ first: String, _ others: [String], dialect: String, header: String? = nil
    ) throws -> [String] {
        let reader = RequestReader(try Dialect(named: dialect))
        let names = header?.split(separator: ",").map(String.init)
        let scanner: RecordScanner =
            if let names { .csv(try CSVScanner(reader.paths, header: names)) } else {
                .json(JSONScanner(try Dialect(named: dialect).form.plan(reader.paths)))
            }
        var walk = RecordWalk(
            scanner,
            sink: ChunkFolder(reader, options: FoldOptions(), registry: NameRegistry()))
        let text = Array("\(first)\n".utf8)
        var buffer = ChunkBuffer(capacity: text.count)
        buffer.append(text[...])
        let chunk = Chunk(sequence: 0, offset: 0, range: 0..<text.count, isOverlong: false)
        walk.fold(chunk, headerLines: 0, &buffer)
        return others.filter { other in
            let bytes = Array(other.utf8) + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
            let place = RecordPlace(line: 1, start: 0, offset: 0)
            return walk.sink.takePlanned(bytes.span, at: place) == other.utf8.count
        }
    }

    private let line =
        #"{"timestamp":"2026-10-01T00:00:00.010Z","request_id":"a","tenant":"t","region":"r","model":"m","status":200,"#
        + #""stream":false,"usage":{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10},"latency_ms":5,"ua":"x"}"#

    @Test("Lines that differ in their values alone have one plan")
    func hits() throws {
        let others = [
            line.replacing(":7,", with: ":1207,").replacing(":10}", with: ":1210}"),
            line.replacing("00.010Z", with: "59.999Z"), line.replacing("T00:", with: "T23:"),
            line.replacing(#""m""#, with: #""another model""#),
            line.replacing("false", with: "true"), line.replacing(#":"x""#, with: #":"\u00e9""#),
            line.replacing(#":"x""#, with: ":null"), line.replacing(#":"x""#, with: ":[1]"),
        ]
        #expect(try planned(line, others, dialect: "gateway") == others)
    }

    @Test("A time in quotes is not one without them")
    func quotedTime() throws {
        let log =
            "timestamp,model,input_tokens,output_tokens\n\"1790816400\"\r,m,1,2\n1790816401\r,m,1,2\n"
        let planned = try text(Array(log.utf8), "csv", usesPlans: true)
        #expect(try planned == text(Array(log.utf8), "csv", usesPlans: false))
        #expect(planned.contains("rejected: 1"), "\(planned)")
    }

    private let header =
        "timestamp,request_id,tenant,region,model,status,prompt,prompt_tokens,completion_tokens,total_tokens,latency_ms,ua"

    @Test("Rows of a table that differ in their values alone have one plan")
    func rows() throws {
        let row = "2026-10-01T00:00:00.010Z,a,t,r,m,200,\"x, \\y\",7,3,10,5,x"
        let others = [
            row.replacing(",7,", with: ",1207,").replacing(",10,", with: ",1210,"),
            row.replacing("00.010Z", with: "59.999Z"), row.replacing(",m,", with: ",a model,"),
            row.replacing("\"x, \\y\"", with: ""), row.replacing("\"x, \\y\"", with: "plain"),
            row.replacing(",5,x", with: ",5,"), row.replacing("5,x", with: "5,\"x,y\""),
        ]
        #expect(try planned(row, others, dialect: "csv", header: header) == others)
        let wrong = [
            row.replacing(",200,", with: ",429,"), row.replacing(",m,", with: ",,"),
            row.replacing(",m,", with: ",\"m\","), row.replacing(",a,", with: ",-,"),
            row.replacing(",7,", with: ",7.0,"), row.replacing(",7,", with: ",12345678,"),
            row.replacing(",7,", with: ",8,"), row + ",", row.replacing(",5,x", with: ",5"),
            row.replacing("\\y\"", with: "\"\"y\""), row.replacing("\\y\"", with: "y\" "),
        ]
        #expect(try planned(row, wrong, dialect: "csv", header: header) == [])
    }

    @Test("Lines of another layout, or that state what does not agree, are left to the reader")
    func misses() throws {
        let others = [
            line.replacing(":7,", with: ":8,"), line.replacing("200", with: "429"),
            line.replacing(#":"m""#, with: #":"""#), line.replacing(#":"m""#, with: ":null"),
            line.replacing(#":"a""#, with: #":"-""#), line.replacing(":7,", with: ":07,"),
            line.replacing(":7,", with: ":12345678,"), line.replacing(":7,", with: ":7.0,"),
            line.replacing("T00:00", with: "T00:60"), line.replacing("},", with: "}"),
            line.replacing(#":"t""#, with: #":"\u0061""#), line.replacing("{", with: "{ "),
        ]
        #expect(try planned(line, others, dialect: "gateway") == [])
    }
}
