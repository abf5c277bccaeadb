import ArgumentParser
import Pipeline
import Reporting
import Setup

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "How fast this machine takes in your logs, stage by stage.",
        discussion: """
            Runs the same files several times, each time up to one stage further, in turn, and prints \
            the median of each. "inflate" is the floor: the same library, buffers and threads, and \
            nothing done with the bytes. "commit" is a whole ingest into a new ledger in the system's \
            folder for temporary files. Your own ledger is not touched.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var reading: ReadingOptions

    @Argument(help: "Logs to read.")
    var paths: [String]

    @Option(help: ArgumentHelp("Hourly grid series to join with.", valueName: "file"))
    var grid: [String] = []

    @Option(help: "How often each stage is run, after one run that is not counted.")
    var runs = 5

    @Option(help: "How to write the result.")
    var format: OutputFormat = .table

    func validate() throws {
        guard !paths.contains("-") else {
            throw ValidationError("Standard input can be read only once; name files.")
        }
        guard (1...1_000).contains(runs) else {
            throw ValidationError("--runs is how often, from 1 to 1000.")
        }
    }

    func run() throws {
        var settings = try common.settings()
        try reading.log.apply(to: &settings)
        let benchmark = StageBenchmark(
            settings: settings, pipeline: try settings.pipeline(jobs: reading.jobs), common: common,
            logs: try InputPaths.expand(paths),
            grid: grid.isEmpty ? [] : try InputPaths.expand(grid))
        let result = try benchmark.run(runs)
        switch format {
        case .table: StandardOutput.write(result.text)
        case .json: StandardOutput.write(try JSONOutput.text(result))
        }
    }
}
