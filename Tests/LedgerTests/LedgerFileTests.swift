import Foundation
import GRDB
import Ledger
import Pipeline
import TestSupport
import Testing

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

    @Test("A ledger of an older version is left alone by readers and brought up to date by writers")
    func migration() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([Fixtures.path("logs/accept/gateway.jsonl")])
        let factors = try ledger.rows(
            "SELECT * FROM hour_factor ORDER BY hour, region_id, model_id")
        let views = try ledger.rows("SELECT name FROM sqlite_schema WHERE type = 'view'")
        try DatabaseQueue(path: ledger.path).write {
            for view in views { try $0.execute(sql: "DROP VIEW \(view)") }
            try $0.execute(
                sql: """
                    ALTER TABLE usage DROP COLUMN unknown_input_requests;
                    ALTER TABLE usage DROP COLUMN unknown_output_requests;
                    ALTER TABLE usage DROP COLUMN failed_input_tokens;
                    ALTER TABLE usage DROP COLUMN failed_cached_input_tokens;
                    ALTER TABLE usage DROP COLUMN failed_output_tokens;
                    ALTER TABLE usage DROP COLUMN aggregated_requests;
                    ALTER TABLE usage DROP COLUMN uncounted_tokens;
                    DROP INDEX source_file_sums;
                    ALTER TABLE source_file DROP COLUMN records;
                    ALTER TABLE source_file DROP COLUMN requests;
                    ALTER TABLE source_file DROP COLUMN scope;
                    ALTER TABLE usage DROP COLUMN metered_requests;
                    ALTER TABLE hour_factor DROP COLUMN requests;
                    ALTER TABLE source_file DROP COLUMN digest_version;
                    UPDATE source_file SET content_digest = 7;
                    ALTER TABLE source_file DROP COLUMN charged_by;
                    DROP TABLE energy_histogram;
                    DROP TABLE charge;
                    DROP TABLE daily_request_histogram;
                    DROP TABLE request_stat;
                    DROP TABLE model_entry;
                    DROP TABLE pool_hour;
                    DROP TABLE meter_reading;
                    DROP TABLE meter_release;
                    UPDATE method SET sha256 = zeroblob(32);
                    DELETE FROM grdb_migrations
                      WHERE identifier IN
                      ('requests of factors', 'digest version', 'causes', 'request statistics',
                       'sums of requests');
                    PRAGMA user_version = 3;
                    """)
        }
        #expect(throws: LedgerError.older(path: ledger.path)) {
            try Ledger(path: ledger.path, access: .read)
        }
        do { _ = try Ledger(path: ledger.path, access: .write) }
        #expect(try ledger.rows("PRAGMA user_version") == ["14"])
        // Digests of an older version say nothing; the books tell a copy.
        let log = try Data(
            contentsOf: URL(fileURLWithPath: Fixtures.path("logs/accept/gateway.jsonl")))
        let copy = try ledger.folder.write(compressed([UInt8](log), .gzip), to: "copy.jsonl.gz")
        guard case .recompressed? = try ledger.ingest([copy]).first else {
            Issue.record("a copy of a file with an older digest was counted again")
            return
        }
        // What is derived came back with the first run.
        #expect(try ledger.brokenLaws() == [])
        let migrated = try ledger.rows(
            "SELECT * FROM hour_factor ORDER BY hour, region_id, model_id")
        #expect(migrated.map { $0.drop { $0 != "|" } } == factors.map { $0.drop { $0 != "|" } })
    }

    @Test("The file says whose it is")
    func identity() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([Fixtures.path("logs/accept/gateway.jsonl")])
        #expect(try ledger.rows("PRAGMA application_id") == ["\(0x666C_7565)"])
        #expect(try ledger.rows("PRAGMA user_version") == ["14"])
        #expect(try ledger.rows("PRAGMA journal_mode") == ["delete"])
    }

    @Test("A published copy says the same, stands alone, and takes the place of an earlier one")
    func publish() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([Fixtures.path("logs/accept/gateway.jsonl")])
        let target = ledger.folder.path("published.sqlite")
        for _ in 0..<2 {
            #expect(try Ledger(path: ledger.path, access: .read).publish(to: target) > 0)
        }
        let copy = try DatabaseQueue(path: target)
        let requests = try copy.read {
            try Int.fetchOne($0, sql: "SELECT sum(requests) FROM monthly_emissions")
        }
        #expect(requests == 6)
        let files = try FileManager.default.contentsOfDirectory(atPath: ledger.folder.url.path)
        #expect(!files.contains { $0.hasSuffix(".tmp") || $0.hasSuffix("-journal") })
        let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions]
        #expect(mode as? Int == 0o640)
        #expect(throws: LedgerError.self) {
            try Ledger(path: ledger.path, access: .read).publish(to: ledger.path)
        }
    }
}
