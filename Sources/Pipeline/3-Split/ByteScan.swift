import CByteScan

// Word-at-a-time search. The only loops that load more than one byte.
//
// Every buffer that is scanned ends in `scanPadding` newline bytes which are not part of the text,
// so a load of up to 64 bytes at any offset of the text stays inside the buffer.

/// Newline bytes after the text of a chunk.
let scanPadding = 64

private let everyByte: UInt64 = 0x0101_0101_0101_0101
private let highBits: UInt64 = 0x8080_8080_8080_8080

/// Eight bytes at `offset`, the first in the lowest bits.
@inline(__always)
func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
    // Safe: offsets lie within the text, and the padding holds the eight bytes that may follow.
    unsafe UInt64(
        littleEndian: bytes.bytes.unsafeLoadUnaligned(
            fromUncheckedByteOffset: offset, as: UInt64.self))
}

/// Up to eight bytes as a word, the first in the lowest bits.
func packedWord(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// Sixteen bytes at `offset`, the first in the lowest bits of the first word.
@inline(__always)
func twoWords(_ bytes: Span<UInt8>, at offset: Int) -> SIMD2<UInt64> {
    // Safe: as for one word; callers with other bytes than a chunk's see to it themselves.
    let pair = unsafe bytes.bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: offset, as: SIMD2<UInt64>.self)
    return SIMD2(UInt64(littleEndian: pair.x), UInt64(littleEndian: pair.y))
}

/// One byte at `offset` of the text or its padding.
@inline(__always)
func byte(_ bytes: Span<UInt8>, at offset: Int) -> UInt8 {
    // Safe: every scan stops at a newline, and the text is followed by newlines.
    unsafe bytes[unchecked: offset]
}

/// The first `byte` at or after `start`, before `end`; `nil` if there is none.
func firstOffset(of byte: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    let pattern = everyByte &* UInt64(byte)
    var offset = start
    while offset + 8 <= end {
        let difference = word(bytes, at: offset) ^ pattern
        let zeroBytes = (difference &- everyByte) & ~difference & highBits
        if zeroBytes != 0 { return offset + zeroBytes.trailingZeroBitCount / 8 }
        offset += 8
    }
    while offset < end {
        if bytes[offset] == byte { return offset }
        offset += 1
    }
    return nil
}

/// The newline at or after `start`: that of the line, or the first of the padding.
func endOfLine(_ bytes: Span<UInt8>, from start: Int) -> Int {
    firstOffset(of: UInt8(ascii: "\n"), in: bytes, from: start, to: bytes.count) ?? bytes.count
}

/// The last `byte` in `start ..< end`; `nil` if there is none.
func lastOffset(of byte: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    let pattern = everyByte &* UInt64(byte)
    var offset = end
    while offset - start >= 8 {
        let difference = word(bytes, at: offset - 8) ^ pattern
        if (difference &- everyByte) & ~difference & highBits != 0 { break }
        offset -= 8
    }
    while offset > start {
        offset -= 1
        if bytes[offset] == byte { return offset }
    }
    return nil
}

/// The first quote, backslash or control byte at or after `start`: where plain string text ends.
///
/// Stops in the padding at the latest, because a newline is a control byte.
@inline(__always)
func endOfPlainText(_ bytes: Span<UInt8>, from start: Int) -> Int {
    #if arch(x86_64) || arch(arm64)
        // Safe: each load begins in the text, and the padding holds the sixteen bytes that may follow.
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return start }
            var offset = start
            while true {
                let count = unsafe Int(flue_plain_text_prefix(base + offset))
                offset &+= count
                if count < 16 { return offset }
            }
        }
    #else
        return portableEndOfPlainText(bytes, from: start)
    #endif
}

