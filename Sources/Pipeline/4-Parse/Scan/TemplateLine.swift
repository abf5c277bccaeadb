/// Takes a line apart into fixed texts and values.
struct TemplateLine {
    /// A line of more values, or of longer keys, is no layout that others will repeat.
    private static let partLimit = 256
    private static let textLimit = 2_048

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
            let isParent = child.map(keys.isParent) ?? false
            let first = byte(bytes, at: offset)
            // Texts and lists in which fields were asked for are looked into.
            if isParent, first == UInt8(ascii: "\"") || first == UInt8(ascii: "[") { return false }
            if let child, isObject, isParent, keys.slot(of: child) == nil {
                guard try object(bytes, from: offset + 1, node: child) else { return false }
                offset = self.end
            } else {
                guard parts.count < Self.partLimit, offset - textStart <= Self.textLimit else {
                    return false
                }
                seen |= fields
                let valueEnd = try skipValue(bytes, from: offset)
                parts.append(
                    Part(
                        text: (textStart..<offset).map { bytes[$0] },
                        value: byte(bytes, at: offset), range: offset..<valueEnd,
                        slot: child.flatMap(keys.slot) ?? FieldSlots.unwanted,
                        isKnown: child != nil,
                        isParent: isParent))
                offset = valueEnd
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
