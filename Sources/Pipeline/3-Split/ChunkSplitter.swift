/// A piece of a file that holds whole records.
struct Chunk: Equatable {
    /// 0, 1, 2 … within the file.
    let sequence: Int
    /// Where the first byte stands in the plain text of the file.
    let offset: Int64
    /// Which bytes of the buffer are the text.
    var range: Range<Int>
    /// A record over the limit stood here and was dropped; the chunk then holds nothing else.
    let isOverlong: Bool
    /// Where documents stand, if they are not lines.
    var documents: [Range<Int>]?
}

/// Cuts a stream of plain bytes into chunks of whole records.
///
/// A record is a line, also in CSV: a quote that is left open spoils one line, not the rest of a file. Where
/// JSON documents are not lines, they are found by their braces.
/// Any cut of the bytes into reads or chunks gives the same records. The one limit on the length of
/// a record is here: no chunk is longer, so no part of the program can meet a longer one.
///
/// `@unchecked Sendable`: workers reach it only under the lock of its ``FileTask``.
final class ChunkSplitter: @unchecked Sendable {
    let stream: PlainByteStream
    private let chunkSize: Int
    private let recordLimit: Int
    private var carry: [UInt8] = []
    private var sequence = 0
    private var offset: Int64 = 0
    private var isEnded = false
    private var isDropping = false
    private var framing = Framing.lines
    private var unwrapper: LineUnwrapper?
    private var documents = DocumentSplitter()
    /// Whether its first text may begin with a byte order mark.
    private let beginsFile: Bool

    /// - Parameters:
    ///   - chunkSize: Bytes of text aimed at.
    ///   - recordLimit: Bytes of the longest record, its newline not counted.
    ///   - beginsFile: Whether the stream is that of a file from its beginning.
    init(_ stream: PlainByteStream, chunkSize: Int, recordLimit: Int, beginsFile: Bool = true) {
        self.beginsFile = beginsFile
        self.stream = stream
        self.recordLimit = min(recordLimit, FieldSlots.byteLimit - 1)
        self.chunkSize = min(chunkSize, self.recordLimit + 1)
    }

    /// Shows the first bytes of the file, again or more of them, before the first chunk is taken.
    ///
    /// - Parameter limit: Bytes to show, unless the file is shorter.
    /// - Returns: The text with its padding.
    func peek(_ limit: Int) throws(InputError) -> ChunkBuffer {
        var buffer = ChunkBuffer(capacity: limit)
        buffer.append(carry[...])
        if !isEnded { isEnded = try !buffer.fill(from: stream, upTo: limit) }
        carry = Array(buffer.bytes[..<buffer.count])
        buffer.truncate(to: buffer.count)
        return buffer
    }

    /// Whether each line is a record by itself.
    var hasPlainLines: Bool { framing == .lines && unwrapper == nil }

    /// Whether ``peek(_:)`` has shown the whole file.
    var isAtEnd: Bool { isEnded }

    /// Takes documents of `framing`, and a wrapping off lines, from the first chunk on.
    func frame(_ framing: Framing, unwrapping wrapping: LineWrapping?) {
        self.framing = framing
        unwrapper = wrapping.map { LineUnwrapper($0) }
    }

    /// Fills `buffer` with the next chunk; `nil` at the end of the file.
    func next(into buffer: inout ChunkBuffer) throws(InputError) -> Chunk? {
        guard framing == .lines else { return try nextDocuments(into: &buffer) }
        if isDropping { try dropRecord(&buffer) }
        buffer.removeAll()
        buffer.append(carry[...])
        carry.removeAll(keepingCapacity: true)

        var target = max(chunkSize, buffer.count)
        while true {
            buffer.reserve(target)
            if !isEnded { isEnded = try !buffer.fill(from: stream, upTo: target) }
            if isEnded {
                if stream.truncation != nil { dropCutRecord(&buffer) }
                guard buffer.count > 0 else { return nil }
                if buffer.count <= recordLimit || recordsEnd(buffer) != nil {
                    return cut(&buffer, at: endOfInput(buffer))
                }
            } else if let end = recordsEnd(buffer) {
                return cut(&buffer, at: end)
            }
            if target > recordLimit || isEnded { return overlong(&buffer) }
            target = min(target * 2, recordLimit + 1)
        }
    }

