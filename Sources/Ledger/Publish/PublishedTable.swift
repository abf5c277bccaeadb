import Accounting

/// A column that people read: in a view of the ledger, in the table of a publication, in exports, in the dictionary.
struct PublishedColumn: Sendable {
    enum Kind: String, Sendable { case integer = "INTEGER", real = "REAL", text = "TEXT" }

    let name: String
    let kind: Kind
    /// Empty where the value has none.
    let unit: String
    let meaning: String
    /// Of the stored tables.
    let expression: String
    /// The schema of the publication that it first stood in, or last changed with.
    let since: Int

    init(
        _ name: String, _ kind: Kind, unit: String = "", _ meaning: String,
        _ expression: String? = nil, since: Int = 1
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.meaning = meaning
        self.expression = expression ?? "e.\(name)"
        self.since = since
    }
}

/// A table of the publication; a view of the same name and columns stands in the ledger. It joins names and divides by units.
struct PublishedTable: Sendable {
    /// Which rows change when a day is derived anew.
    enum Period: String, Sendable {
        /// Those of the day, by the column `day`.
        case day
        /// Those of its month, by the column `month`.
        case month
        /// Those of the day, when the grid of that day changes.
        case gridDay
        /// All, as they belong to no time.
        case none

        /// The column that tells rows of one period from others.
        var column: String? {
            switch self {
            case .day, .gridDay: "day"
            case .month: "month"
            case .none: nil
            }
        }
    }

    let name: String
    /// What stands for one row.
    let row: String
    let columns: [PublishedColumn]
    /// What columns are read from.
    let source: String
    var period = Period.none
    /// Of the publication, each by its columns; the first is the order of rows.
    var indexes: [[String]] = []

    /// The schema of the publication: rises when a column changes its name, type, unit or meaning.
    static let version =
        (all + publishedOnly + Publication.own).flatMap(\.columns).map(\.since).max() ?? 1

    static let all: [PublishedTable] =
        [hourlyEmissions, dailyEmissions, monthlyEmissions, monthlyTotals] + requestStatistics
        + [
            monthlyCoverage, monthlyBoundaries, monthlyTraining, gridHours, poolHours, sourceFiles,
            forgottenFiles, rejects, skippedRecords, runs, factors, formerTotals, formerTotalCauses,
            statements,
            statedEmissions, restatements, restatementCauses,
        ]

    /// In the publication alone, for as many days as asked for: a ledger derives what its cells are when it is read.
    static let publishedOnly = [hourlyDimensionEmissions]

    static func named(_ name: String) -> PublishedTable? {
        (all + publishedOnly).first { $0.name == name }
    }

    /// Rows with the columns in order.
    var selection: String {
        let columns = columns.map { "\($0.expression) AS \($0.name)" }
        return "SELECT \(columns.joined(separator: ",\n  "))\nFROM \(source)"
    }

    var viewSQL: String { "CREATE VIEW \(name) AS\n\(selection);" }

    /// With declared types and indexes.
    func tableSQL(in schema: String = "main") -> String {
        let columns = columns.map { "\($0.name) \($0.kind.rawValue)" }
        let indexes = indexes.enumerated().map { number, columns in
            "CREATE INDEX \(schema).\(name)_\(number + 1) ON \(name) (\(columns.joined(separator: ", ")));"
        }
        return "CREATE TABLE \(schema).\(name) (\(columns.joined(separator: ", ")));\n"
            + indexes.joined(separator: "\n")
    }

    // MARK: What rows have in common

    /// `alias` is the stored table of hours, days, months or totals.
    static let activity = Counter.published.map { counter in
        PublishedColumn(
            counter.column, .integer, unit: counter.declaration.unit.published,
            counter.declaration.meaning, since: counter.declaration.since)
    }

