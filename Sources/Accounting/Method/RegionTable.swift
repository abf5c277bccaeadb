/// A power usage effectiveness as an operator publishes it, or as the user states it.
package struct PublishedEffectiveness: Equatable, Sendable {
    /// `nil` for one that the user states of every year.
    package let year: Int?
    package let value: PowerUsageEffectiveness
    package let source: String

    package init(year: Int?, value: PowerUsageEffectiveness, source: String) {
        self.year = year
        self.value = value
        self.source = source
    }
}

/// Where cloud regions draw their electricity, and how much their buildings add.
package struct RegionTable: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// Whose region it is, such as `AWS`.
        package let provider: String
        /// Grid area, named as Electricity Maps does.
        package let zone: String
        /// Of the years for which there is one; empty when the provider publishes none.
        package let effectiveness: [PublishedEffectiveness]
        /// Water per kWh of IT energy; `nil` when the provider publishes none.
        package let onSiteWater: MicrolitresPerKilowattHour?
        /// What ``onSiteWater`` counts.
        package let waterBasis: WaterBasis
        /// Where zone and water are from, for the audit trail.
        package let source: String

        package init(
            provider: String = "configuration", zone: String,
            effectiveness: [PublishedEffectiveness],
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

        /// That of the year, else of every year, else of the nearest one; of two, the later.
        package func effectiveness(in year: Int) -> PublishedEffectiveness? {
            effectiveness.nearest(to: year) { $0.year }
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
