/// Reads lines that look like an earlier one without looking up their keys.
///
/// Lines of one writer repeat their keys, order and punctuation. A template keeps what stood between the
/// values of one line; when the next line has the same bytes there, only its values are looked at. Any
/// difference, and the general scan reads the line: the two agree on every input.
struct LayoutPredictor {
    /// Writers have few layouts: a success, a failure, a stream.
    private static let templateLimit = 4

    /// A value, and the fixed text before it.
    private struct Hole {
        /// Where the fixed text stands in `words`.
        var firstWord: Int
        var wordCount: Int
        var byteCount: Int
        /// -1 for a value that nobody asked for.
        var slot: Int
        /// Somebody asked for this value or what it may hold: an object or array is read in full.
        var isKnown: Bool
    }

    private struct Template {
        var holes: Range<Int>
    }

    private var templates: [Template] = []
    private var holes: [Hole] = []
    /// Fixed texts, eight bytes a word; what is missing in a last word is 0.
    private var words: [UInt64] = []
    private var likeliest = 0
    private var next = 0
    /// Lines to let pass before another template is learned: doubled each time, so that a log without
    /// any repeated layout costs little more than the general scan.
    private var patience = 0
    private var patienceLimit = 1

    /// Reads the line at `start` by a known layout.
    ///
    /// - Returns: The offset of its newline; `nil` when no layout fits, and `slots` mean nothing.
    @inline(__always)
    mutating func scan(
        _ bytes: Span<UInt8>, from start: Int, into slots: inout FieldSlots
    ) -> Int? {
        let count = templates.count
        guard count > 0 else { return nil }
        var index = likeliest
        for _ in 0..<count {
            if let end = match(templates[index].holes, bytes, start, &slots) {
                likeliest = index
                return end
            }
            index = index + 1 == count ? 0 : index + 1
        }
        return nil
    }

    private func match(
        _ range: Range<Int>, _ bytes: Span<UInt8>, _ start: Int, _ slots: inout FieldSlots
    ) -> Int? {
        slots.removeAll()
        var offset = start
        for index in range {
            let hole = holes[index]
            guard equals(hole, bytes, offset) else { return nil }
            offset += hole.byteCount
            // The last hole is the line's end: its fixed text holds the newline.
            if index == range.upperBound - 1 { return offset - 1 }
            guard let end = value(hole, bytes, offset, &slots) else { return nil }
            offset = end
        }
        return nil
    }

    /// Whether the fixed text before a hole stands at `offset`.
    ///
    /// No fixed text but the last holds a newline, so each word that is loaded begins in the line.
    @inline(__always)
    private func equals(_ hole: Hole, _ bytes: Span<UInt8>, _ offset: Int) -> Bool {
        var position = offset
        var rest = hole.byteCount
        for index in hole.firstWord..<hole.firstWord + hole.wordCount {
            guard word(bytes, at: position) & leadingBytes(rest) == words[index] else {
                return false
            }
            position += 8
            rest -= 8
        }
        return true
    }

    /// Past the value at `start`; `nil` when it is one that the general scan must read.
    @inline(__always)
    private func value(
        _ hole: Hole, _ bytes: Span<UInt8>, _ start: Int, _ slots: inout FieldSlots
    ) -> Int? {
        let first = byte(bytes, at: start)
        if first == UInt8(ascii: "\"") {
            let end = endOfPlainText(bytes, from: start + 1)
            if byte(bytes, at: end) == UInt8(ascii: "\"") {
                if hole.slot >= 0 { slots.set(hole.slot, from: start + 1, to: end, .text) }
                return end + 1
            }
            guard let close = try? endOfText(bytes, from: end) else { return nil }
            if hole.slot >= 0 { slots.set(hole.slot, from: start + 1, to: close, .escapedJSON) }
            return close + 1
        }
        if isDigit(first), first != UInt8(ascii: "0") {
            var end = start + 1
            while isDigit(byte(bytes, at: end)) { end += 1 }
            let next = byte(bytes, at: end)
            if next == UInt8(ascii: ",") || next == UInt8(ascii: "}") {
                if hole.slot >= 0 { slots.set(hole.slot, from: start, to: end, .number) }
                return end
            }
        }
        return otherValue(hole, bytes, start, first, &slots)
    }

