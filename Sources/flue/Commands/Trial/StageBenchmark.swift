import Accounting
import Flows
import Foundation
import Grid
import Ledger
import Pipeline
import Reporting
import Setup

/// The stages of an ingest, measured.
struct StageBenchmark {
    let settings: Settings
    let pipeline: Pipeline.Settings
    let common: CommonOptions
    let logs: [InputFile]
    let grid: [InputFile]

    func run(_ runs: Int) throws -> StageTimes {
        var seconds: [String: [Double]] = [:]
        var plainBytes: Int64 = 0
        var records = 0
        for run in 0...runs {
            for stage in Pipeline.Stage.allCases {
                let begin = ContinuousClock.now
                let result = try Pipeline(pipeline).run(logs, upTo: stage)
                let elapsed = (ContinuousClock.now - begin).seconds
                if stage == .inflate { plainBytes = result.bytes }
                if stage == .fold { records = result.records }
                if run > 0 { seconds["\(stage)", default: []].append(elapsed) }
            }
            let elapsed = try commit()
            if run > 0 { seconds["commit", default: []].append(elapsed) }
        }
        let names = Pipeline.Stage.allCases.map { "\($0)" } + ["commit"]
        let floor = (seconds["inflate"] ?? []).median
        return StageTimes(
            version: Flue.version, files: logs.count,
            deliveredBytes: logs.reduce(0) { $0 + $1.size }, plainBytes: plainBytes,
            records: records,
            jobs: pipeline.jobs, cores: ProcessInfo.processInfo.activeProcessorCount,
            runs: runs,
            stages: names.map { name in
                let times = seconds[name] ?? []
                return StageTimes.Stage(
                    name: name, seconds: times, medianSeconds: times.median,
                    plainGigabytesPerSecond: Double(plainBytes) / 1e9 / times.median,
                    ratioToInflate: times.median / floor)
            },
            peakMemoryBytes: Self.peakMemory)
    }

    /// Seconds of one whole ingest into a new ledger. The grid is there before the clock starts.
    private func commit() throws -> Double {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("flue-bench-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("flue.sqlite").path
        do {
            let ledger = try Ledger(path: path, access: .write)
            let sources = try GridSource.builtin()
            for file in grid {
                _ = try ledger.importGrid(
                    try GridFile(file, sources: sources, zone: nil), release: file.shortName,
                    run: RunRecord(
                        command: "grid import", version: Flue.version, method: settings.method))
            }
        }
        let begin = ContinuousClock.now
        let ingestion = Ingestion(
            DeliveryOrder(logs), settings: settings, pipeline: pipeline, version: Flue.version,
            observer: common.observer("bench", logs, showsProgress: false))
        let summary = try ingestion.run(into: try Ledger(path: path, access: .write))
        let elapsed = (ContinuousClock.now - begin).seconds
        // What was refused took no time, and would shine.
        guard summary.isComplete else { throw IncompleteBenchmark() }
        return elapsed
    }

    /// Most memory that this process has held at once, bytes.
    private static var peakMemory: Int64 {
        var usage = rusage()
        // Safe: the call fills the struct that it is given.
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        #if os(Linux)
            return Int64(usage.ru_maxrss) * 1_024
        #else
            return Int64(usage.ru_maxrss)
        #endif
    }
}

/// Files were refused; what was measured says nothing.
struct IncompleteBenchmark: Error, CustomStringConvertible {
    let description = "files were refused, as named above; there is nothing to measure"
}

/// What `bench` found.
struct StageTimes: Codable {
    let version: String
    let files: Int
    let deliveredBytes: Int64
    let plainBytes: Int64
    /// Counted.
    let records: Int
    /// Threads.
    let jobs: Int
    let cores: Int
    let runs: Int
    let stages: [Stage]
    let peakMemoryBytes: Int64

    enum CodingKeys: String, CodingKey {
        case version, files, records, jobs, cores, runs, stages
        case deliveredBytes = "delivered_bytes"
        case plainBytes = "plain_bytes"
        case peakMemoryBytes = "peak_memory_bytes"
    }

    /// One stage with all before it.
    struct Stage: Codable {
        let name: String
        let seconds: [Double]
        let medianSeconds: Double
        let plainGigabytesPerSecond: Double
        let ratioToInflate: Double

        enum CodingKeys: String, CodingKey {
            case name, seconds
            case medianSeconds = "median_seconds"
            case plainGigabytesPerSecond = "plain_gb_per_second"
            case ratioToInflate = "ratio_to_inflate"
        }

        /// What the stage adds to the one before, for people.
        fileprivate var about: String {
            switch name {
            case "read": "the files as delivered"
            case "inflate": "decompressed: the floor"
            case "digest": "SHA-256 of the files"
            case "split": "chunks of whole lines"
            case "scan": "fields of each record found"
            case "parse": "and read"
            case "fold": "counted in cells: ingest --dry-run"
            default: "in the ledger: ingest"
            }
        }
    }

    var text: String {
        var table = TextTable([
            ("stage, with all before it", .left), ("", .left), ("seconds", .right),
            ("GB/s plain", .right), ("÷ inflate", .right),
        ])
        for stage in stages {
            table.add([
                stage.name, stage.about, Numbers.decimal(stage.medianSeconds, 3),
                Numbers.decimal(stage.plainGigabytesPerSecond, 2),
                Numbers.decimal(stage.ratioToInflate, 2),
            ])
        }
        return
            "\(Numbers.counted(Int64(files), "file")), \(Numbers.grouped(deliveredBytes)) bytes, "
            + "\(Numbers.grouped(plainBytes)) plain, "
            + "\(Numbers.counted(Int64(records), "record")); \(jobs) of \(cores) cores; "
            + "medians of \(Numbers.counted(Int64(runs), "run"))\n\n" + table.text
            + "\nPeak memory \(Numbers.decimal(Double(peakMemoryBytes) / 1_048_576, 0)) MiB\n"
    }
}

extension [Double] {
    /// The middle one, or the mean of the two in the middle; 0 of none.
    fileprivate var median: Double {
        guard !isEmpty else { return 0 }
        let ordered = sorted()
        return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
    }
}
