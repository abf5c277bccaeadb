import Accounting
import Pipeline

/// Reads one grid file row by row into hourly series.
struct GridReader {
    private let source: GridSource
    private let zone: String?
    private let paths: [FieldPath]
    private var time: TimeReader
    private var points: [GridFile.SeriesKey: [UTCHour: GridFile.Point]] = [:]
    private var emptyValues: [[FieldPath]: Int] = [:]
    private var rows = 0

    init(_ source: GridSource, zone: String?) {
        self.source = source
        self.zone = zone
        time = TimeReader(source.time.format)
        let all =
            source.time.paths + [source.zone] + source.series.flatMap(\.paths)
            + source.estimatedIf.map(\.path)
        paths = all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func read(_ file: InputFile) throws(GridFileError) -> GridFile {
        let name = file.shortName
        var needed = [source.time.paths, source.series.flatMap(\.paths)]
        if zone == nil { needed.append([source.zone]) }
        var reader = self
        let identity = try RowFile.read(
            file, format: source.format, paths: paths, needed: needed, name: source.name
        ) { record throws(RowFile.Fault) in try reader.add(record) }
        return try reader.finish(name, identity)
    }

    private func value(_ path: FieldPath, _ record: RecordFile.Record) -> String? {
        paths.firstIndex(of: path).flatMap { record.fields[$0] }
    }

    private mutating func add(_ record: RecordFile.Record) throws(RowFile.Fault) {
        let time = source.time.paths.compactMap { value($0, record) }.first
        guard let time else { throw RowFile.Fault(problem: "the time is missing") }
        let milliseconds: Int64
        do {
            milliseconds = try self.time.milliseconds(time)
        } catch {
            throw RowFile.Fault(problem: error.explanation)
        }
        guard milliseconds % 3_600_000 == 0 else {
            throw RowFile.Fault(problem: "the time is not a whole UTC hour")
        }
        guard let zone = zone ?? value(source.zone, record) else {
            throw RowFile.Fault(problem: "the zone is missing")
        }
        let hour = UTCHour(epochSeconds: milliseconds / 1_000)
        let isEstimated = source.estimatedIf.contains { $0.holds(value($0.path, record)) }
        rows += 1
        for series in source.series {
            guard let text = series.paths.compactMap({ value($0, record) }).first else {
                emptyValues[series.paths, default: 0] += 1
                continue
            }
            // 10 kg/kWh is ten times the dirtiest plant: beyond it, the unit is another.
            guard let value = fixedPoint(text, decimals: series.unit.decimals),
                (0...10_000_000).contains(value)
            else {
                throw RowFile.Fault(
                    problem: "the \(series.basis.rawValue) intensity is not a number "
                        + "from 0 to 10000 \(series.unit.rawValue)")
            }
            let key = GridFile.SeriesKey(zone: zone, basis: series.basis, signal: series.signal)
            let point = GridFile.Point(
                hour: hour, intensity: MilligramsCO2ePerKilowattHour(value),
                evidence: isEstimated ? .estimated : .measured)
            let previous = points[key, default: [:]].updateValue(point, forKey: hour)
            if let previous, previous != point {
                throw RowFile.Fault(
                    problem: "\(zone) \(hour.text) stands there twice with two values")
            }
        }
    }

    private func finish(
        _ name: String, _ identity: FileIdentity
    ) throws(GridFileError) -> GridFile {
        guard !points.isEmpty else { throw .noRows(file: name) }
        var series: [GridFile.SeriesKey: [GridFile.Point]] = [:]
        for (key, byHour) in points {
            let ordered = byHour.values.sorted { $0.hour < $1.hour }
            let gap = zip(ordered, ordered.dropFirst()).map { $1.hour.value - $0.hour.value }.min()
            if let gap, gap >= 24 {
                throw .interval(file: name, zone: key.zone, seconds: gap * 3_600)
            }
            series[key] = ordered
        }
        return GridFile(
            identity: identity, source: source.name, series: series,
            // A column that is never filled is not there.
            emptyValues: emptyValues.values.filter { $0 < rows }.reduce(0, +))
    }
}
