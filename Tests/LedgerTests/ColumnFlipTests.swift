import Accounting
import Foundation
import GRDB
import Ledger
import Pipeline
import TestSupport
import Testing

/// One value of each column of each table, changed by hand.
@Suite("verify, column by column")
struct ColumnFlipTests {
    /// A ledger of few rows, in which nearly every table has some: two files of which one counts no longer, rejects, ids,
    /// histograms, unknown usage, a meter, a pool, gaps of the grid, a marginal signal, a month derived by another method, one that
    /// was closed and stated again, a file that was forgotten.
    private static let base = Result { () throws -> LedgerFolder in
        var ledger = try LedgerFolder()
        ledger.energyModel = "per-token-epoch"
        ledger.histogramDimensions = .tenant
        try ledger.folder.write(
            """
            time,zone,direct_g_per_kwh
            2026-03-01T10:00:00Z,IE,100
            2026-03-01T11:00:00Z,IE,300
            2026-03-01T13:00:00Z,IE,200

            """, to: "grid.csv")
        func line(_ hour: Int, _ id: String, _ more: String) -> String {
            """
            {"timestamp":"2026-03-01T\(hour):00:10Z","request_id":"\(id)","region":"eu-west-1",\
            "model":"gpt-4o","tenant":"\(id.prefix(1))",\(more)}

            """
        }
        let usage = #""usage":{"prompt_tokens":10,"completion_tokens":5}"#
        let first =
            line(10, "a1", usage) + line(11, "b1", usage) + line(12, "a2", usage)
            + line(10, "a3", #""status":500"#) + line(10, "b4", #""status":200"#) + "{broken\n\n\n"
        try ledger.importGrid(ledger.folder.path("grid.csv"))
        try ledger.ingest([ledger.folder.write(first, to: "a.jsonl")])
        ledger.choose = { method in
            method.pools = [
                Pool(
                    name: "own", region: "eu-west-1", boundary: .it, supply: .meter)
            ]
        }
        try ledger.importMeter("time,pool,kwh\n2026-03-01T11:00:00Z,own,5\n")
        try ledger.ingest([ledger.folder.write(first + line(10, "a5", usage), to: "a.jsonl")])
        try ledger.close("2026-03")
        try ledger.ingest([ledger.folder.write(line(11, "b7", usage), to: "c.jsonl")])
        let forgotten = try ledger.folder.write(line(13, "b8", usage), to: "d.jsonl")
        try ledger.ingest([forgotten])
        try ledger.forget(forgotten)
        try ledger.restate()
        return ledger
    }

    private static let views = Result { () throws -> [String] in
        try base.get().rows(
            "SELECT name FROM sqlite_schema WHERE type = 'view' AND name <> 'live_file'")
    }

    /// What the views say, and what of them cannot be read.
    private static func published(_ path: String) throws -> [String: [String]] {
        var contents: [String: [String]] = [:]
        for view in try views.get() {
            contents[view] =
                (try? databaseRows(of: path, "SELECT * FROM \(view)").sorted()) ?? ["unreadable"]
        }
        return contents
    }

    private static let before = Result { try published(base.get().path) }

    static let tables =
        (try? base.get().rows(
            """
            SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
              AND name NOT LIKE 'statement%' AND name <> 'restatement_cause' ORDER BY 1
            """)) ?? []

    /// What statements are made of: any change is one of their text, or of what their text has been hashed to.
    static let frozen =
        (try? base.get().rows(
            """
            SELECT name FROM sqlite_schema
            WHERE type = 'table' AND (name LIKE 'statement%' OR name = 'restatement_cause') ORDER BY 1
            """)) ?? []

    /// Other values for a column, as SQL: one that another row has, or one near by, whichever keys let stand; and one of
    /// another type.
    private static func changes(
        _ column: String, _ type: String, _ table: String
    ) -> (plausible: [String], typed: String) {
        let other = """
            (SELECT other.\(column) FROM \(table) AS other WHERE other.\(column) IS NOT \(table).\(column))
            """
        return switch type {
        case "INTEGER":
            (["coalesce(\(other), \(column) + 1, 1)", "coalesce(\(column), 1) + 1"], "'lost'")
        case "TEXT":
            (
                ["coalesce(\(other), \(column) || 'x', 'x')", "coalesce(\(column), '') || 'x'"],
                "x'6C'"
            )
        default: (["coalesce(\(other), zeroblob(length(\(column))))"], "'lost'")
        }
    }

    @Test(
        "A change is found, or shows nowhere, or stands in the list of what nothing can check",
        arguments: tables)
    func flips(table: String) throws {
        let base = try Self.base.get()
        let copy = try TemporaryFolder()
        let path = copy.path("flue.sqlite")
        let columns = try base.rows("SELECT name, type FROM pragma_table_info('\(table)')").map {
            $0.split(separator: "|").map(String.init)
        }
        var missed: [String] = []
        for (place, column) in columns.enumerated() {
            let name = "\(table).\(column[0])"
            let changes = Self.changes(column[0], column[1], table)
            let isListed = Ledger.uncheckable.contains { $0.columns.contains(name) }
            // Another type is what the check of the file finds, in any column alike: some of them show it.
            let typed = place % 8 == 0 ? [([changes.typed], true)] : []
            for (values, isTyped) in [(changes.plausible, false)] + typed {
                try? FileManager.default.removeItem(atPath: path)
                try FileManager.default.copyItem(atPath: base.path, toPath: path)
                let value = try values.first {
                    try Self.change(path, table, column[0], $0, isTyped: isTyped)
                }
                guard let value, try Self.published(path) != Self.before.get() else { continue }
                let checks = try? Ledger(path: path, access: .read).verify()
                let isFound = checks?.contains { !$0.holds } ?? true
                if !isFound, isTyped || !isListed { missed.append("\(name) = \(value)") }
            }
        }
        if !missed.isEmpty { Issue.record("\(missed.joined(separator: "\n"))") }
    }

    @Test("A change of what is frozen shows in the text that its SHA-256 is of", arguments: frozen)
    func frozenFlips(table: String) throws {
        let base = try Self.base.get()
        let before = try base.statementTexts()
        let copy = try LedgerFolder()
        let columns = try base.rows("SELECT name, type FROM pragma_table_info('\(table)')").map {
            $0.split(separator: "|").map(String.init)
        }
        var missed: [String] = []
        // These are no part of the text; the law about it, and that about revisions, find them.
        for column in columns where !["statement_id", "format"].contains(column[0]) {
            try? FileManager.default.removeItem(atPath: copy.path)
            try FileManager.default.copyItem(atPath: base.path, toPath: copy.path)
            let value = try Self.changes(column[0], column[1], table).plausible.first {
                try Self.change(copy.path, table, column[0], $0, isTyped: false)
            }
            guard value != nil, table != "statement" || column[0] != "sha256" else { continue }
            if try copy.statementTexts() == before { missed.append(column[0]) }
        }
        #expect(missed.isEmpty)
        #expect(columns.count >= 3)
    }

    /// - Returns: Whether a row is another now.
    private static func change(
        _ path: String, _ table: String, _ column: String, _ value: String, isTyped: Bool
    ) throws -> Bool {
        let database = try unchecked(path)
        return try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            let sql =
                try String.fetchOne(
                    db, sql: "SELECT sql FROM sqlite_schema WHERE name = ?", arguments: [table])
                ?? ""
            func set(_ sql: String) throws {
                try db.execute(sql: "PRAGMA writable_schema = ON")
                try db.execute(
                    sql: "UPDATE sqlite_schema SET sql = ? WHERE name = ?", arguments: [sql, table])
                try db.execute(sql: "PRAGMA writable_schema = RESET")
            }
            if isTyped {
                try set(
                    sql.replacing("STRICT, WITHOUT ROWID", with: "WITHOUT ROWID").replacing(
                        ") STRICT", with: ")"))
            }
            let keys = try String.fetchAll(
                db, sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0", arguments: [table])
            let key = keys.isEmpty ? "rowid" : keys.joined(separator: ", ")
            let isChanged: Bool
            do {
                try db.execute(
                    sql: """
                        UPDATE \(table) SET \(column) = \(value)
                        WHERE (\(key)) = (SELECT \(key) FROM \(table)
                          ORDER BY \(keys.isEmpty ? "rowid" : keys.joined(separator: " DESC, ")) DESC LIMIT 1)
                        """)
                isChanged = db.changesCount > 0
            } catch is DatabaseError {
                // Another row has the key.
                isChanged = false
            }
            if isTyped { try set(sql) }
            return isChanged
        }
    }
}
