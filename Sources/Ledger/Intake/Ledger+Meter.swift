import Accounting
import Foundation
import GRDB
package import Grid
import Pipeline

extension Ledger {
    /// What an import of one file of readings did.
    package struct MeterImport: Sendable {
        /// Every reading is the one in force already: nothing changed.
        package let isKnown: Bool
        /// Readings that take the place of earlier ones of another amount.
        package let restated: Int
        package let methodChanged: Bool
    }

    /// Stores readings as a new release and derives what rests on their hours.
    ///
    /// Readings of earlier releases stay; the latest release of an hour is in force.
    package func importMeter(
        _ file: MeterFile, release: String, run: RunRecord
    ) throws -> MeterImport {
        try write { db in
            var isKnown = try rests(db, on: run.method)
            var restated = 0
            for reading in file.readings {
                let known = try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT energy_uwh FROM meter_reading WHERE pool = ? AND hour = ?
                        ORDER BY release_id DESC LIMIT 1
                        """, arguments: [reading.pool, reading.hour.value])
                guard known != reading.energy.value else { continue }
                isKnown = false
                if known != nil { restated += 1 }
            }
            if isKnown { return MeterImport(isKnown: true, restated: 0, methodChanged: false) }
            let entry = try run.insert(db)
            try db.execute(
                sql: """
                    INSERT INTO meter_release (label, file_name, sha256, run_id)
                    VALUES (?, ?, ?, ?)
                    """,
                arguments: [release, file.identity.name, Data(file.identity.sha256), entry.runID])
            let releaseID = db.lastInsertedRowID
            for reading in file.readings {
                try db.cachedStatement(sql: "INSERT INTO meter_reading VALUES (?, ?, ?, ?)")
                    .execute(arguments: [
                        reading.pool, reading.hour.value, releaseID, reading.energy.value,
                    ])
            }
            _ = try Derivation.bringUpToDate(
                db, Set(file.readings.map(\.hour.value)), entry, method: run.method)
            return MeterImport(
                isKnown: false, restated: restated, methodChanged: entry.methodChanged)
        }
    }
}
