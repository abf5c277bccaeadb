package import Configuration

/// Where a value stands in a record: the keys that lead to it, or the one name of a CSV column.
///
/// Written `usage.prompt_tokens`, or as a list when a key holds a dot: `[usage, "a.b"]`. A path that begins with
/// a slash, `/resource.region`, starts at the document that encloses the record.
///
/// A text that holds JSON is entered like an object, and so is a list of keys and values, as OTLP writes attributes.
package struct FieldPath: Hashable, Sendable {
    package let keys: [String]
    /// Whether it starts at the enclosing document.
    package let isOuter: Bool

    package init(_ keys: [String], isOuter: Bool = false) {
        self.keys = keys
        self.isOuter = isOuter
    }

    package init(_ node: ConfigNode) throws(ConfigError) {
        var keys: [String] = []
        if node.isList {
            for item in node.list() { keys.append(try item.string()) }
        } else {
            keys = try node.string().split(separator: ".", omittingEmptySubsequences: false)
                .map(String.init)
        }
        isOuter = keys.first?.hasPrefix("/") ?? false
        if isOuter { keys[0].removeFirst() }
        guard !keys.isEmpty, keys.allSatisfy({ !$0.isEmpty }) else {
            throw node.error("a path is keys joined by dots, such as usage.prompt_tokens")
        }
        self.keys = keys
    }

    /// The name as a CSV column, and for people.
    package var columnName: String { keys.joined(separator: ".") }
}

/// A column's name as writers vary it: case, spaces, punctuation and the subscript two of CO₂ go.
package func normalizedColumnName(_ name: String) -> String {
    String(
        name.lowercased().unicodeScalars.compactMap { scalar -> Character? in
            if scalar == "\u{2082}" { return "2" }
            return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                ? Character(scalar) : nil
        })
}
