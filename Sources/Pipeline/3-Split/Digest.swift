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

@inline(__always)
func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
