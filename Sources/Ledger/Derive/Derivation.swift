import Accounting
import Foundation
import GRDB

/// Derives energy and emissions from the facts, inside the transaction that changed them.
///
/// Cells are derived once each and rounded once each, then added up to hours, days and months; so months are
/// the sums of their days, and days of their hours, to the last µg.
///
/// A class because its methods run for every cell: a value would be copied for each call.
final class Derivation {
    let db: Database
    let method: Method
    let regions: [Int64: String]
    let models: [Int64: String]
    let usage: UsageReader
    /// Cells that are no rows yet.
    private var arriving: ArrivingUsage?
    /// What the energy of models is charged by.
    private(set) lazy var entries = models.compactMapValues(method.entry)
    /// What models use on average on a day, where it stands for what is not known.
    var means: (day: Int, models: [Int64: MeanUsage])?

    /// Months of which it is asked why they moved, as they were.
    private(set) var former: [UTCMonth: FormerMonth] = [:]

    /// By table.
    var inserts: [String: Statement] = [:]

    /// Series that gaps were filled from.
    let series: SeriesCache

    init(_ db: Database, method: Method, series: SeriesCache = SeriesCache()) throws {
        self.series = series
        self.db = db
        self.method = method
        regions = try NameTable(db, table: "region").names
        models = try NameTable(db, table: "model").names
        usage = try UsageReader(db)
    }

