/// The beginning of a file, which tells what it is.
struct FileHead {
    /// Text and padding.
    let buffer: ChunkBuffer
    let framing: Framing
    /// The first documents or lines.
    let records: [Range<Int>]
    /// What was taken off the lines.
    private(set) var wrapping: LineWrapping?

    private static let recordLimit = 100
    /// Bytes of a head that are looked at before one is given up in which nothing is known.
    static let patience = 4 << 20

    /// Whether the file goes on behind it.
    private(set) var isWhole = true

    /// - Parameters:
    ///   - splitter: Before its first chunk.
    ///   - size: Bytes to look at, at least.
    init(_ splitter: ChunkSplitter, recordLimit: Int, size: Int = 1 << 16) throws(InputError) {
        var limit = min(size, recordLimit)
        while true {
            let text = try splitter.peek(limit)
            let isLast = splitter.isAtEnd || limit >= recordLimit
            let framing = Framing(text.bytes.span, count: text.count, isWhole: isLast)
            if let framing {
                var head = FileHead(
                    text, framing, isWhole: splitter.isAtEnd,
                    limit: max(size >> 10, Self.recordLimit))
                if head.showsRecord || isLast {
                    head.isWhole = isLast
                    self = head
                    return
                }
            }
            // A first record may hold a whole conversation.
            limit = min(limit * 8, recordLimit)
        }
    }

    private init(_ text: ChunkBuffer, _ framing: Framing, isWhole: Bool, limit: Int = .max) {
        self.framing = framing
        var buffer = text
        var records: [Range<Int>] = []
        switch framing {
        case .lines:
            let start = buffer.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            let lines = buffer.lines(in: min(start, buffer.count)..<buffer.count)
            records = Array(
                lines.prefix { $0.upperBound < buffer.count || isWhole }.prefix(limit))
        case .documents:
            var documents = DocumentSplitter()
            documents.scan(buffer.bytes.span, to: buffer.count, isEnd: isWhole)
            records = Array(documents.found.prefix(limit))
            for range in records { buffer.joinLines(range) }
        }
        self.buffer = buffer
        self.records = records
    }

    /// Whether there is nothing but white space, and some.
    var isBlank: Bool {
        let text = buffer.bytes.span.extracting(0..<buffer.count)
        return isWhole && buffer.count > 0 && leadingSpace(text) == buffer.count
    }

    /// The same without a wrapping around its lines.
    private func without(_ wrapping: LineWrapping) -> FileHead {
        var text = buffer
        LineUnwrapper(wrapping).unwrap(&text, 0..<text.count)
        var head = FileHead(text, .lines, isWhole: false)
        head.wrapping = wrapping
        return head
    }

    /// The same head, and what it may be without a wrapping.
    var readings: [FileHead] {
        guard framing == .lines, wrapping == nil else { return [self] }
        if let prefix = LineWrapping(prefixOf: buffer.bytes.span, records) {
            return [self, without(prefix)]
        }
        let isJSON = records.contains {
            buffer.bytes[skipSpace(buffer.bytes.span, from: $0.lowerBound)] == 0x7B
        }
        return isJSON ? [self, without(.field)] : [self]
    }

    /// Whether a whole record is there to judge by, or no JSON at all.
    private var showsRecord: Bool {
        func isObject(_ start: Int) -> Bool {
            buffer.bytes[skipSpace(buffer.bytes.span, from: start)] == UInt8(ascii: "{")
        }
        if records.contains(where: { isObject($0.lowerBound) }) { return true }
        return framing == .lines && !records.isEmpty
            && !isObject(records.last.map { $0.upperBound + 1 } ?? 0)
    }
}
