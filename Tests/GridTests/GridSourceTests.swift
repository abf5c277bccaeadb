import Accounting
import Foundation
import Grid
import Pipeline
import TestSupport
import Testing

/// Reads a grid file that a test writes.
func readGrid(
    _ text: String, named name: String = "grid.csv", source: String? = nil, zone: String? = nil
) throws -> GridFile {
    let folder = try TemporaryFolder()
    let sources = try source.map { [try GridSource(named: $0)] } ?? GridSource.builtin()
    return try GridFile(
        InputPaths.expand([folder.write(text, to: name)])[0], sources: sources, zone: zone)
}

extension GridFile {
    /// `source zone basis signal: hour=mg/kWh…`, hours as `MM-DD HH`, one line a series.
    var summary: String {
        let lines = series.sorted { $0.key < $1.key }.map { key, series in
            let points = series.points.map { point in
                let flags = point.flags.isEmpty ? "" : "!\(point.flags.rawValue)"
                let mark = point.evidence == .estimated ? "e" : ""
                return
                    "\(point.hour.text.dropFirst(5).prefix(8))=\(point.intensity.value)\(mark)\(flags)"
            }
            let means = series.means.map { mean in
                "\(mean.hours.lowerBound.text.prefix(13))+\(mean.hours.upperBound.value - mean.hours.lowerBound.value)h=\(mean.intensity.value)"
            }
            return "\(key.zone) \(key.basis) \(key.signal): "
                + (points + means).joined(separator: " ")
        }
        return "\(source)\n" + lines.joined(separator: "\n")
    }
}

@Suite("Grid sources")
struct GridSourceTests {
    private static let emHeader =
        "Datetime (UTC),Country,Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),"
        + "Carbon intensity gCO₂eq/kWh (Life cycle)"

