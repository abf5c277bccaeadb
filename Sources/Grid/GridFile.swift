package import Accounting
package import Pipeline

/// The hourly series of one file.
package struct GridFile: Sendable {
    /// What a series is about.
    package struct SeriesKey: Hashable, Comparable, Sendable {
        package let zone: String
        package let basis: IntensityBasis
        package let signal: IntensitySignal

        package static func < (left: SeriesKey, right: SeriesKey) -> Bool {
            (left.zone, left.basis.rawValue, left.signal.rawValue)
                < (right.zone, right.basis.rawValue, right.signal.rawValue)
        }
    }

    package struct Point: Equatable, Sendable {
        package let hour: UTCHour
        package let intensity: MilligramsCO2ePerKilowattHour
        package let evidence: GridEvidence
        package var flags: GridFlags = []
        /// When its source last changed it, ms since 1970 UTC; `nil` when the source does not say.
        package let revised: Int64?

        package init(
            hour: UTCHour, intensity: MilligramsCO2ePerKilowattHour, evidence: GridEvidence,
            flags: GridFlags = [], revised: Int64? = nil
        ) {
            self.hour = hour
            self.intensity = intensity
            self.evidence = evidence
            self.flags = flags
            self.revised = revised
        }

        /// What speaks against it by itself, whatever stands beside it.
        package var ownFlags: GridFlags { flags.subtracting(.beside) }

        /// Whether it covers the hour as well as `other` does.
        package func coversAsWell(as other: Point) -> Bool {
            !flags.contains(.partial) || other.flags.contains(.partial)
        }

        /// Whether it says the same, whenever it was changed and whatever stands beside it.
        package func isSame(as other: Point) -> Bool {
            intensity == other.intensity && evidence == other.evidence
                && ownFlags == other.ownFlags
        }
    }

    /// A mean over a day, a month or a year, for hours of which nothing better is known.
    package struct Mean: Equatable, Sendable {
        package let hours: Range<UTCHour>
        package let intensity: MilligramsCO2ePerKilowattHour
    }

    package struct Series: Equatable, Sendable {
        /// For how long values hold, s.
        package let interval: Int64
        /// Whether nothing tells it: a single value, taken as an hour.
        package let isIntervalAssumed: Bool
        /// In order of hour; each hour once.
        package let points: [Point]
        package let means: [Mean]
    }

    /// What was not taken.
    package struct Counts: Equatable, Sendable {
        package internal(set) var rows = 0
        /// Values that are empty. Their hours stay missing.
        package internal(set) var emptyValues = 0
        /// Times with a forecast and no value.
        package internal(set) var forecasts = 0
        /// Records that the source leaves out, by what they are.
        package internal(set) var skipped: [String: Int] = [:]
    }

    package let identity: FileIdentity
    package let source: String
    package let boundary: IntensityBoundary
    /// Where the factors of fuels are from; empty when the source states intensities.
    package let fuelFactors: String
    /// Whether values count electricity that is lost on its way.
    package let includesLosses: Bool
    package let series: [SeriesKey: Series]
    package let counts: Counts

    /// Reads a file with the one of `sources` that fits it.
    ///
    /// - Parameter zone: The grid zone of a file that names none, or that is known by another name.
    /// - Throws: ``GridFileError``; nothing of a file that holds one bad row is kept.
    package init(
        _ file: InputFile, sources: [GridSource], zone: String? = nil
    ) throws(GridFileError) {
        let (source, identity, reader) = try GridReader.read(file, sources: sources, zone: zone)
        guard !reader.values.isEmpty else { throw .noRows(file: file.givenName) }
        self.identity = identity
        self.source = source.name
        boundary = source.boundary
        fuelFactors = source.factorSource
        includesLosses = source.includesLosses
        counts = reader.counts
        var series: [SeriesKey: Series] = [:]
        for (key, values) in reader.values.sorted(by: { $0.key < $1.key }) {
            series[key] = try Self.series(values, key, source, file)
        }
        self.series = series
    }

    private static func series(
        _ values: [GridValue], _ key: SeriesKey, _ source: GridSource, _ file: InputFile
    ) throws(GridFileError) -> Series {
        let name = file.givenName
        let hours: Resampler
        do throws(Resampler.Fault) {
            hours = try Resampler(values, zone: source.time.zone)
        } catch {
            switch error {
            case .conflict(let order, let start):
                let hour = UTCHour(epochSeconds: start / 1_000).text
                throw .row(
                    file: name, line: order,
                    problem: "\(key.zone) \(hour) stands there twice with two values")
            case .interval(let seconds):
                throw .interval(file: name, zone: key.zone, seconds: Int(seconds))
            }
        }
        if let problem = unitProblem(hours, key) {
            throw .unit(file: name, zone: key.zone, problem: problem)
        }
        return Series(
            interval: hours.interval, isIntervalAssumed: hours.isIntervalAssumed,
            points: hours.points, means: hours.means
        )
    }

    /// What makes it likely that the values are of another unit.
    private static func unitProblem(_ hours: Resampler, _ key: SeriesKey) -> String? {
        let values =
            hours.points.filter { $0.flags.isEmpty }.map(\.intensity.value)
            + hours.means.map(\.intensity.value)
        guard let least = values.min(), let most = values.max() else { return nil }
        let mean = values.reduce(0, +) / Int64(values.count)
        if mean > 2_000_000 {
            return
                "the mean is \(mean / 1_000) g/kWh, more than any plant has; is it lb/MWh, or kg/TWh?"
        }
        // Less than water power has over its life; or never zero and never as much as a single plant of a grid adds.
        if key.basis == .lifecycle && mean < 2_000 || least > 0 && most < 1_500 {
            return "no value is above \(Double(most) / 1e3) g/kWh; is it kg/kWh or t/MWh?"
        }
        return nil
    }
}

