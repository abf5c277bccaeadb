import Accounting
import GRDB

/// Derives energy and emissions from the facts, inside the transaction that changed them.
///
/// Cells are derived once each and rounded once each, then added up to days and months; so months are
/// the sums of their days, and days of their hours, to the last µg.
///
/// A class because its methods run for every cell: a value would be copied for each call.
final class Derivation {
    let db: Database
    let method: Method
    let methodID: Int64
    let regions: [Int64: String]
    let models: [Int64: String]
    /// What models use on average on a day, where it stands for what is not known.
    var means: (day: Int, models: [Int64: MeanUsage])?

    /// Series that gaps were filled from.
    let series: SeriesCache

    init(
        _ db: Database, method: Method, methodID: Int64, series: SeriesCache = SeriesCache()
    ) throws {
        self.series = series
        self.db = db
        self.method = method
        self.methodID = methodID
        regions = try NameTable(db, table: "region").names
        models = try NameTable(db, table: "model").names
    }

    /// Derives what rests on the facts of `hours`; everything, when another method is in force now.
    ///
    /// - Returns: The hours that were derived.
    func bringUpToDate(_ hours: Set<Int>, methodChanged: Bool) throws -> Set<Int> {
        guard methodChanged else {
            try derive(hours)
            return hours
        }
        for table in [
            "region_zone", "model_entry", "pool_hour", "hour_factor", "daily_emission",
            "monthly_emission", "daily_request_histogram", "request_stat",
        ] {
            try db.execute(sql: "DELETE FROM \(table)")
        }
        let all = Set(
            try Int.fetchAll(
                db,
                sql: "SELECT DISTINCT hour FROM usage UNION SELECT DISTINCT hour FROM meter_reading"
            ))
        try derive(all)
        return all
    }

    /// Brings all that rests on `hours` up to date.
    ///
    /// - Complexity: One pass over the cells of the days in which the hours lie, one over the days of their
    ///   months.
    private func derive(_ hours: Set<Int>) throws {
        try deriveMatches()
        let days = Set(hours.map { UTCHour($0).day })
        for day in days.sorted() { try deriveDay(day) }
        let months = Set(days.map { UTCHour($0 * 24).month })
        for month in months.sorted() { try deriveMonth(month) }
    }

