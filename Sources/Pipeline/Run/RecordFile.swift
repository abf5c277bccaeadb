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
    private static var recordLimit: Int { 1 << 25 }

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
        let splitter = splitter
        try readRecords(mapping.form, paths, needed, body) { buffer throws(InputError) in
            try splitter.next(into: &buffer)
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
        var text: String? = text
        let needed = paths.prefix(needed ?? .max).map { [$0] }
        try readRecords(RecordForm(table: name), paths, needed, body) { buffer in
            guard let bytes = text.take()?.utf8 else { return nil }
            buffer.append(Array(bytes)[...])
            return Chunk(sequence: 0, offset: 0, range: 0..<buffer.count, isOverlong: false)
        }
    }
}

/// Gives every record of all chunks.
///
/// - Throws: ``RecordFault``, ``InputError/header``, and what the closures throw.
private func readRecords(
    _ form: RecordForm, _ paths: [FieldPath], _ needed: [[FieldPath]],
    _ body: (FileRecord) throws -> Void, next: (inout ChunkBuffer) throws(InputError) -> Chunk?
) throws {
    let sought = TextSink.Sought(paths, form)
    let paths = (paths + (form.rows.map { [$0.list] } ?? [])).map(form.asked)
    var buffer = ChunkBuffer(capacity: 1 << 20)
    try withoutActuallyEscaping(body) { body in
        var walk: RecordWalk<TextSink>?
        while var chunk = try next(&buffer) {
            guard !chunk.isOverlong else {
                throw RecordFault(line: (walk?.sink.line ?? 0) + 1, reason: .lineTooLong)
            }
            if walk == nil {
                let layout = try RecordLayout(form, paths: paths, needed: needed, of: chunk, buffer)
                chunk.range = layout.start..<chunk.range.upperBound
                walk = RecordWalk(
                    layout.scanner,
                    sink: TextSink(
                        form: form, sought: sought, body: body, line: layout.headerLines))
            }
            try walk?.read(chunk, &buffer)
        }
    }
}

/// Gives the fields of each record as text, up to the first text that holds none and should.
private struct TextSink: RecordSink {
    /// The fields of a record, and which of them stand in its rows.
    struct Sought {
        let fieldCount: Int
        /// Of each value of a row, the field that it is.
        let inRow: [Int?]

        init(_ paths: [FieldPath], _ form: RecordForm) {
            fieldCount = paths.count
            inRow =
                form.rows?.names.map { name in paths.firstIndex { $0.columnName == name } } ?? []
        }
    }

    let form: RecordForm
    let sought: Sought
    let body: (FileRecord) throws -> Void
    /// As ``FileRecord/line``, of the latest.
    var line: Int
    /// Whether the latest line or document has given a record.
    var hasRecord = false

    mutating func enter(_ bytes: Span<UInt8>, _ text: Range<Int>) {
        line += 1
        hasRecord = false
    }

    mutating func takesLine(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        skipSpace(bytes, from: start) < endOfLine(bytes, from: start)
            && form.takesLine(bytes, from: start)
    }

    mutating func recognises(_ slots: borrowing FieldSlots, _ bytes: Span<UInt8>) -> Bool { true }

    mutating func leave(_ reason: NoRecord, at place: RecordPlace) throws {
        switch reason {
        case .blank, .other, .noRecords: break
        case .text(let reason), .broken(let reason):
            beginRecord()
            throw RecordFault(line: line, reason: reason)
        }
    }

    mutating func take(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, at place: RecordPlace
    ) throws {
        beginRecord()
        do {
            if form.isColumnar {
                try giveColumns(slots, bytes)
            } else if form.rows != nil {
                try giveRows(slots, bytes)
            } else {
                try body(FileRecord(line: line, fields: try fields(slots, bytes)))
            }
        } catch let reason as RejectReason {
            throw RecordFault(line: line, reason: reason)
        }
    }

    private mutating func beginRecord() {
        if hasRecord { line += 1 }
        hasRecord = true
    }

    private func fields(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(RejectReason) -> [String?] {
        var fields: [String?] = []
        fields.reserveCapacity(sought.fieldCount)
        for slot in 0..<sought.fieldCount {
            switch slots[slot] {
            case let found? where found.isScalar: fields.append(try text(found, bytes))
            case let found? where found.kind != .container:
                fields.append(found.kind == .true ? "true" : "false")
            default: fields.append(nil)
            }
        }
        return fields
    }

    /// Columns beside each other, each a list of the values of all records.
    private mutating func giveColumns(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws {
        var columns: [[String?]] = []
        /// What stands there once is every record's.
        var common: [Int: String] = [:]
        for slot in 0..<sought.fieldCount {
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
        for row in 0..<count {
            if row > 0 { line += 1 }
            let fields = columns.indices.map {
                common[$0] ?? (columns[$0].isEmpty ? nil : columns[$0][row])
            }
            try body(FileRecord(line: line, fields: fields))
        }
    }

    /// Rows of values, each a record with the fields that stand beside their list.
    private mutating func giveRows(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws {
        var fields = try fields(slots, bytes)
        guard let list = slots[sought.fieldCount] else { return }
        var isFirst = true
        try forEachElement(bytes, from: list.start) { element in
            if !isFirst { line += 1 }
            isFirst = false
            let values = try listValues(bytes, from: element.lowerBound)
            guard values.count == sought.inRow.count else { throw RejectReason.csvColumns }
            for (value, place) in zip(values, sought.inRow) {
                if let place { fields[place] = value }
            }
            try body(FileRecord(line: line, fields: fields))
        }
    }

    private func text(
        _ slot: FieldSlots.Slot, _ bytes: Span<UInt8>
    ) throws(RejectReason) -> String {
        let text = slot.withValue(bytes) { span -> String? in
            guard let valid = try? UTF8Span(validating: span) else { return nil }
            return String(copying: valid)
        }
        guard let text else { throw .utf8 }
        return text
    }
}

/// The values of a JSON list of scalars; `nil` for null.
private func listValues(_ bytes: Span<UInt8>, from start: Int) throws -> [String?] {
    var values: [String?] = []
    try forEachElement(bytes, from: start) { element in
        let isText = bytes[element.lowerBound] == UInt8(ascii: "\"")
        let text = isText ? element.lowerBound + 1..<element.upperBound - 1 : element
        let value = String(decoding: text.map { bytes[$0] }, as: UTF8.self)
        values.append(value == "null" && !isText ? nil : value)
    }
    return values
}

/// Gives the place of every element of a JSON list.
private func forEachElement(
    _ bytes: Span<UInt8>, from start: Int, _ body: (Range<Int>) throws -> Void
) throws {
    guard bytes[start] == UInt8(ascii: "[") else { throw RejectReason.fieldType }
    var offset = skipSpace(bytes, from: start + 1)
    while bytes[offset] != UInt8(ascii: "]") {
        let end = try skipValue(bytes, from: offset)
        try body(offset..<end)
        offset = skipSpace(bytes, from: end)
        if bytes[offset] == UInt8(ascii: ",") { offset = skipSpace(bytes, from: offset + 1) }
    }
}