    /// Measures, those that have one with their low and high.
    static let measures = Measure.allCases.flatMap { measure -> [PublishedColumn] in
        let declaration = measure.declaration
        func column(_ bound: String, _ meaning: String) -> PublishedColumn {
            let name = measure.publishedColumn + bound
            let stored = "e.\(measure.column)\(bound)"
            guard let divisor = declaration.unit.divisor else {
                return PublishedColumn(
                    name, .integer, unit: declaration.unit.published, meaning, stored,
                    since: declaration.since)
            }
            return PublishedColumn(
                name, .real, unit: declaration.unit.published, meaning,
                "\(stored) / \(divisor)", since: declaration.since)
        }
        guard !declaration.causes.isEmpty else { return [column("", declaration.meaning)] }
        let causes = declaration.causes.map(\.meaning).joined(separator: ", ")
        return [
            column("", declaration.meaning),
            column("_low", "low of \(measure.publishedColumn): \(causes)"),
            column("_high", "high of \(measure.publishedColumn): \(causes)"),
        ]
    }

    /// Quotients of two stored columns.
    static let means = [
        PublishedColumn(
            "wh_per_request", .real, unit: "Wh",
            "energy / energy_requests; NULL where nobody counted some requests",
            "e.energy_uwh / 1e6 / nullif(e.energy_requests * (e.uncounted_tokens = 0), 0)"),
        PublishedColumn(
            "gco2e_per_request", .real, unit: "g CO2e",
            "emissions / matched_requests; NULL where nobody counted some requests, or a longer sum is matched in part",
            "e.emissions_ug / 1e6 / nullif(e.matched_requests * \(hasEmissionMean), 0)"),
    ]

    /// Whether emissions per request can be told: where nobody counted some of them, or only some hours of a longer sum
    /// have a grid value, they cannot.
    static let hasEmissionMean =
        "(e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0))"

    static let water = [
        PublishedColumn(
            "on_site_water_basis", .text,
            "what on_site_water_l counts: withdrawal, consumption or unstated",
            "iif(e.on_site_water_nl IS NULL, NULL, z.water_basis)"),
        PublishedColumn(
            "water_l", .real, unit: "L", "on and off site, where both are consumption",
            "iif(z.water_basis = 'consumption', (e.on_site_water_nl + e.off_site_water_nl) / 1e9, NULL)"
        ),
    ]

    static let place = place(zone: "z.zone")

    static func place(zone: String) -> [PublishedColumn] {
        [
            PublishedColumn("region", .text, "where it ran, as the log says", "r.name"),
            PublishedColumn("zone", .text, "the grid zone of the region; NULL: unknown", zone),
            PublishedColumn("model", .text, "as the log names it", "m.name"),
        ]
    }

    static let dimensions = [
        PublishedColumn("tenant", .text, "'' where it is not kept apart", "d.tenant"),
        PublishedColumn("project", .text, "'' where it is not kept apart", "d.project"),
        PublishedColumn("endpoint", .text, "'' where it is not kept apart", "d.endpoint"),
    ]

    static let names = """
        JOIN region AS r USING (region_id)
        JOIN model AS m USING (model_id)
        LEFT JOIN region_zone AS z USING (region_id)
        """

    static let hour = [
        PublishedColumn(
            "hour", .text, unit: "UTC", "YYYY-MM-DD HH:00:00, when requests started", "c.text"),
        PublishedColumn("hour_epoch", .integer, unit: "s", "since 1970-01-01 UTC", "c.epoch"),
        PublishedColumn("day", .text, unit: "UTC", "YYYY-MM-DD", "c.day"),
        PublishedColumn("month", .text, unit: "UTC", "YYYY-MM", "c.month"),
    ]
    static let day = [
        PublishedColumn("day", .text, unit: "UTC", "YYYY-MM-DD", "c.text"),
        PublishedColumn(
            "day_epoch", .integer, unit: "s", "its start, since 1970-01-01 UTC", "c.epoch"),
        PublishedColumn("month", .text, unit: "UTC", "YYYY-MM", "c.month"),
    ]
    static let month = [
        PublishedColumn("month", .text, unit: "UTC", "YYYY-MM", "c.text"),
        PublishedColumn("month_start", .text, unit: "UTC", "YYYY-MM-DD", "c.start"),
        PublishedColumn(
            "month_epoch", .integer, unit: "s", "its start, since 1970-01-01 UTC", "c.epoch"),
    ]
}
