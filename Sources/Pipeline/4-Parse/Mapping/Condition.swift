package import Configuration

/// A test of one field.
package struct FieldTest: Equatable, Sendable {
    package enum Test: Equatable, Sendable {
        case equals([String])
        /// Missing, or none of these.
        case differsFrom([String])
        case startsWith(String)
        case atLeast(Int64)
        case present(Bool)
    }

    package let path: FieldPath
    package let test: Test

    fileprivate init(_ path: FieldPath, _ test: Test) {
        self.path = path
        self.test = test
    }

    init(present path: FieldPath) { self.init(path, .present(true)) }

    /// A path alone asks that the field is present.
    package init(_ node: ConfigNode) throws(ConfigError) {
        guard try !node.isPath() else {
            self.init(try FieldPath(node), .present(true))
            return
        }
        self = try FieldTest.inSection(
            node.section(
                keys: ["path", "equals", "differs_from", "starts_with", "at_least", "present"]))
    }

    fileprivate static func inSection(_ section: ConfigSection) throws(ConfigError) -> FieldTest {
        let path = try FieldPath(section.required("path"))
        let kinds = ["equals", "differs_from", "starts_with", "at_least", "present"]
        let tests = section.entries.filter { kinds.contains($0.key) }
        guard tests.count == 1 else {
            throw section.error(
                "give a path and exactly one of equals, differs_from, starts_with, at_least, present"
            )
        }
        if let value = section["equals"] { return FieldTest(path, .equals(try words(value))) }
        if let value = section["differs_from"] {
            return FieldTest(path, .differsFrom(try words(value)))
        }
        if let value = section["starts_with"] {
            return FieldTest(path, .startsWith(try value.string()))
        }
        if let value = section["at_least"] {
            return FieldTest(path, .atLeast(try value.integer(in: 0...Int64(Int32.max))))
        }
        return FieldTest(path, .present(try section.required("present").bool()))
    }

    private static func words(_ node: ConfigNode) throws(ConfigError) -> [String] {
        var words: [String] = []
        for item in node.list() { words.append(try item.string()) }
        guard !words.isEmpty else { throw node.error("give at least one value") }
        return words
    }

    /// Whether a field that is already text meets the test; `nil` is a field that is missing.
    package func holds(_ text: String?) -> Bool {
        switch test {
        case .present(let expected): (text != nil) == expected
        case .equals(let words): text.map(words.contains) ?? false
        case .differsFrom(let words): !(text.map(words.contains) ?? false)
        case .startsWith(let begin): text?.hasPrefix(begin) ?? false
        case .atLeast(let limit): text.flatMap { Int64($0) }.map { $0 >= limit } ?? false
        }
    }

    package static func list(_ node: ConfigNode?) throws(ConfigError) -> [FieldTest] {
        var tests: [FieldTest] = []
        for item in node?.list() ?? [] { tests.append(try FieldTest(item)) }
        return tests
    }
}

/// A test of one field, or several tests of which one or all must hold.
package indirect enum Condition: Equatable, Sendable {
    case test(FieldTest)
    case any([Condition])
    case all([Condition])

    package init(_ node: ConfigNode) throws(ConfigError) {
        guard try !node.isPath() else {
            self = .test(try FieldTest(node))
            return
        }
        let section = try node.section(
            keys: [
                "path", "equals", "differs_from", "starts_with", "at_least", "present", "any",
                "all", "because", "of_others",
            ])
        if let list = section["any"] {
            self = .any(try Condition.some(list))
        } else if let list = section["all"] {
            self = .all(try Condition.some(list))
        } else {
            self = .test(try FieldTest.inSection(section))
        }
    }

    package static func list(_ node: ConfigNode?) throws(ConfigError) -> [Condition] {
        var conditions: [Condition] = []
        for item in node?.list() ?? [] { conditions.append(try Condition(item)) }
        return conditions
    }

    private static func some(_ node: ConfigNode) throws(ConfigError) -> [Condition] {
        let conditions = try list(node)
        guard !conditions.isEmpty else { throw node.error("give at least one condition") }
        return conditions
    }

    /// The same test of the document that encloses a record, unless that may be the record itself.
    func inDocument(_ isRecord: Bool) -> Condition {
        switch self {
        case .any(let parts): .any(parts.map { $0.inDocument(isRecord) })
        case .all(let parts): .all(parts.map { $0.inDocument(isRecord) })
        case .test(let test):
            .test(FieldTest(test.path.from(outer: !isRecord), test.test))
        }
    }

    /// For people.
    var text: String {
        switch self {
        case .any(let parts): parts.map(\.text).joined(separator: " or ")
        case .all(let parts): parts.map(\.text).joined(separator: " and ")
        case .test(let test):
            switch test.test {
            case .equals(let words): "\(test.path.columnName) = \(words.joined(separator: "|"))"
            case .differsFrom(let words):
                "\(test.path.columnName) other than \(words.joined(separator: "|"))"
            case .startsWith(let begin): "\(test.path.columnName) begins with \(begin)"
            case .atLeast(let limit): "\(test.path.columnName) ≥ \(limit)"
            case .present(true): test.path.columnName
            case .present(false): "no \(test.path.columnName)"
            }
        }
    }

    /// Whether fields that are already texts meet it.
    package func holds(_ field: (FieldPath) -> String?) -> Bool {
        switch self {
        case .test(let test): test.holds(field(test.path))
        case .any(let parts): parts.contains { $0.holds(field) }
        case .all(let parts): parts.allSatisfy { $0.holds(field) }
        }
    }

    /// Whether a table with such columns meets it: only that a column is there can be told.
    func holds(ofColumns has: (FieldPath) -> Bool) -> Bool {
        switch self {
        case .any(let parts): return parts.contains { $0.holds(ofColumns: has) }
        case .all(let parts): return parts.allSatisfy { $0.holds(ofColumns: has) }
        case .test(let test):
            guard case .present(let expected) = test.test else { return false }
            return has(test.path) == expected
        }
    }

    /// The paths that it looks at.
    package var paths: [FieldPath] {
        switch self {
        case .test(let test): [test.path]
        case .any(let parts), .all(let parts): parts.flatMap(\.paths)
        }
    }
}

/// A condition that keeps records, and what the others are.
package struct KeepRule: Equatable, Sendable {
    package let condition: Condition
    /// What records are that do not meet it, as reports say it: `an agent's sum of its calls`.
    package let otherwise: String
    /// Whether those are of writers who make no model calls: one who has only such ones has lost nothing.
    package let isOfOthers: Bool

    package static func list(_ node: ConfigNode?) throws(ConfigError) -> [KeepRule] {
        var rules: [KeepRule] = []
        for item in node?.list() ?? [] {
            let condition = try Condition(item)
            let reason = try item.isMapping ? item.section()["because"]?.string() : nil
            let isOfOthers = try item.isMapping ? item.section()["of_others"]?.bool() : nil
            let fields = Set(condition.paths.map(\.columnName)).sorted().joined(separator: ", ")
            rules.append(
                KeepRule(
                    condition: condition, otherwise: reason ?? "left out by \(fields)",
                    isOfOthers: isOfOthers ?? false))
        }
        return rules
    }
}
