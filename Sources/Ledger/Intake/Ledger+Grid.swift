package import Accounting
import Foundation
import GRDB
package import Grid
import Pipeline

extension Ledger {
    /// What an import of one grid file did.
    package struct GridImport: Sendable {
        /// The file says nothing that is not known: no value changed.
        package let isKnown: Bool
        /// Values that take the place of earlier ones of another amount.
        package let restatedValues: Int
        /// By how much the means of months moved in which values were restated; the largest first.
        package let moves: [GridMove]
        /// Values that their source has changed since: they are kept, and not in force.
        package let staleValues: Int
        /// Values of the file that are suspect, by themselves or beside others.
        package let suspectValues: Int
        /// Known values that look otherwise beside those of the file: suspect now, or no longer.
        package let judgedValues: Int
        /// Hours of usage whose rows were derived anew.
        package let derivedHours: Int
        package let methodChanged: Bool
    }

    /// What a restatement did to a month.
    package struct GridMove: Equatable, Sendable {
        package let key: GridFile.SeriesKey
        package let month: UTCMonth
        /// Means over the hours that both releases have, g/kWh.
        package let before: Double
        package let after: Double

        /// Relative to what it was.
        package var change: Double { before == 0 ? 0 : after / before - 1 }
    }

    /// Stores a file's series as a new release and derives what rests on its hours.
    ///
    /// Values of earlier releases stay; of an hour's sound values that of the highest rank is in force.
    package func importGrid(
        _ file: GridFile, release: String, run: RunRecord
    ) throws -> GridImport {
        try write { db in
            var intakes: [GridFile.SeriesKey: GridIntake] = [:]
            var hasNews = false
            var restatement = Restatement()
            for (key, series) in file.series {
                let known = try values(db, key)
                let intake = GridIntake(
                    series.points, known: known, isJudged: key.signal == .average)
                hasNews = hasNews || intake.hasNews
                for point in intake.points
                where point.flags.isDisjoint(with: .suspect)
                    && intake.ranks[point.hour.value] == nil
                {
                    let inForce = GridIntake.inForce(known[point.hour.value] ?? [])
                    guard let inForce, point.coversAsWell(as: inForce) else { continue }
                    restatement.compare(inForce.intensity, point, key)
                }
                for mean in series.means where try !isInForce(db, mean, key) { hasNews = true }
                intakes[key] = intake
            }
            let isConfirmed = intakes.values.contains { !$0.confirmed.isEmpty }
            if !hasNews, !isConfirmed, try rests(db, on: run.method) {
                return GridImport(
                    isKnown: true, restatedValues: 0, moves: [], staleValues: 0,
                    suspectValues: 0, judgedValues: 0, derivedHours: 0, methodChanged: false)
            }
            let entry = try run.insert(db)
            try confirm(db, intakes, entry.runID)
            if hasNews { try insert(db, file, intakes, release: release, runID: entry.runID) }
            let hours = try Derivation.bringUpToDate(
                db, hasNews ? usedHours(db, intakes, run.method) : [], entry, method: run.method)
            return GridImport(
                isKnown: !hasNews, restatedValues: restatement.values, moves: restatement.moves,
                staleValues: intakes.values.map(\.staleValues).reduce(0, +),
                suspectValues: intakes.values.reduce(0) { sum, intake in
                    sum + intake.points.count { !$0.flags.isDisjoint(with: .suspect) }
                },
                judgedValues: intakes.values.map(\.judged.count).reduce(0, +),
                derivedHours: hours.count, methodChanged: entry.methodChanged)
        }
    }

    /// Values of one release beside those that were in force.
    private struct Restatement {
        private struct Month: Hashable {
            let key: GridFile.SeriesKey
            let month: UTCMonth
        }

        private(set) var values = 0
        private var sums: [Month: (before: Int64, after: Int64, hours: Int64, restated: Int)] = [:]

