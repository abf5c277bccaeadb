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
        package var flags: GridFlags = GridFlags()
        /// When its source last changed it, ms since 1970 UTC; `nil` when the source does not say.
        package let revised: Int64?

        package init(
            hour: UTCHour, intensity: MilligramsCO2ePerKilowattHour, evidence: GridEvidence,
            flags: GridFlags = GridFlags(), revised: Int64? = nil
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
        /// Values of less than an hour that are suspect beside those next to them; their hours stand on the others.
        package internal(set) var doubtedValues = 0
        /// Times with two values that contradict each other; neither is taken.
        package internal(set) var contradictions = 0
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
        let (identity, reader) = try GridReader.read(file, sources: sources, zone: zone)
        let source = reader.source
        guard !reader.values.isEmpty else {
            throw .noRows(file: file.givenName, forecasts: reader.counts.forecasts)
        }
        self.identity = identity
        self.source = source.name
        boundary = source.boundary
        fuelFactors = source.factorSource
        includesLosses = source.includesLosses
        var counts = reader.counts
        var series: [SeriesKey: Series] = [:]
        let statement = reader.statement
        var values = reader.takeValues()
        for key in values.keys.sorted() {
            let hours = try Self.hours(
                values.removeValue(forKey: key) ?? [], key, source, statement, file)
            counts.doubtedValues += hours.doubtedValues
            counts.contradictions += hours.contradictions
            series[key] = Series(
                interval: hours.spacing.interval, isIntervalAssumed: hours.spacing.isAssumed,
                points: hours.points, means: hours.means)
        }
        for key in series.keys.sorted() {
            guard let problem = UnitDoubt.problem(key, series, source) else { continue }
            throw .unit(file: file.givenName, zone: key.zone, problem: problem)
        }
        self.counts = counts
        self.series = series
    }

    private static func hours(
        _ values: [GridValue], _ key: SeriesKey, _ source: GridSource,
        _ statement: Spacing.Statement, _ file: InputFile
    ) throws(GridFileError) -> Resampler {
        let name = file.givenName
        func row(_ order: Int, _ problem: String) -> GridFileError {
            .row(file: name, line: order, problem: problem)
        }
        do throws(Resampler.Fault) {
            return try Resampler(
                values, zone: source.time.zone, statement: statement,
                isJudged: key.signal == .average)
        } catch {
            switch error {
            case .conflict(let order, let start):
                let hour = UTCHour(epochSeconds: start / 1_000).text
                throw row(order, "\(key.zone) \(hour) stands there twice with two values")
            case .overlap(let order, let start):
                let hour = UTCHour(epochSeconds: start / 1_000).text
                throw row(
                    order, "\(key.zone) \(hour) begins before the day, month or year above it ends")
            case .spacing(.interval(let seconds)):
                throw .interval(file: name, zone: key.zone, seconds: Int(seconds))
            case .spacing(.disagreement(let order, let stated, let distance)):
                throw row(
                    order,
                    "values of \(key.zone) hold for \(stated) seconds, as \(source.name) or the file states, and "
                        + "stand \(distance) seconds apart")
            case .spacing(.change(let order, let from, let to)):
                throw row(
                    order,
                    "from here on the rows of \(key.zone) are \(to) seconds apart, not \(from): cut the file there"
                )
            case .spacing(.untold): throw .untold(file: name, zone: key.zone)
            }
        }
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
    case noRows(file: String, forecasts: Int)
    case untold(file: String, zone: String)
    case tooMany(file: String, limit: Int)

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
        case .noRows(let file, 0): "\(file): holds no values; is the download complete?"
        case .noRows(let file, _):
            "\(file): holds forecasts only, which are no values; download the history"
        case .untold(let file, let zone):
            "\(file): its only value of zone \(zone) may be of an hour, a day, a month or a year; the file was "
                + "refused; put hourly, daily, monthly or yearly into its name, as the download has it"
        case .tooMany(let file, let limit):
            "\(file): holds more than \(limit) values; cut it into years, or into zones or pools"
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
            case .empty:
                throw .wrongHeader(
                    file: name, problem: "is empty: it holds no records; is the download complete?")
            case .header(let problem): throw .wrongHeader(file: name, problem: problem)
            case .dialect("holds no records"):
                throw .wrongHeader(
                    file: name, problem: "holds no records; a JSON document may have 32 MiB at most"
                )
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
