import Accounting
import Configuration
import Foundation
import Grid
import TestSupport
import Testing

/// Times of a day, `minutes` apart.
private func times(_ count: Int, every minutes: Int, from day: String = "2026-03-01") -> [String] {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return (0..<count).map { "\(day)T\(two($0 * minutes / 60)):\(two($0 * minutes % 60)):00Z" }
}

/// A table of one zone.
private func table(_ rows: [(String, Double)], zone: String = "DE") -> String {
    "time,zone,direct_g_per_kwh\n" + rows.map { "\($0.0),\(zone),\($0.1)\n" }.joined()
}

private func refusal(
    _ text: String, named name: String = "grid.csv", source: String? = nil
) throws -> String {
    try #require(throws: GridFileError.self) { try readGrid(text, named: name, source: source) }
        .description
}

@Suite("Emissions and energy, stated apart")
struct StatedEmissionsTests {
    /// An answer of Open Electricity: of each series the metric, the region, the fuel and values from midnight on.
    private func answer(
        _ series: [(metric: String, region: String, fuel: String?, values: [String])],
        grouping: String = "fueltech", interval: String = "1h", energyUnit: String = "MWh"
    ) -> String {
        let metrics = Set(series.map(\.metric)).sorted(by: >).map { metric in
            let results = series.filter { $0.metric == metric }.map { series in
                let rows = series.values.enumerated().map {
                    #"["2026-03-01T0\#($0.offset):00:00+10:00",\#($0.element)]"#
                }
                let fuel = series.fuel.map { #","\#(grouping)":"\#($0)""# } ?? ""
                return
                    #"{"columns":{"region":"\#(series.region)"\#(fuel)},"data":[\#(rows.joined(separator: ","))]}"#
            }
            let unit = metric == "energy" ? energyUnit : metric == "emissions" ? "t" : "$"
            return
                #"{"network_code":"NEM","metric":"\#(metric)","unit":"\#(unit)","interval":"\#(interval)","#
                + #""results":[\#(results.joined(separator: ","))]}"#
        }
        return #"{"version":"4","data":[\#(metrics.joined(separator: ","))],"success":true}"#
    }

    private let coal = [
        ("energy", "NSW1", "coal_black", ["600", "500"]),
        ("emissions", "NSW1", "coal_black", ["540", "450"]),
    ]

    @Test(
        "The intensity of a region is what its fuels emitted by what they generated; loads are none"
    )
    func quotient() throws {
        let file = try readGrid(
            answer(
                coal + [
                    ("energy", "NSW1", "solar_utility", ["300", "0"]),
                    ("energy", "NSW1", "battery_charging", ["200", "1"]),
                    ("energy", "TAS1", "hydro", ["100", "100"]),
                    ("market_value", "NSW1", "coal_black", ["9", "9"]),
                ]), named: "nsw.json")
        // 540 t of 900 MWh, 450 of 500.
        #expect(
            file.summary == """
                open-electricity-api
                AU-NSW direct average: 02-28 14=600000 02-28 15=900000
                AU-TAS direct average: 02-28 14=0 02-28 15=0
                """)
        #expect(
            file.counts.skipped == [
                "a load, or the net of a store": 2, "neither energy nor emissions": 2,
            ])
    }

    @Test("Groups of fuels are fuels as well")
    func groups() throws {
        let text = answer(
            [
                ("energy", "SA1", "gas", ["50"]), ("emissions", "SA1", "gas", ["25"]),
                ("energy", "SA1", "wind", ["50"]), ("emissions", "SA1", "wind", ["null"]),
                ("energy", "SA1", "battery", ["-20"]),
            ], grouping: "fueltech_group")
        #expect(
            try readGrid(text, named: "sa.json").summary
                == "open-electricity-api\nAU-SA direct average: 02-28 14=250000")
    }

    @Test("An hour of which it is not said what a fuel emitted that burns is missing, and counted")
    func missing() throws {
        let series =
            coal + [
                ("energy", "NSW1", "gas_ocgt", ["10", "10"]),
                ("emissions", "NSW1", "gas_ocgt", ["6", "null"]),
            ]
        let file = try readGrid(answer(series), named: "nsw.json")
        #expect(file.summary == "open-electricity-api\nAU-NSW direct average: 02-28 14=895082")
        #expect(file.counts.skipped.values.reduce(0, +) == 1)
    }

    @Test("A fuel of which emissions are stated and no energy is as bad")
    func missingEnergy() throws {
        let series: [(metric: String, region: String, fuel: String?, values: [String])] = [
            ("energy", "NSW1", "solar_utility", ["400", "400"]),
            ("energy", "NSW1", "coal_black", ["null", "600"]),
            ("emissions", "NSW1", "coal_black", ["540", "540"]),
        ]
        let file = try readGrid(answer(series), named: "nsw.json")
        #expect(file.summary == "open-electricity-api\nAU-NSW direct average: 02-28 15=540000")
    }

    @Test("An hour of more than 10 kg/kWh, such as a start without generation, is missing")
    func excess() throws {
        let series: [(metric: String, region: String, fuel: String?, values: [String])] = [
            ("energy", "TAS1", "gas_ocgt", ["0.01", "10"]),
            ("emissions", "TAS1", "gas_ocgt", ["5", "6"]),
        ]
        let file = try readGrid(answer(series), named: "tas.json")
        #expect(file.summary == "open-electricity-api\nAU-TAS direct average: 02-28 15=600000")
        #expect(file.counts.skipped == ["over 10000 g/kWh": 1])
    }

    @Test("Energy of an hour and emissions of five minutes are no quotient")
    func intervals() throws {
        let energy = answer([("energy", "NSW1", "coal", ["600"])])
        let emissions = answer([("emissions", "NSW1", "coal", ["45"])], interval: "5m")
        let error = try refusal(emissions + "\n" + energy, named: "nsw.json")
        #expect(error.contains("different intervals"), "\(error)")
    }

    @Test("A mapping that states emissions of columns is refused")
    func columns() {
        let yaml = """
            name: x
            about: y
            records: csv
            signature: [a]
            time: { path: a, format: iso8601 }
            zone: { constant: DE }
            factors: a test
            series:
              - basis: direct
                signal: average
                emitted: { path: b, generation: c, emissions: d }
                fuels: [{ of: [coal] }]
            """
        #expect(throws: ConfigError.self) {
            try GridSource(ConfigNode(yaml: yaml, file: "x.yaml"))
        }
    }

    @Test(
        "What is no quotient of known fuels is refused by name",
        arguments: [
            (
                [("energy", "NSW1", nil, ["600"]), ("emissions", "NSW1", nil, ["540"])], "MWh",
                "secondary_grouping"
            ),
            ([("energy", "NSW1", "coal", ["600"])], "GWh", "not in MWh"),
            ([("energy", "NSW1", "fusion", ["600"])], "MWh", "\"fusion\""),
            (
                [("energy", "NSW1", "coal", ["600"]), ("energy", "NSW1", "coal", ["601"])], "MWh",
                "two values of the fuel coal"
            ),
        ] as [([(String, String, String?, [String])], String, String)])
    func refused(
        series: [(String, String, String?, [String])], unit: String, expected: String
    ) throws {
        let error = try refusal(answer(series, energyUnit: unit), named: "nsw.json")
        #expect(error.contains(expected), "\(error)")
    }

    @Test("A month is no period that can be told by the hour")
    func month() throws {
        let error = try refusal(answer(coal, interval: "1M"), named: "nsw.json")
        #expect(error.contains("\"1M\""), "\(error)")
    }
}