    /// A file, its text, and what it is read as, computed by hand.
    static let files: [(name: String, text: String, expected: String)] = [
        (
            "emaps-5min.csv",
            emHeader + ",Data estimated\r\n"
                + (0..<12).map {
                    "2026-03-01 10:\($0 < 2 ? "0" : "")\($0 * 5):00,X,X,XX,\($0 < 6 ? 100 : 200),300,\($0 == 3)\r\n"
                }.joined(),
            "electricity-maps\nXX direct average: 03-01 10=150000e\nXX lifecycle average: 03-01 10=300000e"
        ),
        (
            "year.csv", emHeader + "\n2024-01-01 00:00:00,X,X,XX,12.5,30\n",
            "electricity-maps\nXX direct average: 2024-01-01 00+8784h=12500\nXX lifecycle average: 2024-01-01 00+8784h=30000"
        ),
        (
            "legacy.csv",
            "datetime,created_at,timestamp,zone_name,carbon_intensity_avg,x\n2021-01-01T00:00:00+00:00,a,1,AUS-NSW,688.68,\n",
            "electricity-maps-legacy\nAU-NSW lifecycle average: 01-01 00=688680"
        ),
        (
            "past-range.json",
            """
            {"zone":"DE","data":[
            {"zone":"DE","carbonIntensity":100,"datetime":"2026-03-01T10:00:00.000Z","updatedAt":"2026-03-02T00:00:00.000Z","emissionFactorType":"lifecycle","isEstimated":true},
            {"zone":"DE","carbonIntensity":null,"datetime":"2026-03-01T11:00:00.000Z","updatedAt":"2026-03-02T00:00:00.000Z","emissionFactorType":"lifecycle","isEstimated":true}]}
            {"zone":"DE","data":[
            {"zone":"DE","carbonIntensity":110,"datetime":"2026-03-01T10:00:00.000Z","updatedAt":"2026-03-03T00:00:00.000Z","emissionFactorType":"lifecycle","isEstimated":false},
            {"zone":"DE","carbonIntensity":90,"datetime":"2026-03-01T12:00:00.000Z","updatedAt":"2026-03-03T00:00:00.000Z","emissionFactorType":"direct","isEstimated":false}]}
            """,
            "electricity-maps-api\nDE direct average: 03-01 12=90000\nDE lifecycle average: 03-01 10=110000"
        ),
        (
            "moer.json",
            """
            {"data":[{"point_time":"2026-03-01T10:00:00+00:00","value":870},{"point_time":"2026-03-01T10:30:00+00:00","value":1000}],
            "meta":{"data_point_period_seconds":1800,"region":"CAISO_NORTH","signal_type":"co2_moer","units":"lbs_co2_per_mwh"}}
            """,
            // 870 × 0.45359237 = 394.625; 453.592; their mean 424.109.
            "watttime\nUS-CAL-CISO direct marginal: 03-01 10=424109"
        ),
        (
            "v2.json",
            """
            [{"point_time":"2026-03-01T10:30:00.000Z","value":200.0,"frequency":1800,"ba":"SOMEWHERE","datatype":"MOER","version":"3.2"},
            {"point_time":"2026-03-01T10:00:00.000Z","value":100.0,"frequency":1800,"ba":"SOMEWHERE","datatype":"MOER","version":"3.2"}]
            """, "watttime-v2\nSOMEWHERE direct marginal: 03-01 10=68039"
        ),
        (
            "CAISO_NORTH_2026-03_MOER.csv",
            "timestamp,MOER,MOER version,frequency\n2026-03-01T10:00:00+00:00,1000,3.0,300\n2026-03-01T10:05:00+00:00,1000,3.0,300\n",
            "watttime-csv\nUS-CAL-CISO direct marginal: 03-01 10=453592e!1"
        ),
        (
            "sgip.json",
            "{\"point_time\":\"2026-03-01T10:30:00Z\",\"moer\":\"0.4\",\"freq\":\"1800\",\"ba\":\"SGIP_CAISO_PGE\"}\n{\"point_time\":\"2026-03-01T10:00:00Z\",\"moer\":\"0.2\",\"freq\":\"1800\",\"ba\":\"SGIP_CAISO_PGE\"}\n",
            "sgip-moer\nSGIP_CAISO_PGE direct marginal: 03-01 10=300000"
        ),
        (
            "uk.json",
            """
            {"data":[
              {"from":"2026-03-01T10:00Z","to":"2026-03-01T10:30Z","intensity":{"forecast":52,"actual":64,"index":"low"}},
              {"from":"2026-03-01T10:30Z","to":"2026-03-01T11:00Z","intensity":{"forecast":150,"actual":0,"index":"very low"}},
              {"from":"2026-03-01T11:00Z","to":"2026-03-01T11:30Z","intensity":{"forecast":50,"actual":0,"index":"very low"}},
              {"from":"2026-03-01T11:30Z","to":"2026-03-01T12:00Z","intensity":{"forecast":60,"actual":60,"index":"low"}},
              {"from":"2026-03-01T12:00Z","to":"2026-03-01T12:30Z","intensity":{"forecast":160,"actual":0,"index":"low"}},
              {"from":"2026-03-01T13:00Z","to":"2026-03-01T13:30Z","intensity":{"forecast":70,"actual":null,"index":"low"}}]}
            """,
            "uk-carbon-intensity\nGB direct average: 03-01 10=64000e!1 03-01 11=60000e!1 03-01 12=0e!3"
        ),
        (
            "neso.csv",
            "DATETIME,GAS,GENERATION,CARBON_INTENSITY\n2026-03-01T10:00:00,1,2,100\n2026-03-01T10:30:00,1,2,200\n",
            "neso-generation-mix\nGB direct average: 03-01 10=150000"
        ),
        (
            "CISO.csv",
            "datetime_utc,datetime_local,consumed_co2e_rate_lb_per_mwh_for_electricity\r\n2026-03-01 08:00:00+00:00,2026-03-01 00:00:00-08:00,661\r\n",
            "open-grid-emissions\nUS-CAL-CISO direct average: 03-01 08=299825"
        ),
        (
            "wide.csv",
            "period,CO2i_CISO_D,CO2i_XYZ_D,CO2_CISO_D\n2026-03-01 08:00:00,200,,9\n2026-03-01 09:00:00,210,33.5,9\n",
            "gridemissions\nUS-CAL-CISO direct average: 03-01 08=200000 03-01 09=210000\nXYZ direct average: 03-01 09=33500"
        ),
        (
            "eia.csv",
            "\"Balancing Authority\",\"UTC Time at End of Hour\",\"Net Generation (MW) from Coal\",\"Net Generation (MW) from Natural Gas\",\"Net Generation (MW) from Nuclear\",\"Net Generation (MW) from Solar\"\n"
                + "CISO,03/01/2026 12:00:00 AM,\"1,000\",\"2,000\",\"1,000\",-5\nCISO,03/01/2026 1:00:00 PM,0,0,500,0\n",
            // (1000 × 1043 + 2000 × 440) / 4000; the hour that ends at midnight is the day before's last.
            "eia-930\nUS-CAL-CISO direct average: 02-28 23=480750 03-01 12=0"
        ),
        (
            "NL_lifecycle_2026.csv",
            ",UTC time,carbon_intensity,coal\n0,2026-03-01 10:00:00,524.79,1\n",
            "carboncast\nNL lifecycle average: 03-01 10=524790"
        ),
        (
            "aemo.csv",
            "C,SETP.WORLD,CO2EII,AEMO\nI,CO2EII,PUBLISHING,1,CONTRACTYEAR,WEEKNO,SETTLEMENTDATE,REGIONID,TOTAL_SENT_OUT_ENERGY,TOTAL_EMISSIONS,CO2E_INTENSITY_INDEX\n"
                + "D,CO2EII,PUBLISHING,1,2026,31,\"2026/08/01 00:00:00\",NSW1,1,1,0.6005\nC,\"END OF REPORT\",4\n",
            "aemo\nAU-NSW direct average: 2026-07-31 14+24h=600500"
        ),
        (
            "sdk.json",
            """
            \u{FEFF}[{"Location":"DE","Time":"2026-03-01T10:50:00","Rating":"60","Duration":"01:00"},
            {"Location":"DE","Time":"2026-03-01T11:50:00Z","Rating":120.0,"Duration":"01:00"},
            {"Location":"DE","Time":"2026-03-01T12:50:00Z","Rating":-1,"Duration":"00:10"}]
            """,
            // 10:50 to 11:50 spread over two hours.
            "carbon-aware-sdk\nDE lifecycle average: 03-01 10=60000e!1 03-01 11=70000 03-01 12=120000e!1"
        ),
    ]

