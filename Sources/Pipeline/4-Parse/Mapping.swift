package import Configuration

/// How the records of a file are written.
package enum RecordFormat: String, CaseIterable, Sendable {
    case json, csv
}

/// A number made from fields: the sum of terms, each the first present of its alternatives.
package struct NumberMapping: Equatable, Sendable {
    /// Terms of the sum; inside a term, paths in order of preference.
    package let terms: [[FieldPath]]

    package init(_ node: ConfigNode) throws(ConfigError) {
        guard node.isMapping else {
            terms = [[try FieldPath(node)]]
            return
        }
        let section = try node.section(keys: ["path", "first", "sum"])
        guard section.entries.count == 1, let (key, value) = section.entries.first else {
            throw section.error("give exactly one of path, first, sum")
        }
        switch key {
        case "path": terms = [[try FieldPath(value)]]
        case "first": terms = [try fieldPaths(value)]
        default:
            var terms: [[FieldPath]] = []
            for item in value.list() {
                let term = try NumberMapping(item)
                guard term.terms.count == 1 else { throw item.error("a sum inside a sum") }
                terms += term.terms
            }
            self.terms = terms
        }
    }

}

/// A text made from fields: the first present of its alternatives.
package struct TextMapping: Equatable, Sendable {
    package let paths: [FieldPath]

    package init(_ node: ConfigNode) throws(ConfigError) {
        guard node.isMapping else {
            paths = [try FieldPath(node)]
            return
        }
        let section = try node.section(keys: ["path", "first"])
        guard section.entries.count == 1, let (key, value) = section.entries.first else {
            throw section.error("give exactly one of path, first")
        }
        paths = key == "path" ? [try FieldPath(value)] : try fieldPaths(value)
    }
}

private func fieldPaths(_ node: ConfigNode) throws(ConfigError) -> [FieldPath] {
    var paths: [FieldPath] = []
    for item in node.list() { paths.append(try FieldPath(item)) }
    guard (1...SlotList.limit).contains(paths.count) else {
        throw node.error("a list of 1 to \(SlotList.limit) paths is expected")
    }
    return paths
}

/// How a time is written.
package enum TimeFormat: String, CaseIterable, Sendable {
    /// `2026-10-01T00:00:00.018Z`: `T` or a space, 0 to 9 fraction digits, `Z`, an offset, or nothing,
    /// which means UTC.
    case rfc3339
    case epochSeconds = "epoch-s"
    case epochMilliseconds = "epoch-ms"
    case epochMicroseconds = "epoch-us"
    case epochNanoseconds = "epoch-ns"
}

package struct TimeMapping: Equatable, Sendable {
    package let paths: [FieldPath]
    package let format: TimeFormat

    package init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(keys: ["path", "first", "format"])
        format = try section.required("format").choice(TimeFormat.self)
        if let value = section["path"] {
            paths = [try FieldPath(value)]
        } else {
            paths = try fieldPaths(section.required("first"))
        }
    }
}

/// How a duration is written.
package enum DurationUnit: String, CaseIterable, Sendable {
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    case nanoseconds = "ns"

    /// Decimal places to shift so that the number counts milliseconds.
    var decimals: Int {
        switch self {
        case .seconds: 3
        case .milliseconds: 0
        case .microseconds: -3
        case .nanoseconds: -6
        }
    }
}

package struct DurationMapping: Equatable, Sendable {
    package let path: FieldPath
    package let unit: DurationUnit

    package init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(keys: ["path", "unit"])
        path = try FieldPath(section.required("path"))
        unit = try section.required("unit").choice(DurationUnit.self)
    }
}

/// How an energy is written.
package enum EnergyUnit: String, CaseIterable, Sendable {
    case wattHours = "wh"
    case kilowattHours = "kwh"
    case joules = "j"

    /// Decimal places to shift so that the number counts millionths of a Wh, or of a J.
    var decimals: Int { self == .kilowattHours ? 9 : 6 }

    /// Millionths of the unit, or of a Wh, that make a µWh.
    var divisor: Int64 { self == .joules ? 3_600 : 1 }
}

package struct EnergyMapping: Equatable, Sendable {
    package let path: FieldPath
    package let unit: EnergyUnit

    package init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(keys: ["path", "unit"])
        path = try FieldPath(section.required("path"))
        unit = try section.required("unit").choice(EnergyUnit.self)
    }
}

/// A test of one field.
package struct Condition: Equatable, Sendable {
    package enum Test: Equatable, Sendable {
        case equals([String])
        case atLeast(Int64)
        case present(Bool)
    }

    package let path: FieldPath
    package let test: Test

    package init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(keys: ["path", "equals", "at_least", "present"])
        path = try FieldPath(section.required("path"))
        guard section.entries.count == 2 else {
            throw section.error("give a path and exactly one of equals, at_least, present")
        }
        if let value = section["equals"] {
            var words: [String] = []
            for item in value.list() { words.append(try item.string()) }
            test = .equals(words)
        } else if let value = section["at_least"] {
            test = .atLeast(try value.integer(in: 0...Int64(Int32.max)))
        } else {
            test = .present(try section.required("present").bool())
        }
    }

    /// Whether a field that is already text meets the condition; `nil` is a field that is missing.
    package func holds(_ text: String?) -> Bool {
        switch test {
        case .present(let expected): (text != nil) == expected
        case .equals(let words): text.map(words.contains) ?? false
        case .atLeast(let limit): text.flatMap { Int64($0) }.map { $0 >= limit } ?? false
        }
    }

    package static func list(_ node: ConfigNode?) throws(ConfigError) -> [Condition] {
        var conditions: [Condition] = []
        for item in node?.list() ?? [] { conditions.append(try Condition(item)) }
        return conditions
    }
}
