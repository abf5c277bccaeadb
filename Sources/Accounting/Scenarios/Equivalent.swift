package import Configuration

/// An everyday emission to compare a total with.
package struct Equivalent: Sendable {
    package let name: String
    /// Of one.
    package let kgCO2e: Double
    /// ISO 3166, or `world`.
    package let locale: String
    package let year: String
    package let source: String

    /// Reads `Config/factors/equivalents.yaml`.
    package static func all(_ node: ConfigNode) throws(ConfigError) -> [Equivalent] {
        var all: [Equivalent] = []
        for item in node.list() {
            let section = try item.section(keys: ["name", "kgco2e", "locale", "year", "source"])
            all.append(
                Equivalent(
                    name: try section.required("name").string(),
                    kgCO2e: try section.required("kgco2e").number(in: 1e-9...1e9),
                    locale: try section.required("locale").string(),
                    year: try section.required("year").string(),
                    source: try section.required("source").string()))
        }
        return all
    }
}
