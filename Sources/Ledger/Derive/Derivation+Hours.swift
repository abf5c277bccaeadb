import Accounting
import Dispatch
import GRDB

/// The cells of an hour, those of several files added up.
struct OrderedCells {
    /// In the order of their keys.
    private(set) var groups: [Derivation.Group] = []

    /// Adds a cell whose key is not less than those before it.
    mutating func add(_ key: RollupKey, _ activity: Activity) {
        if groups.last?.region != key.region || groups.last?.model != key.model {
            // One group has about as many cells as another.
            var group = Derivation.Group(region: key.region, model: key.model)
            group.cells.reserveCapacity(groups.last?.cells.count ?? 0)
            groups.append(group)
        }
        groups[groups.count - 1].add(key, activity)
    }
}

extension Derivation {
    /// The cells of one hour, region and model: they have a factor in common.
    struct Group: Sendable {
        let region: Int64
        let model: Int64
        var cells: [(key: RollupKey, activity: Activity)] = []
        /// Also when they are derived and gone.
        var cellCount = 0
        var total = Activity()
        var factor = HourFactor(
            energy: nil, effectiveness: nil, intensity: nil, evidence: .missing)
        /// Whose energy the cells share.
        var pool: String?
        /// What leads from the factor that they had to this one, where that is asked.
        var steps: [FactorSubstitution.Step] = []

        fileprivate mutating func add(_ key: RollupKey, _ activity: Activity) {
            total += activity
            if let last = cells.last, last.key == key {
                cells[cells.count - 1].activity += activity
            } else {
                cells.append((key, activity))
            }
        }
    }

    /// What an hour's cells rest on, and what they are together.
    struct DerivedHour: Sendable {
        var factors: [(group: Group, sums: EmissionSums)] = []
        var pools: [PoolHour] = []
        let grid: GridHours
    }

    /// Gives the rows of a month's hours with what their factors are of, as they would be stored.
    func forEachRow(
        of month: UTCMonth, _ body: (EmissionSums, ReportSumsBuilder.Subjects) throws -> Void
    ) throws {
        for hour in month.hours.lowerBound.value..<month.hours.upperBound.value {
            var days = RollupSums()
            for (group, sums) in try deriveHour(hour, into: &days).factors {
                let region = regions[group.region] ?? ""
                try body(
                    sums,
                    ReportSumsBuilder.Subjects(
                        entry: method.entry(for: models[group.model] ?? ""),
                        effectiveness: method.effectivenessSubject(region: region),
                        zone: method.regions[region]?.zone,
                        waterBasis: method.regions[region]?.waterBasis.rawValue ?? "unstated"))
            }
        }
    }

    /// Derives the factors of an hour and adds its cells to `sums`.
    func deriveHour(_ hour: Int, into sums: inout RollupSums) throws -> DerivedHour {
        var causes = CauseSums()
        return try readHour(hour).derive(into: &sums, &causes, models)
    }

    /// The cells of an hour, with all that they are derived from.
    func readHour(_ hour: Int) throws -> HourOfCells {
        try readHour(hour, usage.cells(of: hour))
    }

    func readHour(_ hour: Int, _ cells: OrderedCells) throws -> HourOfCells {
        var grid = GridHours(hour: hour)
        let (groups, supplies) = try groupsWithFactors(&grid, cells)
        return HourOfCells(groups: groups, supplies: supplies, grid: grid)
    }

    /// The cells of an hour with their factors, pools shared out.
    func groupsWithFactors(
        _ grid: inout GridHours, _ cells: OrderedCells
    ) throws -> (groups: [Group], supplies: [PoolSupply]) {
        var groups = cells.groups
        for index in groups.indices {
            groups[index].factor = try factor(
                of: groups[index], mean: mean(of: groups[index].model, grid.hour), &grid)
        }
        let supplies = try share(&groups, &grid)
        if let former = former[UTCHour(grid.hour).month] {
            for index in groups.indices {
                let region = regions[groups[index].region] ?? ""
                groups[index].steps = try former.steps(
                    to: groups[index], hour: grid.hour, zone: method.regions[region]?.zone
                ) { try filled($0, grid.hour, by: $1) }
            }
        }
        return (groups, supplies)
    }