@Suite("Fuels of a source, all or none")
struct FuelMixTests {
    private let begin = "Net Generation (MW) from "

    /// One hour of one zone, by the names of columns.
    private func balance(_ columns: [(name: String, megawatts: String)], hours: Int = 1) -> String {
        let names = columns.map { "\"\($0.name)\"" }.joined(separator: ",")
        let values = columns.map { "\"\($0.megawatts)\"" }.joined(separator: ",")
        return "Balancing Authority,UTC Time at End of Hour,\(names)\n"
            + (1...hours).map { "PACW,03/01/2026 \($0):00:00 AM,\(values)\n" }.joined()
    }

    @Test("Storage, solar and wind with it, and geothermal power are fuels since July 2024")
    func newColumns() throws {
        let file = try readGrid(
            balance([
                ("Net Generation (MW)", "900"), (begin + "Natural Gas", "500"),
                (begin + "Hydropower Excluding Pumped Storage", "100"),
                (begin + "Pumped Storage", "-50"),
                (begin + "Solar with Integrated Battery Storage", "150"),
                (begin + "Wind without Integrated Battery Storage", "200"),
                (begin + "Battery Storage", "-40"), (begin + "Geothermal", "50"),
            ]))
        // 500 of 1,000 MW at 440 g.
        #expect(file.summary == "eia-930\nUS-NW-PACW direct average: 03-01 00=220000")
    }

