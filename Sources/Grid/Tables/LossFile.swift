package import Accounting
package import Configuration

extension TransmissionLosses {
    private static let columns = ["zone", "year", "percent", "source"]

    /// Those that are compiled in, from `Config/factors/td-losses.csv`.
    package static func builtin() throws(ConfigError) -> TransmissionLosses {
        var entries: [Entry] = []
        try ConfigTable.read(
            BuiltinFiles.text("factors/td-losses.csv") ?? "",
            file: "built-in factors/td-losses.csv",
            columns: columns
        ) { fields, fault throws(ConfigError) in try add(fields, to: &entries, fault) }
        return TransmissionLosses(entries)
    }

    /// Reads a list with `zone`, `year` (may be left out), `percent` and `source`, or the path of a table of these.
    package init(_ node: ConfigNode) throws(ConfigError) {
        var entries: [Entry] = []
        try ConfigTable.read(node, columns: Self.columns) { fields, fault throws(ConfigError) in
            try Self.add(fields, to: &entries, fault)
        }
        self.init(entries)
    }

    private static func add(
        _ fields: [String?], to entries: inout [Entry], _ fault: (String) -> ConfigError
    ) throws(ConfigError) {
        guard let zone = fields[0], let source = fields[3] else {
            throw fault("zone and source are needed")
        }
        let year = fields[1].flatMap { Int($0) }
        guard fields[1] == nil || year.map((1970...9999).contains) == true else {
            throw fault("expected a year such as 2025")
        }
        guard let loss = fields[2].flatMap(TransmissionLoss.init(percentOfSupply:)) else {
            throw fault("expected the percentage lost of what is fed in, from 0 to 90, such as 5.1")
        }
        guard !entries.contains(where: { $0.zone == zone && $0.year == year }) else {
            throw fault("there are two losses of this zone and year")
        }
        entries.append(Entry(zone: zone, year: year, loss: loss, source: source))
    }
}
