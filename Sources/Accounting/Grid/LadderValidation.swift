/// By how much each step of the ladder is wrong on average: low and high of what it fills.
package struct LadderErrors: Sendable {
    /// In 10⁻⁴ of the mean of the series, by step and by the hours of a gap.
    private let errors: [GridLadder.Step: [(gap: Int, error: Int64)]]

    /// Over 14 zones of Electricity Maps, 2023, direct, blocks hidden as ``LadderValidation`` does it: linear 1.5 % for one
    /// hour, 3.3 % for three, 5.7 % for six, 13.5 % for a day; the day before 10.4 %; month by hour 11.8 %; month 16.3 %;
    /// year 19.8 %. A published factor of a year instead of hours is off by up to 30 % (G. Miller, hourly carbon accounting,
    /// 2021). The usual day and a line: over DE, GB, US-CAL-CISO and US-MIDA-PJM of the same year. For zones of which too little
    /// is known to measure it.
    package static let published = LadderErrors([
        .seasonalLinear: [(1, 180), (3, 280), (6, 420), (24, 880), (168, 1_830)],
        .linear: [(1, 150), (3, 330), (6, 570), (24, 1_350)], .previousDay: [(24, 1_040)],
        .dayMean: [(24, 1_180)], .monthHour: [(168, 1_180)], .monthMean: [(168, 1_630)],
        .yearMean: [(168, 1_980)], .annual: [(168, 3_000)],
    ])

    private init(_ errors: [GridLadder.Step: [(gap: Int, error: Int64)]]) { self.errors = errors }

    /// Measured on the zone itself; the published ones where fewer than 30 days are known.
    package init(of series: HourlySeries) {
        let known = series.hours.count { series[$0] != nil }
        guard known >= 720 else {
            self = .published
            return
        }
        var errors = Self.published.errors
        for row in LadderValidation.rows(series, .none, blocks: 60) {
            for (step, error) in row.errors {
                let measured = (row.gap, Int64((error * 10_000).rounded()))
                switch step {
                case .seasonalLinear, .linear:
                    errors[step] = (errors[step] ?? []).filter { $0.gap != row.gap } + [measured]
                case .previousDay where row.gap == 24: errors[step] = [measured]
                case .monthHour where row.gap == 168:
                    errors[step] = [measured]
                    errors[.dayMean] = [measured]
                case .yearMean where row.gap == 168:
                    errors[step] = [measured]
                    errors[.monthMean] = [measured]
                default: break
                }
            }
        }
        self.init(errors.mapValues { $0.sorted { $0.gap < $1.gap } })
    }

    /// In 10⁻⁴ of the mean of the series; between the gaps that were measured, by a line.
    func error(of step: GridLadder.Step, gap: Int) -> Int64 {
        let known = errors[step] ?? []
        guard let right = known.firstIndex(where: { $0.gap >= gap }) else {
            return known.last?.error ?? 0
        }
        guard right > 0 else { return known[right].error }
        let (from, to) = (known[right - 1], known[right])
        return from.error
            + (to.error - from.error) * Int64(gap - from.gap) / Int64(to.gap - from.gap)
    }
}

/// How wrong fills are: blocks of known hours are hidden, filled, and held against what they were.
package struct LadderValidation: Sendable {
    package struct Row: Sendable {
        /// Hours of a hidden block.
        package let gap: Int
        package let blocks: Int
        /// Mean of the absolute errors, as a share of the mean of the series; `nil` when nothing was filled.
        package let error: Double?
        /// The same of each step by itself, where it reaches.
        package let errors: [(step: GridLadder.Step, error: Double)]
        /// Hours whose true value lies between low and high, as a share.
        package let covered: Double
        /// Mean of the errors with their sign: what a month would be off by.
        package let bias: Double
    }

    package static let gaps = [1, 3, 6, 24, 168]
    /// Those that are measured by themselves.
    package static let steps: [GridLadder.Step] = [
        .seasonalLinear, .linear, .previousDay, .monthHour, .yearMean,
    ]

    /// - Parameter blocks: How many to hide of each length, spread over the series.
    package static func rows(
        _ series: HourlySeries, _ ladder: GridLadder, errors: LadderErrors = .published,
        blocks: Int = 300
    ) -> [Row] {
        let known = series.hours.filter { series[$0] != nil }
        let mean = Double(known.reduce(0) { $0 + (series[$1] ?? 0) }) / Double(max(1, known.count))
        guard mean > 0 else { return [] }
        return gaps.compactMap { gap in row(gap, series, ladder, errors, blocks, mean) }
    }

    private static func row(
        _ gap: Int, _ series: HourlySeries, _ ladder: GridLadder, _ known: LadderErrors,
        _ blocks: Int, _ mean: Double
    ) -> Row? {
        let room = series.hours.count - gap
        guard room > 0 else { return nil }
        var tried: Set<Int> = []
        var hours = 0
        var covered = 0
        var whole = Errors()
        var alones: [GridLadder.Step: Errors] = [:]
        for number in 0..<blocks {
            // The golden section spreads any number of them evenly.
            let share = (Double(number) * 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
            let start = series.hours.lowerBound + Int(share * Double(room))
            let block = start..<start + gap
            guard tried.insert(start).inserted, block.allSatisfy({ series[$0] != nil }) else {
                continue
            }
            let hidden = series.hiding(block)
            for hour in block {
                guard let truth = series[hour] else { continue }
                hours += 1
                if let fill = ladder.fill(UTCHour(hour), in: hidden, errors: known) {
                    whole.add(fill.intensity.central.value - truth)
                    if (fill.intensity.low.value...fill.intensity.high.value).contains(truth) {
                        covered += 1
                    }
                }
                for step in steps {
                    var alone = GridLadder(steps: [step])
                    alone.seasonalHours = gap
                    alone.linearHours = gap
                    alone.previousDayHours = gap
                    guard let fill = alone.fill(UTCHour(hour), in: hidden) else { continue }
                    alones[step, default: Errors()].add(fill.intensity.central.value - truth)
                }
            }
        }
        guard hours > 0 else { return nil }
        return Row(
            gap: gap, blocks: tried.count, error: whole.count == 0 ? nil : whole.absolute / mean,
            errors: GridLadder.Step.allCases.compactMap { step in
                alones[step].map { (step, $0.absolute / mean) }
            },
            covered: Double(covered) / Double(hours),
            bias: whole.count == 0 ? 0 : whole.signed / mean)
    }

    private struct Errors {
        var count = 0
        private var sum = 0.0
        private var absoluteSum = 0.0

        mutating func add(_ error: Int64) {
            count += 1
            sum += Double(error)
            absoluteSum += Double(error.magnitude)
        }

        var absolute: Double { absoluteSum / Double(count) }
        var signed: Double { sum / Double(count) }
    }
}
