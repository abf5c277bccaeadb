package import Accounting
package import Configuration
import Grid
package import Pipeline

/// What `flue.yaml` says. Without one, what the annotated `Config/flue.yaml` says.
package struct Settings: Sendable {
    package var database: String
    package var dialect: String
    package var declared = LogDeclarations()
    package var defaultRegion: String
    package var defaultModel: String
    /// Whose traffic the logs are about; empty when nobody says.
    package var scope = ""
    package let dimensions: [Dimension]
    package var method: Method
    package let limits: Limits
    /// For how long ids of requests are kept, hours of request time; 0 for not at all.
    package let duplicateWindowHours: Int

    /// The dimensions that have statistics of their own.
    package var statisticsDimensions: [Dimension]

    package enum Dimension: String, CaseIterable, Sendable {
        case tenant, project, endpoint

        /// As the pipeline has it.
        package var set: DimensionSet {
            switch self {
            case .tenant: .tenant
            case .project: .project
            case .endpoint: .endpoint
            }
        }
    }

    package struct Limits: Sendable {
        package var lineBytes = 64 << 20
        package var plainBytes: Int64 = 1 << 40
        package var cells = 1_000_000
        package var models = 10_000
        package var rejectedLines = 100
        package var rejectedPercent: Int64 = 1
        package var unmatchedPercent: Int64 = 0
        /// By how much a closed month may move before it is to be stated again.
        package var materialityPercent = 1.0
    }

    package init(path: String) throws(ConfigError) {
        try self.init(ConfigNode(yaml: ConfigNode.readText(path), file: path))
    }

    package static func builtin() throws(ConfigError) -> Settings {
        let text = BuiltinFiles.text("flue.yaml") ?? ""
        return try Settings(ConfigNode(yaml: text, file: "built-in flue.yaml"))
    }

    private init(_ node: ConfigNode) throws(ConfigError) {
        let file = try node.section(
            keys: [
                "database", "dialect", "default_region", "default_model", "dimensions",
                "request_stats_by", "limits", "duplicate_window_hours",
            ] + MethodFile.keys)
        database = try file["database"]?.string() ?? "flue.sqlite"
        dialect = try file["dialect"]?.string() ?? "auto"
        defaultRegion = try file["default_region"]?.string() ?? ""
        defaultModel = try file["default_model"]?.string() ?? ""
        var dimensions: [Dimension] = []
        for item in file["dimensions"]?.list() ?? [] {
            dimensions.append(try item.choice(Dimension.self))
        }
        self.dimensions = file["dimensions"] == nil ? Dimension.allCases : dimensions
        var apart: [Dimension] = []
        for item in file["request_stats_by"]?.list() ?? [] {
            let dimension = try item.choice(Dimension.self)
            guard self.dimensions.contains(dimension) else {
                throw item.error("\(dimension.rawValue) is not among the dimensions that are kept")
            }
            apart.append(dimension)
        }
        statisticsDimensions = apart
        duplicateWindowHours = Int(
            try file["duplicate_window_hours"]?.integer(in: 0...8_784) ?? 72)
        method = try MethodFile.method(file)
        limits = if let node = file["limits"] { try Limits(node) } else { Limits() }
    }

    /// Settings for the pipeline.
    package func pipeline(jobs: Int?) throws(ConfigError) -> Pipeline.Settings {
        var settings = Pipeline.Settings(
            dialects: dialect == "auto" ? try Dialect.builtin() : [try Dialect(named: dialect)])
        settings.declared = declared
        settings.fold.region = defaultRegion
        settings.fold.model = defaultModel
        settings.fold.dimensions = DimensionSet(dimensions.map(\.set))
        settings.fold.method = method
        settings.fold.readsIDs = duplicateWindowHours > 0
        settings.fold.histogramDimensions = DimensionSet(statisticsDimensions.map(\.set))
        settings.recordLimit = limits.lineBytes
        settings.plainByteLimit = limits.plainBytes
        settings.cellLimit = limits.cells
        settings.modelLimit = limits.models
        settings.rejectedLineLimit = limits.rejectedLines
        settings.rejectedShareLimit = Double(limits.rejectedPercent) / 100
        if let jobs { settings.jobs = jobs }
        return settings
    }
}

extension Settings.Limits {
    fileprivate init(_ node: ConfigNode) throws(ConfigError) {
        let section = try node.section(keys: [
            "max_line_bytes", "max_plain_bytes", "max_cells", "max_models", "max_rejected_lines",
            "max_rejected_percent", "max_unmatched_percent", "materiality_percent",
        ])
        func value(
            _ key: String, _ range: ClosedRange<Int64>, default fallback: Int64
        ) throws(ConfigError) -> Int64 {
            try section[key]?.integer(in: range) ?? fallback
        }
        lineBytes = Int(try value("max_line_bytes", 64...(1 << 29), default: Int64(lineBytes)))
        plainBytes = try value("max_plain_bytes", 1...(1 << 50), default: plainBytes)
        cells = Int(try value("max_cells", 1...100_000_000, default: Int64(cells)))
        models = Int(try value("max_models", 1...100_000_000, default: Int64(models)))
        rejectedLines = Int(
            try value("max_rejected_lines", 0...(1 << 40), default: Int64(rejectedLines)))
        rejectedPercent = try value("max_rejected_percent", 0...100, default: rejectedPercent)
        unmatchedPercent = try value("max_unmatched_percent", 0...100, default: unmatchedPercent)
        materialityPercent =
            try section["materiality_percent"]?.number(in: 0...100) ?? materialityPercent
    }
}

extension RegionTable {
    /// The known region whose name is like `name`.
    package func nearest(to name: String) -> String? {
        name.isEmpty
            ? nil : Configuration.nearest(to: name.lowercased().filter { $0 != " " }, in: names)
    }
}
