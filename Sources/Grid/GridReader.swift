import Accounting
import Foundation
import Pipeline

/// Reads one grid file record by record into values with their times.
struct GridReader {
    private let source: GridSource
    private let zone: String?
    private let fileName: String
    private let paths: [FieldPath]
    private let places: [FieldPath: Int]
    /// Where the fuels of each series stand among the paths, the best figures first.
    private let fuelPlaces: [[[Int]]]
    private var time: TimeReader
    private var revision = TimeReader(.rfc3339)
    /// Columns of zones, by their places in the paths.
    private let zoneColumns: [(place: Int, zone: String, series: Int)]
    private(set) var values: [GridFile.SeriesKey: [GridValue]] = [:]
    /// Of records that are of one fuel each, by series, zone and time.
    private var mixes: [Int: [String: [Int64: GridValue]]] = [:]
    private(set) var counts = GridFile.Counts()
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
    private static let intensityLimit: Int64 = 10_000_000
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
        paths = fixed + columns.map { FieldPath([$0.name]) }
        var places: [FieldPath: Int] = [:]
        for (place, path) in paths.enumerated() { places[path] = place }
        self.places = places
        fuelPlaces = source.series.map { series in
            guard case .fuels(let mix) = series.value else { return [] }
            return mix.fuels.map { mix.paths(of: $0).compactMap { places[$0] } }
        }
        zoneColumns = columns.enumerated().map {
            (fixed.count + $0.offset, $0.element.zone, $0.element.series)
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
    ) throws(GridFileError) -> (GridSource, FileIdentity, GridReader) {
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
            var reader = GridReader(
                source, zone: zone, fileName: file.name, header: header,
                columns: Array(columns.prefix(columnLimit)))
            let identity = try opened.forEach(reader.paths, needed: source.neededPaths) {
                try reader.add($0)
            }
            columns.removeFirst(min(columns.count, columnLimit))
            while !columns.isEmpty {
                var more = GridReader(
                    source, zone: zone, fileName: file.name, header: header,
                    columns: Array(columns.prefix(columnLimit)), held: reader.held)
                _ = try RecordFile(file, candidates: [source])
                    .forEach(more.paths, needed: source.neededPaths) { try more.add($0) }
                reader.values.merge(more.values) { $0 + $1 }
                reader.held = more.held
                columns.removeFirst(min(columns.count, columnLimit))
            }
            // A column that is never filled is not there.
            reader.counts.emptyValues = reader.emptyValues.values
                .filter { $0 < reader.counts.rows }.reduce(0, +)
            reader.addMixes()
            reader.leaveOutHalfReported()
            try reader.leaveOutMissed(file)
            return (source, identity, reader)
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

    private func field(_ path: FieldPath, _ record: FileRecord) -> String? {
        places[path].flatMap { record.fields[$0] }
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

    /// Generation by fuel: of all fuels, or of the one that the record is of.
    private mutating func add(
        _ mix: FuelMix, _ record: FileRecord, _ series: GridSource.Series, _ index: Int,
        _ value: GridValue, _ fault: (String) -> RowFault
    ) throws {
        let name = try zoneName(record)
        let zone = source.zones[name] ?? name
        var value = value
        guard let path = mix.fuel else {
            value.generation = try fuelPlaces[index].map { places in
                let text = places.lazy.compactMap { record.fields[$0] }.first
                return try text.map { try kilowatts($0, fault) } ?? GridValue.unsaid
            }
            if let total = try first(mix.total, record).map({ try kilowatts($0, fault) }) {
                value.missesTotal = FuelMix.misses(Int64(total), value.generation)
            }
            try add(mix.mean(value.generation), zone, series, index, value)
            return
        }
        guard let fuel = field(path, record),
            var place = mix.fuels.firstIndex(where: { $0.names.contains(fuel) })
        else {
            throw fault(
                "the fuel \"\(field(path, record) ?? "")\" is none that \(source.name) knows; give it a factor in a "
                    + "mapping file of your own")
        }
        if let emitted = mix.emitted {
            switch field(emitted.kind, record) {
            case emitted.generation: break
            case emitted.emissions: place += mix.fuels.count
            case let kind:
                throw fault("it is of \"\(kind ?? "")\", which \(source.name) does not take")
            }
        }
        let unsaid = [Int32](repeating: GridValue.unsaid, count: mix.placeCount)
        let known = mixes[index, default: [:]][zone, default: [:]][value.start]
        guard known.map({ $0.seconds == value.seconds }) ?? true else {
            throw fault("\(zone) has values of different intervals at this time")
        }
        value.generation = known?.generation ?? unsaid
        guard let text = mix.value.flatMap({ field($0, record) }) else { return }
        let amount = try kilowatts(text, fault)
        guard [GridValue.unsaid, amount].contains(value.generation[place]) else {
            throw fault("\(zone) has two values of the fuel \(fuel) at this time")
        }
        value.generation[place] = amount
        if known == nil { try hold(value) }
        mixes[index, default: [:]][zone, default: [:]][value.start] = value
    }

    private mutating func addMixes() {
        for (index, zones) in mixes {
            guard case .fuels(let mix) = source.series[index].value else { continue }
            for (zone, times) in zones {
                let series = source.series[index]
                let key = GridFile.SeriesKey(
                    zone: zone, basis: series.basis, signal: series.signal)
                for var value in times.values {
                    guard let mean = mix.mean(value.generation) else {
                        counts.skipped[
                            "nothing was generated, or what a fuel generated or emitted is missing",
                            default: 0] += 1
                        continue
                    }
                    guard mean <= Self.intensityLimit else {
                        counts.skipped["over 10000 g/kWh", default: 0] += 1
                        continue
                    }
                    value.milligrams = Int32(mean)
                    value.generation.removeLast(mix.placeCount - mix.fuels.count)
                    values[key, default: []].append(value)
                }
            }
        }
        mixes = [:]
    }

    /// Hours without a fuel that made a part of the generation beside them are no means of the others.
    private mutating func leaveOutHalfReported() {
        for (key, values) in values
        where values.contains(where: { $0.generation.contains(GridValue.unsaid) }) {
            let whole = FuelGaps(values).whole
            guard whole.count < values.count else { continue }
            counts.skipped["a fuel is missing", default: 0] += values.count - whole.count
            self.values[key] = whole.isEmpty ? nil : whole
        }
    }

    /// Hours whose fuels miss the total that is stated beside them are no means either; a zone with more than a few is not
    /// reported by these fuels.
    private mutating func leaveOutMissed(_ file: InputFile) throws {
        var zones: [String] = []
        for (key, values) in values {
            let missed = values.count(where: \.missesTotal)
            guard missed > 0 else { continue }
            guard missed * 10 <= values.count else {
                zones.append(key.zone)
                self.values[key] = nil
                counts.skipped["the fuels of \(key.zone) miss its total", default: 0] +=
                    values.count
                continue
            }
            counts.skipped["the fuels miss the total", default: 0] += missed
            self.values[key] = values.filter { !$0.missesTotal }
        }
        guard values.isEmpty, !zones.isEmpty else { return }
        throw GridFileError.wrongHeader(
            file: file.givenName,
            problem:
                "the fuels of \(zones.sorted().joined(separator: ", ")) miss the stated total by more than "
                + "\(FuelMix.tolerance) % in more than a tenth of the hours: a column is missing, or one that "
                + "\(source.name) does not know; the file was refused")
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
            try add(nil, source.zones[zone] ?? zone, series, index, value)
            return
        }
        guard let milligrams = series.unit.milligrams(text), milligrams <= Self.intensityLimit
        else {
            throw fault(
                "the \(series.basis.rawValue) intensity is not a number up to 10000 g/kWh, as "
                    + "\(series.unit.rawValue)")
        }
        try add(milligrams, source.zones[zone] ?? zone, series, index, value)
    }

    private mutating func add(
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
        values[key, default: []].append(value)
        try hold(value)
    }

    /// Gives the values away, so that each series can be let go of.
    mutating func takeValues() -> [GridFile.SeriesKey: [GridValue]] {
        let taken = values
        values = [:]
        return taken
    }

    /// Counts a value that is held. What stands there twice is dropped when the room is full.
    private mutating func hold(_ value: GridValue) throws {
        held += value.weight
        guard held > room else { return }
        // Of an hour that a clock shows twice, both may say the same.
        let isFolded = if case .named = source.time.zone { true } else { false }
        if !isFolded {
            for key in Array(values.keys) {
                // Taken out, so that it is not copied.
                guard var series = values.removeValue(forKey: key) else { continue }
                series.sort { ($0.start, $0.order) < ($1.start, $1.order) }
                var end = 0
                for place in series.indices
                where end == 0 || !series[end - 1].isSame(as: series[place]) {
                    series.swapAt(end, place)
                    end += 1
                }
                held -= (series.count - end) * (series.first?.weight ?? 1)
                series.removeLast(series.count - end)
                values[key] = series
            }
        }
        let longest = values.values.map(\.count).max() ?? 0
        for (count, limit) in [(longest, Self.seriesLimit), (held, Self.limit)]
        where count > limit * 15 / 16 {
            throw GridFileError.tooMany(
                file: (fileName as NSString).lastPathComponent, limit: limit)
        }
        room = min(Self.limit, max(room, held * 2))
    }

    private func kilowatts(_ text: String, _ fault: (String) -> RowFault) throws -> Int32 {
        guard let kilowatts = fixedPoint(text.filter { $0 != "," }, decimals: 3),
            kilowatts.magnitude < 1 << 31
        else { throw fault("\"\(text)\" is no number of MW, MWh or t below 2,147,483") }
        return Int32(kilowatts)
    }

    private mutating func seconds(
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
