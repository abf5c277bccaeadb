package import Accounting
package import Configuration
package import Pipeline

/// A format of grid series, as its mapping file describes it.
package struct GridSource: Equatable, Sendable {
    /// One column of intensities.
    package struct Series: Equatable, Sendable {
        package let basis: IntensityBasis
        package let signal: IntensitySignal
        package let unit: IntensityUnit
        package let paths: [FieldPath]
    }

    package let name: String
    package let summary: String
    package let format: RecordFormat
    package let time: TimeMapping
    package let zone: FieldPath
    package let series: [Series]
    /// A value is estimated when one of these holds, measured otherwise.
    package let estimatedIf: [FieldTest]

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
        let section = try node.section(keys: [
            "name", "about", "records", "time", "zone", "series", "estimated_if",
        ])
        name = try section.required("name").string()
        summary = try section.required("about").string()
        format = try section.required("records").choice(RecordFormat.self)
        time = try TimeMapping(section.required("time"))
        zone = try FieldPath(section.required("zone"))
        var series: [Series] = []
        for item in try section.required("series").list() { series.append(try Series(item)) }
        self.series = series
        estimatedIf = try FieldTest.list(section["estimated_if"])
    }
}

extension GridSource.Series {
    fileprivate init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(keys: ["basis", "signal", "unit", "value"])
        basis = try section.required("basis").choice(IntensityBasis.self)
        signal = try section.required("signal").choice(IntensitySignal.self)
        unit = try section.required("unit").choice(IntensityUnit.self)
        paths = try TextMapping(section.required("value")).paths
    }
}

/// The unit in which a file states intensity.
package enum IntensityUnit: String, CaseIterable, Sendable {
    case gramsPerKilowattHour = "g/kWh"

    /// Decimal places to shift so that the number counts mg/kWh.
    var decimals: Int {
        switch self {
        case .gramsPerKilowattHour: 3
        }
    }
}