    @Test(
        "A column that is named like a fuel and is none that is known refuses the file by name",
        arguments: ["Hydrogen", "Small Modular Reactors (Adjusted)"])
    func stranger(name: String) throws {
        let error = try refusal(balance([(begin + "Coal", "500"), (begin + name, "1")]))
        #expect(error.contains("\"\(begin)\(name)\""), "\(error)")
    }

    @Test("Fuels that miss the stated total refuse the file, and an hour that does is left out")
    func total() throws {
        let missed = [("Net Generation (MW)", "900"), (begin + "Coal", "500")]
        let error = try refusal(balance(missed))
        #expect(error.contains("US-NW-PACW miss the stated total"), "\(error)")
        let good = balance([("Net Generation (MW)", "520"), (begin + "Coal", "500")], hours: 11)
        let mixed = good + "PACW,03/01/2026 12:00:00 PM,900,500\n"
        let file = try readGrid(mixed)
        #expect(file.series.first?.value.points.count == 11)
        #expect(file.counts.skipped == ["the fuels miss the total": 1])
    }

    @Test("The adjusted figure comes before the imputed one, and that before the raw one")
    func editions() throws {
        let file = try readGrid(
            balance([
                (begin + "Coal", "90,000"), (begin + "Natural Gas", "90,000"),
                (begin + "Solar", "600"), (begin + "Coal (Imputed)", "100"),
                (begin + "Natural Gas (Imputed)", "5"), (begin + "Solar (Imputed)", ""),
                (begin + "Natural Gas (Adjusted)", "300"), (begin + "Solar (Adjusted)", ""),
            ]))
        // Coal 100, gas 300, solar 600: (100 × 1043 + 300 × 440) ÷ 1000.
        #expect(file.summary == "eia-930\nUS-NW-PACW direct average: 03-01 00=236300")
    }

    @Test("Records of one fuel each make the mean of their hour, in any order")
    func records() throws {
        func record(_ hour: Int, _ fuel: String, _ value: String) -> String {
            "{\"period\":\"2026-03-01T0\(hour)\",\"respondent\":\"PACW\",\"fueltype\":\"\(fuel)\",\"value\":\"\(value)\"}"
        }
        let rows = [
            record(1, "COL", "100"), record(2, "COL", "200"), record(1, "NG", "300"),
            record(1, "SNB", "600"), record(2, "BAT", "-20"), record(2, "NG", "0"),
            record(2, "SNB", "-1"),
        ]
        for rows in [rows, rows.reversed()] {
            let file = try readGrid(
                "{\"response\":{\"total\":\"5\",\"data\":[\(rows.joined(separator: ","))]}}",
                named: "a.json")
            #expect(
                file.summary
                    == "eia-api\nUS-NW-PACW direct average: 03-01 00=236300 03-01 01=1043000")
        }
        let error = try refusal(
            "{\"response\":{\"data\":[\(record(1, "H2", "5"))]}}", named: "a.json")
        #expect(error.contains("the fuel \"H2\" is none that eia-api knows"), "\(error)")
    }
}

@Suite("A value is of the time that its file says")
struct PeriodTests {
    private static let header =
        "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),"
        + "Carbon intensity gCO₂eq/kWh (Life cycle),Data source\n"

    private func rows(_ times: [String], ending end: String = "") -> String {
        Self.header
            + times.enumerated().map { "\($1),X,X,SE,\(20 + $0),\(40 + $0),x\(end)\n" }.joined()
    }

    private func first(_ text: String, named name: String = "grid.csv") throws -> String {
        String(try readGrid(text, named: name).summary.split(separator: "\n")[1])
    }

