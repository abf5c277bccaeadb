import Foundation
import Pipeline
import Synthesis
import TestSupport
import Testing

@Suite("Killed at any time")
struct CrashTests {
    @Test("kill -9 at a random instant, then the same command: the totals of an undisturbed run")
    func killed() throws {
        let shell = try Shell()
        let shape = ["--days", "3", "--requests-per-day", "4000", "--teams", "20"]
        #expect(try ProgramRun(["synth", "-o", "data"] + shape, in: shell.folder.url).status == 0)
        func prepare(_ database: String) throws {
            try shell.flue("grid", "import", "data/grid/synthetic-hourly.csv", "--db", database)
        }
        func totals(_ database: String) throws -> String {
            try shell.flue(
                "report", "--by", "region,model,tenant", "--format", "csv", "--db", database
            ).output
        }
        try prepare("calm.sqlite")
        let begin = ContinuousClock.now
        #expect(try shell.flue("ingest", "data/logs", "--db", "calm.sqlite").status == 0)
        let calm = ContinuousClock.now - begin
        let expected = try totals("calm.sqlite")
        #expect(expected.count > 10_000)

        var random = SeededGenerator(seed: 5)
        var killed = 0
        for round in 0..<12 {
            let database = "killed-\(round).sqlite"
            // Every other round the run that is killed is the one that makes the ledger.
            if round % 2 == 0 { try prepare(database) }
            for _ in 0..<2 {
                let run = try ProgramRun.start(
                    ["ingest", "data/logs", "--db", database], in: shell.folder.url)
                Thread.sleep(forTimeInterval: calm.seconds * Double(random.below(1_000)) / 1_000)
                if run.process.isRunning {
                    kill(run.process.processIdentifier, SIGKILL)
                    killed += 1
                }
                run.process.waitUntilExit()
                let status = try shell.flue("report", "--db", database).status
                #expect(status == 0 || status == 66, "a reader meets what a crash left behind")
            }
            if round % 2 == 1 { try prepare(database) }
            #expect(try shell.flue("ingest", "data/logs", "--db", database).status == 0)
            #expect(try totals(database) == expected, "seed 5, round \(round)")
            #expect(try shell.flue("verify", "--db", database).status == 0)
        }
        #expect(killed >= 3, "too few kills to show anything")
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
