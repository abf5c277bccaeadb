package import Accounting
package import Configuration
import Pipeline

extension AnnualIntensities {
    /// Those that are compiled in, from `Config/annual.csv`.
    package static func builtin() throws(ConfigError) -> AnnualIntensities {
        try AnnualIntensities(
            csv: BuiltinFiles.text("annual.csv") ?? "", file: "built-in annual.csv")
    }

    /// Reads `zone,year,basis,g_per_kwh,source`.
    package init(csv text: String, file: String) throws(ConfigError) {
        var entries: [Entry] = []
        try ConfigTable.read(
            text, file: file, columns: ["zone", "year", "basis", "g_per_kwh", "source"]
        ) { fields, fault throws(ConfigError) in
            guard let zone = fields[0], let year = fields[1].flatMap({ Int($0) }),
                let basis = fields[2].flatMap(IntensityBasis.init), let source = fields[4]
            else { throw fault("zone, year, basis (direct or lifecycle) and source are needed") }
            guard let value = fields[3].flatMap(IntensityUnit.gramsPerKilowattHour.milligrams),
                (0...10_000_000).contains(value)
            else { throw fault("g_per_kwh is not from 0 to 10000") }
            entries.append(
                Entry(
                    zone: zone, year: year, basis: basis,
                    intensity: MilligramsCO2ePerKilowattHour(value), source: source))
        }
        self.init(entries)
    }
}

/// A table of the configuration, each of whose rows must be good.
package enum ConfigTable {
    /// Rows that stand in the configuration as a list of mappings, or in a table whose path stands there.
    ///
    /// - Parameter row: As below.
    package static func read(
        _ node: ConfigNode, columns: [String],
        row: ([String?], (String) -> ConfigError) throws(ConfigError) -> Void
    ) throws(ConfigError) {
        guard node.isList else {
            let path = try node.string()
            return try read(ConfigNode.readText(path), file: path, columns: columns, row: row)
        }
        for node in node.list() {
            let section = try node.section(keys: columns)
            var fields: [String?] = []
            for column in columns { fields.append(try section[column]?.string()) }
            try row(fields) { node.error($0) }
        }
    }

    /// - Parameter row: Given the fields in the order of `columns`, `nil` for an empty one, and what makes a message of
    ///   a row's fault.
    package static func read(
        _ text: String, file: String, columns: [String],
        row: ([String?], (String) -> ConfigError) throws(ConfigError) -> Void
    ) throws(ConfigError) {
        do {
            try RecordTable.read(text, name: "flue", paths: columns.map { FieldPath([$0]) }) {
                record in
                try row(record.fields) { problem in
                    ConfigError(file: file, line: record.line, message: problem)
                }
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
    }
}
