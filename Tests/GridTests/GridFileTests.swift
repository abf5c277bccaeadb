import Accounting
import Configuration
import Grid
import Pipeline
import TestSupport
import Testing

@Suite("Grid files")
struct GridFileTests {
    private func read(_ path: String, source: String? = nil, zone: String? = nil) throws -> GridFile
    {
        let sources = try source.map { [try GridSource(named: $0)] } ?? GridSource.builtin()
        return try GridFile(InputPaths.expand([path])[0], sources: sources, zone: zone)
    }

    private func read(text: String, zone: String? = nil) throws -> GridFile {
        let folder = try TemporaryFolder()
        return try read(folder.write(text, to: "grid.csv"), zone: zone)
    }

    private func points(_ file: GridFile, _ basis: IntensityBasis) throws -> [GridFile.Point] {
        let series = file.series.first { $0.key.basis == basis && $0.key.zone == "XX-ONE" }
        return try #require(series).value.points
    }

    @Test(
        "Both header generations of Electricity Maps give the same series", arguments: ["v1", "v2"])
    func electricityMaps(version: String) throws {
        let file = try read(Fixtures.path("grid/electricity-maps-\(version).csv"))
        #expect(file.source == "electricity-maps")
        let direct = try points(file, .direct)
        #expect(direct.map(\.intensity.value) == [100_000, 200_250, 0])
        #expect(direct.map(\.evidence) == [.measured, .estimated, .measured])
        #expect(direct.map(\.hour.text).first == "2026-03-01 10:00:00")
        #expect(
            try points(file, .lifecycle).map(\.intensity.value) == [
                150_500, 251_000, 12_300, 260_000,
            ])
        #expect(file.counts.emptyValues == 1)  // the hour stays missing
    }

    @Test("A compressed file reads the same", arguments: [Compression.gzip, .zstd])
    func compressedFile(compression: Compression) throws {
        let folder = try TemporaryFolder()
        let plain = try readBytes(Fixtures.path("grid/electricity-maps-v1.csv"))
        let file = try read(folder.write(compressed(plain, compression), to: "grid.csv"))
        #expect(try points(file, .direct).count == 3)
    }

    @Test("A plain hourly file needs no more than the columns that it has")
    func hourly() throws {
        let file = try read(text: "time,zone,direct_g_per_kwh\n2026-03-01T10:00:00Z,XX-ONE,12.5\n")
        #expect(file.source == "hourly")
        #expect(try points(file, .direct).map(\.intensity.value) == [12_500])
        #expect(file.series.count == 1)
    }

    @Test("A zone from the command line names the series of a file that names none")
    func zoneOption() throws {
        let file = try read(
            text: "time,direct_g_per_kwh\n2026-03-01T10:00:00Z,12\n", zone: "XX-ONE")
        #expect(try points(file, .direct).count == 1)
    }

    @Test(
        "A file with one bad row is refused with line and reason",
        arguments: [
            ("2026-03-01 25:00:00,A,1,1,false", "not a time in the dialect's format"),
            ("2026-03-01T11:00:00Z,A,n/a,1,false", "not a number up to 10000 g/kWh"),
            ("2026-03-01T11:00:00Z,A,10001,1,false", "not a number up to 10000 g/kWh"),
            (",A,1,1,false", "the time is missing"),
            ("2026-03-01T10:00:00Z,A,6,6,false", "stands there twice with two values"),
            ("2026-03-01T11:00:00Z,A,1", "not as many columns as the header"),
        ])
    func badRow(row: String, reason: String) throws {
        let text =
            "time,zone,direct_g_per_kwh,lifecycle_g_per_kwh,estimated\n"
            + "2026-03-01T10:00:00Z,A,5,6,false\n\(row)\n"
        let error = try #require(throws: GridFileError.self) { try read(text: text) }
        guard case .row(_, 3, _) = error else {
            Issue.record("another error: \(error)")
            return
        }
        #expect(error.description.contains(reason), "\(error)")
    }

    @Test("The same hour twice with the same value counts once")
    func repeatedRow() throws {
        let row = "2026-03-01T10:00:00Z,XX-ONE,5\n"
        let file = try read(text: "time,zone,direct_g_per_kwh\n\(row)\(row)")
        #expect(try points(file, .direct).count == 1)
    }

    @Test(
        "Odd intervals, unknown headers, files without a zone or without rows are refused with the remedy"
    )
    func unfit() throws {
        let odd = try #require(throws: GridFileError.self) {
            try read(
                text:
                    "time,zone,direct_g_per_kwh\n2026-03-01T00:00:00Z,A,5\n2026-03-03T00:00:00Z,A,5\n"
            )
        }
        #expect(odd.description.contains("172800 seconds apart"))
        let unknown = try #require(throws: GridFileError.self) { try read(text: "a,b\n1,2\n") }
        #expect(unknown.description.contains("no source knows its columns"))
        let empty = try #require(throws: GridFileError.self) {
            try read(text: "time,zone,direct_g_per_kwh\n")
        }
        #expect(empty.description.contains("holds no values"))
        let nowhere = try #require(throws: GridFileError.self) {
            try read(text: "time,direct_g_per_kwh\n2026-03-01T00:00:00Z,5\n")
        }
        #expect(nowhere.description.contains("say which with --zone"))
    }

    @Test("Rows a day apart are means of days, for hours of which nothing better is known")
    func days() throws {
        let file = try read(
            text: "time,zone,direct_g_per_kwh\n2026-03-01T00:00:00Z,A,5\n2026-03-02T00:00:00Z,A,6\n"
        )
        let series = try #require(file.series.first?.value)
        #expect(series.points.isEmpty && series.means.map(\.intensity.value) == [5_000, 6_000])
        #expect(series.means.first?.hours.upperBound.text == "2026-03-02 00:00:00")
    }

    @Test("A truncated file is refused")
    func truncated() throws {
        let folder = try TemporaryFolder()
        let bytes = try compressed(readBytes(Fixtures.path("grid/electricity-maps-v1.csv")), .gzip)
        let path = try folder.write(Array(bytes.dropLast(5)), to: "grid.csv.gz")
        let error = try #require(throws: GridFileError.self) { try read(path) }
        #expect(error.description.contains("ends inside a gzip member"))
    }

    @Test(
        "A year of public data: each hour once, known mean",
        .enabled(if: Fixtures.publicData != nil))
    func publicYear() throws {
        let data = try #require(Fixtures.publicData)
        let folder = "\(data)/grid/electricity-maps/2023-v1"
        for (name, zone) in [
            ("US-MIDA-PJM", "US-MIDA-PJM"), ("DE-LU", "DE"), ("GB", "GB"),
            ("US-CAL-CISO", "US-CAL-CISO"),
        ] {
            let file = try read("\(folder)/\(name)_2023_hourly.csv")
            let direct = try #require(
                file.series.first { $0.key.zone == zone && $0.key.basis == .direct }?.value)
            let year = try #require(UTCMonth("2023-01")).hours.lowerBound.value
            #expect(direct.points.map(\.hour.value) == Array(year..<year + 8_760))
        }
        let january = try #require(UTCMonth("2023-01")).hours
        let file = try read("\(folder)/US-MIDA-PJM_2023_hourly.csv")
        let direct = try #require(file.series.first { $0.key.basis == .direct }?.value)
        let values = direct.points.filter { january.contains($0.hour) }.map(
            \.intensity.gramsPerKilowattHour)
        #expect(abs(values.reduce(0, +) / Double(values.count) - 322.7) < 0.05)
    }
}

