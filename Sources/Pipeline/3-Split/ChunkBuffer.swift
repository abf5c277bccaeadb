/// A worker's own buffer for one chunk; reused for every chunk it folds.
struct ChunkBuffer {
    /// Text, then ``scanPadding`` newline bytes.
    private(set) var bytes: [UInt8]
    /// Bytes of text.
    private(set) var count = 0

    init(capacity: Int) {
        bytes = [UInt8](repeating: UInt8(ascii: "\n"), count: capacity + scanPadding)
    }

    /// Bytes of text that fit.
    var capacity: Int { bytes.count - scanPadding }

    /// The lines in a range that are not blank.
    func lines(in range: Range<Int>) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var offset = range.lowerBound
        while offset < range.upperBound {
            let end = endOfLine(bytes.span, from: offset)
            if skipSpace(bytes.span, from: offset) < end { lines.append(offset..<end) }
            offset = end + 1
        }
        return lines
    }

    mutating func removeAll() { count = 0 }

    /// Makes room for `capacity` bytes of text.
    mutating func reserve(_ capacity: Int) {
        guard capacity > self.capacity else { return }
        bytes += [UInt8](repeating: UInt8(ascii: "\n"), count: capacity - self.capacity)
    }

    mutating func append(_ text: ArraySlice<UInt8>) {
        reserve(count + text.count)
        bytes.replaceSubrange(count..<count + text.count, with: text)
        count += text.count
    }

    /// Appends what `stream` yields, up to `limit` bytes of text in all.
    ///
    /// - Returns: Whether the stream may hold more.
    mutating func fill(from stream: PlainByteStream, upTo limit: Int) throws(InputError) -> Bool {
        let free = count..<limit
        var text = bytes.mutableSpan
        let added = try stream.read(into: &text, at: free)
        count += added
        return added == free.count
    }

    /// Puts as many bytes in the place of others.
    mutating func replace(_ range: Range<Int>, with text: [UInt8]) {
        bytes.replaceSubrange(range, with: text)
    }

    /// Makes one line of the text in `range`: white space that is no newline stands in the place of each.
    mutating func joinLines(_ range: Range<Int>) {
        for offset in range where bytes[offset] == UInt8(ascii: "\n") {
            bytes[offset] = UInt8(ascii: "\r")
        }
    }

    /// Replaces a JSON text that holds JSON itself by that; `range` includes its quotes. One that does not becomes an
    /// empty list, or in the place of a record an empty text.
    ///
    /// The text without its escapes is never longer than with them, so nothing else moves.
    mutating func unfoldText(_ range: Range<Int>, isElement: Bool) {
        let text = decodedJSONText(bytes.span, range.lowerBound + 1..<range.upperBound - 1)
            .map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }
        let isJSON = holdsContainer(text)
        fill(range, with: isJSON ? text[...] : Array((isElement ? "\"\"" : "[]").utf8)[...])
    }

    /// Replaces the text of a CSV cell by itself, its doubled quotes single.
    mutating func unfoldCell(_ range: Range<Int>) {
        fill(range, with: decodedCSVText(bytes.span, range)[...])
    }

    /// Replaces the text in `range` by itself without escapes.
    ///
    /// - Returns: Where it stands now.
    mutating func decodeText(_ range: Range<Int>) -> Range<Int> {
        let text = decodedJSONText(bytes.span, range)
        fill(range, with: text[...])
        return range.lowerBound..<range.lowerBound + text.count
    }

    private mutating func fill(_ range: Range<Int>, with text: ArraySlice<UInt8>) {
        let space = Array(repeating: UInt8(ascii: " "), count: range.count - text.count)
        bytes.replaceSubrange(range, with: text + space)
    }

    /// Whether a text is one JSON object or array.
    private func holdsContainer(_ text: [UInt8]) -> Bool {
        let padded = text + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
        let start = skipSpace(padded.span, from: 0)
        guard padded[start] == UInt8(ascii: "{") || padded[start] == UInt8(ascii: "["),
            let end = try? skipValue(padded.span, from: start)
        else { return false }
        return skipSpace(padded.span, from: end) == text.count
    }

    /// Cuts the text at `end` and restores the padding behind it.
    mutating func truncate(to end: Int) {
        count = end
        for offset in end..<min(end + scanPadding, bytes.count) {
            bytes[offset] = UInt8(ascii: "\n")
        }
    }
}
