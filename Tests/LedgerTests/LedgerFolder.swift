import Accounting
import Configuration
import Flows
import Foundation
import GRDB
import Grid
import Ledger
import Logging
import Pipeline
import Setup
import TestSupport
import Testing

/// A ledger in a folder of its own, with the steps of a night.
struct LedgerFolder: Sendable {
    let folder: TemporaryFolder
    var jobs = 2
    var chunkSize = 1 << 20
    var energyModel = "flat-bloom"
    /// In the place of a built-in one.
    var energyModelText: String?
    var basis = IntensityBasis.direct
    var region = ""
    var model = ""
    /// Cells of one transaction, about; `nil` for as many as the product takes.
    var batchCells: Int?
    /// Whether known files are read again.
    var rereads = false
    /// The dimensions that have statistics of their own.
    var histogramDimensions: DimensionSet = []
    /// More choices of the method.
    var choose: @Sendable (inout Method) -> Void = { _ in }

    init() throws { folder = try TemporaryFolder() }

    var path: String { folder.path("flue.sqlite") }

    func method() throws -> Method {
        var method = Method(
            energyModel: try EnergyModel(
                energyModelText.map { try ConfigNode(yaml: $0, file: "test.yaml") }
                    ?? ConfigNode.named(energyModel, in: "models").node),
            regions: try RegionTable.builtin(),
            defaultEffectiveness: Estimate(exactly: PowerUsageEffectiveness(1_500_000)),
            defaultEffectivenessSource: "test", basis: basis)
        choose(&method)
        return method
    }

    @discardableResult
    func importMeter(_ text: String) throws -> Ledger.MeterImport {
        let file = try MeterFile(InputPaths.expand([folder.write(text, to: "meter.csv")])[0])
        return try Ledger(path: path, access: .write)
            .importMeter(file, release: "test", run: run("meter import"))
    }

    private func run(_ command: String) throws -> RunRecord {
        RunRecord(command: command, version: "test", method: try method())
    }

    @discardableResult
    func importGrid(_ path: String, source: String? = nil) throws -> Ledger.GridImport {
        let sources = try source.map { [try GridSource(named: $0)] } ?? GridSource.builtin()
        let file = try GridFile(InputPaths.expand([path])[0], sources: sources)
        return try Ledger(path: self.path, access: .write)
            .importGrid(file, release: "test", run: run("grid import"))
    }

    /// Runs `ingest` over files, and gives what became of each, in order of the paths.
    @discardableResult
    func ingest(
        _ paths: [String], dialect: String = "gateway", policy: RewritePolicy = .refuse,
        scope: String = ""
    ) throws -> [FileOutcome?] {
        var settings = try Settings.builtin()
        settings.method = try method()
        settings.statisticsDimensions = Settings.Dimension.allCases.filter {
            histogramDimensions.contains($0.set)
        }
        settings.dialect = dialect
        settings.defaultRegion = region
        settings.defaultModel = model
        settings.scope = scope
        var pipeline = try settings.pipeline(jobs: jobs)
        pipeline.chunkSize = chunkSize
        pipeline.rejectedLineLimit = .max
        let ledger = try Ledger(path: path, access: .write)
        let files = try InputPaths.expand(paths)
        let unchanged =
            try rereads
            ? [:]
            : Ingestion.unchanged(
                files, in: ledger, settings: settings, pipeline: pipeline, policy: policy)
        let ingestion = Ingestion(
            DeliveryOrder(files, known: Set(unchanged.keys)), settings: settings,
            pipeline: pipeline,
            policy: policy, unchanged: unchanged, version: "test",
            observer: RunObserver(logger: Logger(label: "test"), complain: { _ in }),
            batchCells: batchCells)
        let outcomes = try ingestion.run(into: ledger).outcomes
        return try InputPaths.expand(paths).map { outcomes[$0.name] }
    }

    /// Closes a month that is over, whatever it lacks.
    @discardableResult
    func close(_ month: String) throws -> MonthStatement? {
        let month = try #require(UTCMonth(month))
        let closing = try Ledger(path: path, access: .write).close(
            month, despite: Set(MonthStatement.Exception.Kind.allCases), unmatchedLimit: 0,
            now: month.hours.upperBound, run: run("close"))
        guard case .closed(let statement) = closing else { return nil }
        return statement
    }

    @discardableResult
    func restate(_ month: String? = nil, isDry: Bool = false) throws -> Ledger.Restating {
        try Ledger(path: path, access: .write).restate(
            month.flatMap { UTCMonth($0) }, reason: "test", isDry: isDry, run: run("restate"))
    }

    @discardableResult
    func prune(before month: String) throws -> Ledger.Pruning {
        try Ledger(path: path, access: .write)
            .prune(before: #require(UTCMonth(month)), run: run("prune"))
    }

    @discardableResult
    func forget(_ name: String) throws -> Ledger.Forgetting {
        try Ledger(path: path, access: .write)
            .forget(name, reason: "test", run: run("forget"))
    }

    /// The statements of the ledger, with the text of each.
    func statementTexts() throws -> [Int64: String] {
        let ledger = try Ledger(path: path, access: .read)
        var texts: [Int64: String] = [:]
        for statement in try ledger.statements() {
            try ledger.dump(statement) { texts[statement.id, default: ""] += $0 + "\n" }
        }
        return texts
    }

    /// Rows of a query, each as one line of text.
    func rows(_ sql: String) throws -> [String] { try databaseRows(of: path, sql) }

    /// The ledger's dump, and what it keeps of files, without what names a run, a time or a number that the database gave.
    func canonicalDump() throws -> String {
        let lines = try dump().split(separator: "\n").map(String.init)
        let queries = [
            """
            SELECT sha256, compression, plain_bytes, lines, counted, rejected, duplicate, skipped,
              first_request, last_request, state FROM source_files ORDER BY sha256
            """,
            """
            SELECT sha256, line, byte_offset, reason, field FROM rejects
            JOIN source_files USING (file_id) ORDER BY sha256, line
            """,
            "SELECT * FROM factors ORDER BY method, kind, subject, unit",
            "SELECT * FROM monthly_coverage ORDER BY month, region",
            """
            SELECT hex(sha256), reason, field, j.lines FROM reject_count AS j
            JOIN source_file USING (file_id) ORDER BY 1, 2, 3
            """,
        ]
        return try (lines + queries.flatMap(rows)).joined(separator: "\n")
    }

    /// As `verify --dump` writes it.
    func dump() throws -> String {
        var text = ""
        try Ledger(path: path, access: .read).dump { text += $0 + "\n" }
        return text
    }

    /// The laws that `verify` finds broken.
    func brokenLaws() throws -> [String] {
        try Ledger(path: path, access: .read).verify().filter { !$0.holds }.map {
            "\($0.law): \($0.detail)"
        }
    }

    /// Without a breakdown; `nil` for a month of which nothing is known.
    func report(_ month: String) throws -> MonthReport? {
        guard let month = UTCMonth(month) else { return nil }
        return try Ledger(path: path, access: .read).report(of: month, by: [])
    }

    /// Requests of the whole ledger.
    func requests() throws -> Int {
        Int(try rows("SELECT coalesce(sum(requests), 0) FROM monthly_emissions")[0]) ?? -1
    }
}
