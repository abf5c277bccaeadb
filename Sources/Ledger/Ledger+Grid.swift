import Accounting
import Foundation
import GRDB
package import Grid
import Pipeline

extension Ledger {
    /// What an import of one grid file did.
    package struct GridImport: Sendable {
        /// Every value of the file is the one in force already: nothing changed.
        package let isKnown: Bool
        /// Values that take the place of earlier ones of another amount.
        package let restatedValues: Int
        /// Hours of usage whose rows were derived anew.
        package let derivedHours: Int
        package let methodChanged: Bool
    }

    /// Stores a file's series as a new release and derives what rests on its hours.
    ///
    /// Values of earlier releases stay; the latest release of an hour is in force.
    package func importGrid(
        _ file: GridFile, release: String, run: RunRecord
    ) throws -> GridImport {
        try write { db in
            let series = file.series.sorted { $0.key < $1.key }
            var isKnown = try rests(db, on: run.method)
            var restated = 0
            for (key, points) in series {
                let known = try valuesInForce(db, key)
                for point in points {
                    guard let value = known[point.hour.value] else {
                        isKnown = false
                        continue
                    }
                    if value.intensity != point.intensity { restated += 1 }
                    if value != (point.intensity, point.evidence) { isKnown = false }
                }
            }
            if isKnown {
                return GridImport(
                    isKnown: true, restatedValues: 0, derivedHours: 0, methodChanged: false)
            }
            let (runID, methodID, methodChanged) = try run.insert(db)
            try db.execute(
                sql: """
                    INSERT INTO grid_release (source, label, file_name, sha256, run_id)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    file.source, release, file.identity.name, Data(file.identity.sha256), runID,
                ])
            let releaseID = db.lastInsertedRowID
            for (key, points) in series { try insertSeries(db, key, points, releaseID) }
            let hours = try Derivation(db, method: run.method, methodID: methodID).bringUpToDate(
                usedHours(db, file, run.method), methodChanged: methodChanged)
            return GridImport(
                isKnown: false, restatedValues: restated, derivedHours: hours.count,
                methodChanged: methodChanged)
        }
    }

    /// The values of the latest release, by hour.
    private func valuesInForce(
        _ db: Database, _ key: GridFile.SeriesKey
    ) throws -> [Int: (intensity: MilligramsCO2ePerKilowattHour, evidence: GridEvidence)] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT hour, intensity_mg_per_kwh, evidence_id, max(release_id)
                FROM grid_intensity JOIN grid_series USING (series_id)
                WHERE zone = ? AND basis = ? AND signal = ? GROUP BY hour
                """, arguments: [key.zone, key.basis.rawValue, key.signal.rawValue])
        var values: [Int: (MilligramsCO2ePerKilowattHour, GridEvidence)] = [:]
        while let row = try rows.next() {
            values[row[0]] = (
                MilligramsCO2ePerKilowattHour(row[1]), GridEvidence(rawValue: row[2]) ?? .missing
            )
        }
        return values
    }

    private func insertSeries(
        _ db: Database, _ key: GridFile.SeriesKey, _ points: [GridFile.Point], _ releaseID: Int64
    ) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO grid_series (zone, basis, signal) VALUES (?, ?, ?)",
            arguments: [key.zone, key.basis.rawValue, key.signal.rawValue])
        let seriesID = try Int64.fetchOne(
            db,
            sql: "SELECT series_id FROM grid_series WHERE zone = ? AND basis = ? AND signal = ?",
            arguments: [key.zone, key.basis.rawValue, key.signal.rawValue])
        var insert = try IntegerInsert(db, into: "grid_intensity", columns: 5)
        for point in points {
            insert.add(seriesID)
            insert.add(Int64(point.hour.value))
            insert.add(releaseID)
            insert.add(point.intensity.value)
            insert.add(Int64(point.evidence.rawValue))
            try insert.endRow()
        }
        try insert.finish()
    }

    /// Hours of the file in which its zones used electricity.
    private func usedHours(
        _ db: Database, _ file: GridFile, _ method: Method
    ) throws -> Set<Int> {
        var hours: Set<Int> = []
        var imported: [String: Set<Int>] = [:]
        for (key, points) in file.series {
            imported[key.zone, default: []].formUnion(points.map(\.hour.value))
        }
        for (id, region) in try NameTable(db, table: "region").names {
            guard let zone = method.regions[region]?.zone, let known = imported[zone],
                let first = known.min(), let last = known.max()
            else { continue }
            let used = try Int.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT hour FROM usage
                    WHERE hour BETWEEN ? AND ? AND region_id = ?
                    """, arguments: [first, last, id])
            hours.formUnion(known.intersection(used))
        }
        for zone in imported.keys {
            let supplied = try Int.fetchAll(
                db, sql: "SELECT DISTINCT hour FROM pool_hour WHERE zone = ?", arguments: [zone])
            hours.formUnion(imported[zone, default: []].intersection(supplied))
        }
        return hours
    }

    /// Coverage of one zone, series and month.
    package struct GridCoverage: Codable, Sendable {
        package let zone: String
        package let month: String
        package let basis: String
        package let signal: String
        /// Hours of the month.
        package let hours: Int
        package let measured: Int
        package let estimated: Int
        package let missing: Int
        package let meanGramsPerKilowattHour: Double
        package let source: String

        enum CodingKeys: String, CodingKey {
            case zone, month, basis, signal, hours, measured, estimated, missing, source
            case meanGramsPerKilowattHour = "mean_g_per_kwh"
        }
    }

    /// Coverage by zone, basis and month, in that order.
    package func gridCoverage() throws -> [GridCoverage] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT zone, substr(hour, 1, 7) AS month, basis, signal,
                      sum(evidence = 'measured') AS measured,
                      sum(evidence = 'estimated') AS estimated,
                      avg(intensity_g_per_kwh) AS mean, group_concat(DISTINCT source) AS source
                    FROM grid_hours GROUP BY 1, 3, 4, 2 ORDER BY 1, 3, 4, 2
                    """)
            return rows.compactMap { row in
                let text: String = row["month"]
                guard let month = UTCMonth(text) else { return nil }
                let hours = month.hours.upperBound.value - month.hours.lowerBound.value
                let measured: Int = row["measured"]
                let estimated: Int = row["estimated"]
                return GridCoverage(
                    zone: row["zone"], month: text, basis: row["basis"], signal: row["signal"],
                    hours: hours, measured: measured, estimated: estimated,
                    missing: hours - measured - estimated,
                    meanGramsPerKilowattHour: row["mean"], source: row["source"])
            }
        }
    }
}
