import CByteScan

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
    guard flue_has_aes() else { return portableLineDigest(bytes, from: start, to: end) }
    // Safe: the bytes lie in the span.
    return unsafe bytes.withUnsafeBufferPointer { buffer in
        unsafe digestKeys.span.withUnsafeBufferPointer { keys in
            guard let base = buffer.baseAddress, let keys = keys.baseAddress else { return 0 }
            return unsafe flue_line_digest(base + start, Int64(count), keys)
        }
    }
}

/// Digits of pi behind the point.
private let digestKeys: InlineArray<8, UInt64> = [
    0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89,
    0x4528_21E6_38D0_1377, 0xBE54_66CF_34E9_0C6C, 0xC0AC_29B7_C97C_50DD, 0x3F84_D5B5_B547_0917,
]

/// As ``lineDigest``, of 64 bytes or more, on any processor.
///
/// Four states take every fourth sixteen bytes each, as keys of rounds of AES; then they are joined by more rounds.
func portableLineDigest(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt64 {
    let length = UInt64(end - start)
    func key(_ number: Int) -> SIMD2<UInt64> {
        SIMD2(digestKeys[2 * number], digestKeys[2 * number + 1])
    }
    var states = (0..<4).map { AESState(key($0) ^ SIMD2(length, 0)) }
    var offset = start
    while true {
        for lane in 0..<4 { states[lane].round(twoWords(bytes, at: offset + 16 * lane)) }
        if offset == end - 64 { break }
        // The last step may look at bytes again that the one before it has seen.
        offset = min(offset + 64, end - 64)
    }
    // Two rounds spread what differs over a whole state, so that two of them do not meet by chance.
    for number in 0..<2 { for lane in 0..<4 { states[lane].round(key(number)) } }
    states[0].round(states[1].words)
    states[2].round(states[3].words)
    states[0].round(states[2].words)
    for number in 0..<3 { states[0].round(key(number)) }
    return states[0].words.x
}

/// The state of AES (FIPS 197), for processors without instructions for it.
struct AESState {
    /// The bytes, the first in the lowest bits.
    private(set) var words: SIMD2<UInt64>

    init(_ words: SIMD2<UInt64>) { self.words = words }

    /// `MixColumns(ShiftRows(SubBytes(state))) ^ key`.
    mutating func round(_ key: SIMD2<UInt64>) {
        func byte(_ place: Int) -> UInt8 {
            UInt8(truncatingIfNeeded: words[place >> 3 & 1] >> UInt64(8 * (place & 7)))
        }
        var mixed = SIMD2<UInt64>.zero
        for column in 0..<4 {
            // Row r is turned by r columns.
            let bytes = (0..<4).map { Self.substitutes[Int(byte((column + $0) * 4 + $0))] }
            for row in 0..<4 {
                let next = bytes[(row + 1) & 3]
                let value =
                    Self.double(bytes[row]) ^ Self.double(next) ^ next ^ bytes[(row + 2) & 3]
                    ^ bytes[(row + 3) & 3]
                let place = column * 4 + row
                mixed[place >> 3] |= UInt64(value) << UInt64(8 * (place & 7))
            }
        }
        words = mixed ^ key
    }

    /// Twice a number of the field of 2⁸ elements by x⁸ + x⁴ + x³ + x + 1.
    private static func double(_ value: UInt8) -> UInt8 {
        value << 1 ^ (value & 0x80 == 0 ? 0 : 0x1B)
    }

    /// What SubBytes puts for each byte: its inverse in the field, then an affine map.
    private static let substitutes: [UInt8] = {
        var table = [UInt8](repeating: 0x63, count: 256)
        // Powers of 3, which are all elements but 0, and those of its inverse.
        var power: UInt8 = 1
        var inverse: UInt8 = 1
        repeat {
            power ^= double(power)
            inverse ^= inverse << 1
            inverse ^= inverse << 2
            inverse ^= inverse << 4
            if inverse & 0x80 != 0 { inverse ^= 0x09 }
            func turned(_ count: UInt8) -> UInt8 { inverse << count | inverse >> (8 - count) }
            table[Int(power)] = inverse ^ turned(1) ^ turned(2) ^ turned(3) ^ turned(4) ^ 0x63
        } while power != 1
        return table
    }()
}

@inline(__always)
func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
}
