import Accounting

/// Folds the records of one chunk into a worker's share of a file. The hot loop of the program.
struct ChunkFolder: ~Copyable {
    let scanner: RecordScanner
    let reader: RequestReader
    private let stage: Pipeline.Stage
    private var time: TimeScanner
    var slots = FieldSlots()
    private var predictor = LayoutPredictor()
    var record = RequestRecord()
    var names: NameCache
    let options: FoldOptions
    /// Of the latest chunk, when they are asked for.
    var requests = RequestChunk()
    private let defaultRegion: UInt32
    private let defaultModel: UInt32
    /// Of the latest chunk.
    private var ids: [IdentifiedRequest] = []
    /// Slots that make a record one that needs more than one look.
    let intricateMask: UInt64
    let wrapperMask: UInt64
    /// Whether it matters what comes before and behind a record, or who wrote it.
    private let isWatched: Bool

    /// - Parameter stage: An earlier one than `fold` leaves out what comes after it, for measuring.
    init(
        _ reader: RequestReader, scanner: RecordScanner, options: FoldOptions,
        registry: NameRegistry, upTo stage: Pipeline.Stage = .fold
    ) {
        self.reader = reader
        self.stage = stage
        time = reader.timeScanner
        self.scanner = scanner
        self.options = options
        names = NameCache(registry)
        wrapperMask = if case .json(let json) = scanner { json.plan.wrapperMask } else { 0 }
        intricateMask = wrapperMask | reader.cutMask
        isWatched = reader.settling != nil || !reader.writer.isEmpty
        defaultRegion = registry.number(of: reader.region.isEmpty ? options.region : reader.region)
        defaultModel = registry.number(of: reader.model.isEmpty ? options.model : reader.model)
    }

    /// Gives away the requests of the latest chunk.
    mutating func takeRequests() -> RequestChunk {
        defer { requests = RequestChunk() }
        return requests
    }

    /// Where in the file the folder is.
    struct Place {
        let chunk: Chunk
        /// Of the file, or of its chunk where lines before it are not counted yet.
        var line: Int
    }

    /// Folds every record of `chunk`, whose text stands in `buffer`.
    ///
    /// - Complexity: O(bytes); allocates for new names, new cells, rejects, and texts that hold JSON.
    mutating func fold(_ chunk: Chunk, _ buffer: inout ChunkBuffer, into file: inout FileFold) {
        requests.removeAll()
        let firstLine = file.linesByChunk[chunk.sequence] ?? 0  // behind a header
        var place = Place(chunk: chunk, line: firstLine)
        if let documents = chunk.documents {
            for range in documents { fold(document: range, &buffer, &place, into: &file) }
        } else {
            var offset = chunk.range.lowerBound
            while offset < chunk.range.upperBound {
                guard let line = foldLines(of: buffer, &offset, &place, into: &file) else { break }
                settle(line, &buffer, place, into: &file)
            }
        }
        file.linesByChunk[chunk.sequence, default: 0] += place.line - firstLine
        if !ids.isEmpty {
            file.add(ids, of: chunk.sequence)
            ids = []
            ids.reserveCapacity(place.line - firstLine)
        }
    }

    /// Folds lines, up to one that needs more than one look.
    ///
    /// - Parameter offset: Moved to the line behind the last that was scanned.
    /// - Returns: Where the line begins whose fields are in the slots; `nil` at the end of the chunk.
    private mutating func foldLines(
        of buffer: borrowing ChunkBuffer, _ offset: inout Int, _ place: inout Place,
        into file: inout FileFold
    ) -> Int? {
        let bytes = buffer.bytes.span.extracting(0..<place.chunk.range.upperBound + scanPadding)
        while offset < place.chunk.range.upperBound {
            let start = offset
            place.line += 1
            do {
                offset = try scan(bytes, from: start) + 1
            } catch {
                let end = endOfLine(bytes, from: start)
                let text = startOfText(bytes, start..<end)
                if case .json(let json) = scanner, text > start,
                    (try? json.scan(bytes, from: text, into: &slots)) == end
                {
                    offset = end + 1
                    file.contentDigest &+= lineDigest(bytes, from: start, to: end)
                    if isIntricate { return text }
                    if reader.skipsOthers, !reader.recognises(slots, bytes) {
                        file.skip(.otherSchema)
                    } else {
                        count(bytes, at: start, place, into: &file)
                    }
                    continue
                }
                offset = end + 1
                file.contentDigest &+= lineDigest(bytes, from: start, to: end)
                refuse(error, bytes, start..<end, place, into: &file)
                continue
            }
            file.contentDigest &+= lineDigest(bytes, from: start, to: offset - 1)
            if isIntricate { return start }
            if reader.skipsOthers, !reader.recognises(slots, bytes) {
                file.skip(.otherSchema)
                continue
            }
            count(bytes, at: start, place, into: &file)
        }
        return nil
    }

