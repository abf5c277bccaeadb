import Accounting
import Synthesis
import Testing

@testable import Pipeline

@Suite("Models beyond the limit of a file")
struct RareModelTests {
    private func line(_ model: String, tokens: Int) -> String {
        "{\"timestamp\":\"2026-10-01T10:00:00Z\",\"model\":\"\(model)\",\"usage\":{\"prompt_tokens\":\(tokens),"
            + "\"completion_tokens\":1}}\n"
    }

    @Test(
        "Those with the most requests stay, in any order and cut; the others are one, and no request is lost"
    )
    func joined() throws {
        // Model n has n % 4 + 1 requests: of 40, ten have four, and ten three.
        var lines = (0..<40).flatMap { model in
            (0...(model % 4)).map { line("m\(model < 10 ? "0" : "")\(model)", tokens: $0 + model) }
        }
        var random = SeededGenerator(seed: 3)
        var seen: Set<[String]> = []
        for chunk in [100, 1_000, 1 << 20] {
            lines.shuffle(using: &random)
            let outcome = try fold(Array(lines.joined().utf8)) {
                $0.modelLimit = 13
                $0.chunkSize = chunk
                $0.jobs = 2
            }
            let partial = try #require(outcome.partial)
            let cells = partial.cells.map { key, activity in
                "\(partial.names[key.model]) \(activity.requests) \(activity.inputTokens)"
            }
            seen.insert(cells.sorted())
            #expect(partial.rareModels == 27)
            #expect(partial.remarks.contains { $0.hasPrefix("names 27 models beyond the limit") })
            #expect(partial.cells.reduce(0) { $0 + $1.activity.requests } == 100)
            let names = Set(partial.cells.map { partial.names[$0.key.model] })
            // All of four requests, and of those with three the first three by name.
            let most = Set((0..<10).map { "m\($0 < 2 ? "0" : "")\(4 * $0 + 3)" })
            #expect(names == most.union(["m02", "m06", "m10", FilePartial.rareModel]))
            #expect(
                partial.histograms.allSatisfy {
                    partial.names[$0.key.model] != FilePartial.rareModel
                })
        }
        #expect(seen.count == 1)
    }

    @Test("A model that is called as the others are is one of them")
    func namesake() throws {
        let log =
            (0..<5).map { line(FilePartial.rareModel, tokens: $0) }.joined()
            + (0..<9).map { line("m\($0)", tokens: 1) }.joined()
        let partial = try #require(try fold(Array(log.utf8)) { $0.modelLimit = 3 }.partial)
        let rare = partial.cells.filter { partial.names[$0.key.model] == FilePartial.rareModel }
        #expect(rare.count == 1 && rare.first?.activity.requests == 12)
        #expect(partial.cells.reduce(0) { $0 + $1.activity.requests } == 14)
    }

    @Test("As many as the limit are all told apart")
    func limit() throws {
        let log = (0..<13).map { line("m\($0)", tokens: 1) }.joined()
        let partial = try #require(try fold(Array(log.utf8)) { $0.modelLimit = 13 }.partial)
        #expect(partial.rareModels == 0 && partial.cells.count == 13)
    }
}
