import Accounting
import Ledger
import Pipeline
import Synthesis
import TestSupport
import Testing

@Suite("Requests that come more than once")
struct DuplicateTests {
    private func line(_ id: String, hour: Int = 10, tokens: Int = 10, model: String = "gpt-4o")
        -> String
    {
        "{\"timestamp\":\"2026-03-01T\(hour):00:00Z\",\"request_id\":\(id),\"region\":\"eu-west-1\","
            + "\"model\":\"\(model)\",\"usage\":{\"prompt_tokens\":\(tokens),\"completion_tokens\":1}}\n"
    }

    private func totals(_ ledger: LedgerFolder) throws -> [String] {
        try ledger.rows(
            """
            SELECT sum(requests), sum(input_tokens),
              (SELECT group_concat(lines || '=' || counted || '+' || duplicate, ' ')
               FROM (SELECT * FROM live_file ORDER BY name))
            FROM usage WHERE file_id IN (SELECT file_id FROM live_file)
            """)
    }

    private static let byModel = """
        SELECT hour, name, sum(requests), sum(input_tokens) FROM usage JOIN model USING (model_id)
        WHERE file_id IN (SELECT file_id FROM live_file)
        GROUP BY 1, 2 ORDER BY 1, 2
        """

    @Test(
        "An id counts once, within a file, across files of a run and across runs; the first counts")
    func once() throws {
        let ledger = try LedgerFolder()
        let first = line("\"a\"") + line("\"b\"", tokens: 100) + line("\"a\"", tokens: 1_000)
        let second = line("\"b\"", tokens: 5_000) + line("\"c\"", tokens: 10_000)
        let one = try ledger.folder.write(first, to: "1.jsonl")
        let two = try ledger.folder.write(second, to: "2.jsonl")
        try ledger.ingest([one, two])
        #expect(try totals(ledger) == ["3|10110|3=2+1 2=1+1"])
        let three = try ledger.folder.write(line("\"c\"") + line("\"d\"", tokens: 7), to: "3.jsonl")
        try ledger.ingest([three])
        #expect(try totals(ledger) == ["4|10117|3=2+1 2=1+1 2=1+1"])
        #expect(try ledger.brokenLaws() == [])
        // Known bytes stay known, also compressed another way.
        let copy = try ledger.folder.write(
            compressed(Array(second.utf8), .gzip), to: "copy.jsonl.gz")
        #expect(try ledger.ingest([two, copy]) == [.unchanged, .recompressed(of: two)])
    }

    @Test("Another hour, another dialect's scope, or no id at all is another request")
    func others() throws {
        let ledger = try LedgerFolder()
        let text =
            line("\"a\"") + line("\"a\"", hour: 11) + line("\"\"") + line("\"\"") + line("null")
            + line("null") + line("{}") + line("{}") + line("\"\\u0061\"") + line("7") + line("7")
        try ledger.ingest([try ledger.folder.write(text, to: "1.jsonl")])
        #expect(try totals(ledger) == ["9|90|11=9+2"])
    }

    @Test("A file that grew is no duplicate of itself, and one that was replaced frees its ids")
    func grown() throws {
        let ledger = try LedgerFolder()
        let path = try ledger.folder.write(line("\"a\"") + line("\"b\""), to: "1.jsonl")
        try ledger.ingest([path])
        try ledger.folder.write(
            line("\"a\"") + line("\"b\"") + line("\"c\"") + line("\"a\""), to: "1.jsonl")
        #expect(try ledger.ingest([path]) == [.grown])
        #expect(try totals(ledger) == ["3|30|4=3+1"])
        try ledger.folder.write(line("\"x\""), to: "1.jsonl")
        #expect(try ledger.ingest([path], policy: .replace) == [.replaced])
        let other = try ledger.folder.write(line("\"a\"") + line("\"x\""), to: "2.jsonl")
        try ledger.ingest([other])
        #expect(try totals(ledger) == ["2|20|1=1+0 2=1+1"])
    }