    /// Behind what careless writers leave before a line: files that were put behind one another keep their byte order marks,
    /// and one that was truncated under its writer begins with zeros.
    private func startOfText(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Int {
        var start = line.lowerBound
        while start < line.upperBound, bytes[start] == 0 { start += 1 }
        let hasMark =
            line.upperBound - start > 3 && bytes[start] == 0xEF && bytes[start + 1] == 0xBB
            && bytes[start + 2] == 0xBF
        return hasMark ? start + 3 : start
    }

    /// Counts a text that could not be scanned.
    func refuse(
        _ reason: RejectReason, _ bytes: Span<UInt8>, _ range: Range<Int>, _ place: Place,
        into file: inout FileFold
    ) {
        let start = skipSpace(bytes, from: range.lowerBound)
        if start >= range.upperBound {
            file.skip(.blank)
        } else if case .json = scanner, reader.skipsOthers, bytes[start] != UInt8(ascii: "{") {
            file.skip(.text)
        } else {
            reject(reason, at: range.lowerBound, place, into: &file)
        }
    }

    func reject(
        _ reason: RejectReason, field: String? = nil, at start: Int, _ place: Place,
        into file: inout FileFold
    ) {
        file.reject(
            reason, field: field, line: place.line, offset: place.chunk.offset + Int64(start),
            chunk: place.chunk.sequence)
    }

    /// Finds the fields of one record: by the layout of an earlier one if it can.
    @inline(__always)
    private mutating func scan(
        _ bytes: Span<UInt8>, from start: Int
    ) throws(RejectReason) -> Int {
        if let end = predictor.scan(bytes, from: start, into: &slots) { return end }
        let end = try scanner.scan(bytes, from: start, into: &slots)
        if case .json(let json) = scanner {
            predictor.learn(bytes, from: start, to: end, keys: json.plan.keys)
        }
        return end
    }

    /// Counts the record whose fields are in the slots.
    @inline(__always)
    mutating func count(
        _ bytes: Span<UInt8>, at start: Int, _ place: Place, into file: inout FileFold
    ) {
        do {
            try count(bytes, from: start, at: place.chunk.offset + Int64(start), into: &file)
        } catch {
            reject(error.reason, field: error.field, at: start, place, into: &file)
        }
    }

    @inline(__always)
    private mutating func count(
        _ bytes: Span<UInt8>, from start: Int, at offset: Int64, into file: inout FileFold
    ) throws(FieldFault) {
        if stage > .scan {
            if let code = try reader.read(slots, of: bytes, into: &record, time: &time) {
                if isWatched { watch(code, bytes, &file) }
                file.skip(code)
                return
            }
            if isWatched {
                watch(nil, bytes, &file)
                if reader.settling != nil, stage == .fold {
                    try hold(bytes, from: start, at: offset)
                    file.tally.lines += 1
                    return
                }
            }
            if !options.excluded.isEmpty, options.excluded.contains(offset) {
                file.addDuplicate()
                return
            }
            if stage == .fold { try add(bytes, from: start, at: offset, to: &file) }
            file.firstTime = min(file.firstTime, record.time)
            file.lastTime = max(file.lastTime, record.time, record.until - 1)
            file.tally.requests += record.requests ?? 0
        }
        file.tally.lines += 1
        file.tally.counted += 1
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
        _ bytes: Span<UInt8>, from start: Int, at offset: Int64, to file: inout FileFold
    ) throws(FieldFault) {
        let key = try key(bytes)
        if record.until > 0 {
            file.add(sum: record, to: key)
            if options.readsIDs {
                let id = RequestID(sum: bytes, from: start, scope: reader.idScope)
                ids.append(IdentifiedRequest(id: id, offset: offset, hour: key.hour))
            }
            return
        }
        let activity = Activity(record)
        let id = identity(bytes)
        if options.listsRequests {
            requests.add(record, key, activity, id, bytes)
            return
        }
        file.cells.add(activity, to: key)
        if let id { ids.append(IdentifiedRequest(id: id, offset: offset, hour: key.hour)) }
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
