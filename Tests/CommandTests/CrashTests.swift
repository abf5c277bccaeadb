import Foundation
import GRDB
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

    @Test(
        "kill -9 at thirty instants of an upgrade, then the same command: the ledger of an undisturbed one"
    )
    func killedUpgrade() throws {
        let shell = try Shell()
        try shell.folder.write(
            """
            {"timestamp":"2026-10-01T05:00:00Z","model":"gpt-4o","region":"eu-west-1"}

            """, to: "more.jsonl")
        let sql = try String(contentsOfFile: Fixtures.path("ledgers/1.sql"), encoding: .utf8)
        func upgrade(_ database: String) -> [String] {
            ["ingest", "more.jsonl", "--db", database, "--dialect", "gateway"]
        }
        func make(_ database: String) throws {
            try unchecked(shell.folder.path(database)).writeWithoutTransaction { db in
                try db.execute(sql: sql)
            }
        }
        func dump(_ database: String) throws -> String {
            #expect(
                try shell.flue("verify", "--db", database, "--dump", "\(database).dump").status == 0
            )
            return try String(
                contentsOfFile: shell.folder.path("\(database).dump"), encoding: .utf8)
        }
        try make("calm.sqlite")
        let begin = ContinuousClock.now
        try shell.flue("ingest", "more.jsonl", "--db", "calm.sqlite", "--dialect", "gateway")
        let calm = ContinuousClock.now - begin
        let expected = try dump("calm.sqlite")
        #expect(expected.count > 10_000)
        var killed = 0
        for round in 0..<30 {
            let database = "killed-\(round).sqlite"
            try make(database)
            let run = try ProgramRun.start(upgrade(database), in: shell.folder.url)
            Thread.sleep(forTimeInterval: calm.seconds * Double(round) / 30)
            if run.process.isRunning {
                kill(run.process.processIdentifier, SIGKILL)
                killed += 1
            }
            run.process.waitUntilExit()
            try shell.flue("ingest", "more.jsonl", "--db", database, "--dialect", "gateway")
            #expect(try dump(database) == expected, "after \(round) of 30 parts of the time")
        }
        #expect(killed >= 20, "too few kills to show anything")
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
