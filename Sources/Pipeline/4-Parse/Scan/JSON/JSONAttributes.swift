// Lists of `{"key": …, "value": …}`, which stand for an object; Go writes `Key` and `Value`, Gemini counts tokens as
// `{"modality": …, "tokenCount": …}`.
extension JSONScanner {
    /// The elements of such a list, from behind its bracket to behind its closing bracket.
    func attributes(
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
            let next = try skipSeparator(bytes, from: offset, close: UInt8(ascii: "]"))
            offset = next.offset
            if next.isEnd { return offset }
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
            offset = try skipColon(bytes, from: name.range.upperBound + 1)
            if isText("key", name, bytes) || isText("modality", name, bytes),
                byte(bytes, at: offset) == UInt8(ascii: "\"")
            {
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
            } else if isText("value", name, bytes) || isText("tokenCount", name, bytes)
                || isText("token_count", name, bytes)
            {
                if let child {
                    offset = try attributeValue(bytes, from: offset, child, &slots)
                } else {
                    if !isNamed { early = offset }
                    offset = try skipValue(bytes, from: offset)
                }
            } else {
                offset = try skipValue(bytes, from: offset)
            }
            let next = try skipSeparator(bytes, from: offset, close: UInt8(ascii: "}"))
            offset = next.offset
            if next.isEnd { return offset }
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
            offset = try skipColon(bytes, from: name.range.upperBound + 1)
            // Go names the type beside the value.
            offset =
                isText("type", name, bytes)
                ? try skipValue(bytes, from: offset)
                : try known(bytes, from: offset, node: node, &slots)
            let next = try skipSeparator(bytes, from: offset, close: UInt8(ascii: "}"))
            offset = next.offset
            if next.isEnd { return offset }
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
        // Go writes them with a capital.
        guard text.isPlain else {
            let name = String(decoding: decodedJSONText(bytes, text.range), as: UTF8.self)
            return name.lowercased() == "\(expected)".lowercased()
        }
        guard text.range.count == expected.utf8CodeUnitCount else { return false }
        // key, type, value, modality, tokenCount, token_count: the first and the last eight bytes
        let (head, tail): (UInt64, UInt64) =
            switch text.range.count {
            case 3: (0x79_656B, 0)
            case 4: (0x6570_7974, 0)
            case 5: (0x65_756C_6176, 0)
            case 8: (0x7974_696C_6164_6F6D, 0)
            case 10: (0x756F_436E_656B_6F74, 0x746E_756F_436E_656B)
            default: (0x6F63_5F6E_656B_6F74, 0x746E_756F_635F_6E65)
            }
        return (word(bytes, at: text.range.lowerBound) | 0x20) & leadingBytes(text.range.count)
            == head && (tail == 0 || word(bytes, at: text.range.upperBound - 8) == tail)
    }
}
