import Configuration
import Pipeline

/// What other schemes call the zones of Electricity Maps.
enum ZoneAliases {
    /// A mapping of names to zones, or the name of a scheme in `Config/factors/zone-aliases.csv`.
    static func read(_ node: ConfigNode) throws(ConfigError) -> [String: String] {
        guard node.isMapping else {
            let scheme = try node.string()
            let schemes = try builtin()
            guard let zones = schemes[scheme] else {
                let names = schemes.keys.sorted()
                let near = nearest(to: scheme, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
                throw node.error(
                    "no scheme of zone names \"\(scheme)\"\(near) "
                        + "(known: \(names.joined(separator: ", ")); or give name: zone pairs)")
            }
            return zones
        }
        var zones: [String: String] = [:]
        for (name, node) in try node.section().entries { zones[name] = try node.string() }
        return zones
    }

    /// By scheme and name.
    private static func builtin() throws(ConfigError) -> [String: [String: String]] {
        var schemes: [String: [String: String]] = [:]
        try ConfigTable.read(
            BuiltinFiles.text("factors/zone-aliases.csv") ?? "",
            file: "built-in factors/zone-aliases.csv",
            columns: ["scheme", "name", "zone"]
        ) { fields, fault throws(ConfigError) in
            guard let scheme = fields[0], let name = fields[1], let zone = fields[2] else {
                throw fault("scheme, name and zone are needed")
            }
            schemes[scheme, default: [:]][name] = zone
        }
        return schemes
    }
}
