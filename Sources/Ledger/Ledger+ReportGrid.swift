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

    /// The releases of the values in force.
    func releases(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.GridRelease] {
        let hours = month.hours
        let rows = try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT DISTINCT l.release_id, s.zone
                FROM (SELECT DISTINCT zone, hour, method_id
                      FROM hour_factor JOIN region_zone USING (method_id, region_id)
                      WHERE hour >= ?1 AND hour < ?2) AS f
                JOIN method AS p ON p.method_id = f.method_id AND p.is_primary = 1
                JOIN grid_series AS s
                  ON s.zone = f.zone AND s.basis = p.basis AND s.signal = p.signal
                JOIN grid_release AS l ON l.release_id = (
                  SELECT g.release_id FROM grid_intensity AS g
                  WHERE g.series_id = s.series_id AND g.hour = f.hour AND \(GridOrder.isSound("g"))
                  ORDER BY \(GridOrder.latest("g")) LIMIT 1)
                """, arguments: [hours.lowerBound.value, hours.upperBound.value])
        var zones: [Int64: Set<String>] = [:]
        for row in rows { zones[row[0], default: []].insert(row[1]) }
        return try releases(db, zones)
    }

    /// What filled hours rest on: releases of the hours that a step takes, or of the mean, and published factors.
    func filledFrom(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.GridRelease] {
        let hours = month.hours
        let filled = try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT DISTINCT z.zone, f.grid_step, f.hour, p.basis, s.series_id
                FROM hour_factor AS f
                JOIN region_zone AS z USING (method_id, region_id)
                JOIN method AS p ON p.method_id = f.method_id AND p.is_primary = 1
                LEFT JOIN grid_series AS s
                  ON s.zone = z.zone AND s.basis = p.basis AND s.signal = p.signal
                WHERE f.grid_step <> '' AND f.hour >= ? AND f.hour < ? ORDER BY 1, 2, 3
                """, arguments: [hours.lowerBound.value, hours.upperBound.value])
        var zones: [Int64: Set<String>] = [:]
        var published: [AnnualIntensities.Entry: Set<String>] = [:]
        // Many hours rest on the same month or year.
        var supports: [FillSupport: String] = [:]
        var years: Set<Int64> = []
        for row in filled {
            guard let step = GridLadder.Step(rawValue: row[1]), step != .annual,
                let series: Int64 = row[4]
            else { continue }
            if step == .yearMean, !years.insert(series).inserted { continue }
            for support in try self.supports(db, of: UTCHour(row[2]), series: series, step: step) {
                supports[support] = row[0]
            }
        }
        for (support, zone) in supports {
            for release in try releases(db, support) { zones[release, default: []].insert(zone) }
        }
        let basis = IntensityBasis(rawValue: filled.first?[3] ?? "") ?? .direct
        let factors = try publishedFactors(db, basis)
        for zone in Set(
            filled.filter { $0[1] == GridLadder.Step.annual.rawValue }.map { $0[0] as String })
        {
            let entry = factors.entry(of: zone, basis: basis, year: month.year)
            if let entry { published[entry, default: []].insert(zone) }
        }
        return try releases(db, zones)
            + published.sorted { ($0.key.zone, $0.key.year) < ($1.key.zone, $1.key.year) }.map {
                MonthReport.GridRelease(
                    source: "factor of \($0.key.zone) for \($0.key.year)", release: $0.key.source,
                    boundary: $0.key.boundary.rawValue, fuelFactors: "", zones: $0.value.sorted())
            }
    }

    /// Values that a step fills an hour from.
    private enum FillSupport: Hashable {
        /// Each so many hours.
        case hours(series: Int64, Range<Int>, every: Int)
        /// The mean of so many days that holds an hour.
        case mean(series: Int64, hour: Int, days: ClosedRange<Int>)
    }

    private func supports(
        _ db: Database, of hour: UTCHour, series: Int64, step: GridLadder.Step
    ) throws -> [FillSupport] {
        func one(_ hour: Int) -> FillSupport { .hours(series: series, hour..<hour + 1, every: 1) }
        func usualDay(_ hour: Int) -> FillSupport {
            let month = UTCHour(hour).month.hours
            let offset = hour - UTCHour(hour).day * 24
            return .hours(
                series: series, month.lowerBound.value + offset..<month.upperBound.value, every: 24)
        }
        switch step {
        case .seasonalLinear:
            return try [usualDay(hour.value)]
                + neighbours(db, hour, series).flatMap { [one($0), usualDay($0)] }
        case .linear: return try neighbours(db, hour, series).map(one)
        case .previousDay: return [one(hour.value - 24), one(hour.value + 24)]
        case .dayMean: return [.mean(series: series, hour: hour.value, days: 1...1)]
        case .monthHour: return [usualDay(hour.value)]
        case .monthMean: return [.mean(series: series, hour: hour.value, days: 28...31)]
        case .yearMean, .annual:
            let first = UTCHour(year: hour.month.year, month: 1, day: 1, hour: 0).value
            let end = UTCHour(year: hour.month.year + 1, month: 1, day: 1, hour: 0).value
            let known =
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(DISTINCT hour) FROM grid_intensity AS g
                        WHERE series_id = ? AND hour >= ? AND hour < ? AND \(GridOrder.isSound("g"))
                        """, arguments: [series, first, end]) ?? 0
            return known >= HourlySeries.leastYear
                ? [.hours(series: series, first..<end, every: 1)]
                : [.mean(series: series, hour: hour.value, days: 365...366)]
        }
    }

    /// The known hours beside one that is not.
    private func neighbours(_ db: Database, _ hour: UTCHour, _ series: Int64) throws -> [Int] {
        try [("max", "<"), ("min", ">")].compactMap { extreme, side in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT \(extreme)(hour) FROM grid_intensity AS g
                    WHERE series_id = ? AND hour \(side) ? AND \(GridOrder.isSound("g"))
                    """, arguments: [series, hour.value])
        }
    }

    private func releases(_ db: Database, _ support: FillSupport) throws -> Set<Int64> {
        switch support {
        case .hours(let series, let hours, let every):
            try Int64.fetchSet(
                db,
                sql: """
                    SELECT DISTINCT (SELECT g.release_id FROM grid_intensity AS g
                      WHERE g.series_id = h.series_id AND g.hour = h.hour AND \(GridOrder.isSound("g"))
                      ORDER BY \(GridOrder.latest("g")) LIMIT 1) AS release
                    FROM (SELECT DISTINCT series_id, hour FROM grid_intensity AS f
                      WHERE series_id = ?1 AND hour >= ?2 AND hour < ?3 AND (hour - ?2) % ?4 = 0
                        AND \(GridOrder.isSound("f"))) AS h
                    """, arguments: [series, hours.lowerBound, hours.upperBound, every])
        case .mean(let series, let hour, let days):
            try Int64.fetchSet(
                db,
                sql: """
                    SELECT max(release_id) AS release FROM grid_mean
                    WHERE series_id = ? AND first_hour <= ? AND end_hour > ?
                      AND (end_hour - first_hour) / 24 BETWEEN ? AND ?
                    HAVING release IS NOT NULL
                    """, arguments: [series, hour, hour, days.lowerBound, days.upperBound])
        }
    }

    /// Those of the primary method.
    private func publishedFactors(
        _ db: Database, _ basis: IntensityBasis
    ) throws -> AnnualIntensities {
        let rows = try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT subject, released, central_pico / 1000000000, source, unit
                FROM factor JOIN method USING (method_id)
                WHERE is_primary = 1 AND kind = 'grid' ORDER BY subject
                """)
        return AnnualIntensities(
            rows.compactMap { row in
                let subject: String = row[0]
                let released: String = row[1]
                guard let year = Int(released), subject.hasSuffix(" \(released)") else {
                    return nil
                }
                let unit: String = row[4]
                let boundary = IntensityBoundary.allCases.first { unit.contains($0.rawValue) }
                return AnnualIntensities.Entry(
                    zone: String(subject.dropLast(released.count + 1)), year: year, basis: basis,
                    boundary: boundary ?? .unstated,
                    intensity: MilligramsCO2ePerKilowattHour(row[2]), source: row[3])
            })
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
            guard let zones = zones[row[0]] else { return nil }
            return MonthReport.GridRelease(
                source: row[1], release: row[2], boundary: row[3], fuelFactors: row[4],
                zones: zones.sorted())
        }
    }
}
