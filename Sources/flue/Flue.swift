import ArgumentParser
import Foundation

/// The program: arguments in, exit code out.
@main
struct Flue: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "flue",
        abstract: "Energy and emissions of LLM inference, from request logs and hourly grid data.",
        discussion: """
            flue reads compressed request logs, joins them by hour and region with grid carbon \
            intensity, and keeps integer books in a SQLite database that BI tools open.

            First time:   flue demo
            Every night:  flue grid import SERIES.csv && flue ingest LOGS/
            Month's end:  flue report 2026-10 && flue close 2026-10

            Exit codes: 0 done; 2 done, but files were refused, requests are unmatched, or the ledger rests on \
            other settings; 64 usage; \
            65 bad data or a failed verify; 66 no input; 70 invariant broken, nothing committed; \
            73, 74 cannot create, I/O error; 75 busy, try later; 78 configuration.
            """,
        version: "flue \(version) (\(libraries))",
        subcommands: [
            DemoCommand.self, IngestCommand.self, GridCommand.self, MeterCommand.self,
            PlanCommand.self, MapCommand.self, MergeCommand.self, LoadCommand.self,
            ReportCommand.self, CloseCommand.self, RestateCommand.self, ExplainCommand.self,
            ForgetCommand.self, PruneCommand.self, ReconcileCommand.self,
            QueriesCommand.self,
            EstimateCommand.self, ModelsCommand.self, DialectsCommand.self, InspectCommand.self,
            VerifyCommand.self,
            PublishCommand.self, ExportCommand.self, SchemaCommand.self, BenchCommand.self,
            SynthCommand.self,
        ])

    static func main() {
        // A reader that closed the pipe has seen enough: that is success, not a signal.
        signal(SIGPIPE, SIG_IGN)
        endAtFaults()
        // Swift reads the arguments there: without it a night would print the help and be done.
        guard unsafe access("/proc/self/cmdline", R_OK) == 0 else {
            StandardError.write(
                "flue: /proc cannot be read, where the system keeps the arguments and the threads of a program; mount it"
            )
            exit(withError: ExitStatus.io.code)
        }
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            guard let status = ExitStatus(error) else { end(with: error) }
            StandardError.write("flue: \(error)")
            exit(withError: status.code)
        }
    }

    /// A fault of the program or below it ends as an error. Swift and libdispatch raise these signals; libdispatch also when
    /// it cannot read `/proc`, by which it counts the threads that run.
    private static func endAtFaults() {
        for number in [SIGILL, SIGTRAP] {
            signal(number) { _ in
                let text: StaticString = """
                    flue: ended by a fault of the program, or of the system below it (is /proc readable, are descriptors \
                    left?); what was not committed yet was not kept; run again, and report it if it happens again

                    """
                // Safe: the text lives as long as the program; nothing else is called that a handler may not call.
                _ = unsafe write(2, text.utf8Start, text.utf8CodeUnitCount)
                _exit(70)
            }
        }
    }

    /// Ends as the argument parser says: with help, or with what is wrong with the arguments.
    private static func end(with error: any Error) -> Never {
        let code = exitCode(for: error)
        guard code != .success else { exit(withError: error) }
        let message = fullMessage(for: error)
        if !message.isEmpty { StandardError.write(lines: message) }
        exit(withError: code)
    }
}
