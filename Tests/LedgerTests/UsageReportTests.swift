import Accounting
import Ledger
import Pipeline
import TestSupport
import Testing

@Suite("Usage reports")
struct UsageReportTests {
    /// A report of requests of two hours of 1 March 2026.
    private func report(
        from start: Int = 10, hours: Int = 2, requests: String = "4", tokens: Int = 1_000,
        model: String = "gpt-4o-2024-08-06"
    ) -> String {
        let first = 1_772_323_200 + start * 3_600
        return "start_time,end_time,num_model_requests,model,input_tokens,output_tokens\n"
            + "\(first),\(first + hours * 3_600),\(requests),\(model),\(tokens),0\n"
    }

    private func ledger(_ energyModel: String = "flat-bloom") throws -> LedgerFolder {
        var ledger = try OneDay.ledger(energyModel)
        ledger.region = "eu-west-1"
        return ledger
    }

    private func write(_ text: String, _ name: String, _ ledger: LedgerFolder) throws -> String {
        try ledger.folder.write(text, to: name)
    }

    @Test("A report is never added to requests of its scope and hours, nor they to it")
    func apart() throws {
        let ledger = try ledger()
        let log = try write(OneDay.line(11), "log.jsonl", ledger)
        let before = try write(OneDay.line(9), "before.jsonl", ledger)
        let sums = try write(report(), "usage.csv", ledger)
        #expect(try ledger.ingest([log]) == [.added])
        #expect(try ledger.ingest([sums], dialect: "openai-usage-csv") == [.counted(in: log)])
        #expect(try ledger.requests() == 1)
        #expect(
            try ledger.ingest([sums], dialect: "openai-usage-csv", scope: "other") == [.added])
        #expect(try ledger.requests() == 5)
        let more = try write(OneDay.line(10), "more.jsonl", ledger)
        #expect(try ledger.ingest([more], scope: "other") == [.counted(in: sums)])
        #expect(try ledger.ingest([before], scope: "other") == [.added])
        #expect(try ledger.ingest([more]) == [.added])
        #expect(try ledger.brokenLaws() == [])
        #expect(
            try ledger.rows(
                "SELECT records, scope, counted, requests FROM source_files ORDER BY file_id")
                == ["requests||1|1", "sums|other|1|4", "requests|other|1|1", "requests||1|1"])
    }

    @Test("Two reports of the same hours are not added; one that replaces another is")
    func twice() throws {
        let ledger = try ledger()
        let first = try write(report(), "1.csv", ledger)
        let again = try write(report(tokens: 1_001), "2.csv", ledger)
        let next = try write(report(from: 12), "3.csv", ledger)
        let dialect = "openai-usage-csv"
        #expect(
            try ledger.ingest([first, again, next], dialect: dialect)
                == [.added, .counted(in: first), .added])
        _ = try write(report(tokens: 5_000), "1.csv", ledger)
        #expect(try ledger.ingest([first], dialect: dialect, policy: .replace) == [.replaced])
        #expect(
            try ledger.rows(
                "SELECT sum(requests), sum(input_tokens) FROM usage WHERE file_id IN (SELECT file_id FROM live_file)"
            ) == ["8|6000"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "A gap between the hours of a report belongs to nobody, and a page that comes twice counts once"
    )
    func hours() throws {
        let ledger = try ledger()
        let rows =
            report(from: 2, hours: 1) + report(from: 8, hours: 1).split(separator: "\n")[1] + "\n"
        let sums = try write(
            rows + rows.split(separator: "\n").dropFirst().joined(separator: "\n"), "usage.csv",
            ledger)
        #expect(try ledger.ingest([sums], dialect: "openai-usage-csv") == [.added])
        #expect(
            try ledger.rows("SELECT lines, counted, duplicate, requests FROM source_files")
                == ["5|2|2|8"])
        let log = try write(OneDay.line(5), "log.jsonl", ledger)
        #expect(try ledger.ingest([log]) == [.added])
        #expect(
            try ledger.ingest([write(OneDay.line(8), "8.jsonl", ledger)]) == [.counted(in: sums)])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("A scope can be corrected, and a file that grows keeps it")
    func scope() throws {
        let ledger = try ledger()
        let log = try write(OneDay.line(5), "log.jsonl", ledger)
        #expect(try ledger.ingest([log], scope: "a") == [.added])
        guard case .otherwiseCounted? = try ledger.ingest([log], scope: "b")[0] else {
            Issue.record("another scope went unnoticed")
            return
        }
        #expect(try ledger.ingest([log], policy: .replace, scope: "b") == [.replaced])
        _ = try write(OneDay.line(5) + OneDay.line(6), "log.jsonl", ledger)
        guard case .otherwiseCounted? = try ledger.ingest([log])[0] else {
            Issue.record("a file that grew took another scope")
            return
        }
        #expect(try ledger.ingest([log], scope: "b") == [.grown])
        #expect(try ledger.rows("SELECT scope FROM live_file") == ["b"])
    }

    @Test(
        "One request over days: tokens in every hour, a mean only where every hour has a grid value"
    )
    func sparse() throws {
        var ledger = try ledger()
        ledger.energyModelText = UnknownUsageTests.model
        let sums = try write(
            report(from: 0, hours: 48, requests: "1", tokens: 4_800, model: "gpt-4o"), "usage.csv",
            ledger)
        #expect(try ledger.ingest([sums], dialect: "openai-usage-csv") == [.added])
        #expect(try ledger.brokenLaws() == [])
        #expect(
            try ledger.rows(
                "SELECT day, requests, input_tokens, gco2e_per_request FROM daily_emissions ORDER BY 1"
            ) == ["2026-03-01|0|2400|-", "2026-03-02|1|2400|-"])
        let march = try #require(UTCMonth("2026-03"))
        let reader = try Ledger(path: ledger.path, access: .read)
        #expect(try reader.report(of: march, by: [])?.totals[.inputTokens] == 4_800)
        let unmatched = try reader.unmatched(in: march)
        #expect(!unmatched.isEmpty && unmatched.share == 1)
    }

    @Test(
        "A row without its number of requests, or with an unknown count, is rejected, not skipped")
    func incomplete() throws {
        let ledger = try ledger()
        let text =
            report(requests: "") + report(tokens: -1).split(separator: "\n")[1] + "\n"
            + report(from: 4).split(separator: "\n")[1] + "\n"
        try ledger.ingest([write(text, "usage.csv", ledger)], dialect: "openai-usage-csv")
        #expect(
            try ledger.rows("SELECT counted, rejected, skipped FROM source_files") == ["1|2|1"])
    }

    @Test("Two rejected records of one line are two rejects")
    func rejects() throws {
        let ledger = try ledger()
        func result(_ requests: String) -> String {
            "{\"object\":\"organization.usage.completions.result\",\"input_tokens\":1,\"output_tokens\":1,"
                + "\"model\":\"m\",\"num_model_requests\":\(requests)}"
        }
        let page =
            "{\"object\":\"page\",\"data\":[{\"start_time\":1772359200,\"end_time\":1772362800,\"results\":["
            + [result("2"), result("\"x\""), result("\"y\"")].joined(separator: ",") + "]}]}\n"
        #expect(
            try ledger.ingest([write(page, "page.json", ledger)], dialect: "openai-usage") == [
                .added
            ])
        #expect(
            try ledger.rows("SELECT line, reason, field FROM rejects")
                == Array(repeating: "1|number_format|requests", count: 2))
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "A model that is charged by what its requests state says nothing of sums that nobody counted"
    )
    func metered() throws {
        var ledger = try ledger("metered")
        ledger.region = "eu-west-1"
        let text =
            "{\"data\":[{\"starting_at\":\"2026-03-01T12:00:00Z\",\"ending_at\":\"2026-03-01T13:00:00Z\",\"results\":["
            + "{\"uncached_input_tokens\":5,\"output_tokens\":1000,\"model\":\"m\"}]}],\"has_more\":false}\n"
        try ledger.ingest([write(text, "usage.json", ledger)], dialect: "anthropic-usage")
        #expect(try ledger.rows("SELECT energy_kwh FROM monthly_emissions") == ["-"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("A sum is charged like its requests; statistics of single requests leave it out")
    func charged() throws {
        let ledger = try ledger()
        try ledger.ingest([write(report(), "usage.csv", ledger)], dialect: "openai-usage-csv")
        try ledger.ingest([write(OneDay.line(2), "log.jsonl", ledger)])
        // 3.96 Wh a request: four of the report, one of the log.
        #expect(
            try ledger.rows(
                """
                SELECT requests, aggregated_requests, round(energy_kwh * 1e6), wh_per_request_mean,
                  binned_requests, percentile_coverage
                FROM monthly_request_stats
                JOIN (SELECT month, sum(energy_kwh) AS energy_kwh FROM monthly_emissions GROUP BY 1)
                  USING (month) WHERE grouping = 'all'
                """) == ["5|4|19800.0|3.96|1|1.0"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Requests that nobody counted: charged by the token, unmatched by the request, no mean")
    func uncounted() throws {
        let text = """
            {"data":[{"starting_at":"2026-03-01T12:00:00Z","ending_at":"2026-03-01T13:00:00Z","results":[
            {"uncached_input_tokens":0,"cache_creation":null,"cache_read_input_tokens":0,"output_tokens":1000,
            "model":"claude-sonnet-4-5-20250929","inference_geo":null}]}],"has_more":false}
            """
        var ledger = try ledger()
        try ledger.ingest([write(text, "usage.json", ledger)], dialect: "anthropic-usage")
        let march = try #require(UTCMonth("2026-03"))
        let flat = try Ledger(path: ledger.path, access: .read)
        let unmatched = try flat.unmatched(in: march)
        #expect(unmatched.models.map(\.uncountedTokens) == [1_000] && unmatched.share == 1)
        #expect(try flat.report(of: march, by: [])?.totals[.energy] == nil)
        #expect(try ledger.brokenLaws() == [])
        ledger.energyModelText = """
            name: by-token
            kind: per-token
            boundary: facility
            released: 2026-01-01
            about: 2 Wh per 1000 output tokens
            source: test
            evidence: modelled
            models: { claude-sonnet-4-5: { wh_per_output_token: 0.002 } }
            """
        ledger.region = "eu-west-1"
        try ledger.ingest([write(OneDay.line(3, model: "claude-sonnet-4-5"), "log.jsonl", ledger)])
        let sums = try #require(
            try Ledger(path: ledger.path, access: .read).report(of: march, by: [])?.totals)
        #expect(sums[.energy] == 0.004 && sums[.requests] == 1 && sums[.uncountedTokens] == 1_000)
        #expect(sums.whPerRequest == nil && sums.gCO2ePerRequest == nil)
        #expect(
            try ledger.rows(
                "SELECT count(*), count(wh_per_request) FROM monthly_emissions WHERE requests = 0")
                == ["1|0"])
        #expect(try ledger.brokenLaws() == [])
    }
}
