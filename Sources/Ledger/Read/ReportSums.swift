package import Accounting

/// Sums over part of a month, with the range of the whole, as reports state them. What is not known is `nil`.
package struct ReportSums: Equatable, Sendable {
    /// A sum that not every model and region knows.
    package struct Partial: Encodable, Equatable, Sendable {
        /// Over what is known.
        package let value: Double
        /// Share of the energy that it covers, from 0 to 1.
        package let coverage: Double
    }

    private let sums: EmissionSums
    /// Sums of what is known, in the unit that is published.
    private let known: [Measure: Partial]
    private let ranges: [Measure: ClosedRange<Double>]
    /// By what the figures count (withdrawal, consumption, unstated): the bases never meet in one sum.
    package let onSiteWater: [String: Partial]

    fileprivate init(
        _ sums: EmissionSums, known: [Measure: Partial], ranges: [Measure: ClosedRange<Double>],
        onSiteWater: [String: Partial]
    ) {
        self.sums = sums
        self.known = known
        self.ranges = ranges
        self.onSiteWater = onSiteWater
    }

    package subscript(counter: Counter) -> Int64 { sums[counter] }

    /// In the published unit, over what is known; `nil` where nothing is.
    package subscript(measure: Measure) -> Double? { known[measure]?.value }

    /// With the share of the energy that it covers.
    package func partial(_ measure: Measure) -> Partial? { known[measure] }

    /// Where all of it is known.
    package func whole(_ measure: Measure) -> Double? {
        known[measure].flatMap { $0.coverage == 1 ? $0.value : nil }
    }

    package func low(_ measure: Measure) -> Double? { ranges[measure]?.lowerBound }
    package func high(_ measure: Measure) -> Double? { ranges[measure]?.upperBound }

    /// Requests whose energy is not known.
    package var requestsWithoutEnergy: Int64 { sums[.requests] - (sums[.energyRequests] ?? 0) }

    package var whPerRequest: Double? { perRequest(.energy, over: .energyRequests) }
    /// Of a longer sum only some hours may have a grid value, and no request is one hour's.
    package var gCO2ePerRequest: Double? {
        sums[.aggregatedRequests] == 0 || sums[.unmatchedEnergy] == 0
            ? perRequest(.emissions, over: .matchedRequests) : nil
    }

    /// From 0 to 1.
    package var withoutEnergyShare: Double? {
        sums[.requests] == 0 ? nil : Double(requestsWithoutEnergy) / Double(sums[.requests])
    }

    private func perRequest(_ measure: Measure, over requests: Measure) -> Double? {
        // Energy of requests that nobody counted has no mean.
        guard let count = sums[requests], count > 0, sums[.uncountedTokens] == 0,
            let amount = sums.knownPart(measure)
        else { return nil }
        return Double(amount) / 1e6 / Double(count)
    }

    /// Share of the energy, from 0 to 1.
    package func share(_ part: Measure) -> Double? {
        guard let energy = sums.knownPart(.energy), energy > 0, let part = sums[part] else {
            return nil
        }
        return Double(part) / Double(energy)
    }

    /// Means and shares by their names.
    package var quotients: [(name: String, value: Double?)] {
        [
            ("wh_per_request", whPerRequest), ("gco2e_per_request", gCO2ePerRequest),
            ("without_energy_share", withoutEnergyShare),
            ("measured_share", share(.measuredEnergy)),
            ("estimated_share", share(.estimatedEnergy)), ("filled_share", share(.filledEnergy)),
        ]
    }

    /// The names of ``figures``.
    package static let figureNames =
        Counter.published.map(\.column)
        + Measure.allCases.flatMap { measure in
            let name = measure.publishedColumn
            return measure.declaration.causes.isEmpty
                ? [name] : [name, "\(name)_low", "\(name)_high"]
        } + ReportSumsBuilder().result.quotients.map(\.name)

    /// All figures of a line, each once; of measures that not all know, those that all do.
    package var figures: [String?] {
        func text(_ value: Double?) -> String? { value.map { "\($0)" } }
        let measures = Measure.allCases.flatMap { measure -> [String?] in
            if measure.declaration.unit.divisor == nil {
                return [sums[measure].map { "\($0)" }]
            }
            let value =
                switch (measure, measure.declaration.sum) {
                case (.onSiteWater, _):
                    onSiteWater.count == 1
                        ? onSiteWater.first.flatMap {
                            $0.value.coverage == 1 ? $0.value.value : nil
                        }
                        : nil
                case (_, .whollyKnown): whole(measure)
                default: self[measure]
                }
            guard !measure.declaration.causes.isEmpty else { return [text(value)] }
            return [text(value), text(low(measure)), text(high(measure))]
        }
        return Counter.published.map { "\(sums[$0])" } + measures
            + quotients.map { text($0.value) }
    }
}

