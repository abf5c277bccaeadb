/// All that turns the activity of one (hour, region, model) into energy, emissions and water.
package struct HourFactor: Equatable, Sendable {
    /// `nil`: the energy model does not know this model.
    package var energy: EnergyFactor?
    /// From the durations in the log; `nil` when the energy factor does not rest on it.
    package var batch: BatchSize?
    /// `nil`: the energy factor is of the whole facility, PUE is inside.
    package var effectiveness: Estimate<PowerUsageEffectiveness>?
    /// Average, location-based; `nil`: no grid value for this hour, or no zone for this region.
    package var intensity: Estimate<MilligramsCO2ePerKilowattHour>?
    package var evidence: GridEvidence
    /// How the intensity was filled; `nil` for one that was imported.
    package var gridStep: GridLadder.Step?
    /// Of the contract or the residual mix; `nil` when none was given.
    package var market: MilligramsCO2ePerKilowattHour?
    /// Of the next kWh; `nil` without a marginal series.
    package var marginal: MilligramsCO2ePerKilowattHour?
    /// Between power plants and the facility; `nil` when not asked for or not known.
    package var transmissionLoss: TransmissionLoss?
    /// Per kWh of IT energy; `nil` when not known.
    package var onSiteWater: MicrolitresPerKilowattHour?
    /// Per kWh of facility energy, where the electricity is made; `nil` when not known.
    package var offSiteWater: MicrolitresPerKilowattHour?

    package init(
        energy: EnergyFactor?, effectiveness: Estimate<PowerUsageEffectiveness>?,
        intensity: Estimate<MilligramsCO2ePerKilowattHour>?, evidence: GridEvidence
    ) {
        self.energy = energy
        self.effectiveness = effectiveness
        self.intensity = intensity
        self.evidence = evidence
    }
}