        mutating func compare(
            _ before: MilligramsCO2ePerKilowattHour, _ point: GridFile.Point,
            _ key: GridFile.SeriesKey
        ) {
            let isRestated = before != point.intensity
            values += isRestated ? 1 : 0
            let month = Month(key: key, month: point.hour.month)
            sums[month, default: (0, 0, 0, 0)].before += before.value
            sums[month]?.after += point.intensity.value
            sums[month]?.hours += 1
            sums[month]?.restated += isRestated ? 1 : 0
        }

        var moves: [GridMove] {
            sums.filter { $0.value.restated > 0 }.map { month, sums in
                GridMove(
                    key: month.key, month: month.month,
                    before: Double(sums.before) / 1e3 / Double(sums.hours),
                    after: Double(sums.after) / 1e3 / Double(sums.hours))
            }.sorted {
                ($1.change.magnitude, $0.key, $0.month) < ($0.change.magnitude, $1.key, $1.month)
            }
        }
    }

    /// All values of a series by hour.
    private func values(
        _ db: Database, _ key: GridFile.SeriesKey
    ) throws -> [Int: [KnownGridValue]] {
        guard let series = try seriesID(db, key) else { return [:] }
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT hour, intensity_mg_per_kwh, evidence_id, flags, revised_ms, release_id, rank
                FROM (\(GridInForce.standing(where: "g.series_id = ?"))) ORDER BY hour, rank DESC
                """, arguments: [series])
        var hours: [Int: [KnownGridValue]] = [:]
        while let row = try rows.next() {
            let hour: Int = try row[0]
            let point = try GridFile.Point(
                hour: UTCHour(hour), intensity: MilligramsCO2ePerKilowattHour(row[1]),
                evidence: GridEvidence(rawValue: row[2]) ?? .missing,
                flags: GridFlags(rawValue: row[3]), revised: row[4])
            try hours[hour, default: []].append(
                KnownGridValue(release: row[5], rank: row[6], point: point))
        }
        return hours
    }

    private func seriesID(_ db: Database, _ key: GridFile.SeriesKey) throws -> Int64? {
        try Int64.fetchOne(
            db,
            sql: "SELECT series_id FROM grid_series WHERE zone = ? AND basis = ? AND signal = ?",
            arguments: [key.zone, key.basis.rawValue, key.signal.rawValue])
    }

    /// Keeps when a source last stated what is known.
    private func confirm(
        _ db: Database, _ intakes: [GridFile.SeriesKey: GridIntake], _ runID: Int64
    ) throws {
        var spans: [GridInForce.Span] = []
        for (key, intake) in intakes where !intake.confirmed.isEmpty {
            guard let series = try seriesID(db, key) else { continue }
            for value in intake.confirmed {
                try GridInForce.judge(
                    db, series: series, hour: value.hour, release: value.release, run: runID,
                    revised: value.revised)
                spans.append(GridInForce.Span(series: series, hours: value.hour...value.hour))
            }
        }
        try GridInForce.derive(db, of: spans)
    }

    /// Whether a mean of a longer time is the one that the latest release states.
    private func isInForce(
        _ db: Database, _ mean: GridFile.Mean, _ key: GridFile.SeriesKey
    ) throws -> Bool {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT intensity_mg_per_kwh FROM grid_mean JOIN grid_series USING (series_id)
                WHERE zone = ? AND basis = ? AND signal = ? AND first_hour = ? AND end_hour = ?
                ORDER BY release_id DESC LIMIT 1
                """,
            arguments: [
                key.zone, key.basis.rawValue, key.signal.rawValue, mean.hours.lowerBound.value,
                mean.hours.upperBound.value,
            ]) == mean.intensity.value
    }

    private func insert(
        _ db: Database, _ file: GridFile, _ intakes: [GridFile.SeriesKey: GridIntake],
        release: String, runID: Int64
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO grid_release
                  (source, label, file_name, sha256, run_id, boundary, fuel_factors,
                  losses_inside)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                file.source, release, file.identity.name, Data(file.identity.sha256), runID,
                file.boundary.rawValue, file.fuelFactors, file.includesLosses,
            ])
        let releaseID = db.lastInsertedRowID
        var spans: [GridInForce.Span] = []
        for (key, intake) in intakes.sorted(by: { $0.key < $1.key }) {
            let means = file.series[key]?.means ?? []
            spans += try insert(db, key, intake, means, releaseID, runID).map { [$0] } ?? []
        }
        try GridInForce.derive(db, of: spans)
    }

    /// - Returns: The hours in which another value may be in force.
    private func insert(
        _ db: Database, _ key: GridFile.SeriesKey, _ intake: GridIntake, _ means: [GridFile.Mean],
        _ releaseID: Int64, _ runID: Int64
    ) throws -> GridInForce.Span? {
        try db.execute(
            sql: "INSERT OR IGNORE INTO grid_series (zone, basis, signal) VALUES (?, ?, ?)",
            arguments: [key.zone, key.basis.rawValue, key.signal.rawValue])
        guard let seriesID = try seriesID(db, key) else { return nil }
        var insert = try IntegerInsert(
            db, into: "grid_value",
            columns: [
                "series_id", "hour", "release_id", "intensity_mg_per_kwh", "evidence_id", "flags",
                "revised_ms", "rank",
            ])
        for point in intake.points {
            insert.add(seriesID)
            insert.add(Int64(point.hour.value))
            insert.add(releaseID)
            insert.add(point.intensity.value)
            insert.add(Int64(point.evidence.rawValue))
            insert.add(Int64(point.flags.rawValue))
            insert.add(point.revised)
            insert.add(intake.ranks[point.hour.value] ?? releaseID)
            try insert.endRow()
        }
        try insert.finish()
        for ranked in intake.ranked {
            try GridInForce.judge(
                db, series: seriesID, hour: ranked.hour, release: ranked.release, run: runID,
                rank: ranked.rank ?? releaseID)
        }
        for judged in intake.judged {
            try GridInForce.judge(
                db, series: seriesID, hour: judged.hour, release: judged.release, run: runID,
                flags: judged.flags.rawValue)
        }
        let hours =
            intake.points.map(\.hour.value) + intake.ranked.map(\.hour)
            + intake.judged.map(\.hour)
        for mean in means {
            try db.cachedStatement(sql: "INSERT INTO grid_mean VALUES (?, ?, ?, ?, ?)").execute(
                arguments: [
                    seriesID, mean.hours.lowerBound.value, mean.hours.upperBound.value, releaseID,
                    mean.intensity.value,
                ])
        }
        guard let first = hours.min(), let last = hours.max() else { return nil }
        return GridInForce.Span(series: seriesID, hours: first...last)
    }

    /// Hours that rest on the zones of the file: those of its values, and those that were filled or missing, as any value of a
    /// zone can change how its gaps are filled.
    private func usedHours(
        _ db: Database, _ intakes: [GridFile.SeriesKey: GridIntake], _ method: Method
    ) throws -> Set<Int> {
        var hours: Set<Int> = []
        let regions = try NameTable(db, table: "region").names
        let drawnFrom = Set(regions.compactMap { method.regions[$0.value]?.zone })
        var imported: [String: Set<Int>] = [:]
        for (key, intake) in intakes where drawnFrom.contains(key.zone) {
            imported[key.zone, default: []].formUnion(
                intake.points.map(\.hour.value) + intake.judged.map(\.hour))
        }
        let filled = "evidence_id > \(GridEvidence.estimated.rawValue)"
        for (id, region) in regions {
            guard let zone = method.regions[region]?.zone, let known = imported[zone] else {
                continue
            }
            hours.formUnion(
                try Int.fetchAll(
                    db,
                    sql: "SELECT DISTINCT hour FROM hour_factor WHERE region_id = ? AND \(filled)",
                    arguments: [id]))
            guard let first = known.min(), let last = known.max() else { continue }
            let used = try Int.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT hour FROM usage
                    WHERE hour BETWEEN ? AND ? AND region_id = ?
                    """, arguments: [first, last, id])
            hours.formUnion(known.intersection(used))
        }
        for zone in Set(intakes.keys.map(\.zone)) {
            hours.formUnion(
                try Int.fetchAll(
                    db, sql: "SELECT DISTINCT hour FROM pool_hour WHERE zone = ?", arguments: [zone]
                ))
        }
        return hours
    }
}
