/// Finds the fields that were asked for in one JSON object per line.
///
/// What nobody asked for is skipped as bytes: brackets, quotes, numbers and words are checked,
/// text is never decoded. One pass over the line finds its end as well.
struct JSONScanner {
    /// Nesting beyond this is rejected.
    static let depthLimit = 128

    let plan: DocumentPlan
    private let keys: KeyTree

    /// Slot n of a scan is path n.
    init(_ paths: [FieldPath]) { self.init(DocumentPlan(paths)) }

    init(_ plan: DocumentPlan) {
        self.plan = plan
        keys = plan.keys
    }

    /// Scans the object that begins at or after `start`.
    ///
    /// - Returns: The offset of the newline that ends the line, or a failure.
    func scan(
        _ bytes: Span<UInt8>, from start: Int, into slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        slots.removeAll()
        let open = skipSpace(bytes, from: start)
        let end = skipSpace(bytes, from: try scan(bytes, from: open, level: 0, into: &slots))
        guard byte(bytes, at: end) == UInt8(ascii: "\n") else { throw .jsonSyntax }
        return end
    }

    /// Scans the object at `start` for the fields of one level of a document; those of the levels above it stay.
    ///
    /// - Returns: The offset behind its brace.
    func scan(
        _ bytes: Span<UInt8>, from start: Int, level: Int, into slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        guard byte(bytes, at: start) == UInt8(ascii: "{") else { throw .jsonSyntax }
        return try object(bytes, from: start + 1, node: level, &slots)
    }

    /// The members of a known object, from behind its brace to behind its closing brace.
    private func object(
        _ bytes: Span<UInt8>, from start: Int, node: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        var offset = skipSpace(bytes, from: start)
        var expected = 0
        if byte(bytes, at: offset) == UInt8(ascii: "}") { return offset + 1 }
        while true {
            guard byte(bytes, at: offset) == UInt8(ascii: "\"") else { throw .jsonSyntax }
            let keyStart = offset + 1
            var keyEnd = endOfPlainText(bytes, from: keyStart)
            var child: Int?
            if byte(bytes, at: keyEnd) == UInt8(ascii: "\"") {
                child = keys.child(of: node, in: bytes, keyStart..<keyEnd, expected: &expected)
            } else {
                keyEnd = try endOfText(bytes, from: keyEnd)
                child = keys.child(of: node, named: decodedJSONText(bytes, keyStart..<keyEnd))
            }
            offset = skipSpace(bytes, from: keyEnd + 1)
            guard byte(bytes, at: offset) == UInt8(ascii: ":") else { throw .jsonSyntax }
            offset = skipSpace(bytes, from: offset + 1)
            if let child {
                offset = try known(bytes, from: offset, node: child, &slots)
            } else {
                offset = try skipValue(bytes, from: offset)
            }
            offset = skipSpace(bytes, from: offset)
            let separator = byte(bytes, at: offset)
            if separator == UInt8(ascii: "}") { return offset + 1 }
            guard separator == UInt8(ascii: ",") else { throw .jsonSyntax }
            offset = skipSpace(bytes, from: offset + 1)
        }
    }

