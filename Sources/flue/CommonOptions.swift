import ArgumentParser
import Configuration
import Foundation
import Ledger
import Logging

/// What every command that touches the ledger understands.
struct CommonOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Configuration file (default: flue.yaml here, if there is one).", valueName: "file"))
    var config: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The ledger (default: as configured, else flue.sqlite).", valueName: "file"))
    var db: String?

    @Option(
        name: .long,
        help: "Least severe message that is logged to standard error.")
    var logLevel: LogLevel = .warning

    @Flag(name: .shortAndLong, help: "Print results only.")
    var quiet = false

    /// The configuration file that is in force.
    func settings() throws(ConfigError) -> Settings {
        if let config { return try Settings(path: config) }
        let usual = "flue.yaml"
        return FileManager.default.fileExists(atPath: usual)
            ? try Settings(path: usual) : try Settings.builtin()
    }

    func ledger(_ settings: Settings, _ access: Ledger.Access) throws(LedgerError) -> Ledger {
        try Ledger(path: db ?? settings.database, access: access)
    }

    func logger(_ label: String) -> Logger {
        var handler = StreamLogHandler.standardError(label: "flue.\(label)")
        handler.logLevel = Logger.Level(rawValue: logLevel.rawValue) ?? .warning
        let prepared = handler
        return Logger(label: "flue.\(label)") { _ in prepared }
    }

    /// Prints a remark that is not a result.
    func say(_ line: String) { if !quiet { StandardError.write(line) } }
}

/// What every command that reads whole logs understands.
struct ReadingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Built-in dialect, path of a mapping file, or auto (default: as configured, else auto).",
            valueName: "name"))
    var dialect: String?

    @Option(help: "Threads (default: one for each core).")
    var jobs: Int?

    func validate() throws {
        if let jobs, !(1...1_024).contains(jobs) {
            throw ValidationError("--jobs is a number of threads, from 1 to 1024.")
        }
    }
}

enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case trace, debug, info, notice, warning, error, critical
}

/// For people or for programs.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument { case table, json }
