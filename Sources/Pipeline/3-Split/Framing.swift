/// How the records of a file are told apart.
enum Framing: Equatable {
    /// One a line.
    case lines
    /// JSON documents with anything between them: spread over lines, behind one another, or in a list.
    case documents

    /// - Parameters:
    ///   - bytes: The beginning of a file with its padding.
    ///   - count: Bytes of text.
    ///   - isWhole: Whether the file ends there, or no more of it is to be had.
    /// - Returns: `nil` when more of the file must be seen.
    init?(_ bytes: Span<UInt8>, count: Int, isWhole: Bool) {
        self = .lines
        var offset = 0
        if count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { offset = 3 }
        if Self.isList(bytes, from: offset, to: count) {
            self = .documents
            return
        }
        // The first line that begins a JSON object decides; others may be of another writer.
        while offset < count {
            let end = endOfLine(bytes, from: offset)
            let start = skipSpace(bytes, from: offset)
            guard start < end, bytes[start] == UInt8(ascii: "{") else {
                offset = end + 1
                continue
            }
            // One whole object and nothing else, or one that is broken: a line.
            if let close = try? skipValue(bytes, from: start), skipSpace(bytes, from: close) >= end
            {
                return
            }
            var documents = DocumentSplitter()
            documents.scan(bytes, to: count, isEnd: false, from: start)
            guard let first = documents.found.first else {
                // It may end further on, unless the next line begins another one.
                let isNext = end + 1 < count && bytes[end + 1] == UInt8(ascii: "{")
                if isWhole || isNext { return }
                return nil
            }
            let next = skipSpace(bytes, from: first.upperBound)
            let isSpread =
                first.upperBound > end || bytes[next] == UInt8(ascii: ",")
                || bytes[next] == UInt8(ascii: "{") || bytes[next] == 0x1E
            if isSpread, Self.isObject(bytes, first) { self = .documents }
            return
        }
    }

    /// Whether the text in `range` is JSON when its newlines are spaces.
    private static func isObject(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var text = ChunkBuffer(capacity: range.count)
        text.append(range.map { bytes[$0] }[...])
        text.truncate(to: range.count)
        text.joinLines(0..<range.count)
        return (try? skipValue(text.bytes.span, from: 0)) == range.count
    }

    /// Whether a list of objects begins there, and not a text line in brackets.
    private static func isList(_ bytes: Span<UInt8>, from start: Int, to count: Int) -> Bool {
        func skip(_ start: Int) -> Int {
            var offset = start
            while offset < count, isSpace(bytes[offset]) { offset += 1 }
            return offset
        }
        let open = skip(start)
        guard open < count, bytes[open] == UInt8(ascii: "[") else { return false }
        let first = skip(open + 1)
        return first < count
            && (bytes[first] == UInt8(ascii: "{") || bytes[first] == UInt8(ascii: "]"))
    }
}

@inline(__always)
private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
}

/// Finds JSON documents by their braces, whatever stands between them.
struct DocumentSplitter {
    /// Whole documents, in order, and what is none, up to its line's end.
    private(set) var found: [Range<Int>] = []
    /// Behind the last of them, and the punctuation of a list that follows.
    private(set) var end = 0

    mutating func removeAll() {
        found.removeAll(keepingCapacity: true)
        end = 0
    }

    /// Goes on behind what was found.
    ///
    /// - Parameters:
    ///   - limit: Bytes of text.
    ///   - isEnd: Whether the file ends there: what is open then is taken as it is.
    mutating func scan(_ bytes: Span<UInt8>, to limit: Int, isEnd: Bool, from start: Int = 0) {
        end = max(end, start)
        while true {
            let start = skipPunctuation(bytes, from: end, to: limit)
            guard start < limit else {
                end = limit
                return
            }
            guard let close = endOfDocument(bytes, from: start, to: limit) else {
                if isEnd {
                    found.append(start..<limit)
                    end = limit
                }
                return
            }
            found.append(start..<close)
            end = close
        }
    }

    /// Past white space, and the brackets and commas of a list of documents.
    private func skipPunctuation(_ bytes: Span<UInt8>, from start: Int, to limit: Int) -> Int {
        var offset = start
        while offset < limit {
            switch bytes[offset] {
            // 0x1E separates the texts of RFC 7464.
            case 0x20, 0x09, 0x0A, 0x0D, 0, 0x1E, UInt8(ascii: ","), UInt8(ascii: "["),
                UInt8(ascii: "]"):
                offset += 1
            case 0xEF where offset + 3 <= limit && bytes[offset + 1] == 0xBB:
                offset += 3
            default: return offset
            }
        }
        return offset
    }

    /// Behind the brace that closes the document at `start`; `nil` when the text ends before.
    private func endOfDocument(_ bytes: Span<UInt8>, from start: Int, to limit: Int) -> Int? {
        guard bytes[start] == UInt8(ascii: "{") else {
            // What is none ends where one may begin.
            return (start..<limit).first {
                bytes[$0] == UInt8(ascii: "\n") || bytes[$0] == UInt8(ascii: "{")
            }
        }
        var depth = 0
        var offset = start
        while offset < limit {
            switch bytes[offset] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return offset + 1 }
            case UInt8(ascii: "\""):
                guard let close = endOfString(bytes, from: offset + 1, to: limit) else {
                    return nil
                }
                offset = close
            default: break
            }
            offset += 1
        }
        return nil
    }

    /// The quote that closes a string; `nil` when the text ends before.
    private func endOfString(_ bytes: Span<UInt8>, from start: Int, to limit: Int) -> Int? {
        var offset = start
        while true {
            offset = endOfPlainText(bytes, from: offset)
            guard offset < limit else { return nil }
            switch bytes[offset] {
            case UInt8(ascii: "\""): return offset
            case UInt8(ascii: "\\"): offset += 2
            default: offset += 1
            }
            guard offset < limit else { return nil }
        }
    }
}
