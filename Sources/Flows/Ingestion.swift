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
    private let intake: Intake
    private let order: DeliveryOrder
    /// Cells of one transaction, about.
    private let batchCells: Int
    /// Files that have not changed since their bytes were known.
    private let unchanged: [InputFile: FileIdentity]
    /// Of the program, as runs are recorded with it.
    private let version: String
    private let observer: RunObserver
    private let state = Mutex(State())

    private struct State: Sendable {
        var hours: Set<Int> = []
        var methodChanged = false
        var summary = IngestSummary()
        var refused: [RefusedFile] = []
        /// By place: files whose bytes the ledger knows now, and did not know to be unchanged.
        var known: [Int: [UInt8]] = [:]
    }

    package init(
        _ order: DeliveryOrder, settings: Settings, pipeline: Pipeline.Settings,
        policy: RewritePolicy = .refuse, unchanged: [InputFile: FileIdentity] = [:],
        version: String, observer: RunObserver, batchCells: Int? = nil
    ) {
        self.order = order
        self.batchCells = batchCells ?? Batch.cellLimit
        self.unchanged = unchanged
        self.settings = settings
        self.pipeline = pipeline
        intake = Self.intake(settings, pipeline, policy) { name, notice in
            let given = order.files.first { $0.name == name }?.givenName ?? name
            observer.complain("\(given): \(notice.text)")
        }
        self.version = version
        self.observer = observer
    }

    /// - Parameter ledger: `nil` leaves everything at a summary.
    package func run(into ledger: Ledger?) throws -> IngestSummary {
        let begin = ContinuousClock.now
        if let ledger {
            let screening = try screen(ledger)
            try fold(screening) { [self] outcomes in try commitAll(outcomes, screening, ledger) }
            let known = state.withLock { $0.known }.sorted { $0.key < $1.key }
            if !known.isEmpty {
                try ledger.endRun(
                    known: known.map { (order.files[$0.key], $0.value) }, intake: intake)
            }
        } else {
            try dryRun()
        }
        observer.finish()
        return try state.withLock { state in
            try state.summary.finish(
                state.hours, methodChanged: state.methodChanged, since: begin, ledger, settings)
            return state.summary
        }
    }

    /// Reads all and keeps nothing; requests that come twice are found among these files only.
    private func dryRun() throws {
        try fold(Screening()) { [self] outcomes in
            var batch = Batch(cellLimit: batchCells)
            while let delivery = try receive(outcomes) {
                try batch.append(delivery)
                batch.dropCells()
            }
            let duplicates =
                settings.duplicateWindowHours > 0
                ? try DuplicateSearch.duplicates(
                    in: batch.deliveries.map { DuplicateSearch.Entry($0.partial.requestIDs) }) : []
            for (place, delivery) in batch.deliveries.enumerated() {
                record(
                    .added, of: delivery.number, delivery.partial,
                    duplicates: duplicates.isEmpty ? 0 : duplicates[place].count)
            }
        }
    }

    // MARK: Before the logs are read

    private struct Screening: Sendable {
        var plans: [InputFile: FilePlan] = [:]
        var known: [(index: Int, outcome: FileOutcome)] = []
        /// Of files that need not be read.
        var identitiesByFile: [Int: FileIdentity] = [:]
        var identities: [FileIdentity] { Array(identitiesByFile.values) }
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
                expectation =
                    if let identity = unchanged[file] {
                        .known(.unchanged, identity)
                    } else {
                        try ledger.expectation(of: file, intake: intake)
                    }
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
                    screening.identitiesByFile[index] = identity
                    if case .renamed = outcome { screening.renamed.append(identity) }
                }
            }
        }
        let result = screening.withLock { $0 }
        for (index, outcome) in result.known.sorted(by: { $0.index < $1.index }) {
            record(outcome, of: index, nil)
        }
        state.withLock { state in
            for (index, identity) in result.identitiesByFile where unchanged[files[index]] == nil {
                state.known[index] = identity.sha256
            }
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
    private func receive(_ outcomes: Pipeline.Outcomes) throws -> Delivery? {
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
                return Delivery(number: index, partial: partial)
            }
        }
        return nil
    }

    /// Counts files once more, without the requests that begin at those offsets. A file that cannot be read again is left
    /// out, and that is said.
    private func recount(
        _ deliveries: [Delivery], excluding offsets: [Int: Set<Int64>]
    ) throws -> [Delivery] {
        let partials = Mutex<[Int: FilePartial]>([:])
        let failures = Mutex<[Int: InputError]>([:])
        let affected = deliveries.filter { offsets[$0.number] != nil }
        try runEach(affected.count, jobs: pipeline.jobs) { index in
            let delivery = affected[index]
            let file = order.files[delivery.number]
            do {
                let partial = try Pipeline(pipeline).recount(
                    file, delivery.partial, leavingOut: delivery.excluded.count,
                    excluding: offsets[delivery.number] ?? [])
                partials.withLock { $0[delivery.number] = partial }
            } catch let unreadable as UnreadableFile {
                failures.withLock { $0[delivery.number] = unreadable.error }
            }
        }
        return deliveries.compactMap { delivery in
            var delivery = delivery
            if let error = failures.withLock({ $0[delivery.number] }) {
                fail(error, delivery.number)
                return nil
            }
            if let partial = partials.withLock({ $0[delivery.number] }) {
                delivery.partial = partial
                delivery.excluded = offsets[delivery.number] ?? []
            }
            return delivery
        }
    }

    // MARK: Into the ledger

    /// Loads files as they arrive, a batch at a time while the next is folded, until the last.
    private func commitAll(
        _ outcomes: Pipeline.Outcomes, _ screening: Screening, _ ledger: Ledger
    ) throws {
        let run = RunRecord(command: "ingest", version: version, method: settings.method)
        var sightings = Ledger.Sightings(
            given: Set(order.files.map(\.name)), known: screening.identities)
        var postponed = Batch(cellLimit: batchCells)
        func load(
            _ deliveries: [Delivery], renamed: [FileIdentity] = [], refused: [RefusedFile] = [],
            waiting: Ledger.Waiting
        ) throws {
            var deliveries = deliveries
            while true {
                let load = try ledger.load(
                    deliveries, renamed: renamed, sightings: sightings, refused: refused,
                    waiting: waiting, run: run, intake: intake)
                switch load {
                case .leavesOut(let offsets):
                    deliveries = try recount(deliveries, excluding: offsets)
                case .committed(let commit):
                    sightings = commit.sightings
                    enter(commit, deliveries)
                    for delivery in deliveries where commit.postponed.contains(delivery.number) {
                        try postponed.append(delivery)
                        if postponed.isFull { postponed.dropCells() }
                    }
                    return
                }
            }
        }
        // Requests of a file that is replaced may stand in any other now.
        let isReplacing =
            try intake.policy == .replace
            && ledger.counts(
                anyOf: order.files.enumerated().compactMap { index, file in
                    screening.identitiesByFile[index] == nil ? file.name : nil
                })
        let waiting: Ledger.Waiting = isReplacing ? .counted : .named
        // Another name or another method is a reason to commit even when no file arrives.
        let mayHaveMoved =
            !screening.identities.isEmpty && screening.identities.count < order.files.count
        var renamed = screening.renamed
        var isDue = try !renamed.isEmpty || mayHaveMoved || !ledger.rests(on: settings.method)
        var batch = Batch(cellLimit: batchCells)
        repeat {
            batch = Batch(cellLimit: batchCells)
            while !batch.isFull, let delivery = try receive(outcomes) { try batch.append(delivery) }
            if isDue || !batch.deliveries.isEmpty {
                try load(batch.deliveries, renamed: renamed, waiting: waiting)
            }
            isDue = false
            renamed = []
        } while batch.isFull
        // When all else is in: a run that only refuses leaves that behind as well. Between files that are replaced requests
        // may have moved in any direction, so that these go together, however many cells they have.
        let parts = isReplacing ? [postponed.deliveries] : postponed.parts
        for part in parts where !part.isEmpty {
            let wanted = part.filter { postponed.incomplete.contains($0.number) }
            let offsets = wanted.map { ($0.number, $0.excluded) }
            let whole = try recount(part, excluding: Dictionary(uniqueKeysWithValues: offsets))
            try load(whole, waiting: .none)
        }
        let refused = state.withLock { $0.refused }
        if !refused.isEmpty { try load([], refused: refused, waiting: .none) }
    }

    /// Notes what became of the files of a batch.
    private func enter(_ commit: Ledger.Commit, _ deliveries: [Delivery]) {
        state.withLock { state in
            state.hours.formUnion(commit.hours)
            state.methodChanged = state.methodChanged || commit.methodChanged
        }
        for delivery in deliveries {
            guard let outcome = commit.outcomes[delivery.number] else { continue }
            if outcome.problem == nil {
                state.withLock {
                    $0.known[delivery.number] = delivery.partial.identity.sha256
                }
            }
            record(outcome, of: delivery.number, delivery.partial)
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

    /// Of some files, those that a run would find unchanged, as the system says that nothing has changed since their bytes
    /// were known.
    package static func unchanged(
        _ files: [InputFile], in ledger: Ledger, settings: Settings, pipeline: Pipeline.Settings,
        policy: RewritePolicy = .refuse
    ) throws -> [InputFile: FileIdentity] {
        try ledger.unchanged(files, intake: intake(settings, pipeline, policy, announce: nil))
    }

    /// What else than the bytes decides how a file is counted.
    static func intake(
        _ settings: Settings, _ pipeline: Pipeline.Settings, _ policy: RewritePolicy,
        announce: (@Sendable (_ name: String, RewriteNotice) -> Void)?
    ) -> Intake {
        let dimensions = settings.dimensions.map(\.rawValue).joined(separator: "+")
        let known = pipeline.dialects.count == 1 ? pipeline.dialects.first : nil
        return Intake(
            dialect: known?.name, dialectDigest: known?.digest,
            options: "region=\(settings.defaultRegion) model=\(settings.defaultModel) "
                + "dimensions=\(dimensions)\(pipeline.declared.text)"
                + (settings.scope.isEmpty ? "" : " scope=\(settings.scope)"),
            policy: policy, method: settings.method,
            histogramDimensions: pipeline.fold.histogramDimensions,
            duplicateWindowHours: settings.duplicateWindowHours, scope: settings.scope,
            announce: announce)
    }
}

extension RewriteNotice {
    /// What is about to happen.
    var text: String {
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
        case .bundled(let name):
            "would take the place of \((name as NSString).lastPathComponent), whose cells stand in a bundle with others' "
                + "(flue prune); nothing was changed; deliver what is new in a file of its own"
        case .continuesForgotten(let name):
            "goes on where \((name as NSString).lastPathComponent) ended, which was forgotten (flue forget); nothing was "
                + "changed; deliver what may be counted in a file of its own"
        case .added, .unchanged, .renamed, .recompressed, .superseded, .grown, .replaced,
            .forgotten:
            nil
        }
    }
}
