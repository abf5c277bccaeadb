package import Accounting
import GRDB
import Synchronization

/// Series by zone, each read and measured once.
final class SeriesCache: Sendable {
    /// A series and what its gaps are filled with is off by.
    struct Known: Sendable {
        let series: HourlySeries
        let errors: LadderErrors
    }

    private let known = Mutex<[String: Known]>([:])

    func series(of zone: String, _ read: () throws -> HourlySeries) throws -> Known {
        if let series = known.withLock({ $0[zone] }) { return series }
        let series = try read()
        let measured = Known(series: series, errors: LadderErrors(of: series))
        known.withLock { $0[zone] = measured }
        return measured
    }
}

extension Derivation {
    /// A value for an hour of which none is in force, by the zone's ladder in a method; `nil` when no step reaches it.
    func filled(_ zone: String, _ hour: Int, by method: Method) throws -> Method.GridHour? {
        let ladder = method.ladder(of: zone)
        guard !ladder.steps.isEmpty else { return nil }
        let known = try series.series(of: zone) {
            try HourlySeries(db, zone: zone, basis: method.basis)
        }
        let annual = method.annual.entry(
            of: zone, basis: method.basis, year: UTCHour(hour).month.year)
        return ladder.fill(
            UTCHour(hour), in: known.series, errors: known.errors, annual: annual, zone: zone
        ).map { fill in
            Method.GridHour(
                fill,
                includesLosses: fill.step == .annual
                    ? annual?.losses == .inside : known.series.includesLosses)
        }
    }
}

extension HourlySeries {
    /// The average values of a zone that are in force.
    init(_ db: Database, zone: String, basis: IntensityBasis) throws {
        var points: [Point] = []
        var includesLosses = false
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT g.hour, g.intensity_mg_per_kwh, release_id, l.losses_inside
                FROM grid_in_force AS g
                JOIN grid_series USING (series_id) JOIN grid_release AS l USING (release_id)
                WHERE zone = ? AND basis = ? AND signal = 'average' ORDER BY g.hour
                """, arguments: [zone, basis.rawValue])
        while let row = try rows.next() {
            points.append(
                Point(
                    hour: Int(try row.number(0, in: StoredNumber.hours)),
                    milligrams: try row.number(1, in: StoredNumber.intensities), release: try row[2]
                ))
            includesLosses = try includesLosses || row[3]
        }
        let means = try Row.fetchAll(
            db,
            sql: """
                SELECT first_hour, end_hour, intensity_mg_per_kwh, release_id, l.losses_inside
                FROM grid_mean
                JOIN grid_series USING (series_id) JOIN grid_release AS l USING (release_id)
                WHERE zone = ? AND basis = ? AND signal = 'average' ORDER BY release_id DESC
                """, arguments: [zone, basis.rawValue])
        self.init(
            points,
            means: try means.map { row in
                let first = try row.number(0, in: StoredNumber.hours)
                let end = try row.number(1, in: first...StoredNumber.hours.upperBound + 1)
                return Mean(
                    hours: Int(first)..<Int(end),
                    milligrams: try row.number(2, in: StoredNumber.intensities), release: try row[3]
                )
            }, includesLosses: try includesLosses || means.contains { try $0[4] })
    }
}

extension Derivation {
    /// Keeps what the values of an hour were filled from.
    func insertFills(_ grid: GridHours) throws {
        for (zone, value) in grid.average {
            guard let value, value.step != nil else { continue }
            var releases: Set<Int64> = []
            var factor = ""
            for points in value.points {
                switch points {
                case .hours(let hours, let every):
                    let known = try series.series(of: zone) {
                        try HourlySeries(db, zone: zone, basis: method.basis)
                    }
                    releases.formUnion(
                        known.series.releases(
                            in: stride(from: hours.lowerBound, to: hours.upperBound, by: every)))
                case .mean(let mean): releases.insert(mean.release)
                case .annual(let entry): factor = RunRecord.subject(of: entry)
                }
            }
            for release in releases.isEmpty ? [nil] : releases.sorted().map({ $0 as Int64? }) {
                try db.cachedStatement(sql: "INSERT INTO grid_fill VALUES (?, ?, ?, ?)")
                    .execute(arguments: [grid.hour, zone, release ?? 0, factor])
            }
        }
    }
}

extension Ledger {
    /// How wrong the ladder is on the series that were imported, by zone.
    package func validateLadder(
        _ method: Method, zone: String?
    ) throws -> [(zone: String, rows: [LadderValidation.Row])] {
        try read { db in
            let zones = try String.fetchAll(
                db,
                sql: """
                    SELECT zone FROM grid_series
                    WHERE basis = ? AND signal = 'average' AND zone = coalesce(?, zone) ORDER BY zone
                    """, arguments: [method.basis.rawValue, zone])
            return try zones.map { zone in
                let series = try HourlySeries(db, zone: zone, basis: method.basis)
                let errors = LadderErrors(of: series)
                return (
                    zone, LadderValidation.rows(series, method.ladder(of: zone), errors: errors)
                )
            }
        }
    }
}
