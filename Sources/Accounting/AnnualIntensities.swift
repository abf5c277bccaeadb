/// Published intensities of years, by zone or country: the last step before an hour stays missing.
package struct AnnualIntensities: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// A zone, or the country that its zones begin with.
        package let zone: String
        package let year: Int
        package let basis: IntensityBasis
        package let intensity: MilligramsCO2ePerKilowattHour
        package let source: String

        package init(
            zone: String, year: Int, basis: IntensityBasis,
            intensity: MilligramsCO2ePerKilowattHour, source: String
        ) {
            self.zone = zone
            self.year = year
            self.basis = basis
            self.intensity = intensity
            self.source = source
        }
    }

    package let entries: [Entry]

    package init(_ entries: [Entry] = []) { self.entries = entries }

    /// The entry of the zone, else of its country, whose year is nearest; of two, the later.
    package func entry(of zone: String, basis: IntensityBasis, year: Int) -> Entry? {
        let country = zone.prefix { $0 != "-" }
        for name in [zone, String(country)] {
            let known = entries.filter { $0.zone == name && $0.basis == basis }
            if let nearest = known.nearest(to: year, year: { $0.year }) { return nearest }
        }
        return nil
    }
}
