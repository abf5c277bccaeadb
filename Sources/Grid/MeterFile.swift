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

    /// - Throws: ``GridFileError``; nothing of a file that holds one bad row is kept.
    package init(_ file: InputFile) throws(GridFileError) {
        let name = file.shortName
        let paths = ["time", "pool", "kwh"].map { FieldPath([$0]) }
        var time = TimeReader(.rfc3339)
        var energies: [String: [UTCHour: MicrowattHours]] = [:]
        identity = try RowFile.read(
            file, format: .csv, paths: paths, needed: paths.map { [$0] }, name: "meter"
        ) { record throws(RowFile.Fault) in
            let reading = try Self.reading(record, &time)
            let previous = energies[reading.pool, default: [:]]
                .updateValue(reading.energy, forKey: reading.hour)
            if let previous, previous != reading.energy {
                throw RowFile.Fault(
                    problem:
                        "\(reading.pool) \(reading.hour.text) stands there twice with two values")
            }
        }
        guard !energies.isEmpty else { throw .noRows(file: name) }
        readings = energies.sorted { $0.key < $1.key }.flatMap { pool, hours in
            hours.sorted { $0.key < $1.key }.map {
                Reading(pool: pool, hour: $0.key, energy: $0.value)
            }
        }
    }

    private static func reading(
        _ record: RecordFile.Record, _ time: inout TimeReader
    ) throws(RowFile.Fault) -> Reading {
        guard let text = record.fields[0], let pool = record.fields[1],
            let kilowattHours = record.fields[2]
        else { throw RowFile.Fault(problem: "time, pool and kwh are needed") }
        let milliseconds: Int64
        do {
            milliseconds = try time.milliseconds(text)
        } catch {
            throw RowFile.Fault(problem: error.explanation)
        }
        guard milliseconds % 3_600_000 == 0 else {
            throw RowFile.Fault(problem: "the time is not a whole UTC hour")
        }
        // 1 GWh in an hour is a whole power station: beyond it, the unit is another.
        guard let energy = fixedPoint(kilowattHours, decimals: 9),
            (0...1_000_000_000_000_000).contains(energy)
        else { throw RowFile.Fault(problem: "the energy is not a number from 0 to 1000000 kWh") }
        return Reading(
            pool: pool, hour: UTCHour(epochSeconds: milliseconds / 1_000),
            energy: MicrowattHours(energy))
    }
}
