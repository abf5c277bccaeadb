// Times as few write them, put into the form that most have.
extension TimeScanner {
    /// As ``TimeFormat/iso8601``.
    mutating func looseTime(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(RejectReason) -> Int64 {
        var text = range.map { bytes[$0] }
        guard text.count >= 10 else { throw .timeFormat }
        for place in [4, 7] where text[place] == UInt8(ascii: "/") {
            text[place] = UInt8(ascii: "-")
        }
        if text.count == 10 { text += Array("T00".utf8) }
        for place in [13, 16] {
            let isThere = place < text.count && text[place] == UInt8(ascii: ":")
            guard text.count >= place else { throw .timeFormat }
            if !isThere { text.insert(contentsOf: Array(":00".utf8), at: place) }
        }
        return try calendarTime(text)
    }

    /// As ``TimeFormat/calendar``.
    mutating func periodTime(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(RejectReason) -> Int64 {
        let rest =
            switch range.count {
            case 4: "-01-01T00:00:00"
            case 7: "-01T00:00:00"
            default: ""
            }
        guard !rest.isEmpty else { return try looseTime(bytes, range) }
        return try calendarTime(range.map { bytes[$0] } + Array(rest.utf8))
    }

    /// As ``TimeFormat/american``.
    mutating func americanTime(
        _ bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(RejectReason) -> Int64 {
        let text = String(decoding: range.map { bytes[$0] }, as: UTF8.self)
        let parts = text.split(whereSeparator: { "/: ".contains($0) })
        guard parts.count >= 6, let month = Int(parts[0]), let day = Int(parts[1]),
            var hour = Int(parts[3])
        else { throw .timeFormat }
        if parts.count == 7 {
            guard (1...12).contains(hour), ["AM", "PM"].contains(parts[6].uppercased()) else {
                throw .timeFormat
            }
            hour = hour % 12 + (parts[6].uppercased() == "PM" ? 12 : 0)
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let canonical =
            "\(parts[2])-\(two(month))-\(two(day))T\(two(hour)):\(parts[4]):\(parts[5])"
        guard canonical.utf8.count == 19 else { throw .timeFormat }
        return try calendarTime(Array(canonical.utf8))
    }

    private mutating func calendarTime(_ text: [UInt8]) throws(RejectReason) -> Int64 {
        let padded = text + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
        return try calendarTime(padded.span, 0..<text.count)
    }

    /// As ``TimeFormat/secondsAndNanoseconds``, from its bracket on.
    func pairedTime(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(RejectReason) -> Int64 {
        guard byte(bytes, at: range.lowerBound) == UInt8(ascii: "[") else { throw .timeFormat }
        func number(_ start: Int) throws(RejectReason) -> (value: Int64, end: Int) {
            var end = start
            var value: Int64 = 0
            while isDigit(byte(bytes, at: end)), end - start < 12 {
                value = value * 10 + Int64(byte(bytes, at: end) - UInt8(ascii: "0"))
                end += 1
            }
            guard end > start else { throw .timeFormat }
            return (value, skipSpace(bytes, from: end))
        }
        let seconds = try number(skipSpace(bytes, from: range.lowerBound + 1))
        guard byte(bytes, at: seconds.end) == UInt8(ascii: ",") else { throw .timeFormat }
        let nanoseconds = try number(skipSpace(bytes, from: seconds.end + 1))
        guard byte(bytes, at: nanoseconds.end) == UInt8(ascii: "]"),
            nanoseconds.value < 1_000_000_000
        else { throw .timeFormat }
        return seconds.value * 1_000 + nanoseconds.value / 1_000_000
    }
}
