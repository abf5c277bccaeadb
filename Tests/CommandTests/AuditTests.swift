import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("The audit pack")
struct AuditTests {
    private func month() throws -> Shell {
        let shell = try Shell()
        let shape = ["--days", "2", "--requests-per-day", "500", "--teams", "6"]
        #expect(try ProgramRun(["synth", "-o", "data"] + shape, in: shell.folder.url).status == 0)
        try shell.folder.write("energy_model: ecologits-0.11.3\n", to: "flue.yaml")
        try shell.flue("grid", "import", "data/grid/synthetic-hourly.csv")
        _ = try shell.flue("ingest", "data/logs")
        return shell
    }

    private func sumsHold(_ shell: Shell) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
        process.currentDirectoryURL = shell.folder.url.appendingPathComponent("pack")
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private func text(_ name: String, _ shell: Shell) throws -> String {
        try String(contentsOfFile: shell.folder.path("pack/\(name)"), encoding: .utf8)
    }

    @Test(
        "It checks with one command, computes the headline again, and names no team and no folder")
    func pack() throws {
        let shell = try month()
        let open = try shell.flue("report", "2026-10", "--audit", "-o", "pack")
        #expect(open.status == 65 && open.errors.contains("flue close 2026-10 makes one"))
        #expect(try shell.flue("report", "--audit", "-o", "pack").status == 64)
        let closed = try shell.flue(
            "close", "2026-10", "--despite", "running,days,unmatched", "--format", "json")
        #expect(closed.status == 0, "\(closed.errors)")
        let run = try shell.flue("report", "2026-10", "--audit", "-o", "pack")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try sumsHold(shell))
        let names = try FileManager.default.contentsOfDirectory(
            atPath: shell.folder.path("pack"))
        #expect(names.count == 12)
        let readme = try text("README.md", shell)
        for name in names where name != "README.md" {
            #expect(readme.contains("`\(name)`"), "\(name)")
        }
        for name in names {
            let text = try text(name, shell)
            #expect(!text.contains("team-") && !text.contains(shell.folder.path("")), "\(name)")
            #expect(!text.contains("TODO") && !text.contains("nil"), "\(name)")
        }
        let method = try text("methodology.md", shell)
        for part in ["EcoLogits 0.11.3", "## Boundary", "mistral-large-2411 (", "measured"] {
            #expect(method.contains(part), "\(part)")
        }
        // Each factor of the method, and which of them the month rests on.
        let register = try text("register.csv", shell).split(separator: "\r\n")
        #expect(register.count > 500)
        #expect(
            (1...100).contains(register.count { $0.hasPrefix("energy,") && $0.hasSuffix(",1") }))

        func headline() throws -> [[Substring]] {
            try text("headline.sql", shell).split(separator: ";\n").compactMap { query in
                query.contains("SELECT")
                    ? try shell.rows(String(query))[0].split(separator: "|") : nil
            }
        }
        let queries = try headline()
        #expect(queries.map { $0[0] } == ["facts", "stated", "product"])
        #expect(queries[0].dropFirst() == queries[1].dropFirst())
        for column in 1...3 {
            let (stated, product) = (
                Double(queries[1][column]) ?? 0, Double(queries[2][column]) ?? 1
            )
            #expect((product / stated - 1).magnitude < 1e-5, "\(queries)")
        }

        // Late logs: the pack stays that of the statement, and says so.
        try shell.folder.write(shell.log(3).replacing("2026-03", with: "2026-10"), to: "late.jsonl")
        _ = try shell.flue("ingest", "late.jsonl")
        let pending = try shell.flue("report", "2026-10", "--audit", "-o", "pack")
        #expect(pending.errors.contains("no longer what was stated"))
        #expect(try sumsHold(shell))
        let late = try headline()
        #expect(late[1] == queries[1] && late[0][1] != late[1][1])
        try shell.flue("restate", "--reason", "late")
        #expect(try shell.flue("report", "2026-10", "--audit", "-o", "pack").status == 0)
        #expect(try sumsHold(shell))
        #expect(try text("methodology.md", shell).contains("because of logs and meter readings"))
        #expect(try text("causes.csv", shell).contains("\r\n2,logs,"))
        // Who changes a digit of it is found.
        let dump = try text("statement-2026-10-r2.txt", shell)
        try shell.folder.write(
            dump.replacing("\nrow\t", with: "\nrow\t-"), to: "pack/statement-2026-10-r2.txt")
        #expect(try !sumsHold(shell))
    }
}
