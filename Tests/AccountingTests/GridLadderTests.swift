import Accounting
import Testing

@Suite("Hours without a grid value")
struct GridLadderTests {
    private static let all = GridLadder(steps: [
        .linear, .previousDay, .dayMean, .monthHour, .monthMean, .yearMean, .annual,
    ])
    private static let start = UTCHour(year: 2026, month: 3, day: 1, hour: 0).value

    /// Days of March 2026 with `value` for each hour but the missing ones.
    private func series(
        days: Int, without missing: Set<Int> = [], means: [(Range<Int>, Int64)] = [],
        _ value: (Int) -> Int64 = { Int64($0 % 24) * 10_000 + Int64($0 / 24) * 100 }
    ) -> HourlySeries {
        HourlySeries(
            (0..<days * 24).filter { !missing.contains($0) }.map {
                HourlySeries.Point(hour: Self.start + $0, milligrams: value($0))
            },
            means: means.map {
                HourlySeries.Mean(
                    hours: Self.start + $0.0.lowerBound..<Self.start + $0.0.upperBound,
                    milligrams: $0.1)
            }
        )
    }

    private func fill(
        _ hour: Int, _ series: HourlySeries, _ ladder: GridLadder = all, annual: Int64? = nil
    ) -> String {
        let entry = annual.map {
            AnnualIntensities.Entry(
                zone: "XX", year: 2026, basis: .direct,
                intensity: MilligramsCO2ePerKilowattHour($0),
                source: "test")
        }
        return ladder.fill(UTCHour(Self.start + hour), in: series, annual: entry)
            .map { "\($0.step.rawValue) \($0.intensity.central.value)" } ?? "missing"
    }

    @Test(
        "The usual day and a line follow days that differ by a trend, up or down, and are exact where they do not",
        arguments: [30, -30, 0])
    func seasonal(slope: Int64) {
        let ladder = GridLadder(steps: [.seasonalLinear, .previousDay])
        func value(_ hour: Int) -> Int64 {
            Int64(hour % 24) * Int64(hour % 24) * 100 + 400_000 + Int64(hour) * slope
        }
        for length in [1, 6, 24] {
            let gap = Set(300..<300 + length)
            let filled = series(days: 31, without: gap, value)
            for hour in gap {
                let text = fill(hour, filled, ladder)
                let off = text.split(separator: " ").last.flatMap { Int64($0) }.map {
                    abs($0 - value(hour))
                }
                // The difference between days is a step at midnight, of which a line is off by a half at most.
                #expect(text.hasPrefix("seasonal_linear"))
                #expect(off.map { $0 <= abs(slope) * 14 } == true, "\(hour): \(text)")
            }
        }
        let long = series(days: 31, without: Set(300..<469), value)
        #expect(fill(350, long, ladder) == "missing")
        let week = series(days: 31, without: Set(300..<468), value)
        #expect(fill(350, week, ladder).hasPrefix("seasonal_linear"))
    }

    @Test("Without a week of the month, or an end, the next step is taken")
    func seasonalNeeds() {
        let ladder = GridLadder(steps: [.seasonalLinear, .linear, .previousDay])
        #expect(fill(53, series(days: 6, without: [53]), ladder).hasPrefix("linear"))
        #expect(fill(20 * 24, series(days: 20), ladder).hasPrefix("previous_day"))
        #expect(fill(53, series(days: 8, without: [53]), ladder).hasPrefix("seasonal_linear"))
        // The hours beside it are 4.75 g and 3.8 g below their usual 4.75 g and 4.8 g.
        let low = series(days: 20, without: [101]) { $0 == 100 ? 0 : $0 == 102 ? 1_000 : 5_000 }
        #expect(fill(101, low, ladder) == "seasonal_linear 725")
        // As far below what is usual at five in the morning there is nothing.
        let dip = series(days: 20, without: [101]) {
            $0 == 100 || $0 == 102 ? 0 : $0 % 24 == 5 ? 1_000 : 5_000
        }
        #expect(fill(101, dip, ladder) == "seasonal_linear 0")
    }

