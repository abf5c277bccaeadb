import Accounting
import Foundation
import Pipeline

/// Reads one grid file record by record into values with their times.
///
/// A class because its methods run for every record: a value would be copied for each call.
final class GridReader {
    let source: GridSource
    private let zone: String?
    private let fileName: String
    private let paths: [FieldPath]
    /// Where the fuels of each series stand among the paths, the best figures first.
    let fuelPlaces: [[[Int]]]
    private var time: TimeReader
    private var revision = TimeReader(.rfc3339)
    /// Columns of zones, by their places in the paths.
    private let zoneColumns: [(place: Int, zone: String, series: Int)]
    /// The values of each series, once the file is read.
    var values: [GridFile.SeriesKey: [GridValue]] = [:]
    /// The same until then, by ``places``.
    private var lists: [[GridValue]] = []
    private var places: [GridFile.SeriesKey: Int] = [:]
    /// Most files go series by series.
    private var latest: (key: GridFile.SeriesKey, place: Int)?
    /// What the latest record calls its zone, and what it is called here.
    private var latestZone: (name: String, zone: String)?
    /// Of records that are of one fuel each, by series, zone and time.
    var mixes: [Int: [String: [Int64: GridValue]]] = [:]
    var counts = GridFile.Counts()
    private(set) var statement = Spacing.Statement()
    private var emptyValues: [Int: Int] = [:]
    /// Values that are held, and how many may be before what stands there twice is dropped.
    private var held: Int
    private var room = 1 << 16
    /// Values that a file may have, about, and those of one series: a year of a hundred zones by the hour, four years of one
    /// by five minutes.
    static let limit = 880_000
    static let seriesLimit = 500_000
    /// mg/kWh. 10 kg/kWh is ten times the dirtiest plant: beyond it, the unit is another.
    static let intensityLimit: Int64 = 10_000_000
    /// How many columns are read in one pass.
    private static let columnLimit = 40

    /// - Parameters:
    ///   - header: The names of a table's columns; empty for a document.
    ///   - columns: Those of zones to read in this pass.
    ///   - held: Values that earlier passes hold.
    private init(
        _ source: GridSource, zone: String?, fileName: String, header: [String],
        columns: [(name: String, zone: String, series: Int)], held: Int = 0
    ) {
        self.source = source
        self.zone = zone
        self.fileName = fileName
        self.held = held
        time = TimeReader(source.time.formats, zone: source.time.zone)
        let names = Set(header.map(normalizedColumnName))
        // What a table has no column for is not asked for.
        let fixed = source.paths.filter { path in
            header.isEmpty
                || path.columnNames.contains { names.contains(normalizedColumnName($0)) }
                || path.keys.count > 1 && names.contains(normalizedColumnName(path.keys[0]))
        }
        let paths = fixed + columns.map { FieldPath([$0.name]) }
        self.paths = paths
        fuelPlaces = source.series.map { series in
            guard case .fuels(let mix) = series.value else { return [] }
            return mix.fuels.map { fuel in
                mix.paths(of: fuel).compactMap { paths.lastIndex(of: $0) }
            }
        }
        zoneColumns = columns.enumerated().map {
            let name = $0.element.zone
            return (fixed.count + $0.offset, source.zones[name] ?? name, $0.element.series)
        }
        switch source.interval {
        case .constant, .period, .precision: statement.isStated = true
        case .words(_, let words):
            statement.isVaried = true
            statement.ofLoneValue = Self.word(in: fileName, words)
        default: break
        }
    }

