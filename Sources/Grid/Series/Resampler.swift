import Accounting
import Pipeline

/// Turns the values of one series, of whatever interval, into hours.
///
/// An hour is the mean of what covers it, weighted by time. Values that are implausible by themselves, or beside those next to
/// them, count as missing, and their hour is partial; an hour of which nothing else is known keeps them, flagged.
struct Resampler {
    let spacing: Spacing
    private(set) var points: [GridFile.Point] = []
    /// Of days, months and years.
    private(set) var means: [GridFile.Mean] = []
    /// Values that are suspect beside those next to them, in their hour or the next.
    private(set) var doubtedValues = 0
    /// Times with two values, neither of them later than the other. None of the two is taken.
    private(set) var contradictions = 0

    /// The least share of an hour that makes it complete, in 1/100.
    static let completeness: Int64 = 75
    /// One contradiction in so many values is too much for the others to be trusted.
    private static let trust = 5

    /// Why values cannot be turned into hours.
    enum Fault: Error, Equatable {
        /// Two values of one time, neither of them later than the other.
        case conflict(order: Int, start: Int64)
        /// A day, month or year that begins before the one before it ends.
        case overlap(order: Int, start: Int64)
        case spacing(Spacing.Fault)
    }

    /// - Parameters:
    ///   - values: In any order.
    ///   - zone: What the clock showed, where times do not say: the hour that a clock shows twice is found by order.
    ///   - isJudged: Whether a value can be told from those next to it; marginal ones jump.
    init(
        _ values: [GridValue], zone: TimeZoneRule?, statement: Spacing.Statement = .init(),
        isJudged: Bool = true
    ) throws(Fault) {
        let found = Self.ordered(Self.unfolded(values, zone))
        let ordered = found.values
        if let first = found.contradicted.first {
            contradictions = found.contradicted.count
            guard contradictions * Self.trust <= ordered.count else {
                throw .conflict(order: Int(first.order), start: first.start)
            }
        }
        do {
            spacing = try Spacing(ordered, statement)
        } catch {
            throw .spacing(error)
        }
        let doubts = isJudged ? Self.doubts(ordered, spacing.lengths) : [:]
        doubtedValues = doubts.count
        var hours = Hours()
        for (index, value) in ordered.enumerated() {
            let seconds = spacing.lengths[index]
            let start = value.isEnd ? value.start - seconds * 1_000 : value.start
            let flags = value.flags.union(doubts[index] ?? GridFlags())
            if seconds > 3_600 {
                if flags.isEmpty { try add(value, start, seconds) }
                continue
            }
            var from = start
            // A value ends where the next one begins: no time counts twice.
            let next = index + 1 < ordered.count && !value.isEnd ? ordered[index + 1].start : .max
            let last = min(start + seconds * 1_000, next)
            while from < last {
                let hour = UTCHour(epochSeconds: from / 1_000)
                let end = min(last, (hour.epochSeconds + 3_600) * 1_000)
                hours.add(value, flags, milliseconds: end - from, of: hour)
                from = end
            }
        }
        points = hours.points
    }

    /// A mean of a day, a month or a year.
    private mutating func add(
        _ value: GridValue, _ start: Int64, _ seconds: Int64
    ) throws(Fault) {
        let first = UTCHour(epochSeconds: start / 1_000)
        if let last = means.last, last.hours.upperBound > first {
            // A local day is an hour shorter when clocks are set forward.
            guard last.hours.lowerBound < first, last.hours.upperBound.value - first.value <= 1
            else { throw .overlap(order: Int(value.order), start: value.start) }
            means[means.count - 1] = GridFile.Mean(
                hours: last.hours.lowerBound..<first, intensity: last.intensity)
        }
        means.append(
            GridFile.Mean(
                hours: first..<UTCHour(first.value + Int(seconds / 3_600)),
                intensity: MilligramsCO2ePerKilowattHour(Int64(value.milligrams))))
    }

    /// What speaks against values that hold for less than an hour, beside those next to them.
    private static func doubts(_ values: [GridValue], _ lengths: [Int64]) -> [Int: GridFlags] {
        guard lengths.contains(where: { $0 < 3_600 }) else { return [:] }
        let sound = values.indices.filter { values[$0].flags.isEmpty && lengths[$0] <= 3_600 }
        let flags = Plausibility.doubts(
            sound.map { (values[$0].start, Int64(values[$0].milligrams)) })
        return [Int: GridFlags](uniqueKeysWithValues: flags.map { (sound[$0.key], $0.value) })
    }