    @Test("Rows of a header without estimates are hours, days, months or years by their distance")
    func distances() throws {
        #expect(
            try first(rows(["2026-03-01 00:00:00", "2026-03-01 01:00:00"]))
                == "SE direct average: 03-01 00=20000 03-01 01=21000")
        #expect(
            try first(rows(["2026-03-01 00:00:00", "2026-03-02 00:00:00"], ending: ",,"))
                == "SE direct average: 2026-03-01 00+24h=20000 2026-03-02 00+24h=21000")
        #expect(
            try first(rows(["2026-02-01 00:00:00", "2026-03-01 00:00:00"]))
                == "SE direct average: 2026-02-01 00+672h=20000 2026-03-01 00+744h=21000")
        #expect(
            try first(rows(["2024-01-01 00:00:00", "2025-01-01 00:00:00"]))
                == "SE direct average: 2024-01-01 00+8784h=20000 2025-01-01 00+8760h=21000")
    }

    @Test("Of a lone value the name of the file tells; else it must be an hour, or is refused")
    func loneValue() throws {
        let text = rows(["2026-01-01 00:00:00"])
        #expect(try first(text, named: "SE_2026_daily.csv").hasSuffix("+24h=20000"))
        #expect(try first(text, named: "SE_2026_monthly.csv").hasSuffix("+744h=20000"))
        #expect(try first(text, named: "SE_2026_yearly.csv").hasSuffix("+8760h=20000"))
        #expect(try first(rows(["2026-01-01 13:00:00"])).hasSuffix("01-01 13=20000"))
        #expect(
            try refusal(text, named: "SE_2026.csv").contains("an hour, a day, a month or a year"))
    }

    private func answer(_ granularity: String, _ times: [String]) -> String {
        let points = times.enumerated().map {
            "{\"zone\":\"SE\",\"carbonIntensity\":\(20 + $0),\"datetime\":\"\($1)\",\"emissionFactorType\":\"direct\"}"
        }
        return
            "{\"zone\":\"SE\",\"temporalGranularity\":\"\(granularity)\",\"data\":[\(points.joined(separator: ","))]}"
    }

    @Test("A stated granularity is that of each value, also of a lone one")
    func granularity() throws {
        let day = "2026-03-01T00:00:00.000Z"
        #expect(try first(answer("daily", [day]), named: "a.json").hasSuffix("+24h=20000"))
        #expect(try first(answer("monthly", [day]), named: "a.json").hasSuffix("+744h=20000"))
        #expect(
            try first(answer("hourly", [day]), named: "a.json")
                == "SE direct average: 03-01 00=20000")
        #expect(
            try first(answer("15_minutes", [day]), named: "a.json")
                == "SE direct average: 03-01 00=20000e!1")
    }

    @Test("Spacing, granularity and calendar that disagree refuse the file")
    func disagreement() throws {
        let hours = times(4, every: 60)
        #expect(
            try refusal(answer("daily", hours), named: "a.json").contains(
                "stand 3600 seconds apart"))
        #expect(
            try refusal(answer("hourly", times(4, every: 15)), named: "a.json")
                .contains("stand 900 seconds apart"))
        let days = (1...4).map { "2026-03-0\($0)T00:00:00Z" }
        #expect(
            try refusal(answer("hourly", days), named: "a.json")
                .contains("stand 86400 seconds apart"))
        #expect(
            try refusal(answer("yearly", ["2026-03-01T00:00:00Z"]), named: "a.json")
                .contains("no year begins at this time"))
        #expect(
            try refusal(answer("quarterly", [days[0]]), named: "a.json").contains("\"quarterly\""))
        // Years from each day on would overlap.
        #expect(
            try refusal(rows(["2025-01-01 00:00:00", "2025-07-01 00:00:00"]))
                .contains("seconds apart"))
        let change = table(
            times(24, every: 60).map { ($0, 50) } + (2...5).map { ("2026-03-0\($0)T00:00:00Z", 60) }
        )
        #expect(try refusal(change).contains("86400 seconds apart, not 3600: cut the file there"))
        let threeHours = table(times(8, every: 180).map { ($0, 50) })
        #expect(try refusal(threeHours).contains("10800 seconds apart"))
    }

    @Test(
        "A series that changes its interval has every hour whole, and right",
        arguments: [(15, 30), (15, 60), (5, 30), (30, 60), (60, 15), (30, 5), (60, 5)])
    func changes(before: Int, after: Int) throws {
        let first = times(240 / before, every: before).map { ($0, 300.0) }
        let second = (0..<240 / after).map { index in
            let minute = 240 + index * after
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return ("2026-03-01T\(two(minute / 60)):\(two(minute % 60)):00Z", 500.0)
        }
        let points = try #require(readGrid(table(first + second)).series.first?.value.points)
        #expect(
            points.map(\.intensity.value)
                == [300, 300, 300, 300, 500, 500, 500, 500].map { $0 * 1_000 })
        #expect(points.allSatisfy { $0.flags.isEmpty })
    }

    @Test("A hole is no change of the interval")
    func hole() throws {
        var minutes = times(24, every: 5).map { ($0, 300.0) }
        minutes.removeSubrange(4..<8)
        let points = try #require(readGrid(table(minutes)).series.first?.value.points)
        #expect(points.map(\.flags) == [.partial, []])
    }
}

