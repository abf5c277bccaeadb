import Accounting

/// Folds the records of one chunk into a worker's share of a file. The hot loop of the program.
struct ChunkFolder {
    private let scanner: RecordScanner
    private var reader: RequestReader
    private var slots: FieldSlots
    private var names: NameCache
    private let options: FoldOptions
    private let defaultRegion: UInt32
    private let defaultModel: UInt32

    init(
        _ reader: RequestReader, scanner: RecordScanner, options: FoldOptions,
        registry: NameRegistry
    ) {
        self.reader = reader
        self.scanner = scanner
        self.options = options
        slots = FieldSlots(count: reader.paths.count)
        names = NameCache(registry)
        defaultRegion = registry.number(of: options.region)
        defaultModel = registry.number(of: options.model)
    }

    /// Folds every record of `chunk`.
    ///
    /// - Parameters:
    ///   - bytes: The chunk's buffer, padded behind the text.
    /// - Complexity: O(bytes); allocates for new names, new cells and rejects only.
    mutating func fold(_ chunk: Chunk, _ bytes: Span<UInt8>, into file: inout FileFold) {
        var lines = 0
        let firstLine = (file.linesByChunk[chunk.sequence] ?? 0) + 1  // behind a header
        var offset = chunk.range.lowerBound
        while offset < chunk.range.upperBound {
            let start = offset
            lines += 1
            do {
                offset = try scanner.scan(bytes, from: start, into: &slots) + 1
            } catch {
                let end = scanner.endOfRejected(
                    bytes, from: start, textEnd: chunk.range.upperBound)
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

    /// Counts the record whose fields are in the slots.
    private mutating func count(
        _ bytes: Span<UInt8>, into file: inout FileFold
    ) throws(FieldFault) {
        guard case .request(let record) = try reader.read(slots, of: bytes) else {
            file.tally.skipped += 1
            return
        }
        let key = CellKey(
            hour: UInt32(truncatingIfNeeded: record.time / 3_600_000),
            region: try number(record.region, "region", bytes, default: defaultRegion),
            model: try number(record.model, "model", bytes, default: defaultModel),
            tenant: options.keepsTenant
                ? try number(record.tenant, "tenant", bytes) : 0,
            project: options.keepsProject
                ? try number(record.project, "project", bytes) : 0,
            endpoint: options.keepsEndpoint
                ? try number(record.endpoint, "endpoint", bytes) : 0)
        file.cells.add(record, to: key)
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
