import Accounting
import Foundation
import GRDB

/// What of a published table is written elsewhere.
package struct ExportRequest: Sendable {
    package let table: String
    /// `YYYY-MM-DD` or `YYYY-MM`, both inclusive; `nil` for no bound.
    package var from: String?
    package var to: String?
    /// Only days and months that runs after this one have derived; tables without time are given whole.
    package var sinceRun: Int64?
    /// Rows are added up by these columns and their time; `nil` for rows as they are.
    package var by: [ReportKey]?

    package init(table: String) { self.table = table }
}

/// The value of one cell.
package enum ExportValue: Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
}

/// What is about to be exported.
package struct ExportHead: Sendable {
    /// Which rows that were exported before these take the place of.
    package enum Replaced: Sendable {
        case all
        /// Those of days or months, by the column that holds them.
        case periods(column: String, [String])
    }

    package let table: DataDictionary.Table
    package let replaced: Replaced
}

extension Ledger {
    /// Gives the rows of a table one by one, in one consistent state.
    ///
    /// - Parameters:
    ///   - begin: Told the columns before the first row.
    ///   - row: Values in the order of the columns.
    package func export(
        _ request: ExportRequest, begin: (ExportHead) throws -> Void,
        row: ([ExportValue]) throws -> Void
    ) throws {
        guard let table = PublishedTable.named(request.table) else {
            let known = (PublishedTable.all + PublishedTable.publishedOnly).map(\.name)
            throw LedgerError.notExportable(
                "no table \"\(request.table)\"; there are \(known.joined(separator: ", "))")
        }
        do {
            // A database of its own, so that cells can stand in a temporary table; the ledger is only read.
            let queue = try DatabaseQueue()
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "ATTACH ? AS ledger", arguments: [path])
                try db.execute(sql: "PRAGMA ledger.query_only = ON")
            }
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA query_only = OFF")
                try db.inTransaction {
                    try Export(db, table, request).run(begin: begin, row: row)
                    return .rollback
                }
            }
        } catch {
            throw LedgerError(error, path: path) ?? error
        }
    }
}

private struct Export {
    let db: Database
    let table: PublishedTable
    let request: ExportRequest

    init(_ db: Database, _ table: PublishedTable, _ request: ExportRequest) throws {
        self.db = db
        self.table = table
        self.request = request
        guard table.period.column != nil || request.from == nil && request.to == nil else {
            throw LedgerError.notExportable(
                "\(table.name) has no time; --from and --to say nothing of it")
        }
    }

    func run(
        begin: (ExportHead) throws -> Void, row: ([ExportValue]) throws -> Void
    ) throws {
        if let keys = request.by { return try runGrouped(keys, begin: begin, row: row) }
        let periods = try periods()
        let dictionary = DataDictionary.Table(table)
        try begin(
            ExportHead(
                table: dictionary,
                replaced: table.period.column.map { .periods(column: $0, periods ?? []) } ?? .all))
        func emit(_ sql: String, _ arguments: StatementArguments) throws {
            let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
            while let values = try rows.next() {
                try row(values.map { Self.value($0.1) })
            }
        }
        let names = table.columns.map(\.name).joined(separator: ", ")
        guard let column = table.period.column, let periods else {
            return try emit("SELECT \(names) FROM ledger.\(table.name)", [])
        }
        let isCells = table.name == PublishedTable.hourlyDimensionEmissions.name
        if isCells { try HourCells.make(db) }
        for period in periods {
            if isCells {
                guard let hour = UTCHour(text: period) else { continue }
                try HourCells.fill(db, day: hour.day)
                try emit(table.selection, [])
            } else {
                try emit("SELECT \(names) FROM ledger.\(table.name) WHERE \(column) = ?", [period])
            }
        }
    }

    private static func value(_ value: DatabaseValue) -> ExportValue {
        switch value.storage {
        case .null, .blob: .null
        case .int64(let number): .integer(number)
        case .double(let number): .real(number)
        case .string(let text): .text(text)
        }
    }

    /// The days or months that are asked for, in order; `nil` for a table without time.
    private func periods() throws -> [String]? {
        let known: String
        switch table.period {
        case .none: return nil
        case .day, .month:
            known = """
                SELECT DISTINCT \(table.period == .month ? "c.month" : "c.text") FROM ledger.derived_day AS d
                JOIN ledger.calendar_day AS c USING (day) WHERE d.subject = 'usage'
                """
        case .gridDay:
            known = """
                SELECT c.text FROM ledger.derived_day AS d JOIN ledger.calendar_day AS c USING (day)
                WHERE d.subject = 'grid'
                """
        }
        let since = request.sinceRun.map { " AND d.run_id > \($0)" } ?? ""
        let all = try String.fetchAll(db, sql: "\(known)\(since) ORDER BY 1")
        return all.filter { period in
            let from = request.from.map { String($0.prefix(period.count)) <= period } ?? true
            // A month holds all its days.
            let to = request.to.map { period.prefix($0.count) <= $0.prefix(period.count) } ?? true
            return from && to
        }
    }

