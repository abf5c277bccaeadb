import Accounting
import Ledger
import Synthesis
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

    /// The hours in force.
    private func hours(_ ledger: LedgerFolder) throws -> [String] {
        try ledger.rows(
            "SELECT hour, intensity_g_per_kwh, is_partial FROM grid_hours ORDER BY hour")
    }

    /// Hours 22 to 25 report 20 g/kWh, between hours at 300.
    private func low(_ hour: Int) -> Int { (22..<26).contains(hour) ? 20 : 300 }

    @Test(
        "A false low across the edge of two files is found in either order, and derived anew",
        arguments: [
            [0..<24, 24..<48], [24..<48, 0..<24], [0..<24, 0..<48], [0..<48, 0..<24],
            [0..<23, 23..<24, 20..<30, 24..<48],
        ])
    func edge(parts: [Range<Int>]) throws {
        var ledger = try LedgerFolder()
        ledger.choose = { $0.ladder = GridLadder(steps: [.linear]) }
        try ledger.ingest([ledger.folder.write(OneDay.line(23), to: "log.jsonl")])
        for (number, part) in parts.enumerated() {
            try ledger.importGrid(ledger.folder.write(rows(part, low), to: "\(number).csv"))
        }
        #expect(
            try ledger.rows("SELECT grid_step, intensity_g_per_kwh FROM hourly_emissions") == [
                "linear|300.0"
            ])
        for number in parts.indices {
            #expect(try ledger.importGrid(ledger.folder.path("\(number).csv")).isKnown)
        }
        #expect(try ledger.brokenLaws() == [])
        let whole = try LedgerFolder()
        try whole.importGrid(whole.folder.write(rows(0..<48, low), to: "whole.csv"))
        #expect(try hours(ledger) == hours(whole))
        #expect(try hours(whole).count == 44)
    }

    @Test("Of a file with two series, the one that says nothing new stays as it was judged")
    func oneOfTwo() throws {
        let ledger = try LedgerFolder()
        func file(_ grams: Int) throws -> String {
            let lines = (0..<48).map { hour in
                let direct = low(hour) + (hour == 40 ? grams : 0)
                return
                    "2026-03-0\(hour / 24 + 1)T\(hour % 24 < 10 ? "0" : "")\(hour % 24):00:00Z,IE,\(direct),\(low(hour) + 50)\n"
            }
            return try ledger.folder.write(
                "time,zone,direct_g_per_kwh,lifecycle_g_per_kwh\n" + lines.joined(),
                to: "\(grams).csv")
        }
        try ledger.importGrid(file(0))
        let before = try ledger.rows(
            "SELECT hour, intensity_g_per_kwh, release_id FROM grid_hours WHERE basis = 'lifecycle' ORDER BY 1"
        )
        #expect(before.count == 44)
        #expect(try ledger.importGrid(file(9)).restatedValues == 1)
        #expect(
            try ledger.rows(
                "SELECT hour, intensity_g_per_kwh, release_id FROM grid_hours WHERE basis = 'lifecycle' ORDER BY 1"
            ) == before)
        #expect(try ledger.rows("SELECT count(*) FROM grid_hours WHERE basis = 'direct'") == ["44"])
    }

    @Test("A low that is reached by degrees is true, also when the hours beside it come later")
    func degrees() throws {
        let slope = [300, 150, 100, 20, 20, 100, 150, 300]
        func value(_ hour: Int) -> Int {
            (15..<23).contains(hour) ? slope[hour - 15] : 300
        }
        let ledger = try LedgerFolder()
        let text = rows(0..<48, value).split(separator: "\n")
        let holes = text.enumerated().filter { ![17, 18, 21, 22].contains($0.offset) }.map(
            \.element)
        let fill = [0, 17, 18, 21, 22].map { text[$0] }
        func write(_ lines: [Substring], _ name: String) throws -> String {
            try ledger.folder.write(lines.joined(separator: "\n") + "\n", to: name)
        }
        try ledger.importGrid(write(holes, "holes.csv"))
        #expect(try ledger.rows("SELECT count(*) FROM grid_hours") == ["42"])
        #expect(try ledger.importGrid(write(fill, "fill.csv")).judgedValues == 2)
        #expect(try ledger.rows("SELECT count(*) FROM grid_hours") == ["48"])
    }

    @Test(
        "Any cut of a series into files, overlapping or not, in any order, leaves the hours of the whole",
        arguments: [1, 2, 3, 4, 5, 6, 7, 8])
    func cuts(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var values = (0..<240).map {
            200 + 60 * ($0 % 24) / 24 + Int.random(in: 0..<40, using: &random)
        }
        for _ in 0..<8 {
            let start = Int.random(in: 0..<236, using: &random)
            let height = [3, 15, 900, 2_500].randomElement(using: &random) ?? 3
            for hour in start..<start + Int.random(in: 1...4, using: &random) {
                values[hour] = height
            }
        }
        let whole = try LedgerFolder()
        try whole.importGrid(whole.folder.write(rows(0..<240) { values[$0] }, to: "whole.csv"))
        var parts = stride(from: 0, to: 240, by: 20).map { start in
            max(0, start - Int.random(in: 0..<30, using: &random))..<start + 20
        }
        parts.shuffle(using: &random)
        let ledger = try LedgerFolder()
        for (number, part) in parts.enumerated() {
            try ledger.importGrid(
                ledger.folder.write(rows(part) { values[$0] }, to: "\(number).csv"))
        }
        #expect(try hours(ledger) == hours(whole), "seed \(seed)")
        #expect(try ledger.importGrid(ledger.folder.path("0.csv")).isKnown)
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
        // Fetched again later, an answer says the same as of a later time: no new release.
        let again = try LedgerFolder()
        try again.importGrid(again.folder.write(older, to: "1.json"))
        let later = answer([(1, 100, 5), (2, 200, 5)])
        #expect(try again.importGrid(again.folder.write(later, to: "2.json")).isKnown)
        #expect(
            try again.rows("SELECT release, updated FROM grid_hours") == [
                "test|2026-03-05 00:00:00", "test|2026-03-05 00:00:00",
            ])
        #expect(try again.importGrid(again.folder.write(newer, to: "3.json")).staleValues == 1)
        // A series that does not say when it was updated takes their place as any later import does.
        let ledger = try LedgerFolder()
        try ledger.importGrid(ledger.folder.write(newer, to: "newer.json"))
        try ledger.importGrid(ledger.folder.write(rows(2..<3) { _ in 150 }, to: "year.csv"))
        #expect(
            try ledger.rows("SELECT intensity_g_per_kwh FROM grid_hours ORDER BY hour") == [
                "150.0", "300.0",
            ])
        // Asked again, the source has its latest say, whichever of its answers comes last.
        #expect(
            try ledger.importGrid(ledger.folder.write(older, to: "older.json")).staleValues == 1)
        #expect(
            try ledger.rows("SELECT intensity_g_per_kwh FROM grid_hours ORDER BY hour") == [
                "100.0", "220.0", "300.0",
            ])
        for name in ["older.json", "newer.json"] {
            #expect(try ledger.importGrid(ledger.folder.path(name)).isKnown, "\(name)")
        }
    }

    @Test(
        "An answer that was changed since stands in when the later value is suspect, in any order",
        arguments: [[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [0, 2, 1]])
    func staleStandsIn(order: [Int]) throws {
        func point(_ hour: Int, _ grams: Int, _ day: Int) -> String {
            "{\"zone\":\"IE\",\"carbonIntensity\":\(grams),\"datetime\":\"2026-03-0\(1 + hour / 24)T"
                + "\(hour % 24 < 10 ? "0" : "")\(hour % 24):00:00Z\",\"updatedAt\":\"2026-04-0\(day)T00:00:00Z\","
                + "\"emissionFactorType\":\"direct\",\"isEstimated\":false}"
        }
        func answer(_ points: [String]) -> String {
            "{\"zone\":\"IE\",\"history\":[\(points.joined(separator: ","))]}"
        }
        let texts = [
            answer((20..<24).map { point($0, 400, 1) }),
            answer((12..<24).map { point($0, $0 == 23 ? 50 : 400, 2) }),
            answer((24..<48).map { point($0, 400, 2) }),
        ]
        let ledger = try LedgerFolder()
        for index in order {
            try ledger.importGrid(ledger.folder.write(texts[index], to: "\(index).json"))
        }
        let hours = try ledger.rows("SELECT intensity_g_per_kwh FROM grid_hours")
        #expect(hours == Array(repeating: "400.0", count: 36))
        for index in 0..<3 {
            #expect(try ledger.importGrid(ledger.folder.path("\(index).json")).isKnown)
        }
    }
}
