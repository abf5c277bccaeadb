import Foundation
import GRDB
import TestSupport
import Testing

@Suite("The publication")
struct PublicationTests {
    private func ledger(days: Int = 3) throws -> Shell {
        let shell = try Shell()
        let shape = ["--days", "\(days)", "--requests-per-day", "900", "--teams", "4"]
        #expect(try ProgramRun(["synth", "-o", "data"] + shape, in: shell.folder.url).status == 0)
        try shell.flue("grid", "import", "data/grid/synthetic-hourly.csv")
        try shell.flue("ingest", "data/logs")
        return shell
    }

    /// All rows of all tables, but for what says when they were written.
    private func contents(_ path: String) throws -> [String: Set<String>] {
        let tables = try databaseRows(
            of: path,
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        var contents: [String: Set<String>] = [:]
        for table in tables where table != "publication" {
            contents[table] = Set(try databaseRows(of: path, "SELECT * FROM \(table)"))
        }
        return contents
    }

    @Test("It says what the views of the ledger say, in tables with types, and nothing else")
    func tables() throws {
        let shell = try ledger()
        try shell.flue("publish", "-o", "bi.sqlite", "--hourly-days", "2")
        let path = shell.folder.path("bi.sqlite")
        let views = try shell.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'view' AND name <> 'live_file'")
        let published = try contents(path)
        for view in views {
            #expect(try published[view] == Set(shell.rows("SELECT * FROM \(view)")), "\(view)")
            #expect(
                try databaseRows(of: path, "SELECT count(*) FROM \(view)")
                    == shell.rows("SELECT count(*) FROM \(view)"))
        }
        #expect(
            Set(published.keys)
                == Set(views + ["data_dictionary", "hourly_dimension_emissions", "published_days"]))
        let untyped = try databaseRows(
            of: path,
            """
            SELECT s.name, c.name FROM sqlite_schema AS s JOIN pragma_table_info(s.name) AS c
            LEFT JOIN data_dictionary AS d ON d.table_name = s.name AND d.column_name = c.name
            WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%'
              AND (c.type NOT IN ('INTEGER', 'REAL', 'TEXT') OR d.type IS NOT c.type OR d.meaning = '')
            """)
        #expect(untyped.isEmpty)
        // Cells of the latest two days are what their days are.
        let sums = "sum(requests), round(sum(energy_kwh), 9), round(sum(emissions_kgco2e), 9)"
        #expect(
            try databaseRows(of: path, "SELECT \(sums) FROM hourly_dimension_emissions")
                == databaseRows(
                    of: path, "SELECT \(sums) FROM daily_emissions WHERE day >= '2026-10-02'"))
    }

    @Test("Brought up to date it is what a new one is, whatever changed")
    func update() throws {
        let shell = try ledger()
        try shell.flue("publish", "-o", "bi.sqlite", "--hourly-days", "1")
        try shell.folder.write(
            "{\"timestamp\":\"2026-10-02T05:00:00Z\",\"model\":\"gpt-4o\",\"region\":\"eu-west-1\"}\n"
                + "{\"timestamp\":\"2026-12-24T05:00:00Z\",\"model\":\"new\",\"region\":\"eu-west-1\"}\n",
            to: "late.jsonl")
        func check(_ what: String, days: String) throws {
            let run = try shell.flue("publish", "-o", "bi.sqlite")
            #expect(run.errors.contains("\(days) brought up to date"), "\(what): \(run.errors)")
            try? FileManager.default.removeItem(atPath: shell.folder.path("new.sqlite"))
            try shell.flue("publish", "-o", "new.sqlite", "--hourly-days", "1")
            let (old, new) = try (
                contents(shell.folder.path("bi.sqlite")), contents(shell.folder.path("new.sqlite"))
            )
            for (table, rows) in new { #expect(old[table] == rows, "\(what): \(table)") }
        }
        try check("nothing", days: "0 days")
        try shell.flue("ingest", "late.jsonl", "--dialect", "gateway")
        try check("a late file", days: "2 days")
        try shell.folder.write("datetime,zone,g_per_kwh\n", to: "none.csv")
        let grid = try String(
            contentsOfFile: shell.folder.path("data/grid/synthetic-hourly.csv"), encoding: .utf8)
        let lines = grid.split(separator: "\n")
        let some =
            lines.prefix(1) + lines.filter { $0.hasPrefix("2026-10-03") && $0.contains("DE") }
        try shell.folder.write(
            some.joined(separator: "\n").replacing(".", with: ".0") + "\n", to: "restated.csv")
        try shell.flue("grid", "import", "restated.csv")
        try check("a restated grid", days: "1 day")
        try shell.folder.write("energy_model: per-token-epoch\n", to: "flue.yaml")
        try shell.flue("ingest", "late.jsonl", "--dialect", "gateway")
        try check("another method", days: "4 days")
    }

    @Test("Everyone may read it, unless told otherwise, as the last one; no other file is replaced")
    func permissions() throws {
        let shell = try ledger(days: 1)
        func mode() throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: shell.folder.path("bi.sqlite"))[
                .posixPermissions] as? Int
        }
        try shell.flue("publish", "-o", "bi.sqlite")
        #expect(try mode() == 0o644)
        try shell.flue("publish", "-o", "bi.sqlite", "--mode", "0640")
        #expect(try mode() == 0o640)
        try shell.flue("publish", "-o", "bi.sqlite")
        #expect(try mode() == 0o640)
        try shell.folder.write("month,kg\n", to: "notes.csv")
        let refused = try shell.flue("publish", "-o", "notes.csv")
        #expect(refused.status == 73 && refused.errors.contains("publish did not write"))
        #expect(
            try String(contentsOfFile: shell.folder.path("notes.csv"), encoding: .utf8)
                == "month,kg\n")
        // A folder that nobody may write to is enough for readers, who leave nothing beside it.
        let files = try FileManager.default.contentsOfDirectory(atPath: shell.folder.url.path)
        #expect(!files.contains { $0.hasPrefix("bi.sqlite-") || $0.hasSuffix(".partial") })
        #expect(
            try databaseRows(of: shell.folder.path("bi.sqlite"), "PRAGMA journal_mode") == [
                "delete"
            ])
    }

    @Test(
        "It takes the place of an earlier one, and of nothing else", arguments: ["", "month,kg\n"])
    func otherFiles(text: String) throws {
        let shell = try ledger(days: 1)
        try shell.folder.write(text, to: "notes.csv")
        #expect(try shell.flue("publish", "-o", "notes.csv").status == 73)
        #expect(try readBytes(shell.folder.path("notes.csv")) == Array(text.utf8))
        try shell.flue("ingest", "data/logs", "--db", "other.sqlite")
        let other = try readBytes(shell.folder.path("other.sqlite"))
        let refused = try shell.flue("publish", "-o", "other.sqlite")
        #expect(refused.status == 73 && refused.errors.contains("name another place"))
        #expect(try readBytes(shell.folder.path("other.sqlite")) == other)
    }

    @Test("It is as wide as the umask lets the first be, and keeps its group")
    func umaskAndGroup() throws {
        let shell = try ledger(days: 1)
        func status() throws -> stat {
            var status = stat()
            #expect(unsafe stat(shell.folder.path("bi.sqlite"), &status) == 0)
            return status
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "umask 077; exec \"$0\" publish -q -o bi.sqlite", ProgramRun.binary.path,
        ]
        process.currentDirectoryURL = shell.folder.url
        try process.run()
        process.waitUntilExit()
        #expect(try status().st_mode & 0o777 == 0o600)
        try shell.flue("publish", "-o", "bi.sqlite", "--mode", "0664")
        #expect(try status().st_mode & 0o777 == 0o664)
        // A group that this process may give a file to.
        var groups = [gid_t](repeating: 0, count: 64)
        let count = unsafe getgroups(Int32(groups.count), &groups)
        let other =
            geteuid() == 0 ? 12_345 : groups.prefix(Int(max(0, count))).first { $0 != getegid() }
        guard let other else { return }
        #expect(unsafe chown(shell.folder.path("bi.sqlite"), uid_t.max, other) == 0)
        try shell.flue("publish", "-o", "bi.sqlite")
        #expect(try status().st_gid == other && status().st_mode & 0o777 == 0o664)
    }

    private func drafts(_ shell: Shell) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: shell.folder.url.path).filter {
            $0.hasPrefix(".") && $0.hasSuffix(".partial")
        }
    }

    /// A publish whose draft is there and that goes on.
    private func begun(_ shell: Shell, _ name: String) throws -> Process {
        let before = Set(try drafts(shell))
        while true {
            let run = try ProgramRun.start(
                ["publish", "-o", name, "--hourly-days", "31"], in: shell.folder.url
            ).process
            while run.isRunning {
                if try !before.isSuperset(of: drafts(shell)) {
                    kill(run.processIdentifier, SIGSTOP)
                    if try run.isRunning && !before.isSuperset(of: drafts(shell)) { return run }
                    kill(run.processIdentifier, SIGCONT)
                }
            }
        }
    }

    @Test("A signal leaves no draft behind", arguments: [SIGINT, SIGTERM, SIGHUP])
    func signals(number: Int32) throws {
        let shell = try ledger()
        let run = try begun(shell, "bi.sqlite")
        kill(run.processIdentifier, number)
        kill(run.processIdentifier, SIGCONT)
        run.waitUntilExit()
        #expect(run.terminationStatus == 128 + number || run.terminationStatus == number)
        #expect(try drafts(shell).isEmpty)
    }

    @Test("The draft of a killed run goes with the next, that of a living one stays")
    func deadDrafts() throws {
        let shell = try ledger()
        let killed = try begun(shell, "bi.sqlite")
        kill(killed.processIdentifier, SIGKILL)
        killed.waitUntilExit()
        #expect(try drafts(shell).count == 1)
        let living = try begun(shell, "bi.sqlite")
        #expect(try drafts(shell).count == 1)
        let next = try shell.flue("publish", "-o", "bi.sqlite")
        #expect(next.status == 0)
        #expect(try drafts(shell).count == 1)
        kill(living.processIdentifier, SIGCONT)
        living.waitUntilExit()
        #expect(living.terminationStatus == 0)
        #expect(try drafts(shell).isEmpty)
        // So it is with exports.
        try shell.folder.write("x", to: ".days.csv.\(UUID().uuidString).partial")
        try shell.folder.write("x", to: ".other.csv.\(UUID().uuidString).partial")
        #expect(try shell.flue("export", "daily_emissions", "-o", "days.csv").status == 0)
        #expect(try drafts(shell).map { $0.prefix(10) } == [".other.csv"])
    }

    @Test(
        "A published column keeps its name, type, unit and meaning as long as the schema its version"
    )
    func schema() throws {
        let shell = try Shell()
        let json = try shell.flue("schema", "--format", "json").output
        let version = try #require(json.firstMatch(of: /"schema_version" : (\d+)/)?.1)
        let text = try shell.flue("schema").output
        #expect(try Golden.matches(text, "schema-\(version).md"))
        #expect(text.contains("### daily_emissions") && !text.contains("|  |  |"))
    }

    @Test("The guide on the database is what the program says; Config/dev docs writes it")
    func guide() throws {
        let path = Fixtures.projectFolder.appendingPathComponent(
            "Sources/flue/Documentation.docc/Database.md")
        let text = try String(contentsOf: path, encoding: .utf8)
        let said = try Shell().flue("schema", "--format", "guide").output
        #expect(text == said, "run Config/dev docs")
    }
}
