import Accounting
import ArgumentParser
import Configuration
import Pipeline
import Reporting
import Setup

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

    @OptionGroup var reading: LogOptions

    func run() throws {
        var settings = try common.settings()
        try reading.apply(to: &settings)
        var pipeline = try settings.pipeline(jobs: 1)
        pipeline.takesTruncated = true
        for file in try InputPaths.expand([path]) {
            let inspection = DialectDetector.inspect(file, pipeline)
            StandardOutput.write(InspectionText(file, inspection).text)
            // What the dialect cannot be is a result; what the file cannot be is none.
            if case .failed(let error) = inspection.outcome {
                throw UnreadableFile(name: file.givenName, error: error)
            }
        }
    }
}
