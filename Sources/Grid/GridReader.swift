import Accounting
import Foundation
import Pipeline

/// Reads one grid file record by record into values with their times.
struct GridReader {
    private let source: GridSource
    private let zone: String?
    private let fileName: String
    private let paths: [FieldPath]
    private var time: TimeReader
    private var revision = TimeReader(.rfc3339)
    /// Columns of zones, by their places in the paths.
    private let zoneColumns: [(place: Int, zone: String, series: Int)]
    private(set) var values: [GridFile.SeriesKey: [GridValue]] = [:]
    private(set) var counts = GridFile.Counts()
    private var emptyValues: [Int: Int] = [:]
    /// How many columns are read in one pass.
    private static let columnLimit = 40

    /// - Parameter columns: Those of zones to read in this pass.
    private init(
        _ source: GridSource, zone: String?, fileName: String,
        columns: [(name: String, zone: String, series: Int)]
    ) {
        self.source = source
        self.zone = zone
        self.fileName = fileName
        time = TimeReader(source.time.formats, zone: source.time.zone)
        let fixed = source.paths
        paths = fixed + columns.map { FieldPath([$0.name]) }
        zoneColumns = columns.enumerated().map {
            (fixed.count + $0.offset, $0.element.zone, $0.element.series)
        }
    }

    /// Reads all values of a file.
    static func read(
        _ file: InputFile, sources: [GridSource], zone: String?
    ) throws(GridFileError) -> (GridSource, FileIdentity, GridReader) {
        try GridFileError.of(file) {
            let opened = try RecordFile(file, candidates: sources)
            let source = opened.mapping
            if let mark = source.fileNameMark, !file.shortName.contains(mark) {
                throw GridFileError.wrongHeader(
                    file: file.givenName,
                    problem:
                        "looks like \(source.name), but its name does not hold \"\(mark)\", which would say "
                        + "what it is of; name its source with --source (flue grid sources)")
            }
            var columns = source.zoneColumns(opened.columns)
            var reader = GridReader(
                source, zone: zone, fileName: file.name,
                columns: Array(columns.prefix(columnLimit)))
            let identity = try opened.forEach(reader.paths, needed: source.neededPaths) {
                try reader.add($0)
            }
            columns.removeFirst(min(columns.count, columnLimit))
            while !columns.isEmpty {
                var more = GridReader(
                    source, zone: zone, fileName: file.name,
                    columns: Array(columns.prefix(columnLimit)))
                _ = try RecordFile(file, candidates: [source])
                    .forEach(more.paths, needed: source.neededPaths) { try more.add($0) }
                reader.values.merge(more.values) { $0 + $1 }
                columns.removeFirst(min(columns.count, columnLimit))
            }
            // A column that is never filled is not there.
            reader.counts.emptyValues = reader.emptyValues.values
                .filter { $0 < reader.counts.rows }.reduce(0, +)
            reader.leaveOutHalfReported()
            return (source, identity, reader)
        }
    }

    private func field(_ path: FieldPath, _ record: FileRecord) -> String? {
        paths.firstIndex(of: path).flatMap { record.fields[$0] }
    }

    private func first(_ paths: [FieldPath], _ record: FileRecord) -> String? {
        for path in paths {
            if let text = field(path, record) { return text }
        }
        return nil
    }

    private func holds(_ condition: Condition, _ record: FileRecord) -> Bool {
        condition.holds { field($0, record) }
    }

    private mutating func add(_ record: FileRecord) throws {
        func fault(_ problem: String) -> RowFault { RowFault(line: record.line, problem: problem) }
        counts.rows += 1
        for rule in source.refuseIf where holds(rule.condition, record) {
            throw fault(rule.otherwise)
        }
        for rule in source.keepIf where !holds(rule.condition, record) {
            counts.skipped[rule.otherwise, default: 0] += 1
            return
        }
        let text = first(source.time.paths, record)
        guard let text else { throw fault("the time is missing") }
        var value = GridValue(order: record.line)
        do throws(RejectReason) {
            value.start = try time.milliseconds(text)
            if let revised = source.revised.flatMap({ field($0, record) }) {
                value.revised = try revision.milliseconds(revised)
            }
        } catch {
            throw fault(error.explanation)
        }
        value.seconds = try seconds(record, value.start, fault)
        if source.time.isEnd { value.isEnd = true }
        value.isEstimated = source.estimatedIf.contains { $0.holds(field($0.path, record)) }
        value.forecast = first(source.forecast, record).flatMap(source.series[0].unit.milligrams)
        try addSeries(record, value, fault)
    }

    private mutating func addSeries(
        _ record: FileRecord, _ value: GridValue, _ fault: (String) -> RowFault
    ) throws {
        var isKnown = false
        for (index, series) in source.series.enumerated()
        where series.when.allSatisfy({ $0.holds(field($0.path, record)) }) {
            isKnown = true
            switch series.value {
            case .columns:
                for column in zoneColumns where column.series == index {
                    try add(record.fields[column.place], column.zone, series, index, value, fault)
                }
            case .fields(let paths):
                let text = first(paths, record)
                try add(text, try zoneName(record), series, index, value, fault)
            case .fuels(let fuels):
                let name = try zoneName(record)
                var value = value
                value.generation = try generation(of: fuels, record, fault)
                let mean = value.mean(by: fuels.map(\.factor))
                add(mean, source.zones[name] ?? name, series, index, value)
            }
        }
        guard isKnown else {
            let tests = source.series.flatMap(\.when).map(\.path.columnName)
            throw fault(
                "\(Set(tests).sorted().joined(separator: " and ")) is none that \(source.name) knows"
            )
        }
    }

