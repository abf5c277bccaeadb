import Accounting
import ArgumentParser
import Configuration
import Flows
import Ledger
import Pipeline
import Setup

struct IngestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Take request logs into the ledger: the nightly job.",
        discussion: """
            PATHS are files, folders (with all below), glob patterns, or - for standard input. \
            zstd, gzip and plain files are told apart by their first bytes.

            A file counts once, however often it is delivered, under whatever name and compression. \
            A file that grew takes the place of its earlier delivery. A file that ends inside a frame \
            leaves nothing behind and is tried again by the next run, unless --on-truncated count.

            Rotated logs need no option: give their folder, so that the run sees under which name the \
            known bytes stand now. A file of which nothing is counted is named, and the run ends with 2.

            The dialect of each file is told by its first records (--dialect auto); inspect shows how.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var origin: OriginOptions

    @Argument(help: "Logs to read.")
    var paths: [String]

    @Flag(help: "Read, parse and fold, but leave the ledger alone.")
    var dryRun = false

    @Option(
        help: """
            A known name whose content was written anew: refuse it, replace what it was, or add it; says how many \
            requests go or come before they do.
            """)
    var onRewrite: RewritePolicy = .refuse

    @Option(
        help: "A file that ends inside a frame: defer it to the next run, or count its whole lines."
    )
    var onTruncated: TruncatedFilePolicy = .defer

    @Flag(
        help: """
            Read every known file again to be sure that its bytes are the known ones; else one whose size, inode and time \
            of change are as they were is taken as known.
            """)
    var reread = false

    @Option(help: "Progress line on a terminal.")
    var progress: Progress.Mode = .auto

    func run() throws {
        var settings = try common.settings()
        try reading.log.apply(to: &settings)
        origin.apply(to: &settings)
        let (files, unreadable) = try common.files { try InputPaths.expand(paths, unreadable: $0) }
        var pipeline = try settings.pipeline(jobs: reading.jobs)
        pipeline.takesTruncated = onTruncated == .count
        let ledger = dryRun ? nil : try common.ledger(settings, .write)
        let unchanged =
            try reread
            ? [:]
            : ledger.map {
                try Ingestion.unchanged(
                    files, in: $0, settings: settings, pipeline: pipeline, policy: onRewrite)
            } ?? [:]
        let order = DeliveryOrder(files, known: Set(unchanged.keys))
        let summary = try Ingestion(
            order, settings: settings, pipeline: pipeline, policy: onRewrite, unchanged: unchanged,
            version: Flue.version,
            observer: common.observer("ingest", order.files, showsProgress: progress == .auto)
        ).run(into: ledger)
        if !common.quiet { StandardOutput.write(summary.text) }
        if let ledger { try common.tellPending(ledger) }
        switch summary.fault {
        case .partlyDone: throw ExitStatus.partlyDone.code
        case .badData: throw ExitStatus.badData.code
        case nil: break
        }
        if unreadable > 0 { throw ExitStatus.partlyDone.code }
    }
}

/// What to do with a file that ends inside a frame or member.
enum TruncatedFilePolicy: String, CaseIterable, ExpressibleByArgument { case `defer`, count }

extension RewritePolicy: ExpressibleByArgument {}
extension Progress.Mode: ExpressibleByArgument {}
