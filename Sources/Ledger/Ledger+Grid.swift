import Accounting
import Foundation
import GRDB
package import Grid
import Pipeline

extension Ledger {
    /// What an import of one grid file did.
    package struct GridImport: Sendable {
        /// The very bytes were imported before: nothing changed.
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
            let digest = Data(file.identity.sha256)
            let isKnown = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM grid_release WHERE sha256 = ?)",
                arguments: [digest])
            if isKnown == true {
                return GridImport(
                    isKnown: true, restatedValues: 0, derivedHours: 0, methodChanged: false)
            }
            let (runID, methodID, methodChanged) = try run.insert(db)
            try db.execute(
                sql: """
                    INSERT INTO grid_release (source, label, file_name, sha256, run_id)
                    VALUES (?, ?, ?, ?, ?)
                    """, arguments: [file.source, release, file.identity.name, digest, runID])
            let releaseID = db.lastInsertedRowID
            var restated = 0
            for (key, points) in file.series.sorted(by: { $0.key < $1.key }) {
                restated += try insertSeries(db, key, points, releaseID)
            }
            let derivation = try Derivation(db, method: run.method, methodID: methodID)
            let hours = try derivation.bringUpToDate(
                usedHours(db, file, run.method), methodChanged: methodChanged)
            return GridImport(
                isKnown: false, restatedValues: restated, derivedHours: hours.count,
                methodChanged: methodChanged)
        }
    }

    private func insertSeries(
        _ db: Database, _ key: GridFile.SeriesKey, _ points: [GridFile.Point], _ releaseID: Int64
    ) throws -> Int {
        try db.execute(
            sql: "INSERT OR IGNORE INTO grid_series (zone, basis, signal) VALUES (?, ?, ?)",
            arguments: [key.zone, key.basis.rawValue, key.signal.rawValue])
        let seriesID = try Int64.fetchOne(
            db,
            sql: "SELECT series_id FROM grid_series WHERE zone = ? AND basis = ? AND signal = ?",
            arguments: [key.zone, key.basis.rawValue, key.signal.rawValue])
        let statement = try db.cachedStatement(
            sql: "INSERT INTO grid_intensity VALUES (?, ?, ?, ?, ?)")
        for point in points {
            try statement.execute(arguments: [
                seriesID, point.hour.value, releaseID, point.intensity.value,
                point.evidence.rawValue,
            ])
        }
        return try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM grid_intensity AS new
                WHERE new.series_id = ?1 AND new.release_id = ?2 AND new.intensity_mg_per_kwh <> (
                    SELECT old.intensity_mg_per_kwh FROM grid_intensity AS old
                    WHERE old.series_id = ?1 AND old.hour = new.hour AND old.release_id < ?2
                    ORDER BY old.release_id DESC LIMIT 1)
                """, arguments: [seriesID, releaseID]) ?? 0
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
