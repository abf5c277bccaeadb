import Accounting
import Configuration
import Foundation
import GRDB
import Grid
import Ledger
import Pipeline
import Synchronization
import TestSupport

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

    /// What `ingest` does with files, in order of the paths.
    @discardableResult
    func ingest(
        _ paths: [String], dialect: String = "gateway", policy: RewritePolicy = .refuse,
        scope: String = ""
    ) throws -> [FileOutcome?] {
        let ledger = try Ledger(path: path, access: .write)
        let order = DeliveryOrder(try InputPaths.expand(paths))
        var settings = Pipeline.Settings(dialects: [try Dialect(named: dialect)])
        settings.jobs = jobs
        settings.chunkSize = chunkSize
        settings.rejectedLineLimit = .max
        settings.fold.region = region
        settings.fold.model = model
        settings.fold.method = try method()
        settings.fold.histogramDimensions = histogramDimensions
        let intake = Intake(
            dialect: settings.dialects[0].name, dialectDigest: settings.dialects[0].digest,
            options: "region=\(region) model=\(model)" + (scope.isEmpty ? "" : " scope=\(scope)"),
            policy: policy,
            method: try method(), histogramDimensions: histogramDimensions, scope: scope)
        var plans: [InputFile: FilePlan] = [:]
        var known: [String: FileOutcome] = [:]
        var identities: [FileIdentity] = []
        var renamed: [FileIdentity] = []
        for file in order.files {
            switch try ledger.expectation(of: file, intake: intake) {
            case .unknown(let probeLengths, let plainProbeLengths):
                plans[file] = .read(
                    probeLengths: probeLengths + order.probeLengths(of: file),
                    plainProbeLengths: plainProbeLengths)
            case .known(let outcome, let identity):
                plans[file] = .skip
                known[file.name] = outcome
                identities.append(identity)
                if case .renamed = outcome { renamed.append(identity) }
            }
        }
        let files = order.files
        let arrivals = Mutex([Arrival]())
        let pipeline = Pipeline(settings)
        try pipeline.run(
            files, prepare: { [plans] in plans[$0] ?? .read() },
            deliver: { index, outcome in
                guard case .partial(let partial) = outcome else { return }
                let arrival = Arrival(index: index, partial: partial) { offsets in
                    try pipeline.recount(files[index], partial, excluding: offsets)
                }
                arrivals.withLock { $0.append(arrival) }
            })
        let commit = try ledger.commit(
            arrivals.withLock { $0 }, renamed: renamed,
            sightings: Ledger.Sightings(given: Set(files.map(\.name)), known: identities),
            run: run("ingest"), intake: intake)
        let outcomes = Dictionary(
            uniqueKeysWithValues: files.indices.map {
                (files[$0].name, commit.outcomes[$0] ?? known[files[$0].name])
            })
        return try InputPaths.expand(paths).map { outcomes[$0.name] ?? nil }
    }

    /// Rows of a query, each as one line of text.
    func rows(_ sql: String) throws -> [String] { try databaseRows(of: path, sql) }

    /// The ledger's dump, and what it keeps of files, without what names a run, a time or a number that the database gave.
    func canonicalDump() throws -> String {
        var lines: [String] = []
        try Ledger(path: path, access: .read).dump { lines.append($0) }
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
