import Accounting
import Foundation
import GRDB
import Ledger
import Pipeline
import Synthesis
import TestSupport
import Testing

/// Two days of made-up logs and the grid of their hours, in `folder`.
func synthesize(
    _ folder: TemporaryFolder, seed: UInt64 = 1, days: Int = 2, compression: Compression = .zstd
) throws -> (logs: [String], grid: String) {
    var plan = SynthesisPlan()
    plan.days = days
    plan.requestsPerDay = 2_400
    plan.teams = 5
    plan.seed = seed
    plan.malformedEvery = 100
    plan.compression = compression
    plan.start = UTCHour(year: 2026, month: 10, day: 31, hour: 0)
    let logs = folder.url.appendingPathComponent("logs-\(seed)")
    try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
    var writer = GatewayLogWriter(plan)
    let paths = try writer.write(to: logs)
    let grid = try folder.write(GridSeriesWriter(plan).text, to: "grid-\(seed).csv")
    return (paths, grid)
}

@Suite("Laws of the ledger")
struct LedgerLawTests {
    @Test(
        "Any number of workers, size of chunks and batches, order and split into runs gives the same database"
    )
    func sameBytes() throws {
        var reference = try LedgerFolder()
        reference.jobs = 1
        let (logs, grid) = try synthesize(reference.folder)
        try reference.importGrid(grid)
        try reference.ingest(logs)
        let expected = try reference.canonicalDump()
        #expect(expected.count > 100_000)
        #expect(try reference.brokenLaws() == [])

        for (jobs, chunkSize, batchCells) in [(2, 1 << 20, nil), (4, 3_000, 1), (1, 700, 500)] {
            var other = try LedgerFolder()
            other.jobs = jobs
            other.chunkSize = chunkSize
            other.batchCells = batchCells
            try other.importGrid(grid)
            try other.ingest(logs)
            #expect(try other.canonicalDump() == expected, "\(jobs) workers, \(chunkSize) bytes")
        }
        let late = try LedgerFolder()
        for log in logs.reversed() { try late.ingest([log]) }
        try late.importGrid(grid)  // the grid comes last
        #expect(try late.canonicalDump() == expected)
        #expect(try late.brokenLaws() == [])
    }

    @Test("A day of many rows is the same whether its files come at once or one after the other")
    func manyRows() throws {
        let whole = try LedgerFolder()
        var plan = SynthesisPlan()
        plan.days = 1
        plan.filesPerDay = 24
        plan.requestsPerDay = 9_000
        plan.teams = 300
        let folder = whole.folder.url.appendingPathComponent("logs")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var writer = GatewayLogWriter(plan)
        let logs = try writer.write(to: folder)
        try whole.ingest(logs)
        #expect(try whole.brokenLaws() == [])
        #expect(try whole.rows("SELECT count(*) > 2000 FROM daily_emission") == ["1"])
        let parts = try LedgerFolder()
        for start in stride(from: 0, to: logs.count, by: 6) {
            try parts.ingest(Array(logs[start..<start + 6]))
            #expect(try parts.brokenLaws() == [], "after \(start + 6) files")
        }
        #expect(try parts.canonicalDump() == whole.canonicalDump())
    }

    @Test("Hours add up to days, days to months, months to the year")
    func sumsAddUp() throws {
        let ledger = try LedgerFolder()
        let (logs, grid) = try synthesize(ledger.folder, days: 3)
        try ledger.importGrid(grid)
        try ledger.ingest(logs)
        let columns = """
            sum(requests), sum(input_tokens), sum(output_tokens),
            CAST(round(sum(energy_kwh) * 1e9) AS INTEGER),
            CAST(round(sum(emissions_kgco2e) * 1e9) AS INTEGER)
            """
        let months = try ledger.rows("SELECT \(columns) FROM monthly_emissions")
        #expect(try ledger.rows("SELECT count(DISTINCT month) FROM monthly_emissions") == ["2"])
        #expect(try ledger.rows("SELECT \(columns) FROM daily_emissions") == months)
        #expect(try ledger.rows("SELECT \(columns) FROM hourly_emissions") == months)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "Half the lines in each of two files is the same as all lines in one, to the last unit",
        arguments: ["flat-bloom", "per-token-epoch", "ecologits-0.11.3", "mlenergy-v3"])
    func splitFiles(energyModel: String) throws {
        var whole = try LedgerFolder()
        whole.energyModel = energyModel
        whole.choose = { $0.batchSource = .log }
        let (logs, grid) = try synthesize(whole.folder, days: 1, compression: .plain)
        try whole.importGrid(grid)
        try whole.ingest(logs)

        var halves = try LedgerFolder()
        halves.energyModel = energyModel
        halves.choose = whole.choose
        let lines = try readBytes(logs[0]).split(separator: UInt8(ascii: "\n"))
        var paths: [String] = []
        for parity in 0...1 {
            let half = lines.indices.filter { $0 % 2 == parity }.map {
                lines[$0] + [UInt8(ascii: "\n")]
            }
            paths.append(try halves.folder.write(Array(half.joined()), to: "half-\(parity).jsonl"))
        }
        try halves.importGrid(grid)
        try halves.ingest(paths)
        let query = "SELECT * FROM hourly_emissions ORDER BY hour_epoch, region, model"
        #expect(try halves.rows(query) == whole.rows(query))
    }

    @Test("Changing the method derives everything anew, and changing it back gives what was before")
    func methodChange() throws {
        var ledger = try LedgerFolder()
        let (logs, grid) = try synthesize(ledger.folder)
        try ledger.importGrid(grid)
        try ledger.ingest(logs)
        let before = try ledger.rows("SELECT * FROM monthly_emissions")
        ledger.basis = .lifecycle
        try ledger.ingest([ledger.folder.write(oneLine, to: "one.jsonl")])
        #expect(try ledger.rows("SELECT * FROM monthly_emissions") != before)
        #expect(try ledger.brokenLaws() == [])
        ledger.basis = .direct
        try ledger.ingest(
            [ledger.folder.write(oneLine + oneLine, to: "one.jsonl")], policy: .replace)
        #expect(try ledger.brokenLaws() == [])
        // What was reported by another method is kept.
        #expect(
            try ledger.rows("SELECT month, basis FROM former_totals ORDER BY run_id, month") == [
                "2026-10|direct", "2026-11|direct", "2026-10|lifecycle", "2026-11|lifecycle",
            ])
    }

    private let oneLine =
        "{\"timestamp\":\"2026-10-31T05:00:00Z\",\"model\":\"gpt-4o\",\"region\":\"eu-west-1\"}\n"

    @Test("The schema refuses books that do not balance")
    func schemaBalance() throws {
        let ledger = try LedgerFolder()
        let (logs, _) = try synthesize(ledger.folder, days: 1)
        try ledger.ingest(logs)
        #expect(throws: DatabaseError.self) {
            try DatabaseQueue(path: ledger.path).write {
                try $0.execute(sql: "UPDATE source_file SET rejected = rejected + 1")
            }
        }
    }
}
