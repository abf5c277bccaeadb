/// Finds the lines of a part of a file in the text that is decoded from its first byte on.
struct PartCut {
    /// How the file is compressed; a part does not show it.
    let compression: Compression
    /// Whether what stands before the first line end is the part before's.
    private var skipsLine: Bool
    /// Where the text ends that is decoded from the part itself, once that is known.
    private var end: Int64?
    /// Bytes of text that were looked at.
    private var position: Int64 = 0
    private(set) var isDone = false

    init(_ range: FileRange, _ compression: Compression) {
        self.compression = compression
        skipsLine = !range.isFirst
    }

    var isBehindPart: Bool { end != nil }

    /// The part itself has been decoded; what follows is looked at for the end of its last line.
    mutating func endPart() { end = position }

    /// Of the text that comes next, what belongs to the part: all before ``endPart()`` but the first line, and behind it up to
    /// a line end.
    mutating func lines(in text: Span<UInt8>) -> Range<Int> {
        defer { position += Int64(text.count) }
        var start = 0
        if skipsLine {
            guard let close = lineEnd(text, from: 0) else { return 0..<0 }
            skipsLine = false
            start = close + 1
            // A line that goes on behind the part is another one's, and so is what follows it.
            if end != nil {
                isDone = true
                return 0..<0
            }
        }
        guard end != nil else { return start..<text.count }
        guard let close = lineEnd(text, from: start) else { return start..<text.count }
        isDone = true
        return start..<close + 1
    }

    private func lineEnd(_ text: Span<UInt8>, from start: Int) -> Int? {
        guard start < text.count else { return nil }
        return firstOffset(of: UInt8(ascii: "\n"), in: text, from: start, to: text.count)
    }
}
