package import Accounting
package import Configuration
package import Pipeline

/// A format in which a cloud provider states emissions of its customer, as its mapping file describes it.
package struct ProviderExport: RecordMapping {
    /// One kind of emissions that records state.
    package struct Figure: Encodable, Sendable {
        package let name: String
        /// What of the ledger it is beside: location-based or market-based emissions.
        package let method: Method
        /// What it counts.
        package let boundary: String
        let value: FieldPath
        let unit: Unit
        /// Where the record states the unit, and the one word that may stand there.
        let statedUnit: (path: FieldPath, word: String)?

        /// Records that hold it; `nil` for all.
        let when: (path: FieldPath, word: String)?

        private enum CodingKeys: CodingKey { case name, method, boundary }
    }

    package enum Method: String, CaseIterable, Codable, Sendable { case location, market }

    enum Unit: String, CaseIterable {
        case kg, t

        var kilograms: Double { self == .t ? 1_000 : 1 }
    }

    package let form: RecordForm
    package let figures: [Figure]
    let month: FieldPath
    let region: FieldPath
    let service: FieldPath?
    /// Others are of something else.
    let keep: (path: FieldPath, word: String)?

    package var name: String { form.name }
    package var about: String { form.summary }
    package var takesEmptyFiles: Bool { false }
    package var neededPaths: [[FieldPath]] { [[month], [region]] }

    /// All fields that are read, each once.
    var paths: [FieldPath] {
        let figures = figures.flatMap { [$0.value, $0.statedUnit?.path, $0.when?.path] }
        return ([month, region, service, keep?.path] + figures).compactMap(\.self)
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    package static func builtin() throws(ConfigError) -> [ProviderExport] {
        var exports: [ProviderExport] = []
        for name in BuiltinFiles.names(in: "providers") {
            exports.append(try ProviderExport(ConfigNode.named(name, in: "providers").node))
        }
        return exports
    }

    package init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(
            keys: RecordForm.keys + ["month", "region", "service", "keep", "figures"])
        form = try RecordForm(section)
        month = try FieldPath(section.required("month"))
        region = try FieldPath(section.required("region"))
        service = try section["service"].map { node throws(ConfigError) in try FieldPath(node) }
        keep = try section["keep"].map { node throws(ConfigError) in try Self.word(node) }
        var figures: [Figure] = []
        for node in try section.required("figures").list() {
            let figure = try node.section(keys: [
                "name", "value", "unit", "unit_field", "method", "boundary", "when",
            ])
            figures.append(
                Figure(
                    name: try figure.required("name").string(),
                    method: try figure.required("method").choice(Method.self),
                    boundary: try figure.required("boundary").string(),
                    value: try FieldPath(figure.required("value")),
                    unit: try figure.required("unit").choice(Unit.self),
                    statedUnit: try figure["unit_field"].map { node throws(ConfigError) in
                        try Self.word(node)
                    },
                    when: try figure["when"].map { node throws(ConfigError) in
                        try Self.word(node)
                    }))
        }
        self.figures = figures
    }

    private static func word(
        _ node: ConfigNode
    ) throws(ConfigError) -> (path: FieldPath, word: String) {
        let section = try node.section(keys: ["path", "is"])
        return (
            try FieldPath(section.required("path")), try section.required("is").string()
        )
    }
}

/// What a file of such an export states.
package struct ProviderStatement: Sendable {
    package struct Key: Hashable, Sendable {
        package let month: UTCMonth
        /// As the provider names it; empty for what has none.
        package let region: String
        /// In ``ProviderExport/figures``.
        package let figure: Int
    }

    package let provider: ProviderExport
    /// kg CO2e.
    package let emissions: [Key: Double]
    /// Names of services whose records were added, in order.
    package let services: [String]

    /// - Parameter only: Services to add; all where it is empty.
    /// - Throws: ``GridFileError``; nothing of a file that holds one bad record is kept.
    package init(
        _ file: InputFile, exports: [ProviderExport], only: Set<String>
    ) throws(GridFileError) {
        let name = file.givenName
        var provider: ProviderExport?
        var emissions: [Key: Double] = [:]
        var services: Set<String> = []
        _ = try GridFileError.of(file) {
            let records = try RecordFile(file, candidates: exports)
            let export = records.mapping
            provider = export
            let paths = export.paths
            // A field that several figures have is asked for once.
            func text(_ path: FieldPath?, _ record: FileRecord) -> String? {
                path.flatMap { paths.firstIndex(of: $0) }.flatMap { record.fields[$0] }
            }
            return try records.forEach(paths, needed: export.neededPaths) {
                record in
                func fault(_ problem: String) -> RowFault {
                    RowFault(line: record.line, problem: problem)
                }
                if let keep = export.keep, text(keep.path, record) != keep.word { return }
                let service = text(export.service, record) ?? ""
                guard only.isEmpty || only.contains(service) else { return }
                guard let month = text(export.month, record).flatMap(Self.month)
                else {
                    throw fault(
                        "a month as YYYY-MM is expected, with or without a day, or a day as YYYYMMDD"
                    )
                }
                if !service.isEmpty { services.insert(service) }
                for (place, figure) in export.figures.enumerated() {
                    // A model of a year ago states fewer of them.
                    guard let stated = text(figure.value, record) else { continue }
                    if let when = figure.when,
                        !Self.isSame(text(when.path, record), when.word)
                    {
                        continue
                    }
                    if let known = figure.statedUnit, let unit = text(known.path, record),
                        unit.lowercased() != known.word.lowercased()
                    {
                        throw fault("the unit of \(figure.name) is \(unit), not \(known.word)")
                    }
                    guard let value = Double(stated), value.isFinite, value.magnitude < 1e12 else {
                        throw fault("\(figure.name) is no number")
                    }
                    let key = Key(
                        month: month, region: text(export.region, record) ?? "", figure: place)
                    emissions[key, default: 0] += value * figure.unit.kilograms
                }
            }
        }
        guard let provider, !emissions.isEmpty else { throw .noRows(file: name, forecasts: 0) }
        self.provider = provider
        self.emissions = emissions
        self.services = services.sorted()
    }

    /// `2026-10`, with or without a day, or `20261001`.
    private static func month(_ text: String) -> UTCMonth? {
        let isPlain = text.utf8.count == 8 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return UTCMonth(
            isPlain ? "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))" : String(text.prefix(7)))
    }

    /// Whether a word is meant, whatever its capitals and spaces.
    private static func isSame(_ text: String?, _ word: String) -> Bool {
        func plain(_ text: String) -> String { text.lowercased().filter { $0 != " " } }
        return text.map(plain) == plain(word)
    }
}
