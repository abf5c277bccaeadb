import ArgumentParser
import Configuration
import Foundation
import Synthesis

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "A month of made-up logs and grid data, from files to report: start here.",
        discussion: """
            Does what you would type: flue synth, flue grid import, flue ingest, flue report. \
            Everything is written below one folder; delete it when you have seen enough.
            """)

    @OptionGroup var shape: SynthesisOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Folder to write to.", valueName: "dir"))
    var output = "flue-demo"

    func run() throws {
        let database = "\(output)/flue.sqlite"
        say("flue synth --output \(output)")
        let data = try SyntheticData(shape.plan(), folder: output)
        let settings = "\(output)/flue.yaml"
        try deliver(BuiltinFiles.text("flue.yaml") ?? "", to: settings)
        let common = ["--config", settings, "--db", database]
        try step(
            ["grid", "import", data.series, "--release", "made up, seed \(shape.seed)"] + common)
        // A second demo with another shape takes the place of the first.
        try step(["ingest", "\(output)/logs", "--on-rewrite", "replace"] + common)
        try step(["report"] + common)
        say("The ledger is \(database): open it with any SQLite client, or ask it")
        say("  flue report --by tenant --db \(database)")
        say("  sqlite3 \(database) 'SELECT * FROM monthly_emissions'")
    }

    /// Runs one command just as the command line would.
    private func step(_ arguments: [String]) throws {
        let shown = arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " ")
        say("\nflue \(shown)")
        var command = try Flue.parseAsRoot(arguments)
        try command.run()
    }

    private func say(_ text: String) { StandardError.write(lines: text) }
}
