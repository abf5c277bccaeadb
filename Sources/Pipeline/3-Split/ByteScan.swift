import CByteScan

// Word-at-a-time search. The only loops that load more than one byte.
//
// Every buffer that is scanned ends in `scanPadding` newline bytes which are not part of the text,
// so a load of up to 32 bytes at any offset of the text stays inside the buffer.

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

/// Sixteen bytes at `offset`, the first in the lowest bits of the first word.
@inline(__always)
func twoWords(_ bytes: Span<UInt8>, at offset: Int) -> SIMD2<UInt64> {
    // Safe: as for one word.
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
    var offset = end
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

/// A 64-bit digest of a text, for tables and for telling files apart. Not for security.
///
/// Bytes beyond `end` are not part of it.
@inline(__always)
func textDigest(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt64 {
    // Two lanes of multiply and fold, after wyhash (Wang Yi, public domain).
    var first = UInt64(truncatingIfNeeded: end &- start) &* 0x9E37_79B9_7F4A_7C15
    var second: UInt64 = 0xA076_1D64_78BD_642F
    var offset = start
    while offset &+ 16 <= end {
        first = folded(first ^ word(bytes, at: offset), 0xE703_7ED1_A0B4_28DB)
        second = folded(second ^ word(bytes, at: offset &+ 8), 0x8EBC_6AF0_9C88_C6E3)
        offset &+= 16
    }
    if offset &+ 8 <= end {
        first = folded(first ^ word(bytes, at: offset), 0xE703_7ED1_A0B4_28DB)
        offset &+= 8
    }
    if offset < end {
        let rest = word(bytes, at: offset) & leadingBytes(end &- offset)
        second = folded(second ^ rest, 0x8EBC_6AF0_9C88_C6E3)
    }
    return folded(first, second ^ 0x5896_36E1_5D7A_9E0F)
}

/// A 64-bit digest of a line, all of its bytes. Their sum over a file tells recompressed copies from other
/// files. Not for security.
@inline(__always)
func lineDigest(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt64 {
    let count = end &- start
    guard count >= 64 else { return textDigest(bytes, from: start, to: end) }
    // Four lanes of multiply and fold, so that no step waits for the one before it.
    var first = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var second: UInt64 = 0xA076_1D64_78BD_642F
    var third: UInt64 = 0xE703_7ED1_A0B4_28DB
    var fourth: UInt64 = 0x5896_36E1_5D7A_9E0F
    @inline(__always)
    func fold(_ lane: inout UInt64, _ offset: Int, _ secret: UInt64) {
        lane = folded(word(bytes, at: offset) ^ secret, word(bytes, at: offset &+ 8) ^ lane)
    }
    var offset = start
    while true {
        fold(&first, offset, 0xE703_7ED1_A0B4_28DB)
        fold(&second, offset &+ 16, 0x8EBC_6AF0_9C88_C6E3)
        fold(&third, offset &+ 32, 0xA076_1D64_78BD_642F)
        fold(&fourth, offset &+ 48, 0x9E37_79B9_7F4A_7C15)
        if offset &+ 64 == end { break }
        // The last step may look at bytes again that the one before it has seen.
        offset = min(offset &+ 64, end &- 64)
    }
    return folded(folded(first, second), folded(third, fourth) ^ 0x8EBC_6AF0_9C88_C6E3)
        &+ first ^ second ^ third ^ fourth
}

/// A mask of the first `count` bytes of a word, for `count` from 0 to 8.
@inline(__always)
func leadingBytes(_ count: Int) -> UInt64 {
    count >= 8 ? .max : (1 << (UInt64(count) &* 8)) &- 1
}

@inline(__always)
func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
