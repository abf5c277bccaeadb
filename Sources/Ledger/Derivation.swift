import Accounting
import GRDB

/// Derives energy and emissions from the facts, inside the transaction that changed them.
///
/// Cells are derived once each and rounded once each, then added up to days and months; so months are
/// the sums of their days, and days of their hours, to the last µg.
struct Derivation {
    private let db: Database
    private let method: Method
    private let methodID: Int64
    private let regions: [Int64: String]
    private let models: [Int64: String]

    init(_ db: Database, method: Method, methodID: Int64) throws {
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
        for table in ["region_zone", "hour_factor", "daily_emission", "monthly_emission"] {
            try db.execute(sql: "DELETE FROM \(table)")
        }
        let all = Set(try Int.fetchAll(db, sql: "SELECT DISTINCT hour FROM usage"))
        try derive(all)
        return all
    }

    /// Brings all that rests on `hours` up to date.
    ///
    /// - Complexity: One pass over the cells of the days in which the hours lie.
    private func derive(_ hours: Set<Int>) throws {
        try deriveZones()
        try deriveFactors(hours)
        let days = Set(hours.map { UTCHour($0).day })
        for day in days.sorted() { try deriveDay(day) }
        let months = Set(days.map { UTCHour($0 * 24).month })
        for month in months.sorted() { try deriveMonth(month) }
    }

    // MARK: Factors

    private func deriveZones() throws {
        try db.execute(sql: "DELETE FROM region_zone WHERE method_id = ?", arguments: [methodID])
        for (id, name) in regions {
            guard let zone = method.regions[name]?.zone else { continue }
            try db.execute(
                sql: "INSERT INTO region_zone VALUES (?, ?, ?)", arguments: [methodID, id, zone])
        }
    }

    /// A value in force, and where it is from.
    private struct GridValue {
        let intensity: MilligramsCO2ePerKilowattHour
        let evidence: GridEvidence
    }

    private func deriveFactors(_ hours: Set<Int>) throws {
        let remove = try db.cachedStatement(
            sql: "DELETE FROM hour_factor WHERE method_id = ? AND hour = ?")
        let used = try db.cachedStatement(
            sql: "SELECT DISTINCT region_id, model_id FROM usage WHERE hour = ?")
        var grid: [String: GridValue?] = [:]
        for hour in hours.sorted() {
            try remove.execute(arguments: [methodID, hour])
            grid.removeAll(keepingCapacity: true)
            for row in try Row.fetchAll(used, arguments: [hour]) {
                try insertFactor(hour, region: row[0], model: row[1], &grid)
            }
        }
    }

