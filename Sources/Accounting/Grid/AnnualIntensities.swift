/// Published intensities of years, by zone or country: the last step before an hour stays missing.
package struct AnnualIntensities: Equatable, Sendable {
    package struct Entry: Hashable, Sendable {
        /// A zone, or what the names of zones begin with, such as a country.
        package let zone: String
        package let year: Int
        package let basis: IntensityBasis
        package let boundary: IntensityBoundary
        package let losses: LossPlace
        package let intensity: MilligramsCO2ePerKilowattHour
        package let source: String

        package init(
            zone: String, year: Int, basis: IntensityBasis,
            boundary: IntensityBoundary = .unstated, losses: LossPlace = .outside,
            intensity: MilligramsCO2ePerKilowattHour, source: String
        ) {
            self.zone = zone
            self.year = year
            self.basis = basis
            self.boundary = boundary
            self.losses = losses
            self.intensity = intensity
            self.source = source
        }
    }

    package let entries: [Entry]

    package init(_ entries: [Entry] = []) { self.entries = entries }

    /// The entry of the zone, else of what its name begins with, whose year is nearest; of two, the later.
    package func entry(of zone: String, basis: IntensityBasis, year: Int) -> Entry? {
        entries.filter { $0.basis == basis }
            .nearest(to: year, in: zone, zone: { $0.zone }, year: { $0.year })
    }
}
