import Accounting
import Synthesis
import Testing

@testable import Pipeline

/// A trace of random shape, of which it is known what its calls used.
private struct RandomTraces {
    private(set) var spans: [String] = []
    private(set) var requests = 0
    private(set) var tokens: Int64 = 0
    private var random: SeededGenerator

    private enum Kind: CaseIterable {
        /// A call, alone or above others.
        case call
        /// Restates all calls below it, as an agent or under any name.
        case agent, frame
        /// No usage.
        case bare
    }

    init(seed: UInt64, spans count: Int) {
        random = SeededGenerator(seed: seed)
        while spans.count < count { addTrace(spans.count) }
    }

    private mutating func addTrace(_ number: Int) {
        let size = Int.random(in: 1...12, using: &random)
        let parents = (0..<size).map { $0 == 0 ? nil : Int.random(in: 0..<$0, using: &random) }
        var below = [Int64](repeating: 0, count: size)
        for index in (0..<size).reversed() {
            let id = "\(number)-\(index)"
            let parent = parents[index].map { "\(number)-\($0)" } ?? ""
            var used = below[index]
            switch used == 0
                ? [.call, .bare].randomElement(using: &random)
                : Kind.allCases.randomElement(using: &random)
            {
            case .call:
                // More than those below it used together, which may be nothing.
                let own = used + Int64.random(in: 1...900, using: &random)
                used += own
                requests += 1
                tokens += own
                add(id, parent, "chat", own)
            case .agent: add(id, parent, "invoke_agent", used)
            case .frame: add(id, parent, "my_framework", used)
            case .bare, nil: add(id, parent, "execute_tool", nil)
            }
            if let parent = parents[index] { below[parent] += used }
        }
    }

    private mutating func add(_ id: String, _ parent: String, _ operation: String, _ tokens: Int64?)
    {
        var pairs = [("gen_ai.operation.name", operation)]
        if let tokens {
            pairs += [
                ("gen_ai.request.model", "m"), ("gen_ai.usage.input_tokens", "\(tokens)"),
                ("gen_ai.usage.output_tokens", "0"),
            ]
        }
        spans.append(
            "{\"traceId\":\"t\",\"spanId\":\"\(id)\",\"parentSpanId\":\"\(parent)\","
                + "\"startTimeUnixNano\":\"1790816400000000000\",\(LogKind.attributes(pairs))}")
    }

    /// As lines of a log, shuffled within blocks of so many spans.
    mutating func text(block: Int) -> [UInt8] {
        var shuffled: [String] = []
        for start in stride(from: 0, to: spans.count, by: block) {
            shuffled += spans[start..<min(start + block, spans.count)].shuffled(using: &random)
        }
        return Array(shuffled.map { LogKind.spans($0) + "\n" }.joined().utf8)
    }
}