    /// Hours without a fuel that made a part of the generation beside them are no means of the others.
    private mutating func leaveOutHalfReported() {
        for (key, values) in values where values.contains(where: { $0.generation.contains(nil) }) {
            let whole = FuelGaps(values).whole
            guard whole.count < values.count else { continue }
            counts.skipped["a fuel is missing", default: 0] += values.count - whole.count
            self.values[key] = whole.isEmpty ? nil : whole
        }
    }

    private func zoneName(_ record: FileRecord) throws -> String {
        if let zone { return zone }
        let name = source.zone?.text(fileName: fileName) { field($0, record) }
        let printable: ClosedRange<UInt8> = 0x21...0x7E
        if let name, let first = name.utf8.first, let last = name.utf8.last,
            printable.contains(first), printable.contains(last)
        {
            return name
        }
        let trimmed = name?.trimmingCharacters(in: .whitespaces)
        guard let trimmed, !trimmed.isEmpty else {
            throw GridFileError.noZone(file: (fileName as NSString).lastPathComponent)
        }
        return trimmed
    }

    private mutating func add(
        _ text: String?, _ zone: String, _ series: GridSource.Series, _ index: Int,
        _ value: GridValue, _ fault: (String) -> RowFault
    ) throws {
        guard let text else {
            add(nil, source.zones[zone] ?? zone, series, index, value)
            return
        }
        // 10 kg/kWh is ten times the dirtiest plant: beyond it, the unit is another.
        guard let milligrams = series.unit.milligrams(text), milligrams <= 10_000_000 else {
            throw fault(
                "the \(series.basis.rawValue) intensity is not a number up to 10000 g/kWh, as "
                    + "\(series.unit.rawValue)")
        }
        add(milligrams, source.zones[zone] ?? zone, series, index, value)
    }

    private mutating func add(
        _ milligrams: Int64?, _ zone: String, _ series: GridSource.Series, _ index: Int,
        _ value: GridValue
    ) {
        guard let milligrams else {
            if value.forecast == nil {
                emptyValues[index, default: 0] += 1
            } else {
                counts.forecasts += 1
            }
            return
        }
        var value = value
        value.milligrams = milligrams
        if series.signal == .average, series.basis != source.series[0].basis {
            value.forecast = nil
        }
        let key = GridFile.SeriesKey(zone: zone, basis: series.basis, signal: series.signal)
        values[key, default: []].append(value)
    }

    /// By fuel, kW.
    private func generation(
        of fuels: [GridSource.Fuel], _ record: FileRecord, _ fault: (String) -> RowFault
    ) throws -> [Int64?] {
        try fuels.map { fuel in
            guard let text = first(fuel.paths, record) else { return nil }
            guard let kilowatts = fixedPoint(text.filter { $0 != "," }, decimals: 3) else {
                throw fault("the generation is no number of MW")
            }
            // What a plant draws for itself, or a storage takes in, generates nothing.
            return max(0, kilowatts)
        }
    }

    private func seconds(
        _ record: FileRecord, _ start: Int64, _ fault: (String) -> RowFault
    ) throws -> Int64? {
        switch source.interval {
        case nil: return nil
        case .constant(let seconds): return seconds
        case .period(let period):
            return period.seconds(from: UTCHour(epochSeconds: start / 1_000))
        case .field(let path, let spelling):
            guard let text = field(path, record) else { return nil }
            guard let seconds = spelling.seconds(text), (1...366 * 86_400).contains(seconds) else {
                throw fault("the interval is no number of \(spelling.rawValue)")
            }
            return seconds
        }
    }
}

extension GridSource.DurationSpelling {
    func seconds(_ text: String) -> Int64? {
        switch self {
        case .seconds: return fixedPoint(text, decimals: 0)
        case .minutes: return fixedPoint(text, decimals: 0).flatMap { $0 < 1 << 32 ? $0 * 60 : nil }
        case .timespan:
            // `[days.]hours:minutes[:seconds[.fraction]]`
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard (2...3).contains(parts.count) else { return nil }
            let head = parts[0].split(separator: ".", omittingEmptySubsequences: false)
            let tail = parts.count == 3 ? parts[2].prefix { $0 != "." } : "0"
            let texts = (head.count == 2 ? head : ["0"] + head) + [parts[1], tail]
            let numbers = texts.compactMap { $0.count < 6 ? Int64($0) : nil }
            guard numbers.count == 4, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
            return numbers[0] * 86_400 + numbers[1] * 3_600 + numbers[2] * 60 + numbers[3]
        }
    }
}

extension GridSource.Period {
    /// From its first hour to its end.
    func seconds(from hour: UTCHour) -> Int64 {
        switch self {
        case .day: return 86_400
        case .month:
            return Int64(hour.month.hours.upperBound.value - hour.month.hours.lowerBound.value)
                * 3_600
        case .year:
            let year = hour.month.year
            let days =
                UTCHour(year: year + 1, month: 1, day: 1, hour: 0).day
                - UTCHour(year: year, month: 1, day: 1, hour: 0).day
            return Int64(days) * 86_400
        }
    }
}

extension GridSource {
    /// The columns of a table that hold a zone each.
    fileprivate func zoneColumns(
        _ names: [String]
    ) -> [(name: String, zone: String, series: Int)] {
        series.enumerated().flatMap { index, series in
            guard case .columns(let cut) = series.value else {
                return [] as [(String, String, Int)]
            }
            return names.compactMap { name in cut.part(of: name).map { (name, $0, index) } }
        }
    }
}
