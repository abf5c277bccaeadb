import Accounting

/// What a daily or monthly row is about, besides its method and period.
struct RollupKey: Hashable, Comparable {
    let region: Int64
    let model: Int64
    let dimension: Int64

    static func < (left: RollupKey, right: RollupKey) -> Bool {
        if left.region != right.region { return left.region < right.region }
        if left.model != right.model { return left.model < right.model }
        return left.dimension < right.dimension
    }
}

/// The sums of a day or month while its hours or days are added, row by row.
struct RollupSums {
    private var rows: [(key: RollupKey, rollup: Rollup)] = []
    private var places: [RollupKey: Int] = [:]
    private var next = 0

    /// All rows in the order of their keys.
    var ordered: [(key: RollupKey, rollup: Rollup)] { rows.sorted { $0.key < $1.key } }

    /// The place of a key, made on first sight. Periods repeat the order of their rows, so it is mostly the
    /// one behind the place that was asked for before.
    mutating func place(of key: RollupKey) -> Int {
        if next >= rows.count || rows[next].key != key {
            next = places[key] ?? rows.count
            if next == rows.count {
                places[key] = next
                rows.append((key, Rollup()))
            }
        }
        defer { next += 1 }
        return next
    }

    mutating func add(
        _ cell: Activity, _ result: CellEmission, _ factor: HourFactor, at place: Int
    ) {
        rows[place].rollup.add(cell, result, evidence: factor.evidence)
    }

    /// Adds a row that holds the columns of ``RollupColumns``.
    mutating func add(_ row: IntegerStatement.Row, from first: Int, at place: Int) {
        rows[place].rollup.add(row, from: first)
    }
}

/// The sums of one row, in the order of ``RollupColumns``.
struct Rollup {
    private var activity = Activity()
    private var matchedRequests: Int64 = 0
    private var measured: Int64 = 0
    private var estimated: Int64 = 0
    private var filled: Int64 = 0
    private var unmatched: Int64 = 0
    private var energy = Sums()
    private var emissions = Sums()
    private var itEnergy: Int64 = 0
    /// Not so once a part is unknown.
    private var isITEnergyKnown = true

    /// Central, low and high sums of what is known.
    private struct Sums {
        var isKnown = false
        var central: Int64 = 0
        var low: Int64 = 0
        var high: Int64 = 0

        mutating func add(_ central: Int64, _ low: Int64, _ high: Int64) {
            isKnown = true
            self.central += central
            self.low += low
            self.high += high
        }

        /// NULL when nothing is known.
        func add(to insert: inout IntegerInsert) {
            insert.add(isKnown ? central : nil)
            insert.add(isKnown ? low : nil)
            insert.add(isKnown ? high : nil)
        }
    }

    /// Adds a cell.
    mutating func add(_ cell: Activity, _ result: CellEmission, evidence: GridEvidence) {
        activity += cell
        if let more = result.energy {
            energy.add(more.central.value, more.low.value, more.high.value)
            switch evidence {
            case .measured: measured += more.central.value
            case .estimated: estimated += more.central.value
            case .interpolated, .profile, .annual: filled += more.central.value
            case .missing: unmatched += more.central.value
            }
        }
        if let more = result.emissions {
            emissions.add(more.central.value, more.low.value, more.high.value)
            matchedRequests += cell.requests
        }
        if let more = result.itEnergy {
            itEnergy += more.value
        } else {
            isITEnergyKnown = false
        }
    }

    /// Adds a row of such sums.
    mutating func add(_ row: IntegerStatement.Row, from first: Int) {
        var column = first
        func next() -> Int64 {
            defer { column += 1 }
            return row[column]
        }
        activity.requests += next()
        activity.failedRequests += next()
        activity.notRunRequests += next()
        activity.cacheHitRequests += next()
        activity.unknownUsageRequests += next()
        activity.inputTokens += next()
        activity.cachedInputTokens += next()
        activity.cacheWriteTokens += next()
        activity.outputTokens += next()
        activity.reasoningTokens += next()
        activity.items += next()
        activity.durationMilliseconds += next()
        matchedRequests += next()
        measured += next()
        estimated += next()
        filled += next()
        unmatched += next()
        if !row.isNull(column) { energy.add(row[column], row[column + 1], row[column + 2]) }
        column += 3
        if !row.isNull(column) { emissions.add(row[column], row[column + 1], row[column + 2]) }
        column += 3
        isITEnergyKnown = isITEnergyKnown && !row.isNull(column)
        itEnergy += next()
    }

    /// Gives the sums to a row.
    func add(to insert: inout IntegerInsert) {
        insert.add(activity.requests)
        insert.add(activity.failedRequests)
        insert.add(activity.notRunRequests)
        insert.add(activity.cacheHitRequests)
        insert.add(activity.unknownUsageRequests)
        insert.add(activity.inputTokens)
        insert.add(activity.cachedInputTokens)
        insert.add(activity.cacheWriteTokens)
        insert.add(activity.outputTokens)
        insert.add(activity.reasoningTokens)
        insert.add(activity.items)
        insert.add(activity.durationMilliseconds)
        insert.add(matchedRequests)
        insert.add(measured)
        insert.add(estimated)
        insert.add(filled)
        insert.add(unmatched)
        energy.add(to: &insert)
        emissions.add(to: &insert)
        insert.add(isITEnergyKnown ? itEnergy : nil)
    }
}
