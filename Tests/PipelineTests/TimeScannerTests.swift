import Synthesis
import Testing

@testable import Pipeline

@Suite("Reading times")
struct TimeScannerTests {
    private func read(_ text: String, _ format: TimeFormat = .rfc3339) throws -> Int64 {
        var reader = TimeReader(format)
        return try reader.milliseconds(text)
    }

    @Test(
        "RFC 3339 with 0 to 9 digits, with and without zone",
        arguments: [
            ("2023-11-16T18:17:03Z", 1_700_158_623_000),
            ("2023-11-16 18:17:03.9799600", 1_700_158_623_979),
            ("2023-11-16t18:17:03.5z", 1_700_158_623_500),
            ("2023-11-16T18:17:03.123456789Z", 1_700_158_623_123),
            ("2023-11-16T20:17:03+02:00", 1_700_158_623_000),
            ("2023-11-16T12:47:03-0530", 1_700_158_623_000),
            ("2023-11-16 18:17:03 UTC", 1_700_158_623_000),
            ("2024-02-29T23:59:60Z", 1_709_251_200_000),
        ] as [(String, Int64)])
    func calendar(text: String, expected: Int64) throws { #expect(try read(text) == expected) }

    @Test(
        "What is no such time is refused",
        arguments: [
            "", "2023-11-16", "2023-11-16T18:17", "2023-13-16T18:17:03Z", "2023-02-29T00:00:00Z",
            "2023-11-16T24:00:00Z", "2023-11-16T18:60:03Z", "2023-11-16T18:17:61Z",
            "2023-11-16T18:17:03.Z", "2023-11-16T18:17:03X", "2023-11-16T18:17:03+25:00",
            "2023-11-16T18:17:03+0:00", "2023/11/16T18:17:03Z", "20x3-11-16T18:17:03Z",
            "2023-11-16T18:17:03 CET", "2023-11-16T1a:17:03Z",
        ])
    func refused(text: String) {
        #expect(throws: RejectReason.timeFormat) { try read(text) }
    }

    @Test("Epochs in four units belong to the millisecond in which they lie")
    func epochs() throws {
        #expect(try read("1766000068.28466", .epochSeconds) == 1_766_000_068_284)
        #expect(try read("1766000068", .epochSeconds) == 1_766_000_068_000)
        #expect(try read("1766000068284", .epochMilliseconds) == 1_766_000_068_284)
        #expect(try read("1766000068284660", .epochMicroseconds) == 1_766_000_068_284)
        #expect(try read("1766000068284660000", .epochNanoseconds) == 1_766_000_068_284)
    }

    @Test("A unit that is mixed up falls outside the years that logs can have")
    func mixedUp() throws {
        #expect(throws: RejectReason.timeRange) { try read("1766000068284", .epochSeconds) }
        #expect(throws: RejectReason.timeRange) { try read("1766000068", .epochMilliseconds) }
        #expect(throws: RejectReason.timeRange) { try read("1999-12-31T23:59:59Z") }
        #expect(throws: RejectReason.timeRange) { try read("2100-01-01T00:00:00Z") }
        // Also when the hour is known from the line before.
        for time in ["1999-12-31T23:00:00.000Z", "2100-01-01T00:00:00.000Z"] {
            var reader = TimeReader(.rfc3339)
            for _ in 0..<2 {
                #expect(throws: RejectReason.timeRange) { try reader.milliseconds(time) }
            }
        }
        var last = TimeReader(.rfc3339)
        #expect(try last.milliseconds("2099-12-31T23:59:59.999Z") == 4_102_444_799_999)
        #expect(throws: RejectReason.timeRange) {
            try last.milliseconds("2099-12-31T23:59:60.000Z")
        }
    }

    @Test("The usual form is read at once as it is piece by piece")
    func usual() throws {
        var random = SeededGenerator(seed: 11)
        let time = Array("2026-10-01T23:59:59.999Z".utf8)
        let padding = Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
        var hits = 0
        for _ in 0..<40_000 {
            var text = time
            for _ in 0..<random.below(4) {
                let others: [UInt8] = [0, 0x2F, 0x3A, 0x5A, 0x7A, 0x80, 0xB0, 0xFF]
                text[random.below(text.count)] =
                    random.below(3) == 0
                    ? others[random.below(others.count)] : UInt8(0x30 + random.below(10))
            }
            let bytes = text + padding
            var scanner = TimeScanner([.rfc3339])
            #expect(scanner.usual(bytes.span, 0, text.count) == nil, "no hour is known yet")
            _ = try scanner.milliseconds((time + padding).span, 0..<time.count)
            guard let found = scanner.usual(bytes.span, 0, text.count) else { continue }
            hits += 1
            #expect(found == (try scanner.milliseconds(bytes.span, 0..<text.count)))
        }
        #expect(hits > 5_000)
        let zeros = Array(repeating: UInt8(0), count: 13) + Array(":00:00.000Z".utf8) + padding
        #expect(TimeScanner([.rfc3339]).usual(zeros.span, 0, 24) == nil)
    }

    @Test("One reader gives each hour its own, whatever came before")
    func sequence() throws {
        var reader = TimeReader(.rfc3339)
        #expect(try reader.milliseconds("2026-10-01T00:59:59Z") == 1_790_816_399_000)
        #expect(try reader.milliseconds("2026-10-01T01:00:00Z") == 1_790_816_400_000)
        #expect(throws: RejectReason.timeFormat) { try reader.milliseconds("2026-10-32T01:00:00Z") }
        #expect(try reader.milliseconds("2026-10-01T00:59:59Z") == 1_790_816_399_000)
    }
}
