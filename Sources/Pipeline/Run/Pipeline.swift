import Foundation

/// The run: files in, one partial a file out.
///
///     1-Read → 2-Decompress → 3-Split → 4-Parse → 5-Fold → 6-Partial
///
/// Workers are equal. Each takes a file, and chunk by chunk inflates, splits, parses and folds into a
/// table of its own; when no file waits, it helps with one that another worker began. The last worker
/// to leave a file adds up the shares. Sums are of integers, so who folded what does not matter.
package struct Pipeline: Sendable {
    /// Rejected lines that are kept with their place, per file. All are counted.
    package static let rejectLimit = 10_000
    /// Requests of one file whose ids are compared, 32 bytes each; of a file with more, none is.
    package static let idLimit = 10_000_000

    package struct Settings: Sendable {
        /// The dialects to choose from; one means no choice.
        package var dialects: [Dialect]
        package var declared = LogDeclarations()
        package var fold = FoldOptions()
        /// Threads.
        package var jobs = ProcessInfo.processInfo.activeProcessorCount
        /// Plain bytes of a chunk, about.
        package var chunkSize = 1 << 19
        /// Longest record, bytes.
        package var recordLimit = 64 << 20
        /// Plain bytes after which a file is refused.
        package var plainByteLimit: Int64 = 1 << 40
        /// Cells of one file after which it is refused.
        package var cellLimit = 1_000_000
        /// Models of one file that are told apart.
        package var modelLimit = 10_000
        /// Whether the whole lines of a file count that ends inside a frame or member; else it is tried again.
        package var takesTruncated = false
        /// A file is refused when over so many lines *and* over this share of them are rejected, and
        /// when all are.
        package var rejectedLineLimit = 100
        package var rejectedShareLimit = 0.01

        package init(dialects: [Dialect]) { self.dialects = dialects }

        /// A whole file that holds too many rejects is more likely misread than bad.
        func judged(_ outcome: Outcome) -> Outcome {
            // Of a part it is judged when the file is whole.
            guard case .partial(let partial) = outcome, partial.part == nil else { return outcome }
            let tally = partial.tally
            guard let first = partial.rejects.first else {
                let foreign = partial.skipCounts.filter(\.isForeign).reduce(0) { $0 + $1.lines }
                let known = partial.skipCounts.filter(\.isOfDialect).reduce(0) { $0 + $1.lines }
                guard tally.counted + tally.duplicate + known == 0, foreign > 0 else {
                    return outcome
                }
                return .failed(
                    .dialect(
                        problem: "none of its \(foreign) records are \(partial.dialect); "
                            + "is this the right --dialect? try: flue inspect"))
            }
            let isMany =
                tally.rejected > rejectedLineLimit
                && Double(tally.rejected) > rejectedShareLimit * Double(tally.lines)
            guard isMany || tally.counted + tally.duplicate == 0 else { return outcome }
            return .failed(
                .tooManyRejects(
                    rejected: tally.rejected, lines: tally.lines,
                    first: "line \(first.line) (\(first.description))"))
        }
    }

    /// What became of one file.
    package enum Outcome: Sendable {
        /// `prepare` said so.
        case skipped
        case partial(FilePartial)
        /// Nothing was kept.
        case failed(InputError)
    }

    /// What became of each file, with its number.
    package typealias Outcomes = OrderedHandOff<(index: Int, outcome: Outcome)>

    package let settings: Settings

    package init(_ settings: Settings) { self.settings = settings }

    /// Cells that may wait for a file before them, about 30 MB.
    private static let waitingCellLimit = 200_000

    /// Folds every file.
    ///
    /// - Parameters:
    ///   - stage: An earlier one than `fold` leaves out what comes after it.
    ///   - isMeasured: Whether files are not refused for what they hold.
    ///   - prepare: Asked once before a file is read, on a worker.
    ///   - progress: Told how many bytes of a file, as delivered, were read so far; on any worker.
    ///   - take: Receives each file's number and outcome, in the order of `files`, on a thread of its own.
    /// - Throws: What `prepare` or `take` threw first; files that were under way are then dropped.
    package func run(
        _ files: [InputFile], upTo stage: Stage = .fold, isMeasured: Bool = false,
        prepare: @Sendable (InputFile) throws -> FilePlan = { _ in .read() },
        progress: @Sendable (_ file: Int, _ bytes: Int64) -> Void = { _, _ in },
        take: @escaping @Sendable (Outcomes) throws -> Void
    ) throws {
        let outcomes = Outcomes(capacity: settings.jobs) {
            if case .partial(let partial) = $0.outcome { partial.cells.count } else { 0 }
        }
        try runBeside {
            defer { outcomes.close() }
            try take(outcomes)
        } _: {
            defer { outcomes.close() }
            try drive(
                files, upTo: stage, prepare: prepare, progress: progress,
                helpsFirst: { outcomes.waitingWeight > Self.waitingCellLimit },
                stop: { outcomes.close(failure: $0) }
            ) { [settings] _ in
                WorkerUse { task, outcome in
                    try outcomes.send(
                        (task.index, isMeasured ? outcome : settings.judged(outcome)),
                        at: HandOffPlace(file: task.index))
                }
            }
        }
    }

    /// The same, with each file's number and outcome given away as they come.
    package func run(
        _ files: [InputFile],
        prepare: @Sendable (InputFile) throws -> FilePlan = { _ in .read() },
        progress: @Sendable (_ file: Int, _ bytes: Int64) -> Void = { _, _ in },
        deliver: @escaping @Sendable (Int, Outcome) throws -> Void
    ) throws {
        try run(files, prepare: prepare, progress: progress) { outcomes in
            while let (index, outcome) = try outcomes.receive() { try deliver(index, outcome) }
        }
    }

    /// Folds a file once more, without requests that were counted before.
    ///
    /// - Parameters:
    ///   - excluded: How many `partial` leaves out.
    ///   - offsets: Where the records begin in the plain text of those that are to be left out.
    /// - Throws: ``UnreadableFile`` when the file cannot be read again, or not as before.
    package func recount(
        _ file: InputFile, _ partial: FilePartial, leavingOut excluded: Int,
        excluding offsets: Set<Int64>
    ) throws -> FilePartial {
        guard !file.isStandardInput else {
            throw UnreadableFile(
                name: "standard input",
                error: .dialect(
                    problem:
                        "\(offsets.count) of its requests were counted before, and standard input "
                        + "can be read only once; give the log as a file"))
        }
        var settings = settings
        settings.fold.excluded = offsets
        let task = FileTask(
            index: 0, file: file, settings: settings, registry: NameRegistry())
        switch settings.judged(task.foldAlone()) {
        case .partial(let other)
        where other.identity == partial.identity
            && other.tally.duplicate == partial.tally.duplicate - excluded + offsets.count:
            return partial.recounted(by: other)
        case .failed(let error): throw UnreadableFile(name: file.givenName, error: error)
        default: throw UnreadableFile(name: file.givenName, error: .changedWhileReading)
        }
    }
}
