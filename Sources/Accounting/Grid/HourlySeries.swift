/// The values of one zone that are in force, by hour: what gaps are filled from.
package struct HourlySeries: Sendable {
    /// Known hours are from this one on.
    private let first: Int
    /// mg/kWh; -1 where nothing is known.
    private var values: [Int64]
    /// The number of the release of each hour.
    private var releases: [Int64]
    /// Sums and numbers of what is known, by year.
    private var years: [Int: (sum: Int64, count: Int64)] = [:]
    /// Means of days, months and years; of two that hold an hour the first.
    private let means: [Mean]
    /// Whether any of its values count electricity that is lost on its way.
    package let includesLosses: Bool

    /// A value of one hour.
    package struct Point: Sendable {
        let hour: Int
        let milligrams: Int64
        let release: Int64

        /// - Parameters:
        ///   - hour: Whole UTC hours since 1970.
        ///   - milligrams: Per kWh.
        ///   - release: The number of the release that it is from.
        package init(hour: Int, milligrams: Int64, release: Int64 = 0) {
            self.hour = hour
            self.milligrams = milligrams
            self.release = release
        }
    }

    /// The mean of a day, a month or a year, as its source states it.
    package struct Mean: Hashable, Sendable {
        let hours: Range<Int>
        let milligrams: Int64
        package let release: Int64

        package init(hours: Range<Int>, milligrams: Int64, release: Int64 = 0) {
            self.hours = hours
            self.milligrams = milligrams
            self.release = release
        }
    }

    /// - Parameters:
    ///   - points: Each hour once.
    ///   - means: Of longer times, the latest release first.
    package init(_ points: [Point], means: [Mean] = [], includesLosses: Bool = false) {
        self.includesLosses = includesLosses
        first = points.map(\.hour).min() ?? 0
        let last = points.map(\.hour).max() ?? first - 1
        values = Array(repeating: -1, count: last - first + 1)
        releases = Array(repeating: 0, count: values.count)
        for point in points {
            values[point.hour - first] = point.milligrams
            releases[point.hour - first] = point.release
            let year = UTCHour(point.hour).month.year
            years[year, default: (0, 0)].sum += point.milligrams
            years[year, default: (0, 0)].count += 1
        }
        self.means = means
    }

    /// Hours that can be known.
    package var hours: Range<Int> { first..<first + values.count }

    /// mg/kWh; `nil` where nothing is known.
    package subscript(hour: Int) -> Int64? {
        guard hours.contains(hour), values[hour - first] >= 0 else { return nil }
        return values[hour - first]
    }

    /// The same without some hours, as if they were not known.
    package func hiding(_ hidden: Range<Int>) -> HourlySeries {
        var series = self
        for hour in hidden.clamped(to: hours) {
            guard let value = series[hour] else { continue }
            series.values[hour - first] = -1
            let year = UTCHour(hour).month.year
            series.years[year]?.sum -= value
            series.years[year]?.count -= 1
        }
        return series
    }

    /// The nearest known hour before and behind a missing one, at most `limit` hours away.
    func neighbours(of hour: Int, within limit: Int) -> (before: Int?, behind: Int?) {
        let before = stride(from: hour - 1, through: hour - limit, by: -1).first { self[$0] != nil }
        let behind = stride(from: hour + 1, through: hour + limit, by: 1).first { self[$0] != nil }
        return (before, behind)
    }

    /// The mean of the same hour of day on the other days of the month, if at least `least` are known.
    func profile(of hour: UTCHour, least: Int) -> Int64? {
        mean(of: Self.sameHours(as: hour), least: least)
    }

    /// The same hour of day on all days of the month.
    static func sameHours(as hour: UTCHour) -> StrideTo<Int> {
        let month = hour.month.hours
        let offset = hour.value - hour.day * 24
        return stride(from: month.lowerBound.value + offset, to: month.upperBound.value, by: 24)
    }

    /// The mean of what is known in some hours; `nil` where nothing is.
    package func mean(over hours: Range<Int>) -> Int64? {
        mean(of: hours.clamped(to: self.hours), least: 1)
    }

    /// Hours of which a year must be known for its mean to be that of its hours: half.
    package static let leastYear = 8_760 / 2

    /// The mean of a year that is known at least by half.
    func yearMean(of hour: UTCHour) -> Int64? {
        let year = hour.month.year
        guard let known = years[year], known.count >= Self.leastYear else { return nil }
        return (known.sum * 2 + known.count) / (known.count * 2)
    }

    /// The mean of a day, month or year as its source states it.
    func statedMean(of hour: Int, days: ClosedRange<Int>) -> Mean? {
        means.first { days.contains($0.hours.count / 24) && $0.hours.contains(hour) }
    }

    /// The releases of what is known in some hours.
    package func releases(in hours: some Sequence<Int>) -> Set<Int64> {
        var found: Set<Int64> = []
        for hour in hours where self[hour] != nil { found.insert(releases[hour - first]) }
        return found
    }

    private func mean(of hours: some Sequence<Int>, least: Int) -> Int64? {
        var sum: Int64 = 0
        var count: Int64 = 0
        for hour in hours {
            guard let value = self[hour] else { continue }
            sum += value
            count += 1
        }
        return count >= max(1, least) ? (sum * 2 + count) / (count * 2) : nil
    }
}
