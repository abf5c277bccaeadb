import Accounting
import Pipeline

/// For how long the values of a series hold: as they state, or as their distances tell.
struct Spacing {
    /// What else than the values says how long they hold.
    struct Statement {
        /// Whether one length is stated for all: then their distances must agree with it.
        var isStated = false
        /// Of a lone value, as the name of its file says.
        var ofLoneValue: GridSource.Length?
        /// Whether files of the source come in several lengths, so that a lone value is not taken as an hour.
        var isVaried = false
    }

    /// Why lengths cannot be told.
    enum Fault: Error, Equatable {
        /// Values that are so far apart, s.
        case interval(Int64)
        /// Values that are so far apart, s, and state another length.
        case disagreement(order: Int, stated: Int64, distance: Int64)
        /// Values that become so far apart, s, among such as are nearer.
        case change(order: Int, from: Int64, to: Int64)
        /// A lone value that may be the mean of an hour, a day, a month or a year.
        case untold
    }

    /// As most of them do, s.
    let interval: Int64
    /// Of each value, s.
    let lengths: [Int64]
    /// Whether nothing tells it: a single value, taken as an hour.
    let isAssumed: Bool

    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400

    /// - Parameter values: In order of time, each time once.
    init(_ values: [GridValue], _ statement: Statement) throws(Fault) {
        let distances = zip(values, values.dropFirst()).map { ($1.start - $0.start) / 1_000 }
        let stated = values.lazy.map { Int64($0.seconds) }.first { $0 > 0 }
        isAssumed = values.count == 1 && stated == nil && statement.ofLoneValue == nil
        if let value = values.first, values.count == 1, stated == nil {
            switch statement.ofLoneValue {
            case .seconds(let seconds): interval = seconds
            case .period(let period):
                guard let seconds = period.seconds(from: value.start) else {
                    throw .interval(0)
                }
                interval = seconds
            case nil:
                guard !statement.isVaried || value.start % (Self.day * 1_000) != 0 else {
                    throw .untold
                }
                interval = Self.hour
            }
        } else {
            interval = if let stated { stated } else { try Self.usual(distances) }
        }
        let usual = interval
        for seconds in Set(values.map { $0.seconds > 0 ? Int64($0.seconds) : usual })
        where !Self.isKept(seconds) { throw .interval(seconds) }
        if statement.isStated { try Self.agree(values, distances) }
        if stated == nil { try Self.holdOn(values, distances, interval) }
        lengths = try Self.lengths(values, distances, interval)
    }

    /// Seasons and the like are means of nothing that is kept.
    private static func isKept(_ seconds: Int64) -> Bool {
        let days = seconds / day
        return seconds > 0 && seconds <= hour
            || seconds.isMultiple(of: day)
                && (days == 1 || (28...31).contains(days) || (365...366).contains(days))
    }

    /// 0 for an hour and less, 1 for days, 2 for months, 3 for years; `nil` for other distances.
    private static func kind(_ seconds: Int64) -> Int? {
        guard isKept(seconds) else { return nil }
        return seconds <= hour ? 0 : seconds == day ? 1 : seconds <= 31 * day ? 2 : 3
    }

    /// The most frequent distance, s; an hour where hours have holes between them.
    private static func usual(_ distances: [Int64]) throws(Fault) -> Int64 {
        var counts: [Int64: Int] = [:]
        for distance in distances { counts[distance, default: 0] += 1 }
        let usual = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let usual, usual.key > hour, usual.key < day else { return usual?.key ?? hour }
        // What is so far apart again and again holds for as long as that.
        guard usual.value < 3 || usual.value * 2 <= distances.count, usual.key.isMultiple(of: hour)
        else { throw .interval(usual.key) }
        return hour
    }

    /// What states one length for all stands no nearer to each other, nor as far as another length again and again.
    private static func agree(_ values: [GridValue], _ distances: [Int64]) throws(Fault) {
        for (index, distance) in distances.enumerated() {
            let seconds = Int64(values[index].seconds)
            // A local day of the month in which clocks are changed is an hour shorter.
            guard seconds > 0, distance < seconds - (seconds > hour ? hour : 0) else { continue }
            throw .disagreement(
                order: Int(values[index + 1].order), stated: seconds, distance: distance)
        }
        guard let first = distances.first, distances.count > 2,
            distances.allSatisfy({ $0 == first }), let seconds = values.first?.seconds,
            seconds > 0, first != seconds, first <= hour || kind(Int64(seconds)) != kind(first),
            isKept(first)
        else { return }
        throw .disagreement(order: Int(values[1].order), stated: Int64(seconds), distance: first)
    }

    /// A series that its distances tell of stays one of hours, of days, of months or of years.
    private static func holdOn(
        _ values: [GridValue], _ distances: [Int64], _ interval: Int64
    ) throws(Fault) {
        guard let usual = kind(interval) else { return }
        for index in distances.indices {
            guard let kind = kind(distances[index]), kind != usual else { continue }
            // Holes are not alike twice in a row; finer values among means of days overlap at once.
            guard
                kind < usual
                    || distances.indices.contains(index + 1)
                        && Self.kind(distances[index + 1]) == kind
            else { continue }
            throw .change(
                order: Int(values[index + 1].order), from: interval, to: distances[index])
        }
    }

    private static func lengths(
        _ values: [GridValue], _ distances: [Int64], _ interval: Int64
    ) throws(Fault) -> [Int64] {
        var lengths: [Int64] = []
        lengths.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            if value.seconds > 0 {
                lengths.append(Int64(value.seconds))
            } else if interval <= hour {
                lengths.append(length(at: index, value.start, distances, lengths.last ?? interval))
            } else {
                let period: GridSource.Period =
                    interval == day ? .day : interval <= 31 * day ? .month : .year
                guard let seconds = period.seconds(from: value.start) else {
                    throw .interval(interval)
                }
                lengths.append(seconds)
            }
        }
        return lengths
    }

    /// For how long a value holds, an hour at most: until the next, if it is so far again and again or nearer than before;
    /// else, before a hole and at the end, as long as the value before it.
    private static func length(
        at index: Int, _ start: Int64, _ distances: [Int64], _ before: Int64
    ) -> Int64 {
        guard index < distances.count, distances[index] <= hour else { return before }
        let next = distances[index]
        let isRepeated =
            index > 0 && distances[index - 1] == next
            || index + 1 < distances.count && distances[index + 1] == next
        let isAligned = start % (next * 1_000) == 0
        return next < before || isRepeated && isAligned || distances.count == 1 ? next : before
    }
}

extension GridSource.Period {
    /// How long the day, month or year is that begins at a time, s; `nil` when none begins there, whatever the clock.
    ///
    /// - Parameter start: Milliseconds since 1970 UTC.
    func seconds(from start: Int64) -> Int64? {
        // Clocks are at most 14 hours before or behind.
        let hour = UTCHour(epochSeconds: start / 1_000)
        let inside = UTCHour(hour.value + 14)
        let month: UTCMonth
        switch self {
        case .day: return start % 900_000 == 0 ? 86_400 : nil
        case .month: month = inside.month
        case .year:
            month = UTCHour(year: inside.month.year, month: 1, day: 1, hour: 0).month
        }
        guard abs(month.hours.lowerBound.value - hour.value) <= 14 else { return nil }
        if self == .month {
            return Int64(month.hours.upperBound.value - month.hours.lowerBound.value) * 3_600
        }
        let next = UTCHour(year: month.year + 1, month: 1, day: 1, hour: 0)
        return Int64(next.value - month.hours.lowerBound.value) * 3_600
    }
}
