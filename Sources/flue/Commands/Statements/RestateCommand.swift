import Accounting
import ArgumentParser
import Flows
import Ledger
import Reporting
import Setup

struct RestateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restate",
        abstract: "Derive again by today's facts and factors, and state closed months again.",
        discussion: """
            No logs are read. Closed months that are others now get a new revision; earlier ones stay. The difference is \
            split by cause, step by step in this order: \(RestatementCause.allCases.map(\.text).joined(separator: "; ")). \
            The steps add up to the last µWh and µg.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Month as YYYY-MM, in UTC (default: every closed month that has changed).")
    var month: UTCMonth?

    @Option(help: ArgumentHelp("Why; stands in the new revisions.", valueName: "text"))
    var reason: String?

    @Flag(help: "Print what would change, and change nothing; exit 2 when a restatement is due.")
    var dryRun = false

    @Option(help: "How to write the result.")
    var format: OutputFormat = .table

    func validate() throws {
        guard dryRun || !(reason ?? "").allSatisfy(\.isWhitespace) else {
            throw ValidationError("give the reason with --reason, or look first with --dry-run.")
        }
    }

    func run() throws {
        let settings = try common.settings()
        let ledger = try common.ledger(settings, .write)
        let restating = try ledger.restate(
            month, reason: reason ?? "", isDry: dryRun,
            run: RunRecord(command: "restate", version: Flue.version, method: settings.method))
        let page = RestatementPage(
            restating, materialityPercent: settings.limits.materialityPercent, isDry: dryRun)
        StandardOutput.write(
            format == .json ? try JSONOutput.text(page) : PlainText.lines(page.text))
        guard dryRun else { return try common.tellPending(ledger) }
        if page.isDue { throw ExitStatus.partlyDone.code }
    }
}
