package import Accounting
package import Configuration
package import Pipeline

/// A format of grid series, as its mapping file describes it.
package struct GridSource: RecordMapping, Sendable {
    /// One kind of intensity that records hold.
    package struct Series: Equatable, Sendable {
        package let basis: IntensityBasis
        package let signal: IntensitySignal
        package let unit: IntensityUnit
        let value: Value
        /// Records that hold it: all of these must be met.
        let when: [FieldTest]
    }

    /// Where an intensity stands.
    enum Value: Equatable, Sendable {
        /// In the first of these fields that is filled.
        case fields([FieldPath])
        /// Of generation by fuel: the mean of factors, in g/kWh, weighted by the fields.
        case fuels(FuelMix)
        /// In each column with such a name, of the zone that stands between the marks.
        case columns(TextCut)
    }

    /// For how long a value holds, seconds.
    package enum Interval: Equatable, Sendable {
        case constant(Int64)
        case field(FieldPath, DurationSpelling)
        /// The UTC day, month or year that begins at the time.
        case period(Period)
        /// As a word of the first of these fields says, or, of a single value, one in the file's name; else their
        /// distance tells.
        case words([FieldPath], [String: Length])
        /// As exactly as the time is written: `2024` is a year, `2024-01` a month.
        case precision
    }

    package enum Length: Equatable, Sendable {
        case seconds(Int64)
        case period(Period)
    }

    package enum Period: String, CaseIterable, Sendable { case day, month, year }
    /// As a number, or as .NET writes a time span (`01:00`, `1.12:24:02`).
    package enum DurationSpelling: String, CaseIterable, Sendable {
        case seconds = "s"
        case minutes = "min"
        case timespan
    }

    package let form: RecordForm
    package let time: TimeMapping
    /// Where the date stands, when ``time`` is a time of day only.
    let date: FieldPath?
    /// `nil` when the distance of the values tells.
    let interval: Interval?
    let zone: TextMapping?
    /// What the source calls zones, by those names.
    let zones: [String: String]
    /// When a value was last changed: of two, the later counts.
    let revised: FieldPath?
    package let boundary: IntensityBoundary
    package let series: [Series]
    /// A value is estimated when one of these holds, measured otherwise.
    let estimatedIf: [FieldTest]
    /// What was expected; never taken for a value.
    let forecast: [FieldPath]
    /// What the name of a file holds, where nothing in it tells what it is of.
    let fileNameMark: String?
    /// What the name of a file holds that must not be read, and why.
    let refusedNames: [(mark: String, reason: String)]
    let keepIf: [KeepRule]
    /// Records that spoil the file.
    let refuseIf: [KeepRule]
    /// Where its factors are from, where it has any.
    package let factorSource: String
    /// Whether values count electricity that is lost on its way to those who use it.
    let includesLosses: Bool

    package var name: String { form.name }
    package var takesEmptyFiles: Bool { false }

    package var neededPaths: [[FieldPath]] {
        var needed = [time.paths]
        var values: [FieldPath] = []
        for series in series {
            switch series.value {
            case .fields(let paths): values += paths
            case .fuels(let mix): values += mix.valuePaths
            case .columns: break
            }
        }
        if !values.isEmpty { needed.append(values) }
        return needed
    }

    /// All fields that are read, but the columns of zones.
    var paths: [FieldPath] {
        var all = time.paths + [date].compactMap { $0 } + (zone?.paths ?? [])
        switch interval {
        case .field(let path, _): all.append(path)
        case .words(let paths, _): all += paths
        default: break
        }
        for case .fuels(let mix) in series.map(\.value) { all += mix.otherPaths }
        all += forecast + (revised.map { [$0] } ?? [])
        all += neededPaths.dropFirst().flatMap { $0 } + series.flatMap { $0.when.map(\.path) }
        all += estimatedIf.map(\.path) + (keepIf + refuseIf).flatMap(\.condition.paths)
        return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Reads the source of that name, or the mapping file at that path.
    package init(named name: String) throws(ConfigError) {
        try self.init(ConfigNode.named(name, in: "grid").node)
    }

    /// All sources that are compiled in, by name.
    package static func builtin() throws(ConfigError) -> [GridSource] {
        var sources: [GridSource] = []
        for name in BuiltinFiles.names(in: "grid") { sources.append(try GridSource(named: name)) }
        return sources
    }

    package init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(
            keys: RecordForm.keys + RecordForm.smallFileKeys + [
                "time", "date", "interval", "zone", "zones", "revised", "boundary", "losses",
                "series",
                "estimated_if", "forecast", "file_name_has",
                "refuse_names", "keep_if", "refuse_if", "factors",
            ])
        form = try RecordForm(section)
        time =
            if form.refusal != nil { try TimeMapping(nowhere: section) } else {
                try TimeMapping(section.required("time"))
            }
        date = try section["date"].map { node throws(ConfigError) in try FieldPath(node) }
        interval = try section["interval"].map(GridSource.interval)
        zone = try section["zone"].map { node throws(ConfigError) in try TextMapping(node) }
        zones = try section["zones"].map(ZoneAliases.read) ?? [:]
        revised = try section["revised"].map { node throws(ConfigError) in try FieldPath(node) }
        boundary = try section["boundary"]?.choice(IntensityBoundary.self) ?? .unstated
        var series: [Series] = []
        for item in section["series"]?.list() ?? [] { series.append(try Series(item)) }
        guard form.refusal != nil || !series.isEmpty else {
            throw section.error("\"series\" is missing: say what its values are")
        }
        self.series = series
        estimatedIf = try FieldTest.list(section["estimated_if"])
        forecast = try section["forecast"].map(TimeMapping.paths) ?? []
        fileNameMark = try section["file_name_has"]?.string()
        var names: [(mark: String, reason: String)] = []
        for item in section["refuse_names"]?.list() ?? [] {
            let name = try item.section(keys: ["has", "because"])
            names.append((try name.required("has").string(), try name.required("because").string()))
        }
        refusedNames = names
        keepIf = try KeepRule.list(section["keep_if"])
        refuseIf = try KeepRule.list(section["refuse_if"])
        factorSource = try section["factors"]?.string() ?? ""
        includesLosses = try section["losses"]?.choice(LossPlace.self) == .inside
        try paths.requireOneNameEach(in: section)
        for item in series {
            guard case .fuels = item.value, factorSource.isEmpty else { continue }
            throw section.error("\"factors\" is missing: say where the factors of fuels are from")
        }
    }

    private static func fieldPaths(in node: ConfigNode) throws(ConfigError) -> [FieldPath] {
        var paths: [FieldPath] = []
        for item in node.list() { paths.append(try FieldPath(item)) }
        return paths
    }

    private static func interval(_ node: ConfigNode) throws(ConfigError) -> Interval {
        if !node.isMapping, try node.string() == "as the time is written" { return .precision }
        let section = try node.section(
            keys: ["minutes", "path", "unit", "period", "words", "first"])
        if let words = section["words"] {
            var lengths: [String: Length] = [:]
            for (word, node) in try words.section().entries {
                lengths[word] =
                    if let period = Period(rawValue: try node.string()) { .period(period) } else {
                        .seconds(try node.integer(in: 1...1_440) * 60)
                    }
            }
            return .words(try section["first"].map(fieldPaths(in:)) ?? [], lengths)
        }
        if let minutes = section["minutes"] {
            return .constant(try minutes.integer(in: 1...60) * 60)
        }
        if let period = section["period"] { return .period(try period.choice(Period.self)) }
        return .field(
            try FieldPath(section.required("path")),
            try section.required("unit").choice(DurationSpelling.self))
    }
}