    @Test(
        "Each source is told by its columns or shape, and its values come out in g/kWh by UTC hour",
        arguments: files)
    func source(name: String, text: String, expected: String) throws {
        #expect(try readGrid(text, named: name).summary == expected)
    }

    @Test("Lists beside each other are records; what is only forecast is no value")
    func energyCharts() throws {
        let file = try readGrid(
            "{\"unix_seconds\":[1772359200,1772360100,1772361000,1772361900,1772362800],\"co2eq\":[100,200,300.5,400,null],\"co2eq_forecast\":[null,null,null,null,500],\"deprecated\":false}",
            named: "chart.json", zone: "DE")
        #expect(file.summary == "energy-charts\nDE lifecycle average: 03-01 10=250125")
        #expect(file.counts.forecasts == 1)
    }

    @Test(
        "What must not be imported is refused with the reason",
        arguments: [
            (
                "{\"zone\":\"DE\",\"history\":[{\"zone\":\"DE\",\"carbonIntensity\":1,\"datetime\":\"2026-03-01T10:00:00Z\",\"emissionFactorType\":\"direct\",\"estimationMethod\":\"SANDBOX_MODE_DATA\"}]}",
                "made-up data of a sandbox key"
            ),
            (
                "{\"data\":[{\"point_time\":\"2026-03-01T10:00:00+00:00\",\"value\":870}],\"meta\":{\"region\":\"X\",\"data_point_period_seconds\":300,\"signal_type\":\"health_damage\",\"units\":\"usd\"}}",
                "damage to health in money"
            ),
            (
                "{\"data\":[{\"point_time\":\"2026-03-01T10:00:00+00:00\",\"value\":870}],\"meta\":{\"region\":\"X\",\"data_point_period_seconds\":300,\"signal_type\":\"co2_moer\",\"units\":\"kg_co2_per_mwh\"}}",
                "meta.signal_type and meta.units is none that watttime knows"
            ),
            (
                "{\"zone\":\"DE\",\"history\":[{\"zone\":\"DE\",\"carbonIntensity\":1,\"datetime\":\"2026-03-01T10:00:00Z\",\"emissionFactorType\":\"mixed\"}]}",
                "emissionFactorType is none that electricity-maps-api knows"
            ),
            (
                "time,zone,lifecycle_g_per_kwh\n2026-03-01T10:00:00Z,DE,0.4\n",
                "is it kg/kWh or t/MWh?"
            ),
            (
                "time,zone,direct_g_per_kwh\n2026-03-01T10:00:00Z,DE,2500\n",
                "more than any plant has"
            ),
            (
                "{\"data\":[{\"from\":\"2026-03-01T10:00Z\",\"intensity\":{\"actual\":1",
                "no source knows"
            ),
        ])
    func refused(text: String, reason: String) throws {
        let error = try #require(throws: GridFileError.self) { try readGrid(text) }
        #expect(error.description.contains(reason), "\(error)")
    }
}

@Suite("Values of any interval, by UTC hour")
struct ResamplerTests {
    private func csv(_ rows: [(String, String)]) -> String {
        "time,zone,direct_g_per_kwh\n" + rows.map { "\($0.0),A,\($0.1)\n" }.joined()
    }