    /// A value that was asked for, or that holds such values.
    private func known(
        _ bytes: Span<UInt8>, from start: Int, node: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        let slot = keys.slot(of: node)
        if let level = keys.level(of: node) {
            return try list(bytes, from: start, level: level, slot: slot ?? 0, &slots)
        }
        slots.remove(keys.subtree(of: node))
        var kind = FieldSlots.Kind.number
        var from = start
        var to = start
        let end: Int
        switch byte(bytes, at: start) {
        case UInt8(ascii: "\""):
            let plain = endOfPlainText(bytes, from: start + 1)
            let isPlain = byte(bytes, at: plain) == UInt8(ascii: "\"")
            let close = isPlain ? plain : try endOfText(bytes, from: plain)
            kind = isPlain ? .text : .escapedJSON
            from = start + 1
            to = close
            end = close + 1
            if end - start > 2, keys.hasChildren(node) { slots.addText(start..<end) }
        case UInt8(ascii: "{"):
            kind = .container
            end =
                try keys.hasChildren(node)
                ? object(bytes, from: start + 1, node: node, &slots) : skipValue(bytes, from: start)
        case UInt8(ascii: "n"):
            return try skipValue(bytes, from: start)  // null is the same as no value
        case UInt8(ascii: "["):
            kind = .container
            end =
                try keys.hasChildren(node)
                ? attributes(bytes, from: start + 1, node: node, &slots)
                : skipValue(bytes, from: start)
        case UInt8(ascii: "t"):
            kind = .true
            end = try skipValue(bytes, from: start)
        case UInt8(ascii: "f"):
            kind = .false
            end = try skipValue(bytes, from: start)
        default:
            end = try skipValue(bytes, from: start)
            to = end
        }
        if let slot { slots.set(slot, from: from, to: to, kind) }
        return end
    }
}

// Lists of records, or of what holds such lists.
extension JSONScanner {
    /// A list, or the one value in its place.
    ///
    /// - Parameter slot: Shows where the list begins.
    private func list(
        _ bytes: Span<UInt8>, from start: Int, level: Int, slot: Int,
        _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        // A list that comes twice would count twice.
        guard slots[slot] == nil else { throw .jsonSyntax }
        if byte(bytes, at: start) == UInt8(ascii: "n") { return try skipValue(bytes, from: start) }
        // A document that can be a record itself has the fields of one.
        let mask = plan.levels[level].mask
        let kept = slots.present & mask == 0 ? [] : slots.values(of: mask)
        let end = try elements(bytes, from: start, level: level, depth: 0, &slots)
        slots.putBack(kept, mask: mask)
        slots.set(slot, from: start, to: start, .container)
        return end
    }

    private func elements(
        _ bytes: Span<UInt8>, from start: Int, level: Int, depth: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        switch byte(bytes, at: start) {
        case UInt8(ascii: "["):
            guard depth < Self.depthLimit else { throw .depth }
            var offset = skipSpace(bytes, from: start + 1)
            if byte(bytes, at: offset) == UInt8(ascii: "]") { return offset + 1 }
            while true {
                offset = skipSpace(
                    bytes,
                    from: try elements(bytes, from: offset, level: level, depth: depth + 1, &slots))
                let separator = byte(bytes, at: offset)
                if separator == UInt8(ascii: "]") { return offset + 1 }
                guard separator == UInt8(ascii: ",") else { throw .jsonSyntax }
                offset = skipSpace(bytes, from: offset + 1)
            }
        case UInt8(ascii: "{"): return try element(bytes, from: start, level: level, &slots)
        case UInt8(ascii: "\""):
            let end = try skipValue(bytes, from: start)
            // A text that was looked into and holds no JSON is empty.
            if end - start > 2 {
                slots.addText(start..<end, isElement: true)
            } else {
                _ = slots.beginElement(level: level, at: start, .text)
            }
            return end
        default: return try skipValue(bytes, from: start)
        }
    }

    private func element(
        _ bytes: Span<UInt8>, from start: Int, level: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        let place = plan.levels[level]
        slots.remove(place.mask)
        let number = slots.beginElement(level: level, at: start)
        let texts = slots.texts.count
        let end = try object(bytes, from: start + 1, node: level, &slots)
        var kind = FieldSlots.ElementKind.list
        if place.isRecord, slots.elements.count == number + 1 {
            kind = slots.texts.count > texts ? .intricateRecord : .record
            slots.removeTexts(from: texts)
        }
        slots.endElement(number, kind, mask: place.mask)
        return end
    }
}

