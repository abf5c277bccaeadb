package import Configuration
import Crypto
import Foundation

/// A log format, as its mapping file describes it. Holds no code: what it says is compiled into a
/// ``RecordLayout`` that runs over bytes.
package struct Dialect: Equatable, Sendable {
    package let name: String
    package let summary: String
    package let format: RecordFormat
    package let time: TimeMapping
    /// Text fields by what they mean; those that are missing come from the command line or stay empty.
    package let texts: [TextField: TextMapping]
    package let numbers: [NumberField: NumberMapping]
    package let duration: DurationMapping?
    /// Energy of the request, where the log states it.
    package let energy: EnergyMapping?
    /// Fields without which a line is rejected. The time always is.
    package let required: [Field]
    /// Lines for which one of these is false are skipped.
    package let keepIf: [Condition]
    package let failedIf: [Condition]
    package let notRunIf: [Condition]
    package let cacheHitIf: [Condition]
    /// SHA-256 of the mapping file, in hexadecimal.
    package let digest: String

    package enum Field: Equatable, Sendable {
        case text(TextField)
        case number(NumberField)

        package var name: String {
            switch self {
            case .text(let field): field.rawValue
            case .number(let field): field.rawValue
            }
        }
    }

    package enum TextField: String, CaseIterable, Sendable {
        case id, region, model, tenant, project, endpoint
    }

    package enum NumberField: String, CaseIterable, Sendable {
        case inputTokens = "input_tokens"
        case cachedInputTokens = "cached_input_tokens"
        case cacheWriteTokens = "cache_write_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
        case items
    }

    /// Where a field may stand, in order of preference.
    package func paths(of field: Field) -> [FieldPath] {
        switch field {
        case .text(let field): texts[field]?.paths ?? []
        case .number(let field): numbers[field]?.terms.flatMap { $0 } ?? []
        }
    }

    /// What every record must hold: alternatives for the time and for each required field.
    package var neededPaths: [[FieldPath]] { [time.paths] + required.map(paths(of:)) }

    /// Reads the dialect of that name, or the mapping file at that path.
    package init(named name: String) throws(ConfigError) {
        let file = try ConfigNode.named(name, in: "dialects")
        try self.init(file.node, text: file.text)
    }

    /// All dialects that are compiled in, by name.
    package static func builtin() throws(ConfigError) -> [Dialect] {
        var dialects: [Dialect] = []
        for name in BuiltinFiles.names(in: "dialects") { dialects.append(try Dialect(named: name)) }
        return dialects
    }

    package init(_ node: ConfigNode, text: String) throws(ConfigError) {
        let section = try node.section(
            keys: ["name", "about", "records", "time", "duration", "energy", "required"]
                + ["keep_if", "failed_if", "not_run_if", "cache_hit_if"]
                + TextField.allCases.map(\.rawValue) + NumberField.allCases.map(\.rawValue))
        name = try section.required("name").string()
        summary = try section.required("about").string()
        format = try section.required("records").choice(RecordFormat.self)
        time = try TimeMapping(section.required("time"))
        duration = if let node = section["duration"] { try DurationMapping(node) } else { nil }
        energy = if let node = section["energy"] { try EnergyMapping(node) } else { nil }

        var texts: [TextField: TextMapping] = [:]
        for field in TextField.allCases {
            if let node = section[field.rawValue] { texts[field] = try TextMapping(node) }
        }
        self.texts = texts
        var numbers: [NumberField: NumberMapping] = [:]
        for field in NumberField.allCases {
            if let node = section[field.rawValue] { numbers[field] = try NumberMapping(node) }
        }
        self.numbers = numbers

        let mapped: [Field] =
            TextField.allCases.filter { texts[$0] != nil }.map(Field.text)
            + NumberField.allCases.filter { numbers[$0] != nil }.map(Field.number)
        var required: [Field] = []
        for item in section["required"]?.list() ?? [] {
            let name = try item.string()
            guard let field = mapped.first(where: { $0.name == name }) else {
                throw item.error("\"\(name)\" is required but not mapped")
            }
            required.append(field)
        }
        self.required = required
        keepIf = try Condition.list(section["keep_if"])
        failedIf = try Condition.list(section["failed_if"])
        notRunIf = try Condition.list(section["not_run_if"])
        cacheHitIf = try Condition.list(section["cache_hit_if"])
        digest = SHA256.hash(data: Data(text.utf8)).hexadecimal
        let count = RequestReader(self).paths.count
        guard count <= FieldSlots.limit else {
            throw section.error("\(count) different paths; at most \(FieldSlots.limit) can be read")
        }
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    package var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