@Suite("Cloud regions")
struct RegionFileTests {
    @Test("The built-in table knows the regions of three providers")
    func builtin() throws {
        let table = try RegionTable.builtin()
        #expect(table.names.count == 153)
        #expect(table["eastus"]?.zone == "US-MIDA-PJM")
        #expect(table["eu-central-1"]?.effectiveness(in: 2024)?.value.value == 1_350_000)
        #expect(table["europe-west4"]?.zone == "NL")
        #expect(table["nowhere-1"] == nil)
        for name in table.names {
            let entry = try #require(table[name])
            #expect(!entry.zone.isEmpty && !entry.source.isEmpty)
        }
    }

    @Test("Azure's display names are those of its regions; other names are not guessed")
    func displayNames() throws {
        let regions = try RegionTable.builtin()
        #expect(regions["Sweden Central"]?.zone == regions["swedencentral"]?.zone)
        #expect(regions["Sweden Central"] != nil && regions.name(of: "East US") == "eastus")
        #expect(regions["Sweden"] == nil && regions[""] == nil)
        #expect(regions["us"]?.zone == "US" && regions["global"]?.zone == "WORLD")
    }

    @Test("A PUE below 1 is refused with its line")
    func badEffectiveness() throws {
        let text = "of,year,pue,source\nA,2024,1.1,s\nA,2025,0.9,s\n"
        let problem = ConfigError(file: "pue.csv", line: 3, message: "the PUE is not from 1 to 10")
        #expect(throws: problem) {
            try PublishedEffectiveness.table(csv: text, file: "pue.csv")
        }
    }

    @Test("A region that takes its PUE from nowhere is refused with its line")
    func unknownFleet() throws {
        let text = """
            provider,region,zone,place,place_source,operator,uncertain,pue_of,wue_l_per_kwh,wue_source,wue_basis
            A,r,Z,p,s,o,,B,,,

            """
        let problem = ConfigError(
            file: "regions.csv", line: 2, message: "there is no PUE of \"B\"")
        #expect(throws: problem) {
            try RegionTable(csv: text, file: "regions.csv", effectiveness: ["A": []])
        }
    }

    @Test(
        "The PUE of a year is that year's, else the nearest; of two, the later",
        arguments: [
            (2019, "AWS 2022, in GSF Real Time Cloud", 1_320_000),
            (2022, "AWS 2022, in GSF Real Time Cloud", 1_320_000),
            (2023, "AWS 2023, in GSF Real Time Cloud", 1_330_000),
            (2026, "AWS 2024, in GSF Real Time Cloud", 1_350_000),
        ])
    func effectivenessOfYear(year: Int, source: String, millionths: Int64) throws {
        let region = try #require(try RegionTable.builtin()["eu-central-1"])
        let known = try #require(region.effectiveness(in: year))
        #expect(known.source == source && known.value.value == millionths)
        let gap = RegionTable.Entry(
            zone: "Z",
            effectiveness: [2020, 2024].map {
                PublishedEffectiveness(
                    year: $0, value: PowerUsageEffectiveness(1_000_000 + Int64($0)), source: "s")
            }, source: "s")
        #expect(gap.effectiveness(in: 2022)?.year == 2024)
    }
}