@Suite("Records that belong together")
struct SettlementTests {
    @Test(
        "Of any tree each call counts once, in any order, cut, number of workers and window",
        arguments: 0..<8)
    func trees(seed: UInt64) throws {
        var traces = RandomTraces(seed: seed, spans: 600)
        for (block, window) in [(600, 1 << 17), (600, 1200), (24, 96), (1, 48)] {
            let text = traces.text(block: block)
            for (jobs, chunkSize) in [(1, 1 << 19), (3, 1), (2, 5000)] {
                let partial = try #require(
                    try fold(text, dialect: "otlp-genai") {
                        $0.jobs = jobs
                        $0.chunkSize = chunkSize
                        $0.fold.settlingWindow = window
                    }.partial)
                #expect(
                    partial.tally.requests == traces.requests, "block \(block), window \(window)")
                #expect(partial.total.inputTokens == traces.tokens)
                #expect(partial.unseenParents == 0)
                #expect(partial.tally.isBalanced)
                #expect(partial.excess == SpanExcess())
            }
        }
    }

    private func counts(
        window: Int = 1 << 17, _ spans: String...
    ) throws -> [Int64] {
        let text = spans.map { LogKind.spans($0) + "\n" }.joined()
        let partial = try #require(
            try fold(Array(text.utf8), dialect: "otlp-genai") { $0.fold.settlingWindow = window }
                .partial)
        return [
            Int64(partial.tally.requests), partial.total.inputTokens, partial.total.outputTokens,
        ]
    }

    @Test("A call above another call counts, and what is above both may repeat their sum")
    func callAboveCall() throws {
        let call = LogKind.call("c", below: "p", 100, 10)
        let parent = LogKind.call("p", below: "f", 150, 15)
        #expect(try counts(call, parent) == [2, 250, 25])
        #expect(try counts(call, parent, LogKind.call("f", 250, 25)) == [2, 250, 25])
        // Smaller than the sum, it is no sum.
        #expect(try counts(call, LogKind.call("p", 50, 5)) == [2, 150, 15])
    }

    @Test("A span that is exported twice is one call, also for what is above it")
    func twice() throws {
        let answer = ("gen_ai.response.id", "r1")
        func call(_ id: String) -> String {
            LogKind.span(
                id, below: "p", ("gen_ai.operation.name", "chat"), ("gen_ai.request.model", "m"),
                ("gen_ai.usage.input_tokens", "100"), ("gen_ai.usage.output_tokens", "10"), answer)
        }
        let parent = LogKind.call("p", 150, 15)
        #expect(try counts(call("c"), call("c"), parent) == [2, 250, 25])
        // Two spans of one answer: a client's and its framework's, side by side.
        #expect(try counts(call("c"), call("d"), parent) == [2, 250, 25])
    }

    @Test("What a span restates is found however far it is from its calls, within half the window")
    func far() throws {
        func filler(_ count: Int, _ name: String) -> String {
            (0..<count).map { LogKind.call("\(name)\($0)", 1, 1) }.joined(separator: ",")
        }
        let frame = LogKind.call("f", below: "a", 100, 10)
        let call = LogKind.call("c", below: "f", 100, 10)
        let agent = LogKind.call("a", 120, 12)
        for (before, after) in [(10, 40), (90, 40), (60, 50), (100, 30)] {
            let many = Int64(before + after)
            #expect(
                try counts(window: 128, frame, filler(before, "x"), call, agent, filler(after, "y"))
                    == [many + 2, many + 220, many + 22], "\(before) and \(after)")
        }
    }

    @Test("Spans that go round in a circle end")
    func circle() throws {
        #expect(
            try counts(LogKind.call("a", below: "b", 10, 1), LogKind.call("b", below: "a", 30, 3))
                == [2, 40, 4])
        #expect(try counts(LogKind.call("a", below: "a", 10, 1)) == [1, 10, 1])
        let bare = LogKind.span("x", below: "y"), other = LogKind.span("y", below: "x")
        #expect(try counts(bare, other, LogKind.call("a", below: "x", 10, 1)) == [1, 10, 1])
    }

    @Test("States of one request are one, in any cut, and the dialect says which counts")
    func states() throws {
        func chunk(_ id: Int, _ output: Int) -> String {
            "{\"id\":\"c\(id)\",\"object\":\"chat.completion.chunk\",\"created\":1790816400,\"model\":\"m\",\"choices\":[],"
                + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":\(output),\"total_tokens\":\(10 + output)}}\n"
        }
        // Three streams, one into the other.
        let text = (1...40).map { step in (1...3).map { chunk($0, step * $0) }.joined() }.joined()
        for chunkSize in [1, 700, 1 << 19] {
            let partial = try #require(
                try fold(Array(text.utf8), dialect: "openai") {
                    $0.chunkSize = chunkSize
                    $0.jobs = 3
                }.partial)
            #expect(partial.tally.requests == 3)
            #expect(partial.total.outputTokens == 40 * (1 + 2 + 3))
            #expect(partial.tally.duplicate == 117)
            #expect(partial.tally.isBalanced)
        }
    }
}
