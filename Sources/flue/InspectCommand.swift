import Accounting
import ArgumentParser
import Configuration
import Pipeline
import Reporting

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Which dialect a log is, what its first records map to, what would be rejected.",
        discussion:
            "Reads the first megabyte or so. Prints no text of the log but names of regions, "
            + "models and dimensions.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The log.")
    var path: String

    @Option(
        help: ArgumentHelp(
            "Try this dialect only: a built-in one or the path of a mapping file.",
            valueName: "name"))
    var dialect: String?

    func run() throws {
        var settings = try common.settings()
        settings.dialect = dialect ?? settings.dialect
        let pipeline = try settings.pipeline(jobs: 1)
        for file in try InputPaths.expand([path]) {
            let trials: [DialectDetector.Trial]
            do {
                trials = try DialectDetector.trials(of: pipeline.dialects, on: file, pipeline)
            } catch {
                throw UnreadableFile(name: file.shortName, error: error)
            }
            StandardOutput.write(InspectionText(file, trials).text)
        }
    }
}