@Suite("Losses of transmission")
struct TransmissionLossTests {
    @Test("Of 5 % lost, a nineteenth of what arrives; half and nine tenths; nothing is nothing")
    func uplift() {
        #expect(TransmissionLoss(percentOfSupply: "5")?.value == 52_632)
        #expect(TransmissionLoss(percentOfSupply: "50")?.value == 1_000_000)
        #expect(TransmissionLoss(percentOfSupply: "90")?.value == 9_000_000)
        #expect(TransmissionLoss(percentOfSupply: "0")?.value == 0)
        for text in ["90.1", "-1", "", "5 %", "nan"] {
            #expect(TransmissionLoss(percentOfSupply: text) == nil, "\(text)")
        }
    }

    @Test("The built-in table states a source for each, and knows zones by their country")
    func builtin() throws {
        let losses = try TransmissionLosses.builtin()
        #expect(losses.entries.allSatisfy { !$0.source.isEmpty })
        #expect(losses.entry(of: "US-MIDA-PJM", year: 2026)?.zone == "US")
        #expect(losses.entry(of: "GB", year: 2024)?.year == 2024)
        #expect(losses.entry(of: "US-MIDA-PJM", year: 2026)?.loss.value == 43_841)  // 4.2 %
        #expect(losses.entry(of: "UK", year: 2024) == nil)
    }
}

@Suite("Published factors of years")
struct AnnualTests {
    @Test("A zone's own, else its country's, of the nearest year; never of the other basis")
    func nearest() throws {
        let table = try AnnualIntensities.builtin()
        func value(_ zone: String, _ basis: IntensityBasis, _ year: Int) -> Int64? {
            table.entry(of: zone, basis: basis, year: year)?.intensity.value
        }
        #expect(value("US-CAL-CISO", .direct, 2026) == 168_124)
        #expect(value("US-NOWHERE", .direct, 2023) == 349_667)
        #expect(value("US", .direct, 2019) == 390_000)
        #expect(value("US-CAL-CISO", .lifecycle, 2023) == 392_890)
        #expect(value("DE", .lifecycle, 2023) == 362_920 && value("DE", .direct, 2026) == 291_000)
        #expect(value("IN-WE", .lifecycle, 2024) == 705_400 && value("XX", .lifecycle, 2024) == nil)
        #expect(
            value("CA-QC", .direct, 2024) == 2_600 && value("CA-NL-LB", .direct, 2024) == 17_000)
    }

    @Test("Each stands once, with its source and boundary; those that count losses say so")
    func sources() throws {
        let entries = try AnnualIntensities.builtin().entries
        let keys = Set(entries.map { "\($0.zone) \($0.year) \($0.basis)" })
        #expect(keys.count == entries.count && entries.count > 350)
        #expect(entries.allSatisfy { $0.boundary != .unstated && !$0.source.isEmpty })
        let inside = Set(entries.filter { $0.losses == .inside }.map { $0.zone.prefix(2) })
        #expect(inside == ["CA", "JP", "KR"])
    }

    @Test("Direct factors of countries lie below those of the life cycle, but for the known ones")
    func plausible() throws {
        let table = try AnnualIntensities.builtin()
        var above: Set<String> = []
        for entry in table.entries where entry.basis == .direct && !entry.zone.contains("-") {
            guard
                let whole = table.entry(of: entry.zone, basis: .lifecycle, year: entry.year),
                whole.zone == entry.zone, whole.year == entry.year
            else { continue }
            let ratio = Double(entry.intensity.value) / Double(whole.intensity.value)
            #expect((0.1...1.4).contains(ratio), "\(entry): \(ratio)")
            if ratio > 1 { above.insert(entry.zone) }
        }
        // Publishers of the two differ in what plants emit: coal of Australia, India and South Africa, oil shale of Estonia.
        #expect(above.isSubset(of: ["AU", "BE", "CY", "EE", "GR", "IN", "ZA"]), "\(above)")
    }

    @Test("A row that is not whole is refused with its line")
    func refused() throws {
        let error = try #require(throws: ConfigError.self) {
            try AnnualIntensities(
                csv:
                    "zone,year,basis,boundary,losses,g_per_kwh,source\nDE,2023,direct,production,,400,x\n"
                    + "DE,2023,both,production,,400,x\n",
                file: "a.csv")
        }
        #expect(error.description.contains("a.csv:3: zone, year, basis (direct or lifecycle)"))
    }
}
