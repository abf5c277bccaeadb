import Accounting
import ArgumentParser
import Flows
import Foundation
import Pipeline
import Synthesis

/// Shape of made-up data.
struct SynthesisOptions: ParsableArguments {
    @Option(help: "First day, YYYY-MM-DD.")
    var start = "2026-10-01"

    @Option(help: "Days.")
    var days = 31

    @Option(help: "Requests on a day of middling traffic.")
    var requestsPerDay = 20_000

    @Option(help: "Log files a day: 1 or 24.")
    var filesPerDay = 1

    @Option(help: "Teams.")
    var teams = 200

    @Option(help: "Seed: the same seed gives the same bytes.")
    var seed: UInt64 = 1

    @Option(help: "plain, gzip or zstd.")
    var compression: Compression = .zstd

    @Flag(help: "Every hour alike, without the rhythm of day and week.")
    var flat = false

    @Option(help: "One line in so many is malformed; 0 for none.")
    var malformedEvery = 20_000

    func validate() throws {
        guard filesPerDay == 1 || filesPerDay == 24 else {
            throw ValidationError("--files-per-day is 1 or 24.")
        }
        guard (1...3_660).contains(days), (24...1_000_000_000).contains(requestsPerDay),
            (1...1_000_000).contains(teams), malformedEvery >= 0
        else {
            throw ValidationError(
                "--days is from 1 to 3660, --requests-per-day from 24 to 1000000000, "
                    + "--teams from 1 to 1000000, --malformed-every not negative.")
        }
        _ = try firstHour()
    }

    private func firstHour() throws -> UTCHour {
        let parts = start.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, start.count == 10, (2000...2099).contains(parts[0]),
            (1...12).contains(parts[1]),
            (1...daysIn(month: parts[1], of: parts[0])).contains(parts[2])
        else { throw ValidationError("--start is a day, such as 2026-10-01.") }
        return UTCHour(year: parts[0], month: parts[1], day: parts[2], hour: 0)
    }

    func plan() throws -> SynthesisPlan {
        var plan = SynthesisPlan()
        plan.start = try firstHour()
        plan.days = days
        plan.requestsPerDay = requestsPerDay
        plan.filesPerDay = filesPerDay
        plan.teams = teams
        plan.seed = seed
        plan.compression = compression
        plan.hasRhythm = !flat
        plan.malformedEvery = malformedEvery
        return plan
    }
}

extension Compression: ExpressibleByArgument {}

struct SynthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: "Make up gateway logs and a grid series, from a seed.",
        discussion: """
            Writes DIR/logs/gateway-*.jsonl.zst and DIR/grid/synthetic-hourly.csv. The grid values are \
            made up as well: they show how flue works, not what any grid emits.
            """)

    @OptionGroup var shape: SynthesisOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Folder to write to.", valueName: "dir"))
    var output: String

    func run() throws {
        let data = try SyntheticData(shape.plan(), folder: output)
        StandardError.write("\(data.logs.count) logs in \(output)/logs, series in \(data.series)")
    }
}

/// Made-up data on disk.
struct SyntheticData {
    let logs: [String]
    let series: String

    /// Writes logs and series below `folder`, which is made when missing.
    init(_ plan: SynthesisPlan, folder: String) throws {
        let root = URL(fileURLWithPath: folder)
        let logFolder = root.appendingPathComponent("logs")
        let gridFolder = root.appendingPathComponent("grid")
        do {
            for url in [logFolder, gridFolder] {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            }
        } catch {
            throw OutputFailure(path: folder, reason: error.localizedDescription)
        }
        var writer = GatewayLogWriter(plan)
        logs = try writer.write(to: logFolder)
        series = gridFolder.appendingPathComponent("synthetic-hourly.csv").path
        try deliver(GridSeriesWriter(plan).text, to: series)
    }
}