    @Test(
        "Requests that move between files of one run, when those are replaced, stay counted",
        arguments: ["abc", "acb", "bac", "bca", "cab", "cba"].map(Array.init), [nil, 1])
    func split(_ names: [Character], batchCells: Int?) throws {
        func lines(_ ids: ClosedRange<Int>) -> String { ids.map { line("\"\($0)\"") }.joined() }
        var ledger = try LedgerFolder()
        ledger.batchCells = batchCells
        let paths = names.map { ledger.folder.path("\($0).jsonl") }
        func write(_ texts: String...) throws {
            for (name, text) in zip(names, texts) {
                try ledger.folder.write(text, to: "\(name).jsonl")
            }
        }
        try write(lines(1...4), lines(5...8))
        try ledger.ingest(Array(paths[..<2]))
        // From a file into a new one.
        try write(lines(1...2), lines(5...8), lines(3...4))
        #expect(
            try ledger.ingest(paths, policy: .replace) == [.replaced, .unchanged, .added])
        #expect(try totals(ledger)[0].hasPrefix("8|80|"))
        // Between two that are both replaced, and the new one grows by one that is counted.
        try write(lines(1...1) + lines(6...6), lines(7...8) + lines(2...2), lines(3...5))
        try ledger.ingest(paths, policy: .replace)
        #expect(try totals(ledger)[0].hasPrefix("8|80|"))
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "A file all of whose requests were counted is a duplicate, not a bad file; others are not touched"
    )
    func allDuplicates() throws {
        let ledger = try LedgerFolder()
        let first = try ledger.folder.write(line("\"a\"") + line("\"b\""), to: "1.jsonl")
        try ledger.ingest([first])
        let copy = line("\"b\"") + line("\"a\"") + "{\"timestamp\":\"x\"}\n"
        let second = try ledger.folder.write(copy, to: "2.jsonl")
        let third = try ledger.folder.write(line("\"c\""), to: "3.jsonl")
        #expect(try ledger.ingest([second, third]) == [.added, .added])
        #expect(try totals(ledger) == ["3|30|2=2+0 3=0+2 1=1+0"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Half of an id, or the sign for none, is no id; a request of the future ends no window")
    func noIDs() throws {
        let ledger = try LedgerFolder()
        let text = line("\"-\"") + line("\"-\"")
        try ledger.ingest([try ledger.folder.write(text, to: "1.jsonl")])
        #expect(try totals(ledger) == ["2|20|2=2+0"])
        func span(_ spanID: String) -> String {
            "{\"traceId\":\"t\",\"spanId\":\"\(spanID)\",\"startTimeUnixNano\":\"1790816400000000000\",\"attributes\":"
                + "[{\"key\":\"gen_ai.operation.name\",\"value\":{\"stringValue\":\"chat\"}}]}\n"
        }
        let spans = span("") + span("") + span("1") + span("1") + span("2")
        try ledger.ingest([try ledger.folder.write(spans, to: "2.jsonl")], dialect: "otlp-genai")
        #expect(try totals(ledger) == ["6|20|2=2+0 5=4+1"])
        let other = try LedgerFolder()
        let future = line("\"f\"").replacing("2026-03-01", with: "2099-03-01") + line("\"x\"")
        try other.ingest([try other.folder.write(future, to: "3.jsonl")])
        try other.ingest([try other.folder.write(line("\"x\"") + line("\"y\""), to: "4.jsonl")])
        #expect(try totals(other) == ["3|30|2=2+0 2=1+1"])
    }

    @Test(
        "In one run a request is told apart whatever its age, also in files that are taken in last")
    func oldInOneRun() throws {
        let ledger = try LedgerFolder()
        func day(_ line: String, _ day: String) -> String {
            line.replacing("2026-03-01", with: day)
        }
        let named = try ledger.folder.write(line("\"x\""), to: "n.jsonl")
        try ledger.ingest([named])
        // Its name is known with other bytes: it waits until all others are in, behind requests of months later.
        let old = day(line("\"r\""), "2026-01-05")
        try ledger.folder.write(old + day(line("\"s\""), "2026-01-05"), to: "n.jsonl")
        let first = try ledger.folder.write(old + day(line("\"z\""), "2026-06-01"), to: "1.jsonl")
        #expect(try ledger.ingest([first, named], policy: .add) == [.added, .added])
        #expect(try ledger.requests() == 4)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Ids are kept for the window of request time, and as digests only")
    func window() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([try ledger.folder.write(line("\"secret-id\""), to: "1.jsonl")])
        #expect(try ledger.rows("SELECT count(*), sum(length(ids)) FROM request_id") == ["1|16"])
        let later = line("\"z\"").replacing("2026-03-01", with: "2026-03-09")
        try ledger.ingest([try ledger.folder.write(later, to: "2.jsonl")])
        #expect(try ledger.rows("SELECT count(*) FROM request_id") == ["1"])
        #expect(!(try readBytes(ledger.path)).contains(Array("secret-id".utf8)))
    }

    @Test(
        "Copies of requests, spread over files in any way, change no total",
        arguments: [1, 2, 3] as [UInt64])
    func spread(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let requests = (0..<300).map {
            line("\"r\($0)\"", hour: 10 + $0 % 3, tokens: $0, model: "m\($0 % 4)")
        }
        let whole = try LedgerFolder()
        try whole.ingest([try whole.folder.write(requests.joined(), to: "all.jsonl")])
        let expected = try whole.rows(
            Self.byModel)
        var files = [[String]](repeating: [], count: 5)
        for request in requests {
            for _ in 0...random.below(3) { files[random.below(files.count)].append(request) }
        }
        var dumps: Set<String> = []
        for jobs in [1, 3] {
            for chunkSize in [200, 1 << 19] {
                var ledger = try LedgerFolder()
                ledger.jobs = jobs
                ledger.chunkSize = chunkSize
                let paths = try files.enumerated().map { index, lines in
                    try ledger.folder.write(lines.joined(), to: "\(index).jsonl")
                }
                try ledger.ingest(Array(paths[..<3]))
                try ledger.ingest(paths)
                #expect(
                    try ledger.rows(
                        Self.byModel)
                        == expected)
                #expect(try ledger.brokenLaws() == [])
                dumps.insert(try ledger.canonicalDump())
            }
        }
        #expect(dumps.count == 1)
    }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: part) }
    }
}
