/// Where cloud regions draw their electricity, and how much their buildings add.
package struct RegionTable: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// Grid area, named as Electricity Maps does.
        package let zone: String
        /// `nil` when the provider publishes none for this region.
        package let effectiveness: PowerUsageEffectiveness?
        /// Water per kWh of IT energy; `nil` when the provider publishes none.
        package let onSiteWater: MicrolitresPerKilowattHour?
        /// What ``onSiteWater`` counts.
        package let waterBasis: WaterBasis
        /// Where zone, PUE and water are from, for the audit trail.
        package let source: String

        package init(
            zone: String, effectiveness: PowerUsageEffectiveness?,
            onSiteWater: MicrolitresPerKilowattHour? = nil,
            waterBasis: WaterBasis = .unstated, source: String
        ) {
            self.zone = zone
            self.effectiveness = effectiveness
            self.onSiteWater = onSiteWater
            self.waterBasis = waterBasis
            self.source = source
        }
    }

    private var entries: [String: Entry]

    package init(_ entries: [String: Entry]) { self.entries = entries }

    package subscript(region: String) -> Entry? {
        get { entries[region] }
        set { entries[region] = newValue }
    }

    /// All region names, in order.
    package var names: [String] { entries.keys.sorted() }
}
