import Crypto

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
    private var skipped = SHA256()
    private var tail = SHA256()

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
            let close = lineEnd(text, from: 0)
            let other = text.extracting(0..<(close.map { $0 + 1 } ?? text.count))
            skipped.update(other)
            if end != nil { tail.update(other) }
            guard let close else { return 0..<0 }
            skipsLine = false
            start = close + 1
            // A line that goes on behind the part is another one's, and so is what follows it.
            if end != nil {
                isDone = true
                return 0..<0
            }
        }
        guard end != nil else { return start..<text.count }
        let close = lineEnd(text, from: start)
        let lines = start..<(close.map { $0 + 1 } ?? text.count)
        tail.update(text.extracting(lines))
        isDone = close != nil
        return lines
    }

    /// SHA-256 of what was left to the part before, and of what was taken behind this one: each part's is the next one's.
    var edges: (skipped: [UInt8], tail: [UInt8]) {
        (Array(skipped.finalize()), Array(tail.finalize()))
    }

    private func lineEnd(_ text: Span<UInt8>, from start: Int) -> Int? {
        guard start < text.count else { return nil }
        return firstOffset(of: UInt8(ascii: "\n"), in: text, from: start, to: text.count)
    }
}

extension SHA256 {
    mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe update(bufferPointer: $0) }
    }
}
