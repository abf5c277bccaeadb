import TestSupport
import Testing

@Suite("Reports")
struct ReportGoldenTests {
    @Test(
        "A report with gaps and unknown regions is written as recorded",
        arguments: [("table", "txt"), ("json", "json"), ("csv", "csv")])
    func report(format: String, suffix: String) throws {
        let shell = try Shell()
        try shell.folder.write(
            """
            time,zone,direct_g_per_kwh,lifecycle_g_per_kwh,estimated
            2026-10-01T00:00:00Z,US-MIDA-PJM,380.25,440,false
            2026-10-01T01:00:00Z,US-MIDA-PJM,371.5,430,true
            2026-10-01T02:00:00Z,IE,290,330,false

            """, to: "grid.csv")
        try shell.folder.write("grid_ladder: { steps: [linear] }\n", to: "flue.yaml")
        #expect(try shell.flue("grid", "import", "grid.csv").status == 0)
        #expect(try shell.flue("ingest", Fixtures.path("logs/accept/gateway.jsonl")).status == 2)
        let run = try shell.flue("report", "--by", "region,model", "--format", format)
        #expect(run.status == 0)
        #expect(try Golden.matches(run.output, "report.\(suffix)"), "\(run.output)")
    }
}