extension ReportSums: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for counter in Counter.published {
            try container.encode(sums[counter], forKey: Key(counter.column))
        }
        for measure in Measure.allCases {
            let name = measure.publishedColumn
            switch (measure, measure.declaration.sum) {
            case (.onSiteWater, _): try container.encode(onSiteWater, forKey: Key(name))
            case (_, .whollyKnown):
                try container.encodeIfPresent(known[measure], forKey: Key(name))
            default:
                if measure.declaration.unit.divisor == nil {
                    try container.encodeIfPresent(sums[measure], forKey: Key(name))
                } else {
                    try container.encodeIfPresent(self[measure], forKey: Key(name))
                }
            }
            try container.encodeIfPresent(low(measure), forKey: Key("\(name)_low"))
            try container.encodeIfPresent(high(measure), forKey: Key("\(name)_high"))
        }
        for (name, value) in quotients { try container.encodeIfPresent(value, forKey: Key(name)) }
    }
}

/// Adds rows up to ``ReportSums``: what one factor does adds up, different factors join as ``Uncertainty`` says.
struct ReportSumsBuilder {
    /// What the factors of the rows of one region and model are of.
    struct Subjects {
        /// Of the energy model; `nil`: the model is unmatched.
        let entry: String?
        /// Whose PUE.
        let effectiveness: String
        /// `nil`: the region is unknown.
        let zone: String?
        let waterBasis: String

        func subject(_ cause: Cause) -> Cause.Subject {
            switch cause {
            case .energyModel: .energyModel(entry: entry ?? "")
            case .effectiveness: .effectiveness(of: effectiveness)
            case .grid: .grid(zone: zone ?? "")
            }
        }
    }

    private(set) var sums = EmissionSums()
    private(set) var rows = 0
    /// Energy of the rows in which a measure is known, by its raw value; with what is known of it.
    private var covered = [Int64](repeating: 0, count: Measure.allCases.count)
    private var known = [Int64?](repeating: nil, count: Measure.allCases.count)
    /// On site, nL and the energy of the rows, by basis.
    private var water: [String: (nanolitres: Int64, energy: Int64)] = [:]
    private var ranges = Measure.ranged.map { (measure: $0, uncertainty: Uncertainty()) }

    mutating func add(_ row: EmissionSums, _ subjects: Subjects) {
        rows += 1
        sums += row
        let energy = row[.energy] ?? 0
        for measure in Measure.allCases {
            guard let value = row[measure] else { continue }
            covered[measure.rawValue] += energy
            known[measure.rawValue] = (known[measure.rawValue] ?? 0) + value
        }
        if let more = row[.onSiteWater] {
            let known = water[subjects.waterBasis] ?? (0, 0)
            water[subjects.waterBasis] = (known.nanolitres + more, known.energy + energy)
        }
        for index in ranges.indices {
            for (cause, down, up) in row.deviations(of: ranges[index].measure)
            where down != 0 || up != 0 {
                ranges[index].uncertainty.add(subjects.subject(cause), down: down, up: up)
            }
        }
    }

    /// Low and high of the whole; `nil` where nothing is known.
    func range(of measure: Measure) -> (low: Int64, high: Int64)? {
        guard let central = known[measure.rawValue] else { return nil }
        return ranges.first { $0.measure == measure }?.uncertainty.range(around: central)
    }

    var result: ReportSums {
        let energy = known[Measure.energy.rawValue] ?? 0
        func partial(_ value: Int64, _ covered: Int64, _ divisor: Double) -> ReportSums.Partial {
            ReportSums.Partial(
                value: Double(value) / divisor,
                coverage: energy == 0 ? 1 : Double(covered) / Double(energy))
        }
        var partials: [Measure: ReportSums.Partial] = [:]
        var bounds: [Measure: ClosedRange<Double>] = [:]
        for measure in Measure.allCases {
            let divisor = measure.declaration.unit.divisor ?? 1
            guard let value = known[measure.rawValue] else { continue }
            partials[measure] = partial(value, covered[measure.rawValue], divisor)
            if let range = range(of: measure) {
                bounds[measure] = Double(range.low) / divisor...Double(range.high) / divisor
            }
        }
        return ReportSums(
            sums, known: partials, ranges: bounds,
            onSiteWater: water.mapValues { partial($0.nanolitres, $0.energy, 1e9) })
    }
}