    @Test("Order changes nothing", arguments: [60, 30, 15, 5])
    func order(minutes: Int) throws {
        func time(_ minute: Int) -> String {
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return "2026-03-01T\(two(minute / 60)):\(two(minute % 60)):00Z"
        }
        let rows = stride(from: 0, to: 600, by: minutes).map {
            (time($0), "\(100 + $0 * 7 % 50)")
        }
        let expected = try readGrid(csv(rows)).summary
        #expect(try readGrid(csv(rows.reversed())).summary == expected)
        #expect(try readGrid(csv(rows.shuffled() + rows.prefix(3))).summary == expected)
        #expect(!expected.contains("!") && expected.split(separator: "=").count == 11)
    }

    @Test(
        "A local year of the European Union has every UTC hour once, in either order",
        arguments: [false, true])
    func localYear(isDescending: Bool) throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let formatter = DateFormatter()
        formatter.calendar = Calendar(identifier: .gregorian)
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = zone
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        let first = UTCHour(year: 2025, month: 12, day: 31, hour: 23)
        var rows = (0..<8_760).map { hour -> (String, String) in
            let date = Date(
                timeIntervalSince1970: Double(first.epochSeconds) + Double(hour) * 3_600)
            return (formatter.string(from: date), "\(hour % 97 + 20)")
        }
        #expect(rows.filter { $0.0.hasPrefix("2026-03-29") }.count == 23)
        #expect(rows.filter { $0.0.hasPrefix("2026-10-25") }.count == 25)
        if isDescending { rows.reverse() }
        let source = """
            name: local
            about: local
            records: csv
            time: { path: time, format: iso8601, zone: Europe/Berlin }
            zone: zone
            series: [{ basis: direct, signal: average, unit: g/kWh, value: direct_g_per_kwh }]
            """
        let folder = try TemporaryFolder()
        let file = try readGrid(csv(rows), source: folder.write(source, to: "local.yaml"))
        let points = try #require(file.series.first?.value.points)
        #expect(points.map(\.hour.value) == Array(first.value..<first.value + 8_760))
        #expect(
            points.enumerated().allSatisfy { $1.intensity.value == Int64($0 % 97 + 20) * 1_000 })
    }

    @Test("A hole leaves its hours missing; an hour of which half is there is flagged")
    func holes() throws {
        let rows = [
            ("2026-03-01T10:00:00Z", "100"), ("2026-03-01T10:30:00Z", "120"),
            ("2026-03-01T11:00:00Z", "140"), ("2026-03-01T14:30:00Z", "200"),
            ("2026-03-01T15:00:00Z", "90"), ("2026-03-01T15:30:00Z", "92"),
        ]
        #expect(
            try readGrid(csv(rows)).summary
                == "hourly\nA direct average: 03-01 10=110000 03-01 11=140000e!1 03-01 14=200000e!1 03-01 15=91000"
        )
    }

    @Test("Values that no grid has are flagged; true lows, zeros and negatives are told apart")
    func plausibility() throws {
        func hours(_ values: [Int]) -> [(String, String)] {
            values.enumerated().map {
                ("2026-03-0\(1 + $0 / 24)T\($0 % 24 < 10 ? "0" : "")\($0 % 24):00:00Z", "\($1)")
            }
        }
        func flagged(_ values: [Int]) throws -> [Int] {
            let points = try #require(readGrid(csv(hours(values))).series.first?.value.points)
            let judged = Plausibility.flagged(points)
            return judged.indices.filter { !judged[$0].flags.isEmpty }
        }
        var day = (0..<48).map { 300 + $0 % 24 * 3 }
        day.replaceSubrange(20..<23, with: [43, 44, 47])
        #expect(try flagged(day) == [20, 21, 22])
        day.replaceSubrange(20..<23, with: [320, 2_000, 340])
        #expect(try flagged(day) == [21])
        day.replaceSubrange(20..<23, with: [320, -5, 340])
        #expect(try flagged(day) == [21])
        // Down and up by degrees, as the sun does it; and a grid of water power.
        #expect(try flagged((0..<48).map { abs($0 % 24 - 12) * 25 }) == [])
        #expect(try flagged((0..<48).map { $0 % 5 == 0 ? 3 : 0 }) == [])
    }

    @Test("Months and years are those of the calendar, whatever the distance of the rows")
    func months() throws {
        let file = try readGrid(
            csv([1, 2, 3, 4, 5].map { ("2026-0\($0)-01T00:00:00Z", "\($0)00") }))
        let means = try #require(file.series.first?.value.means)
        #expect(
            means.map { $0.hours.upperBound.text.prefix(10) } == [
                "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01",
            ])
        let years = try readGrid(csv([2023, 2024, 2025].map { ("\($0)-01-01T00:00:00Z", "100") }))
        let counts = try #require(years.series.first?.value).means.map {
            $0.hours.upperBound.value - $0.hours.lowerBound.value
        }
        #expect(counts == [8_760, 8_784, 8_760])
    }

    @Test("A series may change its interval; no time counts twice")
    func changes() throws {
        let finer = [
            ("2026-03-01T09:00:00Z", "100"), ("2026-03-01T10:00:00Z", "200"),
            ("2026-03-01T11:00:00Z", "100"), ("2026-03-01T11:15:00Z", "200"),
            ("2026-03-01T11:30:00Z", "300"), ("2026-03-01T11:45:00Z", "400"),
        ]
        #expect(
            try readGrid(csv(finer)).summary
                == "hourly\nA direct average: 03-01 09=100000 03-01 10=200000 03-01 11=250000")
        let overlapping = """
            [{"Location":"DE","Time":"2026-03-01T00:00:00Z","Rating":100,"Duration":"00:30:00"},
            {"Location":"DE","Time":"2026-03-01T00:10:00Z","Rating":200,"Duration":"00:30:00"}]
            """
        // Ten minutes at 100, thirty at 200: two thirds of the hour.
        #expect(
            try readGrid(overlapping, named: "sdk.json").summary
                == "carbon-aware-sdk\nDE lifecycle average: 03-01 00=175000e!1")
    }

    @Test("The value that was updated last counts, in any order of the rows")
    func revised() throws {
        func row(_ value: Int, _ day: Int) -> String {
            "{\"zone\":\"DE\",\"carbonIntensity\":\(value),\"datetime\":\"2026-03-01T10:00:00Z\",\"updatedAt\":\"2026-03-0\(day)T00:00:00Z\",\"emissionFactorType\":\"lifecycle\"}"
        }
        let rows = [row(300, 1), row(300, 9), row(350, 5)]
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 2, 1]] {
            let text =
                "{\"zone\":\"DE\",\"history\":[\(order.map { rows[$0] }.joined(separator: ","))],\"_disclaimer\":\"see the terms\"}"
            #expect(
                try readGrid(text, named: "a.json").summary
                    == "electricity-maps-api\nDE lifecycle average: 03-01 10=300000")
        }
    }

    @Test(
        "Intervals and lists that cannot be are refused",
        arguments: [
            (
                "[{\"Location\":\"DE\",\"Time\":\"2026-03-01T00:00:00\",\"Rating\":300,\"Duration\":\"9999999999999999:00\"}]",
                "the interval is no number"
            ),
            (
                "[{\"Location\":\"DE\",\"Time\":\"2026-03-01T00:00:00\",\"Rating\":300,\"Duration\":\"01:00\"},{\"Location\":\"DE\",\"Time\":\"2026-03-01T01:00:00\",\"Rating\":300,\"Duration\":\"12:00\"}]",
                "43200 seconds"
            ),
            (
                "[{\"Location\":\"DE\",\"Time\":\"2026-03-01T00:00:00\",\"Rating\":300,\"Duration\":\"1.00:00:00\"},{\"Location\":\"DE\",\"Time\":\"2026-03-01T00:15:00\",\"Rating\":310,\"Duration\":\"1.00:00:00\"}]",
                "begins before the day, month or year above it ends"
            ),
            (
                "{\"unix_seconds\":[1772323200,1772326800,1772330400],\"co2eq\":[300]}",
                "lists of different lengths"
            ),
        ])
    func refused(text: String, reason: String) throws {
        let error = try #require(throws: GridFileError.self) {
            try readGrid(text, named: "a.json", zone: "DE")
        }
        #expect(error.description.contains(reason), "\(error)")
    }

    @Test("A file whose name does not say what it is of is not guessed, whatever the zone")
    func fileName() throws {
        let text = ",UTC time,carbon_intensity\n0,2026-03-01 10:00:00,300\n"
        for zone in [nil, "NL"] {
            let error = try #require(throws: GridFileError.self) {
                try readGrid(
                    text, named: "NL_2026.csv", source: zone.map { _ in "carboncast" }, zone: zone)
            }
            #expect(
                error.description.contains(
                    zone == nil ? "could be carboncast or" : "does not hold \"lifecycle\""),
                "\(error)")
        }
        let direct = try readGrid(text, named: "NL_direct_2026.csv")
        #expect(direct.series.keys.first?.basis == .direct)
    }
}
