import Accounting
import GRDB

/// All laws about cells in one pass: each cell is derived a second time and added up to hours and days, which are held against
/// those that are stored.
struct CellPass: Sendable {
    /// What breaks a law, by law; the first few of each.
    private(set) var broken: [Finding: [String]] = [:]
    /// Energy of pools by hour and name.
    private var pools: [PoolKey: Int64] = [:]

    enum Finding: Hashable, Sendable { case factor, hour, day, energy, pool, range }

    private struct PoolKey: Hashable {
        let hour: Int64
        let pool: String
    }

    mutating func merge(_ other: CellPass) {
        for (finding, places) in other.broken { for place in places { note(finding, place) } }
    }

    private mutating func note(_ finding: Finding, _ place: String) {
        guard broken[finding, default: []].count < 5, broken[finding]?.last != place else { return }
        broken[finding, default: []].append(place)
    }

    /// Goes through the cells of some hours, which begin and end with a day.
    mutating func run(_ db: Database, _ hours: Range<Int>) throws {
        guard !hours.isEmpty else { return }
        let cells = try IntegerStatement(db, sql: SecondDerivation.cells(from: "?1", to: "?2"))
        let factors = try FactorRows(db)
        let count = EmissionColumn.sums.count
        for day in hours.lowerBound / 24..<hours.upperBound / 24 {
            var hourly: [RollupHour: Hour] = [:]
            var daily: [RollupKey: EmissionSums] = [:]
            try cells.forEachRow([Int64(day * 24), Int64(day * 24 + 24)]) { row in
                let sums = EmissionSums(row, from: 4)
                let hour = RollupHour(hour: row[0], region: row[1], model: row[2])
                hourly[hour, default: Hour()].sums += sums
                hourly[hour]?.cells += 1
                hourly[hour]?.pool &+= row[4 + count]
                daily[
                    RollupKey(region: row[1], model: row[2], dimension: row[3]),
                    default: EmissionSums()
                ] += sums
            }
            for (key, hour) in hourly.sorted(by: { $0.key < $1.key }) {
                try check(key, hour, factors)
            }
            try check(day, daily, db)
        }
        try checkMissing(db, hours)
        try checkPools(db, hours)
    }

    // MARK: Hours

    private struct RollupHour: Hashable, Comparable {
        let hour: Int64
        let region: Int64
        let model: Int64
        var text: String { "hour \(hour), region \(region)" }

        static func < (left: RollupHour, right: RollupHour) -> Bool {
            (left.hour, left.region, left.model) < (right.hour, right.region, right.model)
        }
    }

    /// Its cells, derived a second time.
    private struct Hour {
        var sums = EmissionSums()
        var cells: Int64 = 0
        var pool: Int64 = 0
    }

    /// Stored rows of an hour, region and model.
    private struct FactorRows {
        let factor: IntegerStatement
        let emission: IntegerStatement
        let pool: Statement

        init(_ db: Database) throws {
            let condition = "WHERE hour = ? AND region_id = ? AND model_id = ?"
            factor = try IntegerStatement(
                db,
                sql: """
                    SELECT requests, requestless_tokens, energy_uwh, assumed_energy_uwh, pool IS NULL,
                      cells
                    FROM hour_factor \(condition)
                    """)
            emission = try IntegerStatement(
                db,
                sql: """
                    SELECT \(EmissionRows.columns.joined(separator: ", ")) FROM hour_emission
                    \(condition)
                    """)
            pool = try db.cachedStatement(sql: "SELECT pool FROM hour_factor \(condition)")
        }
    }

    private mutating func check(
        _ place: RollupHour, _ hour: Hour, _ rows: FactorRows
    ) throws {
        let key: [Int64?] = [place.hour, place.region, place.model]
        let sums = hour.sums
        var stored: EmissionSums?
        var isRange = true
        try rows.emission.forEachRow(key[...]) { row in
            stored = EmissionSums(row, from: 0)
            isRange = Ranges.hold(row, from: 0)
        }
        if stored != sums { note(.hour, place.text) }
        if !isRange { note(.range, place.text) }
        let requestless =
            sums[.requests] == 0
            ? sums[.inputTokens] &+ sums[.outputTokens] : sums[.uncountedTokens]
        var usesPool = false
        var isKnown = false
        var isEnergy = false
        try rows.factor.forEachRow(key[...]) { row in
            isKnown =
                row[0] == sums[.requests] && row[1] == requestless && row[5] == hour.cells
            isEnergy =
                (row.isNull(2) ? nil : row[2]) == sums[.energy] && row[3] == sums[.assumedEnergy]
            usesPool = row[4] == 0
        }
        if !isKnown { note(.factor, place.text) }
        if !isEnergy { note(.energy, place.text) }
        if usesPool,
            let pool = try String.fetchOne(
                rows.pool, arguments: [place.hour, place.region, place.model])
        {
            pools[PoolKey(hour: place.hour, pool: pool), default: 0] &+= hour.pool
        }
    }

