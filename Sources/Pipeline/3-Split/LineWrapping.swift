/// What others put around the lines of a log on their way into a file.
enum LineWrapping: Equatable {
    /// Words before the JSON: a time, a stream, a tag, `data:`.
    case prefix
    /// As a container runtime writes it (CRI): a time, the stream, `F` or `P`, the line. `P` is a part, which goes on in the
    /// next line.
    case container
    /// The line is a text in a JSON object, as Docker, Fluent Bit and journald write it.
    case field

    /// Longest prefix, bytes.
    private static let prefixLimit = 512
    /// Names of the field that holds the line.
    static let fields = ["log", "message", "MESSAGE", "msg", "line", "textPayload", "jsonPayload"]
        .map { FieldPath([$0]) }

    /// The prefix that most of the first lines have, of a file none of whose lines begins with a brace.
    init?(prefixOf bytes: Span<UInt8>, _ lines: [Range<Int>]) {
        guard !lines.contains(where: { bytes[skipSpace(bytes, from: $0.lowerBound)] == 0x7B })
        else { return nil }
        if lines.contains(where: { Self.containerLine(bytes, $0) != nil }) {
            self = .container
        } else if lines.contains(where: { Self.prefixEnd(bytes, $0) != nil }) {
            self = .prefix
        } else {
            return nil
        }
    }

    /// Where the JSON of a line begins behind other words; `nil` when the rest of the line is no JSON object.
    fileprivate static func prefixEnd(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Int? {
        var offset = line.lowerBound
        let limit = min(line.upperBound, offset + prefixLimit)
        while offset < limit, bytes[offset] != UInt8(ascii: "{") { offset += 1 }
        guard offset < limit, offset > line.lowerBound,
            let end = try? skipValue(bytes, from: offset),
            skipSpace(bytes, from: end) >= line.upperBound
        else { return nil }
        return offset
    }

    /// A line of a container runtime: where its text begins, and whether it goes on in the next.
    fileprivate static func containerLine(
        _ bytes: Span<UInt8>, _ line: Range<Int>
    ) -> (start: Int, isPart: Bool, stream: UInt8)? {
        var words: [Range<Int>] = []
        var start = line.lowerBound
        for offset in line.prefix(96) where bytes[offset] == 0x20 {
            words.append(start..<offset)
            start = offset + 1
            if words.count == 3 { break }
        }
        guard words.count == 3, words[0].count >= 20, bytes[words[0].lowerBound + 4] == 0x2D,
            holds(Array("stdout".utf8), in: bytes, at: words[1].lowerBound)
                || holds(Array("stderr".utf8), in: bytes, at: words[1].lowerBound),
            words[1].count == 6
        else { return nil }
        // Other tags may follow behind a colon.
        let tag = bytes[words[2].lowerBound]
        let isAlone =
            words[2].count == 1 || bytes[words[2].lowerBound + 1] == UInt8(ascii: ":")
        guard tag == UInt8(ascii: "F") || tag == UInt8(ascii: "P"), isAlone else { return nil }
        return (start, tag == UInt8(ascii: "P"), bytes[words[1].lowerBound + 3])
    }
}

/// Takes the wrapping off lines, in their place: each keeps its beginning and its end, so that lines and offsets are still
/// those of the file. Parts of a line are put together in the place of all that stands between the first and the last of
/// them; blank lines stand for the others.
struct LineUnwrapper {
    let wrapping: LineWrapping
    private let scanner = JSONScanner(LineWrapping.fields + [FieldPath(["stream"])])
    private static let streamSlot = LineWrapping.fields.count

    init(_ wrapping: LineWrapping) { self.wrapping = wrapping }

    /// What a line holds.
    private struct Content {
        /// The text itself where it is not as it stands in the line.
        var text: [UInt8]?
        var range: Range<Int>
        /// Whether the line goes on in the next one of its stream.
        var isPart = false
        var stream: UInt8 = 0
    }

    /// Where the last line ends behind which no part of a longer one waits for more; `nil` where none does.
    ///
    /// - Parameter count: Bytes of text, which may end inside a line.
    func wholeEnd(_ bytes: Span<UInt8>, count: Int) -> Int? {
        guard wrapping != .prefix else {
            return lastOffset(of: UInt8(ascii: "\n"), in: bytes, from: 0, to: count).map { $0 + 1 }
        }
        var open: Set<UInt8> = []
        var end: Int?
        var start = 0
        while let newline = firstOffset(of: UInt8(ascii: "\n"), in: bytes, from: start, to: count) {
            if let content = content(bytes, start..<newline) {
                if content.isPart {
                    open.insert(content.stream)
                } else {
                    open.remove(content.stream)
                }
            }
            start = newline + 1
            if open.isEmpty { end = start }
        }
        return end
    }

