/// A stored integer of a derived row. Hours, days, months and totals have the same columns, made from ``Counter`` and
/// ``Measure``; what reads or writes such rows iterates over them.
package enum EmissionColumn: Hashable, Sendable {
    case counter(Counter)
    case measure(Measure)
    /// How far the measure could lie below or above for one cause: adds up over rows.
    case down(Measure, Cause)
    case up(Measure, Cause)
    /// By all causes, which join as squares: of this row only.
    case low(Measure)
    case high(Measure)

    package var name: String {
        switch self {
        case .counter(let counter): counter.column
        case .measure(let measure): measure.column
        case .down(let measure, let cause): Self.name(measure, "\(cause.rawValue)_down")
        case .up(let measure, let cause): Self.name(measure, "\(cause.rawValue)_up")
        case .low(let measure): "\(measure.column)_low"
        case .high(let measure): "\(measure.column)_high"
        }
    }

    private static func name(_ measure: Measure, _ part: String) -> String {
        "\(measure.declaration.name)_\(part)\(measure.declaration.unit.storedSuffix)"
    }

    /// Whether it is NULL where nothing, or not all, is known.
    package var isOptional: Bool {
        switch self {
        case .counter, .down, .up: false
        case .measure(let measure): measure.declaration.sum != .known
        case .low(let measure), .high(let measure): measure.declaration.sum != .known
        }
    }

    /// Those that add up, in order.
    package static let sums: [EmissionColumn] = {
        func measures(_ sum: Measure.Sum) -> [EmissionColumn] {
            Measure.allCases.filter { $0.declaration.sum == sum }.map { .measure($0) }
        }
        let deviations = Measure.ranged.flatMap { measure -> [EmissionColumn] in
            measure.declaration.causes.flatMap { cause -> [EmissionColumn] in
                [.down(measure, cause), .up(measure, cause)]
            }
        }
        return Counter.published.map { .counter($0) } + measures(.known) + deviations
            + measures(.partlyKnown) + measures(.whollyKnown)
    }()

    /// Those of one row.
    package static let bounds: [EmissionColumn] = Measure.ranged.flatMap { [.low($0), .high($0)] }

    /// All, in order.
    package static let all = sums + bounds
}
