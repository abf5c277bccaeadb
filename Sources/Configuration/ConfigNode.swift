import Yams

/// One value of a YAML file, which remembers where it stands.
///
/// Every accessor throws a ``ConfigError`` that names file and line.
package struct ConfigNode {
    private let node: Node
    package let file: String

    private init(node: Node, file: String) {
        self.node = node
        self.file = file
    }

    /// Parses `text` as one YAML document.
    ///
    /// - Parameter file: The name that errors show.
    package init(yaml text: String, file: String) throws(ConfigError) {
        try Self.checkKeys(of: text, file)
        guard let parsed = try Self.compose(text, file) else {
            throw ConfigError(file: file, line: nil, message: "the file is empty")
        }
        self.init(node: parsed, file: file)
        try checkSize(of: text)
    }

    private static func compose(_ text: String, _ file: String) throws(ConfigError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch {
            throw ConfigError(
                file: file, line: line(of: error),
                message: reason(of: error).replacing(asterisk, with: "*"))
        }
    }

    /// Stands for an asterisk where no alias may be one; nobody writes it.
    private static let asterisk = "\u{E000}"

    /// Refuses keys that are an alias, or lists and mappings, which may hold some.
    ///
    /// The parser compares keys by all that aliases make of them, however much that is: so keys are looked at first in a text
    /// in which no alias is one.
    private static func checkKeys(of text: String, _ file: String) throws(ConfigError) {
        guard text.contains("&"), text.contains("*") else { return }
        var waiting = [try compose(text.replacing("*", with: asterisk), file)].compactMap { $0 }
        while let node = waiting.popLast() {
            switch node {
            case .mapping(let mapping):
                for (key, value) in mapping {
                    guard let scalar = key.scalar,
                        scalar.style != .plain || !scalar.string.hasPrefix(asterisk)
                    else {
                        throw ConfigError(
                            file: file, line: key.mark?.line,
                            message: "a key must be plain text: no alias (*NAME), list or mapping")
                    }
                    waiting.append(value)
                }
            case .sequence(let items): waiting += items
            case .scalar, .alias: break
            }
        }
    }

    /// Values inside each other, at most.
    private static let depthLimit = 64
    /// Values that a file may hold through its aliases, however short it is.
    private static let valueLimit = 100_000

    /// Refuses what aliases make too large to be read, and what is nested too deep; without aliases no file has more values
    /// than bytes.
    private func checkSize(of text: String) throws(ConfigError) {
        let limit = max(Self.valueLimit, text.utf8.count)
        var waiting = [(node: node, depth: 1, line: line)]
        var count = 0
        while let (node, depth, line) = waiting.popLast() {
            count += 1
            guard count <= limit else {
                throw ConfigError(
                    file: file, line: line,
                    message:
                        "its aliases (*NAME) make over \(limit) values of it; write out what is meant"
                )
            }
            guard depth <= Self.depthLimit else {
                throw ConfigError(
                    file: file, line: line,
                    message:
                        "is nested deeper than \(Self.depthLimit) levels; nothing that is read here is"
                )
            }
            // What an alias stands for has the place where it was written: its key says where it is used.
            switch node {
            case .mapping(let mapping):
                for (key, value) in mapping {
                    waiting.append((key, depth + 1, depth == 1 ? key.mark?.line : line))
                    waiting.append((value, depth + 1, depth == 1 ? key.mark?.line : line))
                }
            case .sequence(let items):
                for item in items { waiting.append((item, depth + 1, line)) }
            case .scalar, .alias: break
            }
        }
    }

    /// 1-based line of the value.
    package var line: Int? { node.mark?.line }

    package func error(_ message: String) -> ConfigError {
        ConfigError(file: file, line: line, message: message)
    }

    /// This mapping with all that another says and this one does not.
    ///
    /// - Parameter words: Texts of the other that stand here under other names.
    package func completed(by base: ConfigNode, renaming words: [String: String] = [:])
        -> ConfigNode
    {
        guard case .mapping(var own) = node, case .mapping(let other) = base.node else {
            return self
        }
        for (key, value) in other where own[key] == nil {
            own[key] = Self.renamed(value, words)
        }
        return ConfigNode(node: .mapping(own), file: file)
    }

    private static func renamed(_ node: Node, _ words: [String: String]) -> Node {
        switch node {
        case .scalar(let scalar):
            guard let word = words[scalar.string] else { return node }
            return .scalar(.init(word, scalar.tag, scalar.style, scalar.mark))
        case .sequence(let items):
            return .sequence(
                .init(items.map { renamed($0, words) }, items.tag, items.style, items.mark))
        case .mapping(let mapping):
            return .mapping(
                .init(
                    mapping.map { ($0.key, renamed($0.value, words)) }, mapping.tag, mapping.style,
                    mapping.mark))
        case .alias: return node
        }
    }

    /// The value as a mapping of which all keys are known.
    ///
    /// - Throws: For an unknown key: its line and the nearest key that exists.
    package func section(keys known: [String]) throws(ConfigError) -> ConfigSection {
        let section = try section()
        for (key, value) in section.entries where !known.contains(key) {
            let hint = nearest(to: key, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
            throw value.keyError(
                "unknown key \"\(key)\"\(hint) (known: \(known.joined(separator: ", ")))")
        }
        return section
    }

    /// The value as a mapping whose keys are the user's own (names of models, regions).
    package func section() throws(ConfigError) -> ConfigSection {
        guard case .mapping(let mapping) = node else {
            throw error("expected \"key: value\" lines")
        }
        var entries: [(String, ConfigNode)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw error("a key must be plain text") }
            var child = ConfigNode(node: value, file: file)
            child.keyLine = key.mark?.line
            entries.append((name, child))
        }
        return ConfigSection(owner: self, entries: entries)
    }

    /// Where the key of this value stands; differs from ``line`` for nested values.
    private var keyLine: Int?

    private func keyError(_ message: String) -> ConfigError {
        ConfigError(file: file, line: keyLine ?? line, message: message)
    }

    /// The items of a list; a single value counts as a list of one.
    package func list() -> [ConfigNode] {
        guard case .sequence(let items) = node else {
            // A key with nothing behind it names nothing.
            return node.scalar?.string.isEmpty == true ? [] : [self]
        }
        return items.map { ConfigNode(node: $0, file: file) }
    }

    package var isMapping: Bool { node.mapping != nil }
    package var isList: Bool { node.sequence != nil }

    package func string() throws(ConfigError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw error("expected text") }
        return text
    }

    package func bool() throws(ConfigError) -> Bool {
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default: throw error("expected true or false")
        }
    }

    package func integer(in range: ClosedRange<Int64>) throws(ConfigError) -> Int64 {
        guard let text = node.scalar?.string, let value = Int64(text), range.contains(value) else {
            throw error("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    package func number(in range: ClosedRange<Double>) throws(ConfigError) -> Double {
        guard let text = node.scalar?.string, let value = Double(text), range.contains(value) else {
            throw error("expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// `1.2`, or `{ low: 1.1, high: 1.4 }`.
    package func numberRange(
        in range: ClosedRange<Double>
    ) throws(ConfigError) -> ClosedRange<Double> {
        guard isMapping else {
            let value = try number(in: range)
            return value...value
        }
        let section = try section(keys: ["low", "high"])
        let low = try section.required("low").number(in: range)
        let high = try section.required("high").number(in: range)
        guard low <= high else { throw error("low is above high") }
        return low...high
    }

    /// All keys and values, without comments and layout: equal for files that say the same.
    package var canonicalText: String {
        switch node {
        case .mapping(let mapping):
            let entries = mapping.map { key, value in
                let value = ConfigNode(node: value, file: file).canonicalText
                return "\(key.scalar?.string ?? ""): \(value)"
            }
            return "{\(entries.joined(separator: "\n"))}"
        case .sequence(let items):
            let items = items.map { ConfigNode(node: $0, file: file).canonicalText }
            return "[\(items.joined(separator: "\n"))]"
        case .scalar(let scalar): return scalar.string
        case .alias: return ""
        }
    }

    /// One of a closed set of words.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        _: Choice.Type
    ) throws(ConfigError) -> Choice where Choice.RawValue == String {
        let text = try string()
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue)
            let hint = nearest(to: text, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
            throw error("\"\(text)\" is not one of \(known.joined(separator: ", "))\(hint)")
        }
        return choice
    }

    private static func line(of error: any Error) -> Int? {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: nil
        }
    }

    private static func reason(of error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
            .composer(_, let problem, _, _):
            "not valid YAML: \(problem)"
        case .duplicatedKeysInMapping(let keys, _):
            "the key \"\(keys.joined(separator: "\", \""))\" stands there twice"
        default: "not valid YAML"
        }
    }
}

/// The entries of one mapping, in the order of the file.
package struct ConfigSection {
    private let owner: ConfigNode
    package let entries: [(key: String, value: ConfigNode)]

    init(owner: ConfigNode, entries: [(String, ConfigNode)]) {
        self.owner = owner
        self.entries = entries.map { (key: $0.0, value: $0.1) }
    }

    /// `nil` when the key is missing.
    package subscript(key: String) -> ConfigNode? { entries.first { $0.key == key }?.value }

    package func required(_ key: String) throws(ConfigError) -> ConfigNode {
        guard let value = self[key] else { throw owner.error("\"\(key)\" is missing") }
        return value
    }

    package func error(_ message: String) -> ConfigError { owner.error(message) }
}
