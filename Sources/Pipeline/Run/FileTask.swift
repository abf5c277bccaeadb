import Accounting
import Synchronization

/// What the caller knows about a file before it is read.
package enum FilePlan: Sendable {
    /// Its content is known; it is not read again.
    case skip
    /// - Parameters:
    ///   - probeLengths: After so many bytes the digest so far is kept.
    ///   - plainProbeLengths: The same, of plain bytes.
    case read(probeLengths: [Int64] = [], plainProbeLengths: [Int64] = [])
}

/// One file on its way through the pipeline, shared by the workers that help with it.
///
/// A worker takes the lock on the stream, inflates one chunk into its own buffer, lets go, and folds:
/// so inflating and folding overlap without a queue between them, and memory is one buffer a worker.
final class FileTask: Sendable {
    /// What workers read from, one at a time.
    private struct Stream {
        var splitter: ChunkSplitter?
        var dialect: Dialect?
        var reader: RequestReader?
        var scanner: RecordScanner?
    }

    /// What workers leave behind.
    private struct Books {
        var workers = 0
        var isEnded = false
        var isDelivered = false
        var fold = FileFold()
        var failure: InputError?
        var identity: FileIdentity?
        var plain: PlainSummary?
        var dialect: Dialect?
        var reader: RequestReader?
        var others: [String] = []
        var head: FileHead?
        var isSkipped = false
    }

    let index: Int
    let file: InputFile
    private let settings: Pipeline.Settings
    private let stream: Mutex<Stream>
    private let books: Mutex<Books>
    /// Of a dialect whose records belong together.
    private let settlement = Mutex<Settlement?>(nil)

    private let keepsHead: Bool
    private let registry: NameRegistry

    /// - Parameter keepsHead: Whether ``recognition`` will be asked for.
    init(
        index: Int, file: InputFile, settings: Pipeline.Settings, registry: NameRegistry,
        keepsHead: Bool = false
    ) {
        self.registry = registry
        self.index = index
        self.keepsHead = keepsHead
        self.file = file
        self.settings = settings
        stream = Mutex(Stream())
        books = Mutex(Books())
    }

    /// The dialect of the file and the beginning that shows it, once it was opened.
    var recognition: (dialect: Dialect?, head: FileHead?) {
        books.withLock { ($0.dialect, $0.head) }
    }

    var isEnded: Bool { books.withLock { $0.isEnded } }
    var workers: Int { books.withLock { $0.workers } }
    func join() { books.withLock { $0.workers += 1 } }

    /// What a worker needs to fold a chunk.
    struct Step {
        let chunk: Chunk
        let reader: RequestReader
        let scanner: RecordScanner
        /// How many lines stood before the first record, in this chunk.
        let headerLines: Int
        let bytesRead: Int64
    }

    /// Whether records of the file belong together; known once it is open.
    var settles: Bool { settlement.withLock { $0 != nil } }

    /// Takes what a worker found in a chunk of a dialect whose records belong together.
    func settle(_ requests: RequestChunk, chunk: Int) {
        settlement.withLock { $0?.add(requests, sequence: chunk) }
    }

    /// Gives away requests that are settled and wanted by themselves.
    func takeSettled() -> RequestChunk {
        settlement.withLock { $0?.takeListed() } ?? RequestChunk()
    }

    /// Inflates the next chunk into `buffer`; `nil` when the file has ended, in whatever way.
    func next(
        into buffer: inout ChunkBuffer,
        prepare: (InputFile) throws -> FilePlan
    ) throws -> Step? {
        try stream.withLock { stream in
            guard !isEnded else {
                stream = Stream()
                return nil
            }
            do {
                if stream.splitter == nil, try !open(&stream, prepare) { return nil }
                if let step = try step(&stream, &buffer) { return step }
            } catch let error as InputError {
                fail(error)
            }
            // Descriptor, decoder and buffers of an ended file go at once: a run may hold many files.
            stream = Stream()
            return nil
        }
    }