    /// As above, for what is neither plain text nor a plain whole number.
    private func otherValue(
        _ hole: Hole, _ bytes: Span<UInt8>, _ start: Int, _ first: UInt8,
        _ slots: inout FieldSlots
    ) -> Int? {
        let isContainer = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        if isContainer, hole.isKnown { return nil }
        guard let end = try? skipValue(bytes, from: start) else { return nil }
        guard hole.slot >= 0 else { return end }
        switch first {
        case UInt8(ascii: "n"): break  // null is the same as no value
        case UInt8(ascii: "t"): slots.set(hole.slot, from: start, to: start, .true)
        case UInt8(ascii: "f"): slots.set(hole.slot, from: start, to: start, .false)
        default: slots.set(hole.slot, from: start, to: end, .number)
        }
        return end
    }

    /// Takes the layout of a line that the general scan has read.
    mutating func learn(_ bytes: Span<UInt8>, from start: Int, to end: Int, keys: KeyTree) {
        guard patience == 0 else {
            patience -= 1
            return
        }
        patience = patienceLimit
        patienceLimit = min(patienceLimit * 2, 1 << 16)

        var line = TemplateLine(keys: keys)
        guard line.read(bytes, from: start, to: end) else { return }
        let first = holes.count
        for (text, slot, isKnown) in line.parts {
            holes.append(
                Hole(
                    firstWord: words.count, wordCount: (text.count + 7) / 8, byteCount: text.count,
                    slot: slot, isKnown: isKnown))
            for offset in stride(from: 0, to: text.count, by: 8) {
                words.append(
                    text[offset..<min(offset + 8, text.count)].reversed()
                        .reduce(0) { $0 << 8 | UInt64($1) })
            }
        }
        let template = Template(holes: first..<holes.count)
        if templates.count < Self.templateLimit {
            templates.append(template)
        } else {
            templates[next] = template
        }
        likeliest = next
        next = (next + 1) % Self.templateLimit
    }
}

/// Takes a line apart into fixed texts and values.
private struct TemplateLine {
    /// A line of more values, or of longer keys, is no layout that others will repeat.
    private static let partLimit = 256
    private static let textLimit = 4_096

    private let keys: KeyTree
    /// The text before each value, its slot, and whether somebody asked for it. The last
    /// part is the line's end.
    private(set) var parts: [(text: [UInt8], slot: Int, isKnown: Bool)] = []
    private var textStart = 0
    private var seen: UInt64 = 0

    init(keys: KeyTree) { self.keys = keys }

    /// `false` for a line that is no template: one that repeats a key, or has one with escapes.
    mutating func read(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
        textStart = start
        let open = skipSpace(bytes, from: start)
        guard (try? object(bytes, from: open + 1, node: 0)) == true else { return false }
        parts.append(((textStart..<end + 1).map { bytes[$0] }, -1, false))
        return true
    }

    private mutating func object(
        _ bytes: Span<UInt8>, from start: Int, node: Int
    ) throws(RejectReason) -> Bool {
        var offset = skipSpace(bytes, from: start)
        var expected = 0
        while byte(bytes, at: offset) != UInt8(ascii: "}") {
            let keyStart = offset + 1
            let keyEnd = endOfPlainText(bytes, from: keyStart)
            guard byte(bytes, at: keyEnd) == UInt8(ascii: "\"") else { return false }
            let child = keys.child(of: node, in: bytes, keyStart..<keyEnd, expected: &expected)
            offset = skipSpace(bytes, from: skipSpace(bytes, from: keyEnd + 1) + 1)
            let fields = child.map(keys.subtree) ?? 0
            guard seen & fields == 0 else { return false }
            let isObject = byte(bytes, at: offset) == UInt8(ascii: "{")
            if let child, isObject, keys.hasChildren(child), keys.slot(of: child) == nil {
                guard try object(bytes, from: offset + 1, node: child) else { return false }
                offset = self.end
            } else {
                guard parts.count < Self.partLimit, offset - textStart < Self.textLimit else {
                    return false
                }
                seen |= fields
                parts.append(
                    (
                        (textStart..<offset).map { bytes[$0] }, child.flatMap(keys.slot) ?? -1,
                        child != nil
                    ))
                offset = try skipValue(bytes, from: offset)
                textStart = offset
            }
            offset = skipSpace(bytes, from: offset)
            if byte(bytes, at: offset) == UInt8(ascii: ",") {
                offset = skipSpace(bytes, from: offset + 1)
            }
        }
        end = offset + 1
        return true
    }

    /// Behind the closing brace of the last object.
    private var end = 0
}
