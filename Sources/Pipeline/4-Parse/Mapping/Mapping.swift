import Accounting
package import Configuration

/// How the records of a file are written.
package enum RecordFormat: String, CaseIterable, Sendable {
    case json, csv
    /// Lines for people, which are recognised and not read.
    case text
}

/// A number made from fields: the sum of terms, or the largest of them, each the first present of its alternatives.
package struct NumberMapping: Equatable, Sendable {
    package struct Term: Equatable, Sendable {
        /// In order of preference.
        package let paths: [FieldPath]
        /// Conditions of which one must hold for it to count; empty for always.
        package let when: [Condition]
    }

    package let terms: [Term]
    /// Whether terms say the same and the largest counts, and not their sum.
    package let isLargest: Bool
    /// For records in which no term has a value.
    package let constant: Int64?

    package init(_ node: ConfigNode) throws(ConfigError) {
        guard try !node.isPath() else {
            terms = [Term(paths: [try FieldPath(node)], when: [])]
            isLargest = false
            constant = nil
            return
        }
        let section = try node.section(keys: ["path", "first", "sum", "largest", "constant"])
        constant = try section["constant"]?.integer(in: 0...Int64(Int32.max))
        let sources = section.entries.filter { $0.key != "constant" }
        guard sources.count <= 1, let (key, value) = sources.first ?? section.entries.first else {
            throw section.error(
                "give exactly one of path, first, sum, largest, and a constant for records without")
        }
        isLargest = key == "largest"
        switch key {
        case "constant": terms = []
        case "path": terms = [Term(paths: [try FieldPath(value)], when: [])]
        case "first": terms = [Term(paths: try fieldPaths(value), when: [])]
        default:
            var terms: [Term] = []
            for item in value.list() {
                let term = try Self.term(item)
                guard !terms.isEmpty || term.when.isEmpty else {
                    throw item.error("the first term always counts: put one with when behind it")
                }
                terms.append(term)
            }
            guard !terms.isEmpty else { throw value.error("give at least one path") }
            self.terms = terms
        }
    }

    /// One of several terms.
    private static func term(_ item: ConfigNode) throws(ConfigError) -> Term {
        guard try !item.isPath() else { return Term(paths: [try FieldPath(item)], when: []) }
        let section = try item.section(keys: ["path", "first", "when"])
        let when = try Condition.list(section["when"])
        if let list = section["first"] { return Term(paths: try fieldPaths(list), when: when) }
        return Term(paths: [try FieldPath(section.required("path"))], when: when)
    }
}

/// Whether a count holds another one that stands beside it.
package enum Inclusion: String, CaseIterable, Sendable {
    case yes = "true"
    case no = "false"
    /// The total of both tells, record by record.
    case byTotal = "by_total"

    /// Whether the other count may have to be added.
    func allows(_ isAdded: Bool) -> Bool {
        switch self {
        case .yes: !isAdded
        case .no: isAdded
        case .byTotal: true
        }
    }
}

/// A part of a text: what stands between two marks.
package struct TextCut: Equatable, Sendable {
    /// `nil` cuts from the beginning.
    package let after: [UInt8]?
    /// `nil` cuts to the end.
    package let before: [UInt8]?

    package init?(_ section: ConfigSection) throws(ConfigError) {
        after = if let node = section["after"] { Array(try node.string().utf8) } else { nil }
        before = if let node = section["before"] { Array(try node.string().utf8) } else { nil }
        if after == nil, before == nil { return nil }
    }

    /// The part; `nil` when a mark is missing or nothing stands between them.
    func part(of bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        func find(_ mark: [UInt8], from start: Int) -> Int? {
            guard range.upperBound - start >= mark.count else { return nil }
            return (start...range.upperBound - mark.count).first { offset in
                mark.indices.allSatisfy { mark[$0] == bytes[offset + $0] }
            }
        }
        var start = range.lowerBound
        if let after {
            guard let found = find(after, from: start) else { return nil }
            start = found + after.count
        }
        var end = range.upperBound
        if let before {
            guard let found = find(before, from: start) else { return nil }
            end = found
        }
        return start < end ? start..<end : nil
    }
}

extension TextCut {
    /// The part of a text that is in memory.
    package func part(of text: String) -> String? {
        let bytes = Array(text.utf8)
        return part(of: bytes.span, bytes.indices).map {
            String(decoding: bytes[$0], as: UTF8.self)
        }
    }
}

