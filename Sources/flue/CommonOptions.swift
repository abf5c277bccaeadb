import ArgumentParser
import Configuration
import Flows
import Foundation
import Ledger
import Logging
import Pipeline
import Reporting
import Setup

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

    @Option(
        help: ArgumentHelp(
            """
            Largest window that a zstd file may ask for, as a power of two (default: 27, 128 MiB; 25 of grid series and meter readings); each file that is open \
            may need so much memory.
            """, valueName: "log"))
    var maxWindowLog: Int?

    func validate() throws {
        guard let maxWindowLog else { return }
        guard ZstdWindow.range.contains(maxWindowLog) else {
            throw ValidationError("--max-window-log is a power of two, from 10 to 31.")
        }
        ZstdWindow.limit = maxWindowLog
    }

    /// The configuration file that is in force.
    func settings() throws(ConfigError) -> Settings {
        if let config { return try Settings(path: config) }
        let usual = "flue.yaml"
        return FileManager.default.fileExists(atPath: usual)
            ? try Settings(path: usual) : try Settings.builtin()
    }

    func ledger(_ settings: Settings, _ access: Ledger.Access) throws(LedgerError) -> Ledger {
        try Ledger(path: db ?? settings.database, access: access, waiting: complain)
    }

    func logger(_ label: String) -> Logger {
        var handler = StreamLogHandler(label: "flue.\(label)", stream: LogStream())
        handler.logLevel = Logger.Level(rawValue: logLevel.rawValue) ?? .warning
        let prepared = handler
        return Logger(label: "flue.\(label)") { _ in prepared }
    }

    /// Records of the log, one a line.
    private struct LogStream: TextOutputStream, Sendable {
        func write(_ record: String) {
            StandardError.write(String(record.hasSuffix("\n") ? record.dropLast() : record[...]))
        }
    }

    /// Series and readings are small: a file of them that asks for a large window is a bomb, unless the option says
    /// otherwise.
    func expectSmallFiles() { if maxWindowLog == nil { ZstdWindow.limit = 25 } }

    /// Prints what went wrong with one file. Shown even when quiet: silence would hide it.
    func complain(_ line: String) { StandardError.write("flue: \(line)") }

    /// Tells on the terminal how far a run over files is, and what went wrong.
    func observer(_ label: String, _ files: [InputFile], showsProgress: Bool) -> RunObserver {
        let progress = Progress(files, isEnabled: showsProgress && !quiet)
        return RunObserver(
            logger: logger(label), advance: { progress.update($0, $1) },
            finish: { progress.clear() },
            complain: { [self] line in
                progress.clear()
                complain(line)
            })
    }

    /// Lists files, and says which folders cannot be listed.
    ///
    /// - Parameter expand: Told whom to tell of such folders.
    func files(
        _ expand: ((String) -> Void) throws -> [InputFile]
    ) rethrows -> (files: [InputFile], unreadable: Int) {
        var unreadable = 0
        let files = try expand { folder in
            complain("\(folder): the folder cannot be listed; may you read it?")
            unreadable += 1
        }
        return (files, unreadable)
    }

    /// Says which closed months a run has left other than they were stated.
    func tellPending(_ ledger: Ledger) throws {
        for (statement, now) in try ledger.pending() {
            say("flue: \(StatementText.pending(statement, now))")
        }
    }

    /// Prints a remark that is not a result.
    func say(_ line: String) { if !quiet { StandardError.write(line) } }
}

/// What every command that reads logs understands.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Built-in dialect, path of a mapping file, or auto (default: as configured, else auto).",
            valueName: "name"))
    var dialect: String?

    @Option(
        help: ArgumentHelp(
            "Zone of times that name none: UTC, +02:00 or Europe/Berlin (default: as the dialect says).",
            valueName: "zone"))
    var zone: String?

    @Option(
        help: ArgumentHelp(
            "When the log began whose times count from its start, or that holds none: 2026-10-01T00:00:00Z.",
            valueName: "instant"))
    var start: String?

    func validate() throws {
        if let zone, TimeZoneRule(zone) == nil {
            throw ValidationError(
                "--zone \(zone) is no zone: UTC, +02:00 or a name such as Europe/Berlin is expected."
            )
        }
        if let start, instant(start) == nil {
            throw ValidationError(
                "--start \(start) is no instant: 2026-10-01T00:00:00Z is expected, or with +02:00.")
        }
    }

    func apply(to settings: inout Settings) throws {
        settings.dialect = dialect ?? settings.dialect
        settings.declared.zone = zone.flatMap(TimeZoneRule.init)
        settings.declared.start = start.flatMap(instant)
    }

    private func instant(_ text: String) -> Int64? {
        // Without a zone of its own it has that of the log.
        var reader = TimeReader(.rfc3339, zone: zone.flatMap(TimeZoneRule.init) ?? .utc)
        return try? reader.milliseconds(text)
    }
}

/// What every command that reads whole logs understands.
struct ReadingOptions: ParsableArguments {
    @OptionGroup var log: LogOptions

    @Option(help: "Threads (default: one for each core).")
    var jobs: Int?

    func validate() throws {
        if let jobs, !(1...1_024).contains(jobs) {
            throw ValidationError("--jobs is a number of threads, from 1 to 1024.")
        }
    }
}

/// What is said of logs that they do not say themselves.
struct OriginOptions: ParsableArguments {
    @Option(help: "Region of records that name none, such as eastus.")
    var region: String?

    @Option(help: "Model of records that name none, such as gpt-4o.")
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Whose traffic the files are about: a usage report is never added to other files of its scope and hours.",
            valueName: "name"))
    var scope = ""

    func apply(to settings: inout Settings) {
        settings.defaultRegion = region ?? settings.defaultRegion
        settings.defaultModel = model ?? settings.defaultModel
        settings.scope = scope
    }
}

enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case trace, debug, info, notice, warning, error, critical
}

/// For people or for programs.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument { case table, json }
