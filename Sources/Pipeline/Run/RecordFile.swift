/// A small file of records (grid series, meter readings, tables of regions), read with the scanners that read logs.
///
/// Sequential, and with a `String` per field: for millions of records, not for billions.
package struct RecordFile<Mapping: RecordMapping>: ~Copyable {
    /// The one of the candidates that the file is written in.
    package let mapping: Mapping
    /// Names of the columns of a table, as they stand there.
    package let columns: [String]
    private let splitter: ChunkSplitter

    /// Longest document or line, bytes.
    private static var recordLimit: Int { 1 << 28 }

    /// Opens a file, whatever its compression, and finds out what it is.
    ///
    /// - Parameter candidates: Mappings of which one is to be chosen by their signatures; one is taken as it is.
    package init(_ file: InputFile, candidates: [Mapping]) throws(InputError) {
        let splitter = ChunkSplitter(
            PlainByteStream(try FileReader(file), limit: 1 << 40), chunkSize: 1 << 20,
            recordLimit: Self.recordLimit)
        let choice = try DialectDetector.choose(
            candidates, for: splitter, recordLimit: Self.recordLimit)
        self.splitter = splitter
        mapping = choice.mapping
        let head = choice.head
        columns =
            mapping.form.format == .csv
            ? mapping.form.header(head).map { CSVScanner.header(head.buffer.bytes.span, $0) } ?? []
            : []
    }

    /// Gives every record of the file, in order.
    ///
    /// - Parameter paths: The fields to find, at most 60.
    /// - Returns: The file's identity.
    /// - Throws: ``InputError`` for the file as a whole, ``RecordFault`` for a record, and what `body` throws.
    package consuming func forEach(
        _ paths: [FieldPath], needed: [[FieldPath]], _ body: (FileRecord) throws -> Void
    ) throws -> FileIdentity {
        var buffer = ChunkBuffer(capacity: 1 << 20)
        var walk = RecordWalk(form: mapping.form, paths: paths, needed: needed)
        while let chunk = try splitter.next(into: &buffer) {
            try walk.read(chunk, of: &buffer, body)
        }
        return try splitter.stream.finish()
    }
}

/// One record of a ``RecordFile``.
package struct FileRecord {
    /// 1-based: the line, the header counted; the number of the record where records are no lines.
    package let line: Int
    /// Field n of the paths that were asked for; `nil` when it is missing or empty.
    package let fields: [String?]
}

/// A record that could not be read.
package struct RecordFault: Error, Equatable {
    package let line: Int
    package let reason: RejectReason
}

/// A table that is in memory, such as one that is compiled in.
package enum RecordTable {
    /// - Parameter needed: How many of `paths`, the first, the header must have; `nil` for all.
    package static func read(
        _ text: String, name: String, paths: [FieldPath], needed: Int? = nil,
        _ body: (FileRecord) throws -> Void
    ) throws {
        var buffer = ChunkBuffer(capacity: text.utf8.count)
        buffer.append(Array(text.utf8)[...])
        let chunk = Chunk(sequence: 0, offset: 0, range: 0..<buffer.count, isOverlong: false)
        var walk = RecordWalk(
            form: RecordForm(table: name), paths: paths,
            needed: paths.prefix(needed ?? .max).map { [$0] })
        try walk.read(chunk, of: &buffer, body)
    }
}

/// Goes through chunks, record by record.
private struct RecordWalk: ~Copyable {
    private let form: RecordForm
    private let paths: [FieldPath]
    private let needed: [[FieldPath]]
    private var scanner: RecordScanner?
    private var line = 0
    private var slots = FieldSlots()

    init(form: RecordForm, paths: [FieldPath], needed: [[FieldPath]]) {
        self.form = form
        self.paths = paths.map(form.asked)
        self.needed = needed
    }

    /// - Throws: ``RecordFault``, ``InputError/header``, and what `body` throws.
    mutating func read(
        _ chunk: Chunk, of buffer: inout ChunkBuffer, _ body: (FileRecord) throws -> Void
    ) throws {
        do {
            try readAll(chunk, of: &buffer, body)
        } catch let reason as RejectReason {
            throw RecordFault(line: line, reason: reason)
        }
    }

