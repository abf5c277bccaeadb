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
    private var sums = [Int64](repeating: 0, count: RollupColumns.all.count)
    /// For each column that may be NULL, whether a part was known and whether one was not.
    private var hasKnown = [Bool](repeating: false, count: RollupColumns.all.count)
    private var hasUnknown = [Bool](repeating: false, count: RollupColumns.all.count)

    /// A sum passed what a row can hold.
    private(set) var hasOverflown = false

    private mutating func add(_ value: Int64, at column: Int) {
        let (sum, overflow) = sums[column].addingReportingOverflow(value)
        sums[column] = sum
        if overflow { hasOverflown = true }
    }

    /// Adds a cell.
    mutating func add(_ cell: Activity, _ result: CellEmission, evidence: GridEvidence) {
        let energy = result.energy?.value ?? 0
        var column = 0
        func add(_ value: Int64) {
            self.add(value, at: column)
            column += 1
        }
        func add(_ value: Int64?) {
            if value != nil { hasKnown[column] = true } else { hasUnknown[column] = true }
            add(value ?? 0)
        }
        func add<Amount>(_ deviation: Deviation<Amount>) {
            add(deviation.down.value)
            add(deviation.up.value)
        }
        add(cell.requests)
        add(cell.failedRequests)
        add(cell.notRunRequests)
        add(cell.cacheHitRequests)
        add(cell.unknownUsageRequests)
        add(cell.inputTokens)
        add(cell.cachedInputTokens)
        add(cell.cacheWriteTokens)
        add(cell.outputTokens)
        add(cell.reasoningTokens)
        add(cell.items)
        add(cell.durationMilliseconds)
        add(cell.aggregatedRequests)
        add(cell.uncountedTokens)
        add(result.energy == nil ? 0 : cell.requests)
        add(result.emissions == nil ? 0 : cell.requests)
        add(result.energy == nil ? 0 : cell.outputTokens)
        add(result.emissions == nil ? 0 : cell.outputTokens)
        add(evidence == .measured ? energy : 0)
        add(evidence == .estimated ? energy : 0)
        add(evidence.isFilled ? energy : 0)
        add(evidence == .missing ? energy : 0)
        add(result.assumedEnergy.value)
        add(result.assumedEmissions.value)
        add(result.energyByModel)
        add(result.energyByPUE)
        add(result.emissionsByModel)
        add(result.emissionsByPUE)
        add(result.emissionsByGrid)
        add(result.embodiedByModel)
        add(result.energy?.value)
        add(result.emissions?.value)
        add(result.itEnergy?.value)
        add(result.marketEmissions?.value)
        add(result.marginalEmissions?.value)
        add(result.lossEmissions?.value)
        add(result.embodied?.value)
        add(result.onSiteWater?.value)
        add(result.offSiteWater?.value)
    }

    /// Adds a row of such sums.
    mutating func add(_ row: IntegerStatement.Row, from first: Int) {
        for column in sums.indices {
            if row.isNull(first + column) {
                hasUnknown[column] = true
            } else {
                hasKnown[column] = true
                add(row[first + column], at: column)
            }
        }
    }

    /// Gives the sums to a row.
    func add(to insert: inout IntegerInsert) {
        for column in sums.indices { insert.add(value(of: column)) }
    }

    /// All sums; `nil` for what is not known.
    var values: [Int64?] { sums.indices.map(value) }

    private func value(of column: Int) -> Int64? {
        let partly = RollupColumns.counters.count
        let wholly = partly + RollupColumns.partlyKnown.count
        let isKnown =
            column < partly || (column < wholly ? hasKnown[column] : !hasUnknown[column])
        return isKnown ? sums[column] : nil
    }
}
