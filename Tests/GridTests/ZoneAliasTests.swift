import Configuration
import Grid
import TestSupport
import Testing

@Suite("Names that sources have for zones")
struct ZoneAliasTests {
    @Test(
        "Balancing authorities, WattTime's regions, former ids and market regions are zones of their own name",
        arguments: [
            (
                "CISO_lifecycle_emissions.csv",
                "UTC time,carbon_intensity\n2026-03-01 10:00:00,200\n",
                "carboncast\nUS-CAL-CISO lifecycle average: 03-01 10=200000"
            ),
            (
                "UK_2026-03_MOER.csv",
                "timestamp,MOER,frequency\n2026-03-01T10:00:00Z,1000,3600\n2026-03-01T11:00:00Z,1000,3600\n",
                "watttime-csv\nGB direct marginal: 03-01 10=453592 03-01 11=453592"
            ),
            (
                "CAISO_NORTH_co2_moer_2026-03-01_2026-03-31.csv",
                "point_time,value\n2026-03-01T10:00:00Z,1000\n2026-03-01T11:00:00Z,1000\n",
                "watttime-client-moer\nUS-CAL-CISO direct marginal: 03-01 10=453592 03-01 11=453592"
            ),
            (
                "wide.csv", "period,CO2i_TVA_D,CO2i_CISO_D\n2026-03-01 10:00:00,300,150\n",
                "gridemissions\nUS-CAL-CISO direct average: 03-01 10=150000\nUS-TEN-TVA direct average: 03-01 10=300000"
            ),
        ])
    func aliases(name: String, text: String, expected: String) throws {
        #expect(try readGrid(text, named: name).summary == expected)
    }

    @Test(
        "A file without the lines that a source takes is refused, however it ends",
        arguments: ["x", "x\n", "", "{\"data\":1}", "I,CO2EII", "D,CO2EII\n"])
    func noLines(text: String) throws {
        #expect(throws: GridFileError.self) { try readGrid(text, source: "aemo") }
    }

    @Test("A scheme that is not known is refused with the nearest; names can be given one by one")
    func scheme() throws {
        func source(_ zones: String) throws -> GridSource {
            let folder = try TemporaryFolder()
            return try GridSource(
                named: folder.write(
                    """
                    name: mine
                    about: mine
                    records: csv
                    signature: [t, v]
                    time: { path: t, format: iso8601 }
                    zone: z
                    zones: \(zones)
                    series:
                      - { basis: direct, signal: average, unit: g/kWh, value: v }
                    """, to: "mine.yaml"))
        }
        let error = try #require(throws: ConfigError.self) { try source("balancing-authority") }
        #expect(
            error.description.contains(
                "mine.yaml:7: no scheme of zone names \"balancing-authority\"; did you mean \"balancing-authorities\"?"
            ), "\(error)")
        _ = try source("{ HOME: DE }")
        _ = try source("watttime")
    }
}
