import Accounting
import Grid
import Pipeline
import TestSupport
import Testing

/// The grid series beside the project: files of many sources, and what they must be read as.
@Suite(
    "Grid series beside the project",
    .enabled(if: Fixtures.publicData != nil, "FLUE_DATA is not set"))
struct SharedGridTests {
    private func read(_ file: String, zone: String? = nil) throws -> GridFile {
        let path = "\(try #require(Fixtures.publicData))/grid/\(file)"
        // Nothing in the one that needs a zone tells its unit.
        let sources =
            zone == nil
            ? try GridSource.builtin() : [try GridSource(named: "lets-wait-awhile")]
        return try GridFile(InputPaths.expand([path])[0], sources: sources, zone: zone)
    }

    private func mean(_ points: [GridFile.Point]) -> Double {
        points.map(\.intensity.gramsPerKilowattHour).reduce(0, +) / Double(points.count)
    }

    /// File, zone to say, then `source zone basis signal hours estimated suspect partial interval first last mean` of each
    /// series (of the first, where there are many).
    private static let files: [(String, String?, String)] = [
        (
            "carboncast/NL_lifecycle_emissions_2020-2021.csv", nil,
            "carboncast NL lifecycle average 17544 0 0 0 3600 2020-01-01 00 2021-12-31 23 492.4"
        ),
        (
            "eia/eia930_balance_sample.csv", nil,
            "eia-930 US-SE-AEC direct average 9 0 0 0 3600 2020-07-01 05 2020-07-01 13 579.9"
        ),
        (
            "eia/gridemissions_CO2i_2023-06-10_2023-06-20.csv", nil,
            "70 series; gridemissions AESO direct average 20 0 0 0 3600 2023-06-10 00 2023-06-10 19 516.7"
        ),
        (
            "electricity-maps/2022-v1/CA-QC_2022_hourly.csv", nil,
            "electricity-maps CA-QC direct average 8760 179 0 0 3600 2022-01-01 00 2022-12-31 23 0.3; electricity-maps CA-QC lifecycle average 8760 179 0 0 3600 2022-01-01 00 2022-12-31 23 28.5"
        ),
        (
            "electricity-maps/2023-v1-earlier-vintage/US-CAL-CISO_2023_hourly.csv", nil,
            "electricity-maps US-CAL-CISO direct average 8760 3 0 0 3600 2023-01-01 00 2023-12-31 23 193.5; electricity-maps US-CAL-CISO lifecycle average 8760 3 0 0 3600 2023-01-01 00 2023-12-31 23 261.2"
        ),
        (
            "electricity-maps/2023-v1/DE-LU_2023_hourly.csv", nil,
            "electricity-maps DE direct average 8760 30 0 0 3600 2023-01-01 00 2023-12-31 23 307.7; electricity-maps DE lifecycle average 8760 30 0 0 3600 2023-01-01 00 2023-12-31 23 367.0"
        ),
        (
            "electricity-maps/2023-v1/GB_2023_hourly.csv", nil,
            "electricity-maps GB direct average 8760 20 4 0 3600 2023-01-01 00 2023-12-31 23 128.6; electricity-maps GB lifecycle average 8760 20 2 0 3600 2023-01-01 00 2023-12-31 23 187.5"
        ),
        (
            "electricity-maps/2023-v1/US-CAL-CISO_2023_hourly.csv", nil,
            "electricity-maps US-CAL-CISO direct average 8760 2 0 0 3600 2023-01-01 00 2023-12-31 23 194.0; electricity-maps US-CAL-CISO lifecycle average 8760 2 0 0 3600 2023-01-01 00 2023-12-31 23 260.7"
        ),
        (
            "electricity-maps/2023-v1/US-MIDA-PJM_2023_hourly.csv", nil,
            "electricity-maps US-MIDA-PJM direct average 8760 16 0 0 3600 2023-01-01 00 2023-12-31 23 321.8; electricity-maps US-MIDA-PJM lifecycle average 8760 16 0 0 3600 2023-01-01 00 2023-12-31 23 392.4"
        ),
        (
            "electricity-maps/2024-v2/US-CAL-CISO-2024.csv", nil,
            "electricity-maps US-CAL-CISO direct average 8784 0 0 0 3600 2024-01-01 00 2024-12-31 23 168.4; electricity-maps US-CAL-CISO lifecycle average 8784 0 0 0 3600 2024-01-01 00 2024-12-31 23 224.3"
        ),
        (
            "electricity-maps/json/history_DE_2024-03-05.json", nil,
            "electricity-maps-api DE lifecycle average 24 2 0 0 3600 2024-03-05 20 2024-03-06 19 600.0"
        ),
        (
            "electricity-maps/json/past-range-response.json", nil,
            "electricity-maps-api DK-DK2 lifecycle average 2 0 0 0 3600 2024-03-18 02 2024-03-18 03 164.0"
        ),
        (
            "electricity-maps/legacy/PL_2021_example.csv", nil,
            "electricity-maps-legacy PL direct average 1 0 0 0 3600 2021-01-01 00 2021-01-01 00 617.8; electricity-maps-legacy PL lifecycle average 1 0 0 0 3600 2021-01-01 00 2021-01-01 00 688.7"
        ),
        (
            "electricity-maps/legacy/US-CAL-CISO_2020_full-legacy-columns_sample.csv", nil,
            "electricity-maps-legacy US-CAL-CISO lifecycle average 60 0 0 0 3600 2020-01-01 00 2020-02-26 01 312.2"
        ),
        (
            "entsoe-derived/fr_ci_2020_30min.csv", "FR",
            "lets-wait-awhile FR lifecycle average 9287 0 0 0 1800 2019-12-20 00 2021-01-09 22 56.7"
        ),
        (
            "uk-neso/national_pt24h_2023-03-14T0331Z.json", nil,
            "uk-carbon-intensity GB direct average 24 1 0 1 1800 2023-03-13 03 2023-03-14 02 63.8"
        ),
        (
            "uk-neso/national_pt24h_2023-03-15T0301Z.csv", nil,
            "uk-carbon-intensity-csv GB direct average 23 0 0 0 1800 2023-03-14 03 2023-03-15 01 137.8"
        ),
        (
            "watttime-examples/v2_data_example.json", nil,
            "watttime-v2 US-CAL-CISO direct marginal 1 1 0 1 300 2022-11-17 04 2022-11-17 04 425.0"
        ),
        (
            "watttime-examples/v3_historical_co2_aoer_example.json", nil,
            "watttime US-CAL-CISO direct average 1 1 0 0 3600 2023-10-26 14 2023-10-26 14 575.0"
        ),
        (
            "watttime-examples/v3_historical_co2_moer_example.json", nil,
            "watttime US-CAL-CISO direct marginal 1 1 0 1 300 2022-07-15 00 2022-07-15 00 392.4"
        ),
    ]

