package import Accounting
package import Pipeline

/// Hourly readings of meters: a table `time,pool,kwh`, one row an hour, the time being its start in UTC.
package struct MeterFile: Sendable {
    package struct Reading: Equatable, Sendable {
        package let pool: String
        package let hour: UTCHour
        package let energy: MicrowattHours
    }

    package let identity: FileIdentity
    /// By pool and hour, each once.
    package let readings: [Reading]
    /// - Parameter limit: Readings that a file may have; those of 57 years of one pool.
    /// - Throws: ``GridFileError``; nothing of a file that holds one bad row is kept.
    package init(_ file: InputFile, limit: Int = 500_000) throws(GridFileError) {
        let name = file.givenName
        let paths = ["time", "pool", "kwh"].map { FieldPath([$0]) }
        var time = TimeReader(.rfc3339)
        var energies: [String: [UTCHour: MicrowattHours]] = [:]
        var count = 0
        identity = try GridFileError.of(file) {
            try RecordFile(file, candidates: [MeterTable()])
                .forEach(paths, needed: paths.map { [$0] }) { record in
                    let reading = try Self.reading(record, &time)
                    let previous = energies[reading.pool, default: [:]]
                        .updateValue(reading.energy, forKey: reading.hour)
                    count += previous == nil ? 1 : 0
                    guard count <= limit else {
                        throw GridFileError.tooMany(file: name, limit: limit)
                    }
                    if let previous, previous != reading.energy {
                        throw RowFault(
                            line: record.line,
                            problem:
                                "\(reading.pool) \(reading.hour.text) stands there twice with two values"
                        )
                    }
                }
        }
        guard !energies.isEmpty else { throw .noRows(file: name, forecasts: 0) }
        readings = energies.sorted { $0.key < $1.key }.flatMap { pool, hours in
            hours.sorted { $0.key < $1.key }.map {
                Reading(pool: pool, hour: $0.key, energy: $0.value)
            }
        }
    }

    private static func reading(
        _ record: FileRecord, _ time: inout TimeReader
    ) throws -> Reading {
        func fault(_ problem: String) -> RowFault { RowFault(line: record.line, problem: problem) }
        guard let text = record.fields[0], let pool = record.fields[1],
            let kilowattHours = record.fields[2]
        else { throw fault("time, pool and kwh are needed") }
        let milliseconds: Int64
        do throws(RejectReason) {
            milliseconds = try time.milliseconds(text)
        } catch {
            throw fault(error.explanation)
        }
        guard milliseconds % 3_600_000 == 0 else {
            throw fault("the time is not a whole UTC hour")
        }
        // 1 GWh in an hour is a whole power station: beyond it, the unit is another.
        guard let energy = fixedPoint(kilowattHours, decimals: 9),
            (0...1_000_000_000_000_000).contains(energy)
        else { throw fault("the energy is not a number from 0 to 1000000 kWh") }
        return Reading(
            pool: pool, hour: UTCHour(epochSeconds: milliseconds / 1_000),
            energy: MicrowattHours(energy))
    }
}

/// The form of tables of readings.
private struct MeterTable: RecordMapping {
    let form = RecordForm(table: "meter")
    let neededPaths: [[FieldPath]] = []
    let takesEmptyFiles = false
}
