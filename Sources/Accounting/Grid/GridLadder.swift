/// How hours without a value are filled, from the best step to the last resort; what no step reaches is missing.
package struct GridLadder: Equatable, Sendable {
    /// How a value was made. The raw values stand in the ledger.
    package enum Step: String, CaseIterable, Sendable {
        /// The usual day of the month, and a line between what the known hours beside the gap differ from it by. As
        /// `na_seadec` of imputeTS does it (Moritz and Bartz-Beielstein, The R Journal 9(1), 2017).
        case seasonalLinear = "seasonal_linear"
        /// Between the known hours beside the gap.
        case linear
        /// The same hour of the day before, or the mean of those of the days before and after.
        case previousDay = "previous_day"
        /// The mean of the day, as its source states it.
        case dayMean = "day_mean"
        /// The mean of the same hour of day over the month.
        case monthHour = "month_hour"
        /// The mean of the month, as its source states it.
        case monthMean = "month_mean"
        /// The mean of the year: of its hours when half of them are known, or as its source states it.
        case yearMean = "year_mean"
        /// A published factor of the zone, or of what its name begins with, of whatever year comes nearest.
        case annual

        package var evidence: GridEvidence {
            switch self {
            case .seasonalLinear, .linear: .interpolated
            case .previousDay, .monthHour: .profile
            case .dayMean, .monthMean, .yearMean, .annual: .annual
            }
        }
    }

    /// Those that are taken, in this order.
    package var steps: [Step]
    /// Hours of the longest gap that is filled by the usual day and a line.
    package var seasonalHours = 168
    /// Hours of the longest gap that is filled by a line.
    package var linearHours = 6
    /// Hours of the longest gap that is filled by the days beside it.
    package var previousDayHours = 24

    package init(steps: [Step]) { self.steps = steps }

    /// Fills nothing.
    package static let none = GridLadder(steps: [])

    package struct Fill: Equatable, Sendable {
        package let step: Step
        /// mg/kWh, with the measured error of the step.
        package let intensity: Estimate<MilligramsCO2ePerKilowattHour>
        /// What the value was made of.
        package let points: [Points]
    }

    /// Values that a step has used.
    package enum Points: Hashable, Sendable {
        /// Those that are known of each so many hours.
        case hours(Range<Int>, every: Int)
        case mean(HourlySeries.Mean)
        case annual(AnnualIntensities.Entry)

        static func one(_ hour: Int) -> Points { .hours(hour..<hour + 1, every: 1) }

        static func sameHours(as hour: UTCHour) -> Points {
            let month = hour.month.hours
            let offset = hour.value - hour.day * 24
            return .hours(
                month.lowerBound.value + offset..<month.upperBound.value, every: 24)
        }
    }

    /// A value and what it was made of.
    private struct Made {
        let value: Int64
        let points: [Points]
    }

    /// A value for an hour of which none is known.
    ///
    /// - Parameters:
    ///   - errors: Of the zone.
    ///   - annual: Of the last step.
    package func fill(
        _ hour: UTCHour, in series: HourlySeries, errors: LadderErrors = .published,
        annual: AnnualIntensities.Entry? = nil, zone: String = ""
    ) -> Fill? {
        let near = series.neighbours(
            of: hour.value, within: max(seasonalHours, linearHours, previousDayHours) + 1)
        let gap = Self.gap(hour.value, near, isAtEnd: hour.value >= series.hours.upperBound)
        for step in steps {
            guard let made = made(step, hour, series, near, gap, annual) else { continue }
            let value = made.value
            let mean = series.yearMean(of: hour) ?? value
            // A country's zones differ among themselves by as much again.
            let isOfCountry = step == .annual && annual?.zone != zone
            let error = mean * errors.error(of: step, gap: gap) * (isOfCountry ? 2 : 1) / 10_000
            return Fill(
                step: step,
                intensity: Estimate(
                    low: MilligramsCO2ePerKilowattHour(max(0, value - error)),
                    central: MilligramsCO2ePerKilowattHour(value),
                    high: MilligramsCO2ePerKilowattHour(value + error)),
                points: made.points)
        }
        return nil
    }

    /// Hours of the gap in which an hour lies. At the end of what is known it is as long as it is until that hour.
    private static func gap(
        _ hour: Int, _ near: (before: Int?, behind: Int?), isAtEnd: Bool
    ) -> Int {
        guard let before = near.before else { return .max }
        if let behind = near.behind { return behind - before - 1 }
        return isAtEnd ? hour - before : .max
    }

    /// The height of a line between the hours beside a gap, half rounded up; `nil` when one is not known.
    private static func line(
        _ hour: Int, _ near: (before: Int?, behind: Int?), _ height: (Int) -> Int64?
    ) -> Int64? {
        guard let before = near.before, let behind = near.behind, let left = height(before),
            let right = height(behind)
        else { return nil }
        let part = Int64(hour - before)
        let whole = Int64(behind - before)
        let rise = ((right - left) * part * 2 + whole)
        // Division rounds towards zero: a fall must not.
        let floor = rise / (whole * 2) - (rise % (whole * 2) < 0 ? 1 : 0)
        return left + floor
    }

    private func made(
        _ step: Step, _ hour: UTCHour, _ series: HourlySeries,
        _ near: (before: Int?, behind: Int?), _ gap: Int, _ annual: AnnualIntensities.Entry?
    ) -> Made? {
        func made(_ value: Int64?, _ points: [Points]) -> Made? {
            value.map { Made(value: $0, points: points) }
        }
        func stated(_ days: ClosedRange<Int>) -> Made? {
            series.statedMean(of: hour.value, days: days).map {
                Made(value: $0.milligrams, points: [.mean($0)])
            }
        }
        let beside = [near.before, near.behind].compactMap { $0 }
        switch step {
        case .seasonalLinear:
            // A week shows what is usual at an hour of the day.
            func usual(_ hour: UTCHour) -> Int64? { series.profile(of: hour, least: 7) }
            guard gap <= seasonalHours, let usualHere = usual(hour) else { return nil }
            let difference = Self.line(hour.value, near) { hour in
                guard let known = series[hour], let usual = usual(UTCHour(hour)) else { return nil }
                return known - usual
            }
            return made(
                difference.map { max(0, usualHere + $0) },
                [.sameHours(as: hour)]
                    + beside.flatMap { [.one($0), .sameHours(as: UTCHour($0))] })
        case .linear:
            guard gap <= linearHours else { return nil }
            return made(Self.line(hour.value, near) { series[$0] }, beside.map(Points.one))
        case .previousDay:
            guard gap <= previousDayHours, let before = series[hour.value - 24] else { return nil }
            let behind = series[hour.value + 24]
            return made(
                behind.map { (before + $0 + 1) / 2 } ?? before,
                [.one(hour.value - 24)] + (behind == nil ? [] : [.one(hour.value + 24)]))
        case .dayMean: return stated(1...1)
        case .monthHour: return made(series.profile(of: hour, least: 3), [.sameHours(as: hour)])
        case .monthMean: return stated(28...31)
        case .yearMean:
            let year = hour.month.year
            let hours =
                UTCHour(year: year, month: 1, day: 1, hour: 0)
                .value..<UTCHour(year: year + 1, month: 1, day: 1, hour: 0).value
            return made(series.yearMean(of: hour), [.hours(hours, every: 1)]) ?? stated(365...366)
        case .annual: return annual.map { Made(value: $0.intensity.value, points: [.annual($0)]) }
        }
    }
}
