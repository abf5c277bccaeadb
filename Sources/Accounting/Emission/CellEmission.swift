/// How far a figure could lie below and above its central value for one cause. Neither is negative.
package struct Deviation<Amount: Quantity>: Equatable, Sendable {
    package var down: Amount
    package var up: Amount

    package static var none: Self { Self(down: .zero, up: .zero) }

    package init(down: Amount, up: Amount) {
        self.down = down
        self.up = up
    }

    /// - Parameter range: Low and high of the cause, everything else central.
    init(of central: Amount, low: Amount, high: Amount) {
        down = Amount(central.value - low.value)
        up = Amount(high.value - central.value)
    }
}

/// Energy, emissions and water of one cell: one hour, region, model and set of dimensions.
///
/// Each figure is rounded once, from the one before it. What the range of each factor does to a figure is kept
/// apart, with all other factors central: so it adds up over cells, and the ranges of independent factors can be
/// joined in a total; see ``Uncertainty``.
package struct CellEmission: Equatable, Sendable {
    /// Servers only; `nil` when only the facility's energy is known.
    package private(set) var itEnergy: MicrowattHours?
    /// The facility, PUE included; `nil` when the model is unmatched.
    package private(set) var energy: MicrowattHours?
    /// Whether ``energy`` is of requests of known usage alone, and of what is known of others.
    package private(set) var leavesOutUnknown = false
    /// The part of ``energy`` of requests whose usage is not known, at the mean of their model.
    package private(set) var assumedEnergy = MicrowattHours.zero
    /// The part of ``energy`` of the tokens of failed requests.
    package private(set) var failedEnergy = MicrowattHours.zero
    package private(set) var energyByModel = Deviation<MicrowattHours>.none
    package private(set) var energyByPUE = Deviation<MicrowattHours>.none
    /// Operational, location-based; `nil` when the grid value or the energy is missing.
    package private(set) var emissions: MicrogramsCO2e?
    /// The part of ``emissions`` of ``assumedEnergy``.
    package private(set) var assumedEmissions = MicrogramsCO2e.zero
    package private(set) var emissionsByModel = Deviation<MicrogramsCO2e>.none
    package private(set) var emissionsByPUE = Deviation<MicrogramsCO2e>.none
    package private(set) var emissionsByGrid = Deviation<MicrogramsCO2e>.none
    /// Operational, market-based.
    package private(set) var marketEmissions: MicrogramsCO2e?
    /// Operational, at the intensity of the next kWh; never added to the others.
    package private(set) var marginalEmissions: MicrogramsCO2e?
    /// Of electricity lost in transmission and distribution, location-based; never added to the others.
    package private(set) var lossEmissions: MicrogramsCO2e?
    /// The share of making the hardware.
    package private(set) var embodied: MicrogramsCO2e?
    package private(set) var embodiedByModel = Deviation<MicrogramsCO2e>.none
    package private(set) var onSiteWater: Nanolitres?
    package private(set) var offSiteWater: Nanolitres?

    /// - Throws: ``AmountOutOfRange`` for figures that no hour of any service reaches.
    package init(of activity: Activity, factor: HourFactor) throws(AmountOutOfRange) {
        guard let model = factor.energy else { return }
        let modelled = try model.energy.central.amount(of: activity)
        let energy = try Self.facility(modelled, factor.effectiveness?.central)
        self.energy = energy
        leavesOutUnknown = model.leavesOutUnknown
        assumedEnergy = try Self.facility(
            model.energy.central.assumedAmount(of: activity), factor.effectiveness?.central)
        if activity.failedInputTokens | activity.failedOutputTokens != 0 {
            var failed = Activity()
            failed.inputTokens = activity.failedInputTokens
            failed.cachedInputTokens = activity.failedCachedInputTokens
            failed.outputTokens = activity.failedOutputTokens
            failedEnergy = try Self.facility(
                model.energy.central.amount(of: failed), factor.effectiveness?.central)
        }
        if let effectiveness = factor.effectiveness {
            itEnergy = modelled
            onSiteWater = try factor.onSiteWater.map { water throws(AmountOutOfRange) in
                try modelled * water
            }
            if effectiveness.isRange {
                energyByPUE = Deviation(
                    of: energy, low: try modelled * effectiveness.low,
                    high: try modelled * effectiveness.high)
            }
        }
        if model.energy.isRange {
            let low = try model.energy.low.amount(of: activity)
            let high = try model.energy.high.amount(of: activity)
            energyByModel = Deviation(
                of: energy, low: try Self.facility(low, factor.effectiveness?.central),
                high: try Self.facility(high, factor.effectiveness?.central))
        }
        if let intensity = factor.intensity { try addEmissions(energy, intensity) }
        if let emissions, let loss = factor.transmissionLoss {
            lossEmissions = try emissions * loss
        }
        marketEmissions = try factor.market.map { market throws(AmountOutOfRange) in
            try energy * market
        }
        marginalEmissions = try factor.marginal.map { marginal throws(AmountOutOfRange) in
            try energy * marginal
        }
        offSiteWater = try factor.offSiteWater.map { water throws(AmountOutOfRange) in
            try energy * water
        }
        if let share = model.embodied {
            let central = try share.central.amount(of: activity)
            embodied = central
            if share.isRange {
                embodiedByModel = Deviation(
                    of: central, low: try share.low.amount(of: activity),
                    high: try share.high.amount(of: activity))
            }
        }
    }

    private mutating func addEmissions(
        _ energy: MicrowattHours, _ intensity: Estimate<MilligramsCO2ePerKilowattHour>
    ) throws(AmountOutOfRange) {
        let central = try energy * intensity.central
        emissions = central
        assumedEmissions = try assumedEnergy * intensity.central
        func deviation(
            _ energyRange: Deviation<MicrowattHours>
        ) throws(AmountOutOfRange) -> Deviation<MicrogramsCO2e> {
            guard energyRange != .none else { return .none }
            return Deviation(
                of: central,
                low: try MicrowattHours(energy.value - energyRange.down.value) * intensity.central,
                high: try MicrowattHours(energy.value + energyRange.up.value) * intensity.central)
        }
        emissionsByModel = try deviation(energyByModel)
        emissionsByPUE = try deviation(energyByPUE)
        if intensity.isRange {
            emissionsByGrid = Deviation(
                of: central, low: try energy * intensity.low, high: try energy * intensity.high)
        }
    }

    /// The facility's energy; as modelled, when PUE is inside.
    private static func facility(
        _ modelled: MicrowattHours, _ effectiveness: PowerUsageEffectiveness?
    ) throws(AmountOutOfRange) -> MicrowattHours {
        guard let effectiveness else { return modelled }
        return try modelled * effectiveness
    }
}
