/// What a run is for: what one worker of it does with what it has folded.
struct WorkerUse {
    /// Given the requests of each chunk where they are wanted by themselves; leaves out those that were listed before and
    /// returns how many.
    var chunk: (FileTask, _ sequence: Int, inout RequestChunk) throws -> Int = Self.settle
    /// Given the outcome of each file that this worker was the last to leave.
    let end: (FileTask, Pipeline.Outcome) throws -> Void

    /// Leaves requests that belong together with others to their file.
    static func settle(_ task: FileTask, _ sequence: Int, _ requests: inout RequestChunk) -> Int {
        task.settle(requests, chunk: sequence)
        return 0
    }
}

extension Pipeline {
    /// Drives workers over files, for whatever use.
    ///
    /// - Parameters:
    ///   - lastStage: An earlier one than `fold` leaves out what comes after it, for measuring.
    ///   - helpsFirst: Whether a file that others work on goes before one that waits.
    ///   - stop: Told what a worker threw, so that no other one waits for it.
    ///   - makeUse: Asked once by each worker; given the names of the run.
    func drive(
        _ files: [InputFile], upTo lastStage: Stage = .fold,
        prepare: @Sendable (InputFile) throws -> FilePlan,
        progress: @Sendable (_ file: Int, _ bytes: Int64) -> Void,
        helpsFirst: @Sendable () -> Bool, stop: @Sendable (any Error) -> Void,
        makeUse: @Sendable (NameRegistry) -> WorkerUse
    ) throws {
        let names = NameRegistry()
        let queue = FileQueue(
            files.enumerated().map {
                FileTask(index: $0, file: $1, settings: settings, registry: names)
            })
        try runWorkers(settings.jobs) { _ in
            var worker = Worker(settings, names)
            let use = makeUse(names)
            do {
                while let task = queue.next(helpsFirst: helpsFirst()) {
                    let fold = try worker.fold(
                        task, upTo: lastStage, prepare: prepare, progress: progress,
                        use: use.chunk)
                    if let outcome = task.leave(fold) { try use.end(task, outcome) }
                }
            } catch {
                queue.stop()
                if error is HandOffClosed { return }  // who closed it says why
                stop(error)
                throw error
            }
        }
    }
}

/// One thread's buffers; they live as long as the run.
struct Worker {
    private let settings: Pipeline.Settings
    private let registry: NameRegistry
    private var buffer: ChunkBuffer

    init(_ settings: Pipeline.Settings, _ registry: NameRegistry) {
        self.settings = settings
        self.registry = registry
        buffer = ChunkBuffer(capacity: min(settings.chunkSize, settings.recordLimit + 1))
    }

    /// Folds chunks of `task`, together with whoever else does, until the file ends.
    ///
    /// - Parameters:
    ///   - lastStage: An earlier one than `fold` leaves out what comes after it.
    ///   - use: As ``WorkerUse/chunk``.
    mutating func fold(
        _ task: FileTask, chunkLimit: Int = .max, upTo lastStage: Pipeline.Stage = .fold,
        prepare: (InputFile) throws -> FilePlan, progress: (Int, Int64) -> Void,
        use: (FileTask, _ sequence: Int, inout RequestChunk) throws -> Int = WorkerUse.settle
    ) throws -> FileFold {
        guard var step = try task.next(into: &buffer, prepare: prepare) else {
            return FileFold(settings.fold, registry)
        }
        var walk = RecordWalk(
            step.scanner, cutSlots: step.reader.cutSlots,
            sink: ChunkFolder(
                step.reader, options: settings.fold, registry: registry, upTo: lastStage))
        for chunks in 1... {
            progress(task.index, step.bytesRead)
            if lastStage > .split { try fold(step, of: task, &walk, use) }
            guard chunks < chunkLimit, let next = try task.next(into: &buffer, prepare: prepare)
            else { break }
            step = next
        }
        return walk.sink.file
    }

    private mutating func fold(
        _ step: FileTask.Step, of task: FileTask, _ walk: inout RecordWalk<ChunkFolder>,
        _ use: (FileTask, _ sequence: Int, inout RequestChunk) throws -> Int
    ) throws {
        if step.chunk.isOverlong {
            walk.sink.file.rejectOverlong(step.chunk)
        } else {
            walk.fold(step.chunk, headerLines: step.headerLines, &buffer)
        }
        if step.reader.settling != nil || settings.fold.listsRequests {
            var requests = walk.sink.takeRequests()
            let duplicates = try use(task, step.chunk.sequence, &requests)
            walk.sink.file.tally.counted -= duplicates
            walk.sink.file.tally.duplicate += duplicates
        }
        if walk.sink.file.cells.count > settings.cellLimit {
            task.fail(.tooManyCells(limit: settings.cellLimit))
        }
    }
}
