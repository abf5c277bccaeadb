package import Accounting
import GRDB

/// Emissions of a month and region, kg CO2e.
package struct RegionEmissions: Sendable {
    package let month: UTCMonth
    package let region: String
    /// `nil` where nothing is known.
    package let location: Double?
    /// `nil` unless all of it is known.
    package let market: Double?
}

extension Ledger {
    /// Of all months.
    package func emissionsByRegion() throws -> [RegionEmissions] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT e.month, r.name, sum(e.emissions_ug),
                      iif(count(e.market_emissions_ug) = count(*), sum(e.market_emissions_ug), NULL)
                    FROM monthly_emission AS e JOIN region AS r USING (region_id)
                    GROUP BY 1, 2 ORDER BY 1, 2
                    """
            ).map { row in
                let ordinal: Int = try row[0]
                func kilograms(_ column: Int) throws -> Double? {
                    try (row[column] as Int64?).map { Double($0) / 1e9 }
                }
                return try RegionEmissions(
                    month: UTCMonth(year: ordinal / 12, month: ordinal % 12 + 1), region: row[1],
                    location: kilograms(2), market: kilograms(3))
            }
        }
    }
}
