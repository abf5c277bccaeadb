import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("reconcile")
struct ReconcileTests {
    /// March 2026: ten requests in Ireland and four in Sweden Central, 3.96 Wh each at 100 and 20 g/kWh.
    private func ledger() throws -> Shell {
        let shell = try Shell()
        try shell.folder.write(
            "time,zone,direct_g_per_kwh\n2026-03-01T10:00:00Z,IE,100\n2026-03-01T10:00:00Z,SE-SE3,20\n",
            to: "grid.csv")
        try shell.flue("grid", "import", "grid.csv")
        try shell.folder.write(
            shell.log(10) + shell.log(4, region: "Sweden Central"), to: "a.jsonl")
        _ = try shell.flue("ingest", "a.jsonl")
        return shell
    }

    private struct Page: Decodable {
        struct Row: Decodable {
            let month: String
            let region: String
            let figure: String
            let ledger_kgco2e: Double?
            let provider_kgco2e: Double?
            let ledger_to_provider: Double?
        }
        let services: [String]
        let rows: [Row]
    }

    private func pages(_ arguments: [String], _ shell: Shell) throws -> [Page] {
        let run = try ProgramRun(
            ["reconcile", "--format", "json"] + arguments, in: shell.folder.url)
        #expect(run.status == 0, "\(run.errors)")
        return try JSONDecoder().decode([Page].self, from: Data(run.output.utf8))
    }

    private let aws = """
        last_refresh_timestamp,location,model_version,payer_account_id,product_code,region_code,total_lbm_emissions_unit,total_lbm_emissions_value,total_mbm_emissions_unit,total_mbm_emissions_value,total_scope_2_lbm_emissions_unit,total_scope_2_lbm_emissions_value,usage_account_id,usage_period_end,usage_period_start
        2026-05-01 00:00:00Z,EU (Ireland),v3.0.0,1,AmazonBedrock,eu-west-1,MTCO2e,0.00002,MTCO2e,0,MTCO2e,0.000008,1,2026-04-01 00:00:00Z,2026-03-01 00:00:00Z
        2026-05-01 00:00:00Z,EU (Ireland),v3.0.0,1,AmazonEC2,eu-west-1,MTCO2e,0.5,MTCO2e,0.1,MTCO2e,0.4,1,2026-04-01 00:00:00Z,2026-03-01 00:00:00Z
        2026-05-01 00:00:00Z,EU (Ireland),v3.0.0,1,AmazonEC2,eu-west-1,MTCO2e,0.5,MTCO2e,0.1,MTCO2e,0.4,1,2026-05-01 00:00:00Z,2026-04-01 00:00:00Z

        """

    @Test("AWS: tonnes by region and service, beside the ledger's kilograms")
    func amazon() throws {
        let shell = try ledger()
        try shell.folder.write(aws, to: "aws.csv")
        let page = try pages(["aws.csv", "--service", "AmazonBedrock"], shell)[0]
        #expect(page.services == ["AmazonBedrock"])
        let scope2 = try #require(page.rows.first)
        #expect(scope2.month == "2026-03" && scope2.region == "eu-west-1")
        // 10 × 3.96 Wh × 100 g/kWh = 3.96 g beside 8 g.
        #expect(scope2.figure == "Scope 2, location-based")
        #expect(scope2.ledger_kgco2e == 0.00396 && scope2.provider_kgco2e == 0.008)
        #expect(scope2.ledger_to_provider == 0.495)
        #expect(
            page.rows.map(\.figure) == [
                "Scope 2, location-based", "total, location-based", "total, market-based",
            ])
        #expect(page.rows[2].ledger_kgco2e == nil, "no contract is known")
        let all = try pages(["aws.csv"], shell)[0]
        #expect(all.rows[0].provider_kgco2e == 400.008 && all.rows.count == 3)
        let table = try shell.flue("reconcile", "aws.csv", "--month", "2026-03").output
        #expect(table.contains("hardware and buildings included") && table.contains("400.0"))
    }

    @Test("Google and Azure: nested records, and names as each provider writes them")
    func others() throws {
        let shell = try ledger()
        try shell.folder.write(
            """
            {"usage_month":"2026-03-01","service":{"description":"Vertex AI"},"location":{"region":"eu-west-1"},"carbon_footprint_kgCO2e":{"scope2":{"location_based":0.002,"market_based":0}},"carbon_footprint_total_kgCO2e":{"location_based":0.01,"market_based":0.004}}

            """, to: "google.json")
        try shell.folder.write(
            """
            {"value":[
              {"dataType":"TopItemsMonthlySummaryData","latestMonthEmissions":0.0005,"date":"2026-03-01","itemName":"swedencentral","categoryType":"Location"},
              {"dataType":"TopItemsMonthlySummaryData","latestMonthEmissions":9,"date":"2026-03-01","itemName":"a-subscription","categoryType":"Subscription"}]}
            """, to: "azure.json")
        let pages = try pages(["google.json", "azure.json"], shell)
        #expect(pages[0].rows.map(\.provider_kgco2e) == [0.002, 0.01, 0.004])
        #expect(pages[0].services == ["Vertex AI"])
        // What has a market-based figure only stands beside no contract.
        #expect(pages[1].rows.map(\.region) == ["swedencentral"])
        #expect(pages[1].rows.map(\.provider_kgco2e) == [0.0005])
    }

    @Test("Azure's emissions by enrollment: scopes apart, months as a number")
    func enrollment() throws {
        let shell = try ledger()
        try shell.folder.write(
            """
            {"@odata.context":"https://api.mcfs.microsoft.com/api/v1.0/$metadata#emissions","value":[
              {"dateKey":20260301,"azureServiceName":"Azure OpenAI","azureRegionName":"Sweden Central","scope":"Scope2","scopeId":2,"totalEmissions":0.000002},
              {"dateKey":20260301,"azureServiceName":"Azure OpenAI","azureRegionName":"Sweden Central","scope":"Scope 3","scopeId":3,"totalEmissions":0.000003}]}
            """, to: "enrollment.json")
        let page = try pages(["enrollment.json"], shell)[0]
        #expect(page.services == ["Azure OpenAI"])
        #expect(page.rows.map(\.figure) == ["Scope 2", "total"])
        #expect(page.rows.map(\.region) == ["swedencentral", "swedencentral"])
        #expect(page.rows.map { ($0.provider_kgco2e ?? 0) * 1e3 }.map { $0.rounded() } == [2, 5])
    }

    @Test(
        "What cannot be read is refused by line and reason",
        arguments: [
            ("MTCO2e,0.00002", "kg,0.00002", Int32(65), "is kg, not MTCO2e"),
            ("2026-03-01 00:00:00Z", "March", 65, "a month as YYYY-MM is expected"),
            (",0.000008", ",much", 65, "is no number"), ("region_code", "place", 65, "aws.csv"),
            ("2026-03-01 00", "2020-03-01 00", 66, "no month is both in the ledger"),
        ])
    func bad(_ part: String, _ other: String, _ status: Int32, _ message: String) throws {
        let shell = try ledger()
        try shell.folder.write(aws.replacing(part, with: other), to: "aws.csv")
        let run = try shell.flue("reconcile", "aws.csv")
        #expect(run.status == status && run.errors.contains(message), "\(run.errors)")
    }
}