/// As ``endOfPlainText``, on any processor.
@inline(__always)
func portableEndOfPlainText(_ bytes: Span<UInt8>, from start: Int) -> Int {
    var offset = start
    while true {
        let text = word(bytes, at: offset)
        let quote = text ^ (everyByte &* UInt64(UInt8(ascii: "\"")))
        let slash = text ^ (everyByte &* UInt64(UInt8(ascii: "\\")))
        // A lower byte's borrow can mark a higher byte falsely, never a lower one: the first is true.
        let found =
            ((quote &- everyByte) & ~quote)
            | ((slash &- everyByte) & ~slash)
            | ((text &- (everyByte &* 0x20)) & ~text)
        if found & highBits != 0 {
            return offset &+ (found & highBits).trailingZeroBitCount / 8
        }
        offset &+= 8
    }
}

/// The first comma or newline at or after `start`: where an unquoted CSV field ends.
@inline(__always)
func endOfPlainField(_ bytes: Span<UInt8>, from start: Int) -> Int {
    #if arch(x86_64) || arch(arm64)
        // Safe: as for ``endOfPlainText``.
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return start }
            var offset = start
            while true {
                let count = unsafe Int(flue_csv_field_prefix(base + offset))
                offset &+= count
                if count < 16 { return offset }
            }
        }
    #else
        return portableEndOfPlainField(bytes, from: start)
    #endif
}

/// As ``endOfPlainField``, on any processor and with any delimiter.
func portableEndOfPlainField(
    _ bytes: Span<UInt8>, from start: Int, _ delimiter: UInt8 = UInt8(ascii: ",")
) -> Int {
    var offset = start
    while byte(bytes, at: offset) != delimiter,
        byte(bytes, at: offset) != UInt8(ascii: "\n")
    {
        offset &+= 1
    }
    return offset
}

/// How many bytes the processor can look at at a time.
#if arch(x86_64) || arch(arm64)
    let widestLook = flue_widest_look()
#else
    let widestLook: Int32 = 8
#endif

/// Whether the first four bytes are hexadecimal digits.
@inline(__always)
func areHexadecimal(_ text: UInt64) -> Bool {
    let bytes = text & 0xFFFF_FFFF
    let marks: UInt64 = 0x8080_8080
    // Below 0x80 no sum of two bytes carries into the next.
    guard bytes & marks == 0 else { return false }
    let digit = bytes ^ 0x3030_3030  // 0 to 9
    let letter = (bytes | 0x2020_2020) ^ 0x6060_6060  // 1 to 6
    let isDigit = ~(digit &+ 0x7676_7676)
    let isLetter = (letter &+ 0x7F7F_7F7F) & ~(letter &+ 0x7979_7979)
    return (isDigit | isLetter) & marks == marks
}

/// How many decimal digits stand first in eight bytes.
@inline(__always)
func leadingDigits(_ text: UInt64) -> Int {
    let digits = text ^ (everyByte &* UInt64(UInt8(ascii: "0")))
    // A higher byte's mark may be false because of a carry, the first never is.
    let others = ((digits &+ (everyByte &* 0x76)) | digits) & highBits
    return others.trailingZeroBitCount / 8  // 64 when all are digits
}

/// The value of the first `count` bytes, which are decimal digits; 1 to 8 of them.
@inline(__always)
func decimal(_ text: UInt64, count: Int) -> Int64 {
    // The last digit in the highest byte, zeros before the first.
    let shift = UInt64(truncatingIfNeeded: 64 &- count &* 8) & 63
    var digits = (text ^ (everyByte &* UInt64(UInt8(ascii: "0")))) << shift
    digits = digits &* 10 &+ digits >> 8
    let high = (digits & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let low = (digits >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return Int64(truncatingIfNeeded: (high &+ low) >> 32)
}

/// A mask of the first `count` bytes of a word, for `count` from 0 to 8.
@inline(__always)
func leadingBytes(_ count: Int) -> UInt64 {
    count >= 8 ? .max : (1 << (UInt64(count) &* 8)) &- 1
}
