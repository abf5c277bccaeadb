import Foundation
import Pipeline
import Synthesis
import TestSupport
import Testing

@Suite("close and restate")
struct StatementCommandTests {
    /// A month of five days in October 2026, taken in.
    private func month(_ shell: Shell, requests: Int = 400) throws {
        let shape = ["--days", "5", "--requests-per-day", "\(requests)", "--teams", "5"]
        #expect(try ProgramRun(["synth", "-o", "data"] + shape, in: shell.folder.url).status == 0)
        try shell.flue("grid", "import", "data/grid/synthetic-hourly.csv")
        #expect(try shell.flue("ingest", "data/logs").status == 0)
    }

    private let config = """
        energy_model: flat-google
        regions:
          eu-west-1: { pue: 1.4, source: test }

        """

    @Test("Close, bring more, look, state again: what each command says, and its exit code")
    func story() throws {
        let shell = try Shell()
        try month(shell)
        let refused = try shell.flue("close", "2026-10")
        #expect(refused.status == 65)
        #expect(
            refused.errors.contains(
                "2026-10 is not complete: no requests on 26 of its days: 2026-10-06 to 2026-10-31; "
                    + "nothing was closed; mend it, or close it with --despite days"))
        let closed = try shell.flue("close", "2026-10", "--despite", "days", "--dump", "s.txt.zst")
        #expect(closed.status == 0, "\(closed.errors)")
        let digest = try #require(
            closed.output.split(separator: "\n").first { $0.contains("SHA-256") })
        #expect(digest.split(separator: " ").last?.count == 64)
        #expect(try shell.flue("close", "2026-10").output == closed.output)
        #expect(try shell.flue("restate", "--reason", "none").output == "As stated: 2026-10\n")

        try shell.folder.write(
            """
            {"timestamp":"2026-10-02T10:00:00Z","request_id":"late","region":"eu-west-1","model":"gpt-4o","usage":{"prompt_tokens":1,"completion_tokens":2}}

            """, to: "late.jsonl")
        let late = try shell.flue("ingest", "late.jsonl")
        #expect(late.errors.contains("2026-10 is closed, and no longer what was stated"))
        let report = try shell.flue("report", "2026-10")
        #expect(report.output.contains("flue restate 2026-10 --dry-run tells why"))
        #expect(
            try shell.flue("report", "--format", "csv").output.split(separator: "\r\n")
                .dropFirst().allSatisfy { $0.hasSuffix(",pending") })
        // One request of 2,000 is less than 1 %.
        let dry = try shell.flue("restate", "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("logs and meter readings"))
        try shell.folder.write(config, to: "other.yaml")
        let due = try shell.flue("restate", "--dry-run", "--config", "other.yaml")
        #expect(due.status == 2 && due.output.contains("a restatement is due"))
        #expect(try shell.flue("restate").status == 64, "a reason is wanted")
        #expect(try shell.flue("restate", "--reason", " ").status == 64)
        let forget = try shell.flue(
            "forget", "--reason", "r", "--config", "other.yaml", shell.folder.path("late.jsonl"))
        #expect(forget.status == 65 && forget.errors.contains("rests on other settings"))
        let restated = try shell.flue(
            "restate", "2026-10", "--reason", "a better model", "--config", "other.yaml")
        #expect(restated.status == 0 && restated.output.contains("2026-10, revision 2"))
        let causes = try shell.rows(
            "SELECT DISTINCT cause FROM restatement_causes ORDER BY 1")
        #expect(causes == ["energy_model", "logs"])
        #expect(try shell.flue("verify", "--config", "other.yaml").status == 0)
        let history = try shell.flue("report", "2026-10", "--config", "other.yaml").output
        #expect(history.contains("revision 2") && history.contains("revision 1"))
        #expect(history.contains("a better model") && history.contains("because of energy model"))
    }

    @Test(
        "What cannot be stated says why",
        arguments: [
            (["close", "2026-13"], Int32(64), "2026-13"),
            (["close", "2026-10", "--despite", "rain"], 64, "running, grid, unmatched, days"),
            (["close", "2025-01"], 66, "holds no requests of 2025-01"),
            (["restate", "2026-10", "--dry-run"], 65, "2026-10 is not closed"),
        ])
    func refusals(_ arguments: [String], _ status: Int32, _ message: String) throws {
        let shell = try Shell()
        try shell.folder.write(shell.log(3), to: "a.jsonl")
        try shell.flue("ingest", "a.jsonl")
        let run = try ProgramRun(arguments, in: shell.folder.url)
        #expect(run.status == status)
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    @Test("kill -9 at sixty instants of close and restate: the old or the new, never a mix")
    func killed() throws {
        let shell = try Shell()
        try month(shell, requests: 40)
        try shell.folder.write(config, to: "other.yaml")
        try shell.folder.write("database: run.sqlite\n", to: "plain.yaml")
        let names = ["flue.sqlite", "flue.sqlite-journal"]
        func copy(_ from: String, _ to: String) throws {
            for name in names {
                let target = shell.folder.path("\(to)\(name.dropFirst("flue.sqlite".count))")
                try? FileManager.default.removeItem(atPath: target)
                let source = shell.folder.path("\(from)\(name.dropFirst("flue.sqlite".count))")
                guard FileManager.default.fileExists(atPath: source) else { continue }
                try FileManager.default.copyItem(atPath: source, toPath: target)
            }
        }
        let close = ["close", "2026-10", "--despite", "days", "--db", "run.sqlite"]
        let restate = ["restate", "--reason", "r", "--config", "other.yaml", "--db", "run.sqlite"]
        try copy("flue.sqlite", "run.sqlite")
        #expect(try ProgramRun(close, in: shell.folder.url).status == 0)
        try copy("run.sqlite", "closed.sqlite")
        var random = SeededGenerator(seed: 3)
        var killed = 0
        for (base, command, before, after) in [
            ("flue.sqlite", close, "0", "1"), ("closed.sqlite", restate, "1", "2"),
        ] {
            try copy(base, "run.sqlite")
            let begin = ContinuousClock.now
            #expect(try ProgramRun(command, in: shell.folder.url).status == 0)
            let calm = ContinuousClock.now - begin
            for round in 0..<30 {
                try copy(base, "run.sqlite")
                let run = try ProgramRun.start(command, in: shell.folder.url)
                Thread.sleep(
                    forTimeInterval: calm / .seconds(1) * Double(random.below(1_000)) / 1_000)
                if run.process.isRunning {
                    kill(run.process.processIdentifier, SIGKILL)
                    killed += 1
                }
                run.process.waitUntilExit()
                let count = try databaseRows(
                    of: shell.folder.path("run.sqlite"), "SELECT count(*) FROM statement")
                #expect([[before], [after]].contains(count), "round \(round)")
                let isDone = count == [after]
                let status = try shell.flue(
                    "verify", "--db", "run.sqlite", "--config",
                    isDone && after == "2" ? "other.yaml" : "plain.yaml"
                ).status
                #expect(status == 0, "round \(round)")
            }
        }
        #expect(killed >= 20, "too few kills to show anything")
    }
}
