import Accounting
import GRDB

/// What a pool drew in an hour, before it is shared.
struct PoolSupply {
    let pool: Pool
    let supplied: MicrowattHours
    let modelled: MicrowattHours
    let effectiveness: PowerUsageEffectiveness
    let intensity: MilligramsCO2ePerKilowattHour?
}

/// What a pool drew in an hour, and where it went: `supplied = allocated + idle`, to the last µWh.
struct PoolHour {
    let supply: PoolSupply
    let allocated: MicrowattHours
    let idle: MicrowattHours
    let idleEnergy: MicrowattHours
    let idleEmissions: MicrogramsCO2e?

    init(_ supply: PoolSupply, allocated: MicrowattHours) throws(AmountOutOfRange) {
        self.supply = supply
        self.allocated = allocated
        idle = MicrowattHours(supply.supplied.value - allocated.value)
        idleEnergy =
            supply.pool.boundary == .it ? try idle * supply.effectiveness : idle
        guard let intensity = supply.intensity else {
            idleEmissions = nil
            return
        }
        idleEmissions = try idleEnergy * intensity
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
            var cells = 0
            for index in members {
                for (key, activity) in groups[index].cells {
                    let emission = try emission(of: activity, groups[index].factor, key, grid.hour)
                    let energy = pool.boundary == .it ? emission.itEnergy : nil
                    modelled += energy ?? emission.energy ?? .zero
                    cells += 1
                }
            }
            let available = pool.available(of: supplied, cells: cells)
            let effectiveness = method.effectiveness(of: pool.region)
            for index in members where groups[index].factor.energy != nil && modelled > .zero {
                groups[index].factor = pool.share(
                    of: groups[index].factor, available: available, modelled: modelled,
                    effectiveness: effectiveness)
                groups[index].pool = pool.name
            }
            supplies.append(
                PoolSupply(
                    pool: pool, supplied: supplied, modelled: modelled,
                    effectiveness: effectiveness.central,
                    intensity: try gridHour(of: pool.region, &grid).average?.intensity))
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
        return try Int64.fetchOne(statement, arguments: [pool.name, hour])
            .map(MicrowattHours.init)
    }

    func insert(_ hour: PoolHour, _ value: Int) throws {
        let supply = if case .meter = hour.supply.pool.supply { "meter" } else { "hardware" }
        try db.cachedStatement(
            sql: "INSERT INTO pool_hour VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            methodID, value, hour.supply.pool.name, supply, hour.supply.supplied.value,
            hour.supply.modelled.value, hour.allocated.value, hour.idle.value,
            hour.idleEnergy.value, hour.idleEmissions?.value,
        ])
    }
}
