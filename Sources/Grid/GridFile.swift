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
    }

    package let identity: FileIdentity
    package let source: String
    /// By series, in order of hour; each hour once.
    package let series: [SeriesKey: [Point]]
    /// Cells without a value. Their hours stay missing.
    package let emptyValues: Int

    /// Reads a file with the one of `sources` that fits it.
    ///
    /// - Parameter zone: The grid zone of a file that names none, or that is known by another name.
    /// - Throws: ``GridFileError``; nothing of a file that holds one bad row is kept.
    package init(
        _ file: InputFile, sources: [GridSource], zone: String? = nil
    ) throws(GridFileError) {
        var problem = "no source is configured"
        for source in sources {
            do {
                self = try GridReader(source, zone: zone).read(file)
                return
            } catch {
                guard case .wrongHeader(_, let reason) = error else { throw error }
                problem = reason
            }
        }
        guard sources.count > 1 else {
            throw .wrongHeader(file: file.shortName, problem: problem)
        }
        let names = sources.map(\.name).joined(separator: ", ")
        throw .wrongHeader(
            file: file.shortName,
            problem: "no source fits its header (tried: \(names)); name one with --source, "
                + "or give the path of a mapping file")
    }

    init(
        identity: FileIdentity, source: String, series: [SeriesKey: [Point]], emptyValues: Int
    ) {
        self.identity = identity
        self.source = source
        self.series = series
        self.emptyValues = emptyValues
    }
}

/// Why a grid file was refused.
package enum GridFileError: Error, Equatable, CustomStringConvertible {
    case unusable(file: String, InputError)
    case wrongHeader(file: String, problem: String)
    case row(file: String, line: Int, problem: String)
    case interval(file: String, zone: String, seconds: Int)
    case noRows(file: String)

    package var description: String {
        switch self {
        case .unusable(let file, let error): "\(file): \(error.message)"
        case .wrongHeader(let file, let problem): "\(file): \(problem)"
        case .row(let file, let line, let problem):
            "\(file):\(line): \(problem); the file was refused; correct the row or leave it out"
        case .interval(let file, let zone, let seconds):
            "\(file): the rows of zone \(zone) are \(seconds) seconds apart; "
                + "an hourly file is needed, and the file was refused"
        case .noRows(let file): "\(file): holds no rows; is the download complete?"
        }
    }
}
