/// Takes a line apart into fixed texts and values.
struct TemplateLine {
    /// A line of more values, or of longer keys, is no layout that others will repeat.
    private static let partLimit = 256
    private static let textLimit = 2_048
    /// Stands for the first byte of a value that is asked for and looked into as well: it is part of the text behind.
    static let container: UInt8 = 0

    private let keys: KeyTree
    struct Part {
        /// The text before the value.
        var text: [UInt8]
        /// The value's first byte.
        var value: UInt8
        /// Where the value stands.
        var range: Range<Int>
        /// ``FieldSlots/unwanted`` for none.
        var slot: Int
        /// Whether somebody asked for the value or what it may hold.
        var isKnown: Bool
        /// Whether fields were asked for in the value.
        var isParent = false
        /// Where ``FieldSlots/Slot/valueStart`` of the value is.
        var slotStart: Int

        init(
            text: [UInt8], value: UInt8, range: Range<Int>, slot: Int, isKnown: Bool = false,
            isParent: Bool = false, slotStart: Int? = nil
        ) {
            self.text = text
            self.value = value
            self.range = range
            self.slot = slot
            self.isKnown = isKnown
            self.isParent = isParent
            self.slotStart = slotStart ?? range.lowerBound
        }
    }

    /// The last part is the line's end.
    private(set) var parts: [Part] = []
    private var textStart = 0
    private var seen: UInt64 = 0

    init(keys: KeyTree) { self.keys = keys }

    /// `false` for a line that is no template: one that repeats a key, or has one with escapes.
    mutating func read(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
        textStart = start
        let open = skipSpace(bytes, from: start)
        guard (try? object(bytes, from: open + 1, node: 0)) == true,
            end + 1 - textStart <= Self.textLimit
        else { return false }
        parts.append(
            Part(
                text: (textStart..<end + 1).map { bytes[$0] }, value: UInt8(ascii: "\n"),
                range: end..<end, slot: FieldSlots.unwanted))
        return true
    }

    /// The same of an element of a list of that level; its last part is the brace that ends it.
    mutating func read(element bytes: Span<UInt8>, from start: Int, level: Int) -> Bool {
        textStart = start
        guard (try? object(bytes, from: start + 1, node: level)) == true,
            end - textStart <= Self.textLimit
        else { return false }
        parts.append(
            Part(
                text: (textStart..<end).map { bytes[$0] }, value: UInt8(ascii: "\n"),
                range: end..<end, slot: FieldSlots.unwanted))
        return true
    }

    /// The members of an object, from behind its brace. Moves ``end`` behind its closing brace.
    private mutating func object(
        _ bytes: Span<UInt8>, from start: Int, node: Int
    ) throws(RejectReason) -> Bool {
        var offset = skipSpace(bytes, from: start)
        var expected = 0
        while byte(bytes, at: offset) != UInt8(ascii: "}") {
            guard let key = plainText(bytes, from: offset) else { return false }
            let child = keys.child(of: node, in: bytes, key, expected: &expected)
            offset = try skipColon(bytes, from: key.upperBound + 1)
            guard try value(bytes, from: offset, node: child) else { return false }
            offset = skipSpace(bytes, from: end)
            if byte(bytes, at: offset) == UInt8(ascii: ",") {
                offset = skipSpace(bytes, from: offset + 1)
            }
        }
        end = offset + 1
        return true
    }

