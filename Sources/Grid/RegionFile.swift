package import Accounting
package import Configuration
import Pipeline

extension RegionTable {
    /// The cloud regions that are compiled in, from `Config/regions.csv`.
    package static func builtin() throws(ConfigError) -> RegionTable {
        try RegionTable(csv: BuiltinFiles.text("regions.csv") ?? "", file: "built-in regions.csv")
    }

    /// Reads `provider,region,zone,zone_source,pue,pue_source,wue_l_per_kwh,wue_source,wue_basis`.
    package init(csv text: String, file: String) throws(ConfigError) {
        var entries: [String: Entry] = [:]
        try ConfigTable.read(
            text, file: file,
            columns: [
                "provider", "region", "zone", "zone_source", "pue", "pue_source", "wue_l_per_kwh",
                "wue_source", "wue_basis",
            ]
        ) { fields, fault throws(ConfigError) in
            guard let region = fields[1], let zone = fields[2] else {
                throw fault("region and zone are needed")
            }
            let effectiveness = fields[4].flatMap(PowerUsageEffectiveness.init)
            guard fields[4] == nil || effectiveness != nil else {
                throw fault("the PUE is not from 1 to 10")
            }
            let water = fields[6].flatMap(MicrolitresPerKilowattHour.init)
            guard fields[6] == nil || water != nil else {
                throw fault("the water is not from 0 to 1000 L/kWh")
            }
            guard let basis = WaterBasis(rawValue: fields[8] ?? "unstated") else {
                throw fault("the basis of water is withdrawal, consumption or unstated")
            }
            let sources = [
                fields[3], fields[5].map { "PUE: \($0)" }, fields[7].map { "water: \($0)" },
            ].compactMap { $0 }
            entries[region] = Entry(
                provider: fields[0] ?? "", zone: zone, effectiveness: effectiveness,
                onSiteWater: water, waterBasis: basis, source: sources.joined(separator: "; "))
        }
        self.init(entries)
    }
}

extension PowerUsageEffectiveness {
    /// A ratio from 1 to 10, such as `1.18`; `nil` for anything else.
    package init?(text: String) {
        guard let value = fixedPoint(text, decimals: 6), (1_000_000...10_000_000).contains(value)
        else { return nil }
        self.init(value)
    }
}
