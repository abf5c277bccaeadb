import Synchronization

/// What the caller knows about a file before it is read.
package enum FilePlan: Sendable {
    /// Its content is known; it is not read again.
    case skip
    /// - Parameter probeLengths: After so many bytes the digest so far is kept.
    case read(probeLengths: [Int64] = [])
}

/// One file on its way through the pipeline, shared by the workers that help with it.
///
/// A worker takes the lock on the stream, inflates one chunk into its own buffer, lets go, and folds:
/// so inflating and folding overlap without a queue between them, and memory is one buffer a worker.
final class FileTask: Sendable {
    /// What workers read from, one at a time.
    private struct Stream {
        var splitter: ChunkSplitter?
        var reader: RequestReader?
        var scanner: RecordScanner?
    }

    /// What is known of a file's bytes at its end.
    private struct PlainSide {
        var compression = Compression.plain
        var bytes: Int64 = 0
        var probes: [Int64: [UInt8]] = [:]
        var truncation: Int64?
        var strayBytes = 0

        init() {}

        init(_ stream: PlainByteStream) {
            compression = stream.compression
            bytes = stream.plainBytes
            probes = stream.probes
            truncation = stream.truncation
            strayBytes = stream.strayBytes
        }
    }

    /// What workers leave behind.
    private struct Books {
        var workers = 0
        var isEnded = false
        var isDelivered = false
        var fold = FileFold()
        var failure: InputError?
        var identity: FileIdentity?
        var plain: PlainSide?
        var dialect: Dialect?
        var reader: RequestReader?
        var head: FileHead?
        var isSkipped = false
    }

    let index: Int
    let file: InputFile
    private let settings: Pipeline.Settings
    private let stream: Mutex<Stream>
    private let books: Mutex<Books>

    private let keepsHead: Bool

    /// - Parameter keepsHead: Whether ``recognition`` will be asked for.
    init(index: Int, file: InputFile, settings: Pipeline.Settings, keepsHead: Bool = false) {
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
        /// A header stood before the first record of this chunk.
        let hasHeader: Bool
        let bytesRead: Int64
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
        guard case .read(let probeLengths) = try prepare(file) else {
            books.withLock {
                $0.isEnded = true
                $0.isSkipped = true
            }
            return false
        }
        let splitter = ChunkSplitter(
            PlainByteStream(
                try FileReader(file, probeLengths: probeLengths), limit: settings.plainByteLimit,
                takesTruncated: settings.takesTruncated),
            chunkSize: settings.chunkSize, recordLimit: settings.recordLimit)
        let head = try FileHead(splitter, recordLimit: settings.recordLimit)
        if keepsHead { books.withLock { $0.head = head } }
        let dialect = try DialectDetector.choose(settings.dialects, for: head)
        if settings.fold.listsRequests, dialect.holdsSums {
            throw InputError.dialect(
                problem:
                    "holds sums of many requests (\(dialect.name)), and no single one to list; "
                    + "see flue report for its totals")
        }
        if dialect.form.format == .json { splitter.frame(head.framing) }
        let reader = try RequestReader(
            dialect, readsID: settings.fold.listsRequests || settings.fold.readsIDs,
            fileName: file.name,
            declared: settings.declared)
        books.withLock {
            $0.dialect = dialect
            $0.reader = reader
        }
        stream.reader = reader
        stream.splitter = splitter
        return true
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
                $0.plain = PlainSide(plain)
            }
            return nil
        }
        var hasHeader = false
        if stream.scanner == nil, let dialect = books.withLock({ $0.dialect }) {
            guard !chunk.isOverlong || dialect.form.format != .csv else {
                throw .header(problem: "the header is longer than max_line_bytes")
            }
            let layout = try RecordLayout(
                dialect.form.format, paths: reader.paths, plan: dialect.form.plan(reader.paths),
                needed: dialect.neededPaths, name: dialect.name,
                in: buffer.bytes.span.extracting(0..<chunk.range.upperBound + scanPadding),
                chunk.range)
            stream.scanner = layout.scanner
            hasHeader = layout.hasHeader
            chunk.range = layout.start..<chunk.range.upperBound
        }
        guard let scanner = stream.scanner else { return nil }
        return Step(
            chunk: chunk, reader: reader, scanner: scanner, hasHeader: hasHeader,
            bytesRead: splitter.stream.bytesRead)
    }

    /// The first chunk alone, as if the file ended there; for finding out what a file is.
    func foldFirstChunk() -> Pipeline.Outcome {
        let names = NameRegistry()
        var worker = Worker(settings, names)
        join()
        do {
            defer { stream.withLock { $0 = Stream() } }
            let fold = try worker.fold(
                self, chunkLimit: 1, prepare: { _ in .read() },
                progress: { _, _ in })
            let plain = stream.withLock { $0.splitter.map { PlainSide($0.stream) } ?? PlainSide() }
            books.withLock {
                $0.isEnded = true
                $0.identity = $0.identity ?? FileIdentity(name: file.name, sha256: [], bytes: 0)
                $0.plain = $0.plain ?? plain
            }
            return leave(fold, names: names) ?? .skipped
        } catch {
            return .failed(.unreadable(reason: "\(error)"))
        }
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
    func leave(_ fold: consuming FileFold, names: NameRegistry) -> Pipeline.Outcome? {
        let fold = fold
        return books.withLock { books in
            books.fold.merge(fold)
            books.workers -= 1
            guard books.workers == 0, books.isEnded, !books.isDelivered else { return nil }
            books.isDelivered = true
            if books.isSkipped { return .skipped }
            let result = Self.result(of: books, settings, names)
            books.fold = FileFold()
            books.reader = nil
            return result
        }
    }

    private static func result(
        of books: Books, _ settings: Pipeline.Settings, _ names: NameRegistry
    ) -> Pipeline.Outcome {
        if let failure = books.failure { return .failed(failure) }
        guard let identity = books.identity, let plain = books.plain, let dialect = books.dialect,
            let reader = books.reader
        else { return .failed(.unreadable(reason: "the file was not read to its end")) }
        var fold = books.fold
        let (cells, histograms) = fold.cells.settled()
        guard cells.count <= settings.cellLimit else {
            return .failed(.tooManyCells(limit: settings.cellLimit))
        }
        var numbers = CompactNames(names.names)
        return .partial(
            FilePartial(
                identity: identity, compression: plain.compression, plainBytes: plain.bytes,
                hasTooManyIDs: fold.hasTooManyIDs, truncation: plain.truncation,
                strayBytes: plain.strayBytes,
                contentDigest: fold.contentDigest, probes: plain.probes, dialect: dialect.name,
                dialectDigest: dialect.digest, tally: fold.tally,
                holdsSums: dialect.holdsSums, spreadSums: fold.spreadSums,
                skipCounts: fold.skipCounts.enumerated().filter { $0.element > 0 }.map {
                    SkipCount(code: $0.offset, lines: $0.element, reader)
                },
                timeRange: fold.firstTime <= fold.lastTime ? fold.firstTime...fold.lastTime : nil,
                cells: cells.map { (PartialCellKey($0.key, &numbers), $0.activity) },
                histograms: histograms.map {
                    PartialHistogram(
                        key: PartialCellKey($0.key, &numbers), coefficients: $0.coefficients,
                        histogram: $0.histogram)
                },
                requestIDs: fold.hasTooManyIDs
                    ? [] : fold.ids.sorted { $0.key < $1.key }.map(\.value),
                histogramDimensions: settings.fold.histogramDimensions,
                names: numbers.names, rejects: fold.orderedRejects(),
                rejectCounts: fold.rejectCounts)
        )
    }
}
