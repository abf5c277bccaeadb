/// How far sums of rounded cells may lie from what the factor makes of their whole activity.
package struct RoundingBound: Equatable, Sendable {
    /// µWh.
    package let energy: Double
    /// µg CO2e.
    package let emissions: Double

    /// Half a unit for each cell and each rounding, multiplied by what follows it: energy as modelled, the facility's,
    /// emissions.
    package init(cells: Int64, _ factor: CentralFactor) {
        let effectiveness = factor.effectiveness.map { Double($0.value) / 1e6 }
        let energy = effectiveness.map { 0.5 * $0 + 0.5 } ?? 0.5
        self.energy = Double(cells) * energy
        emissions =
            Double(cells) * (energy * Double(factor.intensity?.value ?? 0) / 1e6 + 0.5)
    }
}

extension CentralFactor {
    /// Whether sums of rounded cells are what the factor makes of their activity, within the bound of rounding.
    ///
    /// - Parameters:
    ///   - energy: µWh; `nil` where it is not known.
    ///   - emissions: µg CO2e.
    package func isMet(
        energy: Int64?, emissions: Int64?, by activity: Activity, cells: Int64
    ) -> Bool {
        guard let coefficients = self.energy else { return energy == nil && emissions == nil }
        guard let energy else { return false }
        let bound = RoundingBound(cells: cells, self)
        // In 10⁻⁶ of a unit, exact; the bound is of few digits.
        let modelled = coefficients.exactAmount(of: activity)
        let exact = Double(modelled) / 1e6 * (effectiveness.map { Double($0.value) / 1e6 } ?? 1)
        func isNear(_ value: Int64, _ exact: Double, _ bound: Double) -> Bool {
            (Double(value) - exact).magnitude <= bound + exact.magnitude * 1e-12 + 1e-6
        }
        guard isNear(energy, exact, bound.energy) else { return false }
        guard let intensity else { return emissions == nil }
        guard let emissions else { return false }
        return isNear(emissions, exact * Double(intensity.value) / 1e6, bound.emissions)
    }
}
