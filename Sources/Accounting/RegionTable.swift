/// Where cloud regions draw their electricity, and how much their buildings add.
package struct RegionTable: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// Whose region it is, such as `AWS`.
        package let provider: String
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
            provider: String = "configuration", zone: String,
            effectiveness: PowerUsageEffectiveness?,
            onSiteWater: MicrolitresPerKilowattHour? = nil,
            waterBasis: WaterBasis = .unstated, source: String
        ) {
            self.provider = provider
            self.zone = zone
            self.effectiveness = effectiveness
            self.onSiteWater = onSiteWater
            self.waterBasis = waterBasis
            self.source = source
        }
    }

    private var entries: [String: Entry]

    package init(_ entries: [String: Entry]) { self.entries = entries }

    /// - Parameter region: A name as logs have it; Azure's logs have display names, such as `Sweden Central`.
    package subscript(region: String) -> Entry? {
        get { name(of: region).flatMap { entries[$0] } }
        set { entries[region] = newValue }
    }

    /// The name under which a region stands here: its own, or that without spaces and capitals.
    package func name(of region: String) -> String? {
        if entries[region] != nil { return region }
        let plain = region.lowercased().filter { $0 != " " }
        return entries[plain] == nil ? nil : plain
    }

    /// All region names, in order.
    package var names: [String] { entries.keys.sorted() }
}