    // MARK: Added up

    private func runGrouped(
        _ keys: [ReportKey], begin: (ExportHead) throws -> Void, row: ([ExportValue]) throws -> Void
    ) throws {
        let stored = [
            "hourly_emissions": ("ledger.hour_emission", "hour", "calendar_hour"),
            "daily_emissions": ("ledger.daily_emission", "day", "calendar_day"),
            "monthly_emissions": ("ledger.monthly_emission", "month", "calendar_month"),
            "hourly_dimension_emissions": ("temp.hour_cell", "hour", "calendar_hour"),
        ]
        guard let (source, number, calendar) = stored[table.name] else {
            throw LedgerError.notExportable(
                "--by adds up \(stored.keys.sorted().joined(separator: ", ")) only")
        }
        let dimensions = keys.filter { [.tenant, .project, .endpoint].contains($0) }
        if let key = dimensions.first, table.name == "hourly_emissions" {
            throw LedgerError.notExportable(
                "hourly_emissions has no \(key.rawValue); take hourly_dimension_emissions")
        }
        let periods = try periods() ?? []
        let figures = ReportSums.figureNames
        try begin(
            ExportHead(
                table: DataDictionary.Table(
                    name: table.name,
                    row: ([number] + keys.map(\.rawValue)).joined(separator: ", "),
                    columns: ([number] + keys.map(\.rawValue) + figures).map { name in
                        let known = table.columns.first { $0.name == name }
                        return known.map(DataDictionary.Column.init)
                            ?? DataDictionary.Column(
                                name: name, type: "REAL", unit: "", meaning: "")
                    }),
                replaced: .periods(
                    column: number == "hour" ? "substr(hour, 1, 10)" : number, periods)))
        let places = try HourRows.places(db)
        let names = try dimensionNames()
        let hasDimensions = source != "ledger.hour_emission"
        if source == "temp.hour_cell" { try HourCells.make(db) }
        let condition =
            number == "month"
            ? "c.text = ?" : number == "day" ? "c.text = ?" : "c.day = ?"
        for period in periods {
            if source == "temp.hour_cell", let hour = UTCHour(text: period) {
                try HourCells.fill(db, day: hour.day)
            }
            let spans = try Row.fetchAll(
                db,
                sql:
                    "SELECT \(number), text FROM ledger.\(calendar) AS c WHERE \(condition) ORDER BY 1",
                arguments: [period])
            for span in spans {
                var builders: [[String]: ReportSumsBuilder] = [:]
                let rows = try IntegerStatement(
                    db,
                    sql: """
                        SELECT region_id, model_id, \(hasDimensions ? "dimension_id" : "0"),
                          \(EmissionRows.sums.joined(separator: ", ")) FROM \(source) WHERE \(number) = ?
                        """)
                try rows.forEachRow([span[0]]) { row in
                    guard let place = places[SIMD2(row[0], row[1])] else { return }
                    let dimension = names[row[2]] ?? [:]
                    try builders[
                        keys.map { dimension[$0] ?? $0.name(place) }, default: ReportSumsBuilder()
                    ].add(EmissionSums(row, from: 3), place.subjects)
                }
                let text: String = try span[1]
                for (names, builder) in builders.sorted(by: {
                    $0.key.lexicographicallyPrecedes($1.key)
                }) {
                    try row(
                        [.text(text)] + names.map { .text($0) }
                            + builder.result.figures.map { figure in
                                switch figure {
                                case .unknown: .null
                                case .count(let count): .integer(count)
                                case .billionths(let amount): .real(Double(amount) / 1e9)
                                case .quotient(let quotient): .real(quotient)
                                }
                            })
                }
            }
        }
    }

    private func dimensionNames() throws -> [Int64: [ReportKey: String]] {
        var names: [Int64: [ReportKey: String]] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT dimension_id, tenant, project, endpoint FROM ledger.dimension")
        while let row = try rows.next() {
            try names[row[0]] = [.tenant: row[1], .project: row[2], .endpoint: row[3]]
        }
        return names
    }
}

extension UTCHour {
    /// The first hour of a day `YYYY-MM-DD`.
    fileprivate init?(text: String) {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        self.init(year: parts[0], month: parts[1], day: parts[2], hour: 0)
    }
}

extension DataDictionary.Table {
    fileprivate init(_ table: PublishedTable) {
        self.init(
            name: table.name, row: table.row, columns: table.columns.map(DataDictionary.Column.init)
        )
    }
}