    /// What the method knows the names of the logs by.
    private func deriveMatches() throws {
        try db.execute(sql: "DELETE FROM region_zone WHERE method_id = ?", arguments: [methodID])
        for (id, name) in regions {
            guard let place = method.regions[name] else { continue }
            try db.execute(
                sql: "INSERT INTO region_zone VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    methodID, id, place.zone, place.waterBasis.rawValue,
                    method.effectivenessSubject(region: name),
                ])
        }
        try db.execute(sql: "DELETE FROM model_entry WHERE method_id = ?", arguments: [methodID])
        for (id, name) in models {
            guard let entry = method.entry(for: name) else { continue }
            try db.execute(
                sql: "INSERT INTO model_entry VALUES (?, ?, ?)", arguments: [methodID, id, entry])
        }
    }

    // MARK: Hours

    /// The cells of one hour, region and model: they have a factor in common.
    struct Group {
        let region: Int64
        let model: Int64
        var cells: [(key: RollupKey, activity: Activity)] = []
        var total = Activity()
        var factor: HourFactor
        /// Whose energy the cells share.
        var pool: String?
    }

    /// What an hour's cells rest on.
    private struct DerivedHour {
        /// With the energy of each group's cells.
        var factors: [(group: Group, energy: MicrowattHours?, assumed: MicrowattHours)] = []
        var pools: [PoolHour] = []
    }

    /// The rows of a month with the factors that they rest on, as they would be stored.
    func rows(of month: UTCMonth) throws -> [(ReportSumsBuilder.Causes, [Int64?])] {
        var sums = RollupSums()
        for hour in month.hours.lowerBound.value..<month.hours.upperBound.value {
            _ = try deriveHour(hour, into: &sums)
        }
        return sums.ordered.map { key, rollup in
            let region = regions[key.region] ?? ""
            let causes = ReportSumsBuilder.Causes(
                entry: method.entry(for: models[key.model] ?? ""),
                effectiveness: method.effectivenessSubject(region: region),
                zone: method.regions[region]?.zone,
                waterBasis: method.regions[region]?.waterBasis.rawValue ?? "unstated")
            return (causes, rollup.values)
        }
    }

    /// Derives the factors of an hour and adds its cells to `sums`.
    private func deriveHour(_ hour: Int, into sums: inout RollupSums) throws -> DerivedHour {
        var derived = DerivedHour()
        var grid = GridHours(hour: hour)
        let (groups, supplies) = try groupsWithFactors(&grid)
        var allocated: [String: MicrowattHours] = [:]
        for group in groups {
            var energy: MicrowattHours?
            var assumed = MicrowattHours.zero
            for (key, activity) in group.cells {
                let emission = try emission(of: activity, group.factor, key, hour)
                if let more = emission.energy {
                    let (sum, overflow) = (energy ?? .zero).value
                        .addingReportingOverflow(more.value)
                    guard !overflow else { throw tooMuch("model \"\(models[group.model] ?? "")\"") }
                    energy = MicrowattHours(sum)
                }
                assumed += emission.assumedEnergy
                if let pool = group.pool {
                    allocated[pool, default: .zero] += emission.itEnergy ?? emission.energy ?? .zero
                }
                sums.add(activity, emission, group.factor, at: sums.place(of: key))
            }
            derived.factors.append((group, energy, assumed))
        }
        for supply in supplies {
            do {
                derived.pools.append(
                    try PoolHour(supply, allocated: allocated[supply.pool.name] ?? .zero))
            } catch {
                throw tooMuch("pool \(supply.pool.name)", " in hour \(UTCHour(hour).text)")
            }
        }
        return derived
    }

    /// The cells of an hour with their factors, pools shared out.
    func groupsWithFactors(
        _ grid: inout GridHours
    ) throws -> (groups: [Group], supplies: [PoolSupply]) {
        var groups = try groups(of: grid.hour)
        for index in groups.indices {
            groups[index].factor = try factor(
                of: groups[index], mean: mean(of: groups[index].model, grid.hour), &grid)
        }
        let supplies = try share(&groups, &grid)
        return (groups, supplies)
    }

    private func groups(of hour: Int) throws -> [Group] {
        var groups: [Group] = []
        let unknown = HourFactor(
            energy: nil, effectiveness: nil, intensity: nil, evidence: .missing)
        try forEachCell(of: hour) { key, activity in
            if groups.last?.region != key.region || groups.last?.model != key.model {
                groups.append(Group(region: key.region, model: key.model, factor: unknown))
            }
            groups[groups.count - 1].cells.append((key, activity))
            groups[groups.count - 1].total += activity
        }
        return groups
    }

    /// Gives every cell of an hour in the order of its key, cells of several files added up before.
    private func forEachCell(
        of hour: Int, _ body: (RollupKey, Activity) throws -> Void
    ) throws {
        let statement = try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id,
                  \(Views.activityColumns.joined(separator: ", "))
                FROM usage WHERE hour = ? ORDER BY region_id, model_id, dimension_id
                """)
        // Rows of one cell follow each other in the order of the table's key.
        var current: (key: RollupKey, activity: Activity)?
        try statement.forEachRow([Int64(hour)]) { row in
            let key = RollupKey(region: row[0], model: row[1], dimension: row[2])
            let activity = Activity(row, from: 3)
            if current?.key == key {
                current?.activity += activity
            } else {
                if let current { try body(current.key, current.activity) }
                current = (key, activity)
            }
        }
        if let current { try body(current.key, current.activity) }
    }

    func emission(
        of activity: Activity, _ factor: HourFactor, _ key: RollupKey, _ hour: Int
    ) throws(LedgerError) -> CellEmission {
        do {
            return try CellEmission(of: activity, factor: factor)
        } catch {
            throw tooMuch("model \"\(models[key.model] ?? "")\"", " in hour \(UTCHour(hour).text)")
        }
    }

    func tooMuch(_ what: String, _ place: String = "") -> LedgerError {
        .invariant(
            "energy and emissions of a cell fit in 2^56 µWh or µg, and sums of them in 2^63; that of "
                + "\(what)\(place) does not; is a coefficient or a reading in the wrong unit?")
    }

    /// The values in force in one hour, once each.
    struct GridHours {
        let hour: Int
        var average: [String: Method.GridHour?] = [:]
        var marginal: [String: Method.GridHour?] = [:]
    }

    private func factor(
        of group: Group, mean: MeanUsage?, _ grid: inout GridHours
    ) throws -> HourFactor {
        let region = regions[group.region] ?? ""
        let values = try gridHour(of: region, &grid)
        return method.factor(
            region: region, model: models[group.model] ?? "", hour: UTCHour(grid.hour),
            activity: group.total, mean: mean, grid: values.average, marginal: values.marginal)
    }

    /// The values of the zone of a region.
    func gridHour(
        of region: String, _ grid: inout GridHours
    ) throws -> (average: Method.GridHour?, marginal: Method.GridHour?) {
        guard let zone = method.regions[region]?.zone else { return (nil, nil) }
        if grid.average[zone] == nil {
            grid.average[zone] = .some(try gridValue(zone, .average, grid.hour))
            grid.marginal[zone] = .some(try gridValue(zone, .marginal, grid.hour))
        }
        return (grid.average[zone] ?? nil, grid.marginal[zone] ?? nil)
    }

    /// The value in force.
    private func gridValue(
        _ zone: String, _ signal: IntensitySignal, _ hour: Int
    ) throws -> Method.GridHour? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT intensity_mg_per_kwh, evidence_id, losses_inside FROM grid_intensity AS g
                JOIN grid_release USING (release_id)
                WHERE series_id = (
                    SELECT series_id FROM grid_series
                    WHERE zone = ? AND basis = ? AND signal = ?)
                  AND hour = ? AND \(GridOrder.isSound("g"))
                ORDER BY \(GridOrder.latest("g")) LIMIT 1
                """)
        let row = try Row.fetchOne(
            statement, arguments: [zone, method.basis.rawValue, signal.rawValue, hour])
        guard let row, let evidence = GridEvidence(rawValue: row[1]) else {
            return signal == .average ? try filled(zone, hour) : nil
        }
        return Method.GridHour(
            intensity: MilligramsCO2ePerKilowattHour(row[0]), evidence: evidence,
            includesLosses: row[2])
    }

    private func insert(
        _ group: Group, energy: MicrowattHours?, assumed: MicrowattHours, _ hour: Int
    ) throws {
        let factor = group.factor
        let intensity = factor.intensity
        let pue = factor.effectiveness
        var values: [(any DatabaseValueConvertible)?] = [
            methodID, hour, group.region, group.model, group.pool, factor.evidence.rawValue,
            factor.gridStep?.rawValue ?? "",
            group.total.requests, group.total.requestlessTokens, energy?.value, assumed.value,
            factor.energy?.evidence.rawValue,
            factor.batch?.milli,
            intensity?.central.value, intensity?.low.value, intensity?.high.value,
            factor.market?.value, factor.marginal?.value, factor.transmissionLoss?.value,
            pue?.central.value, pue?.low.value, pue?.high.value,
            factor.onSiteWater?.value, factor.offSiteWater?.value,
        ]
        values += Self.columns(factor.energy?.energy)
        values += Self.columns(factor.energy?.embodied)
        let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
        try db.cachedStatement(sql: "INSERT INTO hour_factor VALUES (\(marks))")
            .execute(arguments: StatementArguments(values))
    }

    /// In the order of ``FactorColumns``.
    private static func columns<Amount>(
        _ estimate: Estimate<Coefficients<Amount>>?
    ) -> [(any DatabaseValueConvertible)?] {
        guard let estimate else {
            return Array(repeating: nil, count: FactorColumns.coefficients.count / 2)
        }
        return estimate.central.all + estimate.low.all + estimate.high.all
    }

    // MARK: Days and months

    private func deriveDay(_ day: Int) throws {
        var sums = RollupSums()
        var factors: [Int: HourFactors] = [:]
        let isUsed = try isUsed(day)
        for hour in day * 24..<day * 24 + 24 {
            for table in ["hour_factor", "pool_hour"] {
                try db.cachedStatement(
                    sql: "DELETE FROM \(table) WHERE method_id = ? AND hour = ?"
                ).execute(arguments: [methodID, hour])
            }
            guard isUsed else { continue }
            let derived = try deriveHour(hour, into: &sums)
            for (group, energy, assumed) in derived.factors {
                try insert(group, energy: energy, assumed: assumed, hour)
            }
            for pool in derived.pools { try insert(pool, hour) }
            factors[hour] = Dictionary(
                uniqueKeysWithValues: derived.factors.map { group, _, _ in
                    (SIMD2(group.region, group.model), group.factor)
                })
        }
        try store(sums, "daily_emission", period: "day", day)
        try deriveRequests(day: day, sums, factors)
    }

    /// Whether anything is known of a day: pools of hardware draw on such days.
    private func isUsed(_ day: Int) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM usage WHERE hour >= ?1 AND hour < ?2)
                  OR EXISTS (SELECT 1 FROM meter_reading WHERE hour >= ?1 AND hour < ?2)
                """, arguments: [day * 24, day * 24 + 24]) ?? false
    }

    private func deriveMonth(_ month: UTCMonth) throws {
        let days = try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id, \(RollupColumns.all.joined(separator: ", "))
                FROM daily_emission WHERE method_id = ? AND day >= ? AND day < ?
                ORDER BY day, region_id, model_id, dimension_id
                """)
        var sums = RollupSums()
        try days.forEachRow([
            methodID, Int64(month.hours.lowerBound.day), Int64(month.hours.upperBound.day),
        ]) { row in
            let key = RollupKey(region: row[0], model: row[1], dimension: row[2])
            sums.add(row, from: 3, at: sums.place(of: key))
        }
        try store(sums, "monthly_emission", period: "month", month.ordinal)
        try deriveRequests(month: month, sums)
    }

    /// Puts the rows of a day or month in the place of those that are there.
    private func store(
        _ sums: RollupSums, _ table: String, period: String, _ value: Int
    ) throws {
        try db.execute(
            sql: "DELETE FROM \(table) WHERE method_id = ? AND \(period) = ?",
            arguments: [methodID, value])
        var insert = try IntegerInsert(db, into: table, columns: 5 + RollupColumns.all.count)
        for (key, rollup) in sums.ordered {
            guard !rollup.hasOverflown else {
                throw tooMuch("model \"\(models[key.model] ?? "")\"")
            }
            insert.add(methodID)
            insert.add(Int64(value))
            insert.add(key.region)
            insert.add(key.model)
            insert.add(key.dimension)
            rollup.add(to: &insert)
            try insert.endRow()
        }
        try insert.finish()
    }
}
