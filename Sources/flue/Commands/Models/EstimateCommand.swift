import Accounting
import ArgumentParser
import Configuration
import Reporting

struct EstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract: "Published estimates, computed again from their stated inputs.",
        discussion: """
            Prints inputs, results, what was published, and the difference; says where a publication \
            disagrees with its own inputs by more than 1 % and more than it rounds. Without arguments: all built-in scenarios. \
            No log is needed.
            """)

    @Argument(
        help: ArgumentHelp(
            "Built-in scenarios, or paths of scenario files.", valueName: "scenario"))
    var scenarios: [String] = []

    @Option(help: "How to print.")
    var format: OutputFormat = .table

    func run() throws {
        let names = scenarios.isEmpty ? BuiltinFiles.names(in: "scenarios") : scenarios
        let scenarios = try names.map {
            try Scenario(ConfigNode.named($0, in: "scenarios").node)
        }
        StandardOutput.write(
            format == .json
                ? try JSONOutput.text(scenarios.map(ScenarioJSON.init))
                : scenarios.map { ScenarioText($0).text }.joined(separator: "\n"))
    }
}