    private mutating func readAll(
        _ chunk: Chunk, of buffer: inout ChunkBuffer, _ body: (FileRecord) throws -> Void
    ) throws {
        guard !chunk.isOverlong else { throw RecordFault(line: line + 1, reason: .lineTooLong) }
        var offset = chunk.range.lowerBound
        if scanner == nil {
            let layout = try RecordLayout(form, paths: paths, needed: needed, of: chunk, buffer)
            scanner = layout.scanner
            offset = layout.start
            line += layout.headerLines
        }
        guard let scanner else { return }
        if case .json(let json) = scanner {
            for range in chunk.documents ?? buffer.lines(in: chunk.range) {
                buffer.joinLines(range)
                try read(document: range, json, &buffer, body)
            }
            return
        }
        while offset < chunk.range.upperBound {
            let bytes = buffer.bytes.span.extracting(0..<chunk.range.upperBound + scanPadding)
            line += 1
            let lineEnd = endOfLine(bytes, from: offset)
            guard skipSpace(bytes, from: offset) < lineEnd, form.takesLine(bytes, from: offset)
            else {
                offset = lineEnd + 1
                continue
            }
            offset = try scanner.scan(bytes, from: offset, into: &slots) + 1
            try give(bytes, body)
        }
    }

    private mutating func read(
        document range: Range<Int>, _ scanner: JSONScanner, _ buffer: inout ChunkBuffer,
        _ body: (FileRecord) throws -> Void
    ) throws {
        let start = skipSpace(buffer.bytes.span, from: range.lowerBound)
        line += 1
        slots.removeAll()
        let end = try scanner.scan(buffer.bytes.span, from: start, level: 0, into: &slots)
        guard skipSpace(buffer.bytes.span, from: end) >= range.upperBound else {
            throw RejectReason.jsonSyntax
        }
        try scanner.unfold(start, level: 0, &slots, &buffer)
        if form.isColumnar {
            try giveColumns(buffer.bytes.span, body)
            return
        }
        if slots.elements.isEmpty {
            let isList = slots.present & scanner.plan.wrapperMask != 0
            if !isList, scanner.plan.levels[0].isRecord { try give(buffer.bytes.span, body) }
            return
        }
        line -= 1
        for number in slots.elements.indices {
            guard try scanner.load(number, &slots, &buffer) else { continue }
            line += 1
            try give(buffer.bytes.span, body)
        }
    }

    /// Columns beside each other, each a list of the values of all records.
    private mutating func giveColumns(
        _ bytes: Span<UInt8>, _ body: (FileRecord) throws -> Void
    ) throws {
        var columns: [[String?]] = []
        /// What stands there once is every record's.
        var common: [Int: String] = [:]
        for slot in paths.indices {
            guard let found = slots[slot] else {
                columns.append([])
                continue
            }
            if found.isScalar {
                common[slot] = try text(found, bytes)
                columns.append([])
                continue
            }
            columns.append(try listValues(bytes, from: found.start))
        }
        let count = columns.map(\.count).max() ?? 0
        guard columns.allSatisfy({ [0, count].contains($0.count) }) else {
            throw RejectReason.csvColumns
        }
        line -= 1
        for row in 0..<count {
            line += 1
            let fields = columns.indices.map {
                common[$0] ?? (columns[$0].isEmpty ? nil : columns[$0][row])
            }
            try body(FileRecord(line: line, fields: fields))
        }
    }

    private func give(_ bytes: Span<UInt8>, _ body: (FileRecord) throws -> Void) throws {
        var fields: [String?] = []
        for slot in paths.indices {
            switch slots[slot] {
            case let found? where found.isScalar: fields.append(try text(found, bytes))
            case let found? where found.kind != .container:
                fields.append(found.kind == .true ? "true" : "false")
            default: fields.append(nil)
            }
        }
        try body(FileRecord(line: line, fields: fields))
    }

    private func text(_ slot: FieldSlots.Slot, _ bytes: Span<UInt8>) throws -> String {
        guard let text = String(validating: slot.decoded(bytes), as: UTF8.self) else {
            throw RejectReason.utf8
        }
        return text
    }
}

/// The values of a JSON list of scalars; `nil` for null.
private func listValues(
    _ bytes: Span<UInt8>, from start: Int
) throws(RejectReason) -> [String?] {
    guard bytes[start] == UInt8(ascii: "[") else { throw .fieldType }
    var values: [String?] = []
    var offset = skipSpace(bytes, from: start + 1)
    while bytes[offset] != UInt8(ascii: "]") {
        let end = try skipValue(bytes, from: offset)
        let isText = bytes[offset] == UInt8(ascii: "\"")
        let text = isText ? offset + 1..<end - 1 : offset..<end
        let value = String(decoding: text.map { bytes[$0] }, as: UTF8.self)
        values.append(value == "null" && !isText ? nil : value)
        offset = skipSpace(bytes, from: end)
        if bytes[offset] == UInt8(ascii: ",") { offset = skipSpace(bytes, from: offset + 1) }
    }
    return values
}
