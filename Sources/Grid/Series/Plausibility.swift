import Accounting

/// Finds hours whose values no grid has.
///
/// True lows and zeros are reached by degrees, or last: what falls far below its day and comes back at once is a plant
/// that did not report, and what stands far above it is one that reported twice. Held against EIA-930 of PJM (five false
/// hours at 43 to 47 g/kWh in 2022, whose next lowest hour has 273), gridemissions (BCHA at 4.0 for four hours of June 2023,
/// between 77 and 84), Electricity Maps' GB of 2023 (two hours of September at 4 between 76 and 56, two of June at 9 while
/// the grid's operator reported zeros), and against its series of CA-QC, whose 5,460 true zeros of 2022 must stand.
///
/// What recurs at the same hour of other days nearby is usual there: the sun makes the noons of some grids low for hours on
/// end.
package enum Plausibility {
    /// How far from an hour another one can lie of which it depends whether it is plausible, h.
    package static let reach = 36 + historyDays * 24
    /// Days before and behind whose same hours tell what is usual, such as the noons of a sunny month.
    private static let historyDays = 21
    /// What recurs on so many of those days, in 1/100, and on two at least, or on the only one, is usual.
    private static let usualShare = 15
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
            guard points[start].flags.isEmpty, isFarFromSome(points, start) else {
                start += 1
                continue
            }
            let median = median(of: points, around: start)
            let value = points[start].intensity.value
            // Below a quarter of its day, or above four times.
            let isLow = value * 4 < median && median - value >= leastFall
            let isHigh = value > median * 4 && value > 200_000
            guard median > 0, isLow || isHigh else {
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
            if end - start <= limit, isJump(points, start..<end, median, isLow: isLow),
                !isUsual(points, start..<end, isLow: isLow)
            {
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
        let beside = [run.lowerBound - 1, run.upperBound].filter { index in
            guard points.indices.contains(index) else { return false }
            let distance = points[index].hour.value - points[run.lowerBound].hour.value
            return distance.magnitude <= longestRun
        }.map { points[$0].intensity.value }
        guard beside.count == 2 else { return false }
        guard isLow else { return beside.allSatisfy { $0 * 10 < median * 16 } }
        // On a day that is high otherwise: so far above the run that no grid goes there and back by such steps.
        let most = run.reduce(0) { max($0, points[$1].intensity.value) }
        func isUsual(_ value: Int64) -> Bool { value * 10 > median * 6 }
        return beside.contains { isUsual($0) || $0 > most * 8 }
            && beside.allSatisfy { isUsual($0) || $0 > most * 4 && $0 - most >= leastDoubt }
    }

    /// Whether most hours of a run are as low, or as high, on other days.
    private static func isUsual(
        _ points: [GridFile.Point], _ run: Range<Int>, isLow: Bool
    ) -> Bool {
        let usual = run.count { index in
            let value = points[index].intensity.value
            let hour = points[index].hour.value
            var days = 0
            var alike = 0
            for day in 1...historyDays {
                for distance in [-24 * day, 24 * day] {
                    let known = (-1...1).compactMap { hours in
                        place(of: hour + distance + hours, in: points).map {
                            points[$0].intensity.value
                        }
                    }
                    guard !known.isEmpty else { continue }
                    days += 1
                    let isAlike =
                        isLow
                        ? known.contains { $0 <= max(value * 3 / 2, value + 20_000) }
                        : known.contains { $0 * 3 / 2 >= value }
                    alike += isAlike ? 1 : 0
                }
            }
            return alike >= max(1, min(2, days)) && alike * 100 >= days * usualShare
        }
        return usual * 2 > run.count
    }

    /// Where an hour stands.
    private static func place(of hour: Int, in points: [GridFile.Point]) -> Int? {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            if points[middle].hour.value < hour { low = middle + 1 } else { high = middle }
        }
        return low < points.count && points[low].hour.value == hour ? low : nil
    }

    /// Whether a point is so far from one of the 24 hours around it that it may be as far from their median.
    private static func isFarFromSome(_ points: [GridFile.Point], _ index: Int) -> Bool {
        let value = points[index].intensity.value
        for place in max(0, index - 12)...min(points.count - 1, index + 12) {
            guard abs(points[place].hour.value - points[index].hour.value) <= 12 else { continue }
            let other = points[place].intensity.value
            if value * 4 < other || value > other * 4 { return true }
        }
        return false
    }

    /// Of the 24 hours around a point, which need not all be there.
    private static func median(of points: [GridFile.Point], around index: Int) -> Int64 {
        let hour = points[index].hour.value
        let nearby = points[max(0, index - 12)...min(points.count - 1, index + 12)]
            .filter { abs($0.hour.value - hour) <= 12 }
            .map(\.intensity.value).sorted()
        return nearby[nearby.count / 2]
    }

    // MARK: Below the hour

    /// For how long false values last below the hour, ms: what is low for longer is judged by the hour.
    private static let longestDoubt: Int64 = 3_600_000
    /// The least fall to a value above zero, mg/kWh: the noons of sunny grids go up and down between 15 and 60 g.
    private static let leastDoubt: Int64 = 60_000
    /// From so many on, false values are the way of a series.
    private static let fewDoubts = 3
    /// Zeros between others: a meter that reports nothing for longer.
    private static let longestZero: Int64 = 6 * 3_600_000

    /// What speaks against values of less than an hour, beside those next to them: a fall below a quarter, or a rise above four
    /// times, out of nothing and back. A grid goes there by degrees.
    ///
    /// - Parameter values: Start, ms since 1970, and mg/kWh, in order of time.
    /// - Returns: Flags by place.
    static func doubts(_ values: [(start: Int64, milligrams: Int64)]) -> [Int: GridFlags] {
        var doubts = lows(values)
        let rest = values.indices.filter { doubts[$0] == nil }
        for place in spikes(rest.map { values[$0] }) { doubts[rest[place]] = .spike }
        return doubts
    }

    private static func lows(_ values: [(start: Int64, milligrams: Int64)]) -> [Int: GridFlags] {
        var doubts: [Int: GridFlags] = [:]
        /// The last value that stands.
        var before: Int?
        var index = 0
        while index < values.count {
            var end = index
            var isZero = true
            let height = before.map { values[$0].milligrams } ?? .max
            while end < values.count, values[end].milligrams * 4 < height,
                before != nil || values[end].milligrams == 0
            {
                isZero = isZero && values[end].milligrams == 0
                end += 1
            }
            guard end > index else {
                before = index
                index += 1
                continue
            }
            let least = values[index..<end].reduce(Int64.max) { min($0, $1.milligrams) }
            let after = end < values.count ? values[end].milligrams : nil
            let edge = end < values.count ? values[end].start : values[end - 1].start
            let lasted = edge - values[index].start
            let fall = isZero ? leastFall : leastDoubt
            let isDeep = [before.map { values[$0].milligrams }, after].compactMap { $0 }
                .allSatisfy { $0 - least >= fall }
            // At the edge of a file one neighbour tells of zeros, and of lows where others come and go.
            let isBack =
                after.map { before == nil || $0 * 10 >= height * 6 }
                ?? (isZero || doubts.count >= fewDoubts)
            let limit = isZero && after != nil && before != nil ? longestZero : longestDoubt
            if isDeep, isBack, before != nil || after != nil, lasted <= limit {
                for place in index..<end {
                    doubts[place] = values[place].milligrams == 0 ? .falseZero : .falseLow
                }
            } else {
                before = end - 1
            }
            index = end
        }
        if doubts.count >= fewDoubts { doubtBeginning(values, &doubts) }
        return doubts
    }

    /// Lows at the beginning, where others come and go behind them.
    private static func doubtBeginning(
        _ values: [(start: Int64, milligrams: Int64)], _ doubts: inout [Int: GridFlags]
    ) {
        guard let first = values.first,
            let end = values.firstIndex(where: { $0.milligrams > first.milligrams * 4 }),
            values[end].milligrams - first.milligrams >= leastDoubt,
            values[end].start - first.start <= longestDoubt
        else { return }
        for place in 0..<end where doubts[place] == nil { doubts[place] = .falseLow }
    }

    private static func spikes(_ values: [(start: Int64, milligrams: Int64)]) -> [Int] {
        var spikes: [Int] = []
        var index = 1
        while index < values.count {
            let before = values[index - 1].milligrams
            guard before > 0, values[index].milligrams > max(before * 4, 200_000) else {
                index += 1
                continue
            }
            var end = index
            while end < values.count, values[end].milligrams > before * 4 { end += 1 }
            if end < values.count, values[end].milligrams * 10 < before * 16,
                values[end].start - values[index].start <= longestDoubt / 2
            {
                spikes += index..<end
            }
            index = end + (end < values.count ? 1 : 0)
        }
        return spikes
    }
}
