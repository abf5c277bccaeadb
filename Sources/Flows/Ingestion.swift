import Accounting
import Foundation
package import Ledger
import Logging
package import Pipeline
import Reporting
package import Setup
import Synchronization

/// One run of `ingest`: files through the pipeline and, as they come out, into the ledger.
package final class Ingestion: Sendable {
    private let settings: Settings
    private let pipeline: Pipeline.Settings
    private let policy: RewritePolicy
    private let order: DeliveryOrder
    /// Of the program, as runs are recorded with it.
    private let version: String
    private let observer: RunObserver
    private let state = Mutex(State())

    /// Cells of one commit, about: a transaction stays within SQLite's cache, and commits stay few.
    private static let commitCells = 400_000

    private struct State: Sendable {
        var hours: Set<Int> = []
        var methodChanged = false
        var summary = IngestSummary()
        var refused: [RefusedFile] = []
    }

    package init(
        _ order: DeliveryOrder, settings: Settings, pipeline: Pipeline.Settings,
        policy: RewritePolicy = .refuse, version: String, observer: RunObserver
    ) {
        self.order = order
        self.settings = settings
        self.pipeline = pipeline
        self.policy = policy
        self.version = version
        self.observer = observer
    }

    /// - Parameter ledger: `nil` leaves everything at a summary.
    package func run(into ledger: Ledger?) throws -> IngestSummary {
        let begin = ContinuousClock.now
        if let ledger {
            let screening = try screen(ledger)
            try fold(screening) { [self] outcomes in try commitAll(outcomes, screening, ledger) }
        } else {
            try dryRun()
        }
        observer.finish()
        return try state.withLock { state in
            state.summary.elapsed = ContinuousClock.now - begin
            state.summary.methodChanged = state.methodChanged
            state.summary.isDryRun = ledger == nil
            if let ledger {
                state.summary.unmatched = try ledger.unmatched(in: state.hours)
                    .suggesting(settings.method.regions.nearest)
                if state.methodChanged { state.summary.moves = try ledger.latestMoves() }
                state.summary.annualZones = try ledger.annualZones(in: state.hours)
            }
            state.summary.unmatchedPercentLimit = settings.limits.unmatchedPercent
            return state.summary
        }
    }

    /// Reads all and keeps nothing; requests that come twice are found among these files only.
    private func dryRun() throws {
        let finder = Mutex(DuplicateFinder())
        try fold(Screening()) { [self] outcomes in
            while let arrival = try receive(outcomes) {
                let offsets =
                    settings.duplicateWindowHours > 0
                    ? try finder.withLock { try $0.duplicates(in: arrival.partial.requestIDs) } : []
                record(.added, of: arrival.index, arrival.partial, duplicates: offsets.count)
            }
        }
    }

    // MARK: Before the logs are read

    private struct Screening: Sendable {
        var plans: [InputFile: FilePlan] = [:]
        var known: [(index: Int, outcome: FileOutcome)] = []
        var identities: [FileIdentity] = []
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
                case .unknown(let probeLengths, let plainProbeLengths):
                    screening.plans[file] = .read(
                        probeLengths: probeLengths + order.probeLengths(of: file),
                        plainProbeLengths: plainProbeLengths)
                case .known(let outcome, let identity):
                    screening.plans[file] = .skip
                    screening.known.append((index, outcome))
                    screening.identities.append(identity)
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
        _ screening: Screening, _ take: @escaping @Sendable (Pipeline.Outcomes) throws -> Void
    ) throws {
        try Pipeline(pipeline).run(
            order.files, prepare: { screening.plans[$0] ?? .read() },
            progress: observer.advance, take: take)
    }

    /// The next file that was folded; `nil` behind the last.
    private func receive(_ outcomes: Pipeline.Outcomes) throws -> Arrival? {
        while let (index, outcome) = try outcomes.receive() {
            let file = order.files[index]
            observer.advance(index, file.size)
            switch outcome {
            case .skipped: break
            case .failed(let error): fail(error, index)
            case .partial(let partial):
                observer.logger.info(
                    "file folded",
                    metadata: [
                        "file.name": "\(file.givenName)", "file.dialect": "\(partial.dialect)",
                        "lines": "\(partial.tally.lines)",
                        "lines.rejected": "\(partial.tally.rejected)",
                    ])
                return Arrival(index: index, partial: partial) { [pipeline] offsets in
                    try Pipeline(pipeline).recount(file, partial, excluding: offsets)
                }
            }
        }
        return nil
    }

    // MARK: Into the ledger

    /// Commits files as they arrive, some at a time, until the last.
    private func commitAll(
        _ outcomes: Pipeline.Outcomes, _ screening: Screening, _ ledger: Ledger
    ) throws {
        let run = RunRecord(command: "ingest", version: version, method: settings.method)
        var sightings = Ledger.Sightings(
            given: Set(order.files.map(\.name)), known: screening.identities)
        var postponed: [Arrival] = []
        var books: [Int: FilePartial] = [:]
        func take(_ commit: Ledger.Commit) {
            state.withLock { state in
                state.hours.formUnion(commit.hours)
                state.methodChanged = state.methodChanged || commit.methodChanged
            }
            for (index, partial) in books.sorted(by: { $0.key < $1.key }) {
                if let error = commit.failed[index] { fail(error, index) }
                if let outcome = commit.outcomes[index] {
                    record(outcome, of: index, commit.recounted[index] ?? partial)
                }
            }
            sightings = commit.sightings
            postponed = commit.postponed
            books = Dictionary(
                uniqueKeysWithValues: postponed.map { ($0.index, $0.partial.withoutCells) })
        }
        // Another name or another method is a reason to commit even when no file arrives.
        let mayHaveMoved =
            !screening.identities.isEmpty && screening.identities.count < order.files.count
        var isDue =
            try !screening.renamed.isEmpty || mayHaveMoved || !ledger.rests(on: settings.method)
        var next = try receive(outcomes)
        while isDue || next != nil {
            var cells = 0
            take(
                try ledger.commit(
                    renamed: isDue ? screening.renamed : [], sightings: sightings,
                    postponed: postponed, run: run, intake: intake
                ) {
                    guard cells < Self.commitCells else { return nil }
                    guard let arrival = try next ?? receive(outcomes) else { return nil }
                    next = nil
                    cells += arrival.partial.cells.count
                    books[arrival.index] = arrival.partial.withoutCells
                    return arrival
                })
            isDue = false
            next = try receive(outcomes)
        }
        // When all else is in: a run that only refuses leaves that behind as well.
        if !postponed.isEmpty {
            take(
                try ledger.commit(
                    sightings: sightings, postponed: postponed, isLast: true, run: run,
                    intake: intake
                ) { nil })
        }
        let refused = state.withLock { $0.refused }
        if !refused.isEmpty {
            _ = try ledger.commit(refused: refused, run: run, intake: intake) { nil }
        }
    }

    /// - Parameter partial: `nil` when the file was not read.
    private func record(
        _ outcome: FileOutcome, of index: Int, _ partial: FilePartial?, duplicates: Int = 0
    ) {
        let file = order.files[index]
        state.withLock { $0.summary.add(outcome, of: file.name, partial, duplicates: duplicates) }
        if let partial, outcome.isCounted {
            for remark in partial.remarks + partial.losses {
                observer.complain("\(file.givenName): \(remark)")
            }
        }
        guard let problem = outcome.problem else { return }
        state.withLock { $0.refused.append(RefusedFile(file, problem: problem)) }
        observer.complain("\(file.givenName): \(problem)")
    }

    private func fail(_ error: InputError, _ index: Int) {
        let file = order.files[index]
        observer.complain("\(file.givenName): \(error.message)")
        state.withLock { state in
            state.summary.add(error)
            if !error.isDeferred { state.refused.append(RefusedFile(file, problem: error.message)) }
        }
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
            duplicateWindowHours: settings.duplicateWindowHours, scope: settings.scope
        ) { [self] name, notice in
            let given = order.files.first { $0.name == name }?.givenName ?? name
            observer.complain("\(given): \(notice.text)")
        }
    }
}

extension RewriteNotice {
    /// What is about to happen.
    fileprivate var text: String {
        switch self {
        case .replaces(let requests, let others):
            "takes away \(Numbers.counted(requests, "request")) that were counted from this name or of these bytes, "
                + "and puts \(Numbers.grouped(others)) in their place (--on-rewrite replace)"
        case .adds(let requests, let others):
            "adds \(Numbers.counted(requests, "request")) to the \(Numbers.grouped(others)) that are counted from this name "
                + "(--on-rewrite add); make sure that none is among both"
        case .addsFork(let requests, let origin):
            "adds all its \(Numbers.counted(requests, "request")), though it begins with some that are counted in "
                + "\((origin as NSString).lastPathComponent) (--on-rewrite add)"
        }
    }
}

extension FileOutcome {
    /// Whether the file's lines are in the ledger now.
    var isCounted: Bool { self == .added || self == .grown || self == .replaced }

    /// Why a file was not taken in, and what to do; `nil` when all is well.
    var problem: String? {
        switch self {
        case .rewritten:
            "is known by this name with other content; nothing was changed; if the log was rotated, give its rotated "
                + "files in the same run (they tell); if it was written anew, say so with --on-rewrite replace (the "
                + "known requests go) or add (they stay)"
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
