/// Why a stated number moved. The order is that of substitution: each step takes the parts up to its cause from today and the
/// others from the statement, so that the steps add up to the whole difference.
package enum RestatementCause: String, CaseIterable, Comparable, Sendable {
    /// Requests that came, left or changed, meter readings, and what follows from the cells: batch sizes, means, pools.
    case logs
    case names
    case energyModel = "energy_model"
    case tables
    case basis
    case gridRelease = "grid_release"
    case gapFilling = "gap_filling"
    case derivation

    /// As people call it.
    package var text: String {
        switch self {
        case .logs: "logs and meter readings"
        case .names: MethodPart.names.text
        case .energyModel: MethodPart.energyModel.text
        case .tables: MethodPart.tables.text
        case .basis: MethodPart.basis.text
        case .gridRelease: "grid releases"
        case .gapFilling: MethodPart.ladder.text
        case .derivation: MethodPart.derivation.text
        }
    }

    package static func < (left: RestatementCause, right: RestatementCause) -> Bool {
        let order = allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
}
