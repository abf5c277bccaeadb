import Accounting

/// Reads times from bytes, as milliseconds since 1970-01-01 UTC.
struct TimeScanner {
    /// 2000-01-01 and 2100-01-01, in milliseconds: what lies outside is a unit mixed up, not a request.
    static let range: Range<Int64> = 946_684_800_000..<4_102_444_800_000

    private let format: TimeFormat
    /// Tried when the first does not fit.
    private let otherFormats: ArraySlice<TimeFormat>
    /// Of times that do not say; `nil` refuses those.
    private let zone: TimeZoneRule?
    /// What relative times count from, milliseconds since 1970.
    private let start: Int64
    // Logs are nearly sorted, so the date and hour of one line are mostly those of the line before.
    private var knownHead: UInt64 = 0
    private var knownTail = UInt64.max  // shares bytes with the head: no text has both
    private var knownHour: Int64 = 0
    // Of a zone by name, whose offset is looked up in a table: that of the hour before.
    private var knownLocalHour = Int64.min
    private var knownOffset = 0

    /// - Parameters:
    ///   - formats: In order of preference.
    ///   - start: What relative times count from, milliseconds since 1970.
    init(_ formats: [TimeFormat], zone: TimeZoneRule? = .utc, start: Int64 = 0) {
        format = formats.first ?? .rfc3339
        otherFormats = formats.dropFirst()
        self.zone = zone
        self.start = start
    }

