/// Where a record, or a text that is none, was found.
struct RecordPlace {
    /// The number of its line, or of its document where documents are no lines.
    let line: Int
    /// In the buffer.
    let start: Int
    /// In the plain text of the file.
    let offset: Int64
}

/// Why a text holds no record.
enum NoRecord {
    case blank
    /// A document of another writer, or a line of a table that is no row of it.
    case other
    /// A document whose lists are empty.
    case noRecords
    /// Text where a JSON object should be.
    case text(RejectReason)
    case broken(RejectReason)
}

/// Takes what a ``RecordWalk`` finds: each record, and each text that holds none.
///
/// All is `mutating`, also what changes nothing: a borrow of a large value copies it.
protocol RecordSink: ~Copyable {
    associatedtype Failure: Error

    /// Takes a line whose layout it has learnt.
    ///
    /// - Returns: The offset of its newline; `nil` for one that is to be scanned.
    mutating func takePlanned(_ bytes: Span<UInt8>, at place: RecordPlace) -> Int?

    /// Whether it wants to learn the layout of the line that it has just taken as one record.
    mutating func wantsLayout() -> Bool

    /// Given that line.
    mutating func learn(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, _ line: Range<Int>,
        _ scanner: RecordScanner)

    /// Told of each line or document before what is found in it.
    mutating func enter(_ bytes: Span<UInt8>, _ text: Range<Int>)

    /// Whether the line at `start` is to be scanned.
    mutating func takesLine(_ bytes: Span<UInt8>, from start: Int) -> Bool

    /// Whether a document is of the kind that is read.
    ///
    /// - Parameter slots: Its fields.
    mutating func recognises(_ slots: borrowing FieldSlots, _ bytes: Span<UInt8>) -> Bool

    /// - Parameter slots: The fields of the record.
    mutating func take(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, at place: RecordPlace
    ) throws(Failure)

    mutating func leave(_ reason: NoRecord, at place: RecordPlace) throws(Failure)
}

extension RecordSink where Self: ~Copyable {
    mutating func takePlanned(_ bytes: Span<UInt8>, at place: RecordPlace) -> Int? { nil }
    mutating func wantsLayout() -> Bool { false }
    mutating func learn(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, _ line: Range<Int>,
        _ scanner: RecordScanner
    ) {}
}

/// Goes through chunks record by record, whatever the framing. The hot loop of the program.
struct RecordWalk<Sink: RecordSink & ~Copyable>: ~Copyable {
    var sink: Sink
    let scanner: RecordScanner
    /// Slots whose texts must stand without escapes.
    let cutSlots: [Int]
    let wrapperMask: UInt64
    /// Slots that make a record one that needs more than one look.
    let intricateMask: UInt64
    /// Whether a document outside of lists is a record.
    let readsDocuments: Bool
    var slots = FieldSlots()
    private var predictor = LayoutPredictor()
    /// The number of the latest line or document.
    var line = 0
    /// Where the chunk begins in the plain text of the file.
    private var origin: Int64 = 0

    init(_ scanner: RecordScanner, cutSlots: [Int] = [], sink: consuming Sink) {
        self.scanner = scanner
        self.cutSlots = cutSlots
        self.sink = sink
        if case .json(let json) = scanner {
            wrapperMask = json.plan.wrapperMask
            readsDocuments = json.plan.levels[0].isRecord
        } else {
            wrapperMask = 0
            readsDocuments = true
        }
        intricateMask = cutSlots.reduce(wrapperMask) { $0 | 1 << UInt64($1) }
    }

    /// Gives each record of `chunk`, whose text stands in `buffer`, and each text that is none, in order.
    ///
    /// - Complexity: O(bytes); allocates for texts that hold JSON.
    mutating func read(
        _ chunk: Chunk, _ buffer: inout ChunkBuffer
    ) throws(Sink.Failure) {
        origin = chunk.offset
        if let documents = chunk.documents {
            for range in documents {
                line += 1
                sink.enter(buffer.bytes.span, range)
                buffer.joinLines(range)
                try read(document: range, &buffer)
            }
            return
        }
        var next = chunk.range.lowerBound
        let end = chunk.range.upperBound
        while let start = try readLines(of: buffer, from: &next, to: end) {
            try settle(start, &buffer)
        }
    }

    /// Reads lines, up to one that needs more than one look.
    ///
    /// - Parameter next: Moved to the line behind the last that was scanned.
    /// - Returns: Where the record begins whose fields are in the slots; `nil` at the end of the chunk.
    private mutating func readLines(
        of buffer: borrowing ChunkBuffer, from next: inout Int, to limit: Int
    ) throws(Sink.Failure) -> Int? {
        let bytes = buffer.bytes.span.extracting(0..<limit + scanPadding)
        while next < limit {
            let start = next
            line += 1
            if let end = sink.takePlanned(bytes, at: place(start)) {
                next = end + 1
                continue
            }
            guard sink.takesLine(bytes, from: start) else {
                next = endOfLine(bytes, from: start) + 1
                sink.enter(bytes, start..<next - 1)
                try sink.leave(.other, at: place(start))
                continue
            }
            var record = start
            do throws(RejectReason) {
                next = try scan(bytes, from: start) + 1
            } catch {
                let end = endOfLine(bytes, from: start)
                next = end + 1
                record = startOfText(bytes, start..<end)
                guard record > start, scans(bytes, record..<end) else {
                    sink.enter(bytes, start..<end)
                    try refuse(error, bytes, start..<end)
                    continue
                }
            }
            sink.enter(bytes, start..<next - 1)
            if isIntricate() { return record }
            if sink.recognises(slots, bytes) {
                try sink.take(slots, bytes, at: place(start))
                if record == start, sink.wantsLayout() {
                    sink.learn(slots, bytes, start..<next - 1, scanner)
                }
            } else {
                try sink.leave(.other, at: place(start))
            }
        }
        return nil
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

    /// Whether a range is one JSON object, whose fields are then in the slots.
    private mutating func scans(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard case .json(let json) = scanner else { return false }
        return (try? json.scan(bytes, from: range.lowerBound, into: &slots)) == range.upperBound
    }

    /// Behind what careless writers leave before a line: files that were put behind one another keep their byte order marks,
    /// and one that was truncated under its writer begins with zeros.
    private mutating func startOfText(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Int {
        var start = line.lowerBound
        while start < line.upperBound, bytes[start] == 0 { start += 1 }
        let hasMark =
            line.upperBound - start > 3 && bytes[start] == 0xEF && bytes[start + 1] == 0xBB
            && bytes[start + 2] == 0xBF
        return hasMark ? start + 3 : start
    }

    /// Leaves a text that could not be scanned.
    mutating func refuse(
        _ reason: RejectReason, _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(Sink.Failure) {
        let start = skipSpace(bytes, from: range.lowerBound)
        var cause = NoRecord.broken(reason)
        if start >= range.upperBound {
            cause = .blank
        } else if case .json = scanner, bytes[start] != UInt8(ascii: "{") {
            cause = .text(reason)
        }
        try sink.leave(cause, at: place(range.lowerBound))
    }

    @inline(__always)
    mutating func place(_ start: Int) -> RecordPlace {
        RecordPlace(line: line, start: start, offset: origin + Int64(start))
    }
}