    @Test("Each file is read as it is known to be", arguments: files)
    func series(file: String, zone: String?, expected: String) throws {
        let grid = try read(file, zone: zone)
        let lines = grid.series.sorted { $0.key < $1.key }.map { key, series in
            let points = Plausibility.flagged(series.points)
            return [
                grid.source, key.zone, "\(key.basis)", "\(key.signal)", "\(points.count)",
                "\(points.count { $0.evidence == .estimated })",
                "\(points.count { !$0.flags.isDisjoint(with: .suspect) })",
                "\(points.count { $0.flags.contains(.partial) })", "\(series.interval)",
                "\(points.first?.hour.text.prefix(13) ?? "-")",
                "\(points.last?.hour.text.prefix(13) ?? "-")",
                "\((mean(points) * 10).rounded() / 10)",
            ].joined(separator: " ")
        }
        let shown =
            lines.count > 2 ? "\(lines.count) series; \(lines[0])" : lines.joined(separator: "; ")
        #expect(shown == expected)
    }

    @Test("Means of January, and of two releases of a year, are those of the reference")
    func means() throws {
        let january = try #require(UTCMonth("2023-01")).hours
        for (file, direct, lifecycle) in [
            ("2023-v1/US-CAL-CISO", 222.9, 294.3), ("2023-v1/US-MIDA-PJM", 322.7, 392.0),
            ("2023-v1/DE-LU", 361.1, 417.4), ("2023-v1/GB", 122.0, 175.2),
        ] {
            let grid = try read("electricity-maps/\(file)_2023_hourly.csv")
            for (basis, expected) in [(IntensityBasis.direct, direct), (.lifecycle, lifecycle)] {
                let points = try #require(grid.series.first { $0.key.basis == basis }?.value.points)
                #expect(abs(mean(points.filter { january.contains($0.hour) }) - expected) < 0.051)
            }
        }
        func year(_ folder: String, _ basis: IntensityBasis) throws -> Double {
            let grid = try read("electricity-maps/\(folder)/US-CAL-CISO_2023_hourly.csv")
            return mean(try #require(grid.series.first { $0.key.basis == basis }?.value.points))
        }
        for (basis, shift) in [(IntensityBasis.direct, 0.0026), (.lifecycle, -0.0016)] {
            let moved = try year("2023-v1", basis) / year("2023-v1-earlier-vintage", basis) - 1
            #expect(abs(moved - shift) < 0.00006)
        }
    }

    @Test("True zeros stand")
    func zeros() throws {
        let grid = try read("electricity-maps/2022-v1/CA-QC_2022_hourly.csv")
        let points = try #require(grid.series.first { $0.key.basis == .direct }?.value.points)
        #expect(points.count { $0.intensity.value == 0 && $0.flags.isEmpty } == 5_460)
    }

    @Test("A demonstration file whose figures are no series is refused")
    func demonstration() throws {
        let error = try #require(throws: GridFileError.self) {
            try read("carbon-aware-sdk/sample-emissions-data.json")
        }
        #expect(error.description.contains("7776000 seconds apart"))
    }

