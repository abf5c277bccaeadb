/// Parses a decimal number into a whole number of `10^-decimals`, half rounded up.
///
/// Accepts `12`, `12.5`, `.5`, `-0.0` and exponents (`1.2e3`); no white space, no separators.
/// `fixedPoint("289.39", decimals: 3)` is 289,390.
///
/// - Returns: `nil` for anything else, and beyond ±2⁶³.
package func fixedPoint(_ text: String, decimals: Int) -> Int64? {
    fixedPoint(text.utf8.span, decimals: decimals)
}

/// What becomes of digits beyond those that are kept.
package enum FixedPointRounding: Sendable {
    /// Half and more count as one.
    case halfUp
    /// They are dropped: an instant belongs to the millisecond in which it lies.
    case towardsZero
}

/// As above, for text that is still bytes.
///
/// - Complexity: O(bytes); no allocation.
package func fixedPoint(
    _ text: Span<UInt8>, decimals: Int, rounding: FixedPointRounding = .halfUp
) -> Int64? {
    var index = 0
    let negative = text.count > 0 && text[0] == UInt8(ascii: "-")
    if negative { index = 1 }

    var digits: Int128 = 0  // all digits before and after the point, at most 36 kept
    var scale = 0  // how many of them stood after the point
    var seen = 0
    var afterPoint = false
    while index < text.count {
        let byte = text[index]
        if byte == UInt8(ascii: "."), !afterPoint {
            afterPoint = true
        } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            seen += 1
            if digits < 1_000_000_000_000_000_000_000_000_000_000_000_000 {
                digits = digits * 10 + Int128(byte - UInt8(ascii: "0"))
                if afterPoint { scale += 1 }
            } else if !afterPoint {
                return nil
            }
        } else {
            break
        }
        index += 1
    }
    guard seen > 0 else { return nil }

    var exponent = 0
    if index < text.count {
        guard text[index] | 0x20 == UInt8(ascii: "e") else { return nil }
        guard let value = smallInteger(text, from: index + 1) else { return nil }
        exponent = value
    }

    var shift = decimals + exponent - scale
    if digits == 0 { return 0 }
    while shift > 0 {
        let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        digits = product
        shift -= 1
    }
    var remainderAtLeastHalf = false
    while shift < 0 {
        remainderAtLeastHalf = digits % 10 >= 5
        digits /= 10
        if digits == 0, shift < -1 { return 0 }
        shift += 1
    }
    if remainderAtLeastHalf, rounding == .halfUp { digits += 1 }
    return Int64(exactly: negative ? -digits : digits)
}

/// A signed exponent of at most three digits that fills the rest of `text`.
private func smallInteger(_ text: Span<UInt8>, from start: Int) -> Int? {
    var index = start
    var sign = 1
    if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
        sign = text[index] == UInt8(ascii: "-") ? -1 : 1
        index += 1
    }
    guard index < text.count, text.count - index <= 3 else { return nil }
    var value = 0
    while index < text.count {
        guard text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
        index += 1
    }
    return sign * value
}
