import ArgumentParser
import Flows
import Foundation
import Pipeline
import Reporting
import Setup
import Synchronization

struct MapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Count request logs into partials, for a ledger elsewhere.",
        discussion: """
            Reads logs as ingest does, and writes what it counts of each to a file of its own, \
            DIR/<SHA-256 of the log>.flue-partial, which merge joins with others and load takes into a ledger. \
            So many machines can share the logs of a night: each maps some, one loads all.

            The bytes of a partial depend on the log and the configuration alone: two attempts are identical, and \
            one may be stopped at any time and begun again. --output - writes all partials to standard output, as \
            one file.

            Requests of which two inputs hold one are found by load, which writes what must be left out: map the \
            inputs that it names once more: map --excluding FILE, and load again.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var origin: OriginOptions

    @Argument(help: "Logs to read; as for ingest.")
    var paths: [String] = []

    @Option(
        help: ArgumentHelp(
            "Read the names of the logs, or tasks of a plan, from this file, one a line; - for standard input.",
            valueName: "file"))
    var list: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The folder that partials go to; - for standard output.", valueName: "dir"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Write the SHA-256 and name of each log that was mapped here, as sha256sum does, for load.",
            valueName: "file"))
    var manifest: String?

    @Option(
        help: ArgumentHelp(
            "Leave out what a load has written here; without paths, map the inputs that it names.",
            valueName: "file"))
    var excluding: String?

    @Option(help: "Progress line on a terminal.")
    var progress: Progress.Mode = .auto

    func validate() throws {
        guard paths.isEmpty || list == nil, !paths.isEmpty || list != nil || excluding != nil else {
            throw ValidationError(
                "Name the logs, or a --list of them, or give --excluding what a load has written.")
        }
    }

    func run() throws {
        var settings = try common.settings()
        try reading.log.apply(to: &settings)
        origin.apply(to: &settings)
        let exclusions = try excluding.map { try Exclusions(reading: $0) } ?? Exclusions([:])
        guard excluding == nil || settings.duplicateWindowHours > 0 else {
            throw ValidationError(
                "--excluding leaves out requests by their ids, which this configuration does not compare."
            )
        }
        let names = try list.map(InputList.names) ?? (paths.isEmpty ? exclusions.inputs : paths)
        let (files, unreadable) = try common.files {
            try InputPaths.expandPlanned(names, unreadable: $0)
        }
        let isStream = output == "-"
        if !isStream { try makeFolder(output) }
        let run = MapRun(
            files, settings: settings, pipeline: try settings.pipeline(jobs: reading.jobs),
            exclusions: exclusions,
            observer: common.observer("map", files, showsProgress: progress == .auto && !isStream))
        let held = Mutex<[PartialFile.Packed]>([])
        let mapped = Mutex<[String]>([])
        let summary = try run.run { [output] packed, file in
            mapped.withLock { $0.append(Manifest.line(packed.key, file)) }
            guard !isStream else {
                held.withLock { $0.append(packed) }
                return
            }
            let file = try DraftFile(
                "\(output)/\(packed.key)\(PartialFile.suffix)", .plain)
            try PartialFile.write([packed]) { try file.write($0.span) }
            try file.finish()
        }
        if let manifest {
            let file = try DraftFile(manifest, .plain)
            let unmapped = summary.failures.map(\.line)
            try file.write((mapped.withLock { $0 } + unmapped).joined())
            try file.finish()
        }
        if isStream {
            let file = try DraftFile("-", .plain)
            try PartialFile.write(held.withLock { $0 }) { try file.write($0.span) }
            try file.finish()
        } else if !common.quiet {
            StandardOutput.write(summary.text(output))
        }
        if summary.failed > 0 {
            throw (summary.mapped > 0 ? ExitStatus.partlyDone : .badData).code
        }
        if summary.lossy + unreadable > 0 { throw ExitStatus.partlyDone.code }
    }
}

extension MapRun.Summary {
    fileprivate func text(_ folder: String) -> String {
        func counted(_ value: Int, _ thing: String) -> String {
            Numbers.counted(Int64(value), thing)
        }
        var text =
            "Mapped \(counted(mapped, "file")), \(Numbers.counted(requests, "request")), to \(folder): "
            + "\(Numbers.grouped(Int64(storedBytes))) bytes"
        if requests > 0 {
            let perMillion = Double(storedBytes) / Double(requests)
            text += " (\(Numbers.decimal(perMillion, 1)) MB per million requests)"
        }
        text += "\n"
        if rejected > 0 { text += "Rejected: \(counted(rejected, "line"))\n" }
        if leftOut > 0 {
            text +=
                "Left out: \(counted(leftOut, "request")), counted elsewhere in the file or in another\n"
        }
        if failed > 0 { text += "Without a partial: \(counted(failed, "file")), as said above\n" }
        return text
    }
}