/// A text made from fields: the first of its alternatives that is present and not empty.
package struct TextMapping: Equatable, Sendable {
    package struct Alternative: Equatable, Sendable {
        package let path: FieldPath
        /// Stands behind the first, as of two numbers that are unique together.
        package let tail: FieldPath?
        package let cut: TextCut?
        /// What the text begins with, else it is passed over.
        package let begin: [UInt8]?
    }

    package let alternatives: [Alternative]
    /// Parts of the file's name, the first that is there, when no record's field has it.
    package let fileNames: [TextCut]
    /// When nothing else has it.
    package let constant: String?

    /// The text, where fields are texts already; `nil` when nothing has it.
    package func text(fileName name: String, _ field: (FieldPath) -> String?) -> String? {
        for alternative in alternatives {
            guard let text = field(alternative.path), !text.isEmpty else { continue }
            if let begin = alternative.begin, !text.utf8.starts(with: begin) { continue }
            guard let cut = alternative.cut else { return text }
            if let part = cut.part(of: text) { return part }
        }
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return fallback(fileName: last)
    }

    /// What stands in for fields that are not there: a part of the file's name, else the constant.
    package func fallback(fileName: String) -> String? {
        fileNames.lazy.compactMap { $0.part(of: fileName) }.first ?? constant
    }

    package var paths: [FieldPath] {
        alternatives.flatMap { [$0.path] + ($0.tail.map { [$0] } ?? []) }
    }

    package init(_ node: ConfigNode) throws(ConfigError) {
        var items = [node]
        if try !node.isPath(), let list = try node.section()["first"] {
            _ = try node.section(keys: ["first"])
            items = list.list()
        }
        var alternatives: [Alternative] = []
        var fileNames: [TextCut] = []
        var constant: String?
        for item in items {
            guard try !item.isPath() else {
                alternatives.append(
                    Alternative(path: try FieldPath(item), tail: nil, cut: nil, begin: nil))
                continue
            }
            let section = try item.section(
                keys: ["path", "join", "file_name", "constant", "after", "before", "starts_with"])
            let cut = try TextCut(section)
            let begin = try section["starts_with"]?.string()
            let marks =
                (cut?.after == nil ? 0 : 1) + (cut?.before == nil ? 0 : 1) + (begin == nil ? 0 : 1)
            guard section.entries.count == marks + 1 else {
                throw item.error("give exactly one of path, first, join, file_name, constant")
            }
            if let value = section["constant"] {
                constant = try value.string()
            } else if let value = section["file_name"] {
                guard try value.bool(), let cut else {
                    throw item.error("file_name: true needs after or before")
                }
                fileNames.append(cut)
            } else if let pair = section["join"] {
                let paths = try fieldPaths(pair)
                guard paths.count == 2 else { throw pair.error("join takes two paths") }
                alternatives.append(
                    Alternative(
                        path: paths[0], tail: paths[1], cut: nil,
                        begin: begin.map { Array($0.utf8) }))
            } else {
                alternatives.append(
                    Alternative(
                        path: try FieldPath(section.required("path")), tail: nil, cut: cut,
                        begin: begin.map { Array($0.utf8) }))
            }
        }
        guard alternatives.count <= SlotList.limit else {
            throw node.error("a list of 1 to \(SlotList.limit) paths is expected")
        }
        self.alternatives = alternatives
        self.fileNames = fileNames
        self.constant = constant
    }
}

func fieldPaths(_ node: ConfigNode) throws(ConfigError) -> [FieldPath] {
    var paths: [FieldPath] = []
    for item in node.list() { paths.append(try FieldPath(item)) }
    guard (1...SlotList.limit).contains(paths.count) else {
        throw node.error("a list of 1 to \(SlotList.limit) paths is expected")
    }
    return paths
}

/// How a duration is written.
package enum DurationUnit: String, CaseIterable, Sendable {
    case seconds = "s"
    case milliseconds = "ms"
    case microseconds = "us"
    case nanoseconds = "ns"
    /// Two instants, each a list of seconds and nanoseconds.
    case pairs = "s-ns"
    /// Two instants, each written as RFC 3339 says.
    case iso

    /// Decimal places to shift so that the number counts milliseconds.
    var decimals: Int {
        switch self {
        case .seconds: 3
        case .milliseconds, .pairs, .iso: 0
        case .microseconds: -3
        case .nanoseconds: -6
        }
    }
}

extension DurationUnit {
    /// The value of a field.
    ///
    /// - Parameter isInstant: Of two instants each is the millisecond in which it lies; a duration is rounded.
    func milliseconds(
        _ slot: FieldSlots.Slot, in bytes: Span<UInt8>, isInstant: Bool
    ) -> Int64? {
        if self == .pairs {
            return try? TimeScanner([.secondsAndNanoseconds]).pairedTime(
                bytes, slot.start..<slot.start)
        }
        guard slot.isScalar else { return nil }
        if self == .iso {
            var reader = TimeReader(.rfc3339)
            return try? reader.milliseconds(String(decoding: slot.decoded(bytes), as: UTF8.self))
        }
        if isInstant, slot.isVerbatim, decimals <= 0,
            let value = wholeNumber(bytes, slot.range, dropping: -decimals)
        {
            return value
        }
        return slot.withValue(bytes) {
            fixedPoint($0, decimals: decimals, rounding: isInstant ? .towardsZero : .halfUp)
        }
    }
}

/// A duration that stands in a field, or between two.
package struct DurationMapping: Equatable, Sendable {
    package let paths: [FieldPath]
    /// Where a clock stood at the start, when the paths are those of its end.
    package let start: FieldPath?
    package let unit: DurationUnit

    package init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(keys: ["path", "first", "from", "to", "unit"])
        unit = try section.required("unit").choice(DurationUnit.self)
        if let list = section["first"] {
            paths = try fieldPaths(list)
        } else {
            let node = if let to = section["to"] { to } else { try section.required("path") }
            paths = [try FieldPath(node)]
        }
        start = if let from = section["from"] { try FieldPath(from) } else { nil }
        guard (section["from"] == nil) == (section["to"] == nil) else {
            throw section.error("give a path, first, or both from and to")
        }
        guard section["from"] != nil || ![.pairs, .iso].contains(unit) else {
            throw section.error("\(unit.rawValue) is the form of two instants: give from and to")
        }
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

extension EnergyUnit {
    /// The value of a field in µWh, half rounded up; `nil` for what is no number.
    func microwattHours(_ slot: FieldSlots.Slot, in bytes: Span<UInt8>) -> Int64? {
        guard slot.isScalar else { return nil }
        return slot.withValue(bytes) { fixedPoint($0, decimals: decimals) }
            .map { $0 < 0 ? $0 : $0 / divisor + $0 % divisor * 2 / divisor }
    }
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
