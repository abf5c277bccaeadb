import Foundation
import GRDB
import Pipeline
import TestSupport
import Testing

@testable import Ledger

@Suite("The ledger as a file")
struct LedgerFileTests {
    @Test("Two runs at once: the second is told to come later, at once")
    func secondRun() throws {
        let folder = try TemporaryFolder()
        let first = try Ledger(path: folder.path("flue.sqlite"), access: .write)
        #expect(throws: LedgerError.busy(path: first.path)) {
            try Ledger(path: folder.path("flue.sqlite"), access: .write)
        }
        _ = try Ledger(path: folder.path("flue.sqlite"), access: .read)
        withExtendedLifetime(first) {}
    }

    @Test("When the first run has ended, the next may write")
    func nextRun() throws {
        let folder = try TemporaryFolder()
        for _ in 0..<3 { _ = try Ledger(path: folder.path("flue.sqlite"), access: .write) }
    }

    @Test("Somebody else's database, a newer one and a damaged one are left alone")
    func notOurs() throws {
        let folder = try TemporaryFolder()
        let foreign = folder.path("foreign.sqlite")
        try DatabaseQueue(path: foreign).write { try $0.execute(sql: "CREATE TABLE t (x)") }
        let before = try readBytes(foreign)
        #expect(throws: LedgerError.foreign(path: foreign)) {
            try Ledger(path: foreign, access: .write)
        }
        #expect(try readBytes(foreign) == before)

        let newer = folder.path("newer.sqlite")
        do { _ = try Ledger(path: newer, access: .write) }
        try DatabaseQueue(path: newer).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('from the future')")
        }
        #expect(throws: LedgerError.newer(path: newer)) { try Ledger(path: newer, access: .write) }

        let damaged = try folder.write(
            String(repeating: "no database ", count: 100), to: "x.sqlite")
        #expect(throws: LedgerError.self) { try Ledger(path: damaged, access: .write) }
        #expect(throws: LedgerError.missing(path: "/nowhere.sqlite")) {
            try Ledger(path: "/nowhere.sqlite", access: .read)
        }
        #expect(throws: LedgerError.self) {
            try Ledger(path: folder.path("no/x.sqlite"), access: .write)
        }
    }

    @Test("A ledger whose making was interrupted is made by the next run")
    func interruptedMaking() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("flue.sqlite")
        try DatabaseQueue(path: path).write {
            try $0.execute(
                sql: "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
        }
        #expect(throws: LedgerError.missing(path: path)) { try Ledger(path: path, access: .read) }
        do { _ = try Ledger(path: path, access: .write) }
        _ = try Ledger(path: path, access: .read)
        let empty = try folder.write("", to: "empty.sqlite")
        #expect(throws: LedgerError.missing(path: empty)) { try Ledger(path: empty, access: .read) }
    }

    @Test("A ledger from before schemas had numbers is refused, with what to do")
    func predating() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("flue.sqlite")
        do { _ = try Ledger(path: path, access: .write) }
        try DatabaseQueue(path: path).write {
            try $0.execute(
                sql:
                    "UPDATE grdb_migrations SET identifier = 'facts' WHERE identifier = '1 baseline'"
            )
        }
        for access in [Ledger.Access.read, .write] {
            #expect(throws: LedgerError.predates(path: path)) {
                try Ledger(path: path, access: access)
            }
        }
        #expect("\(LedgerError.predates(path: path))".contains("ingest its logs and grid files"))
    }

    @Test(
        "Derived tables of another definition are left alone by readers and derived anew by the next run"
    )
    func otherDefinition() throws {
        let ledger = try LedgerFolder()
        let (logs, grid) = try synthesize(ledger.folder, days: 1)
        try ledger.importGrid(grid)
        try ledger.ingest(logs)
        let dump = try ledger.canonicalDump()
        try DatabaseQueue(path: ledger.path).write {
            try $0.execute(
                sql: """
                    DROP VIEW monthly_emissions; DROP TABLE monthly_emission;
                    CREATE TABLE long_gone (x INTEGER);
                    ALTER TABLE hour_factor ADD COLUMN more INTEGER;
                    UPDATE derivation SET definition_sha256 = zeroblob(32)
                    """)
        }
        #expect(throws: LedgerError.older(path: ledger.path)) {
            try Ledger(path: ledger.path, access: .read)
        }
        try ledger.ingest(logs)
        #expect(try ledger.canonicalDump() == dump)
        #expect(try ledger.brokenLaws() == [])
        #expect(
            try ledger.rows("SELECT name FROM sqlite_schema WHERE name = 'long_gone'").isEmpty)
    }

    @Test("A commit waits until also the folder knows that the journal is gone")
    func synchronous() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([Fixtures.path("logs/accept/gateway.jsonl")])
        for access in [Ledger.Access.write, .read] {
            let level = try Ledger(path: ledger.path, access: access).read {
                try Int.fetchOne($0, sql: "PRAGMA synchronous")
            }
            // EXTRA.
            #expect(level == 3)
        }
    }

    @Test("The file says whose it is")
    func identity() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([Fixtures.path("logs/accept/gateway.jsonl")])
        #expect(try ledger.rows("PRAGMA application_id") == ["\(0x666C_7565)"])
        #expect(try ledger.rows("PRAGMA user_version") == ["3"])
        #expect(try ledger.rows("PRAGMA journal_mode") == ["delete"])
    }

    @Test("A published copy says the same, stands alone, and takes the place of an earlier one")
    func publish() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([Fixtures.path("logs/accept/gateway.jsonl")])
        let target = ledger.folder.path("published.sqlite")
        for _ in 0..<2 {
            #expect(
                try Ledger(path: ledger.path, access: .read).publish(to: target, version: "test")
                    .bytes > 0)
        }
        let copy = try DatabaseQueue(path: target)
        let requests = try copy.read {
            try Int.fetchOne($0, sql: "SELECT sum(requests) FROM monthly_emissions")
        }
        #expect(requests == 6)
        let files = try FileManager.default.contentsOfDirectory(atPath: ledger.folder.url.path)
        #expect(!files.contains { $0.hasSuffix(".partial") || $0.hasSuffix("-journal") })
        let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions]
        #expect(mode as? Int == 0o644)
        #expect(throws: LedgerError.self) {
            try Ledger(path: ledger.path, access: .read).publish(to: ledger.path, version: "test")
        }
    }
}
