import Accounting
import Foundation
import Ledger
import Logging
import Pipeline
import Synchronization

/// One run of `ingest`: files through the pipeline and, as they come out, into the ledger.
final class Ingestion: Sendable {
    private let settings: Settings
    private let pipeline: Pipeline.Settings
    private let policy: RewritePolicy
    private let common: CommonOptions
    private let order: DeliveryOrder
    private let progress: Progress
    private let state = Mutex(State())

    /// Cells of one commit, about: a transaction stays within SQLite's cache, and commits stay few.
    private static let commitCells = 400_000

    private struct State: Sendable {
        var hours: Set<Int> = []
        var methodChanged = false
        var summary = IngestSummary()
    }

    init(
        _ files: [InputFile], settings: Settings, pipeline: Pipeline.Settings,
        policy: RewritePolicy, common: CommonOptions, showsProgress: Bool
    ) {
        self.settings = settings
        self.pipeline = pipeline
        self.policy = policy
        self.common = common
        order = DeliveryOrder(files)
        progress = Progress(order.files, isEnabled: showsProgress)
    }

    /// - Parameter ledger: `nil` leaves everything at a summary.
    func run(into ledger: Ledger?) throws -> IngestSummary {
        let begin = ContinuousClock.now
        if let ledger {
            let screening = try screen(ledger)
            let mailbox = Mailbox<Arrival>(capacity: pipeline.jobs)
            try runBeside { [self] in
                do { try commitAll(mailbox, screening.renamed, ledger) } catch {
                    mailbox.close()
                    throw error
                }
            } _: {
                do { try fold(plans: screening.plans) { try mailbox.send($0) } } catch {
                    mailbox.close(failure: error)
                    throw error
                }
                mailbox.close()
            }
        } else {
            try dryRun()
        }
        progress.clear()
        return try state.withLock { state in
            state.summary.elapsed = ContinuousClock.now - begin
            state.summary.methodChanged = state.methodChanged
            state.summary.isDryRun = ledger == nil
            if let ledger {
                state.summary.unmatched = try ledger.unmatched(in: state.hours)
                    .suggesting(settings.method.regions.nearest)
                state.summary.annualZones = try ledger.annualZones(in: state.hours)
            }
            state.summary.unmatchedPercentLimit = settings.limits.unmatchedPercent
            return state.summary
        }
    }

    /// Reads all and keeps nothing; requests that come twice are found among these files only.
    private func dryRun() throws {
        let finder = Mutex(DuplicateFinder())
        try fold(plans: [:]) { [self] arrival in
            let offsets =
                settings.duplicateWindowHours > 0
                ? try finder.withLock { try $0.duplicates(in: arrival.partial.requestIDs) } : []
            record(.added, of: arrival.index, arrival.partial, duplicates: offsets.count)
        }
    }

    // MARK: Before the logs are read

    private struct Screening: Sendable {
        var plans: [InputFile: FilePlan] = [:]
        var known: [(index: Int, outcome: FileOutcome)] = []
        var renamed: [FileIdentity] = []
        var failed: [(index: Int, error: InputError)] = []
    }

    /// Finds out which files need not be read, because their bytes are known.
    private func screen(_ ledger: Ledger) throws -> Screening {
        let screening = Mutex(Screening())
        let files = order.files
        try runEach(files.count, jobs: pipeline.jobs) { index in
            let file = files[index]
            let expectation: Expectation
            do {
                expectation = try ledger.expectation(of: file, intake: intake)
            } catch let error as InputError {
                screening.withLock { screening in
                    screening.plans[file] = .skip
                    screening.failed.append((index, error))
                }
                return
            }
            screening.withLock { screening in
                switch expectation {
                case .unknown(let probeLengths):
                    screening.plans[file] = .read(
                        probeLengths: probeLengths + order.probeLengths(of: file))
                case .known(let outcome, let identity):
                    screening.plans[file] = .skip
                    screening.known.append((index, outcome))
                    if case .renamed = outcome { screening.renamed.append(identity) }
                }
            }
        }
        let result = screening.withLock { $0 }
        for (index, outcome) in result.known.sorted(by: { $0.index < $1.index }) {
            record(outcome, of: index, nil)
        }
        for (index, error) in result.failed.sorted(by: { $0.index < $1.index }) {
            fail(error, index)
        }
        return result
    }

    // MARK: Reading

