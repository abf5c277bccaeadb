import Accounting
import Pipeline

/// Turns the values of one series, of whatever interval, into hours.
///
/// An hour is the mean of what covers it, weighted by time. Values that are implausible by themselves count as missing,
/// but for hours of which nothing else is known: those keep them, flagged.
struct Resampler {
    /// For how long values hold, as most of them do, s.
    let interval: Int64
    /// Whether nothing tells it: a single value, taken as an hour.
    let isIntervalAssumed: Bool
    private(set) var points: [GridFile.Point] = []
    /// Of days, months and years.
    private(set) var means: [GridFile.Mean] = []

    /// The least share of an hour that makes it complete, in 1/100.
    static let completeness: Int64 = 75

    /// Why values cannot be turned into hours.
    enum Fault: Error, Equatable {
        /// Two values of one time, neither of them later than the other.
        case conflict(order: Int, start: Int64)
        /// Values that are so far apart, s.
        case interval(Int64)
    }

    /// - Parameters:
    ///   - values: In any order.
    ///   - zone: What the clock showed, where times do not say: the hour that a clock shows twice is found by order.
    init(_ values: [GridValue], zone: TimeZoneRule?) throws(Fault) {
        let ordered = try Self.ordered(Self.unfolded(values, zone))
        var distance = Self.distance(ordered)
        // Hours with holes between them.
        if distance < 86_400, distance.isMultiple(of: 3_600) { distance = 3_600 }
        interval = ordered.lazy.compactMap { $0.seconds }.first ?? distance
        isIntervalAssumed = ordered.count == 1 && ordered[0].seconds == nil
        // Seasons and the like are means of nothing that is kept.
        for seconds in Set(ordered.map { $0.seconds ?? interval }) {
            let days = seconds / 86_400
            guard
                seconds <= 3_600
                    || seconds.isMultiple(of: 86_400)
                        && (days == 1 || (28...31).contains(days) || (365...366).contains(days))
            else { throw .interval(seconds) }
        }
        var hours: [UTCHour: Hour] = [:]
        for (index, value) in ordered.enumerated() {
            let seconds = value.seconds ?? inferred(ordered, index)
            let start = value.isEnd ? value.start - seconds * 1_000 : value.start
            if seconds > 3_600 {
                guard value.flags.isEmpty else { continue }
                let hours =
                    UTCHour(
                        epochSeconds: start / 1_000)..<UTCHour(
                        epochSeconds: start / 1_000 + seconds)
                guard means.last.map({ $0.hours.lowerBound < hours.lowerBound }) ?? true else {
                    throw .conflict(order: value.order, start: value.start)
                }
                means.append(
                    GridFile.Mean(
                        hours: hours, intensity: MilligramsCO2ePerKilowattHour(value.milligrams)))
                continue
            }
            var from = start
            // A value ends where the next one begins: no time counts twice.
            let next = index + 1 < ordered.count && !value.isEnd ? ordered[index + 1].start : .max
            let last = min(start + seconds * 1_000, next)
            while from < last {
                let hour = UTCHour(epochSeconds: from / 1_000)
                let end = min(last, (hour.epochSeconds + 3_600) * 1_000)
                hours[hour, default: Hour()].add(value, milliseconds: end - from)
                from = end
            }
        }
        points = hours.map { $0.value.point($0.key) }.sorted { $0.hour < $1.hour }
    }

    /// For how long a value holds that does not say, s: as long as it is to the nearer of the values beside it, so that a
    /// series may change its interval; months and years are those of the calendar.
    private func inferred(_ ordered: [GridValue], _ index: Int) -> Int64 {
        guard interval <= 3_600 else {
            let hour = UTCHour(epochSeconds: ordered[index].start / 1_000)
            return switch interval / 86_400 {
            case 28...31: GridSource.Period.month.seconds(from: hour)
            case 365...366: GridSource.Period.year.seconds(from: hour)
            default: interval
            }
        }
        let beside = [index - 1, index + 1].filter(ordered.indices.contains).map {
            (ordered[$0].start - ordered[index].start).magnitude / 1_000
        }
        let nearest = Int64(beside.min() ?? 0)
        return nearest > 0 && nearest <= 3_600 ? nearest : interval
    }

    /// What covers one hour.
    private struct Hour {
        private var sum: Int128 = 0
        private var covered: Int64 = 0
        private var suspectSum: Int128 = 0
        private var suspectCovered: Int64 = 0
        private var flags: GridFlags = []
        private var isEstimated = false
        private var revised: Int64?

        mutating func add(_ value: GridValue, milliseconds: Int64) {
            if let stamp = value.revised { revised = max(revised ?? stamp, stamp) }
            guard value.flags.isEmpty else {
                flags.formUnion(value.flags)
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
            var flags = isSuspect ? flags : []
            if (isSuspect ? suspectCovered : covered) * 100 < 3_600_000 * completeness {
                flags.insert(.partial)
            }
            return GridFile.Point(
                hour: hour, intensity: MilligramsCO2ePerKilowattHour(mean),
                evidence: isEstimated || flags.contains(.partial) ? .estimated : .measured,
                flags: flags, revised: revised)
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

    /// By time, each time once.
    private static func ordered(_ values: [GridValue]) throws(Fault) -> [GridValue] {
        let sorted = values.sorted { ($0.start, $0.order) < ($1.start, $1.order) }
        var result: [GridValue] = []
        for value in sorted {
            guard let last = result.last, last.start == value.start else {
                result.append(value)
                continue
            }
            if last.milligrams == value.milligrams, last.isEstimated == value.isEstimated {
                if let revised = value.revised {
                    result[result.count - 1].revised = max(last.revised ?? revised, revised)
                }
                continue
            }
            switch (last.revised, value.revised) {
            case (let earlier?, let later?) where earlier != later:
                if later > earlier { result[result.count - 1] = value }
            // Asked for again, a provider says of the same value whether it was imputed.
            case (nil, nil) where last.milligrams == value.milligrams:
                result[result.count - 1].isEstimated = true
            default: throw .conflict(order: value.order, start: value.start)
            }
        }
        return result
    }

    /// The most frequent distance of two values, s; an hour for a single one.
    private static func distance(_ ordered: [GridValue]) -> Int64 {
        var counts: [Int64: Int] = [:]
        for (left, right) in zip(ordered, ordered.dropFirst()) {
            counts[(right.start - left.start) / 1_000, default: 0] += 1
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 3_600
    }
}