// Lists of `{"key": …, "value": …}`, which stand for an object.
extension JSONScanner {
    /// The elements of such a list, from behind its bracket to behind its closing bracket.
    private func attributes(
        _ bytes: Span<UInt8>, from start: Int, node: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        var offset = skipSpace(bytes, from: start)
        var expected = 0
        if byte(bytes, at: offset) == UInt8(ascii: "]") { return offset + 1 }
        while true {
            offset =
                byte(bytes, at: offset) == UInt8(ascii: "{")
                ? try attribute(bytes, from: offset + 1, node: node, expected: &expected, &slots)
                : try skipValue(bytes, from: offset)
            offset = skipSpace(bytes, from: offset)
            let separator = byte(bytes, at: offset)
            if separator == UInt8(ascii: "]") { return offset + 1 }
            guard separator == UInt8(ascii: ",") else { throw .jsonSyntax }
            offset = skipSpace(bytes, from: offset + 1)
        }
    }

    /// One element, from behind its brace.
    private func attribute(
        _ bytes: Span<UInt8>, from start: Int, node: Int, expected: inout Int,
        _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        var offset = skipSpace(bytes, from: start)
        if byte(bytes, at: offset) == UInt8(ascii: "}") { return offset + 1 }
        var child: Int?
        var isNamed = false
        /// A value that came before its key.
        var early: Int?
        while true {
            guard byte(bytes, at: offset) == UInt8(ascii: "\"") else { throw .jsonSyntax }
            let name = try text(bytes, from: offset)
            offset = skipSpace(bytes, from: name.range.upperBound + 1)
            guard byte(bytes, at: offset) == UInt8(ascii: ":") else { throw .jsonSyntax }
            offset = skipSpace(bytes, from: offset + 1)
            if isText("key", name, bytes), byte(bytes, at: offset) == UInt8(ascii: "\"") {
                let key = try text(bytes, from: offset)
                child =
                    key.isPlain
                    ? keys.child(of: node, in: bytes, key.range, expected: &expected)
                    : keys.child(of: node, named: decodedJSONText(bytes, key.range))
                isNamed = true
                offset = key.range.upperBound + 1
                if let early, let child {
                    _ = try attributeValue(bytes, from: early, child, &slots)
                }
            } else if isText("value", name, bytes) {
                if let child {
                    offset = try attributeValue(bytes, from: offset, child, &slots)
                } else {
                    if !isNamed { early = offset }
                    offset = try skipValue(bytes, from: offset)
                }
            } else {
                offset = try skipValue(bytes, from: offset)
            }
            offset = skipSpace(bytes, from: offset)
            let separator = byte(bytes, at: offset)
            if separator == UInt8(ascii: "}") { return offset + 1 }
            guard separator == UInt8(ascii: ",") else { throw .jsonSyntax }
            offset = skipSpace(bytes, from: offset + 1)
        }
    }

    /// A value that may stand in an object whose one key names its type, such as `{"intValue": "97"}`.
    private func attributeValue(
        _ bytes: Span<UInt8>, from start: Int, _ node: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        guard byte(bytes, at: start) == UInt8(ascii: "{") else {
            return try known(bytes, from: start, node: node, &slots)
        }
        var offset = skipSpace(bytes, from: start + 1)
        if byte(bytes, at: offset) == UInt8(ascii: "}") { return offset + 1 }
        while true {
            guard byte(bytes, at: offset) == UInt8(ascii: "\"") else { throw .jsonSyntax }
            let name = try text(bytes, from: offset)
            offset = skipSpace(bytes, from: name.range.upperBound + 1)
            guard byte(bytes, at: offset) == UInt8(ascii: ":") else { throw .jsonSyntax }
            offset = skipSpace(bytes, from: offset + 1)
            offset = try known(bytes, from: offset, node: node, &slots)
            offset = skipSpace(bytes, from: offset)
            let separator = byte(bytes, at: offset)
            if separator == UInt8(ascii: "}") { return offset + 1 }
            guard separator == UInt8(ascii: ",") else { throw .jsonSyntax }
            offset = skipSpace(bytes, from: offset + 1)
        }
    }

