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

    /// A measure in the stored unit.
    fileprivate struct Known: Equatable {
        let amount: Int64
        /// Energy of the rows in which it is known.
        let energy: Int64
    }

    /// Energy and on-site water of the rows of one basis.
    fileprivate struct Water: Equatable {
        let basis: String
        var known: Known
    }

    private let sums: EmissionSums
    /// By the raw value of the measure.
    private let known: [Known?]
    /// In the order of ``Measure/ranged``.
    private let ranges: [ClosedRange<Int64>?]
    private let water: [Water]

    fileprivate init(
        _ sums: EmissionSums, known: [Known?], ranges: [ClosedRange<Int64>?], water: [Water]
    ) {
        self.sums = sums
        self.known = known
        self.ranges = ranges
        self.water = water
    }

    /// By what the figures count (withdrawal, consumption, unstated): the bases never meet in one sum.
    package var onSiteWater: [String: Partial] {
        Dictionary(
            uniqueKeysWithValues: water.map { ($0.basis, partial($0.known, of: .onSiteWater)) })
    }

    private func partial(_ known: Known, of measure: Measure) -> Partial {
        let energy = self.known[Measure.energy.rawValue]?.amount ?? 0
        return Partial(
            value: Double(known.amount) / (measure.declaration.unit.divisor ?? 1),
            coverage: energy == 0 ? 1 : Double(known.energy) / Double(energy))
    }

    /// Whether all energy knows it, as far as shares tell.
    private func isWhole(_ known: Known) -> Bool {
        let energy = self.known[Measure.energy.rawValue]?.amount ?? 0
        return energy == 0 || Double(known.energy) == Double(energy)
    }

    package subscript(counter: Counter) -> Int64 { sums[counter] }

    /// In the published unit, over what is known; `nil` where nothing is.
    package subscript(measure: Measure) -> Double? { partial(measure)?.value }

    /// With the share of the energy that it covers.
    package func partial(_ measure: Measure) -> Partial? {
        known[measure.rawValue].map { partial($0, of: measure) }
    }

    /// Where all of it is known.
    package func whole(_ measure: Measure) -> Double? {
        known[measure.rawValue].flatMap { isWhole($0) ? partial($0, of: measure).value : nil }
    }

    package func low(_ measure: Measure) -> Double? { bound(measure) { $0.lowerBound } }
    package func high(_ measure: Measure) -> Double? { bound(measure) { $0.upperBound } }

    private func bound(_ measure: Measure, _ end: (ClosedRange<Int64>) -> Int64) -> Double? {
        Measure.ranged.firstIndex(of: measure).flatMap { ranges[$0] }.map {
            Double(end($0)) / (measure.declaration.unit.divisor ?? 1)
        }
    }

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

    /// A figure of a line.
    package enum Figure: Equatable, Sendable {
        case unknown
        case count(Int64)
        /// So many thousand millionths of the published unit.
        case billionths(Int64)
        case quotient(Double)
    }

    /// What a column of ``figures`` shows of a measure.
    private struct Column {
        let measure: Measure
        let isCount: Bool
        let isWhole: Bool
        /// In ``Measure/ranged``.
        let range: Int?
    }

    private static let counters = Counter.published
    private static let columns = Measure.allCases.map { measure in
        Column(
            measure: measure, isCount: measure.declaration.unit.divisor == nil,
            isWhole: measure.declaration.sum == .whollyKnown,
            range: Measure.ranged.firstIndex(of: measure))
    }

    /// The names of ``figures``.
    package static let figureNames =
        Counter.published.map(\.column)
        + columns.flatMap { column in
            let name = column.measure.publishedColumn
            return column.range == nil ? [name] : [name, "\(name)_low", "\(name)_high"]
        } + ReportSumsBuilder().result.quotients.map(\.name)

    /// All figures of a line, each once; of measures that not all know, those that all do.
    package var figures: [Figure] {
        var figures: [Figure] = []
        figures.reserveCapacity(Self.figureNames.count)
        for counter in Self.counters { figures.append(.count(sums[counter])) }
        for column in Self.columns {
            if column.isCount {
                figures.append(sums[column.measure].map { .count($0) } ?? .unknown)
                continue
            }
            // Water of several bases has no sum.
            let known =
                column.measure == .onSiteWater
                ? water.count == 1 ? water[0].known : nil : known[column.measure.rawValue]
            if let known, !column.isWhole || isWhole(known) {
                figures.append(.billionths(known.amount))
            } else {
                figures.append(.unknown)
            }
            guard let range = column.range else { continue }
            figures.append(ranges[range].map { .billionths($0.lowerBound) } ?? .unknown)
            figures.append(ranges[range].map { .billionths($0.upperBound) } ?? .unknown)
        }
        for (_, value) in quotients { figures.append(value.map { .quotient($0) } ?? .unknown) }
        return figures
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
                try container.encodeIfPresent(partial(measure), forKey: Key(name))
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
    struct Subjects: Equatable {
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

    private static let measures = Measure.allCases

    private(set) var sums = EmissionSums()
    private(set) var rows = 0
    /// Energy of the rows in which a measure is known, by its raw value; with what is known of it.
    private var covered = [Int64](repeating: 0, count: Measure.allCases.count)
    private var known = [Int64](repeating: 0, count: Measure.allCases.count)
    private var isKnown: UInt64 = 0
    /// On site, nL and the energy of the rows, by basis.
    private var water: [ReportSums.Water] = []
    /// Of the first row.
    private var subjects: Subjects?
    /// What all factors do, in the order of ``Measure/ranged``, once rows of other subjects have come.
    private var joined: [Uncertainty] = []

    /// - Throws: When a sum passes 2^63. What is not negative then adds up here as well.
    mutating func add(_ row: EmissionSums, _ subjects: Subjects) throws(LedgerError) {
        if joined.isEmpty, let first = self.subjects, first != subjects {
            joined = Measure.ranged.map { _ in Uncertainty() }
            join(sums, first)
        }
        self.subjects = self.subjects ?? subjects
        if !joined.isEmpty { join(row, subjects) }
        rows += 1
        sums += row
        guard !sums.hasOverflown else {
            throw .invariant(
                "sums of energy and emissions fit in 2^63 µWh and µg; those of a month do not; is a coefficient or a "
                    + "reading in the wrong unit?")
        }
        let energy = row[.energy] ?? 0
        for measure in Self.measures {
            guard let value = row[measure] else { continue }
            guard value >= 0 else { throw .impossible("\(measure.column) \(value)") }
            covered[measure.rawValue] &+= energy
            known[measure.rawValue] &+= value
            isKnown |= 1 << UInt64(measure.rawValue)
        }
        if let more = row[.onSiteWater] { addWater(more, energy, subjects.waterBasis) }
    }

    private mutating func addWater(_ more: Int64, _ energy: Int64, _ basis: String) {
        let place = water.firstIndex { $0.basis == basis }
        let before = place.map { water[$0].known }
        let sum = ReportSums.Water(
            basis: basis,
            known: ReportSums.Known(
                amount: (before?.amount ?? 0) &+ more, energy: (before?.energy ?? 0) &+ energy))
        if let place { water[place] = sum } else { water.append(sum) }
    }

    private mutating func join(_ row: EmissionSums, _ subjects: Subjects) {
        for (index, measure) in Measure.ranged.enumerated() {
            for (cause, down, up) in row.deviations(of: measure) where down != 0 || up != 0 {
                joined[index].add(subjects.subject(cause), down: down, up: up)
            }
        }
    }

    private func known(_ measure: Measure) -> ReportSums.Known? {
        isKnown & 1 << UInt64(measure.rawValue) == 0
            ? nil
            : ReportSums.Known(amount: known[measure.rawValue], energy: covered[measure.rawValue])
    }

    /// Low and high of the whole; `nil` where nothing is known.
    func range(of measure: Measure) -> (low: Int64, high: Int64)? {
        guard let central = known(measure)?.amount else { return nil }
        guard !joined.isEmpty else { return sums.range(of: measure, around: central) }
        return Measure.ranged.firstIndex(of: measure).map { joined[$0].range(around: central) }
    }

    var result: ReportSums {
        ReportSums(
            sums, known: Self.measures.map(known),
            ranges: Measure.ranged.map { range(of: $0).map { $0.low...$0.high } }, water: water)
    }
}
