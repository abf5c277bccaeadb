package import Configuration
import Crypto
import Foundation

/// A log format, as its mapping file describes it. Holds no code: what it says is compiled into a
/// ``RecordLayout`` that runs over bytes.
package struct Dialect: RecordMapping, Equatable, Sendable {
    package let form: RecordForm
    /// Whether what is no record of the dialect is of another writer, and left out; else it is a fault.
    package let skipsOthers: Bool
    package let time: TimeMapping
    /// Where it stands until when a record's sums go, in the formats of the time; empty where each record is one
    /// request.
    package let until: [FieldPath]
    /// So many days behind the time, where no field says until when; 0 for none.
    package let untilDays: Int64
    /// Text fields by what they mean; those that are missing come from the command line or stay empty.
    package let texts: [TextField: TextMapping]
    package let numbers: [NumberField: NumberMapping]
    /// Whether input tokens, as the log has them, hold those read from and written to a cache.
    package let inputIncludesCache: Inclusion
    /// Whether output tokens, as the log has them, hold those of reasoning.
    package let outputIncludesReasoning: Inclusion
    package let duration: DurationMapping?
    /// Energy of the request, where the log states it.
    package let energy: EnergyMapping?
    /// Fields without which a line is rejected. The time always is.
    package let required: [Field]
    /// Records that do not meet all of these are skipped.
    package let keepIf: [KeepRule]
    package let failedIf: [Condition]
    package let notRunIf: [Condition]
    package let cacheHitIf: [Condition]
    /// Requests without output by their nature, such as embeddings: theirs is 0, not unknown.
    package let noOutputIf: [Condition]
    /// Requests that count the cache beside the input, although others of the dialect may not.
    package let cacheBesideIf: [Condition]
    /// Who wrote a record, in a file that several write into; empty where one does.
    package let writer: [FieldPath]
    /// How records of one file belong together; `nil` where each stands for itself.
    package let settling: SettlingRules?
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
        /// Within which an id is unique, where it is not in all of the dialect.
        case session
    }

    package enum NumberField: String, CaseIterable, Sendable {
        case inputTokens = "input_tokens"
        case cachedInputTokens = "cached_input_tokens"
        case cacheWriteTokens = "cache_write_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
        case audioInputTokens = "audio_input_tokens"
        /// Input and output together: tells whether counts that stand beside each other hold each other.
        case totalTokens = "total_tokens"
        case items
        /// How many requests a sum is of.
        case requests
    }

    /// Whether its records are sums of many requests, as usage reports hold them.
    package var holdsSums: Bool { !until.isEmpty || untilDays > 0 }

    /// Where a field may stand, in order of preference.
    package func paths(of field: Field) -> [FieldPath] {
        switch field {
        case .text(let field): texts[field]?.paths ?? []
        case .number(let field): numbers[field]?.terms.flatMap(\.paths) ?? []
        }
    }

    /// What every record must hold: alternatives for the time and for each required field.
    package var neededPaths: [[FieldPath]] {
        [time.paths, until].filter { !$0.isEmpty } + required.map(paths(of:))
    }

    /// The dialect that another one extends.
    private struct Base {
        let node: ConfigNode
        let text: String
        /// Keys that stand here under other names.
        let names: [String: String]

        init(_ node: ConfigNode) throws(ConfigError) {
            var name = node
            var names: [String: String] = [:]
            if node.isMapping {
                let section = try node.section(keys: ["dialect", "names"])
                name = try section.required("dialect")
                for (key, value) in try section["names"]?.section().entries ?? [] {
                    names[key] = try value.string()
                }
            }
            self.names = names
            let file = try ConfigNode.named(name.string(), in: "dialects")
            guard try file.node.section()["extends"] == nil else {
                throw name.error("it extends another one itself")
            }
            self.node = file.node
            text = file.text
        }
    }

    private enum Others: String, CaseIterable { case skip, reject }

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

    /// - Parameter text: Of the mapping file.
    package init(_ node: ConfigNode, text: String) throws(ConfigError) {
        var node = node
        var text = text
        if let extended = try node.section()["extends"] {
            let base = try Base(extended)
            node = node.completed(by: base.node, renaming: base.names)
            text += base.text
        }
        let section = try node.section(
            keys: ["extends"] + RecordForm.keys
                + ["others", "writer", "time", "until", "duration", "energy", "required"]
                + ["input_includes_cache", "output_includes_reasoning", "cache_beside_if"]
                + ["keep_if", "failed_if", "not_run_if", "cache_hit_if", "no_output_if"]
                + SettlingRules.keys
                + TextField.allCases.map(\.rawValue) + NumberField.allCases.map(\.rawValue))
        form = try RecordForm(section)
        skipsOthers =
            try section["others"]?.choice(Others.self) ?? .skip == .skip
            && !form.signature.isEmpty && form.format == .json
        time =
            if form.refusal != nil { .declared } else { try TimeMapping(section.required("time")) }
        let span = try section["until"].flatMap { node throws(ConfigError) in
            try node.isMapping ? node.section()["days"] : nil
        }
        untilDays = try span?.integer(in: 1...31) ?? 0
        if let node = section["until"], span == nil {
            until = try TimeMapping.paths(node)
        } else {
            until = []
        }
        let holdsSums = !until.isEmpty || untilDays > 0
        if let requests = section["requests"], !holdsSums {
            throw requests.error("a number of requests needs until: only sums of requests have one")
        }
        if let node = section["until"], time.paths.isEmpty || section["id"] != nil {
            throw node.error("sums of requests need a time of their own, and have no id")
        }
        for key in ["duration", "energy", "failed_if", "not_run_if", "cache_hit_if"]
            + SettlingRules.keys
        where holdsSums {
            guard let node = section[key] else { continue }
            throw node.error("sums of requests have no \(key): all of them were served")
        }
        duration = if let node = section["duration"] { try DurationMapping(node) } else { nil }
        energy = if let node = section["energy"] { try EnergyMapping(node) } else { nil }
        inputIncludesCache = try section["input_includes_cache"]?.choice(Inclusion.self) ?? .yes
        outputIncludesReasoning =
            try section["output_includes_reasoning"]?.choice(Inclusion.self) ?? .yes

        var texts: [TextField: TextMapping] = [:]
        for field in TextField.allCases {
            if let node = section[field.rawValue] { texts[field] = try TextMapping(node) }
        }
        if let id = section["id"],
            texts[.id]?.alternatives.contains(where: { $0.cut != nil }) == true
        {
            throw id.error("a part of a field is no id")
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
        for key in ["input_includes_cache", "output_includes_reasoning"]
        where try section[key]?.string() == Inclusion.byTotal.rawValue {
            guard numbers[.totalTokens] == nil else { continue }
            throw section.error("\(key): by_total needs total_tokens")
        }
        keepIf = try KeepRule.list(section["keep_if"])
        failedIf = try Condition.list(section["failed_if"])
        notRunIf = try Condition.list(section["not_run_if"])
        cacheHitIf = try Condition.list(section["cache_hit_if"])
        noOutputIf = try Condition.list(section["no_output_if"])
        cacheBesideIf = try Condition.list(section["cache_beside_if"])
        writer = if let node = section["writer"] { try TimeMapping.paths(node) } else { [] }
        settling = try SettlingRules(section, texts: texts)
        digest = SHA256.hash(data: Data(text.utf8)).hexadecimal
        let paths = RequestReader(self).paths
        try paths.requireOneNameEach(in: section)
        for path in paths
        where path.isOuter && form.readsDocuments && !form.wrappers.isEmpty {
            guard paths.contains(FieldPath(path.keys)) else { continue }
            throw section.error(
                "\(path.columnName) is read both of the record and of its document, which can be one"
            )
        }
        let count = paths.count + DocumentPlan.wrapperCount(form.wrappers)
        guard count <= FieldSlots.limit else {
            throw section.error("\(count) different paths; at most \(FieldSlots.limit) can be read")
        }
    }
}

extension Dialect {
    package var name: String { form.name }

    /// Whether its logs can be read without anything said beside them.
    package var takesEmptyFiles: Bool {
        form.refusal == nil && !time.paths.isEmpty && !time.formats.contains(where: \.isRelative)
            && form.format == .json && !holdsSums
    }
}

extension Sequence<UInt8> {
    /// Two lower-case digits a byte.
    package var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
