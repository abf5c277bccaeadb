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
        let paths = [
            "provider", "region", "zone", "zone_source", "pue", "pue_source", "wue_l_per_kwh",
            "wue_source", "wue_basis",
        ].map { FieldPath([$0]) }
        var entries: [String: Entry] = [:]
        do {
            try RecordTable.read(text, name: "flue", paths: paths) { record in
                guard let region = record.fields[1], let zone = record.fields[2] else {
                    throw ConfigError(
                        file: file, line: record.line, message: "region and zone are needed")
                }
                var effectiveness: PowerUsageEffectiveness?
                if let pue = record.fields[4] {
                    guard let value = PowerUsageEffectiveness(text: pue) else {
                        throw ConfigError(
                            file: file, line: record.line, message: "the PUE is not from 1 to 10")
                    }
                    effectiveness = value
                }
                var water: MicrolitresPerKilowattHour?
                if let text = record.fields[6] {
                    guard let value = MicrolitresPerKilowattHour(text: text) else {
                        throw ConfigError(
                            file: file, line: record.line,
                            message: "the water is not from 0 to 1000 L/kWh")
                    }
                    water = value
                }
                let basis = WaterBasis(rawValue: record.fields[8] ?? "unstated")
                guard let basis else {
                    throw ConfigError(
                        file: file, line: record.line,
                        message: "the basis of water is withdrawal, consumption or unstated")
                }
                let sources = [
                    record.fields[3], record.fields[5].map { "PUE: \($0)" },
                    record.fields[7].map { "water: \($0)" },
                ].compactMap { $0 }
                entries[region] = Entry(
                    zone: zone, effectiveness: effectiveness, onSiteWater: water, waterBasis: basis,
                    source: sources.joined(separator: "; "))
            }
        } catch let error as ConfigError {
            throw error
        } catch let error as InputError {
            throw ConfigError(file: file, line: nil, message: error.message)
        } catch let fault as RecordFault {
            throw ConfigError(file: file, line: fault.line, message: fault.reason.explanation)
        } catch {
            throw ConfigError(file: file, line: nil, message: "\(error)")
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
