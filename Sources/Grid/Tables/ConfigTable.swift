package import Configuration
import Pipeline

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
            guard !node.isMapping else {
                throw node.error("expected a list, or the path of a table")
            }
            let path = try node.string()
            let text: String
            do {
                text = try ConfigNode.readText(path)
            } catch {
                throw node.error("\(path): \(error.message)")
            }
            return try read(text, file: path, columns: columns, row: row)
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
