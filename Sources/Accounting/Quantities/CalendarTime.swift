/// A whole UTC hour, counted from 1970-01-01 00:00.
package struct UTCHour: Hashable, Comparable, Sendable {
    package var value: Int

    package init(_ value: Int) { self.value = value }

    /// The hour in which an instant lies. Instants before 1970 round down as well.
    package init(epochSeconds: Int64) {
        value = Int((epochSeconds - (epochSeconds < 0 ? 3_599 : 0)) / 3_600)
    }

    package init(year: Int, month: Int, day: Int, hour: Int) {
        value = daysSinceEpoch(year: year, month: month, day: day) * 24 + hour
    }

    package var epochSeconds: Int64 { Int64(value) * 3_600 }

    /// Whole days since 1970-01-01.
    package var day: Int { value >= 0 ? value / 24 : (value - 23) / 24 }

    package var month: UTCMonth {
        let date = CivilDate(daysSinceEpoch: day)
        return UTCMonth(year: date.year, month: date.month)
    }

    /// `YYYY-MM-DD HH:00:00`, the form of the published views.
    package var text: String {
        let hour = value - day * 24
        return "\(CivilDate(daysSinceEpoch: day).text) \(hour < 10 ? "0" : "")\(hour):00:00"
    }

    package static func < (left: UTCHour, right: UTCHour) -> Bool { left.value < right.value }
}

/// A calendar month in UTC.
package struct UTCMonth: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Months since January of year 0, so that arithmetic is plain.
    package let ordinal: Int

    package init(year: Int, month: Int) { ordinal = year * 12 + month - 1 }

    private init(ordinal: Int) { self.ordinal = ordinal }

    /// Parses `YYYY-MM`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard text.utf8.count == 7, parts.count == 2, parts[0].utf8.count == 4,
            text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }),
            let year = Int(parts[0]),
            let month = Int(parts[1]), (1970...9999).contains(year), (1...12).contains(month)
        else { return nil }
        self.init(year: year, month: month)
    }

    package var year: Int { ordinal / 12 }
    package var month: Int { ordinal % 12 + 1 }

    /// The first hour of the month up to, but without, the first hour of the next.
    package var hours: Range<UTCHour> {
        UTCHour(
            year: year, month: month, day: 1, hour: 0)..<UTCHour(
                year: month == 12 ? year + 1 : year, month: month == 12 ? 1 : month + 1, day: 1,
                hour: 0)
    }

    package var next: UTCMonth { UTCMonth(ordinal: ordinal + 1) }

    /// `YYYY-MM`.
    package var description: String { "\(year)-\(month < 10 ? "0" : "")\(month)" }

    package static func < (left: UTCMonth, right: UTCMonth) -> Bool {
        left.ordinal < right.ordinal
    }
}

/// A date of the Gregorian calendar.
package struct CivilDate: Equatable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// Inverse of ``daysSinceEpoch(year:month:day:)``.
    package init(daysSinceEpoch days: Int) {
        // The year is taken to begin in March, so that the leap day comes last.
        // Method: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `YYYY-MM-DD`.
    package var text: String {
        "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar.
package func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

/// Days in a month of the Gregorian calendar.
package func daysIn(month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
}
