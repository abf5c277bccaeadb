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

    /// Whether a model of a region could be served by both.
    package func overlaps(_ other: Pool) -> Bool {
        region == other.region
            && (models.isEmpty || other.models.isEmpty
                || !Set(models).isDisjoint(with: other.models))
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
    /// PUE is the same for all of a pool, so it changes no share.
    ///
    /// - Parameters:
    ///   - modelled: Energy that the energy model gives all cells of the pool, pWh.
    ///   - effectiveness: Of the pool's region; applied to IT energy alone.
    package func share(
        of factor: HourFactor, available: MicrowattHours, modelled: Int128,
        effectiveness: Estimate<PowerUsageEffectiveness>
    ) -> HourFactor {
        guard let energy = factor.energy, modelled > 0 else { return factor }
        let scale = Int128(available.value) * 1_000_000
        func scaled(_ value: Int64) -> Int64 {
            // Rounded down, so that the shares cannot pass what is there. What does not fit is refused where the
            // energy is computed.
            let (product, overflow) = Int128(value).multipliedReportingOverflow(by: scale)
            return overflow ? .max : Int64(exactly: product / modelled) ?? .max
        }
        var shared = factor
        shared.energy = EnergyFactor(
            energy: Estimate(exactly: energy.energy.central.map(scaled)),
            embodied: energy.embodied, evidence: evidence, source: energy.source)
        shared.effectiveness = boundary == .it ? effectiveness : nil
        return shared
    }
}
