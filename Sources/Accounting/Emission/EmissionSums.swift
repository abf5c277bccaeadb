/// Sums of cells: a row of an hour, a day, a month, or a total, in the order of ``EmissionColumn/sums``.
package struct EmissionSums: Sendable {
    private var sums = [Int64](repeating: 0, count: EmissionColumn.sums.count)
    /// Bits of columns of which a part was known, or was not.
    private var known: UInt64 = 0
    private var unknown: UInt64 = 0

    /// A sum passed what a row can hold.
    package private(set) var hasOverflown = false

    package init() {}

    // MARK: Places

    /// Where the columns stand, looked up once.
    private final class Layout: Sendable {
        let counters = Counter.published
        let measures = Measure.allCases
        let counterPlaces: [Int?]
        let measurePlaces: [Int]
        /// The place of `down`; that of `up` is the next.
        let deviations: [(measure: Measure, cause: Cause, place: Int)]
        /// Those of one measure, by its raw value.
        let deviationsOfMeasure: [[(cause: Cause, place: Int)]]
        /// Bits of columns that are NULL where nothing is known, and where not all is.
        let partly: UInt64
        let wholly: UInt64

        init() {
            let places = Dictionary(
                uniqueKeysWithValues: EmissionColumn.sums.enumerated().map { ($1, $0) })
            counterPlaces = Counter.allCases.map { places[.counter($0)] }
            let measurePlaces = Measure.allCases.map { places[.measure($0)] ?? 0 }
            self.measurePlaces = measurePlaces
            let deviations = Measure.ranged.flatMap { measure in
                measure.declaration.causes.map { cause in
                    (measure: measure, cause: cause, place: places[.down(measure, cause)] ?? 0)
                }
            }
            self.deviations = deviations
            deviationsOfMeasure = Measure.allCases.map { measure in
                deviations.filter { $0.measure == measure }.map { ($0.cause, $0.place) }
            }
            func bits(_ sum: Measure.Sum) -> UInt64 {
                Measure.allCases.filter { $0.declaration.sum == sum }.reduce(0) {
                    $0 | 1 << UInt64(measurePlaces[$1.rawValue])
                }
            }
            partly = bits(.partlyKnown)
            wholly = bits(.whollyKnown)
        }
    }

    private static let layout = Layout()

    // MARK: Adding

    private mutating func increase(_ place: Int, by value: Int64) {
        let (sum, overflow) = sums[place].addingReportingOverflow(value)
        sums[place] = sum
        if overflow { hasOverflown = true }
    }

    /// Becomes the row of a cell, whatever it was.
    package mutating func become(
        _ activity: Activity, _ cell: CellEmission, evidence: GridEvidence
    ) {
        let layout = Self.layout
        var (known, unknown): (UInt64, UInt64) = (0, 0)
        var sums = self.sums.mutableSpan
        for (place, counter) in layout.counters.enumerated() {
            sums[place] = activity[counter]
        }
        for measure in layout.measures {
            let place = layout.measurePlaces[measure.rawValue]
            let value = measure.value(activity, cell, evidence)
            sums[place] = value ?? 0
            let bit: UInt64 = 1 << UInt64(place)
            if value == nil { unknown |= bit } else { known |= bit }
        }
        for (measure, cause, place) in layout.deviations {
            let parts = measure.deviation(cause, of: cell)
            sums[place] = parts.x
            sums[place + 1] = parts.y
        }
        self.known = known
        self.unknown = unknown
        hasOverflown = false
    }

    /// Adds a row; merging rows is adding their cells.
    package static func += (left: inout EmissionSums, right: EmissionSums) {
        var hasOverflown = left.hasOverflown || right.hasOverflown
        var sums = left.sums.mutableSpan
        let others = right.sums.span
        for place in sums.indices {
            let (sum, overflow) = sums[place].addingReportingOverflow(others[place])
            sums[place] = sum
            hasOverflown = hasOverflown || overflow
        }
        left.known |= right.known
        left.unknown |= right.unknown
        left.hasOverflown = hasOverflown
    }

    /// Adds a stored row.
    ///
    /// - Parameters:
    ///   - value: Of a place in ``EmissionColumn/sums``; 0 where it is not known.
    ///   - unknown: A bit for each place that is not known.
    package mutating func add(row value: (Int) -> Int64, unknown: UInt64) {
        for place in sums.indices { increase(place, by: value(place)) }
        known |= ~unknown
        self.unknown |= unknown
    }

    /// The sums of a longer time, after one of its parts has become another.
    ///
    /// - Returns: `nil` where only adding all parts again can tell, as this one may have been all that was known, or all
    ///   that was not.
    package func replacing(_ before: EmissionSums?, by after: EmissionSums) -> EmissionSums? {
        var result = EmissionSums()
        for place in sums.indices {
            let bit: UInt64 = 1 << UInt64(place)
            let (whole, old, new) = (self[place], before?[place], after[place])
            if Self.layout.partly & bit != 0, whole != nil, old != nil, new == nil { return nil }
            if Self.layout.wholly & bit != 0 {
                if whole == nil, let before, before[place] == nil, new != nil { return nil }
                guard whole != nil, new != nil else {
                    result.unknown |= bit
                    continue
                }
            }
            guard whole != nil || new != nil else {
                result.unknown |= bit
                continue
            }
            result.increase(place, by: whole ?? 0)
            result.increase(place, by: new ?? 0)
            result.increase(place, by: -(old ?? 0))
            result.known |= bit
        }
        return result
    }

    // MARK: Reading

    /// At a place in ``EmissionColumn/sums``; `nil` where it is not known.
    package subscript(place: Int) -> Int64? {
        let bit: UInt64 = 1 << UInt64(place)
        if Self.layout.partly & bit != 0 { return known & bit == 0 ? nil : sums[place] }
        if Self.layout.wholly & bit != 0 { return unknown & bit == 0 ? sums[place] : nil }
        return sums[place]
    }

    package subscript(counter: Counter) -> Int64 {
        Self.layout.counterPlaces[counter.rawValue].map { sums[$0] } ?? 0
    }

    /// `nil` where it is not known.
    package subscript(measure: Measure) -> Int64? {
        self[Self.layout.measurePlaces[measure.rawValue]]
    }

    /// The sum of what is known, whatever is not.
    package func knownPart(_ measure: Measure) -> Int64? {
        let place = Self.layout.measurePlaces[measure.rawValue]
        return known & 1 << UInt64(place) == 0 ? nil : sums[place]
    }

    /// How far a measure could lie below and above, by cause.
    package func deviations(
        of measure: Measure
    ) -> [(cause: Cause, down: Int64, up: Int64)] {
        Self.layout.deviationsOfMeasure[measure.rawValue].map {
            ($0.cause, sums[$0.place], sums[$0.place + 1])
        }
    }

    /// Low and high of a row of one model and region, in which each cause is one factor; `nil` where the measure is not
    /// known.
    package func range(of measure: Measure) -> (low: Int64, high: Int64)? {
        self[measure].flatMap { range(of: measure, around: $0) }
    }

    /// Low and high of part of the measure, such as what is known of it.
    package func range(of measure: Measure, around central: Int64) -> (low: Int64, high: Int64) {
        let parts = Self.layout.deviationsOfMeasure[measure.rawValue]
        return Uncertainty.range(
            around: central, down: parts.lazy.map { sums[$0.place] },
            up: parts.lazy.map { sums[$0.place + 1] })
    }
}

extension EmissionSums: Equatable {
    /// Whether all columns are the same.
    package static func == (left: EmissionSums, right: EmissionSums) -> Bool {
        let isKnownAlike =
            (left.known ^ right.known) & layout.partly | (left.unknown ^ right.unknown)
            & layout.wholly == 0
        if isKnownAlike, left.sums == right.sums { return true }
        return left.sums.indices.allSatisfy { left[$0] == right[$0] }
    }
}
