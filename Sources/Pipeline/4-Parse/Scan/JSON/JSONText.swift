/// The text of a JSON string whose escapes were checked before, as UTF-8.
///
/// A surrogate without its partner becomes U+FFFD, as browsers show it.
func decodedJSONText(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    var offset = range.lowerBound
    while offset < range.upperBound {
        guard bytes[offset] == UInt8(ascii: "\\"), offset + 1 < range.upperBound else {
            text.append(bytes[offset])
            offset += 1
            continue
        }
        let escape = bytes[offset + 1]
        offset += 2
        switch escape {
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = codeUnit(bytes, offset)
            offset += 4
            if (0xD800..<0xDC00).contains(code), offset + 6 <= range.upperBound,
                bytes[offset] == UInt8(ascii: "\\"), bytes[offset + 1] == UInt8(ascii: "u"),
                case let low = codeUnit(bytes, offset + 2), (0xDC00..<0xE000).contains(low)
            {
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                offset += 6
            }
            text.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: text.append(escape)  // a quote, a backslash or a slash
        }
    }
    return text
}

/// Four hexadecimal digits.
private func codeUnit(_ bytes: Span<UInt8>, _ offset: Int) -> UInt32 {
    var code: UInt32 = 0
    for digit in 0..<4 where offset + digit < bytes.count {
        code = code << 4 | (hexadecimalDigit(bytes[offset + digit]) ?? 0)
    }
    return code
}