@Suite("Forecasts are no history")
struct ForecastTests {
    @Test(
        "They are refused, by what says that they are",
        arguments: [
            (
                "FR_co2_moer_2026-03-01_2026-03-02.csv",
                "point_time,value,generated_at\n2026-03-01T10:00:00Z,700,2026-03-01T09:00:00Z\n"
            ),
            (
                "FR_co2_aoer_forecast_2026-03-01_2026-03-02.csv",
                "point_time,value\n2026-03-01T10:00:00Z,700\n"
            ),
            (
                "a.json",
                "{\"data\":[{\"point_time\":\"2026-03-01T10:00:00Z\",\"value\":700}],\"meta\":{\"data_point_period_seconds\":300,\"region\":\"FR\",\"signal_type\":\"co2_moer\",\"units\":\"lbs_co2_per_mwh\",\"generated_at\":\"2026-03-01T09:00:00Z\"}}"
            ),
            (
                "a.json",
                "{\"data\":[{\"generated_at\":\"2026-03-01T09:00:00Z\",\"forecast\":[{\"point_time\":\"2026-03-01T10:00:00Z\",\"value\":700}]}],\"meta\":{\"region\":\"FR\",\"signal_type\":\"co2_moer\",\"units\":\"lbs_co2_per_mwh\"}}"
            ),
            (
                "a.json",
                "{\"generated_at\":\"2026-03-01T09:00:00Z\",\"forecast\":[{\"ba\":\"FR\",\"point_time\":\"2026-03-01T10:00:00Z\",\"value\":700}]}"
            ),
            (
                "a.json",
                "{\"data\":[{\"from\":\"2026-03-01T00:00Z\",\"to\":\"2026-03-01T00:30Z\",\"regions\":[{\"regionid\":1,\"intensity\":{\"forecast\":51,\"index\":\"low\"}}]}]}"
            ),
            (
                "a.json",
                "{\"data\":{\"regionid\":3,\"shortname\":\"x\",\"data\":[{\"from\":\"2026-03-01T00:00Z\",\"intensity\":{\"forecast\":51,\"index\":\"low\"}}]}}"
            ),
            (
                "a.json",
                "{\"data\":[{\"from\":\"2026-03-01T00:00Z\",\"to\":\"2026-03-01T00:30Z\",\"intensity\":{\"forecast\":51,\"actual\":null,\"index\":\"low\"}}]}"
            ),
            (
                "a.json",
                "{\"zone\":\"SE\",\"forecast\":[{\"carbonIntensity\":5,\"datetime\":\"2026-03-01T10:00:00Z\"}],\"updatedAt\":\"2026-03-01T09:00:00Z\"}"
            ),
            (
                "a.json",
                "[{\"generatedAt\":\"2026-03-01T09:00:00Z\",\"location\":\"eastus\",\"optimalDataPoints\":[],\"forecastData\":[]}]"
            ),
            (
                "CO2EmisProg.csv",
                "Minutes5UTC;Minutes5DK;PriceArea;CO2Emission\n2026-03-01T10:00:00;2026-03-01T11:00:00;DK1;88,5\n"
            ),
            (
                "a.json",
                "{\"dataset\":\"CO2EmisProg\",\"records\":[{\"Minutes5UTC\":\"2026-03-01T10:00:00\",\"PriceArea\":\"DK1\",\"CO2Emission\":88.5}]}"
            ),
        ])
    func refused(name: String, text: String) throws {
        let error = try refusal(text, named: name)
        #expect(error.contains("forecast"), "\(error)")
    }
}

@Suite("False values below the hour")
struct DoubtTests {
    private func points(_ values: [Double], every minutes: Int) throws -> [GridFile.Point] {
        let rows = zip(times(values.count, every: minutes), values).map { ($0, $1) }
        return try #require(readGrid(table(rows)).series.first?.value.points)
    }

    @Test(
        "The hour stands on the others, and says that it is partial",
        arguments: [
            (5, [12: 0.0]), (5, [12: 0, 13: 0, 14: 0]), (15, [5: 40]), (15, [4: 0, 5: 0, 7: 40]),
            (30, [3: 0]), (30, [2: 12]), (15, [6: 3_000]),
        ])
    func doubted(minutes: Int, replaced: [Int: Double]) throws {
        var values = [Double](repeating: 400, count: 180 / minutes)
        for (place, value) in replaced { values[place] = value }
        let points = try points(values, every: minutes)
        #expect(points.map(\.intensity.value) == [400_000, 400_000, 400_000])
        #expect(points.map(\.flags) == [[], .partial, []])
    }