    /// The values in force in one hour, once each.
    struct GridHours: Sendable {
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
                SELECT intensity_mg_per_kwh, evidence_id, losses_inside FROM grid_in_force
                JOIN grid_release USING (release_id)
                WHERE series_id = (
                    SELECT series_id FROM grid_series
                    WHERE zone = ? AND basis = ? AND signal = ?)
                  AND hour = ?
                """)
        let row = try Row.fetchOne(
            statement, arguments: [zone, method.basis.rawValue, signal.rawValue, hour])
        guard let row, let evidence = try GridEvidence(rawValue: row[1]) else {
            return signal == .average ? try filled(zone, hour, by: method) : nil
        }
        return Method.GridHour(
            intensity: MilligramsCO2ePerKilowattHour(
                try row.number(0, in: StoredNumber.intensities)), evidence: evidence,
            includesLosses: try row[2])
    }

    private enum Value {
        case number(Int64?)
        case text(String?)
    }

    /// - Parameters:
    ///   - factors: Where the factor of the hour goes; made for the first.
    ///   - rows: Where its sums go.
    func insert(
        _ group: Group, _ sums: EmissionSums, _ hour: Int, into factors: inout IntegerInsert?,
        _ rows: inout IntegerInsert
    ) throws {
        let row = row(of: group, sums, hour)
        if factors == nil {
            factors = try IntegerInsert(db, into: "hour_factor", columns: row.map(\.column))
        }
        for (_, value) in row {
            switch value {
            case .number(let number): factors?.add(number)
            case .text(let text): factors?.add(text: text)
            }
        }
        try factors?.endRow()
        rows.add(Int64(hour))
        rows.add(group.region)
        rows.add(group.model)
        sums.add(to: &rows) { sums.range(of: $0) }
        try rows.endRow()
    }

    /// What stands in `hour_factor`.
    private func row(
        of group: Group, _ sums: EmissionSums, _ hour: Int
    ) -> [(column: String, value: Value)] {
        let factor = group.factor
        let intensity = factor.intensity
        let pue = factor.effectiveness
        let row: [(column: String, value: Value)] = [
            ("hour", .number(Int64(hour))), ("region_id", .number(group.region)),
            ("model_id", .number(group.model)), ("pool", .text(group.pool)),
            ("evidence_id", .number(Int64(factor.evidence.rawValue))),
            ("grid_step", .text(factor.gridStep?.rawValue ?? "")),
            ("cells", .number(Int64(group.cellCount))),
            ("requests", .number(group.total.requests)),
            ("requestless_tokens", .number(group.total.requestlessTokens)),
            ("energy_uwh", .number(sums[.energy])),
            ("assumed_energy_uwh", .number(sums[.assumedEnergy])),
            ("energy_evidence", .text(factor.energy?.evidence.rawValue)),
            ("batch_milli", .number(factor.batch.map { Int64($0.milli) })),
            ("intensity_mg_per_kwh", .number(intensity?.central.value)),
            ("intensity_mg_per_kwh_low", .number(intensity?.low.value)),
            ("intensity_mg_per_kwh_high", .number(intensity?.high.value)),
            ("market_mg_per_kwh", .number(factor.market?.value)),
            ("marginal_mg_per_kwh", .number(factor.marginal?.value)),
            ("td_loss_ppm", .number(factor.transmissionLoss.map { Int64($0.value) })),
            ("pue_ppm", .number(pue?.central.value)), ("pue_ppm_low", .number(pue?.low.value)),
            ("pue_ppm_high", .number(pue?.high.value)),
            ("on_site_water_ul_per_kwh", .number(factor.onSiteWater?.value)),
            ("off_site_water_ul_per_kwh", .number(factor.offSiteWater?.value)),
        ]
        return row
            + zip(FactorColumns.coefficients, FactorColumns.values(factor.energy)).map {
                ($0, .number($1))
            }
    }

    /// Inserts a row whose values stand beside the names of their columns, which are the same for all rows of a table.
    func insert(
        _ row: [(column: String, value: (any DatabaseValueConvertible)?)], into table: String
    ) throws {
        let insert = try inserts[table] ?? insertion(of: row.map(\.column), into: table)
        inserts[table] = insert
        try insert.execute(arguments: StatementArguments(row.map(\.value)))
    }

    private func insertion(of columns: [String], into table: String) throws -> Statement {
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        return try db.cachedStatement(
            sql: "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))")
    }
}

/// The cells of an hour, with all that they are derived from.
struct HourOfCells: Sendable {
    fileprivate let groups: [Derivation.Group]
    fileprivate let supplies: [PoolSupply]
    fileprivate let grid: Derivation.GridHours

    /// Adds the cells to `sums`, and what moved them to `causes`.
    ///
    /// - Parameter models: Names, for what goes wrong.
    func derive(
        into sums: inout RollupSums, _ causes: inout CauseSums, _ models: [Int64: String]
    ) throws(LedgerError) -> Derivation.DerivedHour {
        var derived = Derivation.DerivedHour(grid: grid)
        var allocated: [String: MicrowattHours] = [:]
        for group in groups {
            var whole = EmissionSums()
            // One for all cells: it has an array.
            var row = EmissionSums()
            for (key, activity) in group.cells {
                let emission = try LedgerError.emission(
                    of: activity, group.factor, models[key.model], grid.hour)
                row.become(activity, emission, evidence: group.factor.evidence)
                whole += row
                if let pool = group.pool {
                    allocated[pool, default: .zero] += emission.itEnergy ?? emission.energy ?? .zero
                }
                sums.add(row, to: key)
            }
            guard !whole.hasOverflown else {
                throw .tooMuch("model \"\(models[group.model] ?? "")\"")
            }
            try group.move(into: &causes, models, grid.hour)
            var group = group
            group.cellCount = group.cells.count
            group.cells = []
            derived.factors.append((group, whole))
        }
        for supply in supplies {
            do {
                derived.pools.append(
                    try PoolHour(supply, allocated: allocated[supply.pool.name] ?? .zero))
            } catch {
                throw .tooMuch("pool \(supply.pool.name)", " in hour \(UTCHour(grid.hour).text)")
            }
        }
        return derived
    }
}

/// Derives hours on a thread of its own, one after the other, while the next ones are read.
///
/// `@unchecked Sendable`: what it holds is touched on its queue only, and read when that is done.
final class HourQueue: @unchecked Sendable {
    private let queue = DispatchQueue(label: "flue.derive")
    /// So few hours wait, as each holds its cells.
    private let room = DispatchSemaphore(value: 1)
    private let models: [Int64: String]
    private var sums = RollupSums()
    private var causes = CauseSums()
    private var hours: [Derivation.DerivedHour] = []
    private var failure: LedgerError?

    init(_ models: [Int64: String]) { self.models = models }

    /// Waits while too many wait.
    func add(_ hour: HourOfCells) {
        room.wait()
        queue.async { [self] in
            defer { room.signal() }
            guard failure == nil else { return }
            do throws(LedgerError) {
                hours.append(try hour.derive(into: &sums, &causes, models))
            } catch {
                failure = error
            }
        }
    }

    /// All hours in order, the sums of their cells, and what moved them.
    func finish() throws(LedgerError) -> (
        hours: [Derivation.DerivedHour], sums: RollupSums, causes: CauseSums
    ) {
        queue.sync {}
        if let failure { throw failure }
        return (hours, sums, causes)
    }
}

extension Derivation.Group {
    /// Adds what each step does to the cells.
    fileprivate func move(
        into causes: inout CauseSums, _ models: [Int64: String], _ hour: Int
    ) throws(LedgerError) {
        for step in steps {
            for (key, activity) in cells {
                do {
                    causes.add(
                        try step.after.amounts(of: activity) - step.before.amounts(of: activity),
                        step.cause, to: key)
                } catch {
                    throw .tooMuch(
                        "model \"\(models[key.model] ?? "")\"", " in hour \(UTCHour(hour).text)")
                }
            }
        }
    }
}

extension LedgerError {
    static func emission(
        of activity: Activity, _ factor: HourFactor, _ model: String?, _ hour: Int
    ) throws(LedgerError) -> CellEmission {
        do {
            return try CellEmission(of: activity, factor: factor)
        } catch {
            throw .tooMuch("model \"\(model ?? "")\"", " in hour \(UTCHour(hour).text)")
        }
    }

    static func tooMuch(_ what: String, _ place: String = "") -> LedgerError {
        .invariant(
            "energy and emissions of a cell fit in 2^56 µWh or µg, and sums of them in 2^63; that of "
                + "\(what)\(place) does not; is a coefficient or a reading in the wrong unit?")
    }
}
