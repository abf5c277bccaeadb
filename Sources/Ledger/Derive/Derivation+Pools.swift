import Accounting
import GRDB

/// What a pool drew in an hour, before it is shared.
struct PoolSupply: Sendable {
    let pool: Pool
    let supplied: MicrowattHours
    /// What the energy model gives the requests that it knows, by the pool's boundary.
    let modelled: MicrowattHours
    /// Kept for requests of models that are not known, by their share of the requests.
    let unmatched: MicrowattHours
    let effectiveness: PowerUsageEffectiveness
    let zone: String?
    /// `nil`: missing.
    let grid: Method.GridHour?
}

/// What a pool drew in an hour, and where it went: `supplied = allocated + unmatched + idle`, to the last µWh.
struct PoolHour: Sendable {
    let supply: PoolSupply
    let allocated: MicrowattHours
    let idle: MicrowattHours
    let idleEnergy: MicrowattHours
    let idleEmissions: MicrogramsCO2e?

    init(_ supply: PoolSupply, allocated: MicrowattHours) throws(AmountOutOfRange) {
        self.supply = supply
        self.allocated = allocated
        idle = MicrowattHours(
            supply.supplied.value - allocated.value - supply.unmatched.value)
        idleEnergy =
            supply.pool.boundary == .it ? try idle * supply.effectiveness : idle
        guard let grid = supply.grid else {
            idleEmissions = nil
            return
        }
        idleEmissions = try idleEnergy * grid.intensity.central
    }
}

extension Derivation {
    /// Gives the cells of each pool their share of what it drew, in place of what the energy model says.
    func share(
        _ groups: inout [Group], _ grid: inout GridHours
    ) throws -> [PoolSupply] {
        var supplies: [PoolSupply] = []
        for pool in method.pools {
            guard let supplied = try supply(of: pool, grid.hour) else { continue }
            let members = groups.indices.filter { index in
                let model = models[groups[index].model] ?? ""
                return groups[index].pool == nil
                    && pool.serves(
                        region: regions[groups[index].region] ?? "", model: model,
                        entry: method.entry(for: model))
            }
            var modelled = MicrowattHours.zero
            var weight: Int128 = 0
            var cells = 0
            var requests: Int64 = 0
            var unmatched: Int64 = 0
            // As requests, where there are tokens that no request is known of.
            var tokens: Int64 = 0
            var unmatchedTokens: Int64 = 0
            for index in members {
                let group = groups[index]
                requests += group.total.requests
                tokens += group.total.inputTokens + group.total.outputTokens
                guard let energy = group.factor.energy else {
                    unmatched += group.total.requests
                    unmatchedTokens += group.total.requestlessTokens
                    continue
                }
                weight += energy.energy.central.exactAmount(of: group.total)
                cells += group.cells.count
                let emission = try LedgerError.emission(
                    of: group.total, group.factor, models[group.model], grid.hour)
                modelled +=
                    (pool.boundary == .it ? emission.itEnergy : nil)
                    ?? emission.energy ?? .zero
            }
            // Others are not charged for models that nobody knows.
            let free = pool.available(of: supplied, cells: cells)
            func part(_ some: Int64, of all: Int64) -> Int64 {
                some == 0 ? 0 : Int64(Int128(free.value) * Int128(some) / Int128(all))
            }
            let kept = max(part(unmatched, of: requests), part(unmatchedTokens, of: tokens))
            let effectiveness = method.effectiveness(
                of: pool.region, year: UTCHour(grid.hour).month.year)
            for index in members where groups[index].factor.energy != nil && weight > 0 {
                groups[index].factor = pool.share(
                    of: groups[index].factor, available: MicrowattHours(free.value - kept),
                    modelled: weight, effectiveness: effectiveness)
                groups[index].pool = pool.name
            }
            supplies.append(
                PoolSupply(
                    pool: pool, supplied: supplied, modelled: modelled,
                    unmatched: MicrowattHours(kept), effectiveness: effectiveness.central,
                    zone: method.regions[pool.region]?.zone,
                    grid: try gridHour(of: pool.region, &grid).average))
        }
        return supplies
    }

    /// The energy of a pool in an hour; `nil` when its meter says nothing.
    private func supply(of pool: Pool, _ hour: Int) throws -> MicrowattHours? {
        guard case .meter = pool.supply else {
            guard case .hardware(let energy, _) = pool.supply else { return nil }
            return energy
        }
        let statement = try db.cachedStatement(
            sql: """
                SELECT energy_uwh FROM meter_reading WHERE pool = ? AND hour = ?
                ORDER BY release_id DESC LIMIT 1
                """)
        return try Row.fetchOne(statement, arguments: [pool.name, hour]).map {
            MicrowattHours(try $0.number(0, in: StoredNumber.energies))
        }
    }

    func insert(_ hour: PoolHour, _ value: Int) throws {
        let supply = if case .meter = hour.supply.pool.supply { "meter" } else { "hardware" }
        let grid = hour.supply.grid
        try insert(
            [
                ("hour", value), ("pool", hour.supply.pool.name), ("supply", supply),
                ("supplied_uwh", hour.supply.supplied.value),
                ("modelled_uwh", hour.supply.modelled.value),
                ("allocated_uwh", hour.allocated.value),
                ("unmatched_uwh", hour.supply.unmatched.value), ("idle_uwh", hour.idle.value),
                ("idle_energy_uwh", hour.idleEnergy.value), ("zone", hour.supply.zone),
                ("evidence_id", (grid?.evidence ?? .missing).rawValue),
                ("grid_step", grid?.step?.rawValue ?? ""),
                ("intensity_mg_per_kwh", grid?.intensity.central.value),
                ("idle_emissions_ug", hour.idleEmissions?.value),
            ], into: "pool_hour")
    }
}
