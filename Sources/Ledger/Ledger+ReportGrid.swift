import Accounting
import GRDB

extension Ledger {
    /// The energy of filled hours by how they were filled.
    func fills(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.Fill] {
        let hours = month.hours
        let rows = try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT grid_step, coalesce(sum(energy_uwh), 0) FROM hour_factor JOIN method USING (method_id)
                WHERE is_primary = 1 AND hour >= ? AND hour < ? GROUP BY 1
                """, arguments: [hours.lowerBound.value, hours.upperBound.value])
        let total = rows.reduce(0.0) { $0 + Double($1[1] as Int64) }
        return GridLadder.Step.allCases.compactMap { step in
            guard let row = rows.first(where: { $0[0] == step.rawValue }), total > 0 else {
                return nil
            }
            let energy = Double(row[1] as Int64)
            return MonthReport.Fill(
                step: step.rawValue, energyKWh: energy / 1e9, share: energy / total)
        }
    }
}
