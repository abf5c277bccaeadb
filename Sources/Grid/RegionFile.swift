package import Accounting
package import Configuration
import Pipeline

extension RegionTable {
    /// The cloud regions that are compiled in, from `Config/factors/regions.csv` and `Config/factors/pue.csv`.
    package static func builtin() throws(ConfigError) -> RegionTable {
        let effectiveness = try PublishedEffectiveness.table(
            csv: BuiltinFiles.text("factors/pue.csv") ?? "", file: "built-in factors/pue.csv")
        return try RegionTable(
            csv: BuiltinFiles.text("factors/regions.csv") ?? "",
            file: "built-in factors/regions.csv",
            effectiveness: effectiveness)
    }

    /// Reads `provider,region,zone,zone_source,pue_of,wue_l_per_kwh,wue_source,wue_basis`.
    ///
    /// - Parameter effectiveness: By region, or by the name of a provider's fleet, as `pue_of` names them.
    package init(
        csv text: String, file: String, effectiveness: [String: [PublishedEffectiveness]]
    ) throws(ConfigError) {
        var entries: [String: Entry] = [:]
        try ConfigTable.read(
            text, file: file,
            columns: [
                "provider", "region", "zone", "zone_source", "pue_of", "wue_l_per_kwh",
                "wue_source", "wue_basis",
            ]
        ) { fields, fault throws(ConfigError) in
            guard let region = fields[1], let zone = fields[2] else {
                throw fault("region and zone are needed")
            }
            let published = fields[4].map { effectiveness[$0] ?? [] } ?? []
            guard fields[4] == nil || !published.isEmpty else {
                throw fault("there is no PUE of \"\(fields[4] ?? "")\"")
            }
            let water = fields[5].flatMap(MicrolitresPerKilowattHour.init)
            guard fields[5] == nil || water != nil else {
                throw fault("the water is not from 0 to 1000 L/kWh")
            }
            guard let basis = WaterBasis(rawValue: fields[7] ?? "unstated") else {
                throw fault("the basis of water is withdrawal, consumption or unstated")
            }
            let sources = [fields[3], fields[6].map { "water: \($0)" }].compactMap { $0 }
            entries[region] = Entry(
                provider: fields[0] ?? "", zone: zone, effectiveness: published,
                onSiteWater: water, waterBasis: basis, source: sources.joined(separator: "; "))
        }
        self.init(entries)
    }
}