    @Test("A gap of six hours is a line between the hours beside it; one of seven is not")
    func linear() {
        let six = series(days: 9, without: Set(100..<106)) { $0 == 106 ? 100_007 : 100_000 }
        #expect(fill(100, six) == "linear 100001" && fill(105, six) == "linear 100006")
        let seven = series(days: 9, without: Set(100..<107))
        #expect(fill(100, seven).hasPrefix("previous_day"))
    }

    @Test(
        "Up to a day, the same hour of the days beside; at the end of what is known, of the day before"
    )
    func previousDay() {
        let gap = series(days: 9, without: Set(96..<120))
        // Day 4: the mean of days 3 and 5.
        #expect(fill(100, gap) == "previous_day 40400")
        let end = series(days: 4)
        #expect(fill(4 * 24 + 3, end) == "previous_day 30300")
        #expect(fill(5 * 24, end).hasPrefix("month_hour"))
    }

    @Test("Longer, the hour's mean over the month; then what a source states of day, month or year")
    func longer() {
        let gap = Set(48..<96)
        // Hour 5 of days 0, 1, 4 and 5: 50 g and a mean of 0.25 g.
        #expect(fill(53, series(days: 6, without: gap)) == "month_hour 50250")
        #expect(
            fill(53, series(days: 6, without: gap, means: [(48..<72, 7_000)])) == "day_mean 7000")
        let april = 31 * 24
        let bare = series(days: 6, means: [(april..<april + 720, 8_000)])
        #expect(fill(april + 5, bare) == "month_mean 8000")
        #expect(
            fill(april + 800, series(days: 6, means: [(-59 * 24..<306 * 24, 9_000)]))
                == "year_mean 9000")
        #expect(fill(210 * 24, series(days: 200) { _ in 11_000 }) == "month_hour 11000")
        #expect(fill(245 * 24, series(days: 200) { _ in 11_000 }) == "year_mean 11000")
        #expect(fill(april + 800, series(days: 6), annual: 5) == "annual 5")
        #expect(fill(april + 800, series(days: 6)) == "missing")
    }

    @Test("A step that is taken away leaves its hours to the next; without any, hours are missing")
    func configurable() {
        let gap = series(days: 9, without: Set(100..<103))
        #expect(fill(101, gap, GridLadder(steps: [.monthHour])).hasPrefix("month_hour"))
        #expect(fill(101, gap, .none) == "missing")
        var short = GridLadder(steps: [.linear])
        short.linearHours = 2
        #expect(fill(101, gap, short) == "missing")
    }

    @Test("Low and high are the step's error, of the zone itself where it is known for a month")
    func errors() throws {
        let flat = series(days: 40, without: Set(100..<103)) { _ in 50_000 }
        let hour = UTCHour(Self.start + 101)
        let exact = try #require(
            GridLadder(steps: [.linear]).fill(hour, in: flat, errors: LadderErrors(of: flat)))
        #expect(exact.intensity == Estimate(exactly: MilligramsCO2ePerKilowattHour(50_000)))
        // Too short to be measured: 3.3 % of 50 g for three hours.
        let short = series(days: 9, without: Set(100..<103)) { _ in 50_000 }
        let published = try #require(
            GridLadder(steps: [.linear]).fill(hour, in: short, errors: LadderErrors(of: short)))
        #expect(published.intensity.low.value == 48_350 && published.intensity.high.value == 51_650)
        // Up and down by 10 g each hour: a line through a gap of one is off by 20 g, of 55 g.
        let teeth = series(days: 40) { 50_000 + Int64($0 % 2) * 10_000 }
        let rows = LadderValidation.rows(teeth, GridLadder(steps: [.linear]))
        #expect(rows.first.map { (($0.error ?? 0) * 55).rounded() } == 10)
        #expect(rows.first?.errors.first { $0.step == .previousDay }?.error == 0)
    }
}
