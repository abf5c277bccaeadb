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

    /// Reads regions with what their zones follow from: `place`, as the provider states it in `place_source`, and
    /// `operator`, who balances the grid there. `uncertain` says why another zone is possible.
    ///
    /// - Parameter effectiveness: By region, or by the name of a provider's fleet, as `pue_of` names them.
    package init(
        csv text: String, file: String, effectiveness: [String: [PublishedEffectiveness]]
    ) throws(ConfigError) {
        var entries: [String: Entry] = [:]
        try ConfigTable.read(
            text, file: file,
            columns: [
                "provider", "region", "zone", "place", "place_source", "operator", "uncertain",
                "pue_of", "wue_l_per_kwh", "wue_source", "wue_basis",
            ]
        ) { fields, fault throws(ConfigError) in
            guard let region = fields[1], let zone = fields[2], let place = fields[3] else {
                throw fault("region, zone and place are needed")
            }
            let published = fields[7].map { effectiveness[$0] ?? [] } ?? []
            guard fields[7] == nil || !published.isEmpty else {
                throw fault("there is no PUE of \"\(fields[7] ?? "")\"")
            }
            let water = fields[8].flatMap(MicrolitresPerKilowattHour.init)
            guard fields[8] == nil || water != nil else {
                throw fault("the water is not from 0 to 1000 L/kWh")
            }
            guard let basis = WaterBasis(rawValue: fields[10] ?? "unstated") else {
                throw fault("the basis of water is withdrawal, consumption or unstated")
            }
            let sources = [
                fields[4].map { "\(place) (\($0))" } ?? place,
                fields[5].map { "grid: \($0)" },
                fields[6].map { "zone uncertain: \($0)" },
                fields[9].map { "water: \($0)" },
            ].compactMap { $0 }
            entries[region] = Entry(
                provider: fields[0] ?? "", zone: zone, effectiveness: published,
                onSiteWater: water, waterBasis: basis, source: sources.joined(separator: "; "))
        }
        self.init(entries)
    }
}