    /// Derives what rests on the facts of `hours`; everything, when the rows that are there rest on another method or
    /// were made by another program. Then it keeps what months were, and why they moved.
    ///
    /// - Parameters:
    ///   - arriving: Cells of these hours that are no rows yet. All of them are, afterwards.
    ///   - restated: Months that are stated again: why they moved is told of their statements.
    /// - Returns: The hours that were derived.
    static func bringUpToDate(
        _ db: Database, _ hours: Set<Int>, _ run: RunRecord.Entry, method: Method,
        arriving: ArrivingUsage? = nil, restated: [FormerMonth] = []
    ) throws -> Set<Int> {
        let derivation = try Derivation(db, method: method)
        derivation.arriving = arriving
        for month in restated { derivation.former[month.month] = month }
        guard run.derivesAnew else {
            try derivation.derive(hours, run)
            return hours
        }
        try derivation.keepFormerMonths()
        try keepTotals(db, run)
        // Factors of a day are replaced with it: until then they tell what it was.
        try DerivedSchema.empty(db, but: ["hour_factor"])
        try db.execute(sql: "UPDATE derivation SET method_id = ?", arguments: [run.methodID])
        let all = Set(
            try Int.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT hour FROM usage UNION SELECT DISTINCT hour FROM meter_reading
                    UNION SELECT DISTINCT hour FROM hour_factor
                    """))
        try derivation.derive(all.union(hours), run)
        // Also of months of which nothing is left.
        try MonthStatus.deriveAll(db)
        try derivation.insertCauses(run, restated.map(\.month))
        return all.union(hours)
    }

    /// Takes hold of what months are by the method before; of those of another program nothing is known.
    private func keepFormerMonths() throws {
        guard let before = try Int64.fetchOne(db, sql: "SELECT method_id FROM derivation") else {
            return
        }
        for ordinal in try Int.fetchAll(db, sql: "SELECT month FROM month_total") {
            let month = UTCMonth(year: ordinal / 12, month: ordinal % 12 + 1)
            guard former[month] == nil else { continue }
            former[month] = try FormerMonth(
                db, month, statement: nil, methodID: before, today: method)
        }
    }

    /// Keeps why months are others by another method, but for those that are stated again.
    private func insertCauses(_ run: RunRecord.Entry, _ restated: [UTCMonth]) throws {
        for (month, former) in former where !restated.contains(month) {
            let total = try MonthRows.total(db, month)
            for movement in former.movements(to: [.total: total]) {
                try db.cachedStatement(
                    sql: "INSERT OR REPLACE INTO former_total_cause VALUES (?, ?, ?, ?, ?)"
                ).execute(arguments: [
                    month.ordinal, run.runID, movement.cause.rawValue, movement.amounts.energy,
                    movement.amounts.emissions,
                ])
            }
        }
    }

    /// Keeps what months were by a method that no longer is in force; what the same method gave is not told again.
    private static func keepTotals(_ db: Database, _ run: RunRecord.Entry) throws {
        let columns = """
            requests, unmatched_requests, energy_uwh, energy_uwh_low, energy_uwh_high,
            unmatched_energy_uwh, emissions_ug, emissions_ug_low, emissions_ug_high
            """
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO former_total (month, run_id, method_id, \(columns))
                SELECT month, ?1, method_id, requests, requests - energy_requests, energy_uwh,
                  energy_uwh_low, energy_uwh_high, unmatched_energy_uwh, emissions_ug,
                  emissions_ug_low, emissions_ug_high
                FROM month_total CROSS JOIN derivation WHERE method_id IS NOT NULL;
                """, arguments: [run.runID])
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO former_total (month, run_id, method_id, \(columns))
                SELECT month, ?1, method_id, \(columns) FROM kept_total WHERE method_id <> ?2
                """, arguments: [run.runID, run.methodID])
        try db.execute(sql: "DELETE FROM kept_total")
    }

    /// Brings all that rests on `hours` up to date.
    ///
    /// - Complexity: One pass over the cells of the days in which the hours lie; of the rows of their months, those that
    ///   changed, or all where all of several days are derived.
    private func derive(_ hours: Set<Int>, _ run: RunRecord.Entry) throws {
        for hour in hours where !StoredNumber.hours.contains(Int64(hour)) {
            throw LedgerError.impossible("hour \(hour)")
        }
        try Calendar.enter(db, hours: hours)
        try deriveMatches()
        let days = Set(hours.map { UTCHour($0).day })
        let months = Set(days.map { UTCHour($0 * 24).month })
        let whole = try months.filter { try isWhole($0, days) }
        for day in days.sorted() {
            try deriveDay(day, run, ofWhole: whole.contains(UTCHour(day * 24).month))
        }
        guard arriving?.hours.isEmpty ?? true else {
            throw LedgerError.invariant("cells arrive in hours that are derived")
        }
        for month in whole.sorted() { try MonthRows.make(db, month, tooMuch) }
        // A month's total fits, so every sum of its rows does.
        for month in months.sorted() { try deriveTotals(of: month) }
        for day in days.sorted() { try deriveStatistics(of: day) }
    }

    /// Whether several days of a month are derived, and no other has rows.
    private func isWhole(_ month: UTCMonth, _ derived: Set<Int>) throws -> Bool {
        let hours = month.hours
        let days = hours.lowerBound.day..<hours.upperBound.day
        guard days.count(where: derived.contains) > 1 else { return false }
        return try days.filter { !derived.contains($0) }.allSatisfy { day in
            try Bool.fetchOne(
                db.cachedStatement(
                    sql: "SELECT NOT EXISTS (SELECT 1 FROM daily_emission WHERE day = ?)"),
                arguments: [day]) ?? false
        }
    }

    private func tooMuch(_ key: RollupKey) -> LedgerError {
        .tooMuch("model \"\(models[key.model] ?? "")\"")
    }

    /// What the method knows the names of the logs by.
    private func deriveMatches() throws {
        try db.execute(sql: "DELETE FROM region_zone; DELETE FROM model_entry")
        for (id, name) in regions {
            guard let place = method.regions[name] else { continue }
            try db.execute(
                sql: "INSERT INTO region_zone VALUES (?, ?, ?, ?)",
                arguments: [
                    id, place.zone, place.waterBasis.rawValue,
                    method.effectivenessSubject(region: name),
                ])
        }
        for (id, name) in models {
            guard let entry = method.entry(for: name) else { continue }
            try db.execute(
                sql: "INSERT INTO model_entry VALUES (?, ?)", arguments: [id, entry])
        }
    }

    // MARK: Days

    /// - Parameter isWhole: Whether the rows of its month are made after it.
    private func deriveDay(
        _ day: Int, _ run: RunRecord.Entry, ofWhole isWhole: Bool
    ) throws {
        var factors: [Int: HourFactors] = [:]
        let hours = day * 24..<day * 24 + 24
        let former = former[UTCHour(day * 24).month]
        try former?.load(day: day)
        for table in ["hour_factor", "hour_emission", "pool_hour", "grid_fill"] {
            try db.cachedStatement(sql: "DELETE FROM \(table) WHERE hour >= ? AND hour < ?")
                .execute(arguments: [hours.lowerBound, hours.upperBound])
        }
        var hourRows = try IntegerInsert(
            db, into: "hour_emission",
            columns: ["hour", "region_id", "model_id"] + EmissionRows.columns)
        var factorRows: IntegerInsert?
        let queue = HourQueue(models)
        try readHours(of: day) { queue.add($0) }
        let (derivedHours, sums, causes) = try queue.finish()
        former?.add(causes)
        for derived in derivedHours {
            let hour = derived.grid.hour
            if !derived.factors.isEmpty || !derived.pools.isEmpty {
                try Calendar.enter(db, hours: [hour])
            }
            for (group, sums) in derived.factors {
                try insert(group, sums, hour, into: &factorRows, &hourRows)
            }
            for pool in derived.pools { try insert(pool, hour) }
            if !derived.factors.isEmpty { try insertFills(derived.grid) }
            factors[hour] = Dictionary(
                uniqueKeysWithValues: derived.factors.map { group, _ in
                    (SIMD2(group.region, group.model), group.factor)
                })
        }
        try factorRows?.finish()
        try hourRows.finish()
        let rows = sums.ordered()
        var months = try MonthRows(db, UTCHour(day * 24).month)
        try store(rows, of: day) { key, before, after in
            if !isWhole { months.change(key, before, after) }
        }
        try months.store(tooMuch)
        try deriveDistributions(of: day, factors)
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO derived_day VALUES ('usage', ?, ?, randomblob(16))"
        ).execute(arguments: [day, run.runID])
    }

    /// Reads the hours of a day: those of a new one while they are written.
    private func readHours(of day: Int, _ take: (HourOfCells) -> Void) throws {
        let hours = day * 24..<day * 24 + 24
        let isArriving = arriving.map { !$0.liveHours.isDisjoint(with: hours) } ?? false
        let isUsed = try isUsed(day)
        guard isArriving, !isUsed, !needsMeans else {
            for hour in hours { try arriving?.insert(hour: hour) }
            try arriving?.finish()
            guard isUsed || isArriving else { return }
            for hour in hours { take(try readHour(hour)) }
            return
        }
        for hour in hours {
            take(try readHour(hour, try arriving?.insert(hour: hour) ?? OrderedCells()))
        }
        try arriving?.finish()
    }

    /// Whether anything is known of a day: pools of hardware draw on such days.
    private func isUsed(_ day: Int) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM usage WHERE hour >= ?1 AND hour < ?2
                      AND file_id NOT IN (SELECT file_id FROM superseded_file))
                  OR EXISTS (SELECT 1 FROM meter_reading WHERE hour >= ?1 AND hour < ?2)
                """, arguments: [day * 24, day * 24 + 24]) ?? false
    }

    /// Puts the rows of a day in the place of those that are there.
    ///
    /// - Parameter changed: Given what a row was and is; `nil` where there is none.
    private func store(
        _ rows: [(key: RollupKey, sums: EmissionSums)], of day: Int,
        changed: (RollupKey, _ before: EmissionSums?, _ after: EmissionSums?) -> Void
    ) throws {
        let known = try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id, \(EmissionRows.sums.joined(separator: ", "))
                FROM daily_emission WHERE day = ? ORDER BY region_id, model_id, dimension_id
                """)
        var insert = try IntegerInsert(
            db, into: "daily_emission",
            columns: ["day", "region_id", "model_id", "dimension_id"] + EmissionRows.columns,
            replacing: true)
        // Nothing is written before all is read: a row that is replaced may be met again by who reads the table.
        var removed: [RollupKey] = []
        var changes: [(place: Int, before: EmissionSums?)] = []
        var next = 0
        try known.forEachRow([Int64(day)]) { row in
            let key = RollupKey(region: row[0], model: row[1], dimension: row[2])
            while next < rows.count, rows[next].key < key {
                changes.append((next, nil))
                next += 1
            }
            guard next < rows.count, rows[next].key == key else {
                removed.append(key)
                return
            }
            let before = EmissionSums(row, from: 3)
            if rows[next].sums != before { changes.append((next, before)) }
            next += 1
        }
        for place in next..<rows.count { changes.append((place, nil)) }
        for (place, before) in changes {
            let row = rows[place]
            guard !row.sums.hasOverflown else { throw tooMuch(row.key) }
            insert.add(Int64(day))
            row.sums.add(to: &insert, row.key)
            try insert.endRow()
            changed(row.key, before, row.sums)
        }
        try insert.finish()
        for key in removed {
            try db.cachedStatement(
                sql: """
                    DELETE FROM daily_emission
                    WHERE day = ? AND region_id = ? AND model_id = ? AND dimension_id = ?
                    """
            ).execute(arguments: [day, key.region, key.model, key.dimension])
            changed(key, nil, nil)
        }
    }
}