    @Test("Zeros between half hours are no values, nor lows that come in every hour")
    func recurring() throws {
        let zeros = (0..<72).map { $0 % 6 == 0 ? 564.0 : 0 }
        #expect(try points(zeros, every: 5).allSatisfy { $0.intensity.value == 564_000 })
        let lows = (0..<48).map { $0 % 4 == 3 ? 45.0 : 390 }
        #expect(try points(lows, every: 15).allSatisfy { $0.intensity.value == 390_000 })
        #expect(
            try points(lows.reversed(), every: 15).allSatisfy { $0.intensity.value == 390_000 })
    }

    @Test(
        "True lows and zeros stay: by degrees, up and down between small values, lasting, marginal")
    func trueValues() throws {
        let slope = (0..<48).map { 300 - 12 * min(Double($0), Double(47 - $0)) }
        let noon = (0..<48).map { [15.0, 60, 22, 51, 18, 45][$0 % 6] }
        let water = (0..<48).map { $0 % 7 == 0 ? 0.4 : 0 }
        let long = (0..<96).map { (8..<88).contains($0) ? 0.0 : 120 }
        for values in [slope, noon, water, long] {
            let minutes = 1_440 / max(values.count, 96)
            #expect(try points(values, every: minutes).allSatisfy { $0.flags.isEmpty })
        }
        let jumps = zip(times(24, every: 5), 0..<24).map {
            "\($0),CISO,\($1 % 3 == 0 ? 0 : 400)\n"
        }
        let marginal = try readGrid("time,zone,marginal_g_per_kwh\n" + jumps.joined())
        #expect(marginal.summary.hasSuffix("03-01 00=266667 03-01 01=266667"))
    }

    @Test("Noons that are low for hours on end, day after day, are true; a single one is not")
    func noons() throws {
        func series(_ lowDays: [Int]) -> [GridFile.Point] {
            (0..<240).map { hour in
                let isLow = lowDays.contains(hour / 24) && (10..<16).contains(hour % 24)
                return GridFile.Point(
                    hour: UTCHour(500_000 + hour),
                    intensity: MilligramsCO2ePerKilowattHour(isLow ? 30_000 : 300_000),
                    evidence: .measured)
            }
        }
        func flagged(_ lowDays: [Int]) -> Int {
            Plausibility.flagged(series(lowDays)).count { !$0.flags.isEmpty }
        }
        #expect(flagged([2, 3, 5, 6]) == 0)
        #expect(flagged([5]) == 6)
        // Of two days the other one tells.
        let two = Array(series([2, 3])[48..<96])
        #expect(Plausibility.flagged(two).allSatisfy { $0.flags.isEmpty })
    }

    @Test("A time with two values is not taken, and its hour is partial; many refuse the file")
    func contradiction() throws {
        var rows = times(16, every: 30).map { ($0, 200.0) }
        rows.insert((rows[5].0, 240), at: 6)
        let file = try readGrid(table(rows))
        #expect(file.counts.contradictions == 1)
        let points = try #require(file.series.first?.value.points)
        #expect(points.map(\.flags.rawValue) == [0, 0, 1, 0, 0, 0, 0, 0])
        #expect(points.allSatisfy { $0.intensity.value == 200_000 })
        let twice = rows.map { ($0.0, $0.1 + 1) }
        #expect(try refusal(table(rows + twice)).contains("stands there twice with two values"))
    }
}

