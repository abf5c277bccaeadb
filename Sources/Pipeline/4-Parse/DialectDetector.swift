/// The beginning of a file, which tells what it is.
struct FileHead {
    /// Text and padding.
    let buffer: ChunkBuffer
    let framing: Framing
    /// The first documents or lines.
    let records: [Range<Int>]

    private static let recordLimit = 100

    /// - Parameter splitter: Before its first chunk.
    init(_ splitter: ChunkSplitter, recordLimit: Int) throws(InputError) {
        var limit = min(1 << 16, recordLimit)
        while true {
            let text = try splitter.peek(limit)
            let isLast = splitter.isAtEnd || limit >= recordLimit
            let framing = Framing(text.bytes.span, count: text.count, isWhole: isLast)
            if let framing {
                let head = FileHead(text, framing, isWhole: splitter.isAtEnd)
                if head.showsRecord || isLast {
                    self = head
                    return
                }
            }
            // A first record may hold a whole conversation.
            limit = min(limit * 8, recordLimit)
        }
    }

    private init(_ text: ChunkBuffer, _ framing: Framing, isWhole: Bool) {
        self.framing = framing
        var buffer = text
        var records: [Range<Int>] = []
        switch framing {
        case .lines:
            var offset = buffer.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            while offset < buffer.count, records.count < Self.recordLimit {
                let end = endOfLine(buffer.bytes.span, from: offset)
                let isBlank = skipSpace(buffer.bytes.span, from: offset) >= end
                if !isBlank, end < buffer.count || isWhole { records.append(offset..<end) }
                offset = end + 1
            }
        case .documents:
            var documents = DocumentSplitter()
            documents.scan(buffer.bytes.span, to: buffer.count, isEnd: isWhole)
            records = Array(documents.found.prefix(Self.recordLimit))
            for range in records { buffer.joinLines(range) }
        }
        self.buffer = buffer
        self.records = records
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

/// Finds out which dialect a file is written in, by its first records.
package enum DialectDetector {
    /// How many of the first records of a file have a dialect's signature.
    package struct Match: Sendable {
        package let dialect: Dialect
        package let records: Int
    }

    /// What a file is, as its beginning shows.
    package struct Inspection: Sendable {
        /// Dialects that some of its first records match.
        package let matches: [Match]
        /// How many records were looked at.
        package let records: Int
        /// What the dialect made of the first chunk, as if the file ended there; or why it was not read.
        package let outcome: Pipeline.Outcome
        /// The dialect that it was read by.
        package let dialect: Dialect?
    }

    /// Reads the beginning of a file.
    package static func inspect(_ file: InputFile, _ settings: Pipeline.Settings) -> Inspection {
        let task = FileTask(index: 0, file: file, settings: settings, keepsHead: true)
        let outcome = task.foldFirstChunk()
        let (dialect, head) = task.recognition
        let matches = settings.dialects.compactMap { dialect in
            head.map { Match(dialect: dialect, records: Self.matches(of: dialect, $0)) }
        }
        return Inspection(
            matches: matches.filter { $0.records > 0 }, records: head?.records.count ?? 0,
            outcome: outcome, dialect: dialect)
    }

    /// The one dialect of `candidates` whose signature most of the first records have.
    ///
    /// - Throws: ``InputError/dialect`` when none does, when several do equally well, and for logs that cannot be
    ///   counted.
    static func choose<Mapping: RecordMapping>(
        _ candidates: [Mapping], for head: FileHead
    ) throws(InputError) -> Mapping {
        let dialect = candidates.count == 1 ? candidates.first : try guess(candidates, head)
        guard let dialect else { throw .dialect(problem: "holds no records") }
        if let refusal = dialect.form.refusal {
            throw .dialect(problem: "is \(dialect.form.summary): \(refusal)")
        }
        return dialect
    }

    private static func guess<Mapping: RecordMapping>(
        _ candidates: [Mapping], _ head: FileHead
    ) throws(InputError) -> Mapping? {
        // An idle hour's file.
        if head.records.isEmpty { return candidates.first(where: \.takesEmptyFiles) }
        let found = candidates.map { (mapping: $0, records: matches(of: $0, head)) }
        let most = found.map(\.records).max() ?? 0
        guard most > 0 else {
            throw .dialect(
                problem: "no dialect knows its first records; see: flue inspect; "
                    + "or describe them in a mapping file and give it with --dialect")
        }
        let best = found.filter { $0.records == most }.map(\.mapping)
        guard best.count == 1 else {
            throw .dialect(
                problem: "could be \(best.map(\.form.name).joined(separator: " or ")); "
                    + "say which with --dialect")
        }
        return best.first
    }

    /// How many of the first records have the signature of a mapping.
    static func matches(of mapping: some RecordMapping, _ head: FileHead) -> Int {
        switch mapping.form.format {
        case .text: head.records.count { mapping.form.marks(head.buffer.bytes.span, $0) }
        case .csv: mapping.isHeader(head) ? 1 : 0
        case .json: mapping.form.signature.isEmpty ? 0 : recognised(mapping.form, head)
        }
    }

    private static func recognised(_ form: RecordForm, _ head: FileHead) -> Int {
        let tests = form.signature.map { $0.inDocument(form.readsDocuments) }
        let paths = tests.flatMap(\.paths).map(form.asked).reduce(into: [FieldPath]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        var conditions = ConditionTable()
        let signature = conditions.add(tests) { paths.firstIndex(of: form.asked($0)) ?? 0 }
        let scanner = JSONScanner(form.plan(paths))
        var slots = FieldSlots()
        let bytes = head.buffer.bytes.span
        return head.records.count { range in
            slots.removeAll()
            let start = skipSpace(bytes, from: range.lowerBound)
            guard (try? scanner.scan(bytes, from: start, level: 0, into: &slots)) != nil else {
                return false
            }
            for index in signature where !conditions.holds(index, slots, bytes) { return false }
            return true
        }
    }
}

extension RecordForm {
    /// The line that names the columns.
    func header(_ head: FileHead) -> Range<Int>? {
        head.records.first { takesLine(head.buffer.bytes.span, from: $0.lowerBound) }
    }

    /// Whether a line of a table is its header or a record.
    func takesLine(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        lineStarts.isEmpty
            || lineStarts.contains { begin in
                begin.utf8.enumerated().allSatisfy { bytes[start + $0.offset] == $0.element }
            }
    }

    /// Whether a line holds one of its marks.
    ///
    /// Only the beginning of lines that are no JSON is looked at: prompts stand in the others.
    fileprivate func marks(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let start = skipSpace(bytes, from: range.lowerBound)
        guard start < range.upperBound, bytes[start] != UInt8(ascii: "{") else { return false }
        let line = String(
            decoding: range.prefix(1_024).map { bytes[$0] }, as: UTF8.self)
        return lineMarks.contains { line.contains($0) }
    }

}

extension RecordMapping {
    /// Whether the first line names the columns that its records have.
    fileprivate func isHeader(_ head: FileHead) -> Bool {
        guard !form.signature.isEmpty, let first = form.header(head) else { return false }
        let names = CSVScanner.header(head.buffer.bytes.span, first).map(normalizedColumnName)
        let columns = Set(names)
        func has(_ path: FieldPath) -> Bool {
            columns.contains(normalizedColumnName(path.columnName))
        }
        return neededPaths.allSatisfy { $0.contains(where: has) }
            && form.signature.allSatisfy { $0.holds(ofColumns: has) }
    }
}
