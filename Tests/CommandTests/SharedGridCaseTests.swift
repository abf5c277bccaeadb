import Foundation
import TestSupport
import Testing

/// The grid cases beside the project: files that were read wrong, each with its right answer.
@Suite(
    "Grid cases beside the project",
    .enabled(if: Fixtures.publicData != nil, "FLUE_DATA is not set"))
struct SharedGridCaseTests {
    private static let folder = (Fixtures.publicData ?? "") + "/cases/grid"

    /// What a file must become.
    enum Answer: Sendable {
        /// Hours of a zone and basis, how many are partial, and the least and greatest g/kWh.
        case hours(String, Int, partial: Int, ClosedRange<Double>)
        /// Means of a zone and basis, how many hours the shortest is of, and the least and greatest g/kWh.
        case means(String, Int, hours: Int, ClosedRange<Double>)
        /// Refused, with this in the message.
        case refused(String)
    }

    private static let answers: [(file: String, answer: Answer)] = [
        (
            "01-eia930-2024H2-headers/EIA930_BALANCE_2025_Jul_Dec.csv",
            .hours("US-CAL-CISO direct", 24, partial: 0, 138.2...138.3)
        ),
        (
            "01-eia930-2024H2-headers/EIA930_BALANCE_old_taxonomy.csv",
            .hours("US-CAL-CISO direct", 24, partial: 0, 144.5...144.6)
        ),
        ("02-watttime-forecast/forecast.json", .refused("forecast")),
        (
            "02-watttime-forecast/CAISO_NORTH_co2_moer_2026-05-03_2026-05-04.csv",
            .refused("forecast")
        ),
        (
            "02-watttime-forecast/CAISO_NORTH_co2_moer_overlap_2026-05-03_2026-05-04.csv",
            .refused("forecast")
        ),
        ("03-uk-duplicate/intensity.json", .hours("GB direct", 4, partial: 1, 234.5...240.5)),
        ("04-uk-regional/postcode.json", .refused("forecasts only")),
        ("04-uk-regional/regional.json", .refused("forecasts only")),
        ("04-uk-regional/regionid.json", .refused("forecasts only")),
        (
            "05-halfhour-zero-no-forecast/df_fuel_ckan.csv",
            .hours("GB direct", 48, partial: 1, 180...189)
        ),
        ("06-5min-spurious-zero/series.csv", .hours("AU-VIC direct", 24, partial: 1, 722...724)),
        ("06-5min-spurious-zero/wem.csv", .hours("AU-WA direct", 24, partial: 24, 561...565)),
        (
            "07-em-15min-false-low/past-range.json",
            .hours("AU-NSW lifecycle", 24, partial: 24, 390...394)
        ),
        ("09-em-api-latest/latest.jsonl", .hours("DE lifecycle", 6, partial: 0, 300...305)),
        ("10-co2signal/co2signal.jsonl", .hours("FR lifecycle", 4, partial: 0, 58...61)),
        (
            "12-em-monthly-without-estimated/DE_2024_daily.csv",
            .means("DE direct", 30, hours: 24, 301...330)
        ),
        (
            "12-em-monthly-without-estimated/DE_2024_monthly.csv",
            .means("DE lifecycle", 12, hours: 696, 370...480)
        ),
        (
            "12-em-monthly-without-estimated/DE_2024_hourly.csv",
            .hours("DE direct", 72, partial: 0, 300...323)
        ),
        (
            "12-em-monthly-without-estimated/DE_days_trailing.csv",
            .means("DE direct", 30, hours: 24, 210...500)
        ),
        (
            "12-em-monthly-without-estimated/DE_hour_single.csv",
            .hours("DE direct", 1, partial: 0, 300...300)
        ),
        ("13-energinet/CO2Emis.csv", .hours("DK-DK1 direct", 2, partial: 0, 94...106)),
        ("13-energinet/CO2Emis.json", .hours("DK-DK1 direct", 1, partial: 0, 94...94)),
        (
            "15-ember-json/carbon-intensity-monthly.json",
            .means("DE lifecycle", 2, hours: 696, 301.5...302.5)
        ),
        (
            "16-ember-csv/monthly_full_release_long_format.csv",
            .means("DE lifecycle", 2, hours: 696, 301...302)
        ),
        (
            "16-ember-csv/owid-carbon-intensity-electricity.csv",
            .means("DE lifecycle", 1, hours: 8_784, 344.1...344.1)
        ),
        ("17-oge-metric/CISO.csv", .hours("US-CAL-CISO direct", 24, partial: 0, 291...314)),
        ("18-interval-change/15to30.csv", .hours("DE direct", 12, partial: 0, 300...500)),
        ("18-interval-change/15to60.csv", .hours("DE direct", 12, partial: 0, 301.5...507)),
        ("18-interval-change/60to15.csv", .hours("DE direct", 12, partial: 0, 301.5...507)),
        ("22-em-daily-api/one-day.json", .means("DE direct", 1, hours: 24, 333...333)),
        ("22-em-daily-api/one-month.json", .means("DE direct", 1, hours: 744, 333...333)),
        ("22-em-daily-api/three-days.json", .means("DE direct", 3, hours: 24, 333...335)),
        (
            "25-clean-zone-refused/IS_2025_hourly.csv",
            .hours("IS direct", 72, partial: 0, 0.08...0.12)
        ),
        (
            "25-clean-zone-refused/yearly_2025.csv",
            .means("IS direct", 1, hours: 8_760, 0.13...0.13)
        ),
        ("27-timestamp-value/DE_2026-03.csv", .refused("no source knows")),
        ("27-timestamp-value/intensity.csv", .refused("no source knows")),
        (
            "32-eia-raw-spike/EIA930_BALANCE_2023_Jan_Jun.csv",
            .hours("US-CAL-BANC direct", 72, partial: 0, 195.5...195.6)
        ),
    ]

    @Test("Each gives the right answer", arguments: answers)
    func answer(file: String, answer: Answer) throws {
        let shell = try Shell()
        let run = try shell.flue("grid", "import", "\(Self.folder)/\(file)")
        let series = "FROM %@ JOIN grid_series USING (series_id) WHERE zone || ' ' || basis = "
        func row(_ columns: String, _ table: String, _ name: String) throws -> [Double] {
            try shell.rows(
                "SELECT \(columns), min(intensity_mg_per_kwh), max(intensity_mg_per_kwh) "
                    + series.replacing("%@", with: table) + "'\(name)'")[0]
                .split(separator: "|").map { Double($0) ?? .nan }
        }
        switch answer {
        case .refused(let reason):
            #expect(run.status != 0 && run.errors.contains(reason), "\(run.output)\(run.errors)")
        case .hours(let name, let count, let partial, let range):
            #expect(run.status == 0, "\(run.errors)")
            let found = try row("count(*), sum(flags & 1)", "grid_value", name)
            #expect(found[0] == Double(count) && found[1] == Double(partial), "\(found)")
            #expect(range.contains(found[2] / 1e3) && range.contains(found[3] / 1e3), "\(found)")
            #expect(
                try shell.rows("SELECT count(*) FROM grid_value WHERE flags & 30 > 0") == ["0"])
        case .means(let name, let count, let hours, let range):
            #expect(run.status == 0, "\(run.errors)")
            let found = try row("count(*), min(end_hour - first_hour)", "grid_mean", name)
            #expect(found[0] == Double(count) && found[1] == Double(hours), "\(found)")
            #expect(range.contains(found[2] / 1e3) && range.contains(found[3] / 1e3), "\(found)")
        }
    }
}
