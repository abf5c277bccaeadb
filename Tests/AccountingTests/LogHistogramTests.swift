import Accounting
import Foundation
import Synthesis
import Testing

@Suite("Histograms of requests")
struct LogHistogramTests {
    static let precision = RequestHistogram.precision

    /// How many requests the comparison with exact percentiles takes; `Config/dev quantiles` asks for ten million.
    static let requests =
        ProcessInfo.processInfo.environment["FLUE_QUANTILE_REQUESTS"].flatMap(Int.init) ?? 100_000

    private static func values(_ count: Int, _ seed: UInt64 = 1) -> [UInt64] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in random.next() >> UInt64(random.below(64)) }
    }

    private static func histogram(_ values: some Sequence<UInt64>) -> LogHistogram {
        var histogram = LogHistogram(precision: precision)
        for value in values { histogram.add(value) }
        return histogram
    }

    @Test("Every value lies in its bin, bins touch, and their middle is within the bound")
    func bins() {
        var next: UInt64 = 0
        for bin in 0...LogHistogram.bin(of: .max, precision: Self.precision) {
            let values = LogHistogram.values(of: bin, precision: Self.precision)
            #expect(values.lowerBound == next)
            for value in [values.lowerBound, values.upperBound] {
                #expect(LogHistogram.bin(of: value, precision: Self.precision) == bin)
                let middle = Double(Self.histogram([value]).bins[0].value)
                let error = abs(middle - Double(value))
                #expect(error <= Double(value) * Self.histogram([]).relativeError)
            }
            next = values.upperBound &+ 1
        }
        #expect(next == 0)  // behind the largest of all
    }

    @Test("Small values are exact")
    func smallValues() {
        for value: UInt64 in 0..<128 {
            #expect(Self.histogram([value]).percentiles([50]) == [value])
        }
    }

    @Test("By hand: nearest-rank percentiles of 1 to 100, of one value, and of none")
    func byHand() {
        let hundred = Self.histogram((1...100).map(UInt64.init))
        #expect(hundred.percentiles([1, 50, 90, 99, 100]) == [1, 50, 90, 99, 100])
        #expect(Self.histogram([7]).percentiles([1, 50, 100]) == [7, 7, 7])
        #expect(Self.histogram([]).percentiles([50, 100]) == [nil, nil])
        #expect(Self.histogram([5, 5, 5, 9]).bins.map(\.count) == [3, 1])
    }

    @Test("Any cut and any order give the same bytes, and adding has nothing as its zero")
    func merging() throws {
        let values = Self.values(2_000)
        let whole = Self.histogram(values)
        var random = SeededGenerator(seed: 9)
        for _ in 0..<20 {
            let parts = values.shuffled(using: &random)
            let cut = random.below(parts.count + 1)
            var left = Self.histogram(parts[..<cut])
            let right = Self.histogram(parts[cut...])
            var other = right
            other.merge(left)
            left.merge(right)
            #expect(left.encoded == whole.encoded)
            #expect(other.encoded == whole.encoded)
            left.merge(Self.histogram([]))
            #expect(left == whole)
        }
        let third = values.count / 3
        let parts = [values[..<third], values[third..<2 * third], values[(2 * third)...]]
            .map(Self.histogram)
        var first = parts[0]
        first.merge(parts[1])
        first.merge(parts[2])
        var last = parts[1]
        last.merge(parts[2])
        var second = parts[0]
        second.merge(last)
        #expect(first == second)
        #expect(first.count == 2_000)
    }

    @Test("Bytes give back the histogram; other bytes are refused")
    func encoding() throws {
        for count in [0, 1, 30, 60, 3_000] {
            let histogram = Self.histogram(Self.values(count, 4))
            let bytes = histogram.encoded
            #expect(try LogHistogram(encoded: bytes, precision: Self.precision) == histogram)
            // Cut off anywhere: refused, or the same with fewer values.
            for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
                let part = try? LogHistogram(
                    encoded: Array(bytes[..<length]), precision: Self.precision)
                #expect(part.map { $0.count < histogram.count || count == 0 } ?? true)
            }
        }
        let bytes = Self.histogram([1, 2, 3]).encoded
        #expect(throws: LogHistogram.Fault.mismatch(version: 2, precision: 6, expected: 9)) {
            try LogHistogram(encoded: bytes, precision: 9)
        }
        #expect(throws: LogHistogram.Fault.mismatch(version: 7, precision: 6, expected: 6)) {
            try LogHistogram(encoded: [7] + bytes.dropFirst(), precision: 6)
        }
        var random = SeededGenerator(seed: 2)
        for _ in 0..<3_000 {
            let noise =
                [UInt8(1 + random.below(2)), 6]
                + (0..<random.below(14)).map { _ in UInt8(random.below(256)) }
            guard var found = try? LogHistogram(encoded: noise, precision: 6) else { continue }
            let again = try LogHistogram(encoded: found.encoded, precision: 6)
            #expect(again == found)
            let count = found.count
            found.merge(again)
            #expect(found.count == 2 * count)
        }
    }

    @Test(
        "No percentile lies beyond the true extremes, scaled and added up too; the last is the largest"
    )
    func extremes() throws {
        // BLOOM's 3.96 Wh in pWh lies below the middle of its bin.
        var flat = LogHistogram(precision: 6)
        flat.add(3_960_000_000_000, count: 5)
        #expect(
            flat.percentiles([1, 50, 100]) == [
                3_960_000_000_000, 3_960_000_000_000, 3_960_000_000_000,
            ])
        var scaled = LogHistogram(precision: 9)
        flat.add(to: &scaled, times: 1.5)
        #expect(
            scaled.percentiles([1, 50, 100]) == [
                5_940_000_000_000, 5_940_000_000_000, 5_940_000_000_000,
            ])
        #expect(scaled.count == 5)
        for count in [1, 2, 3, 40, 3_000] {
            let values = Self.values(count, 5).map { $0 >> 12 }
            let histogram = Self.histogram(values)
            let read = try LogHistogram(encoded: histogram.encoded, precision: Self.precision)
            for found in [histogram, read] {
                #expect(found.least == values.min() && found.largest == values.max())
                let percentiles = found.percentiles([1, 50, 99, 100]).compactMap { $0 }
                #expect(percentiles.allSatisfy { $0 >= found.least && $0 <= found.largest })
                #expect(percentiles.last == found.largest)
            }
            var again = LogHistogram(precision: 9)
            histogram.add(to: &again, times: 1)
            #expect(again.count == Int64(count))
            #expect(again.least == histogram.least && again.largest == histogram.largest)
        }
        // Bytes of the version before have the ends of their bins.
        let old = try LogHistogram(encoded: [1, 6, 200, 1, 1], precision: 6)
        let ends = LogHistogram.values(of: 200, precision: 6)
        #expect(old.least == ends.lowerBound && old.largest == ends.upperBound)
    }

    @Test("Counts beyond 2^32 and 2^48 are kept")
    func largeCounts() throws {
        for count: Int64 in [1 << 31, 1 << 32, (1 << 33) + 5, 1 << 47, (1 << 47) + 9] {
            for others in [0, 100] {
                var histogram = Self.histogram((0..<others).map { UInt64($0) << 20 })
                histogram.add(1 << 40, count: count)
                histogram.add(1 << 40, count: count)
                #expect(histogram.count == 2 * count + Int64(others))
                #expect(histogram.bins.last?.count == 2 * count)
                let again = try LogHistogram(
                    encoded: histogram.encoded, precision: Self.precision)
                #expect(again == histogram)
            }
        }
    }

    @Test("A scale moves percentiles within the errors of both bins")
    func scales() {
        let values = Self.values(5_000).map { $0 >> 12 }
        let histogram = Self.histogram(values)
        let bound =
            (1 + histogram.relativeError)
            * (1 + LogHistogram.relativeError(precision: 9)) - 1
        for scale in [1, 0.5, 1.56, 1e-3, 385.2] {
            var scaled = LogHistogram(precision: 9)
            histogram.add(to: &scaled, times: scale)
            let exact = Self.exact(values.map { Double($0) * scale }, [50, 90, 99, 100])
            for (value, truth) in zip(scaled.percentiles([50, 90, 99, 100]), exact) {
                let error = abs(Double(value ?? 0) - truth)
                #expect(error <= truth * bound + 0.5)  // rounded to a whole number
            }
            #expect(scaled.count == 5_000)
        }
    }

    private static func exact<Value: Comparable>(
        _ values: [Value], _ percents: [Int]
    ) -> [Value] {
        let sorted = values.sorted()
        return percents.map { sorted[max(1, (sorted.count * $0 + 99) / 100) - 1] }
    }

    /// pWh of so many requests of a kind.
    private static func requests(_ kind: String, _ count: Int) -> [UInt64] {
        var random = SeededGenerator(seed: 42)
        func uniform() -> Double { Double(random.next() >> 11) * 0x1p-53 }
        func normal() -> Double {
            (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
        }
        switch kind {
        case "lognormal": return (0..<count).map { _ in UInt64(2.4e11 * exp(1.2 * normal())) }
        case "heavy-tailed":
            return (0..<count).map { _ in UInt64(min(1e10 * pow(1 - uniform(), -1 / 0.9), 9e18)) }
        case "bimodal":
            return (0..<count).map { index in
                UInt64((index % 10 < 7 ? 3e8 : 4e12) * exp(0.3 * normal()))
            }
        case "constant": return Array(repeating: 3_960_000_000_000, count: count)
        default: return [123_456_789]
        }
    }

    @Test(
        "Percentiles are within 1 % of the exact ones",
        arguments: ["lognormal", "heavy-tailed", "bimodal", "constant", "one request"])
    func quantiles(_ kind: String) {
        let percents = [1, 10, 50, 90, 95, 99, 100]
        let values = Self.requests(kind, Self.requests)
        let found = Self.histogram(values).percentiles(percents)
        var worst = 0.0
        for (value, truth) in zip(found, Self.exact(values, percents)) {
            worst = max(worst, abs(Double(value ?? 0) - Double(truth)) / Double(truth))
        }
        #expect(worst <= Self.histogram([]).relativeError)
        if Self.requests > 1_000_000 {
            print("\(kind): \(values.count) requests, largest error \(100 * worst) %")
        }
    }
}