    /// - Throws: ``RejectReason/timeFormat`` or ``RejectReason/timeRange``.
    mutating func milliseconds(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(RejectReason) -> Int64 {
        do throws(RejectReason) {
            return try inRange(milliseconds(format, bytes, range))
        } catch {
            guard error == .timeFormat else { throw error }
            return try otherMilliseconds(bytes, range)
        }
    }

    private mutating func otherMilliseconds(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(RejectReason) -> Int64 {
        for format in otherFormats {
            do throws(RejectReason) {
                return try inRange(milliseconds(format, bytes, range))
            } catch {
                guard error == .timeFormat else { throw error }
            }
        }
        throw .timeFormat
    }

    @inline(__always)
    private func inRange(_ value: Int64) throws(RejectReason) -> Int64 {
        guard Self.range.contains(value) else { throw .timeRange }
        return value
    }

    private mutating func milliseconds(
        _ format: TimeFormat, _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(RejectReason) -> Int64 {
        switch format {
        case .rfc3339: try calendarTime(bytes, range)
        case .iso8601: try looseTime(bytes, range)
        case .calendar: try periodTime(bytes, range)
        case .american: try americanTime(bytes, range)
        case .epochSeconds: try number(bytes, range, decimals: 3)
        case .epochMilliseconds: try number(bytes, range, decimals: 0)
        case .epochMicroseconds: try number(bytes, range, decimals: -3)
        case .epochNanoseconds: try number(bytes, range, decimals: -6)
        // From the year 1 to 1970 are 62,135,596,800 s.
        case .dotNetTicks:
            try number(bytes, range, decimals: -4)
                .subtractingReportingOverflow(62_135_596_800_000).partialValue
        case .secondsAndNanoseconds: try pairedTime(bytes, range)
        case .relativeSeconds: try relative(bytes, range, decimals: 3)
        case .relativeMilliseconds: try relative(bytes, range, decimals: 0)
        }
    }

    private func relative(
        _ bytes: Span<UInt8>, _ range: Range<Int>, decimals: Int
    ) throws(RejectReason) -> Int64 {
        let since = try number(bytes, range, decimals: decimals)
        // Within the years that count, so that the sum fits.
        guard since.magnitude < Self.range.upperBound.magnitude else { throw .timeRange }
        return start + since
    }

    private func number(
        _ bytes: Span<UInt8>, _ range: Range<Int>, decimals: Int
    ) throws(RejectReason) -> Int64 {
        if decimals <= 0, let value = wholeNumber(bytes, range, dropping: -decimals) {
            return value
        }
        guard
            let value = fixedPoint(
                bytes.extracting(range), decimals: decimals, rounding: .towardsZero)
        else {
            throw .timeFormat
        }
        return value
    }

    /// `YYYY-MM-DD` , `T` or a space, `HH:MM:SS`, a fraction, a zone.
    mutating func calendarTime(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(RejectReason) -> Int64 {
        let start = range.lowerBound
        guard range.count >= 19 else { throw .timeFormat }
        let head = word(bytes, at: start)
        let tail = word(bytes, at: start + 5)
        var hour = knownHour
        if head != knownHead || tail != knownTail {
            hour = try hourInMilliseconds(bytes, start)
            // What is known is within range, so that times of a known hour need no check.
            if Self.range.contains(hour) {
                knownHour = hour
                knownHead = head
                knownTail = tail
            }
        }
        let minute = twoDigits(bytes, start + 14)
        let second = twoDigits(bytes, start + 17)
        // A leap second (60) counts as the first second of the next minute.
        guard byte(bytes, at: start + 13) == UInt8(ascii: ":"),
            byte(bytes, at: start + 16) == UInt8(ascii: ":"), minute < 60, second <= 60
        else { throw .timeFormat }
        var offset = start + 19
        let fraction = try fractionMilliseconds(bytes, &offset, end: range.upperBound)
        let local = hour + Int64(minute) * 60_000 + Int64(second) * 1_000 + fraction
        let zone = try zoneMinutes(bytes, offset..<range.upperBound, local)
        return local - Int64(zone) * 60_000
    }

    /// Minutes east of Greenwich of a time that does not say.
    private mutating func declaredZone(_ local: Int64) throws(RejectReason) -> Int {
        switch zone {
        case nil: throw .timeZone
        case .fixed(let minutes): return minutes
        case .named:
            // Clocks change at quarters of an hour at the earliest.
            let quarter = local / 900_000
            if quarter != knownLocalHour {
                knownLocalHour = quarter
                knownOffset = zone?.minutesEast(atLocal: local) ?? 0
            }
            return knownOffset
        }
    }

    /// A time in the hour of the one before that is written as most are: `2026-10-01T00:59:59.999Z`; `nil` for
    /// others.
    @inline(__always)
    func usual(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Int64? {
        guard count == 24, word(bytes, at: start) == knownHead,
            word(bytes, at: start &+ 5) == knownTail
        else { return nil }
        let minute = word(bytes, at: start &+ 13)  // `:59:59.9`
        let second = word(bytes, at: start &+ 16)  // `:59.999Z`
        let zeros = 0x3030_3030_3030_3030 as UInt64
        guard minute & 0x00FF_0000_FF00_00FF == 0x002E_0000_3A00_003A,
            second >> 56 == UInt64(UInt8(ascii: "Z")),
            // All others are digits: the marks of `leadingDigits`, at their places.
            ((minute ^ zeros) &+ 0x7676_7676_7676_7676 | minute) & 0x8000_8080_0080_8000
                | ((second ^ zeros) &+ 0x7676_7676_7676_7676 | second) & 0x0080_8080_0000_0000 == 0
        else { return nil }
        func digit(_ text: UInt64, _ index: UInt64) -> Int64 {
            Int64(truncatingIfNeeded: text >> (index &* 8) & 0xF)
        }
        let minutes = digit(minute, 1) &* 10 &+ digit(minute, 2)
        let seconds = digit(minute, 4) &* 10 &+ digit(minute, 5)
        guard minutes < 60, seconds < 60 else { return nil }
        return knownHour &+ minutes &* 60_000 &+ seconds &* 1_000 &+ digit(second, 4) &* 100
            &+ digit(second, 5) &* 10 &+ digit(second, 6)
    }

    /// The first thirteen bytes, `2026-10-01T00`.
    private func hourInMilliseconds(
        _ bytes: Span<UInt8>, _ start: Int
    ) throws(RejectReason) -> Int64 {
        let century = twoDigits(bytes, start)
        let yearOfCentury = twoDigits(bytes, start + 2)
        let month = twoDigits(bytes, start + 5)
        let day = twoDigits(bytes, start + 8)
        let hour = twoDigits(bytes, start + 11)
        let separator = byte(bytes, at: start + 10)
        guard century < 100, yearOfCentury < 100,
            byte(bytes, at: start + 4) == UInt8(ascii: "-"),
            byte(bytes, at: start + 7) == UInt8(ascii: "-"),
            separator | 0x20 == UInt8(ascii: "t") || separator == UInt8(ascii: " "),
            (1...12).contains(month), hour < 24,
            day >= 1, day <= daysIn(month: month, of: century * 100 + yearOfCentury)
        else { throw .timeFormat }
        let hours = UTCHour(
            year: century * 100 + yearOfCentury, month: month, day: day, hour: hour)
        return hours.epochSeconds * 1_000
    }

    /// `.5` is 500, and `,5` too, as Python writes it; digits beyond the third are checked and dropped.
    private func fractionMilliseconds(
        _ bytes: Span<UInt8>, _ offset: inout Int, end: Int
    ) throws(RejectReason) -> Int64 {
        guard offset < end, byte(bytes, at: offset) & 0xFD == UInt8(ascii: ",") else { return 0 }
        offset += 1
        let start = offset
        var value: Int64 = 0
        while offset < end, isDigit(byte(bytes, at: offset)) {
            if offset - start < 3 {
                value = value * 10 + Int64(byte(bytes, at: offset) - UInt8(ascii: "0"))
            }
            offset += 1
        }
        switch offset - start {
        case 0: throw .timeFormat
        case 1: return value * 100
        case 2: return value * 10
        default: return value
        }
    }

    /// Minutes east of Greenwich: nothing, `Z`, `UTC`, `GMT`, `+02:00`, `+0200` or `+02`; a space may stand before it, and
    /// behind `+0200` the name of the zone, as Go writes it.
    private mutating func zoneMinutes(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ local: Int64
    ) throws(RejectReason) -> Int {
        let hasSpace = !range.isEmpty && byte(bytes, at: range.lowerBound) == UInt8(ascii: " ")
        let start = range.lowerBound + (hasSpace ? 1 : 0)
        let first = byte(bytes, at: start)
        let count = range.upperBound - start
        switch count {
        case 0 where !hasSpace: return try declaredZone(local)
        case 1 where first | 0x20 == UInt8(ascii: "z"): return 0
        case 3 where word(bytes, at: start) & leadingBytes(3) == 0x43_5455: return 0  // "UTC"
        case 3 where word(bytes, at: start) & leadingBytes(3) == 0x54_4D47: return 0  // "GMT"
        case 3, 5, 6:
            let sign = first == UInt8(ascii: "+") ? 1 : first == UInt8(ascii: "-") ? -1 : 0
            let hours = twoDigits(bytes, start + 1)
            let minutes = count == 3 ? 0 : twoDigits(bytes, range.upperBound - 2)
            guard sign != 0, hours <= 14, minutes < 60,
                count != 6 || byte(bytes, at: start + 3) == UInt8(ascii: ":")
            else { throw .timeFormat }
            return sign * (hours * 60 + minutes)
        case 8...11 where byte(bytes, at: start + 5) == UInt8(ascii: " "):
            let isName = (start + 6..<range.upperBound).allSatisfy {
                byte(bytes, at: $0) &- UInt8(ascii: "A") < 26
            }
            guard isName else { throw .timeFormat }
            return try zoneMinutes(bytes, start..<start + 5, local)
        default: throw .timeFormat
        }
    }

    /// 100 or more when one of the two is no digit.
    @inline(__always)
    private func twoDigits(_ bytes: Span<UInt8>, _ offset: Int) -> Int {
        let tens = byte(bytes, at: offset) &- UInt8(ascii: "0")
        let ones = byte(bytes, at: offset + 1) &- UInt8(ascii: "0")
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : 100
    }
}

/// A whole number of one to eight digits; `nil` for anything else, also for other whole numbers.
@inline(__always)
func shortCount(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Int64? {
    guard count &- 1 < 8, count > 0 else { return nil }
    let text = word(bytes, at: start)
    return leadingDigits(text) >= count ? decimal(text, count: count) : nil
}

/// A whole number of up to 24 digits without its last ones, of which up to 18 are left; `nil` for anything else.
@inline(__always)
func wholeNumber(_ bytes: Span<UInt8>, _ range: Range<Int>, dropping dropped: Int) -> Int64? {
    let kept = range.count - dropped
    guard kept > 0, kept <= 18, range.count <= 24 else { return nil }
    var value: Int64 = 0
    var done = 0
    while done < range.count {
        let text = word(bytes, at: range.lowerBound &+ done)
        let count = min(8, range.count &- done)
        guard leadingDigits(text) >= count else { return nil }
        let wanted = min(count, max(0, kept &- done))
        if wanted > 0 { value = value &* powerOfTen(wanted) &+ decimal(text, count: wanted) }
        done &+= 8
    }
    return value
}

/// From 10¹ to 10⁸.
@inline(__always)
private func powerOfTen(_ exponent: Int) -> Int64 {
    var power: Int64 = 1
    for _ in 0..<exponent { power &*= 10 }
    return power
}

/// A whole number up to 2³¹ − 1, negative ones included; `nil` for anything else.
///
/// Fractions must be zero (`59200.0`), because counts are whole.
///
/// ``countFault(_:)`` says why a text is none.
func count(
    _ bytes: Span<UInt8>, _ range: Range<Int>, upTo limit: Int64 = Int64(Int32.max)
) -> Int64? {
    let text = bytes.extracting(range)
    guard let value = fixedPoint(text, decimals: 0, rounding: .towardsZero),
        (-limit...limit).contains(value),
        // An exponent moves the point; what is left behind it shows in more decimals.
        isWhole(text) || hasExponent(text) && isWhole(text, value)
    else { return nil }
    return value
}

/// Why a text is no count.
func countFault(_ text: Span<UInt8>) -> RejectReason {
    var digits = 0
    for index in 0..<text.count {
        switch text[index] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
        case UInt8(ascii: "-") where index == 0: break
        case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
            guard digits > 0 else { return .numberFormat }
        case UInt8(ascii: "-"), UInt8(ascii: "+"):
            guard index > 0, text[index - 1] | 0x20 == UInt8(ascii: "e") else {
                return .numberFormat
            }
        default: return .numberFormat
        }
    }
    guard digits > 0 else { return .numberFormat }
    guard let value = fixedPoint(text, decimals: 0, rounding: .towardsZero) else {
        return .numberRange
    }
    return value.magnitude < 1 << 31 ? .numberFraction : .numberRange
}

/// Whether a text is what writers put where they have no number.
func isNoValue(_ text: Span<UInt8>) -> Bool {
    guard text.count <= 9 else { return false }
    var word = ""
    for index in 0..<text.count { word.append(Character(Unicode.Scalar(text[index] | 0x20))) }
    return ["n/a", "na", "nan", "none", "null", "nil", "undefined", "-"].contains(word)
}

/// Whether nothing stands behind the point once the exponent has moved it.
private func isWhole(_ text: Span<UInt8>, _ value: Int64) -> Bool {
    // However small a number is that an exponent makes, it is no zero.
    if value == 0 {
        for index in 0..<text.count {
            if text[index] | 0x20 == UInt8(ascii: "e") { break }
            if (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(text[index]) { return false }
        }
    }
    guard let millionths = fixedPoint(text, decimals: 6) else { return false }
    return Int128(millionths) == Int128(value) * 1_000_000
}

private func hasExponent(_ text: Span<UInt8>) -> Bool {
    for index in 0..<text.count where text[index] | 0x20 == UInt8(ascii: "e") { return true }
    return false
}

/// Whether a number that is written out has no fraction.
private func isWhole(_ text: Span<UInt8>) -> Bool {
    var isFraction = false
    let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
    for index in (isNegative ? 1 : 0)..<text.count {
        switch text[index] {
        case UInt8(ascii: "."): isFraction = true
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            if isFraction, text[index] != UInt8(ascii: "0") { return false }
        default: return false
        }
    }
    return true
}
