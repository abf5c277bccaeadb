import Accounting
import Foundation
import Ledger
import Logging
import Pipeline
import Synchronization

/// One run of `ingest`: files through the pipeline, batch by batch into the ledger.
struct Ingestion {
    let settings: Settings
    let pipeline: Pipeline.Settings
    let policy: RewritePolicy
    let common: CommonOptions
    let showsProgress: Bool

    /// Cells that wait for a commit, at most about: memory stays bounded, commits stay few.
    private static let batchCells = 400_000

    private struct State: Sendable {
        /// Outcomes by number that wait for those before them: files are taken in in their order, so which
        /// of two copies counts does not depend on threads.
        var finished: [Int: FilePartial?] = [:]
        var next = 0
        var waiting: [Arrival] = []
        var waitingCells = 0
        var renamed: [FileIdentity] = []
        var hours: Set<Int> = []
        var methodChanged = false
        var summary = IngestSummary()
    }

    /// - Parameter ledger: `nil` leaves everything at a summary.
    func run(_ unordered: [InputFile], ledger: Ledger?) throws -> IngestSummary {
        let order = DeliveryOrder(unordered)
        let files = order.files
        let logger = common.logger("ingest")
        let progress = Progress(files, isEnabled: showsProgress)
        let state = Mutex(State())
        let run = RunRecord(command: "ingest", version: Flue.version, method: settings.method)
        let begin = ContinuousClock.now
        let intake = self.intake

        try Pipeline(pipeline).run(
            files,
            prepare: { file in
                guard let ledger else { return .read() }
                switch try ledger.expectation(of: file, intake: intake) {
                case .unknown(let probeLengths):
                    return .read(probeLengths: probeLengths + order.probeLengths(of: file))
                case .known(let outcome, let identity):
                    state.withLock { state in
                        record(outcome, of: file, nil, &state, progress)
                        if case .renamed = outcome { state.renamed.append(identity) }
                    }
                    return .skip
                }
            },
            progress: progress.update,
            deliver: { index, outcome in
                let file = files[index]
                progress.update(index, file.size)
                var finished: FilePartial?
                switch outcome {
                case .skipped: break
                case .failed(let error):
                    progress.clear()
                    common.complain("\(file.shortName): \(error.message)")
                    state.withLock { $0.summary.add(error) }
                case .partial(let partial):
                    finished = partial
                    logger.info(
                        "file folded",
                        metadata: [
                            "file.name": "\(file.shortName)", "file.dialect": "\(partial.dialect)",
                            "lines": "\(partial.tally.lines)",
                            "lines.rejected": "\(partial.tally.rejected)",
                        ])
                }
                try state.withLock { state in
                    state.finished[index] = .some(finished)
                    while let partial = state.finished.removeValue(forKey: state.next) {
                        if let partial {
                            state.waiting.append(Arrival(index: state.next, partial: partial))
                            state.waitingCells += partial.cells.count
                        }
                        state.next += 1
                    }
                    if state.waitingCells > Self.batchCells {
                        try commit(&state, files, run, ledger, progress)
                    }
                }
            })
        progress.clear()
        return try state.withLock { state in
            let isNewMethod = try ledger.map { try !$0.rests(on: settings.method) } ?? false
            if isNewMethod || !state.waiting.isEmpty || !state.renamed.isEmpty {
                try commit(&state, files, run, ledger, progress)
            }
            state.summary.elapsed = ContinuousClock.now - begin
            state.summary.methodChanged = state.methodChanged
            state.summary.isDryRun = ledger == nil
            if let ledger { state.summary.unmatched = try ledger.unmatched(in: state.hours) }
            state.summary.unmatchedPercentLimit = settings.limits.unmatchedPercent
            return state.summary
        }
    }

    private func commit(
        _ state: inout State, _ files: [InputFile], _ run: RunRecord, _ ledger: Ledger?,
        _ progress: Progress
    ) throws {
        let arrivals = state.waiting
        var outcomes = Dictionary(
            uniqueKeysWithValues: arrivals.map { ($0.index, FileOutcome.added) })
        if let ledger {
            let commit = try ledger.commit(
                arrivals, renamed: state.renamed, run: run, intake: intake)
            outcomes = commit.outcomes
            state.hours.formUnion(commit.hours)
            state.methodChanged = state.methodChanged || commit.methodChanged
        }
        for arrival in arrivals {
            guard let outcome = outcomes[arrival.index] else { continue }
            record(outcome, of: files[arrival.index], arrival.partial, &state, progress)
        }
        state.waiting = []
        state.waitingCells = 0
        state.renamed = []
    }

    private func record(
        _ outcome: FileOutcome, of file: InputFile, _ partial: FilePartial?,
        _ state: inout State, _ progress: Progress
    ) {
        state.summary.add(outcome, partial)
        guard let problem = outcome.problem else { return }
        progress.clear()
        common.complain("\(file.shortName): \(problem)")
    }

    /// What else than the bytes decides how a file is counted.
    private var intake: Intake {
        let dimensions = settings.dimensions.map(\.rawValue).joined(separator: "+")
        let known = pipeline.dialects.count == 1 ? pipeline.dialects.first : nil
        return Intake(
            dialect: known?.name, dialectDigest: known?.digest,
            options: "region=\(settings.defaultRegion) model=\(settings.defaultModel) "
                + "dimensions=\(dimensions)",
            policy: policy)
    }
}

extension CommonOptions {
    /// Prints what went wrong with one file. Shown even when quiet: silence would hide it.
    func complain(_ line: String) { StandardError.write("flue: \(line)") }
}

extension FileOutcome {
    /// Why a file was not taken in, and what to do; `nil` when all is well.
    var problem: String? {
        switch self {
        case .rewritten:
            "is known by this name with other content; nothing was changed; "
                + "say what to do with --on-rewrite replace or add"
        case .forked(let name):
            "begins with requests that are counted in \((name as NSString).lastPathComponent) and goes on "
                + "otherwise; nothing was changed; to count all of it, add --on-rewrite add"
        case .otherwiseCounted(let options):
            "was counted before with other options (\(options)); nothing was changed; "
                + "to count it anew, add --on-rewrite replace"
        case .added, .unchanged, .renamed, .recompressed, .superseded, .grown, .replaced: nil
        }
    }
}
