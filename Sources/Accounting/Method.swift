/// The choices that a total rests on: energy model, regions and PUE, basis of the grid factor.
package struct Method: Equatable, Sendable {
    package let energyModel: EnergyModel
    package let regions: RegionTable
    /// For regions that publish none.
    package let defaultEffectiveness: PowerUsageEffectiveness
    package let defaultEffectivenessSource: String
    package let basis: IntensityBasis

    package init(
        energyModel: EnergyModel, regions: RegionTable,
        defaultEffectiveness: PowerUsageEffectiveness, defaultEffectivenessSource: String,
        basis: IntensityBasis
    ) {
        self.energyModel = energyModel
        self.regions = regions
        self.defaultEffectiveness = defaultEffectiveness
        self.defaultEffectivenessSource = defaultEffectivenessSource
        self.basis = basis
    }

    /// The factor of one (hour, region, model).
    ///
    /// - Parameter grid: The value in force for the region's zone and hour, if there is one.
    package func factor(
        region: String, model: String, grid: (MilligramsCO2ePerKilowattHour, GridEvidence)?
    ) -> HourFactor {
        let effectiveness = regions[region]?.effectiveness ?? defaultEffectiveness
        return HourFactor(
            coefficients: energyModel.factor(for: model)?.coefficients,
            effectiveness: energyModel.boundary == .facility ? nil : effectiveness,
            intensity: grid.map { Estimate(exactly: $0.0) },
            evidence: grid?.1 ?? .missing)
    }

    /// A text that differs whenever a derived number or a stated source could: its digest names the method.
    package var canonicalText: String {
        var lines = [
            "energy-model \(energyModel.name) \(energyModel.kind.rawValue) "
                + energyModel.boundary.rawValue,
            "basis \(basis.rawValue)",
            "default-pue \(defaultEffectiveness.value) \(defaultEffectivenessSource)",
            "about \(energyModel.released) \(energyModel.summary)",
        ]
        for (model, factor) in energyModel.factors.sorted(by: { $0.model < $1.model }) {
            let ranges = [
                factor.coefficients.low, factor.coefficients.central, factor.coefficients.high,
            ].map {
                "\($0.request.value) \($0.input.value) \($0.cachedInput.value) \($0.output.value)"
            }
            lines.append("model \(model) \(ranges.joined(separator: " / ")) \(factor.evidence)")
            lines.append("source \(factor.source)")
        }
        for name in regions.names {
            guard let entry = regions[name] else { continue }
            let effectiveness = entry.effectiveness.map { "\($0.value)" } ?? "-"
            lines.append("region \(name) \(entry.zone) \(effectiveness) \(entry.source)")
        }
        return lines.joined(separator: "\n")
    }
}
