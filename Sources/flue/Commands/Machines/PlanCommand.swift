import ArgumentParser
import Flows
import Foundation
import Ledger
import Pipeline
import Reporting
import Setup

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Share logs among tasks of about one size, for map.",
        discussion: """
            Prints one task a line, the largest first, as a JSON object of the bytes that it reads and the names of its logs; \
            map --list takes such lines. Small logs are packed together.

            A log that is larger than a task is read in parts, if each of its lines can be counted by itself: a plain one \
            between any bytes, a zstd one between frames, of which it must have several (as pzstd and the seekable \
            format write them). It is read once for the digests of its parts. One that must be read whole is \
            named: it sets how long the whole takes.

            With --db, logs that the ledger knows as they are stand in no task but in the --manifest, and of those that \
            may have grown map keeps the digests by which load can tell.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var origin: OriginOptions

    @Argument(help: "Logs: files, folders, glob patterns.")
    var paths: [String]

    @Option(help: ArgumentHelp("Bytes of a task, as delivered.", valueName: "bytes"))
    var taskBytes = 256 << 20

    @Option(
        help: ArgumentHelp(
            "Write the SHA-256 and name of each log here that the ledger knows, for load.",
            valueName: "file"))
    var manifest: String?

    @Option(help: "A known name whose content was written anew; as for ingest.")
    var onRewrite: RewritePolicy = .refuse

    func validate() throws {
        guard taskBytes > 0 else {
            throw ValidationError("--task-bytes is a number of bytes, from 1.")
        }
    }

    func run() throws {
        var settings = try common.settings()
        try reading.log.apply(to: &settings)
        origin.apply(to: &settings)
        let (files, unreadable) = try common.files { try InputPaths.expand(paths, unreadable: $0) }
        let plan = try TaskPlan(
            files, taskBytes: Int64(taskBytes), settings: settings,
            pipeline: try settings.pipeline(jobs: reading.jobs), policy: onRewrite,
            ledger: common.db == nil ? nil : try common.ledger(settings, .read))
        for task in plan.tasks { StandardOutput.write(try task.line + "\n") }
        for (file, reason) in plan.whole {
            common.complain(
                "\(file.givenName): \(Numbers.grouped(file.size)) bytes are one task, as \(reason)")
        }
        if let manifest {
            let file = try DraftFile(manifest, .plain)
            let lines = plan.known.map { Manifest.line(InputKey($0.digest), $0.file) }
            try file.write(lines.joined())
            try file.finish()
        }
        if !plan.known.isEmpty {
            common.say(
                "Known to the ledger as they are: \(Numbers.counted(Int64(plan.known.count), "log"))"
            )
        }
        if unreadable > 0 { throw ExitStatus.partlyDone.code }
    }
}
