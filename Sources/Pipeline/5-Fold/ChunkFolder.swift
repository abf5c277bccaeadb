import Accounting

/// Folds the records of one chunk into a worker's share of a file. The hot loop of the program.
struct ChunkFolder: ~Copyable {
    private let scanner: RecordScanner
    private let reader: RequestReader
    private var time: TimeScanner
    private var slots = FieldSlots()
    private var predictor = LayoutPredictor()
    private var record = RequestRecord()
    private var names: NameCache
    private let options: FoldOptions
    /// Of the latest chunk, when they are asked for.
    private(set) var requests = RequestChunk()
    private let defaultRegion: UInt32
    private let defaultModel: UInt32

    init(
        _ reader: RequestReader, scanner: RecordScanner, options: FoldOptions,
        registry: NameRegistry
    ) {
        self.reader = reader
        time = TimeScanner(reader.timeFormat)
        self.scanner = scanner
        self.options = options
        names = NameCache(registry)
        defaultRegion = registry.number(of: options.region)
        defaultModel = registry.number(of: options.model)
    }

    /// Folds every record of `chunk`, which stands in `bytes` with its padding.
    ///
    /// - Complexity: O(bytes); allocates for new names, new cells and rejects only.
    mutating func fold(_ chunk: Chunk, _ bytes: Span<UInt8>, into file: inout FileFold) {
        requests.removeAll()
        var lines = 0
        let firstLine = (file.linesByChunk[chunk.sequence] ?? 0) + 1  // behind a header
        var offset = chunk.range.lowerBound
        while offset < chunk.range.upperBound {
            let start = offset
            lines += 1
            do {
                offset = try scan(bytes, from: start) + 1
            } catch {
                let end = endOfLine(bytes, from: start)
                offset = end + 1
                file.contentDigest &+= lineDigest(bytes, from: start, to: end)
                if isBlank(bytes, start..<end) {
                    file.tally.skipped += 1
                } else {
                    file.reject(
                        error, line: firstLine + lines - 1, offset: chunk.offset + Int64(start),
                        chunk: chunk.sequence)
                }
                continue
            }
            file.contentDigest &+= lineDigest(bytes, from: start, to: offset - 1)
            do {
                try count(bytes, into: &file)
            } catch {
                file.reject(
                    error.reason, field: error.field, line: firstLine + lines - 1,
                    offset: chunk.offset + Int64(start), chunk: chunk.sequence)
            }
        }
        file.tally.lines += lines
        file.linesByChunk[chunk.sequence, default: 0] += lines
    }

    /// Finds the fields of every record of `chunk`, reads them if so asked, and counts it in no cell: to measure
    /// these alone.
    mutating func parse(
        _ chunk: Chunk, _ bytes: Span<UInt8>, readsValues: Bool, into file: inout FileFold
    ) {
        var offset = chunk.range.lowerBound
        while offset < chunk.range.upperBound {
            file.tally.lines += 1
            guard let end = try? scan(bytes, from: offset) else {
                offset = endOfLine(bytes, from: offset) + 1
                continue
            }
            offset = end + 1
            guard readsValues else {
                file.tally.counted += 1
                continue
            }
            if let isKept = try? reader.read(slots, of: bytes, into: &record, time: &time), isKept {
                file.tally.counted += 1
                file.lastTime = max(file.lastTime, record.time)
            }
        }
    }

    /// Finds the fields of one record: by the layout of an earlier one if it can.
    @inline(__always)
    private mutating func scan(
        _ bytes: Span<UInt8>, from start: Int
    ) throws(RejectReason) -> Int {
        if let end = predictor.scan(bytes, from: start, into: &slots) { return end }
        let end = try scanner.scan(bytes, from: start, into: &slots)
        if case .json(let json) = scanner {
            predictor.learn(bytes, from: start, to: end, keys: json.keys)
        }
        return end
    }

    /// Counts the record whose fields are in the slots.
    @inline(__always)
    private mutating func count(
        _ bytes: Span<UInt8>, into file: inout FileFold
    ) throws(FieldFault) {
        guard try reader.read(slots, of: bytes, into: &record, time: &time) else {
            file.tally.skipped += 1
            file.leftOut += 1
            return
        }
        let key = CellKey(
            hour: UInt32(truncatingIfNeeded: record.time / 3_600_000),
            region: try number(record.region, "region", bytes, default: defaultRegion),
            model: try number(record.model, "model", bytes, default: defaultModel),
            tenant: options.dimensions.contains(.tenant)
                ? try number(record.tenant, "tenant", bytes) : 0,
            project: options.dimensions.contains(.project)
                ? try number(record.project, "project", bytes) : 0,
            endpoint: options.dimensions.contains(.endpoint)
                ? try number(record.endpoint, "endpoint", bytes) : 0)
        let activity = Activity(record)
        if options.listsRequests {
            requests.add(record, key, activity, bytes)
        } else {
            file.cells.add(activity, to: key)
        }
        file.firstTime = min(file.firstTime, record.time)
        file.lastTime = max(file.lastTime, record.time)
        file.tally.counted += 1
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

    private func isBlank(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for offset in range {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0D: continue
            default: return false
            }
        }
        return true
    }
}
