import Accounting
import Foundation
import GRDB
import Ledger
import Pipeline
import Synthesis
import TestSupport
import Testing

@Suite("Statistics of requests")
struct RequestStatisticsTests {
    private static func perToken(
        request: Double = 0, input: Double = 0.00002, output: Double = 0.0006, low: Double = 0.5,
        high: Double = 3
    ) -> String {
        func range(_ value: Double) -> String {
            "{ low: \(value * low), central: \(value), high: \(value * high) }"
        }
        return """
            name: star
            about: Wh per token of any model
            kind: per-token
            boundary: it
            released: 2026-01
            source: test
            evidence: assumed
            models:
              "*":
                wh_per_request: \(range(request))
                wh_per_input_token: \(range(input))
                wh_per_output_token: \(range(output))
            """
    }

    /// Whether two figures differ by no more than what the views say.
    private static func isClose(_ value: String?, _ truth: Double) -> Bool {
        guard let number = value.flatMap(Double.init) else { return false }
        return abs(number - truth) <= 0.01 * truth
    }

    private func cells(_ ledger: LedgerFolder, _ sql: String) throws -> [String] {
        try ledger.rows(sql)[0].components(separatedBy: "|")
    }

    @Test("By hand: a flat energy model, two hours, and requests that stand in no bin")
    func byHand() throws {
        let ledger = try OneDay.ledger("flat-bloom")
        let failed =
            "{\"timestamp\":\"2026-03-01T02:00:00Z\",\"region\":\"eu-west-1\",\"model\":\"gpt-4o\","
            + "\"status\":500,\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":0}}\n"
        let unknown =
            "{\"timestamp\":\"2026-03-01T02:00:00Z\",\"region\":\"eu-west-1\",\"model\":\"gpt-4o\"}\n"
        let lines =
            OneDay.line(2) + OneDay.line(2) + OneDay.line(2, output: 100) + OneDay.line(12)
            + OneDay.line(13) + failed + unknown
        try ledger.ingest([ledger.folder.write(lines, to: "log.jsonl")])
        let row = try cells(
            ledger,
            """
            SELECT requests, failed_requests, unknown_usage_requests, zero_requests, binned_requests,
              energy_requests, percentile_basis, wh_per_request_p50, wh_per_request_max,
              gco2e_per_request_p50, gco2e_per_request_p90, relative_error < 0.01
            FROM monthly_request_stats WHERE grouping = 'all'
            """)
        #expect(Array(row[..<7]) == ["7", "1", "1", "0", "5", "7", "in force"])
        #expect(Self.isClose(row[7], 3.96))
        #expect(Self.isClose(row[8], 3.96))
        // 100 g/kWh three times, 300 once; the hour without a value has energy but no emissions.
        #expect(Self.isClose(row[9], 0.396))
        #expect(Self.isClose(row[10], 1.188))
        #expect(row[11] == "1")
        let tokens = try cells(
            ledger,
            """
            SELECT wh_per_1000_output_tokens_p50, wh_per_1000_output_tokens_max,
              wh_per_1000_output_tokens_mean
            FROM monthly_token_stats WHERE grouping = 'model'
            """)
        #expect(Self.isClose(tokens[0], 3.96))
        #expect(Self.isClose(tokens[1], 39.6))
        // Six requests were served, of 4,100 output tokens.
        #expect(Self.isClose(tokens[2], 6 * 3.96 / 4.1))
        #expect(try ledger.brokenLaws() == [])
    }

    /// Requests of two models and regions with tokens of three decades, and what each costs.
    private struct Log {
        var lines = ""
        var costs: [(model: String, wh: Double, grams: Double, output: Int)] = []

        init(_ count: Int) {
            var random = SeededGenerator(seed: 5)
            for _ in 0..<count {
                let hour = random.below(2) == 0 ? 2 : 12
                let model = random.below(3) == 0 ? "gpt-4o" : "claude"
                let output = 1 << random.below(11) + random.below(50)
                let input = random.below(20_000)
                lines += OneDay.line(hour, model: model, input: input, output: output)
                let wh = (0.01 + Double(input) * 0.00002 + Double(output) * 0.0006) * 1.11
                costs.append((model, wh, wh * (hour == 2 ? 100 : 300) / 1_000, output))
            }
        }

        static func exact(_ values: [Double], _ percent: Int) -> Double {
            values.sorted()[(values.count * percent + 99) / 100 - 1]
        }
    }

    @Test("Percentiles by model and of all are within 1 % of those of the single requests")
    func exactness() throws {
        let log = Log(3_000)
        var ledger = try LedgerFolder()
        ledger.energyModelText = Self.perToken(request: 0.01)
        try ledger.importGrid(ledger.folder.write(OneDay.grid, to: "grid.csv"))
        try ledger.ingest([ledger.folder.write(log.lines, to: "log.jsonl")])
        for model in [nil, "gpt-4o", "claude"] {
            let costs = log.costs.filter { model == nil || $0.model == model }
            let subject =
                model.map { "grouping = 'model' AND model = '\($0)'" } ?? "grouping = 'all'"
            for (label, percent) in [
                ("p50", 50), ("p90", 90), ("p95", 95), ("p99", 99), ("max", 100),
            ] {
                let row = try cells(
                    ledger,
                    """
                    SELECT wh_per_request_\(label), gco2e_per_request_\(label),
                      wh_per_request_\(label)_low, gco2e_per_request_\(label)_high
                    FROM monthly_request_stats WHERE \(subject)
                    """)
                let wh = Log.exact(costs.map(\.wh), percent)
                let grams = Log.exact(costs.map(\.grams), percent)
                #expect(Self.isClose(row[0], wh))
                #expect(Self.isClose(row[1], grams))
                #expect(Self.isClose(row[2], wh * 0.5))
                #expect(Self.isClose(row[3], grams * 3))
                let tokens = try cells(
                    ledger,
                    """
                    SELECT wh_per_1000_output_tokens_\(label), gco2e_per_1000_output_tokens_\(label)
                    FROM monthly_token_stats WHERE \(subject)
                    """)
                func perToken(_ value: Double, _ output: Int) -> Double {
                    value * 1_000 / Double(output)
                }
                #expect(
                    Self.isClose(
                        tokens[0], Log.exact(costs.map { perToken($0.wh, $0.output) }, percent)))
                #expect(
                    Self.isClose(
                        tokens[1], Log.exact(costs.map { perToken($0.grams, $0.output) }, percent)))
            }
        }
        #expect(try ledger.brokenLaws() == [])
    }

    private let percentiles =
        """
        SELECT wh_per_request_p50, gco2e_per_request_p50, percentile_basis
        FROM monthly_request_stats WHERE grouping = 'all'
        """

    @Test("A new grid release moves the percentiles of emissions without the logs")
    func newRelease() throws {
        let ledger = try OneDay.ledger("flat-bloom")
        try ledger.ingest([ledger.folder.write(OneDay.line(2), to: "log.jsonl")])
        #expect(Self.isClose(try cells(ledger, percentiles)[1], 0.396))
        let release = "time,zone,direct_g_per_kwh\n2026-03-01T02:00:00Z,IE,250\n"
        try ledger.importGrid(ledger.folder.write(release, to: "newer.csv"))
        #expect(Self.isClose(try cells(ledger, percentiles)[1], 0.99))
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("An energy model that is the other one scaled moves percentiles; any other is marked")
    func otherModel() throws {
        var ledger = try LedgerFolder()
        ledger.energyModelText = Self.perToken()
        try ledger.importGrid(ledger.folder.write(OneDay.grid, to: "grid.csv"))
        let lines = OneDay.line(2, input: 1_000, output: 500) + OneDay.line(2, output: 100)
        let path = try ledger.folder.write(lines, to: "log.jsonl")
        try ledger.ingest([path])
        let first = try cells(ledger, percentiles).dropLast().compactMap(Double.init)
        ledger.energyModelText = Self.perToken(input: 0.00004, output: 0.0012)
        try ledger.ingest([path])
        let scaled = try cells(ledger, percentiles)
        #expect(scaled[2] == "in force")
        #expect(Self.isClose(scaled[0], first[0] * 2))
        #expect(Self.isClose(scaled[1], first[1] * 2))
        ledger.energyModelText = Self.perToken(request: 1)
        try ledger.ingest([path])
        let other = try cells(ledger, percentiles)
        #expect(other[2] == "as ingested")
        #expect(Self.isClose(other[0], first[0]))
        // Some files come after the change.
        try ledger.ingest([ledger.folder.write(OneDay.line(12), to: "later.jsonl")])
        #expect(try cells(ledger, percentiles)[2] == "partly as ingested")
        #expect(try ledger.brokenLaws() == [])
        // Counted anew, they stand as the model in force says.
        #expect(try ledger.ingest([path], policy: .replace) == [.replaced])
        let anew = try cells(ledger, percentiles)
        #expect(anew[2] == "in force")
        let middle: Double = 1 + 0.02 + 0.3  // request, 1,000 tokens in, 500 out
        #expect(Self.isClose(anew[0], middle * 1.11))
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "Dimensions that are kept apart have statistics of their own; files from before do not count in them"
    )
    func dimensions() throws {
        var ledger = try OneDay.ledger("flat-bloom")
        func line(_ team: String, output: Int) -> String {
            OneDay.line(2, output: output).replacingOccurrences(
                of: "{\"timestamp\"", with: "{\"tenant\":\"\(team)\",\"timestamp\"")
        }
        try ledger.ingest([ledger.folder.write(line("a", output: 9), to: "before.jsonl")])
        ledger.histogramDimensions = .tenant
        try ledger.ingest([
            ledger.folder.write(
                line("a", output: 1_000) + line("b", output: 100) + line("b", output: 10),
                to: "after.jsonl")
        ])
        #expect(
            try ledger.rows(
                """
                SELECT tenant, percentile_coverage FROM monthly_request_stats
                WHERE grouping = 'tenant' ORDER BY tenant
                """) == ["a|0.5", "b|1.0"])
        #expect(
            try ledger.rows(
                """
                SELECT tenant, requests, binned_requests FROM monthly_request_stats
                WHERE grouping = 'tenant' ORDER BY tenant
                """) == ["a|2|1", "b|2|2"])
        let wh = try ledger.rows(
            """
            SELECT wh_per_1000_output_tokens_max FROM monthly_token_stats
            WHERE grouping = 'tenant' ORDER BY tenant
            """)
        #expect(Self.isClose(wh[0], 3.96))
        #expect(Self.isClose(wh[1], 396))
        #expect(
            try ledger.rows(
                "SELECT binned_requests FROM monthly_request_stats WHERE grouping = 'all'") == ["4"]
        )
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("What is larger than a bin can be is not known, rather than cut down")
    func tooLarge() throws {
        var ledger = try LedgerFolder()
        ledger.energyModelText = Self.perToken(request: 0, input: 0, output: 4_000, high: 1.5)
        try ledger.importGrid(ledger.folder.write(OneDay.grid, to: "grid.csv"))
        let lines =
            OneDay.line(2, output: 900) + OneDay.line(2, output: 1_600)
            + OneDay.line(2, output: 2_000_000)
        try ledger.ingest([ledger.folder.write(lines, to: "log.jsonl")])
        // 4 MWh fit, 7.1 do not once they are those of the building, and 8,000 have no bin at all.
        let row = try cells(
            ledger,
            """
            SELECT binned_requests, wh_per_request_p50, wh_per_request_max, percentile_coverage
            FROM monthly_request_stats WHERE grouping = 'all'
            """)
        #expect(row[0] == "2")
        #expect(Self.isClose(row[1], 900 * 4_000 * 1.11))
        #expect(row[2] == "-")
        #expect(row[3].hasPrefix("0.66"))
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("A batch that only the hour tells leaves percentiles as ingested, without a bound")
    func batch() throws {
        var ledger = try LedgerFolder()
        ledger.energyModel = "ecologits-0.11.3"
        ledger.choose = { $0.batchSource = .log }
        try ledger.importGrid(ledger.folder.write(OneDay.grid, to: "grid.csv"))
        let lines = (1...20).map { OneDay.line(2, output: 50 * $0, milliseconds: 900_000) }
        try ledger.ingest([ledger.folder.write(lines.joined(), to: "log.jsonl")])
        let row = try cells(
            ledger,
            """
            SELECT percentile_basis, relative_error IS NULL FROM monthly_request_stats
            WHERE grouping = 'all'
            """)
        #expect(row == ["as ingested", "1"])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "A histogram of another version or bound, or a damaged one, is refused with the file's name",
        arguments: [("0906", "version 9"), ("0107", "7 bits"), ("0106FF", "damaged")])
    func otherVersion(_ bytes: String, _ reason: String) throws {
        let ledger = try OneDay.ledger("flat-bloom")
        let path = try ledger.folder.write(OneDay.line(2), to: "log.jsonl")
        try ledger.ingest([path])
        let before = try ledger.rows("SELECT * FROM monthly_emissions")
        try DatabaseQueue(path: ledger.path).write {
            try $0.execute(sql: "UPDATE energy_histogram SET energy = x'\(bytes)'")
        }
        #expect(
            try ledger.brokenLaws().contains { $0.contains("a histogram holds the requests") })
        let error = #expect(throws: LedgerError.self) {
            try ledger.ingest([ledger.folder.write(OneDay.line(3), to: "more.jsonl")])
        }
        #expect(error?.description.contains("log.jsonl") == true)
        #expect(error?.description.contains(reason) == true)
        #expect(try ledger.rows("SELECT * FROM monthly_emissions") == before)
        // As the message says.
        var other = ledger
        other.histogramDimensions = .tenant
        #expect(try other.ingest([path], policy: .replace) == [.replaced])
        #expect(try ledger.brokenLaws() == [])
    }
}