extension GridSource.Series {
    fileprivate init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(
            keys: ["basis", "signal", "unit", "value", "columns", "when"] + FuelMix.keys)
        basis = try section.required("basis").choice(IntensityBasis.self)
        signal = try section.required("signal").choice(IntensitySignal.self)
        when = try FieldTest.list(section["when"])
        if section["fuels"] != nil {
            unit = .gramsPerKilowattHour
            value = .fuels(try FuelMix(section))
            return
        }
        unit = try section.required("unit").choice(IntensityUnit.self)
        if let columns = section["columns"] {
            guard let cut = try TextCut(columns.section(keys: ["after", "before"])) else {
                throw columns.error("give what stands before and after the zone's name")
            }
            value = .columns(cut)
        } else {
            value = .fields(try TextMapping(section.required("value")).paths)
        }
    }
}

/// The unit in which a file states intensity.
package enum IntensityUnit: String, CaseIterable, Sendable {
    case gramsPerKilowattHour = "g/kWh"
    case kilogramsPerKilowattHour = "kg/kWh"
    case kilogramsPerMegawattHour = "kg/MWh"
    case tonnesPerMegawattHour = "t/MWh"
    case poundsPerMegawattHour = "lb/MWh"

    /// The international pound of 1959, kg in 10⁻⁸.
    private static let pound: Int128 = 45_359_237

    /// A number in this unit, in mg/kWh, half rounded up; `nil` for what is no number below 1,000 kg/kWh.
    func milligrams(_ text: String) -> Int64? {
        let value: Int64?
        switch self {
        case .gramsPerKilowattHour, .kilogramsPerMegawattHour:
            value = fixedPoint(text, decimals: 3)
        case .kilogramsPerKilowattHour, .tonnesPerMegawattHour:
            value = fixedPoint(text, decimals: 6)
        case .poundsPerMegawattHour:
            // 10⁻⁶ lb/MWh; a pound a MWh is 453.59237 mg a kWh.
            value = fixedPoint(text, decimals: 6).flatMap { millionths in
                let product = Int128(millionths) * Self.pound
                return Int64(
                    exactly: (product + (product < 0 ? -1 : 1) * 50_000_000_000) / 100_000_000_000)
            }
        }
        return value.flatMap { $0.magnitude < 1_000_000_000 ? $0 : nil }
    }
}
