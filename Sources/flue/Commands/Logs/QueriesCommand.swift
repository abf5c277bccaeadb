import Accounting
import ArgumentParser
import Configuration
import Flows
import Foundation
import Ledger
import Pipeline
import Reporting
import Setup

struct QueriesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queries",
        abstract: "One row for each request of logs, with its energy and emissions.",
        discussion: """
            PATHS are as for flue ingest; rows come in their order and that of their lines. The ledger is read for grid \
            values (flue grid import) and, where batch sizes or pools rest on them, for the activity of the hours; it \
            is not changed. Rows of the files that flue ingest counts add up to its totals: a row is rounded to 10^-12 \
            Wh and g, a cell of the ledger to 10^-6, so they differ by less than 2 µWh and 2 µg for each cell.

            Energy is the facility's, in Wh; emissions are operational and location-based, in gCO2e. Lines that ingest \
            would reject have no row and are counted. Of a log that has grown give one stage: rows of copies are refused. \
            Unless every log is read to its end, the output file is not made. In CSV a text that spreadsheets would run \
            (= + - @, tab or line end first) begins with an apostrophe, and hidden characters are written as \\u{1b}; NDJSON \
            escapes them and loses nothing.

            Columns: \(RequestRows.columns.joined(separator: ", ")).
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Logs to read.")
    var paths: [String]

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            """
            File to write: .csv, .ndjson or .jsonl, and .zst or .gz behind it to compress; - for standard output.
            """, valueName: "file"))
    var output: String

    @Option(help: "Format of the rows (default: by the name of the file, else csv).")
    var format: RequestRows.Format?

    @Option(
        help: """
            Ids of requests: hashed (the first 128 bits of the SHA-256 of key and id), or plain as they are logged.
            """)
    var ids: IDStyle = .hashed

    @Option(
        help: ArgumentHelp(
            """
            Key of hashed ids, at least 16 bytes: the same key gives the same hashes (default: a new key each run, so that \
            ids of two runs cannot be compared).
            """, valueName: "file"))
    var idKey: String?

    @Option(
        help: ArgumentHelp(
            "Leave out what a load has written here of the log, which is one.", valueName: "file"))
    var excluding: String?

    @Option(help: "Region of records that name none, such as eastus.")
    var region: String?

    @Option(help: "Model of records that name none, such as gpt-4o.")
    var model: String?

    @Option(help: "Progress line on a terminal.")
    var progress: Progress.Mode = .auto

    enum IDStyle: String, CaseIterable, ExpressibleByArgument { case hashed, plain }

    func validate() throws {
        _ = try RowsName(output, format: format)
        guard idKey == nil || ids == .hashed else {
            throw ValidationError("--id-key is for hashed ids.")
        }
    }

    func run() throws {
        var settings = try common.settings()
        try reading.log.apply(to: &settings)
        settings.defaultRegion = region ?? settings.defaultRegion
        settings.defaultModel = model ?? settings.defaultModel
        var unreadable: [String] = []
        let expanded = try InputPaths.expand(paths) { unreadable.append($0) }
        guard unreadable.isEmpty else {
            throw UnlistedRequests(
                "\(unreadable[0]): the folder cannot be listed; may you read it?")
        }
        let target = URL(fileURLWithPath: output).resolvingSymlinksInPath().path
        if output != "-",
            let input = expanded.first(where: {
                URL(fileURLWithPath: $0.name).resolvingSymlinksInPath().path == target
            })
        {
            throw ValidationError("--output is \(input.givenName), which is to be read.")
        }
        let files = try withoutCopies(expanded)
        var pipeline = try settings.pipeline(jobs: reading.jobs)
        if let excluding { pipeline.fold.excluded = try excluded(files, by: excluding) }
        let ledger = try common.ledger(settings, .read)
        let factors = RequestFactors(ledger, method: settings.method)
        let style = try identifiers()
        let name = try RowsName(output, format: format)
        let file = try DraftFile(output)
        try file.write(RequestRows.header(name.format).span)
        let listing = RequestListing(
            files, pipeline: pipeline, file: file,
            observer: common.observer(
                "queries", files, showsProgress: progress == .auto))
        let result: RequestListing.Result
        do {
            result = try listing.run { [regions = settings.method.regions] totals in
                RequestRows(
                    name.format, ids: style, factors: factors, regions: regions, totals: totals)
            }
        } catch let failure as CompressedFileWriter.Failure where failure.isClosedPipe {
            return  // a reader that closed the pipe has seen enough
        }
        common.say(result.text)
        if ids == .hashed, idKey == nil {
            common.say("Ids are hashed with a key of this run alone; --id-key keeps one.")
        }
        if factors.assumedHours > 0 {
            common.say(
                "The ledger does not hold some regions or models of \(factors.assumedHours) hours: theirs are charged at "
                    + "the published batch and without a pool; flue ingest counts them.")
        }
        if result.isLossy
            || result.unmatchedShare * 100 > Double(settings.limits.unmatchedPercent)
        {
            throw ExitStatus.partlyDone.code
        }
    }

    /// The files without those whose bytes another one holds: they count once.
    private func withoutCopies(_ files: [InputFile]) throws -> [InputFile] {
        let sizes = Dictionary(grouping: files, by: \.size)
        var names: [[UInt8]: String] = [:]
        return try files.filter { file in
            guard !file.isStandardInput, sizes[file.size, default: []].count > 1 else {
                return true
            }
            do {
                let digest = try FileReader.identity(of: file).sha256
                if let other = names[digest] {
                    common.complain("\(file.givenName): the same bytes as \(other); left out")
                    return false
                }
                names[digest] = file.givenName
                return true
            } catch let error as InputError {
                throw UnlistedRequests("\(file.givenName): \(error.message)")
            }
        }
    }

    /// Where the requests begin that a log must leave out.
    private func excluded(_ files: [InputFile], by path: String) throws -> Set<Int64> {
        guard files.count == 1, let file = files.first, !file.isStandardInput else {
            throw ValidationError("--excluding is about one log: name that alone.")
        }
        let exclusions = try Exclusions(reading: path)
        do {
            let key = InputKey(try FileReader.identity(of: file).sha256)
            return exclusions.offsets[key] ?? []
        } catch {
            throw UnlistedRequests("\(file.givenName): \(error.message)")
        }
    }

    private func identifiers() throws -> RequestRows.IDs {
        guard ids == .hashed else { return .plain }
        guard let idKey else {
            return .hashed(key: (0..<32).map { _ in UInt8.random(in: 0...255) })
        }
        guard let bytes = FileManager.default.contents(atPath: idKey) else {
            throw ConfigError(file: idKey, line: nil, message: "the key cannot be read")
        }
        guard bytes.count >= 16 else {
            throw ConfigError(
                file: idKey, line: nil,
                message: "a key has at least 16 bytes; make one with: openssl rand 32")
        }
        return .hashed(key: Array(bytes))
    }
}

extension RequestRows.Format: ExpressibleByArgument {}

/// What the name of a file of rows asks for.
struct RowsName: Sendable {
    let path: String
    let format: RequestRows.Format

    init(_ path: String, format: RequestRows.Format?) throws(ValidationError) {
        self.path = path
        var parts = (path as NSString).lastPathComponent.split(separator: ".").map {
            $0.lowercased()
        }
        if DraftFile.compression(of: path) != .plain { parts.removeLast() }
        let known: [String: RequestRows.Format] = [
            "csv": .csv, "ndjson": .ndjson, "jsonl": .ndjson,
        ]
        guard let format = format ?? (path == "-" ? .csv : parts.last.flatMap { known[$0] })
        else {
            throw ValidationError(
                "--output ends in .csv, .ndjson or .jsonl, and .zst or .gz behind it; or give --format."
            )
        }
        self.format = format
    }
}
