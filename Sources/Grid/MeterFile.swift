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
        do {
            identity = try RecordFile.read(
                file, format: .csv, paths: paths, needed: paths.map { [$0] }, name: "meter"
            ) { record in
                do throws(RowFault) {
                    let reading = try Self.reading(record, &time)
                    let previous = energies[reading.pool, default: [:]]
                        .updateValue(reading.energy, forKey: reading.hour)
                    if let previous, previous != reading.energy {
                        throw RowFault(
                            problem: "\(reading.pool) \(reading.hour.text) stands there twice "
                                + "with two values")
                    }
                } catch {
                    throw GridFileError.row(
                        file: name, line: record.line, problem: error.problem)
                }
            }
        } catch let error as InputError {
            guard case .header(let problem) = error else { throw .unusable(file: name, error) }
            throw .wrongHeader(file: name, problem: problem)
        } catch let fault as RecordFile.Fault {
            throw .row(file: name, line: fault.line, problem: fault.reason.explanation)
        } catch let error as GridFileError {
            throw error
        } catch {
            throw .unusable(file: name, .unreadable(reason: "\(error)"))
        }
        guard !energies.isEmpty else { throw .noRows(file: name) }
        self.readings = energies.sorted { $0.key < $1.key }.flatMap { pool, hours in
            hours.sorted { $0.key < $1.key }.map {
                Reading(pool: pool, hour: $0.key, energy: $0.value)
            }
        }
    }

    private struct RowFault: Error {
        let problem: String
    }

    private static func reading(
        _ record: RecordFile.Record, _ time: inout TimeReader
    ) throws(RowFault) -> Reading {
        guard let text = record.fields[0], let pool = record.fields[1],
            let kilowattHours = record.fields[2]
        else { throw RowFault(problem: "time, pool and kwh are needed") }
        let milliseconds: Int64
        do {
            milliseconds = try time.milliseconds(text)
        } catch {
            throw RowFault(problem: error.explanation)
        }
        guard milliseconds % 3_600_000 == 0 else {
            throw RowFault(problem: "the time is not a whole UTC hour")
        }
        // 1 GWh in an hour is a whole power station: beyond it, the unit is another.
        guard let energy = fixedPoint(kilowattHours, decimals: 9),
            (0...1_000_000_000_000_000).contains(energy)
        else { throw RowFault(problem: "the energy is not a number from 0 to 1000000 kWh") }
        return Reading(
            pool: pool, hour: UTCHour(epochSeconds: milliseconds / 1_000),
            energy: MicrowattHours(energy))
    }
}
