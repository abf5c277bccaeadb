import Accounting
import GRDB

extension Ledger {
    /// The energy of filled hours by how they were filled.
    func fills(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.Fill] {
        let hours = month.hours
        let rows = try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT grid_step, coalesce(sum(energy_uwh), 0) FROM hour_factor
                WHERE hour >= ? AND hour < ? GROUP BY 1
                """, arguments: [hours.lowerBound.value, hours.upperBound.value])
        let total = try rows.reduce(0.0) { try $0 + Double($1[1] as Int64) }
        return try GridLadder.Step.allCases.compactMap { step in
            guard let row = try rows.first(where: { try $0[0] == step.rawValue }), total > 0 else {
                return nil
            }
            let energy = try Double(row[1] as Int64)
            return MonthReport.Fill(
                step: step.rawValue, energyKWh: energy / 1e9, share: energy / total)
        }
    }

    /// The releases of the values in force.
    func releases(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.GridRelease] {
        let hours = month.hours
        let rows = try GRDB.Row.fetchAll(
            db,
            sql: GridUse.values,
            arguments: [month.ordinal, hours.lowerBound.value, hours.upperBound.value])
        var zones: [Int64: Set<String>] = [:]
        for row in rows { try zones[row[0], default: []].insert(row[1]) }
        return try releases(db, zones)
    }

    /// What filled hours rest on, as the steps said: releases of the values that they used, and published factors.
    func filledFrom(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.GridRelease] {
        let hours = month.hours
        let used = try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT DISTINCT f.zone, f.release_id, f.factor FROM grid_fill AS f
                WHERE f.hour >= ? AND f.hour < ? ORDER BY 1, 2, 3
                """, arguments: [hours.lowerBound.value, hours.upperBound.value])
        var zones: [Int64: Set<String>] = [:]
        var factors: [String: Set<String>] = [:]
        for row in used {
            let release: Int64 = try row[1]
            let factor: String = try row[2]
            if release != 0 { try zones[release, default: []].insert(row[0]) }
            if !factor.isEmpty { try factors[factor, default: []].insert(row[0]) }
        }
        let published = try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT subject, source, boundary, released FROM factor JOIN derivation USING (method_id)
                WHERE kind = 'grid' ORDER BY subject
                """)
        return try releases(db, zones)
            + published.compactMap { row in
                let subject: String = try row[0]
                let year: String = try row[3]
                guard let zones = factors[subject] else { return nil }
                let zone = subject.dropLast(year.count + 1)
                return try MonthReport.GridRelease(
                    source: "factor of \(zone) for \(year)", release: row[1], boundary: row[2],
                    fuelFactors: "", zones: zones.sorted())
            }
    }

    /// - Parameter zones: By release.
    private func releases(
        _ db: Database, _ zones: [Int64: Set<String>]
    ) throws -> [MonthReport.GridRelease] {
        try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT release_id, source, label, boundary, fuel_factors FROM grid_release
                ORDER BY source, label, release_id
                """
        ).compactMap { row in
            guard let zones = try zones[row[0]] else { return nil }
            return try MonthReport.GridRelease(
                source: row[1], release: row[2], boundary: row[3], fuelFactors: row[4],
                zones: zones.sorted())
        }
    }
}
