import Accounting
import Ledger
import TestSupport
import Testing

@Suite("Filled hours in the ledger")
struct GridLadderLedgerTests {
    /// Values of Ireland at 2 and 12 (OneDay), and requests at 2, 5 and 23.
    private func ledger(_ steps: [GridLadder.Step]) throws -> LedgerFolder {
        let ledger = try OneDay.ledger("flat-bloom") {
            $0.ladder = GridLadder(steps: steps)
            $0.ladder.linearHours = 12
        }
        try ledger.ingest([
            ledger.folder.write(
                OneDay.line(2) + OneDay.line(5) + OneDay.line(23), to: "log.jsonl")
        ])
        return ledger
    }

    private func hours(_ ledger: LedgerFolder) throws -> [String] {
        try ledger.rows(
            """
            SELECT substr(hour, 12, 2), grid_evidence, grid_step, intensity_g_per_kwh
            FROM hourly_emissions ORDER BY hour
            """)
    }

    @Test("Each filled hour names its step; what no step reaches is missing; the laws hold")
    func steps() throws {
        let ledger = try ledger([.linear])
        // From 100 at 2 to 300 at 12: 160 at 5.
        #expect(
            try hours(ledger) == [
                "02|measured||100.0", "05|interpolated|linear|160.0", "23|missing||-",
            ])
        #expect(try ledger.brokenLaws() == [])
        let march = try #require(UTCMonth("2026-03"))
        let report = try Ledger(path: ledger.path, access: .read).report(of: march, by: [])
        let sums = try #require(report)
        #expect(sums.fills.map(\.step) == ["linear"])
        #expect((sums.totals.low(.emissions) ?? 0) < (sums.totals[.emissions] ?? 0))
        #expect(abs((sums.totals.share(.filledEnergy) ?? 0) - 1.0 / 3) < 1e-9)
    }

    @Test("Any value of a zone changes how its gaps are filled, whichever comes first")
    func order() throws {
        let late = try ledger([.linear, .previousDay])
        let more =
            "time,zone,direct_g_per_kwh\n2026-03-01T04:00:00Z,IE,50\n2026-03-01T06:00:00Z,IE,70\n2026-02-28T23:00:00Z,IE,9\n"
        try late.importGrid(late.folder.write(more, to: "more.csv"))
        #expect(
            try hours(late) == [
                "02|measured||100.0", "05|interpolated|linear|60.0", "23|profile|previous_day|9.0",
            ])
        let early = try OneDay.ledger("flat-bloom", late.choose)
        try early.importGrid(early.folder.write(more, to: "more.csv"))
        try early.ingest([
            early.folder.write(
                OneDay.line(2) + OneDay.line(5) + OneDay.line(23), to: "log.jsonl")
        ])
        #expect(try early.canonicalDump() == late.canonicalDump())
        #expect(try early.brokenLaws() == [])
    }

    @Test(
        "What joining by the hour changes: the same energy with means of the day, the month and the year"
    )
    func granularity() throws {
        let ledger = try OneDay.ledger("flat-bloom")
        // One request at 100 g/kWh, two at 300; the mean of what is known is 200.
        try ledger.ingest([
            ledger.folder.write(
                OneDay.line(2) + OneDay.line(12) + OneDay.line(12), to: "log.jsonl")
        ])
        let march = try #require(UTCMonth("2026-03"))
        let rows = try Ledger(path: ledger.path, access: .read)
            .compareGranularity(march, method: ledger.method())
        #expect(rows.map(\.granularity) == ["hour", "day", "month", "year"])
        #expect(abs(rows[0].emissionsKgCO2e - 0.00396 * 0.7) < 1e-12)
        #expect(abs(rows[1].emissionsKgCO2e - 0.00396 * 0.6) < 1e-12)
        #expect(rows.dropFirst().allSatisfy { abs($0.change + 1.0 / 7) < 1e-9 })
    }

    @Test("Where nothing was imported, a published factor of the country stands, and says so")
    func annual() throws {
        var ledger = try LedgerFolder()
        ledger.choose = {
            $0.ladder = GridLadder(steps: [.linear, .annual])
            $0.annual = AnnualIntensities([
                AnnualIntensities.Entry(
                    zone: "IE", year: 2024, basis: .direct,
                    intensity: MilligramsCO2ePerKilowattHour(280_000), source: "test")
            ])
        }
        try ledger.ingest([ledger.folder.write(OneDay.line(2), to: "log.jsonl")])
        #expect(
            try ledger.rows(
                "SELECT grid_evidence, grid_step, intensity_g_per_kwh FROM hourly_emissions")
                == ["annual|annual|280.0"])
        #expect(
            try ledger.rows(
                "SELECT subject, unit, central, source FROM factors WHERE kind = 'grid'")
                == ["IE 2024|gCO2e/kWh, direct, unstated|280.0|test"])
        #expect(try ledger.brokenLaws() == [])
        let report = try #require(try ledger.report("2026-03"))
        #expect(report.grid.isEmpty && report.filledFrom.map(\.source) == ["factor of IE for 2024"])
        #expect(report.filledFrom.map(\.release) == ["test"])
        // The series comes: the hour is measured.
        try ledger.importGrid(ledger.folder.write(OneDay.grid, to: "grid.csv"))
        #expect(
            try ledger.rows("SELECT grid_evidence, grid_step FROM hourly_emissions") == [
                "measured|"
            ])
    }

    @Test(
        "Suspect hours are filled like missing ones, a day's mean takes the place of its hours, and a zone has its own steps"
    )
    func suspects() throws {
        var ledger = try LedgerFolder()
        ledger.choose = {
            $0.ladder = GridLadder(steps: [.linear])
            $0.ladders["DE"] = GridLadder(steps: [.dayMean])
        }
        let rows = (0..<24).map { hour in
            "2026-03-01T\(hour < 10 ? "0" : "")\(hour):00:00Z,IE,\(hour == 5 ? "-3" : "200")\n"
        }.joined()
        try ledger.importGrid(
            ledger.folder.write("time,zone,direct_g_per_kwh\n" + rows, to: "ie.csv"))
        try ledger.importGrid(
            ledger.folder.write(
                "time,zone,direct_g_per_kwh\n2026-03-01T00:00:00Z,DE,400\n2026-03-02T00:00:00Z,DE,410\n",
                to: "de.csv"))
        let german = OneDay.line(5).replacing("eu-west-1", with: "eu-central-1")
        try ledger.ingest([ledger.folder.write(OneDay.line(5) + german, to: "log.jsonl")])
        #expect(
            try ledger.rows(
                "SELECT zone, grid_evidence, grid_step, intensity_g_per_kwh FROM hourly_emissions ORDER BY 1"
            ) == ["DE|annual|day_mean|400.0", "IE|interpolated|linear|200.0"])
        let report = try #require(try ledger.report("2026-03"))
        #expect(report.grid.isEmpty)
        #expect(report.filledFrom.map(\.release) == ["test", "test"])
        #expect(report.filledFrom.map(\.zones) == [["IE"], ["DE"]])
        let means = try Ledger(path: ledger.path, access: .read).gridMeans()
        #expect(means.map(\.zone) == ["DE"] && means.map(\.of) == ["day"])
        #expect(means.map(\.first) == ["2026-03-01"] && means.map(\.end) == ["2026-03-03"])
        #expect(means.map(\.meanGramsPerKilowattHour) == [405])
        let coverage = try Ledger(path: ledger.path, access: .read).gridCoverage()
        #expect(coverage.map(\.suspect) == [1] && coverage.map(\.measured) == [23])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "An import is held against what is in force: a part of an hour, or a suspect value, restates nothing"
    )
    func compared() throws {
        let ledger = try LedgerFolder()
        func file(_ name: String, _ rows: String) throws -> String {
            try ledger.folder.write("time,zone,direct_g_per_kwh\n" + rows, to: name)
        }
        let full = try file(
            "full.csv", "2026-03-01T10:00:00Z,IE,300\n2026-03-01T11:00:00Z,IE,310\n")
        try ledger.importGrid(full)
        let part = try file(
            "part.csv",
            "2026-03-01T10:30:00Z,IE,900\n2026-03-01T11:00:00Z,IE,310\n2026-03-01T11:30:00Z,IE,310\n"
        )
        #expect(try ledger.importGrid(part).restatedValues == 0)
        #expect(
            try ledger.importGrid(file("n.csv", "2026-03-01T10:00:00Z,IE,-5\n")).restatedValues == 0
        )
        #expect(try ledger.importGrid(full).isKnown)
        #expect(
            try ledger.rows("SELECT intensity_g_per_kwh FROM grid_hours ORDER BY hour")
                == ["300.0", "310.0"])
        let restated = try ledger.importGrid(file("r.csv", "2026-03-01T10:00:00Z,IE,330\n"))
        #expect(restated.moves.map { ($0.change * 1_000).rounded() } == [100])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "Two bases never meet: a series of the other one fills nothing, and the gap says that it is there"
    )
    func basis() throws {
        var ledger = try LedgerFolder()
        ledger.choose = { $0.ladder = GridLadder(steps: GridLadder.Step.allCases) }
        let rows = OneDay.grid.replacing("direct_g", with: "lifecycle_g")
        try ledger.importGrid(ledger.folder.write(rows, to: "grid.csv"))
        try ledger.ingest([ledger.folder.write(OneDay.line(2), to: "log.jsonl")])
        #expect(try ledger.rows("SELECT emissions_kgco2e FROM monthly_emissions") == ["-"])
        let march = try #require(UTCMonth("2026-03"))
        let gaps = try Ledger(path: ledger.path, access: .read).unmatched(in: march).gridGaps
        #expect(gaps.map(\.otherBasis) == ["lifecycle"])
    }

    @Test("What hours are filled from is what each step takes, and nothing beside it")
    func filledFrom() throws {
        func rows(_ hours: Range<Int>) -> String {
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return "time,zone,direct_g_per_kwh\n"
                + hours.map { "2026-03-\(two($0 / 24 + 1))T\(two($0 % 24)):00:00Z,IE,200\n" }
                .joined()
        }
        let parts = [
            ("a.csv", rows(0..<5)), ("b.csv", rows(6..<9)), ("far.csv", rows(40..<44)),
        ]
        var ledger = try LedgerFolder()
        ledger.choose = { $0.ladder = GridLadder(steps: [.linear]) }
        for (name, text) in parts { try ledger.importGrid(ledger.folder.write(text, to: name)) }
        try ledger.ingest([ledger.folder.write(OneDay.line(5), to: "log.jsonl")])
        #expect(try ledger.report("2026-03")?.filledFrom.count == 2)
        // Of a year with a few hours and a stated mean, the mean.
        let year =
            "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),"
            + "Carbon intensity gCO₂eq/kWh (Life cycle),Carbon-free energy percentage (CFE%),"
            + "Renewable energy percentage (RE%),Data source\n"
            + (2024...2026).map { "\($0)-01-01 00:00:00,Ireland,Ireland,IE,300,350,1,1,x\n" }
            .joined()
        var stated = try LedgerFolder()
        stated.choose = { $0.ladder = GridLadder(steps: [.yearMean]) }
        try stated.importGrid(stated.folder.write(rows(40..<44), to: "far.csv"))
        try stated.importGrid(stated.folder.write(year, to: "year.csv"))
        try stated.ingest([stated.folder.write(OneDay.line(5), to: "log.jsonl")])
        #expect(
            try stated.rows("SELECT grid_step, intensity_g_per_kwh FROM hourly_emissions")
                == ["year_mean|300.0"])
        #expect(
            try stated.report("2026-03")?.filledFrom.map(\.source) == ["electricity-maps"])
    }

    @Test("Idle energy of a pool says how its grid value was filled")
    func poolStep() throws {
        var ledger = try LedgerFolder()
        ledger.choose = {
            $0.ladder = GridLadder(steps: [.linear])
            $0.pools = [
                Pool(
                    name: "rack", region: "eu-west-1", boundary: .it,
                    supply: .hardware(MicrowattHours(5_000_000_000), source: "test"))
            ]
        }
        try ledger.importGrid(
            ledger.folder.write(
                "time,zone,direct_g_per_kwh\n2026-03-01T01:00:00Z,IE,100\n2026-03-01T03:00:00Z,IE,300\n",
                to: "grid.csv"))
        try ledger.ingest([ledger.folder.write(OneDay.line(2), to: "log.jsonl")])
        #expect(
            try ledger.rows(
                """
                SELECT substr(hour, 12, 2), grid_evidence, grid_step, idle_emissions_kgco2e IS NULL
                FROM pool_hours WHERE hour < '2026-03-01 05' ORDER BY hour
                """) == [
                    "00|missing||1", "01|measured||0", "02|interpolated|linear|0", "03|measured||0",
                    "04|missing||1",
                ])
        #expect(try ledger.brokenLaws() == [])
    }

    @Test("Where factors of fuels are from stands beside the release that was made with them")
    func fuelFactors() throws {
        let ledger = try LedgerFolder()
        let header =
            "Balancing Authority,UTC Time at End of Hour,Net Generation (MW) from Coal,Net Generation (MW) from Natural Gas,"
            + "Net Generation (MW) from All Petroleum Products,Net Generation (MW) from Nuclear,"
            + "Net Generation (MW) from Hydropower and Pumped Storage,Net Generation (MW) from Solar,"
            + "Net Generation (MW) from Wind,Net Generation (MW) from Other Fuel Sources,"
            + "Net Generation (MW) from Unknown Fuel Sources\n"
        try ledger.importGrid(
            ledger.folder.write(
                header + "PJM,03/01/2026 3:00:00 AM,0,500,0,500,0,0,0,0,0\n", to: "eia.csv"))
        try ledger.ingest([
            ledger.folder.write(
                OneDay.line(2).replacing("eu-west-1", with: "us-east-1"), to: "log.jsonl")
        ])
        // Nuclear, half of the hour before, is not reported in the second hour; oil in none.
        let half = try ledger.importGrid(
            ledger.folder.write(
                header + "CISO,03/01/2026 3:00:00 AM,0,500,,500,0,0,0,0,0\n"
                    + "CISO,03/01/2026 4:00:00 AM,0,500,,,0,0,0,0,0\n", to: "half.csv"))
        #expect(half.restatedValues == 0)
        #expect(
            try ledger.rows("SELECT intensity_g_per_kwh FROM grid_hours WHERE zone = 'US-CAL-CISO'")
                == ["220.0"])
        let report = try #require(try ledger.report("2026-03"))
        #expect(report.grid.map(\.source) == ["eia-930"] && report.filledFrom.isEmpty)
        #expect(report.grid.first?.fuelFactors.contains("EIA, \"How much carbon dioxide") == true)
        #expect(
            try ledger.rows(
                "SELECT intensity_g_per_kwh, fuel_factors <> '' FROM grid_hours WHERE zone = 'US-MIDA-PJM'"
            ) == ["220.0|1"])
    }

    @Test("Of two means of an hour the later import is in force")
    func means() throws {
        var ledger = try LedgerFolder()
        ledger.choose = { $0.ladder = GridLadder(steps: [.dayMean]) }
        try ledger.ingest([ledger.folder.write(OneDay.line(5), to: "log.jsonl")])
        for (name, hour, value) in [("a.csv", 12, 800), ("b.csv", 10, 300)] {
            let rows = (0..<2).map { day in
                let date = day == 0 ? "2026-02-28" : "2026-03-01"
                return "\(date)T\(hour):00:00Z,IE,\(value)\n"
            }.joined()
            try ledger.importGrid(
                ledger.folder.write("time,zone,direct_g_per_kwh\n" + rows, to: name))
            #expect(
                try ledger.rows("SELECT intensity_g_per_kwh FROM hourly_emissions") == [
                    "\(value).0"
                ])
        }
    }
}
