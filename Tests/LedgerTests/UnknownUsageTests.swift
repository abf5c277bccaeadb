import Accounting
import Ledger
import TestSupport
import Testing

@Suite("Requests of which the log does not say what they used")
struct UnknownUsageTests {
    static let model = """
        name: by-token
        kind: per-token
        boundary: facility
        released: 2026-01-01
        about: test
        source: test
        evidence: modelled
        models:
          gpt-4o:
            wh_per_request: 1
            wh_per_input_token: { low: 0.01, central: 0.02, high: 0.04 }
            wh_per_cached_input_token: 0.005
            wh_per_output_token: 0.1
          other: { wh_per_output_token: 1 }
        """

    /// Two requests of 100 and 200 tokens, 60 of them cached; one without output, one without anything; one of a model
    /// and one of a day of which nothing is known.
    private static let log = [
        line(
            2,
            "\"prompt_tokens\":100,\"prompt_tokens_details\":{\"cached_tokens\":60},\"completion_tokens\":10"
        ),
        line(3, "\"prompt_tokens\":200,\"completion_tokens\":21"),
        line(12, "\"prompt_tokens\":40"), line(12, ""), line(12, "", model: "other"),
        line(12, "", day: 2),
    ].joined()

    private static func line(
        _ hour: Int, _ usage: String, day: Int = 1, model: String = "gpt-4o"
    ) -> String {
        "{\"timestamp\":\"2026-03-0\(day)T\(hour < 10 ? "0" : "")\(hour):00:00Z\",\"region\":\"eu-west-1\","
            + "\"model\":\"\(model)\",\"usage\":{\(usage)}}\n"
    }

    private func ledger(_ choose: @escaping @Sendable (inout Method) -> Void) throws -> LedgerFolder
    {
        var ledger = try OneDay.ledger("flat-bloom", choose)
        ledger.energyModelText = Self.model
        try ledger.ingest([ledger.folder.write(Self.log, to: "log.jsonl")])
        return ledger
    }

    private func energy(_ ledger: LedgerFolder) throws -> [String] {
        try ledger.rows(
            """
            SELECT day, model, round(energy_kwh * 1e9), round(assumed_energy_kwh * 1e9)
            FROM daily_emissions ORDER BY 1, 2
            """)
    }

    @Test("Left out, they are charged the tokens that the log states; their number is kept")
    func leftOut() throws {
        let ledger = try ledger { _ in }
        // Two requests of 1 Wh each; (40 + 200 + 40) × 0.02 + 60 × 0.005 + 31 × 0.1.
        #expect(
            try energy(ledger) == [
                "2026-03-01|gpt-4o|11000000.0|0.0", "2026-03-01|other|0.0|0.0",
                "2026-03-02|gpt-4o|0.0|0.0",
            ])
        #expect(try ledger.brokenLaws() == [])
        #expect(
            try ledger.rows(
                "SELECT sum(unknown_usage_requests), sum(unknown_input_requests), sum(unknown_output_requests) FROM usage LEFT JOIN rare_usage USING (hour, region_id, model_id, dimension_id, file_id)"
            ) == ["4|3|4"])
    }

    @Test(
        "A mean is of requests whose usage is known, in every energy model; where tokens do not matter, of all",
        arguments: [
            ("by-token", 5, 5, 11.0), ("flat-bloom", 10, 0, 0), ("ecologits-0.11.3", 5, 5, 0),
        ])
    func means(model: String, known: Int, unknown: Int, wattHours: Double) throws {
        func ledger(_ lines: [String]) throws -> [String] {
            var ledger = try OneDay.ledger(model == "by-token" ? "flat-bloom" : model)
            if model == "by-token" { ledger.energyModelText = Self.model }
            try ledger.ingest([ledger.folder.write(lines.joined(), to: "log.jsonl")])
            #expect(try ledger.brokenLaws() == [])
            return try ledger.rows(
                """
                SELECT energy_requests, round(wh_per_request_mean, 6) FROM monthly_request_stats
                WHERE grouping = 'all'
                """)
        }
        let stated = (0..<5).map { _ in
            Self.line(2, "\"prompt_tokens\":300,\"completion_tokens\":50")
        }
        let silent = (0..<5).map { _ in Self.line(2, "") }
        let whole = try ledger(stated + silent)
        #expect(whole.first?.hasPrefix("\(known)|") == true)
        // Those whose usage is not known move no mean.
        #expect(try whole == ledger(stated + (unknown == 5 ? [] : silent)))
        // 1 Wh + 300 × 0.02 + 50 × 0.1.
        if wattHours > 0 { #expect(whole == ["5|12.0"]) }
        let nothing = try ledger(silent)
        #expect(nothing.first == (unknown == 5 ? "0|-" : "5|3.96"))
    }

    @Test("At the mean of their model and day, they are charged what is missing, as assumed")
    func modelMean() throws {
        let ledger = try ledger { $0.unknownUsage = .modelMean }
        // Of three requests with input (40 + 200 + 40) × 0.02 + 60 × 0.005 = 5.9 Wh, a third is 1.966666666667 Wh; of
        // two with output 3.1 Wh, a half is 1.55 Wh, twice; and 1 Wh for each of the two.
        #expect(
            try energy(ledger) == [
                "2026-03-01|gpt-4o|18066667.0|7066667.0", "2026-03-01|other|0.0|0.0",
                "2026-03-02|gpt-4o|0.0|0.0",
            ])
        #expect(
            try ledger.rows(
                """
                SELECT round(sum(energy_modelled_kwh) * 1e9), round(sum(energy_assumed_kwh) * 1e9)
                FROM monthly_coverage
                """) == ["11000000.0|7066667.0"])
        let report = try Ledger(path: ledger.path, access: .read)
            .report(of: #require(UTCMonth("2026-03")), by: [])
        #expect(report?.energyEvidence.map(\.evidence) == ["modelled", "assumed"])
        #expect(try ledger.brokenLaws() == [])
        // Choosing it later derives the same.
        var later = try self.ledger { _ in }
        later.choose = { $0.unknownUsage = .modelMean }
        try later.ingest([later.folder.write(OneDay.line(5, model: "new"), to: "more.jsonl")])
        #expect(try energy(later).prefix(1) == energy(ledger).prefix(1))
    }

    @Test("Tokens of failed requests have no part in the mean")
    func failed() throws {
        let ledger = try ledger { $0.unknownUsage = .modelMean }
        let failed = Self.line(4, "\"prompt_tokens\":100000,\"completion_tokens\":5")
            .replacing("\"usage\"", with: "\"status\":500,\"usage\"")
        try ledger.ingest([ledger.folder.write(failed, to: "more.jsonl")])
        #expect(try energy(ledger)[0].hasSuffix("|7066667.0"))
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("A request that comes later moves the mean of its whole day")
    func later() throws {
        let ledger = try ledger { $0.unknownUsage = .modelMean }
        try ledger.ingest([
            ledger.folder.write(
                Self.line(23, "\"prompt_tokens\":0,\"completion_tokens\":0"), to: "more.jsonl")
        ])
        // Of four 5.9 Wh, a quarter is 1.475; of three 3.1 Wh, twice a third is 2.066666666666; and 1 Wh each.
        #expect(try energy(ledger)[0] == "2026-03-01|gpt-4o|17541667.0|5541667.0")
        #expect(try ledger.brokenLaws() == [])
    }
}