    @Test(
        "Hidden blocks of four zones are filled with no larger error than the methods that the field compares"
    )
    func ladder() throws {
        let ladder = GridLadder(steps: [.seasonalLinear, .linear, .previousDay, .monthHour])
        var errors: [Int: [Double]] = [:]
        var methods: [Int: [Double]] = [:]
        for zone in ["DE-LU", "GB", "US-CAL-CISO", "US-MIDA-PJM"] {
            let file = try read("electricity-maps/2023-v1/\(zone)_2023_hourly.csv")
            let direct = try #require(file.series.first { $0.key.basis == .direct }?.value)
            let sound = Plausibility.flagged(direct.points).filter(\.flags.isEmpty)
            let series = HourlySeries(
                sound.map {
                    HourlySeries.Point(hour: $0.hour.value, milligrams: $0.intensity.value)
                })
            for row in LadderValidation.rows(series, ladder, blocks: 150) {
                errors[row.gap, default: []].append(try #require(row.error))
                let reached = row.errors.filter {
                    [.linear, .monthHour].contains($0.step)
                        || $0.step == .previousDay && row.gap <= 24
                }
                methods[row.gap, default: []].append(try #require(reached.map(\.error).min()))
            }
        }
        func mean(_ values: [Double]?) -> Double { (values ?? []).reduce(0, +) / 4 }
        // Over 14 zones of the same year, linear to six hours, then the day before: 3.3, 5.7 and 10.4 %.
        for (gap, published) in [(3, 0.033), (6, 0.057), (24, 0.104)] {
            #expect(mean(errors[gap]) <= published, "\(gap) h: \(mean(errors[gap]))")
        }
        for gap in LadderValidation.gaps {
            #expect(mean(errors[gap]) <= mean(methods[gap]) + 0.002, "\(gap) h")
        }
    }
}
