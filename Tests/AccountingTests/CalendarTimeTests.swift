import Accounting
import Testing

@Suite("Hours, days and months in UTC")
struct CalendarTimeTests {
    @Test("Dates and day numbers are each other's inverse over four centuries")
    func inverse() {
        var expected = daysSinceEpoch(year: 1900, month: 1, day: 1)
        for year in 1900..<2300 {
            for month in 1...12 {
                for day in 1...daysIn(month: month, of: year) {
                    let days = daysSinceEpoch(year: year, month: month, day: day)
                    #expect(days == expected)
                    let date = CivilDate(daysSinceEpoch: days)
                    #expect((date.year, date.month, date.day) == (year, month, day))
                    expected += 1
                }
            }
        }
    }

    @Test(
        "Leap years follow the Gregorian rule",
        arguments: [(2024, 29), (2023, 28), (1900, 28), (2000, 29), (2100, 28)])
    func leapYears(year: Int, days: Int) { #expect(daysIn(month: 2, of: year) == days) }

    @Test("An hour knows its text, day and month, also before 1970")
    func hourText() {
        let hour = UTCHour(epochSeconds: 1_700_157_600)
        #expect(hour.text == "2023-11-16 18:00:00")
        #expect(hour.month.description == "2023-11")
        #expect(UTCHour(epochSeconds: 1_700_161_199) == hour)
        #expect(UTCHour(epochSeconds: -1).text == "1969-12-31 23:00:00")
    }

    @Test("The months of a year cover its hours once", arguments: [2023, 2024])
    func months(year: Int) throws {
        var month = try #require(UTCMonth("\(year)-01"))
        var next = UTCHour(year: year, month: 1, day: 1, hour: 0)
        for _ in 1...12 {
            #expect(month.hours.lowerBound == next)
            next = month.hours.upperBound
            month = month.next
        }
        #expect(next == UTCHour(year: year + 1, month: 1, day: 1, hour: 0))
    }

    @Test(
        "Text that is no month is no month",
        arguments: ["2023", "2023-13", "2023-00", "23-01", "2023-1", "2023/01", "-023-01", ""])
    func noMonth(text: String) { #expect(UTCMonth(text) == nil) }
}
