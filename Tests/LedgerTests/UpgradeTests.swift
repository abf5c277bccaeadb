import Foundation
import GRDB
import Ledger
import TestSupport
import Testing

@Suite("Ledgers of released schemas")
struct UpgradeTests {
    /// One dump for each schema that was ever released.
    static let released: [String] = {
        let folder = Fixtures.path("ledgers")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(".sql") }.sorted()
    }()

    private func ledger(_ fixture: String) throws -> LedgerFolder {
        let ledger = try LedgerFolder()
        let sql = try String(contentsOfFile: Fixtures.path("ledgers/\(fixture)"), encoding: .utf8)
        try unchecked(ledger.path).writeWithoutTransaction { db in
            try db.execute(sql: sql)
        }
        return ledger
    }

    /// What a run that takes nothing in leaves behind.
    private func upgrade(_ ledger: LedgerFolder) throws {
        try ledger.ingest([ledger.folder.write("", to: "empty.jsonl")])
    }

    @Test("There is a dump of every schema up to the present one")
    func all() throws {
        let present = try LedgerFolder()
        do { _ = try Ledger(path: present.path, access: .write) }
        let version = try #require(Int(present.rows("PRAGMA user_version")[0]))
        // The present one is released with the version that has it.
        let known = Self.released.compactMap { Int($0.dropLast(4)) }
        #expect(known == Array(1...known.count) && (version - 1...version).contains(known.count))
    }

    @Test("It is brought up to date, says what it said, and keeps every law", arguments: released)
    func upgraded(fixture: String) throws {
        let ledger = try ledger(fixture)
        #expect(throws: LedgerError.older(path: ledger.path)) {
            try Ledger(path: ledger.path, access: .read)
        }
        try upgrade(ledger)
        #expect(try ledger.brokenLaws() == [])
        let totals = try ledger.rows(
            """
            SELECT month, requests, failed_requests, input_tokens, cached_input_tokens, output_tokens,
              reasoning_tokens, energy_requests, CAST(round(energy_kwh * 1e9) AS INTEGER),
              CAST(round(emissions_kgco2e * 1e9) AS INTEGER) FROM monthly_totals ORDER BY 1
            """)
        #expect(try Golden.matches(totals.joined(separator: "\n") + "\n", "ledger-\(fixture).txt"))
    }
}