    private func open(
        _ stream: inout Stream, _ prepare: (InputFile) throws -> FilePlan
    ) throws -> Bool {
        guard case .read(let probeLengths, let plainProbeLengths) = try prepare(file) else {
            books.withLock {
                $0.isEnded = true
                $0.isSkipped = true
            }
            return false
        }
        let beginning = ChunkSplitter(
            PlainByteStream(
                try FileReader(
                    file, probeLengths: probeLengths, isDigested: file.range == nil,
                    fromStart: true), limit: settings.plainByteLimit,
                takesTruncated: settings.takesTruncated, plainProbeLengths: plainProbeLengths),
            chunkSize: settings.chunkSize, recordLimit: settings.recordLimit)
        let (dialect, reader) = try recognise(beginning)
        stream.dialect = dialect
        stream.reader = reader
        stream.splitter = beginning
        guard let range = file.range else { return true }
        if let reason = Self.reasonAgainstParts(reader, beginning) {
            throw InputError.dialect(problem: "cannot be read in parts: \(reason)")
        }
        if !range.isFirst {
            var buffer = ChunkBuffer(capacity: settings.chunkSize)
            guard let chunk = try beginning.next(into: &buffer) else {
                throw InputError.changedSincePlan
            }
            stream.scanner = try Self.layout(of: chunk, dialect, reader, buffer).scanner
        }
        stream.splitter = ChunkSplitter(
            PlainByteStream(
                try FileReader(file), limit: settings.plainByteLimit,
                cut: PartCut(range, beginning.stream.compression)),
            chunkSize: settings.chunkSize, recordLimit: settings.recordLimit,
            beginsFile: range.isFirst)
        return true
    }

    /// Finds out what a file is by its beginning, and how its records are read.
    private func recognise(
        _ splitter: ChunkSplitter
    ) throws(InputError) -> (dialect: Dialect, reader: RequestReader) {
        let (dialect, head) = try DialectDetector.choose(
            settings.dialects, for: splitter, recordLimit: settings.recordLimit
        ) { [self] head in
            if keepsHead { books.withLock { $0.head = head } }
        }
        let others = DialectDetector.others(settings.dialects, than: dialect, head)
        if settings.fold.listsRequests, dialect.holdsSums {
            throw InputError.dialect(
                problem:
                    "holds sums of many requests (\(dialect.name)), and no single one to list; "
                    + "see flue report for its totals")
        }
        let reader = RequestReader(
            dialect, readsID: settings.fold.listsRequests || settings.fold.readsIDs,
            isWrapped: head.wrapping != nil, fileName: file.name,
            fileTime: try settings.declared.time(of: file.name, dialect),
            declared: settings.declared)
        books.withLock {
            $0.dialect = dialect
            $0.reader = reader
            $0.others = others
        }
        if let rules = reader.settling {
            settlement.withLock { $0 = Settlement(rules, settings.fold, registry) }
        }
        return (dialect, reader)
    }

    /// Why each line of a file cannot be counted without the others; `nil` when it can.
    private static func reasonAgainstParts(
        _ reader: RequestReader, _ splitter: ChunkSplitter
    ) -> String? {
        if !splitter.hasPlainLines { return "its records are not lines" }
        if reader.settling != nil { return "its records belong together" }
        if !reader.writer.isEmpty { return "it has several writers" }
        return splitter.stream.reasonAgainstParts
    }

    /// As above, of a file that is not read; and how long its header is, within which none may end.
    static func inspectForParts(
        _ file: InputFile, _ settings: Pipeline.Settings
    ) throws -> (reason: String?, headerBytes: Int64) {
        let task = FileTask(
            index: 0, file: file, settings: settings, registry: NameRegistry())
        var stream = Stream()
        _ = try task.open(&stream) { _ in .read() }
        guard let reader = stream.reader, let splitter = stream.splitter,
            let dialect = stream.dialect
        else { return (nil, 0) }
        var buffer = ChunkBuffer(capacity: settings.chunkSize)
        let reason = reasonAgainstParts(reader, splitter)
        guard reason == nil, let chunk = try splitter.next(into: &buffer) else {
            return (reason, 0)
        }
        return (nil, Int64(try layout(of: chunk, dialect, reader, buffer).start))
    }

    private static func layout(
        of chunk: Chunk, _ dialect: Dialect, _ reader: RequestReader,
        _ buffer: borrowing ChunkBuffer
    ) throws(InputError) -> RecordLayout {
        guard !chunk.isOverlong || dialect.form.format != .csv else {
            throw .header(problem: "the header is longer than max_line_bytes")
        }
        return try RecordLayout(
            dialect.form, paths: reader.paths, needed: dialect.neededPaths, of: chunk, buffer)
    }