    /// Unwraps the whole lines of a text.
    func unwrap(_ buffer: inout ChunkBuffer, _ range: Range<Int>) {
        /// Parts of lines that have begun, by stream.
        var open: [UInt8: [UInt8]] = [:]
        /// What stands in the place of the lines since the first of those.
        var lines: [[UInt8]] = []
        var first = range.lowerBound
        var count = 0
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(endOfLine(buffer.bytes.span, from: start), range.upperBound)
            let line = start..<end
            let isLast = end + 1 >= range.upperBound
            if open.isEmpty {
                first = start
                lines = []
                count = 0
            }
            count += 1
            if let content = content(buffer.bytes.span, line) {
                let text = content.text ?? content.range.map { buffer.bytes[$0] }
                open[content.stream, default: []] += text
                if !content.isPart || isLast {
                    let whole = open.removeValue(forKey: content.stream) ?? []
                    // What is no JSON is a line of another writer, and stays as it is.
                    let isKept = wrapping == .field && !Self.isObject(whole)
                    lines.append(isKept ? line.map { buffer.bytes[$0] } : whole)
                }
            } else {
                lines.append(line.map { buffer.bytes[$0] })
            }
            if open.isEmpty || isLast {
                lines += open.values
                open = [:]
                put(lines, count, &buffer, first..<end)
            }
            start = end + 1
        }
    }

    private func content(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Content? {
        switch wrapping {
        case .prefix:
            return LineWrapping.prefixEnd(bytes, line).map { Content(range: $0..<line.upperBound) }
        case .container:
            return LineWrapping.containerLine(bytes, line).map {
                let isReturned = bytes[line.upperBound - 1] == UInt8(ascii: "\r")
                return Content(
                    range: $0.start..<max($0.start, line.upperBound - (isReturned ? 1 : 0)),
                    isPart: $0.isPart, stream: $0.stream)
            }
        case .field: return field(bytes, line)
        }
    }

    /// The text in a field, if it is a JSON object or a part of one.
    private func field(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Content? {
        var slots = FieldSlots()
        let start = skipSpace(bytes, from: line.lowerBound)
        guard start < line.upperBound,
            (try? scanner.scan(bytes, from: start, level: 0, into: &slots)) != nil
        else { return nil }
        for slot in LineWrapping.fields.indices {
            guard let found = slots[slot] else { continue }
            guard found.isScalar else {
                guard found.kind == .container, bytes[found.start] == UInt8(ascii: "{"),
                    let end = try? skipValue(bytes, from: found.start)
                else { continue }
                return Content(range: found.start..<end)
            }
            guard found.kind != .number else { continue }
            var text = found.decoded(bytes)
            // Docker cuts long lines: only the last part ends in a newline. Others leave the newline out.
            let isWhole = text.last == UInt8(ascii: "\n")
            while let last = text.last, last == 0x0A || last == 0x0D { text.removeLast() }
            let stream = slots[Self.streamSlot].flatMap { $0.range.last.map { bytes[$0] } } ?? 0
            let isOpen = slot == 0 && stream != 0 && !isWhole && !Self.isObject(text)
            return Content(text: text, range: found.range, isPart: isOpen, stream: stream)
        }
        return nil
    }

    private static func isObject(_ text: [UInt8]) -> Bool {
        let padded = text + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
        let start = skipSpace(padded.span, from: 0)
        guard padded[start] == UInt8(ascii: "{"), let end = try? skipValue(padded.span, from: start)
        else { return false }
        return skipSpace(padded.span, from: end) == text.count
    }

    /// Puts lines in the place of those that hold them, as many with the blank ones behind them.
    private func put(
        _ lines: [[UInt8]], _ count: Int, _ buffer: inout ChunkBuffer, _ place: Range<Int>
    ) {
        let blank = count - lines.count
        var text: [UInt8] = []
        for (index, line) in lines.enumerated() {
            if index > 0 { text.append(0x0A) }
            text += line.map { $0 == 0x0A ? 0x20 : $0 }
        }
        let free = place.count - text.count - blank
        guard free >= 0 else { return }
        text += Array(repeating: 0x20, count: free) + Array(repeating: 0x0A, count: blank)
        buffer.replace(place, with: text)
    }
}
