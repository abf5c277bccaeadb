package import Configuration

/// Where a value stands in a record: the keys that lead to it, or the one name of a CSV column.
///
/// Written `usage.prompt_tokens`, or as a list when a key holds a dot: `[usage, "a.b"]`. A path that begins with
/// a slash, `/resource.region`, starts at the document that encloses the record. Keys that several writers give to one
/// thing are `{ spelled: [usage.prompt_tokens, usage.input_tokens] }`: a record has one of them, or the last counts.
///
/// A text that holds JSON is entered like an object, and so is a list of keys and values, as OTLP writes attributes.
package struct FieldPath: Hashable, Sendable {
    /// Each leads to the value; most paths have one.
    package let spellings: [[String]]
    /// Whether it starts at the enclosing document.
    package let isOuter: Bool
    /// The hash, made once: readers of small files look paths up for each record.
    private let hash: Int

    /// The first of its spellings.
    package var keys: [String] { spellings[0] }

    package init(_ keys: [String], isOuter: Bool = false) {
        self.init(spellings: [keys], isOuter: isOuter)
    }

    init(spellings: [[String]], isOuter: Bool) {
        self.spellings = spellings
        self.isOuter = isOuter
        var hasher = Hasher()
        hasher.combine(spellings)
        hasher.combine(isOuter)
        hash = hasher.finalize()
    }

    package static func == (left: FieldPath, right: FieldPath) -> Bool {
        left.hash == right.hash && left.spellings == right.spellings
            && left.isOuter == right.isOuter
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    package init(_ node: ConfigNode) throws(ConfigError) {
        if node.isMapping, let list = try node.section()["spelled"] {
            _ = try node.section(keys: ["spelled"])
            var paths: [FieldPath] = []
            for item in list.list() { paths.append(try FieldPath(item)) }
            guard let first = paths.first,
                paths.allSatisfy({ $0.isOuter == first.isOuter && $0.spellings.count == 1 })
            else { throw list.error("spelled takes paths that start at the same place") }
            self.init(spellings: paths.map(\.keys), isOuter: first.isOuter)
            return
        }
        var keys: [String] = []
        if node.isList {
            for item in node.list() { keys.append(try item.string()) }
        } else {
            keys = try node.string().split(separator: ".", omittingEmptySubsequences: false)
                .map(String.init)
        }
        let isOuter = keys.first?.hasPrefix("/") ?? false
        if isOuter { keys[0].removeFirst() }
        guard !keys.isEmpty, keys.allSatisfy({ !$0.isEmpty }) else {
            throw node.error("a path is keys joined by dots, such as usage.prompt_tokens")
        }
        self.init(keys, isOuter: isOuter)
    }

    /// The same place from the record, or from the document that encloses it.
    func from(outer: Bool) -> FieldPath { FieldPath(spellings: spellings, isOuter: outer) }

    /// The name as a CSV column, and for people.
    package var columnName: String { keys.joined(separator: ".") }

    /// The names that a CSV column may have.
    package var columnNames: [String] { spellings.map { $0.joined(separator: ".") } }
}

extension Sequence<FieldPath> {
    /// Checks that no value is read by two of these paths: it would be found by the latter alone.
    package func requireOneNameEach(in section: ConfigSection) throws(ConfigError) {
        var spellings: Set<FieldPath> = []
        for path in self {
            for keys in path.spellings {
                guard spellings.insert(FieldPath(keys, isOuter: path.isOuter)).inserted else {
                    throw section.error(
                        "\(keys.joined(separator: ".")) is read by itself and as a spelling of another path, "
                            + "or as one of two; name it in one way")
                }
            }
        }
    }
}

extension ConfigNode {
    /// Whether a path stands there, and nothing that is made from some.
    func isPath() throws(ConfigError) -> Bool {
        guard isMapping else { return true }
        return try section()["spelled"] != nil
    }
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