    private func step(_ stream: inout Stream, _ buffer: inout ChunkBuffer) throws(InputError)
        -> Step?
    {
        guard let splitter = stream.splitter, let reader = stream.reader else { return nil }
        guard var chunk = try splitter.next(into: &buffer) else {
            let plain = splitter.stream
            let identity = try plain.finish()
            books.withLock {
                $0.isEnded = true
                $0.identity = identity
                $0.plain = plain.summary
            }
            return nil
        }
        var headerLines = 0
        if stream.scanner == nil, let dialect = stream.dialect {
            let layout = try Self.layout(of: chunk, dialect, reader, buffer)
            stream.scanner = layout.scanner
            headerLines = layout.headerLines
            chunk.range = layout.start..<chunk.range.upperBound
        }
        guard let scanner = stream.scanner else { return nil }
        return Step(
            chunk: chunk, reader: reader, scanner: scanner, headerLines: headerLines,
            bytesRead: splitter.stream.bytesRead)
    }

    /// The first chunk alone, as if the file ended there; for finding out what a file is. A request that comes twice counts
    /// once, as in a run.
    static func foldFirstChunk(
        _ file: InputFile, _ settings: Pipeline.Settings
    ) -> (outcome: Pipeline.Outcome, task: FileTask) {
        func fold(_ settings: Pipeline.Settings) -> (outcome: Pipeline.Outcome, task: FileTask) {
            let task = FileTask(
                index: 0, file: file, settings: settings, registry: NameRegistry(), keepsHead: true)
            return (task.foldAlone(chunkLimit: 1), task)
        }
        let first = fold(settings)
        guard case .partial(let partial) = first.outcome, !file.isStandardInput,
            let entry = .some(DuplicateSearch.Entry(partial.requestIDs)),
            let offsets = try? DuplicateSearch.duplicates(in: [entry]).first, !offsets.isEmpty
        else { return first }
        var settings = settings
        settings.fold.excluded = offsets
        return fold(settings)
    }

    /// Folds the file on this thread.
    ///
    /// - Parameter chunkLimit: After so many chunks it is as if the file ended there.
    func foldAlone(chunkLimit: Int = .max) -> Pipeline.Outcome {
        var worker = Worker(settings, registry)
        join()
        defer { stream.withLock { $0 = Stream() } }
        let fold: FileFold
        do {
            fold = try worker.fold(
                self, chunkLimit: chunkLimit, prepare: { _ in .read() }, progress: { _, _ in })
        } catch {
            return .failed(.unreadable(reason: "\(error)"))
        }
        let plain = stream.withLock { $0.splitter.map { $0.stream.summary } ?? PlainSummary() }
        books.withLock {
            $0.isEnded = true
            $0.identity = $0.identity ?? FileIdentity(name: file.name, sha256: [], bytes: 0)
            $0.plain = $0.plain ?? plain
        }
        return leave(fold) ?? .skipped
    }

    /// Ends the file: nothing of it is kept.
    func fail(_ error: InputError) {
        books.withLock {
            $0.isEnded = true
            $0.failure = $0.failure ?? error
        }
    }

    /// Leaves a worker's share behind.
    ///
    /// - Returns: The outcome, to the last worker that leaves an ended file; `nil` to all others.
    func leave(_ fold: consuming FileFold) -> Pipeline.Outcome? {
        let fold = fold
        return books.withLock { books in
            books.fold.merge(fold)
            books.workers -= 1
            guard books.workers == 0, books.isEnded, !books.isDelivered else { return nil }
            books.isDelivered = true
            if books.isSkipped { return .skipped }
            if let settled = settlement.withLock({ $0?.finish() }) { books.fold.merge(settled) }
            defer {
                books.fold = FileFold()
                books.reader = nil
            }
            return result(of: books)
        }
    }

    private func result(of books: Books) -> Pipeline.Outcome {
        if let failure = books.failure { return .failed(failure) }
        guard let identity = books.identity, let plain = books.plain, let dialect = books.dialect,
            let reader = books.reader
        else { return .failed(.unreadable(reason: "the file was not read to its end")) }
        do {
            return .partial(
                try FilePartial(
                    of: books.fold, identity, plain, dialect, reader, others: books.others,
                    part: file.range, cellLimit: settings.cellLimit,
                    // Which models are rare only the whole file shows.
                    modelLimit: file.range == nil ? settings.modelLimit : .max,
                    histogramDimensions: settings.fold.histogramDimensions, registry))
        } catch {
            return .failed(error)
        }
    }
}