    private func insertFactor(
        _ hour: Int, region: Int64, model: Int64, _ grid: inout [String: GridValue?]
    ) throws {
        let regionName = regions[region] ?? ""
        let modelName = models[model] ?? ""
        let zone = method.regions[regionName]?.zone
        var value: GridValue?
        if let zone {
            if grid[zone] == nil { grid[zone] = .some(try gridValue(zone, hour)) }
            value = grid[zone] ?? nil
        }
        let factor = method.factor(
            region: regionName, model: modelName,
            grid: value.map { ($0.intensity, $0.evidence) })
        let evidence = method.energyModel.factor(for: modelName)?.evidence
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO hour_factor VALUES
                  (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let intensity = factor.intensity
        let energy = factor.coefficients
        try statement.execute(arguments: [
            methodID, hour, region, model, factor.evidence.rawValue,
            intensity?.central.value, intensity?.low.value, intensity?.high.value,
            factor.effectiveness?.value, evidence?.rawValue,
            energy?.central.request.value, energy?.low.request.value, energy?.high.request.value,
            energy?.central.input.value, energy?.low.input.value, energy?.high.input.value,
            energy?.central.cachedInput.value, energy?.low.cachedInput.value,
            energy?.high.cachedInput.value,
            energy?.central.output.value, energy?.low.output.value, energy?.high.output.value,
        ])
    }

    /// The value in force: that of the latest release.
    private func gridValue(_ zone: String, _ hour: Int) throws -> GridValue? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT intensity_mg_per_kwh, evidence_id FROM grid_intensity
                WHERE series_id = (
                    SELECT series_id FROM grid_series
                    WHERE zone = ? AND basis = ? AND signal = 'average')
                  AND hour = ?
                ORDER BY release_id DESC LIMIT 1
                """)
        let row = try Row.fetchOne(
            statement, arguments: [zone, method.basis.rawValue, hour])
        guard let row, let evidence = GridEvidence(rawValue: row[1]) else { return nil }
        return GridValue(
            intensity: MilligramsCO2ePerKilowattHour(row[0]), evidence: evidence)
    }

    // MARK: Days and months

    private struct DayKey: Hashable, Comparable {
        let region: Int64
        let model: Int64
        let dimension: Int64

        static func < (left: DayKey, right: DayKey) -> Bool {
            (left.region, left.model, left.dimension)
                < (right.region, right.model, right.dimension)
        }
    }

    private func deriveDay(_ day: Int) throws {
        try db.execute(
            sql: "DELETE FROM daily_emission WHERE method_id = ? AND day = ?",
            arguments: [methodID, day])
        var rollups: [DayKey: Rollup] = [:]
        for hour in day * 24..<day * 24 + 24 {
            try forEachCell(of: hour) { key, activity, factor throws(LedgerError) in
                let result: CellEmission
                do {
                    result = try CellEmission(of: activity, factor: factor)
                } catch {
                    throw .invariant(
                        "a cell's energy or emissions fit in 2^56 µWh or µg; that of model "
                            + "\"\(models[key.model] ?? "")\" in hour \(UTCHour(hour).text) does not; "
                            + "is a coefficient in the wrong unit?")
                }
                rollups[key, default: Rollup()].add(activity, result, evidence: factor.evidence)
            }
        }
        let statement = try IntegerStatement(
            db, insertInto: "daily_emission", columns: 5 + Rollup.columnCount)
        for (key, rollup) in rollups.sorted(by: { $0.key < $1.key }) {
            try statement.execute(
                [methodID, Int64(day), key.region, key.model, key.dimension] + rollup.values)
        }
    }

    /// Gives every cell of an hour with its factor, cells of several files added up before.
    private func forEachCell(
        of hour: Int, _ body: (DayKey, Activity, HourFactor) throws(LedgerError) -> Void
    ) throws {
        let factors = try hourFactors(hour)
        let statement = try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id,
                  \(Views.activityColumns.joined(separator: ", "))
                FROM usage WHERE hour = ? ORDER BY region_id, model_id, dimension_id
                """)
        // Rows of one cell follow each other in the order of the table's key.
        var current: (key: DayKey, activity: Activity)?
        func finish() throws(LedgerError) {
            guard let (key, activity) = current else { return }
            guard let factor = factors[FactorKey(region: key.region, model: key.model)] else {
                throw .invariant("every cell has a factor")
            }
            try body(key, activity, factor)
        }
        try statement.forEachRow([Int64(hour)]) { row throws(LedgerError) in
            let key = DayKey(region: row[0], model: row[1], dimension: row[2])
            let activity = Activity(row, from: 3)
            if current?.key == key {
                current?.activity += activity
            } else {
                try finish()
                current = (key, activity)
            }
        }
        try finish()
    }

    private struct FactorKey: Hashable {
        let region: Int64
        let model: Int64
    }

    private func hourFactors(_ hour: Int) throws -> [FactorKey: HourFactor] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT region_id, model_id, \(HourFactor.columns.joined(separator: ", "))
                FROM hour_factor WHERE method_id = ? AND hour = ?
                """)
        var factors: [FactorKey: HourFactor] = [:]
        for row in try Row.fetchAll(statement, arguments: [methodID, hour]) {
            factors[FactorKey(region: row[0], model: row[1])] = HourFactor(row, from: 2)
        }
        return factors
    }

    private func deriveMonth(_ month: UTCMonth) throws {
        let first = month.hours.lowerBound.day
        let last = month.hours.upperBound.day
        try db.execute(
            sql: "DELETE FROM monthly_emission WHERE method_id = ? AND month = ?",
            arguments: [methodID, month.ordinal])
        try db.execute(
            sql: """
                INSERT INTO monthly_emission
                SELECT method_id, ?, region_id, model_id, dimension_id,
                  \(RollupColumns.sums.joined(separator: ", "))
                FROM daily_emission
                WHERE method_id = ? AND day >= ? AND day < ?
                GROUP BY region_id, model_id, dimension_id
                """, arguments: [month.ordinal, methodID, first, last])
    }
}

extension Activity {
    /// Reads the counters in the order of ``Views/activityColumns``.
    init(_ row: IntegerStatement.Row, from first: Int) {
        self.init()
        requests = row[first]
        failedRequests = row[first + 1]
        notRunRequests = row[first + 2]
        cacheHitRequests = row[first + 3]
        unknownUsageRequests = row[first + 4]
        inputTokens = row[first + 5]
        cachedInputTokens = row[first + 6]
        cacheWriteTokens = row[first + 7]
        outputTokens = row[first + 8]
        reasoningTokens = row[first + 9]
        items = row[first + 10]
        durationMilliseconds = row[first + 11]
        meteredMicrowattHours = row[first + 12]
    }
}

extension HourFactor {
    /// The columns from which ``init(_:from:)`` reads, in order.
    static let columns =
        ["evidence_id", "pue_ppm"]
        + ["", "_low", "_high"].flatMap { suffix in
            ["intensity_mg_per_kwh", "request_pwh", "input_pwh", "cached_input_pwh", "output_pwh"]
                .map { $0 + suffix }
        }

    /// Reads the columns of `hour_factor` that are named in ``columns``.
    init(_ row: Row, from first: Int) {
        func value(_ column: Int) -> Int64? { row[first + column] }
        func coefficients(_ column: Int) -> EnergyCoefficients? {
            guard let request = value(column + 1), let input = value(column + 2),
                let cached = value(column + 3), let output = value(column + 4)
            else { return nil }
            return EnergyCoefficients(
                request: PicowattHours(request), input: PicowattHours(input),
                cachedInput: PicowattHours(cached), output: PicowattHours(output))
        }
        func intensity(_ column: Int) -> MilligramsCO2ePerKilowattHour? {
            value(column).map(MilligramsCO2ePerKilowattHour.init)
        }
        self.init(
            coefficients: Estimate(
                low: coefficients(7), central: coefficients(2), high: coefficients(12)),
            effectiveness: value(1).map(PowerUsageEffectiveness.init),
            intensity: Estimate(low: intensity(7), central: intensity(2), high: intensity(12)),
            evidence: value(0).flatMap { GridEvidence(rawValue: Int($0)) } ?? .missing)
    }
}

extension Estimate {
    /// An estimate of which all three figures are there.
    init?(low: Value?, central: Value?, high: Value?) {
        guard let low, let central, let high else { return nil }
        self.init(low: low, central: central, high: high)
    }
}