    /// A value, which is a part, or an object or list of attributes that holds some. Moves ``end`` behind it.
    ///
    /// - Parameter node: `nil` for one that nobody asked for.
    private mutating func value(
        _ bytes: Span<UInt8>, from start: Int, node: Int?
    ) throws(RejectReason) -> Bool {
        let fields = node.map(keys.subtree) ?? 0
        guard seen & fields == 0 else { return false }
        let first = byte(bytes, at: start)
        let isParent = node.map(keys.isParent) ?? false
        // Whatever stands in the place of a list of records is told.
        guard node.flatMap(keys.level) == nil, parts.count < Self.partLimit,
            start - textStart <= Self.textLimit
        else { return false }
        if let node, isParent {
            switch first {
            // A text in which fields were asked for may hold JSON.
            case UInt8(ascii: "\""): return false
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                if let slot = keys.slot(of: node) {
                    seen |= 1 << UInt64(slot)
                    parts.append(
                        Part(
                            text: (textStart..<start).map { bytes[$0] }, value: Self.container,
                            range: start..<start, slot: slot, isKnown: true))
                    textStart = start
                }
                return try first == UInt8(ascii: "[")
                    ? attributes(bytes, from: start + 1, node: node)
                    : object(bytes, from: start + 1, node: node)
            default: break
            }
        }
        seen |= fields
        end = try skipValue(bytes, from: start)
        parts.append(
            Part(
                text: (textStart..<start).map { bytes[$0] }, value: first, range: start..<end,
                slot: node.flatMap(keys.slot) ?? FieldSlots.unwanted, isKnown: node != nil,
                isParent: isParent))
        textStart = end
        return true
    }

    /// A list of `{"key": …, "value": …}`, from behind its bracket, as ``JSONScanner`` reads it. Moves ``end`` behind it.
    private mutating func attributes(
        _ bytes: Span<UInt8>, from start: Int, node: Int
    ) throws(RejectReason) -> Bool {
        var offset = skipSpace(bytes, from: start)
        var expected = 0
        while byte(bytes, at: offset) != UInt8(ascii: "]") {
            guard byte(bytes, at: offset) == UInt8(ascii: "{"),
                let name = plainText(bytes, from: skipSpace(bytes, from: offset + 1)),
                isText("key", name, bytes),
                let key = plainText(bytes, from: try skipColon(bytes, from: name.upperBound + 1))
            else { return false }
            let child = keys.child(of: node, in: bytes, key, expected: &expected)
            let comma = skipSpace(bytes, from: key.upperBound + 1)
            guard byte(bytes, at: comma) == UInt8(ascii: ","),
                let next = plainText(bytes, from: skipSpace(bytes, from: comma + 1)),
                isText("value", next, bytes)
            else { return false }
            offset = try skipColon(bytes, from: next.upperBound + 1)
            guard try attributeValue(bytes, from: offset, node: child) else { return false }
            offset = skipSpace(bytes, from: end)
            guard byte(bytes, at: offset) == UInt8(ascii: "}") else { return false }
            offset = skipSpace(bytes, from: offset + 1)
            if byte(bytes, at: offset) == UInt8(ascii: ",") {
                offset = skipSpace(bytes, from: offset + 1)
            }
        }
        end = offset + 1
        return true
    }

    /// A value that may stand in an object whose one key names its type.
    private mutating func attributeValue(
        _ bytes: Span<UInt8>, from start: Int, node: Int?
    ) throws(RejectReason) -> Bool {
        // What nobody asked for is skipped with its type, so that it may be as deep as elsewhere.
        guard let node, byte(bytes, at: start) == UInt8(ascii: "{") else {
            return try value(bytes, from: start, node: node)
        }
        guard let type = plainText(bytes, from: skipSpace(bytes, from: start + 1)),
            !isText("type", type, bytes),
            try value(bytes, from: try skipColon(bytes, from: type.upperBound + 1), node: node)
        else { return false }
        let offset = skipSpace(bytes, from: end)
        guard byte(bytes, at: offset) == UInt8(ascii: "}") else { return false }
        end = offset + 1
        return true
    }

    /// A text without escapes, without its quotes.
    private func plainText(_ bytes: Span<UInt8>, from start: Int) -> Range<Int>? {
        guard byte(bytes, at: start) == UInt8(ascii: "\"") else { return nil }
        let close = endOfPlainText(bytes, from: start + 1)
        return byte(bytes, at: close) == UInt8(ascii: "\"") ? start + 1..<close : nil
    }

    /// Go writes these names with a capital.
    private func isText(_ name: String, _ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
        var text = range.map { bytes[$0] }
        if !text.isEmpty { text[0] |= 0x20 }
        return text == Array(name.utf8)
    }

    /// Behind what was read last.
    private var end = 0
}
