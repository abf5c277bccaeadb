import Accounting

/// Folds records of logs into a worker's share of a file.
struct ChunkFolder: ~Copyable {
    let reader: RequestReader
    let stage: Pipeline.Stage
    var time: TimeScanner
    var record = RequestRecord()
    var names: NameCache
    let options: FoldOptions
    /// The worker's share.
    var file: FileFold
    /// Of the latest chunk, when they are asked for.
    var requests = RequestChunk()
    let defaultRegion: UInt32
    let defaultModel: UInt32
    /// The number of the latest chunk.
    private var chunk = 0
    /// Of the latest chunk.
    var ids = IdentifiedRequests()
    var plans = PlanTable()
    /// Requests that wait for their cells.
    private var batch = Array(repeating: PlainRequest.none, count: 64)
    private var waiting = 0
    /// Whether lines can have plans.
    private let isPlanned: Bool
    /// Whether the latest record is one of which a plan may be made.
    private var isExample = false
    /// Whether it matters what comes before and behind a record, or who wrote it.
    private let isWatched: Bool

    /// - Parameter stage: An earlier one than `fold` leaves out what comes after it, for measuring.
    init(
        _ reader: RequestReader, options: FoldOptions, registry: NameRegistry,
        upTo stage: Pipeline.Stage = .fold
    ) {
        self.reader = reader
        self.stage = stage
        time = reader.timeScanner
        self.options = options
        file = FileFold(options, registry)
        names = NameCache(registry)
        isWatched = reader.settling != nil || !reader.writer.isEmpty
        isPlanned =
            options.usesPlans && RecordPlanner.plans(reader) && stage > .scan
        defaultRegion = registry.number(of: reader.region.isEmpty ? options.region : reader.region)
        defaultModel = registry.number(of: reader.model.isEmpty ? options.model : reader.model)
    }

    fileprivate mutating func begin(_ chunk: Int) {
        requests.removeAll()
        self.chunk = chunk
    }

    /// Counts a request, in its turn.
    @inline(__always)
    mutating func add(_ request: PlainRequest) {
        batch[waiting] = request
        waiting &+= 1
        if waiting == batch.count { flush() }
    }

    /// Counts the requests that wait.
    private mutating func flush() {
        file.cells.add(batch, count: waiting)
        waiting = 0
    }

    fileprivate mutating func end(lines: Int) {
        flush()
        file.linesByChunk[chunk] = lines
        guard ids.count > 0 else { return }
        file.add(ids, of: chunk)
        ids = IdentifiedRequests()
        ids.reserveCapacity(lines)
    }

    /// Gives away the requests of the latest chunk.
    mutating func takeRequests() -> RequestChunk {
        defer { requests = RequestChunk() }
        return requests
    }
}

extension RecordWalk<ChunkFolder> {
    /// Folds every record of `chunk`, whose text stands in `buffer`.
    ///
    /// Lines count from the first of the chunk: those before it may not be counted yet.
    ///
    /// - Parameter headerLines: How many lines of the chunk stand before its first record.
    /// - Complexity: O(bytes); allocates for new names, new cells, rejects, and texts that hold JSON.
    @inline(never)  // Config/dev bench --guard counts what this costs
    mutating func fold(_ chunk: Chunk, headerLines: Int, _ buffer: inout ChunkBuffer) {
        sink.begin(chunk.sequence)
        if headerLines > 0 {
            let header = lineDigest(buffer.bytes.span, from: 0, to: chunk.range.lowerBound)
            sink.file.skipHeader(header, lines: headerLines)
        }
        line = headerLines
        read(chunk, &buffer)
        sink.end(lines: line)
    }
}

extension ChunkFolder: RecordSink {
    mutating func enter(_ bytes: Span<UInt8>, _ text: Range<Int>) {
        file.contentDigest &+= lineDigest(bytes, from: text.lowerBound, to: text.upperBound)
    }

    @inline(__always)
    mutating func takesLine(_ bytes: Span<UInt8>, from start: Int) -> Bool { true }

    @inline(__always)
    mutating func recognises(_ slots: borrowing FieldSlots, _ bytes: Span<UInt8>) -> Bool {
        !reader.skipsOthers || reader.recognises(slots, bytes)
    }

