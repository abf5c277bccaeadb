import Accounting
import GRDB

/// Reads the central values of stored factors back.
enum StoredFactor {
    /// Of `hour_factor` and `statement_hour`, in the order in which ``central(_:from:)`` reads them.
    static let columns =
        ["intensity_mg_per_kwh", "pue_ppm"] + Charge.allCases.map { FactorColumns.central($0) }

    private static let places = Dictionary(
        uniqueKeysWithValues: Charge.allCases.enumerated().map { ($1, $0) })

    /// - Parameter first: Where ``columns`` begin.
    static func central(_ row: IntegerStatement.Row, from first: Int) -> CentralFactor {
        func value(_ place: Int) -> Int64? { row.isNull(first + place) ? nil : row[first + place] }
        return CentralFactor(
            energy: value(2) == nil
                ? nil : EnergyCoefficients { row[first + 2 + (places[$0] ?? 0)] },
            effectiveness: value(1).map(PowerUsageEffectiveness.init),
            intensity: value(0).map(MilligramsCO2ePerKilowattHour.init))
    }
}