/// Why a grid file was refused.
package enum GridFileError: Error, Equatable, CustomStringConvertible {
    case unusable(file: String, InputError)
    case wrongHeader(file: String, problem: String)
    case row(file: String, line: Int, problem: String)
    case interval(file: String, zone: String, seconds: Int)
    case unit(file: String, zone: String, problem: String)
    case noZone(file: String)
    case noRows(file: String)

    package var description: String {
        switch self {
        case .unusable(let file, let error): "\(file): \(error.message)"
        case .wrongHeader(let file, let problem): "\(file): \(problem)"
        case .row(let file, let line, let problem):
            "\(file):\(line): \(problem); the file was refused; correct the row or leave it out"
        case .interval(let file, let zone, let seconds):
            "\(file): the rows of zone \(zone) are \(seconds) seconds apart, which is neither an hour or "
                + "less, nor a day, a month or a year; the file was refused"
        case .unit(let file, let zone, let problem):
            "\(file): zone \(zone): \(problem); the file was refused; say its unit in a mapping file "
                + "(--source FILE)"
        case .noZone(let file):
            "\(file): names no zone of the grid; say which with --zone, such as --zone DE"
        case .noRows(let file): "\(file): holds no values; is the download complete?"
        }
    }

    /// What `body` throws, as an error of the file.
    static func of<Result>(
        _ file: InputFile, _ body: () throws -> Result
    ) throws(GridFileError) -> Result {
        let name = file.givenName
        do {
            return try body()
        } catch let error as InputError {
            switch error {
            case .header(let problem): throw .wrongHeader(file: name, problem: problem)
            case .dialect(let problem):
                throw .wrongHeader(
                    file: name,
                    problem: problem.hasPrefix("no dialect knows")
                        ? "no source knows its columns or its shape; is the download complete? If so, name a "
                            + "source with --source (flue grid sources), or give the path of a mapping file"
                        : problem.replacing("--dialect", with: "--source"))
            default: throw .unusable(file: name, error)
            }
        } catch let fault as RecordFault {
            throw .row(file: name, line: fault.line, problem: fault.reason.explanation)
        } catch let fault as RowFault {
            throw .row(file: name, line: fault.line, problem: fault.problem)
        } catch let error as GridFileError {
            throw error
        } catch {
            throw .unusable(file: name, .unreadable(reason: "\(error)"))
        }
    }
}

/// What is wrong with a row.
struct RowFault: Error {
    let line: Int
    let problem: String
}
