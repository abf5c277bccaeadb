import Accounting
import Ledger
import TestSupport
import Testing

@Suite("Grid files beside each other")
struct GridIntakeTests {
    private func rows(_ hours: Range<Int>, _ value: (Int) -> Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "time,zone,direct_g_per_kwh\n"
            + hours.map {
                "2026-03-\(two($0 / 24 + 1))T\(two($0 % 24)):00:00Z,IE,\(value($0))\n"
            }.joined()
    }

    /// The state of all hours, whatever releases they came in.
    private func hours(_ ledger: LedgerFolder) throws -> [String] {
        try ledger.rows(
            """
            SELECT hour, intensity_mg_per_kwh, flags FROM grid_intensity ORDER BY hour, flags, 2
            """)
    }

    @Test(
        "A false low across the edge of two files is found, in either order, and derived anew",
        arguments: [["day1.csv", "day2.csv"], ["day2.csv", "day1.csv"]])
    func edge(order: [String]) throws {
        var ledger = try LedgerFolder()
        ledger.choose = { $0.ladder = GridLadder(steps: [.linear]) }
        // Hours 22 to 25 report 20 g/kWh, between hours at 300.
        func value(_ hour: Int) -> Int { (22..<26).contains(hour) ? 20 : 300 }
        for (name, range) in [("day1.csv", 0..<24), ("day2.csv", 24..<48)] {
            _ = try ledger.folder.write(rows(range, value), to: name)
        }
        try ledger.ingest([ledger.folder.write(OneDay.line(23), to: "log.jsonl")])
        try ledger.importGrid(ledger.folder.path(order[0]))
        #expect(try ledger.rows("SELECT count(*) FROM grid_intensity WHERE flags = 4") == ["0"])
        let second = try ledger.importGrid(ledger.folder.path(order[1]))
        #expect(second.suspectValues == 2)
        #expect(try ledger.rows("SELECT count(*) FROM grid_intensity WHERE flags = 4") == ["4"])
        #expect(
            try ledger.rows("SELECT grid_step, intensity_g_per_kwh FROM hourly_emissions") == [
                "linear|300.0"
            ])
        for name in order {
            #expect(try ledger.importGrid(ledger.folder.path(name)).isKnown, "\(name)")
        }
        #expect(try ledger.brokenLaws() == [])
        // The same as of one file with all of it.
        let whole = try LedgerFolder()
        try whole.importGrid(whole.folder.write(rows(0..<48, value), to: "both.csv"))
        #expect(try hours(ledger) == hours(whole))
    }

    private func answer(_ values: [(hour: Int, grams: Int, updated: Int)]) -> String {
        let points = values.map {
            "{\"zone\":\"IE\",\"carbonIntensity\":\($0.grams),\"datetime\":\"2026-03-01T0\($0.hour):00:00Z\","
                + "\"updatedAt\":\"2026-03-0\($0.updated)T00:00:00Z\",\"emissionFactorType\":\"direct\",\"isEstimated\":false}"
        }
        return "{\"zone\":\"IE\",\"history\":[\(points.joined(separator: ","))]}"
    }

    @Test("Of two answers of an API the value that was updated last is in force, in either order")
    func revisions() throws {
        let older = answer([(1, 100, 2), (2, 200, 2)])
        let newer = answer([(2, 220, 3), (3, 300, 3)])
        for texts in [[older, newer], [newer, older]] {
            let ledger = try LedgerFolder()
            var stale = 0
            for (index, text) in texts.enumerated() {
                stale += try ledger.importGrid(ledger.folder.write(text, to: "\(index).json"))
                    .staleValues
            }
            #expect(stale == (texts[0] == newer ? 1 : 0))
            #expect(
                try ledger.rows("SELECT intensity_g_per_kwh, updated FROM grid_hours ORDER BY hour")
                    == [
                        "100.0|2026-03-02 00:00:00", "220.0|2026-03-03 00:00:00",
                        "300.0|2026-03-03 00:00:00",
                    ])
            #expect(try ledger.importGrid(ledger.folder.path("1.json")).isKnown)
        }
        // A series that does not say when it was updated takes their place as any later import does.
        let ledger = try LedgerFolder()
        try ledger.importGrid(ledger.folder.write(newer, to: "newer.json"))
        try ledger.importGrid(ledger.folder.write(rows(2..<3) { _ in 150 }, to: "year.csv"))
        #expect(
            try ledger.rows("SELECT intensity_g_per_kwh FROM grid_hours ORDER BY hour") == [
                "150.0", "300.0",
            ])
    }
}
