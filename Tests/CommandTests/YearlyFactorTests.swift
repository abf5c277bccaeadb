import Foundation
import TestSupport
import Testing

@Suite("Factors of years on the command line")
struct YearlyFactorTests {
    /// One request in the last hour of 2025, one in the first of 2026.
    private func turnOfTheYear(_ shell: Shell, region: String) throws {
        let times = ["2025-12-31T23:30:00Z", "2026-01-01T00:30:00Z"]
        try shell.folder.write(
            times.map {
                "{\"timestamp\":\"\($0)\",\"request_id\":\"\($0)\",\"region\":\"\(region)\",\"model\":"
                    + "\"gpt-4o\",\"status\":200,\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":500}}\n"
            }.joined(), to: "turn.jsonl")
        try shell.folder.write(
            "time,zone,direct_g_per_kwh\n2025-12-31T23:00:00Z,DE,400\n2026-01-01T00:00:00Z,DE,400\n",
            to: "grid.csv")
        #expect(try shell.flue("grid", "import", "grid.csv").status == 0)
        let run = try shell.flue("ingest", "turn.jsonl")
        #expect(run.status == 0, "\(run.errors)")
    }

    private func total(_ shell: Shell, _ month: String, _ key: String) throws -> Double {
        let run = try shell.flue("report", month, "--format", "json")
        let page = try #require(
            JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let total = try #require(page["totals"] as? [String: Any])
        return try #require(total[key] as? Double)
    }

    @Test("Hours have the PUE of their UTC year")
    func effectiveness() throws {
        let shell = try Shell()
        try shell.folder.write(
            """
            energy_model: per-token-epoch
            regions:
              hall: { zone: DE, pue: { 2025: 2, 2026: 1.5 }, source: operator's meters }
            """, to: "flue.yaml")
        try turnOfTheYear(shell, region: "hall")
        // 1,000 × 0.22 mWh + 500 × 0.6 mWh = 0.52 Wh of IT energy
        #expect(try total(shell, "2025-12", "energy_kwh") == 0.00104)
        #expect(try total(shell, "2026-01", "energy_kwh") == 0.00078)
        #expect(try shell.flue("verify").status == 0)
        let zones = try shell.flue("grid", "zones", "hall").output
        #expect(zones.contains("2.00 (2025), 1.50 (2026)"), "\(zones)")
        try shell.folder.write("regions:\n  hall: { zone: DE, pue: { now: 2 } }\n", to: "flue.yaml")
        let bad = try shell.flue("report")
        #expect(bad.status == 78 && bad.errors.contains("flue.yaml:2: expected a year"))
    }
}
