/// What makes a total uncertain: one factor, wherever it was used.
package enum Cause: Hashable, Sendable {
    /// An entry of the energy model.
    case energyModel(entry: String)
    /// Its share of making the hardware.
    case embodied(entry: String)
    /// A region's PUE, or the default of all that publish none.
    case effectiveness(of: String)
    /// The intensities of a zone.
    case grid(zone: String)
}

/// Joins the ranges of the factors that a total rests on.
///
/// The rule: what one factor does adds up over all cells that use it, because it is wrong everywhere in the same
/// way. Different factors are independent, so their parts are added as squares (the propagation of uncertainty of
/// the GUM, JCGM 100:2008, 5.1.2, with full correlation within a factor). Downwards and upwards are kept apart.
package struct Uncertainty: Equatable, Sendable {
    private var down: [Cause: Int64] = [:]
    private var up: [Cause: Int64] = [:]

    package init() {}

    /// Adds what `cause` does to some cells, in units of the total.
    package mutating func add(_ cause: Cause, down less: Int64, up more: Int64) {
        if less != 0 { down[cause, default: 0] += less }
        if more != 0 { up[cause, default: 0] += more }
    }

    /// The range of a total, in its unit.
    package func range(around central: Int64) -> (low: Double, high: Double) {
        (
            max(0, Double(central) - Self.root(down.values)),
            Double(central) + Self.root(up.values)
        )
    }

    private static func root(_ parts: some Sequence<Int64>) -> Double {
        // Sorted, so that the sum does not depend on the order of a dictionary.
        parts.sorted().reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
}