    mutating func leave(_ reason: NoRecord, at place: RecordPlace) {
        switch reason {
        case .blank: file.skip(.blank)
        case .other: file.skip(.otherSchema)
        case .noRecords: file.skip(.noRecords)
        case .text where reader.skipsOthers: file.skip(.text)
        case .text(let reason), .broken(let reason):
            reject(FieldFault(reason: reason, field: nil), at: place)
        }
    }

    @inline(__always)
    mutating func take(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, at place: RecordPlace
    ) {
        do {
            try count(slots, bytes, at: place)
        } catch {
            reject(error, at: place)
        }
    }

    @inline(__always)
    mutating func wantsLayout() -> Bool {
        guard isExample else { return false }
        isExample = false
        return plans.isReady()
    }

    private mutating func reject(_ fault: FieldFault, at place: RecordPlace) {
        file.reject(
            fault.reason, field: fault.field, line: place.line, offset: place.offset, chunk: chunk)
    }

    @inline(__always)
    private mutating func count(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, at place: RecordPlace
    ) throws(FieldFault) {
        isExample = false
        if stage > .scan {
            if let code = try reader.read(slots, of: bytes, into: &record, time: &time) {
                if isWatched { watch(code, slots, bytes) }
                file.skip(code)
                return
            }
            if isWatched {
                watch(nil, slots, bytes)
                if reader.settling != nil, stage == .fold {
                    try hold(slots, bytes, at: place)
                    file.tally.lines += 1
                    return
                }
            }
            if !options.excluded.isEmpty, options.excluded.contains(place.offset) {
                file.addDuplicate()
                return
            }
            if stage == .fold { try add(bytes, at: place) }
            file.firstTime = min(file.firstTime, record.time)
            file.lastTime = max(file.lastTime, record.time, record.until - 1)
            file.tally.requests += record.requests ?? 0
        }
        file.tally.lines += 1
        file.tally.counted += 1
        isExample = isPlanned
    }

    /// The cell of the record.
    @inline(__always)
    mutating func key(_ bytes: Span<UInt8>) throws(FieldFault) -> CellKey {
        CellKey(
            hour: UInt32(truncatingIfNeeded: record.time / 3_600_000),
            region: try number(record.region, "region", bytes, default: defaultRegion),
            model: try number(record.model, "model", bytes, default: defaultModel),
            tenant: options.dimensions.contains(.tenant)
                ? try number(record.tenant, "tenant", bytes) : 0,
            project: options.dimensions.contains(.project)
                ? try number(record.project, "project", bytes) : 0,
            endpoint: options.dimensions.contains(.endpoint)
                ? try number(record.endpoint, "endpoint", bytes) : 0)
    }

    /// What tells the record from others.
    @inline(__always)
    func identity(_ bytes: Span<UInt8>) -> RequestID? {
        record.id.flatMap { slot in
            slot.count > 0 && options.readsIDs
                ? RequestID(slot, tail: record.idTail, in: bytes, scope: reader.idScope) : nil
        }
    }

    /// Adds the record to its cell, or to those that are listed.
    @inline(__always)
    private mutating func add(
        _ bytes: Span<UInt8>, at place: RecordPlace
    ) throws(FieldFault) {
        let key = try key(bytes)
        if record.until > 0 {
            file.add(sum: record, to: key)
            if options.readsIDs {
                let id = RequestID(sum: bytes, from: place.start, scope: reader.idScope)
                ids.append(id, at: place.offset, in: key.hour)
            }
            return
        }
        let id = identity(bytes)
        if options.listsRequests {
            requests.add(
                key, time: record.time, Activity(record),
                knows: (record.inputTokens != nil, record.outputTokens != nil), id: record.id, id,
                bytes)
            return
        }
        if let request = PlainRequest(record, key) {
            add(request)
        } else {
            file.cells.add(Activity(record), to: key)
        }
        if let id { ids.append(id, at: place.offset, in: key.hour) }
    }

    @inline(__always)
    private mutating func number(
        _ slot: FieldSlots.Slot?, _ field: String, _ bytes: Span<UInt8>,
        default fallback: UInt32 = 0
    ) throws(FieldFault) -> UInt32 {
        do {
            return try names.number(of: slot, in: bytes, default: fallback)
        } catch {
            throw FieldFault(reason: error, field: field)
        }
    }
}
