import Accounting
import Foundation
import GRDB

/// The database that readers open: tables with declared types and indexes, their dictionary, and nothing else.
///
/// The ledger is attached to the connection that writes it; the names of its tables are none of the publication's.
struct Publication {
    /// `flup` in ASCII, at offset 68 of the file.
    static let applicationID: Int32 = 0x666C_7570

    /// Tables about the publication itself.
    static let own = [
        PublishedTable(
            name: "publication", row: "one",
            columns: [
                PublishedColumn(
                    "schema_version", .integer,
                    "rises when a column changes its name, type, unit or meaning"),
                PublishedColumn("flue_version", .text, "that wrote it"),
                PublishedColumn("published_at", .text, unit: "UTC", "when"),
                PublishedColumn("last_run_id", .integer, "the latest run in it"),
                PublishedColumn(
                    "hourly_days", .integer, unit: "days", "in hourly_dimension_emissions"),
                PublishedColumn("method_sha256", .text, "of the method that it rests on"),
            ], source: ""),
        PublishedTable(
            name: "published_days", row: "day and subject whose rows are in it",
            columns: [
                PublishedColumn("subject", .text, "usage or grid"),
                PublishedColumn("day_number", .integer, "whole UTC days since 1970-01-01"),
                PublishedColumn("stamp", .text, "another whenever its rows were derived anew"),
            ], source: "", indexes: [["subject", "day_number"]]),
        PublishedTable(
            name: "data_dictionary", row: "table and column",
            columns: [
                PublishedColumn("table_name", .text, "of this database"),
                PublishedColumn("one_row_per", .text, "what stands for one row of the table"),
                PublishedColumn("column_name", .text, "of the table"),
                PublishedColumn("type", .text, "INTEGER, REAL or TEXT"),
                PublishedColumn("unit", .text, "'' where the value has none"),
                PublishedColumn("meaning", .text, "of the column"),
            ], source: "", indexes: [["table_name"]]),
    ]

    static let tables = PublishedTable.all + PublishedTable.publishedOnly + own

    private let db: Database

    /// - Parameter db: Of the draft, with the ledger attached as `ledger`, in a transaction.
    init(_ db: Database) { self.db = db }

    /// Whether a draft has the tables of this program.
    static func isCurrent(_ db: Database) throws -> Bool {
        try Int32.fetchOne(db, sql: "PRAGMA main.application_id") == applicationID
            && Int.fetchOne(db, sql: "PRAGMA main.user_version") == PublishedTable.version
            && SchemaCheck.publication.changed(db) == nil
    }

    func make() throws {
        for table in Self.tables { try db.execute(sql: table.tableSQL()) }
        for table in Self.tables {
            for column in table.columns {
                try db.execute(
                    sql: "INSERT INTO main.data_dictionary VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [
                        table.name, table.row, column.name, column.kind.rawValue, column.unit,
                        column.meaning,
                    ])
            }
        }
        try db.execute(
            sql: """
                PRAGMA main.application_id = \(Self.applicationID);
                PRAGMA main.user_version = \(PublishedTable.version);
                """)
    }

    /// Brings all tables up to what the ledger says.
    ///
    /// - Returns: How many days were written.
    func update(version: String, hourlyDays asked: Int?) throws -> Int {
        let hourlyDays =
            try asked ?? Int.fetchOne(db, sql: "SELECT hourly_days FROM main.publication") ?? 0
        let usage = try changedDays("usage")
        let grid = try changedDays("grid")
        for table in PublishedTable.all {
            switch table.period {
            case .day: try replace(table, days(usage))
            case .gridDay: try replace(table, days(grid))
            case .month: try replace(table, Set(usage.map(month)).sorted())
            case .none: try replace(table)
            }
        }
        try updateCells(usage, hourlyDays: hourlyDays)
        try db.execute(
            sql: """
                DELETE FROM main.published_days;
                INSERT INTO main.published_days SELECT subject, day, hex(stamp) FROM ledger.derived_day;
                DELETE FROM main.publication;
                """)
        try db.execute(
            sql: """
                INSERT INTO main.publication
                SELECT ?, ?, strftime('%Y-%m-%d %H:%M:%S', 'now'),
                  (SELECT max(run_id) FROM ledger.run), ?,
                  (SELECT lower(hex(sha256)) FROM ledger.derivation JOIN ledger.method USING (method_id))
                """, arguments: [PublishedTable.version, version, hourlyDays])
        return usage.count
    }

    /// Days whose rows are others than those that are here, or are no more.
    private func changedDays(_ subject: String) throws -> [Int] {
        try Int.fetchAll(
            db,
            sql: """
                SELECT day FROM (
                  SELECT day, hex(stamp) AS stamp FROM ledger.derived_day WHERE subject = ?1
                  EXCEPT SELECT day_number, stamp FROM main.published_days WHERE subject = ?1)
                UNION
                SELECT day_number FROM main.published_days WHERE subject = ?1 AND day_number NOT IN (
                  SELECT day FROM ledger.derived_day WHERE subject = ?1)
                ORDER BY 1
                """, arguments: [subject])
    }

    private func days(_ numbers: [Int]) -> [String] {
        numbers.map { String(UTCHour($0 * 24).text.prefix(10)) }
    }

    private func month(_ day: Int) -> String { UTCHour(day * 24).month.description }

    /// Puts the rows of some periods in the place of those that are there; all rows when no periods are given.
    private func replace(_ table: PublishedTable, _ periods: [String]? = nil) throws {
        let names = table.columns.map(\.name).joined(separator: ", ")
        let insertion =
            "INSERT INTO main.\(table.name) (\(names)) SELECT \(names) FROM ledger.\(table.name)"
        guard let periods, let column = table.period.column else {
            return try db.execute(sql: "DELETE FROM main.\(table.name); \(insertion)")
        }
        let delete = try db.makeStatement(
            sql: "DELETE FROM main.\(table.name) WHERE \(column) = ?")
        let insert = try db.makeStatement(sql: "\(insertion) WHERE \(column) = ?")
        for period in periods {
            try delete.execute(arguments: [period])
            try insert.execute(arguments: [period])
        }
    }

    /// Keeps the cells of the latest days.
    private func updateCells(_ changed: [Int], hourlyDays: Int) throws {
        let table = PublishedTable.hourlyDimensionEmissions
        let wanted = try Int.fetchAll(
            db,
            sql:
                "SELECT day FROM ledger.derived_day WHERE subject = 'usage' ORDER BY day DESC LIMIT ?",
            arguments: [hourlyDays])
        let known = Set(
            try String.fetchAll(db, sql: "SELECT DISTINCT day FROM main.\(table.name)"))
        let names = Set(days(wanted))
        for day in known where !names.contains(day) {
            try db.execute(sql: "DELETE FROM main.\(table.name) WHERE day = ?", arguments: [day])
        }
        guard !wanted.isEmpty else { return }
        try HourCells.make(db)
        for day in wanted.sorted() where changed.contains(day) || !known.contains(days([day])[0]) {
            try db.execute(
                sql: "DELETE FROM main.\(table.name) WHERE day = ?", arguments: [days([day])[0]])
            try HourCells.fill(db, day: day)
            try db.execute(sql: "INSERT INTO main.\(table.name) \(table.selection)")
        }
        try db.execute(sql: "DELETE FROM temp.hour_cell")
    }
}