    /// The text whose opening quote is at `start`, without its quotes.
    @inline(__always)
    private func text(
        _ bytes: Span<UInt8>, from start: Int
    ) throws(RejectReason) -> (range: Range<Int>, isPlain: Bool) {
        let plain = endOfPlainText(bytes, from: start + 1)
        if byte(bytes, at: plain) == UInt8(ascii: "\"") { return (start + 1..<plain, true) }
        return (start + 1..<(try endOfText(bytes, from: plain)), false)
    }

    @inline(__always)
    private func isText(
        _ expected: StaticString, _ text: (range: Range<Int>, isPlain: Bool), _ bytes: Span<UInt8>
    ) -> Bool {
        guard text.isPlain else {
            return decodedJSONText(bytes, text.range).elementsEqual(Array("\(expected)".utf8))
        }
        guard text.range.count == expected.utf8CodeUnitCount else { return false }
        let wanted: UInt64 = text.range.count == 3 ? 0x79_656B : 0x65_756C_6176  // key, value
        return word(bytes, at: text.range.lowerBound) & leadingBytes(text.range.count) == wanted
    }
}

/// Past spaces, tabs and carriage returns. A newline ends a line, so it is none of them.
@inline(__always)
func skipSpace(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var offset = start
    while true {
        let current = byte(bytes, at: offset)
        guard current == 0x20 || current == 0x09 || current == 0x0D else { return offset }
        offset += 1
    }
}

/// The closing quote of a text in which `start` is a quote, a backslash or a control byte.
func endOfText(_ bytes: Span<UInt8>, from start: Int) throws(RejectReason) -> Int {
    var offset = start
    // A name has an escape or two. A text with more is a prompt, and long.
    for _ in 0..<4 {
        switch byte(bytes, at: offset) {
        case UInt8(ascii: "\""): return offset
        case UInt8(ascii: "\\"):
            try checkEscape(bytes, at: offset + 1)
            // The digits of a code are plain text.
            offset = endOfPlainText(bytes, from: offset + 2)
        default: throw .jsonSyntax
        }
    }
    return try endOfLongText(bytes, from: offset)
}

/// As above, 64 bytes at a time.
private func endOfLongText(_ bytes: Span<UInt8>, from start: Int) throws(RejectReason) -> Int {
    var offset = start
    var carry: UInt64 = 0
    while true {
        let bits = TextBits(bytes, at: offset)
        var escaped: UInt64 = 0
        if bits.backslash | carry != 0 { escaped = bits.escaped(&carry) }
        let ends = (bits.quote & ~escaped) | bits.control
        if ends != 0 { escaped &= (ends & (0 &- ends)) &- 1 }
        if escaped != 0 { try checkEscapes(escaped, bytes, at: offset, bits) }
        guard ends == 0 else {
            let end = offset &+ ends.trailingZeroBitCount
            guard byte(bytes, at: end) == UInt8(ascii: "\"") else { throw .jsonSyntax }
            return end
        }
        offset &+= 64
    }
}

/// Checks what stands behind the backslashes of 64 bytes.
@inline(__always)
private func checkEscapes(
    _ escaped: UInt64, _ bytes: Span<UInt8>, at offset: Int, _ bits: TextBits
) throws(RejectReason) {
    let known = EscapeBits(bytes, at: offset)
    guard escaped & ~(bits.quote | bits.backslash | known.letter | known.unicode) == 0 else {
        throw .jsonSyntax
    }
    var codes = escaped & known.unicode
    while codes != 0 {
        let digits = word(bytes, at: offset &+ codes.trailingZeroBitCount &+ 1)
        guard areHexadecimal(digits) else { throw .jsonSyntax }
        codes &= codes &- 1
    }
}

/// Checks what stands behind a backslash.
@inline(__always)
private func checkEscape(_ bytes: Span<UInt8>, at offset: Int) throws(RejectReason) {
    switch byte(bytes, at: offset) {
    case UInt8(ascii: "n"), UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"),
        UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        return
    case UInt8(ascii: "u"):
        guard areHexadecimal(word(bytes, at: offset + 1)) else { throw .jsonSyntax }
    default: throw .jsonSyntax
    }
}