    /// Hours in their order. Values come in that of their times, so that the hour of one is among the last.
    private struct Hours {
        private var hours: [(hour: UTCHour, covered: Hour)] = []

        mutating func add(
            _ value: GridValue, _ flags: GridFlags, milliseconds: Int64, of hour: UTCHour
        ) {
            var place = hours.count
            while place > 0, hours[place - 1].hour > hour { place -= 1 }
            if place == 0 || hours[place - 1].hour != hour {
                hours.insert((hour, Hour()), at: place)
                place += 1
            }
            hours[place - 1].covered.add(value, flags, milliseconds: milliseconds)
        }

        var points: [GridFile.Point] { hours.map { $0.covered.point($0.hour) } }
    }

    /// What covers one hour.
    private struct Hour {
        private var sum: Int128 = 0
        private var covered: Int64 = 0
        private var suspectSum: Int128 = 0
        private var suspectCovered: Int64 = 0
        private var flags = GridFlags()
        private var isEstimated = false
        private var revised: Int64 = GridValue.never

        mutating func add(_ value: GridValue, _ flags: GridFlags, milliseconds: Int64) {
            revised = max(revised, value.revised)
            guard flags.isEmpty else {
                self.flags.formUnion(flags)
                suspectSum += Int128(value.milligrams) * Int128(milliseconds)
                suspectCovered += milliseconds
                return
            }
            sum += Int128(value.milligrams) * Int128(milliseconds)
            covered += milliseconds
            isEstimated = isEstimated || value.isEstimated
        }

        func point(_ hour: UTCHour) -> GridFile.Point {
            let isSuspect = covered == 0
            let amount = isSuspect ? suspectSum : sum
            let weight = Int128(isSuspect ? suspectCovered : covered)
            let mean = Int64((max(0, amount) * 2 + weight) / (weight * 2))
            var flags = isSuspect ? flags : GridFlags()
            if (isSuspect ? suspectCovered : covered) * 100 < 3_600_000 * completeness
                || !isSuspect && suspectCovered > 0
            {
                flags.insert(.partial)
            }
            return GridFile.Point(
                hour: hour, intensity: MilligramsCO2ePerKilowattHour(mean),
                evidence: isEstimated || flags.contains(.partial) ? .estimated : .measured,
                flags: flags, revised: revised == GridValue.never ? nil : revised)
        }
    }

    /// Values of an hour that the clock shows twice, in their own hours.
    private static func unfolded(_ values: [GridValue], _ zone: TimeZoneRule?) -> [GridValue] {
        guard let zone, case .named = zone else { return values }
        var values = values
        let isDescending = (values.first?.start ?? 0) > (values.last?.start ?? 0)
        var seen: [Int64: Int] = [:]
        for index in values.indices {
            guard let later = zone.secondOccurrence(of: values[index].start) else { continue }
            if let first = seen[values[index].start] {
                values[isDescending ? first : index].start = later
            } else {
                seen[values[index].start] = index
            }
        }
        return values
    }

    /// By time, each time once, without those that contradict each other.
    private static func ordered(
        _ values: [GridValue]
    ) -> (values: [GridValue], contradicted: [GridValue]) {
        let sorted = values.sorted { ($0.start, $0.order) < ($1.start, $1.order) }
        var result: [GridValue] = []
        var contradicted: [GridValue] = []
        for value in sorted {
            guard let last = result.last, last.start == value.start else {
                if contradicted.last?.start != value.start { result.append(value) }
                continue
            }
            let place = result.count - 1
            if last.milligrams == value.milligrams, last.isEstimated == value.isEstimated {
                result[place].revised = max(last.revised, value.revised)
            } else if last.revised != GridValue.never, value.revised != GridValue.never,
                last.revised != value.revised
            {
                if value.revised > last.revised { result[place] = value }
            } else if last.milligrams == value.milligrams {
                // Asked for again, a provider says of the same value whether it was imputed.
                result[place].isEstimated = true
            } else {
                contradicted.append(value)
                result.removeLast()
            }
        }
        return (result, contradicted)
    }
}