    /// Cells without a factor are derived by nobody, and rows without cells are seen by nobody.
    private mutating func checkMissing(_ db: Database, _ hours: Range<Int>) throws {
        for (table, finding) in [("hour_factor", Finding.factor), ("hour_emission", .hour)] {
            let places = try String.fetchAll(
                db,
                sql: """
                    SELECT 'hour ' || hour FROM (
                      SELECT hour, region_id, model_id FROM live_usage UNION
                      SELECT hour, region_id, model_id FROM \(table) WHERE hour >= ?1 AND hour < ?2
                      EXCEPT
                      SELECT hour, region_id, model_id FROM (
                        SELECT hour, region_id, model_id FROM live_usage INTERSECT
                        SELECT hour, region_id, model_id FROM \(table)
                        WHERE hour >= ?1 AND hour < ?2))
                    LIMIT 5
                    """.replacing(
                        "live_usage",
                        with: """
                            usage WHERE hour >= ?1 AND hour < ?2
                              AND file_id NOT IN (SELECT file_id FROM superseded_file)
                            """), arguments: [hours.lowerBound, hours.upperBound])
            for place in places { note(finding, place) }
        }
        let days = try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT 'day ' || day FROM daily_emission
                WHERE day >= ?1 / 24 AND day < ?2 / 24 AND day NOT IN (
                  SELECT hour / 24 FROM hour_emission WHERE hour >= ?1 AND hour < ?2)
                """, arguments: [hours.lowerBound, hours.upperBound])
        for day in days { note(.day, day) }
    }

    private mutating func checkPools(_ db: Database, _ hours: Range<Int>) throws {
        let rows = try Row.fetchCursor(
            db, sql: "SELECT hour, pool, allocated_uwh FROM pool_hour WHERE hour >= ? AND hour < ?",
            arguments: [hours.lowerBound, hours.upperBound])
        var found = pools
        while let row = try rows.next() {
            let key = try PoolKey(hour: row[0], pool: row[1])
            if try found.removeValue(forKey: key) ?? 0 != row[2] {
                note(.pool, "\(key.pool), hour \(key.hour)")
            }
        }
        for key in found.keys { note(.pool, "\(key.pool), hour \(key.hour)") }
        pools = [:]
    }

    // MARK: Days

    private mutating func check(
        _ day: Int, _ rows: [RollupKey: EmissionSums], _ db: Database
    ) throws {
        let stored = try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id, \(EmissionRows.columns.joined(separator: ", "))
                FROM daily_emission WHERE day = ?
                """)
        var missing = rows
        try stored.forEachRow([Int64(day)]) { row in
            let key = RollupKey(region: row[0], model: row[1], dimension: row[2])
            let place = "day \(day), region \(key.region)"
            if missing.removeValue(forKey: key) != EmissionSums(row, from: 3) { note(.day, place) }
            if !Ranges.hold(row, from: 3) { note(.range, place) }
        }
        if let key = missing.keys.min() { note(.day, "day \(day), region \(key.region)") }
    }
}

/// Whether low and high of stored rows are what their parts give.
enum Ranges {
    /// Each part is none or more, none reaches below zero, and the squares of low and high are those of the parts.
    static func hold(_ row: IntegerStatement.Row, from first: Int) -> Bool {
        places.allSatisfy { place in
            let isKnown = !row.isNull(first + place.central)
            let central = row[first + place.central]
            for (down, up) in place.parts {
                guard row[first + down] >= 0, row[first + up] >= 0, row[first + down] <= central
                else { return false }
            }
            guard isKnown else {
                return row.isNull(first + place.low) && row.isNull(first + place.high)
            }
            let low = row[first + place.low]
            let high = row[first + place.high]
            guard 0 <= low, low <= central, central <= high else { return false }
            return isRoot(high - central, of: place.parts.map { row[first + $0.up] })
                && (isRoot(central - low, of: place.parts.map { row[first + $0.down] })
                    || low == 0 && covers(central, less: place.parts.map { row[first + $0.down] }))
        }
    }

    private struct Place {
        let central: Int
        let low: Int
        let high: Int
        let parts: [(down: Int, up: Int)]
    }

    private static let places = Measure.ranged.map { measure in
        func place(_ column: EmissionColumn) -> Int {
            EmissionColumn.all.firstIndex(of: column) ?? 0
        }
        return Place(
            central: place(.measure(measure)), low: place(.low(measure)),
            high: place(.high(measure)),
            parts: measure.declaration.causes.map {
                (place(.down(measure, $0)), place(.up(measure, $0)))
            })
    }

    private static func squares(_ parts: [Int64]) -> UInt128 {
        parts.reduce(0) { $0 + UInt128($1.magnitude) * UInt128($1.magnitude) }
    }

    /// Whether `root` is the root of the sum of squares, rounded up.
    private static func isRoot(_ root: Int64, of parts: [Int64]) -> Bool {
        let (sum, least) = (squares(parts), UInt128(root.magnitude))
        return least * least >= sum && (least == 0 || (least - 1) * (least - 1) < sum)
    }

    /// Whether the root of the sum of squares is at least `central`.
    private static func covers(_ central: Int64, less parts: [Int64]) -> Bool {
        guard central > 0 else { return true }
        let least = UInt128(central.magnitude) - 1
        return squares(parts) > least * least
    }
}
