import Foundation
import GRDB
import TestSupport
import Testing

/// Values in a database that no run writes.
@Suite("A database that was changed by hand")
struct HostileDatabaseTests {
    static let changes: [String] =
        [
            "usage SET requests", "usage SET duration_ms", "usage SET input_tokens",
            "hour_emission SET requests", "hour_emission SET energy_uwh",
            "hour_emission SET energy_model_down_uwh", "daily_emission SET requests",
            "daily_emission SET energy_uwh", "monthly_emission SET energy_uwh",
            "monthly_emission SET requests", "month_total SET energy_uwh",
            "hour_factor SET energy_uwh", "hour_factor SET intensity_mg_per_kwh",
            "hour_factor SET request_pwh", "grid_value SET intensity_mg_per_kwh",
            "grid_value SET hour", "grid_in_force SET intensity_mg_per_kwh",
            "energy_histogram SET zero_requests", "energy_histogram SET binned_requests",
            "daily_request_histogram SET zero_requests", "charge SET output_pwh",
            "usage SET hour", "energy_histogram SET hour", "source_file SET lines",
            "source_file SET first_time_ms", "month_coverage SET requests",
        ].flatMap { change in
            ["9223372036854775807", "-9223372036854775808", "4611686018427387904", "-1"].map {
                "UPDATE OR REPLACE \(change) = \($0)"
            }
        }

    private func ledger() throws -> Shell {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(
            shell.log(3) + shell.log(2, model: "gpt-4o-mini") + "{broken\n"
                + shell.log(1).replacing("T10:", with: "T11:").replacing("-r0", with: "-s0"),
            to: "a.jsonl")
        try shell.folder.write(shell.log(4, series: "late"), to: "b.jsonl")
        try shell.folder.write(
            "time,zone,direct_g_per_kwh\n2026-03-01T11:00:00Z,IE,310\n", to: "more.csv")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        return shell
    }