@Suite("Nothing is guessed that changes a number")
struct GuessTests {
    @Test(
        "Columns and shapes that anyone may write are of no source",
        arguments: [
            ("DE_2026-03.csv", "timestamp,value\n2026-03-01T00:00:00Z,350\n"),
            ("DE_2026-03.csv", "point_time,value\n2026-03-01T00:00:00Z,350\n"),
            ("DE.csv", "Time,Carbon Intensity\n2026-03-01T00:00:00Z,350\n"),
            ("DE.csv", "from,actual\n2026-03-01T00:00:00Z,350\n"),
            ("DE.json", "{\"data\":[{\"from\":\"2026-03-01T00:00Z\",\"actual\":300}]}"),
            ("DE.json", "{\"data\":[]}"),
            ("DE.json", "[{\"point_time\":\"2026-03-01T00:00Z\",\"moer\":\"0.4\",\"ba\":\"X\"}]"),
            ("DE.json", "{\"data\":[[\"2026-03-01T00:00Z\",300]]}"),
        ])
    func unknown(name: String, text: String) throws {
        let error = try refusal(text, named: name)
        #expect(
            error.contains("no source knows") || error.contains("looks like watttime-client")
                || error.contains("could be watttime-client"), "\(error)")
    }

    @Test("Near to nothing is a grid's own where published, or beside its life cycle")
    func cleanGrids() throws {
        let header = "time,zone,direct_g_per_kwh,lifecycle_g_per_kwh\n2026-03-01T10:00:00Z,"
        #expect(try readGrid(header + "IS,0.1,28\n").series.count == 2)
        #expect(try readGrid(header + "CD,0.6,24\n").series.count == 2)
        for zone in ["IS", "CD", "NP"] {
            let file = try readGrid(table([("2026-03-01T10:00:00Z", 0.4)], zone: zone))
            #expect(file.series.count == 1)
        }
        #expect(try refusal(table([("2026-03-01T10:00:00Z", 0.4)])).contains("is it kg/kWh"))
        #expect(
            try refusal(table([("2026-03-01T10:00:00Z", 0.4)], zone: "NOWHERE"))
                .contains("is it kg/kWh"))
        #expect(try refusal(header + "IS,0.1,0.28\n").contains("is it kg/kWh"))
    }

    @Test("A file of blanks is refused as empty", arguments: ["\n", " \n\t\n", "\u{FEFF}\n\n"])
    func blank(text: String) throws {
        for name in ["grid.csv", "grid.json"] {
            let error = try refusal(text, named: name)
            #expect(error.contains("holds no records"), "\(error)")
        }
    }
}

