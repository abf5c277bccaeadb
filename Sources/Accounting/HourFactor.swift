/// All that turns the activity of one (hour, region, model) into energy and emissions.
package struct HourFactor: Equatable, Sendable {
    /// `nil`: the energy model does not know this model.
    package var coefficients: Estimate<EnergyCoefficients>?
    /// `nil`: the coefficients are of the whole facility, PUE is inside.
    package var effectiveness: PowerUsageEffectiveness?
    /// `nil`: no grid value for this hour, or no zone for this region.
    package var intensity: Estimate<MilligramsCO2ePerKilowattHour>?
    package var evidence: GridEvidence

    package init(
        coefficients: Estimate<EnergyCoefficients>?,
        effectiveness: PowerUsageEffectiveness?,
        intensity: Estimate<MilligramsCO2ePerKilowattHour>?,
        evidence: GridEvidence
    ) {
        self.coefficients = coefficients
        self.effectiveness = effectiveness
        self.intensity = intensity
        self.evidence = evidence
    }
}

/// Energy and emissions of one cell: one hour, region, model and set of dimensions.
///
/// Each figure is rounded once, from the one before it.
package struct CellEmission: Equatable, Sendable {
    /// Servers only; `nil` when only the facility's energy is known.
    package let itEnergy: MicrowattHours?
    /// The facility, PUE included; `nil` when the model is unmatched.
    package let energy: Estimate<MicrowattHours>?
    /// Operational, location-based; `nil` when the grid value or the energy is missing.
    package let emissions: Estimate<MicrogramsCO2e>?

    /// - Throws: ``AmountOutOfRange`` for figures that no hour of any service reaches.
    package init(of activity: Activity, factor: HourFactor) throws(AmountOutOfRange) {
        let modelled = try factor.coefficients?.map { coefficients throws(AmountOutOfRange) in
            try coefficients.energy(of: activity)
        }
        itEnergy = factor.effectiveness == nil ? nil : modelled?.central
        energy = try modelled?.map { energy throws(AmountOutOfRange) in
            guard let effectiveness = factor.effectiveness else { return energy }
            return try energy * effectiveness
        }
        guard let energy, let intensity = factor.intensity else {
            emissions = nil
            return
        }
        emissions = try energy.zip(intensity) { energy, intensity throws(AmountOutOfRange) in
            try energy * intensity
        }
    }
}
