package import Accounting

/// Names that a run gives to records that lack them, and the dimensions that it keeps.
package struct FoldOptions: Sendable {
    /// For records without a region.
    package var region = ""
    /// For records without a model.
    package var model = ""
    /// Which become part of a cell.
    package var dimensions = DimensionSet.all
    /// By whose energy model requests have histograms; `nil` for none.
    package var method: Method? {
        didSet { energies = method.map(RequestEnergies.init) }
    }
    /// By ``method``.
    private(set) var energies: RequestEnergies?
    /// Which of ``dimensions`` have histograms of their own.
    package var histogramDimensions: DimensionSet = []
    /// Whether requests are told apart by their ids, where the dialect has them.
    package var readsIDs = true
    /// Where records begin in the plain text that were counted before.
    package var excluded: Set<Int64> = []
    /// Whether each request is wanted by itself, with its id, in the place of cells.
    var listsRequests = false
    /// Whether lines of a layout that was met before are read by its plan: tests hold that against the reader.
    var usesPlans = true
    /// Records that wait for others that belong to them, at most; some 300 bytes each.
    var settlingWindow = 1 << 17

    package init() {}
}

/// Whom a request is for, beside its region and model. The raw value is what the ledger stores.
package struct DimensionSet: OptionSet, Codable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let tenant = DimensionSet(rawValue: 1)
    package static let project = DimensionSet(rawValue: 2)
    package static let endpoint = DimensionSet(rawValue: 4)
    package static let all: DimensionSet = [.tenant, .project, .endpoint]
}

/// Tokens that spans state beyond the calls below them.
package struct SpanExcess: Codable, Equatable, Sendable {
    package var spans = 0
    /// Input and output.
    package var tokens: Int64 = 0
}

/// What became of the records of one writer.
struct WriterTally {
    /// Records that were counted or rejected.
    var used = 0
    /// Left out, by code.
    var skipped: [Int: Int] = [:]

    static func + (left: WriterTally, right: WriterTally) -> WriterTally {
        WriterTally(
            used: left.used + right.used,
            skipped: left.skipped.merging(right.skipped, uniquingKeysWith: +))
    }
}

/// What one worker has folded of one file so far. Adding two gives what one worker would have folded
/// of both.
struct FileFold {
    var cells: CellTable
    var tally = LineTally()
    /// What was left out, by code: of ``SkipCode``, then of the dialect's rules.
    var skipCounts: [Int] = []
    /// Sums that were spread over more than one hour.
    var spreadSums = 0
    /// Counted requests below a span that is not in the file.
    var unseenParents = 0
    /// Spans that repeat the sum of their calls and state more than those that are seen below them.
    var excess = SpanExcess()
    /// What became of the records of each writer, by the number of its name, where a file can have several.
    var writers: [UInt32: WriterTally] = [:]
    var contentDigest: UInt64 = 0
    var firstTime = Int64.max
    var lastTime = Int64.min
    /// Lines in each chunk, by its number: they turn line numbers of chunks into those of the file.
    var linesByChunk: [Int: Int] = [:]
    /// Requests with an id, by chunk.
    private(set) var ids: [Int: IdentifiedRequests] = [:]
    private var idCount = 0
    /// Rejected lines with the number of their chunk; line numbers count from 1 within it.
    var rejects: [(chunk: Int, reject: Reject)] = []
    var rejectCounts: [RejectKind: Int] = [:]

    /// An empty share, to which those of workers are added.
    init() { cells = CellTable() }

    /// The share of a worker.
    init(_ options: FoldOptions, _ registry: NameRegistry) {
        cells = CellTable(HistogramTable(options, registry))
    }

    /// Counts the lines of a chunk before its first record: a CSV header.
    mutating func skipHeader(_ digest: UInt64, lines: Int) {
        contentDigest &+= digest
        for _ in 0..<lines { skip(SkipCode.header.rawValue) }
    }

    /// Counts one line or record that is left out.
    mutating func skip(_ code: Int) {
        tally.lines += 1
        tally.skipped += 1
        while skipCounts.count <= code { skipCounts.append(0) }
        skipCounts[code] += 1
    }

    mutating func skip(_ code: SkipCode) { skip(code.rawValue) }

    /// Keeps the ids of a chunk, unless the file has too many.
    mutating func add(_ added: IdentifiedRequests, of chunk: Int) {
        idCount += added.count
        ids[chunk] = added
        if hasTooManyIDs { ids = [:] }
    }

    /// Whether its ids are too many to be compared.
    var hasTooManyIDs: Bool { idCount > Pipeline.idLimit }

    /// Counts a request that was counted before.
    mutating func addDuplicate() {
        tally.lines += 1
        addDuplicateState()
    }

    /// As above, of a record whose line is counted already.
    mutating func addDuplicateState() { tally.duplicate += 1 }

    /// Counts one record that the splitter dropped.
    mutating func rejectOverlong(_ chunk: Chunk) {
        linesByChunk[chunk.sequence, default: 0] += 1
        reject(.lineTooLong, line: 1, offset: chunk.offset, chunk: chunk.sequence)
    }

    mutating func reject(
        _ reason: RejectReason, field: String? = nil, line: Int, offset: Int64, chunk: Int
    ) {
        tally.lines += 1
        tally.rejected += 1
        rejectCounts[RejectKind(reason: reason, field: field ?? ""), default: 0] += 1
        guard rejects.count < Pipeline.rejectLimit else { return }
        rejects.append(
            (chunk, Reject(line: line, offset: offset, reason: reason, field: field)))
    }

    mutating func merge(_ other: FileFold) {
        cells.merge(other.cells)
        tally += other.tally
        for (code, count) in other.skipCounts.enumerated() {
            while skipCounts.count <= code { skipCounts.append(0) }
            skipCounts[code] += count
        }
        spreadSums += other.spreadSums
        unseenParents += other.unseenParents
        excess.spans += other.excess.spans
        excess.tokens += other.excess.tokens
        writers.merge(other.writers) { $0 + $1 }
        contentDigest &+= other.contentDigest
        firstTime = min(firstTime, other.firstTime)
        lastTime = max(lastTime, other.lastTime)
        linesByChunk.merge(other.linesByChunk) { first, _ in first }
        for (chunk, ids) in other.ids { add(ids, of: chunk) }
        idCount = max(idCount, other.idCount)
        rejects += other.rejects
        rejectCounts.merge(other.rejectCounts, uniquingKeysWith: +)
    }

    /// The first rejects in the order of the file, with the file's line numbers.
    func orderedRejects() -> [Reject] {
        var firstLine: [Int: Int] = [:]
        var lines = 0
        for chunk in linesByChunk.keys.sorted() {
            firstLine[chunk] = lines
            lines += linesByChunk[chunk] ?? 0
        }
        let ordered = rejects.sorted {
            ($0.chunk, $0.reject.line) < ($1.chunk, $1.reject.line)
        }
        return ordered.prefix(Pipeline.rejectLimit).map { chunk, reject in
            var reject = reject
            reject.line += firstLine[chunk] ?? 0
            return reject
        }
    }
}
