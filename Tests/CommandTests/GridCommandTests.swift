import Foundation
import TestSupport
import Testing

@Suite("Grid series on the command line")
struct GridCommandTests {
    /// Hours of March 2026, with a value by hour of the month.
    private func series(
        _ zone: String, hours: Range<Int> = 0..<744, _ value: (Int) -> Double
    ) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "time,zone,direct_g_per_kwh\n"
            + hours.map {
                "2026-03-\(two($0 / 24 + 1))T\(two($0 % 24)):00:00Z,\(zone),\(value($0))\n"
            }.joined()
    }

    @Test(
        "An import says source, zone, hours and gaps; the same again is known; a restatement says by how much"
    )
    func imports() throws {
        let shell = try Shell()
        try shell.folder.write(series("IE") { 200 + Double($0 % 24) }, to: "first.csv")
        let first = try shell.flue("grid", "import", "first.csv")
        #expect(first.output == "first.csv: hourly, IE, direct, 744 hours\n", "\(first.output)")
        #expect(
            try shell.flue("grid", "import", "first.csv").output
                == "first.csv: known, nothing changed\n")
        try shell.folder.write(series("IE") { 220 + Double($0 % 24) }, to: "second.csv")
        let second = try shell.flue("grid", "import", "second.csv").output
        #expect(second.contains("744 values restated"), "\(second)")
        // From a mean of 211.5 to one of 231.5.
        #expect(second.contains("moves IE 2026-03 direct most, by +9.46 % to 231.5 g/kWh"))
    }

    @Test("A zone that no region draws from is said, with the nearest; one of many is no fault")
    func strangers() throws {
        let shell = try Shell()
        try shell.folder.write(series("ie", hours: 0..<2) { _ in 200 }, to: "lower.csv")
        let lower = try shell.flue("grid", "import", "lower.csv")
        #expect(lower.status == 0)
        #expect(
            lower.output.contains("no known region draws from ie (did you mean \"IE\"?)"),
            "\(lower.output)")
        let named = try shell.flue("grid", "import", "lower.csv", "--zone", "IE").output
        #expect(!named.contains("no known region"))
        let two = series("DE", hours: 0..<2) { _ in 200 } + "2026-03-01T00:00:00Z,DX,200\n"
        try shell.folder.write(two, to: "two.csv")
        #expect(
            try shell.flue("grid", "import", "two.csv").output.contains(
                "no known region draws from DX"))
        try shell.folder.write(
            "period,CO2i_TVA_D,CO2i_CISO_D,CO2i_BANC_D,CO2i_IID_D,CO2i_LDWP_D\n2026-03-01 10:00:00,300,350,200,200,200\n",
            to: "wide.csv")
        #expect(try !shell.flue("grid", "import", "wide.csv").output.contains("no known region"))
    }

    @Test("status shows coverage by month, suspect hours, and means of longer times")
    func status() throws {
        let shell = try Shell()
        #expect(try shell.flue("grid", "status").errors.contains("no such database"))
        try shell.folder.write(shell.log(1), to: "a.jsonl")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        let empty = try shell.flue("grid", "status")
        #expect(empty.status == 66 && empty.errors.contains("import one with flue grid import"))
        #expect(try shell.flue("grid", "status", "--format", "json").status == 66)
        try shell.folder.write(series("IE") { $0 == 100 ? -1 : 200 }, to: "hours.csv")
        try shell.folder.write(
            "C,x\nI,CO2EII,PUBLISHING,1,CONTRACTYEAR,WEEKNO,SETTLEMENTDATE,REGIONID,TOTAL_SENT_OUT_ENERGY,TOTAL_EMISSIONS,CO2E_INTENSITY_INDEX\n"
                + "D,CO2EII,PUBLISHING,1,2026,31,\"2026/03/01 00:00:00\",NSW1,1,1,0.6\n"
                + "D,CO2EII,PUBLISHING,1,2026,31,\"2026/03/02 00:00:00\",NSW1,1,1,0.4\n",
            to: "aemo.csv")
        #expect(try shell.flue("grid", "import", "hours.csv", "aemo.csv").status == 0)
        let table = try shell.flue("grid", "status").output.split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(
            table.contains("IE 2026-03 direct average 744 743 0 0 1 1 200.0 hourly"), "\(table)")
        #expect(
            table.contains("AU-NSW direct average day 2 2026-02-28 2026-03-02 500.0 aemo"),
            "\(table)")
        let json = try JSONSerialization.jsonObject(
            with: Data(shell.flue("grid", "status", "--format", "json").output.utf8))
        let page = try #require(json as? [String: [[String: Any]]])
        #expect(page["months"]?.first?["suspect"] as? Int == 1)
        #expect(page["means"]?.first?["mean_g_per_kwh"] as? Double == 500)
        let one = try shell.flue("grid", "status", "--zone", "AU-NSW").output
        #expect(one.contains("aemo") && !one.contains("IE"))
        #expect(try shell.flue("grid", "status", "--zone", "SE").errors.contains("of zone SE"))
        try shell.folder.write(series("IE", hours: 50..<51) { _ in 200 }, to: "lone.csv")
        #expect(
            try shell.flue("grid", "import", "lone.csv", "--zone", "SE").output.contains(
                "for how long its only value holds is not told, taken as an hour"))
    }

    @Test("What a file makes suspect is said, in it and in what is known")
    func suspects() throws {
        let shell = try Shell()
        try shell.folder.write(series("IE", hours: 0..<24) { $0 < 22 ? 300 : 20 }, to: "one.csv")
        try shell.folder.write(series("IE", hours: 24..<48) { $0 < 26 ? 20 : 300 }, to: "two.csv")
        let run = try shell.flue("grid", "import", "one.csv", "two.csv").output
        #expect(
            run == """
                one.csv: hourly, IE, direct, 24 hours
                two.csv: hourly, IE, direct, 24 hours, 2 suspect hours, missing therefore, \
                2 known hours suspect, or no longer, beside these

                """, "\(run)")
    }

    @Test("zones lists and searches; what nobody has is met with the nearest name")
    func zones() throws {
        let shell = try Shell()
        let all = try shell.flue("grid", "zones").output
        #expect(all.contains("swedencentral") && all.contains("europe-west4"))
        let found = try shell.flue("grid", "zones", "Sweden Central").output.split(separator: "\n")
        #expect(found.count == 3 && found[2].hasPrefix("swedencentral  Azure     SE"))
        let typo = try shell.flue("grid", "zones", "us-esat-1")
        #expect(typo.status != 0 && typo.errors.contains("did you mean \"us-east-1\"?"))
        try shell.folder.write(shell.log(1, region: "eu-west-11"), to: "a.jsonl")
        let run = try shell.flue("ingest", "a.jsonl")
        #expect(
            run.status == 2 && run.output.contains("is it \"eu-west-1\"?"), "\(run.output)")
    }

    @Test(
        "The ladder is measured on the imported series, and a report compares hours with longer means"
    )
    func ladder() throws {
        let shell = try Shell()
        // A flat line by day: every step but the longest is exact.
        try shell.folder.write(series("IE") { 100 + 10 * Double($0 % 24) }, to: "grid.csv")
        #expect(try shell.flue("grid", "import", "grid.csv").status == 0)
        let rows = try shell.flue("grid", "validate").output.split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        let dayLong = try #require(rows.first { $0.hasPrefix("IE 24 h") })
        #expect(dayLong.contains(" 0.0 % "), "\(rows)")
        let none = try shell.flue("grid", "validate", "--zone", "DE")
        #expect(none.status != 0 && none.errors.contains("zone DE"))
        try shell.folder.write(shell.log(4), to: "a.jsonl")
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
        let report = try shell.flue("report", "--compare-granularity").output
        // 10:00 UTC has 200 g/kWh, its day and month 215.
        let lines = report.split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        #expect(lines.contains { $0.hasPrefix("day") && $0.hasSuffix("+7.50 %") }, "\(report)")
        #expect(lines.contains { $0.hasPrefix("month") && $0.hasSuffix("+7.50 %") }, "\(report)")
    }

    @Test(
        "What is no series is refused with the reason; the others of the run are taken",
        arguments: [
            ("corrupt.csv.gz", "\u{1F}\u{8B}\u{8}not gzip at all", "corrupt.csv.gz"),
            ("cut.json", "{\"zone\":\"IE\",\"history\":[{\"zone\":\"IE\"", "cut.json"),
            (
                "sandbox.json",
                "{\"zone\":\"DE\",\"history\":[{\"zone\":\"DE\",\"carbonIntensity\":1,\"datetime\":\"2026-03-01T10:00:00Z\",\"emissionFactorType\":\"direct\",\"estimationMethod\":\"SANDBOX_MODE_DATA\"}]}",
                "sandbox key"
            ),
            (
                "unit.csv", "time,zone,direct_g_per_kwh\n2026-03-01T10:00:00Z,DE,0.38\n",
                "is it kg/kWh or t/MWh?"
            ),
        ])
    func refused(name: String, text: String, reason: String) throws {
        let shell = try Shell()
        try shell.folder.write(text, to: name)
        try shell.folder.write(series("IE", hours: 0..<3) { _ in 200 }, to: "good.csv")
        let run = try shell.flue("grid", "import", name, "good.csv")
        #expect(run.status == 2 && run.errors.contains(reason), "\(run.errors)")
        #expect(run.output.contains("good.csv: hourly, IE, direct, 3 hours"))
    }
}