/// Past one value of any kind. Iterative, so that no nesting can exhaust the stack.
func skipValue(_ bytes: Span<UInt8>, from start: Int) throws(RejectReason) -> Int {
    var offset = start
    var depth = 0
    var objects: UInt128 = 0  // bit 0: the innermost container is an object
    while true {
        // A value begins here.
        switch byte(bytes, at: offset) {
        case UInt8(ascii: "\""):
            offset = try endOfText(bytes, from: endOfPlainText(bytes, from: offset + 1)) + 1
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isObject = byte(bytes, at: offset) == UInt8(ascii: "{")
            guard depth < JSONScanner.depthLimit else { throw .depth }
            offset = skipSpace(bytes, from: offset + 1)
            if byte(bytes, at: offset) == UInt8(ascii: isObject ? "}" : "]") {
                offset += 1
                break
            }
            depth += 1
            objects = objects << 1 | (isObject ? 1 : 0)
            if isObject { offset = try skipKey(bytes, from: offset) }
            continue
        case UInt8(ascii: "t"): offset = try skipWord(bytes, from: offset, 0x6575_7274, 4)
        case UInt8(ascii: "f"): offset = try skipWord(bytes, from: offset, 0x65_736C_6166, 5)
        case UInt8(ascii: "n"): offset = try skipWord(bytes, from: offset, 0x6C6C_756E, 4)
        default: offset = try skipNumber(bytes, from: offset)
        }
        // A value ended here: close containers until another value follows.
        while true {
            guard depth > 0 else { return offset }
            offset = skipSpace(bytes, from: offset)
            let current = byte(bytes, at: offset)
            let isObject = objects & 1 == 1
            offset = skipSpace(bytes, from: offset + 1)
            if current == UInt8(ascii: ",") {
                if isObject { offset = try skipKey(bytes, from: offset) }
                break
            }
            guard current == UInt8(ascii: isObject ? "}" : "]") else { throw .jsonSyntax }
            depth -= 1
            objects >>= 1
        }
    }
}

/// Past a key and its colon.
private func skipKey(_ bytes: Span<UInt8>, from start: Int) throws(RejectReason) -> Int {
    guard byte(bytes, at: start) == UInt8(ascii: "\"") else { throw .jsonSyntax }
    let end = try endOfText(bytes, from: endOfPlainText(bytes, from: start + 1))
    let colon = skipSpace(bytes, from: end + 1)
    guard byte(bytes, at: colon) == UInt8(ascii: ":") else { throw .jsonSyntax }
    return skipSpace(bytes, from: colon + 1)
}

/// Past `true`, `false` or `null`, given as a little-endian word.
private func skipWord(
    _ bytes: Span<UInt8>, from start: Int, _ text: UInt64, _ count: Int
) throws(RejectReason) -> Int {
    guard word(bytes, at: start) & leadingBytes(count) == text else { throw .jsonSyntax }
    return start + count
}

/// Past a number, as RFC 8259 writes it.
private func skipNumber(_ bytes: Span<UInt8>, from start: Int) throws(RejectReason) -> Int {
    func digits(_ offset: Int) throws(RejectReason) -> Int {
        var end = offset
        while isDigit(byte(bytes, at: end)) { end += 1 }
        guard end > offset else { throw .jsonSyntax }
        return end
    }
    var offset = start
    if byte(bytes, at: offset) == UInt8(ascii: "-") { offset += 1 }
    if byte(bytes, at: offset) == UInt8(ascii: "0") {
        offset += 1
    } else {
        offset = try digits(offset)
    }
    if byte(bytes, at: offset) == UInt8(ascii: ".") { offset = try digits(offset + 1) }
    if byte(bytes, at: offset) | 0x20 == UInt8(ascii: "e") {
        offset += 1
        let sign = byte(bytes, at: offset)
        if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { offset += 1 }
        offset = try digits(offset)
    }
    return offset
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

/// The value of one hexadecimal digit; `nil` for any other byte.
func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}
