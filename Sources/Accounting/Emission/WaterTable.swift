package import Configuration

/// Water that is used where electricity is made, by country.
package struct WaterTable: Equatable, Sendable {
    private var byCountry: [String: MicrolitresPerKilowattHour] = [:]
    package private(set) var source = ""

    /// Knows nothing.
    package init() {}

    /// Reads `Config/factors/water.yaml`.
    package init(_ node: ConfigNode) throws(ConfigError) {
        let file = try node.section(keys: ["source", "off_site_l_per_kwh"])
        source = try file.required("source").string()
        for (country, node) in try file.required("off_site_l_per_kwh").section().entries {
            guard let value = MicrolitresPerKilowattHour(text: try node.string()) else {
                throw node.error("expected litres per kWh from 0 to 1000, such as 3.13")
            }
            byCountry[country] = value
        }
    }

    /// - Parameter zone: A grid area that begins with the country's ISO 3166 code, such as `US-MIDA-PJM`.
    package func offSite(zone: String) -> MicrolitresPerKilowattHour? {
        byCountry[String(zone.prefix { $0 != "-" })]
    }

    /// All entries in order.
    package var entries: [(country: String, water: MicrolitresPerKilowattHour)] {
        byCountry.sorted { $0.key < $1.key }.map { (country: $0.key, water: $0.value) }
    }

    var canonicalLines: [String] {
        ["water \(source)"] + entries.map { "water \($0.country) \($0.water.value)" }
    }
}

extension MicrolitresPerKilowattHour {
    /// Litres per kWh from 0 to 1000; `nil` for anything else.
    package init?(text: String) {
        guard let value = fixedPoint(text, decimals: 6), (0...1_000_000_000).contains(value) else {
            return nil
        }
        self.init(value)
    }
}
