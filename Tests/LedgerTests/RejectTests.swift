import Ledger
import TestSupport
import Testing

@Suite("Rejected lines")
struct RejectTests {
    @Test("Rejects are stored by place and reason, never with text")
    func rejects() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([Fixtures.path("logs/reject/gateway.jsonl")])
        let rows = try ledger.rows("SELECT line, reason, field FROM rejects ORDER BY line")
        #expect(rows.count == 14)
        #expect(rows[1] == "2|field_missing|model")
        let bytes = try readBytes(ledger.path)
        #expect(bytes.count > 10_000)
        #expect(!contains(bytes, "CANARY"))
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
        let wanted = Array(text.utf8)
        return bytes.indices.contains { bytes[$0...].starts(with: wanted) }
    }
}