    /// What follows the last whole line of a truncated file is no record.
    private func dropCutRecord(_ buffer: inout ChunkBuffer) {
        buffer.truncate(to: recordsEnd(buffer) ?? 0)
    }

    /// At the end of the file the last record needs no newline, if it is within the limit.
    private func endOfInput(_ buffer: ChunkBuffer) -> Int {
        guard let end = recordsEnd(buffer) else { return buffer.count }
        return buffer.count - end <= recordLimit ? buffer.count : end
    }

    /// Where the last whole record ends, its newline included; `nil` when none does.
    private func recordsEnd(_ buffer: ChunkBuffer) -> Int? {
        if let unwrapper {
            return unwrapper.wholeEnd(buffer.bytes.span, count: buffer.count)
        }
        return lastOffset(of: UInt8(ascii: "\n"), in: buffer.bytes.span, from: 0, to: buffer.count)
            .map { $0 + 1 }
    }

    /// As ``next(into:)``, for documents that are not lines.
    private func nextDocuments(into buffer: inout ChunkBuffer) throws(InputError) -> Chunk? {
        buffer.removeAll()
        buffer.append(carry[...])
        carry.removeAll(keepingCapacity: true)
        documents.removeAll()
        var target = max(chunkSize, buffer.count)
        while true {
            buffer.reserve(target)
            if !isEnded { isEnded = try !buffer.fill(from: stream, upTo: target) }
            // The padding behind the text may be of a longer one before.
            buffer.truncate(to: buffer.count)
            let isWhole = isEnded && stream.truncation == nil
            documents.scan(buffer.bytes.span, to: buffer.count, isEnd: isWhole)
            if isEnded, !isWhole { buffer.truncate(to: documents.end) }
            if isEnded || documents.end > 0 {
                guard buffer.count > 0 else { return nil }
                let end = isEnded ? buffer.count : documents.end
                carry.append(contentsOf: buffer.bytes[end..<buffer.count])
                buffer.truncate(to: end)
                var chunk = makeChunk(count: end, isOverlong: false)
                chunk.documents = documents.found
                return chunk
            }
            guard target <= recordLimit else {
                throw .header(
                    problem: "the document at byte \(offset) does not end within max_line_bytes "
                        + "(\(recordLimit)); raise it in flue.yaml, or mend the brace or quote that is left "
                        + "open there")
            }
            target = min(target * 2, recordLimit + 1)
        }
    }

    private func cut(_ buffer: inout ChunkBuffer, at end: Int) -> Chunk {
        carry.append(contentsOf: buffer.bytes[end..<buffer.count])
        buffer.truncate(to: end)
        let chunk = makeChunk(count: end, isOverlong: false)
        unwrapper?.unwrap(&buffer, chunk.range)
        guard chunk.sequence == 0, beginsFile, buffer.bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
            return chunk
        }
        // A byte order mark is no part of the first record.
        return Chunk(sequence: 0, offset: 0, range: min(3, end)..<end, isOverlong: false)
    }

    /// The buffer holds the head of a record over the limit: it is dropped up to its newline.
    private func overlong(_ buffer: inout ChunkBuffer) -> Chunk {
        isDropping = true
        let chunk = makeChunk(count: buffer.count, isOverlong: true)
        buffer.truncate(to: 0)
        return chunk
    }

    private func dropRecord(_ buffer: inout ChunkBuffer) throws(InputError) {
        isDropping = false
        while !isEnded {
            buffer.removeAll()
            buffer.reserve(chunkSize)
            isEnded = try !buffer.fill(from: stream, upTo: chunkSize)
            let newline = firstOffset(
                of: UInt8(ascii: "\n"), in: buffer.bytes.span, from: 0, to: buffer.count)
            offset += Int64(newline.map { $0 + 1 } ?? buffer.count)
            if let newline {
                carry.append(contentsOf: buffer.bytes[(newline + 1)..<buffer.count])
                return
            }
        }
    }

    private func makeChunk(count: Int, isOverlong: Bool) -> Chunk {
        let chunk = Chunk(
            sequence: sequence, offset: offset, range: 0..<count, isOverlong: isOverlong)
        sequence += 1
        offset += Int64(count)
        return chunk
    }
}
