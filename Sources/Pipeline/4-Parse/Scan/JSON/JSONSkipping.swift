import CByteScan

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
@inline(__always)
func endOfText(_ bytes: Span<UInt8>, from start: Int) throws(RejectReason) -> Int {
    byte(bytes, at: start) == UInt8(ascii: "\"") ? start : try endOfLongText(bytes, from: start)
}

/// As above, wherever `start` stands in the text, if not behind a backslash.
///
/// - Parameter width: How many bytes are looked at at a time.
func endOfLongText(
    _ bytes: Span<UInt8>, from start: Int, by width: Int32 = widestLook
) throws(RejectReason) -> Int {
    #if arch(x86_64) || arch(arm64)
        // Safe: it stops at a control byte, which the padding holds, and looks at no more than 64 bytes from one in the
        // text or its first newline.
        let end = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe flue_end_of_text($0, Int64(start), width) } ?? -1
        }
        guard end >= 0 else { throw .jsonSyntax }
        return Int(end)
    #else
        return try portableEndOfLongText(bytes, from: start)
    #endif
}

/// As ``endOfLongText``, on any processor.
func portableEndOfLongText(_ bytes: Span<UInt8>, from start: Int) throws(RejectReason) -> Int {
    var offset = start
    while true {
        offset = portableEndOfPlainText(bytes, from: offset)
        switch byte(bytes, at: offset) {
        case UInt8(ascii: "\""): return offset
        case UInt8(ascii: "\\"):
            try checkEscape(bytes, at: offset + 1)
            offset += 2
        default: throw .jsonSyntax
        }
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

/// Past a colon to the value behind it.
@inline(__always)
func skipColon(_ bytes: Span<UInt8>, from start: Int) throws(RejectReason) -> Int {
    let colon = skipSpace(bytes, from: start)
    guard byte(bytes, at: colon) == UInt8(ascii: ":") else { throw .jsonSyntax }
    return skipSpace(bytes, from: colon + 1)
}

/// Past what stands behind a member of an object or an element of a list.
///
/// - Parameter close: The bracket that ends the object or list.
/// - Returns: The offset of the next member or element, or that behind the bracket.
@inline(__always)
func skipSeparator(
    _ bytes: Span<UInt8>, from start: Int, close: UInt8
) throws(RejectReason) -> (offset: Int, isEnd: Bool) {
    let offset = skipSpace(bytes, from: start)
    let separator = byte(bytes, at: offset)
    if separator == close { return (offset + 1, true) }
    guard separator == UInt8(ascii: ",") else { throw .jsonSyntax }
    return (skipSpace(bytes, from: offset + 1), false)
}

/// Past a key and its colon.
private func skipKey(_ bytes: Span<UInt8>, from start: Int) throws(RejectReason) -> Int {
    guard byte(bytes, at: start) == UInt8(ascii: "\"") else { throw .jsonSyntax }
    let end = try endOfText(bytes, from: endOfPlainText(bytes, from: start + 1))
    return try skipColon(bytes, from: end + 1)
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