    /// What one word in the name of a file says.
    private static func word(
        in fileName: String, _ words: [String: GridSource.Length]
    ) -> GridSource.Length? {
        let name = (fileName as NSString).lastPathComponent.lowercased()
        let found = name.split { !$0.isLetter }.compactMap { words[String($0)] }
        guard let first = found.first, found.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// Reads all values of a file.
    static func read(
        _ file: InputFile, sources: [GridSource], zone: String?
    ) throws(GridFileError) -> (identity: FileIdentity, reader: GridReader) {
        try GridFileError.of(file) {
            let opened = try open(file, sources)
            let source = opened.mapping
            let header = opened.columns
            for case .fuels(let mix) in source.series.map(\.value) {
                guard let stranger = mix.strangers(header).first else { continue }
                throw GridFileError.wrongHeader(
                    file: file.givenName,
                    problem:
                        "\(source.name) does not know the fuel of its column \"\(stranger)\", without which "
                        + "the mean of the others would be wrong; the file was refused; give the fuel its "
                        + "factor in a mapping file of your own (flue grid sources \(source.name), then --source FILE)"
                )
            }
            var columns = source.zoneColumns(header)
            let reader = GridReader(
                source, zone: zone, fileName: file.name, header: header,
                columns: Array(columns.prefix(columnLimit)))
            let identity = try opened.forEach(reader.paths, needed: source.neededPaths) {
                try reader.add($0)
            }
            reader.values = reader.collected()
            columns.removeFirst(min(columns.count, columnLimit))
            while !columns.isEmpty {
                let more = GridReader(
                    source, zone: zone, fileName: file.name, header: header,
                    columns: Array(columns.prefix(columnLimit)), held: reader.held)
                _ = try RecordFile(file, candidates: [source])
                    .forEach(more.paths, needed: source.neededPaths) { try more.add($0) }
                reader.values.merge(more.collected()) { $0 + $1 }
                reader.held = more.held
                columns.removeFirst(min(columns.count, columnLimit))
            }
            // A column that is never filled is not there.
            reader.counts.emptyValues = reader.emptyValues.values
                .filter { $0 < reader.counts.rows }.reduce(0, +)
            reader.addMixes()
            reader.leaveOutHalfReported()
            try reader.leaveOutMissed(file)
            return (identity, reader)
        }
    }

    /// Opens a file as the source that it is of, which the name of some files must tell.
    private static func open(
        _ file: InputFile, _ sources: [GridSource]
    ) throws -> RecordFile<GridSource> {
        let name = file.shortName
        func isNamed(_ source: GridSource) -> Bool {
            source.fileNameMark.map(name.contains) ?? true
        }
        let named = sources.filter(isNamed)
        // Where the sources whose files have such names do not know it, another may, and say what is wrong with the name.
        let isKnown = (try? RecordFile(file, candidates: named)) != nil
        let opened = try RecordFile(file, candidates: isKnown ? named : sources)
        let source = opened.mapping
        if !isNamed(source), let mark = source.fileNameMark {
            throw GridFileError.wrongHeader(
                file: file.givenName,
                problem:
                    "looks like \(source.name), but its name does not hold \"\(mark)\", which would say "
                    + "what it is of; name its source with --source (flue grid sources)")
        }
        for refused in source.refusedNames where name.contains(refused.mark) {
            throw GridFileError.wrongHeader(
                file: file.givenName, problem: "\(refused.reason); the file was refused")
        }
        return opened
    }

    /// Of a few paths, the place is found sooner than in a table.
    func field(_ path: FieldPath, _ record: FileRecord) -> String? {
        paths.lastIndex(of: path).flatMap { record.fields[$0] }
    }

    func first(_ paths: [FieldPath], _ record: FileRecord) -> String? {
        for path in paths {
            if let text = field(path, record) { return text }
        }
        return nil
    }

    private func holds(_ condition: Condition, _ record: FileRecord) -> Bool {
        condition.holds { field($0, record) }
    }

    private func add(_ record: FileRecord) throws {
        func fault(_ problem: String) -> RowFault { RowFault(line: record.line, problem: problem) }
        counts.rows += 1
        for rule in source.refuseIf where holds(rule.condition, record) {
            throw fault(rule.otherwise)
        }
        for rule in source.keepIf where !holds(rule.condition, record) {
            counts.skipped[rule.otherwise, default: 0] += 1
            return
        }
        var text = first(source.time.paths, record)
        if let path = source.date {
            text = field(path, record).flatMap { date in text.map { "\(date)T\($0)" } }
        }
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
        value.seconds = Int32(try seconds(record, value.start, text, fault) ?? 0)
        if source.time.isEnd { value.isEnd = true }
        value.isEstimated = source.estimatedIf.contains { $0.holds(field($0.path, record)) }
        let expected = first(source.forecast, record).flatMap(source.series[0].unit.milligrams)
        value.forecast = expected.map { Int32(clamping: $0) } ?? -1
        try addSeries(record, value, fault)
    }

    private func addSeries(
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
            case .fuels(let mix):
                try add(mix, record, series, index, value, fault)
            }
        }
        guard isKnown else {
            let tests = source.series.flatMap(\.when).map(\.path.columnName)
            throw fault(
                "\(Set(tests).sorted().joined(separator: " and ")) is none that \(source.name) knows"
            )
        }
    }

    /// The zone of a record, by the name that it has here.
    func zoneName(_ record: FileRecord) throws -> String {
        let name = zone ?? source.zone?.text(fileName: fileName) { field($0, record) }
        if let name, let latestZone, latestZone.name == name { return latestZone.zone }
        let trimmed = name?.trimmingCharacters(in: .whitespaces)
        guard let name, let trimmed, !trimmed.isEmpty else {
            throw GridFileError.noZone(file: (fileName as NSString).lastPathComponent)
        }
        let zone = source.zones[trimmed] ?? trimmed
        latestZone = (name, zone)
        return zone
    }

    private func add(
        _ text: String?, _ zone: String, _ series: GridSource.Series, _ index: Int,
        _ value: GridValue, _ fault: (String) -> RowFault
    ) throws {
        guard let text else {
            try add(nil, zone, series, index, value)
            return
        }
        guard let milligrams = series.unit.milligrams(text), milligrams <= Self.intensityLimit
        else {
            throw fault(
                "the \(series.basis.rawValue) intensity is not a number up to 10000 g/kWh, as "
                    + "\(series.unit.rawValue)")
        }
        try add(milligrams, zone, series, index, value)
    }

    func add(
        _ milligrams: Int64?, _ zone: String, _ series: GridSource.Series, _ index: Int,
        _ value: GridValue
    ) throws {
        guard let milligrams else {
            if value.forecast < 0 {
                emptyValues[index, default: 0] += 1
            } else {
                counts.forecasts += 1
            }
            return
        }
        var value = value
        value.milligrams = Int32(clamping: milligrams)
        if series.signal == .average, series.basis != source.series[0].basis {
            value.forecast = -1
        }
        let key = GridFile.SeriesKey(zone: zone, basis: series.basis, signal: series.signal)
        lists[place(of: key)].append(value)
        try hold(value)
    }

    private func place(of key: GridFile.SeriesKey) -> Int {
        if let latest, latest.key == key { return latest.place }
        let place = places[key] ?? lists.count
        if place == lists.count {
            places[key] = place
            lists.append([])
        }
        latest = (key, place)
        return place
    }

    /// Gives away what was read.
    private func collected() -> [GridFile.SeriesKey: [GridValue]] {
        let values = places.mapValues { lists[$0] }
        (places, lists, latest) = ([:], [], nil)
        return values
    }

    /// Gives the values away, so that each series can be let go of.
    func takeValues() -> [GridFile.SeriesKey: [GridValue]] {
        let taken = values
        values = [:]
        return taken
    }

    /// Counts a value that is held. What stands there twice is dropped when the room is full.
    func hold(_ value: GridValue) throws {
        held += value.weight
        guard held > room else { return }
        // Of an hour that a clock shows twice, both may say the same.
        let isFolded = if case .named = source.time.zone { true } else { false }
        if !isFolded {
            for place in lists.indices { held -= dropRepeated(of: &lists[place]) }
        }
        let longest = lists.map(\.count).max() ?? 0
        for (count, limit) in [(longest, Self.seriesLimit), (held, Self.limit)]
        where count > limit * 15 / 16 {
            throw GridFileError.tooMany(
                file: (fileName as NSString).lastPathComponent, limit: limit)
        }
        room = min(Self.limit, max(room, held * 2))
    }

    /// - Returns: How many values they took the memory of.
    private func dropRepeated(of series: inout [GridValue]) -> Int {
        series.sort { ($0.start, $0.order) < ($1.start, $1.order) }
        var end = 0
        for place in series.indices
        where end == 0 || !series[end - 1].isSame(as: series[place]) {
            series.swapAt(end, place)
            end += 1
        }
        let repeated = series.count - end
        series.removeLast(repeated)
        return repeated * (series.first?.weight ?? 1)
    }

    private func seconds(
        _ record: FileRecord, _ start: Int64, _ time: String, _ fault: (String) -> RowFault
    ) throws -> Int64? {
        func length(_ period: GridSource.Period) throws -> Int64 {
            guard let seconds = period.seconds(from: start) else {
                throw fault("no \(period.rawValue) begins at this time")
            }
            return seconds
        }
        switch source.interval {
        case nil: return nil
        case .constant(let seconds): return seconds
        case .period(let period): return try length(period)
        case .precision:
            switch time.utf8.count {
            case 4: return try length(.year)
            case 7: return try length(.month)
            case 10: return try length(.day)
            default: throw fault("the time is that of no year, month or day")
            }
        case .words(let paths, let words):
            guard let word = first(paths, record) else { return nil }
            statement.isStated = true
            switch words[word] {
            case .seconds(let seconds): return seconds
            case .period(let period): return try length(period)
            case nil: throw fault("it is of \"\(word)\", which \(source.name) does not take")
            }
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