    /// Folds all files and hands each on in the order of delivery, so which of two copies counts does not
    /// depend on threads.
    private func fold(
        plans: [InputFile: FilePlan], _ deliver: @Sendable (Arrival) throws -> Void
    ) throws {
        let logger = common.logger("ingest")
        try Pipeline(pipeline).run(
            order.files, prepare: { plans[$0] ?? .read() }, progress: progress.update,
            deliver: { index, outcome in
                let file = order.files[index]
                progress.update(index, file.size)
                switch outcome {
                case .skipped: break
                case .failed(let error): fail(error, index)
                case .partial(let partial):
                    logger.info(
                        "file folded",
                        metadata: [
                            "file.name": "\(file.shortName)", "file.dialect": "\(partial.dialect)",
                            "lines": "\(partial.tally.lines)",
                            "lines.rejected": "\(partial.tally.rejected)",
                        ])
                    try deliver(
                        Arrival(index: index, partial: partial) { [pipeline] offsets in
                            try Pipeline(pipeline).recount(file, partial, excluding: offsets)
                        })
                }
            })
    }

    // MARK: Into the ledger

    /// Commits files as they arrive, some at a time, until the last.
    private func commitAll(
        _ mailbox: Mailbox<Arrival>, _ renamed: [FileIdentity], _ ledger: Ledger
    ) throws {
        let run = RunRecord(command: "ingest", version: Flue.version, method: settings.method)
        // Another name or another method is a reason to commit even when no file arrives.
        var isDue = try !renamed.isEmpty || !ledger.rests(on: settings.method)
        var renamed = renamed
        var next = try mailbox.receive()
        while isDue || next != nil {
            var books: [(index: Int, partial: FilePartial)] = []
            var cells = 0
            let commit = try ledger.commit(renamed: renamed, run: run, intake: intake) {
                guard cells < Self.commitCells else { return nil }
                guard let arrival = try next ?? mailbox.receive() else { return nil }
                next = nil
                cells += arrival.partial.cells.count
                books.append((arrival.index, arrival.partial.withoutCells))
                return arrival
            }
            state.withLock { state in
                state.hours.formUnion(commit.hours)
                state.methodChanged = state.methodChanged || commit.methodChanged
            }
            for (index, partial) in books {
                if let error = commit.failed[index] { fail(error, index) }
                if let outcome = commit.outcomes[index] {
                    record(outcome, of: index, commit.recounted[index] ?? partial)
                }
            }
            isDue = false
            renamed = []
            next = try mailbox.receive()
        }
    }

    /// - Parameter partial: `nil` when the file was not read.
    private func record(
        _ outcome: FileOutcome, of index: Int, _ partial: FilePartial?, duplicates: Int = 0
    ) {
        let file = order.files[index]
        state.withLock { $0.summary.add(outcome, partial, duplicates: duplicates) }
        if let partial, outcome.isCounted {
            for remark in partial.remarks {
                progress.clear()
                common.complain("\(file.shortName): \(remark)")
            }
        }
        guard let problem = outcome.problem else { return }
        progress.clear()
        common.complain("\(file.shortName): \(problem)")
    }

    private func fail(_ error: InputError, _ index: Int) {
        progress.clear()
        common.complain("\(order.files[index].shortName): \(error.message)")
        state.withLock { $0.summary.add(error) }
    }

    /// What else than the bytes decides how a file is counted.
    private var intake: Intake {
        let dimensions = settings.dimensions.map(\.rawValue).joined(separator: "+")
        let known = pipeline.dialects.count == 1 ? pipeline.dialects.first : nil
        return Intake(
            dialect: known?.name, dialectDigest: known?.digest,
            options: "region=\(settings.defaultRegion) model=\(settings.defaultModel) "
                + "dimensions=\(dimensions)\(pipeline.declared.text)"
                + (settings.scope.isEmpty ? "" : " scope=\(settings.scope)"),
            policy: policy, method: settings.method,
            histogramDimensions: pipeline.fold.histogramDimensions,
            duplicateWindowHours: settings.duplicateWindowHours, scope: settings.scope)
    }
}

extension CommonOptions {
    /// Prints what went wrong with one file. Shown even when quiet: silence would hide it.
    func complain(_ line: String) { StandardError.write("flue: \(line)") }
}

extension FileOutcome {
    /// Whether the file's lines are in the ledger now.
    var isCounted: Bool { self == .added || self == .grown || self == .replaced }

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
        case .counted(let name):
            "is about the same hours as \((name as NSString).lastPathComponent), and one of the two holds sums "
                + "of requests: both together would count them twice; nothing was changed; if it is about "
                + "other traffic, say whose with --scope NAME; if it is a later state of that report, "
                + "deliver it under that name with --on-rewrite replace"
        case .added, .unchanged, .renamed, .recompressed, .superseded, .grown, .replaced: nil
        }
    }
}
