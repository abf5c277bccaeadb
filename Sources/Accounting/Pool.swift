/// Machines of one region whose energy is known as a whole for each hour: from a meter, or from the hardware and
/// its power.
package struct Pool: Equatable, Sendable {
    package enum Supply: Equatable, Sendable {
        /// Readings in the ledger, by the pool's name.
        case meter
        /// The same every hour, µWh.
        case hardware(MicrowattHours, source: String)
    }

    package let name: String
    package let region: String
    /// As the log names them, or entries of the energy model; empty for all of the region.
    package let models: [String]
    /// What the supply feeds: servers, or the whole facility.
    package let boundary: EnergyModel.Boundary
    /// Drawn whether requests come or not, in an hour.
    package let idle: MicrowattHours
    package let supply: Supply

    package init(
        name: String, region: String, models: [String] = [], boundary: EnergyModel.Boundary,
        idle: MicrowattHours = .zero, supply: Supply
    ) {
        self.name = name
        self.region = region
        self.models = models
        self.boundary = boundary
        self.idle = idle
        self.supply = supply
    }

    package func serves(region: String, model: String, entry: String?) -> Bool {
        region == self.region
            && (models.isEmpty || models.contains(model) || entry.map(models.contains) == true)
    }

    package var evidence: EnergyEvidence {
        switch supply {
        case .meter: .metered
        case .hardware: .assumed
        }
    }

    /// What an hour's supply leaves for requests: all but idle energy, and 1 µWh a cell, so that rounding each
    /// cell cannot pass it. What is left over in the end counts as idle.
    package func available(of supplied: MicrowattHours, cells: Int) -> MicrowattHours {
        MicrowattHours(max(0, supplied.value - idle.value - Int64(cells)))
    }

    /// A factor whose cells draw their modelled share of `available`.
    ///
    /// - Parameters:
    ///   - modelled: Energy that the energy model gives all cells of the pool, by the pool's boundary.
    ///   - effectiveness: Of the pool's region; applied to IT energy alone.
    package func share(
        of factor: HourFactor, available: MicrowattHours, modelled: MicrowattHours,
        effectiveness: Estimate<PowerUsageEffectiveness>
    ) -> HourFactor {
        guard let energy = factor.energy, modelled > .zero else { return factor }
        // A facility's meter has PUE inside, so the share of modelled IT energy is scaled by it.
        var scale = Int128(available.value)
        var divisor = Int128(modelled.value)
        if boundary == .facility, let own = factor.effectiveness {
            scale *= Int128(own.central.value)
            divisor *= 1_000_000
        }
        let central = energy.energy.central
        func scaled(_ value: Int64) -> Int64 {
            let (product, overflow) = Int128(value).multipliedReportingOverflow(by: scale)
            // What does not fit is refused where the energy is computed.
            return overflow ? .max : Int64(exactly: product / divisor) ?? .max
        }
        var shared = factor
        shared.energy = EnergyFactor(
            energy: Estimate(exactly: central.map(scaled)), embodied: energy.embodied,
            evidence: evidence, source: energy.source)
        shared.effectiveness = boundary == .it ? effectiveness : nil
        return shared
    }
}
