import Accounting
import Synthesis
import Testing

@testable import Pipeline

@Suite("Sums of requests, by hour")
struct SumSpreadTests {
    private func record(from time: Int64, until: Int64, requests: Int64?) -> RequestRecord {
        var record = RequestRecord()
        record.time = time
        record.until = until
        record.requests = requests
        record.inputTokens = 0
        record.outputTokens = 0
        return record
    }

    @Test("Three requests and 50 tokens of a day: whole numbers, as late as they are due")
    func day() {
        var record = record(from: 0, until: 86_400_000, requests: 3)
        record.inputTokens = 50
        record.cachedInputTokens = 2
        let parts = Dictionary(
            uniqueKeysWithValues: SumSpread(record).map { ($0.hour, $0.activity) })
        // A request every eight hours; a cached token every twelve; 48 fresh ones, two an hour.
        #expect(parts.filter { $0.value.requests == 1 }.keys.sorted() == [7, 15, 23])
        #expect(parts.filter { $0.value.cachedInputTokens == 1 }.keys.sorted() == [11, 23])
        #expect(parts[0]?.inputTokens == 2 && parts[11]?.inputTokens == 3)
    }

    @Test("A sum over part of two hours is split by time")
    func partOfHours() {
        var record = record(from: 2_700_000, until: 6_300_000, requests: nil)  // 0:45 to 1:45
        record.outputTokens = 101
        let parts = SumSpread(record).map { "\($0.hour): \($0.activity.outputTokens)" }
        #expect(parts == ["0: 25", "1: 76"])
        #expect(
            SumSpread(record).allSatisfy { $0.activity.uncountedTokens == $0.activity.outputTokens }
        )
    }

    @Test("Parts add up to the sum, and no part of a part is larger than it")
    func law() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            func count(_ limit: Int64) -> Int64 {
                Bool.random(using: &random)
                    ? Int64.random(in: 0...min(limit, 40), using: &random)
                    : Int64.random(in: 0...limit, using: &random)
            }
            let start = Int64.random(in: 0...7_200_000, using: &random)
            var record = record(
                from: start,
                until: start + Int64.random(in: 1...RequestRecord.sumSpanLimit, using: &random),
                requests: Bool.random(using: &random) ? count(1 << 40) : nil)
            let (cached, written, reasoning) = (count(1 << 38), count(1 << 38), count(1 << 38))
            record.cachedInputTokens = cached
            record.cacheWriteTokens = written
            record.inputTokens = cached + written + count(1 << 38)
            record.reasoningTokens = reasoning
            record.outputTokens = reasoning + count(1 << 38)
            var sum = Activity()
            for (_, part) in SumSpread(record) {
                #expect(part.cachedInputTokens + part.cacheWriteTokens <= part.inputTokens)
                #expect(part.reasoningTokens <= part.outputTokens)
                sum += part
            }
            var expected = Activity()
            expected.requests = record.requests ?? 0
            expected.aggregatedRequests = record.requests ?? 0
            expected.inputTokens = record.inputTokens ?? 0
            expected.cachedInputTokens = cached
            expected.cacheWriteTokens = written
            expected.outputTokens = record.outputTokens ?? 0
            expected.reasoningTokens = reasoning
            expected.uncountedTokens =
                record.requests == nil ? expected.inputTokens + expected.outputTokens : 0
            #expect(sum == expected)
        }
    }
}
