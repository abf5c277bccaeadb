import TestSupport
import Testing

@Suite("Energy of requests that failed")
struct FailedEnergyTests {
    @Test(
        "What failed requests took is a part of the energy: their tokens, with PUE; nothing where requests are charged"
    )
    func part() throws {
        func line(_ usage: String, status: Int) -> String {
            "{\"timestamp\":\"2026-03-01T02:00:00Z\",\"region\":\"eu-west-1\",\"model\":\"gpt-4o\",\"status\":\(status),"
                + "\"usage\":{\(usage)}}\n"
        }
        let log =
            line("\"prompt_tokens\":100,\"completion_tokens\":10", status: 200)
            + line(
                "\"prompt_tokens\":50,\"prompt_tokens_details\":{\"cached_tokens\":20},\"completion_tokens\":4",
                status: 500)
        var ledger = try OneDay.ledger("flat-bloom")
        ledger.energyModelText = UnknownUsageTests.model
        try ledger.ingest([ledger.folder.write(log, to: "log.jsonl")])
        // 30 × 0.02 + 20 × 0.005 + 4 × 0.1 Wh of 1 + 130 × 0.02 + 20 × 0.005 + 14 × 0.1 Wh.
        let query = """
            SELECT round(energy_kwh * 1e6), round(failed_energy_kwh * 1e6) FROM monthly_emissions
            """
        #expect(try ledger.rows(query) == ["5100.0|1100.0"])
        #expect(try ledger.brokenLaws() == [])
        let flat = try OneDay.ledger("flat-bloom")
        try flat.ingest([flat.folder.write(log, to: "log.jsonl")])
        #expect(try flat.rows(query) == ["3960.0|0.0"])
        #expect(try flat.brokenLaws() == [])
    }
}
