/// Joins the ranges of the factors that a total rests on.
///
/// The rule: what one factor does adds up over all cells that use it, because it is wrong everywhere in the same
/// way. Different factors are independent, so their parts are added as squares (the propagation of uncertainty of
/// the GUM, JCGM 100:2008, 5.1.2, with full correlation within a factor). Downwards and upwards are kept apart.
package struct Uncertainty: Equatable, Sendable {
    private var down: [Cause.Subject: Int64] = [:]
    private var up: [Cause.Subject: Int64] = [:]

    package init() {}

    /// Adds what `subject` does to some cells, in units of the total.
    package mutating func add(_ subject: Cause.Subject, down less: Int64, up more: Int64) {
        if less != 0 { down[subject, default: 0] &+= less }
        if more != 0 { up[subject, default: 0] &+= more }
    }

    /// The range of a total, in its unit.
    package func range(around central: Int64) -> (low: Int64, high: Int64) {
        Self.range(around: central, down: down.values, up: up.values)
    }

    /// The range of a figure by the parts of its factors, rounded outward to whole units; never below zero.
    static func range(
        around central: Int64, down: some Sequence<Int64>, up: some Sequence<Int64>
    ) -> (low: Int64, high: Int64) {
        let (above, isOver) = central.addingReportingOverflow(root(up))
        let (below, isUnder) = central.subtractingReportingOverflow(root(down))
        return (isUnder ? 0 : max(0, below), isOver ? .max : above)
    }

    /// The root of the sum of squares, rounded up: exact, so that no order of adding matters.
    private static func root(_ parts: some Sequence<Int64>) -> Int64 {
        guard parts.contains(where: { $0 != 0 }) else { return 0 }
        // Beyond what any sum can hold.
        guard parts.reduce(0.0, { $0 + Double($1) * Double($1) }) < 0x1p126 else { return .max }
        let squares = parts.reduce(UInt128(0)) {
            $0 + UInt128($1.magnitude) * UInt128($1.magnitude)
        }
        var root = UInt128(Double(squares).squareRoot())
        while root * root < squares { root += 1 }
        while root > 0, (root - 1) * (root - 1) >= squares { root -= 1 }
        return Int64(clamping: root)
    }
}
