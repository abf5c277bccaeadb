import Accounting

/// Finds hours whose values no grid has.
///
/// True lows and zeros are reached by degrees, or last: what falls far below its day and comes back at once is a plant
/// that did not report, and what stands far above it is one that reported twice. Held against EIA-930 of PJM (five false
/// hours at 43 to 47 g/kWh in 2022, whose next lowest hour has 273), gridemissions (BCHA at 4.0 for four hours of June 2023,
/// between 77 and 84), Electricity Maps' GB (two hours of September 2023 at 4 between 76 and 56), and against its series of
/// CA-QC, whose 5,460 true zeros of 2022 must stand.
package enum Plausibility {
    /// How far from an hour another one can lie of which it depends whether it is plausible, h.
    package static let reach = 36
    /// Hours that a false run lasts at most.
    private static let longestRun = 12
    private static let longestSpike = 3
    /// What is nearer to its day than this, in mg/kWh, is no fault that anyone would notice.
    private static let leastFall: Int64 = 40_000

    /// - Parameter points: In order of hour, with the flags that they have by themselves.
    package static func flagged(_ points: [GridFile.Point]) -> [GridFile.Point] {
        var points = points
        var start = 0
        while start < points.count {
            let median = median(of: points, around: start)
            let value = points[start].intensity.value
            // Below a quarter of its day, or above four times.
            let isLow = value * 4 < median && median - value >= leastFall
            let isHigh = value > median * 4 && value > 200_000
            guard points[start].flags.isEmpty, median > 0, isLow || isHigh else {
                start += 1
                continue
            }
            var end = start + 1
            while end < points.count,
                isLow
                    ? points[end].intensity.value * 4 < median
                    : points[end].intensity.value > median * 4
            { end += 1 }
            let limit = isLow ? longestRun : longestSpike
            if end - start <= limit, isJump(points, start..<end, median, isLow: isLow) {
                for index in start..<end { points[index].flags.insert(isLow ? .falseLow : .spike) }
            }
            start = end
        }
        return points
    }

    /// Whether the hours beside a run are of its day's usual height, both of them.
    private static func isJump(
        _ points: [GridFile.Point], _ run: Range<Int>, _ median: Int64, isLow: Bool
    ) -> Bool {
        let beside = [run.lowerBound - 1, run.upperBound]
        return beside.allSatisfy { index in
            guard points.indices.contains(index) else { return false }
            let distance = points[index].hour.value - points[run.lowerBound].hour.value
            guard distance.magnitude <= longestRun else { return false }
            let value = points[index].intensity.value
            return isLow ? value * 10 > median * 6 : value * 10 < median * 16
        }
    }

    /// Of the 24 hours around a point, which need not all be there.
    private static func median(of points: [GridFile.Point], around index: Int) -> Int64 {
        let hour = points[index].hour.value
        let nearby = points[max(0, index - 12)...min(points.count - 1, index + 12)]
            .filter { abs($0.hour.value - hour) <= 12 }
            .map(\.intensity.value).sorted()
        return nearby[nearby.count / 2]
    }
}