    @Test("Every command ends with a result or an error, never with a trap")
    func commands() throws {
        let shell = try ledger()
        for (index, change) in Self.changes.enumerated() {
            let path = shell.folder.path("changed.sqlite")
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: shell.folder.path("flue.sqlite"), toPath: path)
            try unchecked(path).writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
                try db.execute(sql: change)
            }
            let commands: [[String]] = [
                ["report", "2026-03", "--by", "model"], ["verify"],
                ["publish", "-o", "bi-\(index).sqlite", "--hourly-days", "1"],
                ["export", "hourly_dimension_emissions", "--by", "model"],
                ["queries", "b.jsonl", "-o", "-"], ["ingest", "b.jsonl"],
            ]
            for arguments in commands {
                let run = try ProgramRun(
                    arguments + ["--db", "changed.sqlite"], in: shell.folder.url)
                let expected: Set<Int32> = [0, 2, 65, 70]
                #expect(
                    expected.contains(run.status) && !run.errors.contains("ended by a fault"),
                    "\(change): \(arguments.joined(separator: " ")): \(run.status) \(run.errors)")
            }
        }
    }

    @Test("A count that no run writes is named where it would count")
    func named() throws {
        let shell = try ledger()
        try unchecked(shell.folder.path("flue.sqlite")).writeWithoutTransaction { db in
            try db.execute(sql: "UPDATE usage SET requests = 9223372036854775807")
        }
        let ingest = try shell.flue("ingest", "b.jsonl")
        #expect(ingest.status == 65 && ingest.errors.contains("requests 9223372036854775807"))
        #expect(try shell.flue("verify").status == 65)
        let export = try shell.flue("export", "hourly_dimension_emissions")
        #expect(export.status == 65 && export.errors.contains("off_site_water_nl 5.39"))
        try unchecked(shell.folder.path("flue.sqlite")).writeWithoutTransaction { db in
            try db.execute(sql: "DROP TABLE request_stat")
        }
        let missing = try shell.flue("ingest", "b.jsonl")
        #expect(missing.status == 65 && !missing.errors.contains("disk"), "\(missing.errors)")
    }

    private static let commands: [[String]] = [
        ["report", "2026-03", "--by", "model"], ["verify"], ["ingest", "b.jsonl"],
        ["publish", "-o", "bi.sqlite", "--hourly-days", "1"], ["queries", "b.jsonl", "-o", "-"],
        ["export", "hourly_dimension_emissions", "--by", "model"], ["report"], ["grid", "status"],
        ["export", "daily_emissions"], ["grid", "import", "more.csv"], ["grid", "validate"],
    ]

    /// A copy of a ledger, changed while a table has no types, no checks and no `NOT NULL`.
    ///
    /// - Parameter isRestored: The table is declared afterwards as it was.
    /// - Returns: Whether SQLite let it happen.
    private func change(
        _ shell: Shell, _ table: String, isRestored: Bool, _ sql: String
    ) throws -> Bool {
        let path = shell.folder.path("changed.sqlite")
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: shell.folder.path("flue.sqlite"), toPath: path)
        return try unchecked(path).writeWithoutTransaction { db in
            func declare(_ sql: String) throws {
                try db.execute(sql: "PRAGMA writable_schema = ON")
                try db.execute(
                    sql: "UPDATE sqlite_schema SET sql = ? WHERE name = ?", arguments: [sql, table])
                try db.execute(sql: "PRAGMA writable_schema = RESET")
            }
            let declared = try #require(
                try String.fetchOne(
                    db, sql: "SELECT sql FROM sqlite_schema WHERE name = ?", arguments: [table]))
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try declare(
                declared.replacing(" NOT NULL", with: "").replacing(
                    ") STRICT, WITHOUT ROWID", with: ") WITHOUT ROWID"
                ).replacing(") STRICT", with: ")"))
            do { try db.execute(sql: sql) } catch is DatabaseError { return false }
            let isChanged = db.changesCount > 0
            if isRestored { try declare(declared) }
            return isChanged
        }
    }

    @Test("A table that was made anew without types is named by every command")
    func tables() throws {
        let shell = try ledger()
        let tables = try shell.rows(
            """
            SELECT t.name, c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.sql LIKE '%STRICT%' AND c.type = 'INTEGER' AND c.pk = 0
            GROUP BY t.name ORDER BY t.name
            """
        ).map { $0.split(separator: "|").map(String.init) }
        #expect(tables.count > 20)
        for (index, table) in tables.enumerated() {
            _ = try change(
                shell, table[0], isRestored: false,
                "UPDATE OR REPLACE \(table[0]) SET \(table[1]) = 'lost'")
            let commands =
                index == 0 ? Self.commands : [Self.commands[index % Self.commands.count]]
            for arguments in commands {
                let run = try ProgramRun(
                    arguments + ["--db", "changed.sqlite"], in: shell.folder.url)
                #expect(
                    run.status == 65 && run.errors.contains(table[0]),
                    "\(table): \(arguments): \(run.status) \(run.errors)")
            }
        }
    }

    @Test("A value of another type ends no command with a trap")
    func types() throws {
        let shell = try ledger()
        let columns = try shell.rows(
            """
            SELECT t.name, c.name, c.type FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1, c.cid
            """
        ).map { $0.split(separator: "|").map(String.init) }
        #expect(columns.count > 200)
        // A third of them, each by one command: all by all take minutes.
        for index in stride(from: 0, to: columns.count, by: 3) {
            let column = columns[index]
            let others = ["NULL", "x'6C6F7374'", "'lost'", "1.5"]
                .filter { column[2] != "TEXT" || !$0.hasPrefix("'") }
            let value = others[index % others.count]
            let isChanged = try change(
                shell, column[0], isRestored: true,
                "UPDATE OR REPLACE \(column[0]) SET \(column[1]) = \(value)")
            guard isChanged else { continue }
            let arguments = Self.commands[index % Self.commands.count]
            let run = try ProgramRun(arguments + ["--db", "changed.sqlite"], in: shell.folder.url)
            let expected: Set<Int32> = [0, 2, 65, 66, 78]
            #expect(
                expected.contains(run.status) && !run.errors.contains("ended by a fault"),
                "\(column) \(value): \(arguments): \(run.status) \(run.errors)")
        }
    }

    @Test("A value of another type that only moves from table to table is no fault of the program")
    func moved() throws {
        let shell = try ledger()
        #expect(
            try change(
                shell, "derivation", isRestored: true, "UPDATE derivation SET method_id = 'lost'"))
        let run = try shell.flue("ingest", "b.jsonl", "--db", "changed.sqlite")
        #expect(run.status == 65 && run.errors.contains("method_id"), "\(run.errors)")
    }

    @Test("A publication that was changed by hand is made anew, or brought up to date")
    func publication() throws {
        let shell = try ledger()
        #expect(try shell.flue("publish", "-o", "bi.sqlite", "--hourly-days", "1").status == 0)
        let rows = "SELECT * FROM daily_emissions"
        let before = try databaseRows(of: shell.folder.path("bi.sqlite"), rows)
        let changes = [
            "UPDATE published_days SET day_number = 'lost'",
            "UPDATE published_days SET day_number = NULL",
            "UPDATE publication SET hourly_days = x'00'", "UPDATE publication SET hourly_days = ''",
            "UPDATE hourly_dimension_emissions SET day = NULL", "DROP TABLE published_days",
            "DROP TABLE daily_emissions; CREATE TABLE daily_emissions (day)",
        ]
        for change in changes {
            let path = shell.folder.path("bi.sqlite")
            try unchecked(path).writeWithoutTransaction { db in try db.execute(sql: change) }
            let run = try shell.flue("publish", "-o", "bi.sqlite")
            #expect(run.status == 0, "\(change): \(run.status) \(run.errors)")
            #expect(try databaseRows(of: path, rows) == before, "\(change)")
        }
    }

    /// Whether this process may take `/proc` away from one that it starts.
    private static let hidesProc = (try? run("exit 0")) == 0

    private static func run(_ script: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = [
            "-rm", "/bin/sh", "-c", "mount -t tmpfs none /proc || exit 99; \(script)",
        ]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test("Without /proc nothing is done, and no success claimed", .enabled(if: hidesProc))
    func withoutProc() throws {
        #expect(try Self.run("exec '\(ProgramRun.binary.path)' report") == 74)
    }

    @Test("Too few descriptors end as an error that says so, not as a trap", arguments: 4...8)
    func fewDescriptors(limit: Int) throws {
        let folder = try TemporaryFolder()
        let line =
            #"{"timestamp":"2026-03-01T10:00:00Z","model":"gpt-4o","region":"eu-west-1","input_tokens":1,"output_tokens":1}"#
        try folder.write(String(repeating: line + "\n", count: 2_000), to: "a.jsonl")
        // A pause, in which the threads that wait are looked at.
        let script = """
            (cat a.jsonl; sleep 1.5; cat a.jsonl) 2>/dev/null |
              bash -c "ulimit -n \(limit); exec '\(ProgramRun.binary.path)' ingest --dry-run -" >/dev/null 2>errors
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = folder.url
        try process.run()
        process.waitUntilExit()
        let errors = try String(contentsOfFile: folder.path("errors"), encoding: .utf8)
        #expect(
            process.terminationStatus == 0
                || (64...78).contains(process.terminationStatus) && errors.contains("flue: "),
            "\(process.terminationStatus): \(errors)")
    }

    @Test("Who waits for a reader says so within two seconds, and goes on when it has ended")
    func waiting() throws {
        let shell = try ledger()
        let reader = try DatabaseQueue(path: shell.folder.path("flue.sqlite"))
        let run = try ProgramRun.start(["ingest", "b.jsonl"], in: shell.folder.url)
        var said: Duration?
        let begin = ContinuousClock.now
        try reader.read { db in
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM usage")
            while said == nil, ContinuousClock.now - begin < .seconds(20) {
                Thread.sleep(forTimeInterval: 0.05)
                if try String(contentsOf: run.errors, encoding: .utf8).contains("waits up to 30 s")
                {
                    said = ContinuousClock.now - begin
                }
            }
        }
        try reader.close()
        run.process.waitUntilExit()
        #expect(run.process.terminationStatus == 0)
        #expect(said != nil)
        #expect(try shell.rows("SELECT sum(requests) FROM usage") == ["10"])
    }
}