@Suite("Sources that users have")
struct UsersSourceTests {
    @Test(
        "Each is known, and its values come out in g/kWh",
        arguments: [
            (
                "latest.jsonl",
                "{\"zone\":\"SE\",\"carbonIntensity\":30,\"datetime\":\"2026-03-01T10:00:00.000Z\",\"updatedAt\":\"2026-03-01T10:40:00.000Z\",\"emissionFactorType\":\"lifecycle\",\"isEstimated\":true,\"temporalGranularity\":\"hourly\"}\n{\"zone\":\"SE\",\"carbonIntensity\":32,\"datetime\":\"2026-03-01T10:00:00.000Z\",\"updatedAt\":\"2026-03-01T11:40:00.000Z\",\"emissionFactorType\":\"lifecycle\",\"isEstimated\":false,\"temporalGranularity\":\"hourly\"}\n",
                "electricity-maps-latest\nSE lifecycle average: 03-01 10=32000"
            ),
            (
                "signal.json",
                "{\"status\":\"ok\",\"countryCode\":\"SE\",\"data\":{\"datetime\":\"2026-03-01T10:00:00.000Z\",\"carbonIntensity\":31.5,\"fossilFuelPercentage\":1},\"units\":{\"carbonIntensity\":\"gCO2eq/kWh\"}}",
                "co2-signal\nSE lifecycle average: 03-01 10=31500"
            ),
            (
                "api.json",
                "[{\"location\":\"SE\",\"time\":\"2026-03-01T10:00:00+00:00\",\"rating\":65,\"duration\":\"01:00:00\"}]",
                "carbon-aware-sdk\nSE lifecycle average: 03-01 10=65000"
            ),
            (
                "CO2Emis.csv",
                "Minutes5UTC;Minutes5DK;PriceArea;CO2Emission\n2026-03-01T10:00:00;2026-03-01T11:00:00;DK1;88,500000\n2026-03-01T10:05:00;2026-03-01T11:05:00;DK1;90,500000\n",
                "energinet-csv\nDK-DK1 direct average: 03-01 10=89500e!1"
            ),
            (
                "CO2Emis.json",
                "{\"total\":2,\"dataset\":\"CO2Emis\",\"records\":[{\"Minutes5UTC\":\"2026-03-01T10:00:00\",\"PriceArea\":\"DK2\",\"CO2Emission\":88.5},{\"Minutes5UTC\":\"2026-03-01T10:05:00\",\"PriceArea\":\"DK2\",\"CO2Emission\":90.5}]}",
                "energinet\nDK-DK2 direct average: 03-01 10=89500e!1"
            ),
            (
                "eco2mix.csv",
                "Périmètre;Nature;Date;Heure;Date et Heure;Consommation (MW);Taux de CO2 (g/kWh)\nFrance;Données temps réel;2026-03-01;11:00;2026-03-01T11:00:00+01:00;1;20\nFrance;Données temps réel;2026-03-01;11:15;2026-03-01T11:15:00+01:00;1;\nFrance;Données temps réel;2026-03-01;11:30;2026-03-01T11:30:00+01:00;1;24\n",
                "rte-eco2mix\nFR direct average: 03-01 10=22000"
            ),
            (
                "eco2mix.json",
                "{\"total_count\":1,\"results\":[{\"perimetre\":\"France\",\"date_heure\":\"2026-03-01T10:00:00+00:00\",\"taux_co2\":20},{\"perimetre\":\"France\",\"date_heure\":\"2026-03-01T10:30:00+00:00\",\"taux_co2\":24}]}",
                "rte-eco2mix-json\nFR direct average: 03-01 10=22000"
            ),
            (
                "eCO2mix_RTE.xls",
                "Périmètre\tNature\tDate\tHeures\tConsommation\tTaux de Co2\nFrance\tx\t2026-03-01\t11:00\t1\t20\t\nFrance\tx\t2026-03-01\t11:15\t\t\t\nFrance\tx\t2026-03-01\t11:30\t1\t24\t\nRTE ne pourra être tenu responsable.\n",
                "rte-eco2mix-file\nFR direct average: 03-01 10=22000"
            ),
            (
                "monthly.csv",
                "Area,ISO 3 code,Date,Area type,Category,Subcategory,Variable,Unit,Value\nSweden,SWE,2026-02-01,Country,E,E,CO2 intensity,gCO2/kWh,31.5\nSweden,SWE,2026-02-01,Country,E,E,Total emissions,mtCO2,3\nEU,,2026-02-01,Region,E,E,CO2 intensity,gCO2/kWh,200\n",
                "ember-monthly\nSE lifecycle average: 2026-02-01 00+672h=31500"
            ),
            (
                "yearly.csv",
                "Area,ISO 3 code,Year,Area type,Category,Subcategory,Variable,Unit,Value\nSweden,SWE,2024,Country,E,E,CO2 intensity,gCO2/kWh,31.5\nSweden,SWE,2025,Country,E,E,CO2 intensity,gCO2/kWh,32.5\n",
                "ember-yearly\nSE lifecycle average: 2024-01-01 00+8784h=31500 2025-01-01 00+8760h=32500"
            ),
            (
                "ember.json",
                "{\"stats\":{\"number_of_records\":2},\"data\":[{\"entity\":\"Sweden\",\"entity_code\":\"SWE\",\"is_aggregate_entity\":false,\"date\":\"2024\",\"emissions_intensity_gco2_per_kwh\":31.5},{\"entity\":\"EU\",\"entity_code\":null,\"is_aggregate_entity\":true,\"date\":\"2024\",\"emissions_intensity_gco2_per_kwh\":200}]}",
                "ember-api\nSE lifecycle average: 2024-01-01 00+8784h=31500"
            ),
            (
                "owid.csv",
                "Entity,Code,Year,Carbon intensity of electricity - gCO2/kWh\nSweden,SWE,2024,31.5\nAfrica,,2024,500\n",
                "owid\nSE lifecycle average: 2024-01-01 00+8784h=31500"
            ),
            (
                "owid-energy-data.csv",
                "country,year,iso_code,population,carbon_intensity_elec\nSweden,2024,SWE,1,31.5\nSweden,2025,SWE,1,\n",
                "owid\nSE lifecycle average: 2024-01-01 00+8784h=31500"
            ),
            (
                "CISO.csv",
                "datetime_utc,datetime_local,consumed_co2e_rate_kg_per_mwh_for_electricity\n2026-03-01 08:00:00+00:00,x,291.5\n",
                "open-grid-emissions-metric\nUS-CAL-CISO direct average: 03-01 08=291500"
            ),
            (
                "CISO.csv",
                "fuel_category,datetime_local,datetime_utc,generated_co2e_rate_lb_per_mwh_for_electricity\ntotal,x,2026-03-01 08:00:00+00:00,661\ncoal,x,2026-03-01 08:00:00+00:00,2000\n",
                "open-grid-emissions-generated\nUS-CAL-CISO direct average: 03-01 08=299825"
            ),
            (
                "20260301 South Australia.csv",
                "date,Wind -  MW,Emissions Intensity - kgCO₂e/MWh\n2026-03-01T20:00:00+10:00,1,25.5\n2026-03-01T20:30:00+10:00,1,26.5\n",
                "open-electricity\nAU-SA direct average: 03-01 10=26000"
            ),
        ])
    func known(name: String, text: String, expected: String) throws {
        #expect(try readGrid(text, named: name).summary == expected)
    }
}
