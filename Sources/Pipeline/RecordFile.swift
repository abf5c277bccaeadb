/// Reads small files of records (grid series, region tables) with the scanners that read logs.
///
/// Sequential, and with a `String` per field: for thousands of records, not for millions.
package enum RecordFile {
    /// One record.
    package struct Record {
        /// 1-based, the header counted.
        package let line: Int
        /// Field n of the paths that were asked for; `nil` when it is missing or empty.
        package let fields: [String?]
    }

    /// A record that could not be read.
    package struct Fault: Error, Equatable {
        package let line: Int
        package let reason: RejectReason
    }

    /// Reads a text that is in memory.
    package static func read(
        text: String, format: RecordFormat, paths: [FieldPath], needed: [[FieldPath]],
        name: String, body: (Record) throws -> Void
    ) throws {
        var buffer = ChunkBuffer(capacity: text.utf8.count)
        buffer.append(Array(text.utf8)[...])
        let chunk = Chunk(sequence: 0, offset: 0, range: 0..<buffer.count, isOverlong: false)
        var walk = RecordWalk(format: format, paths: paths, needed: needed, name: name)
        try walk.read(chunk, of: buffer, body)
    }

    /// Reads a file, whatever its compression.
    ///
    /// - Returns: The file's identity.
    /// - Throws: ``InputError`` for the file as a whole, ``Fault`` for a line, and what `body` throws.
    package static func read(
        _ file: InputFile, format: RecordFormat, paths: [FieldPath], needed: [[FieldPath]],
        name: String, body: (Record) throws -> Void
    ) throws -> FileIdentity {
        let stream = PlainByteStream(try FileReader(file), limit: 1 << 40)
        let splitter = ChunkSplitter(
            stream, chunkSize: 1 << 20, recordLimit: 1 << 20)
        var buffer = ChunkBuffer(capacity: 1 << 20)
        var walk = RecordWalk(format: format, paths: paths, needed: needed, name: name)
        while let chunk = try splitter.next(into: &buffer) {
            try walk.read(chunk, of: buffer, body)
        }
        return try stream.finish()
    }
}

/// Goes through chunks, record by record.
private struct RecordWalk: ~Copyable {
    let format: RecordFormat
    let paths: [FieldPath]
    let needed: [[FieldPath]]
    let name: String
    private var layout: RecordLayout?
    private var line = 0
    private var slots = FieldSlots()

    init(format: RecordFormat, paths: [FieldPath], needed: [[FieldPath]], name: String) {
        self.format = format
        self.paths = paths
        self.needed = needed
        self.name = name
    }

    mutating func read(
        _ chunk: Chunk, of buffer: ChunkBuffer, _ body: (RecordFile.Record) throws -> Void
    ) throws {
        guard !chunk.isOverlong else {
            throw RecordFile.Fault(line: line + 1, reason: .lineTooLong)
        }
        let bytes = buffer.bytes.span.extracting(0..<chunk.range.upperBound + scanPadding)
        var offset = chunk.range.lowerBound
        let layout: RecordLayout
        if let known = self.layout {
            layout = known
        } else {
            layout = try RecordLayout(
                format, paths: paths, needed: needed, name: name, in: bytes, chunk.range)
            self.layout = layout
            offset = layout.start
            line += layout.hasHeader ? 1 : 0
        }
        while offset < chunk.range.upperBound {
            line += 1
            let isEmpty = bytes[offset] == UInt8(ascii: "\n") || bytes[offset] == UInt8(ascii: "\r")
            do {
                let end = try layout.scanner.scan(bytes, from: offset, into: &slots)
                offset = end + 1
            } catch {
                guard isEmpty else { throw RecordFile.Fault(line: line, reason: error) }
                offset = endOfLine(bytes, from: offset) + 1
                continue
            }
            var fields: [String?] = []
            for slot in paths.indices {
                guard let found = slots[slot], found.isScalar else {
                    fields.append(nil)
                    continue
                }
                guard let text = String(validating: found.decoded(bytes), as: UTF8.self) else {
                    throw RecordFile.Fault(line: line, reason: .utf8)
                }
                fields.append(text)
            }
            try body(RecordFile.Record(line: line, fields: fields))
        }
    }
}

/// Reads times that are already text, in one format.
package struct TimeReader {
    private var scanner: TimeScanner

    package init(_ format: TimeFormat, zone: TimeZoneRule? = .utc) {
        scanner = TimeScanner([format], zone: zone)
    }

    /// Milliseconds since 1970-01-01 UTC.
    package mutating func milliseconds(_ text: String) throws(RejectReason) -> Int64 {
        let bytes = Array(text.utf8) + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
        return try scanner.milliseconds(bytes.span, 0..<text.utf8.count)
    }
}
