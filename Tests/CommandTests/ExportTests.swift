import Foundation
import TestSupport
import Testing

@Suite("Exports")
struct ExportTests {
    private func ledger() throws -> Shell {
        let shell = try Shell()
        let shape = ["--days", "3", "--requests-per-day", "900", "--teams", "4"]
        #expect(try ProgramRun(["synth", "-o", "data"] + shape, in: shell.folder.url).status == 0)
        try shell.flue("grid", "import", "data/grid/synthetic-hourly.csv")
        try shell.flue("ingest", "data/logs")
        return shell
    }

    /// The sum of a column of a CSV.
    private func sum(_ csv: String, _ column: String) throws -> Double {
        let lines = csv.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        let place = try #require(lines.first?.firstIndex { $0 == column })
        return lines.dropFirst().reduce(0) { $0 + (Double($1[place]) ?? 0) }
    }

    @Test("Each emissions table adds up to the month, whole, by any breakdown, and day by day")
    func addsUp() throws {
        let shell = try ledger()
        let whole = try sum(shell.flue("export", "monthly_totals").output, "emissions_kgco2e")
        #expect(whole > 0)
        for table in [
            "hourly_emissions", "daily_emissions", "monthly_emissions",
            "hourly_dimension_emissions",
        ] {
            for by in [[], ["--by", "none"], ["--by", "model"], ["--by", "region,zone"]] {
                let csv = try ProgramRun(["export", table] + by, in: shell.folder.url).output
                #expect(abs(try sum(csv, "emissions_kgco2e") - whole) < 1e-9, "\(table) \(by)")
            }
        }
        let days = try ["2026-10-01", "2026-10-02", "2026-10-03"].map { day in
            try sum(
                shell.flue(
                    "export", "hourly_dimension_emissions", "--from", day, "--to", day, "--by",
                    "tenant"
                ).output, "emissions_kgco2e")
        }
        #expect(abs(days.reduce(0, +) - whole) < 1e-9)
        #expect(days.allSatisfy { $0 > 0 })
    }

    @Test("What has changed since a run is given whole, and nothing else")
    func sinceRun() throws {
        let shell = try ledger()
        try shell.folder.write(
            "{\"timestamp\":\"2026-10-02T05:00:00Z\",\"model\":\"gpt-4o\",\"region\":\"eu-west-1\"}\n",
            to: "late.jsonl")
        try shell.flue("ingest", "late.jsonl", "--dialect", "gateway")
        let csv = try shell.flue(
            "export", "daily_emissions", "--since-run", "2", "--by", "none"
        ).output
        let lines = csv.split(whereSeparator: \.isNewline)
        #expect(lines.count == 2 && lines[1].hasPrefix("2026-10-02,"))
        // What has no time is given whole: a file may have been superseded since.
        let files = try shell.flue("export", "source_files", "--since-run", "2").output
        #expect(files.split(whereSeparator: \.isNewline).count == 5)
        let none = try shell.flue("export", "daily_emissions", "--since-run", "3").output
        #expect(none.split(whereSeparator: \.isNewline).count == 1)
    }

    @Test("A wrong table, time or breakdown says what there is")
    func wrong() throws {
        let shell = try ledger()
        let table = try shell.flue("export", "emissions")
        #expect(table.status == 65 && table.errors.contains("daily_emissions"))
        let time = try shell.flue("export", "runs", "--from", "2026-10")
        #expect(time.status == 65 && time.errors.contains("has no time"))
        let tenant = try shell.flue("export", "hourly_emissions", "--by", "tenant")
        #expect(tenant.status == 65 && tenant.errors.contains("hourly_dimension_emissions"))
        #expect(try shell.flue("export", "runs", "--from", "October").status == 64)
        #expect(try shell.flue("export", "runs", "-o", "runs.xlsx").status == 64)
    }

    /// Starts a server in a folder of its own, runs the script that is left in `load.sql`, and prints the answer to `query`.
    private static let server = """
        set -e
        dir=$(mktemp -d)
        trap '"$bin/pg_ctl" -D "$dir/db" stop -m immediate >/dev/null 2>&1; rm -rf "$dir"' EXIT
        "$bin/initdb" -D "$dir/db" -U flue --auth=trust >/dev/null
        "$bin/pg_ctl" -D "$dir/db" -w -o "-c listen_addresses= -k $dir" -l "$dir/log" start >/dev/null
        psql -q -v ON_ERROR_STOP=1 -h "$dir" -U flue -d postgres -f "$script"
        psql -q -v ON_ERROR_STOP=1 -h "$dir" -U flue -d postgres -f "$script"
        psql -At -h "$dir" -U flue -d postgres -c "$query"
        """

    @Test("A PostgreSQL server takes the script, twice, with types and the same sums")
    func postgres() throws {
        let folders = ["/usr/lib/postgresql", "/usr/local/pgsql", "/usr/pgsql"]
        let installed = folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map {
                "\(folder)/\($0)/bin"
            }
        }.first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
        guard let installed else {
            print("skipped: no PostgreSQL server is installed")
            return
        }
        let shell = try ledger()
        // The script replaces the days that it holds: it is loaded twice.
        try shell.flue("export", "daily_emissions", "-o", "load.sql")
        let expected = try sum(shell.flue("export", "daily_emissions").output, "requests")
        for path in [shell.folder.url.path, shell.folder.path("load.sql")] {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // The server refuses to run as root.
        let user = getuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        process.arguments = user + ["bash", "-c", Self.server]
        process.environment = [
            "PATH": "\(installed):/usr/sbin:/usr/bin:/bin", "bin": installed,
            "PGOPTIONS": "-c client_min_messages=warning",
            "script": shell.folder.path("load.sql"),
            "query": """
            SELECT sum(requests), pg_typeof(min(energy_kwh)), pg_typeof(min(requests)),
              count(*) FILTER (WHERE it_energy_kwh IS NULL) = count(*) FROM daily_emissions
            """,
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let answer = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(answer == "\(Int(expected))|double precision|bigint|t\n")
    }
}
