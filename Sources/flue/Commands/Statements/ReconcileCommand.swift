import Accounting
import ArgumentParser
import Flows
import Grid
import Ledger
import Pipeline
import Reporting
import Setup

struct ReconcileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Hold months against what cloud providers state, by region.",
        discussion: """
            Reads monthly exports of AWS (Data Exports, carbon emissions), Google Cloud (Carbon Footprint) and Azure (carbon \
            emission reports by location, emissions by enrollment), and prints the variance. Nothing is stored. The boundaries differ, and stand beside \
            each figure: a provider counts all services of an account, and mostly hardware too.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Exports, of whatever compression.")
    var paths: [String]

    @Option(help: "One month as YYYY-MM, in UTC (default: all that both know).")
    var month: UTCMonth?

    @Option(
        help: "One service of the export, such as AmazonBedrock; may be repeated (default: all).")
    var service: [String] = []

    @Option(help: "How to write the result.")
    var format: OutputFormat = .table

    func run() throws {
        let settings = try common.settings()
        common.expectSmallFiles()
        let exports = try ProviderExport.builtin()
        let ledger = try common.ledger(settings, .read)
        let known = try ledger.emissionsByRegion()
        var pages: [Reconciliation] = []
        for file in try InputPaths.expand(paths) {
            let statement = try ProviderStatement(file, exports: exports, only: Set(service))
            pages.append(
                Reconciliation(
                    file.givenName, statement, known, month: month,
                    name: settings.method.regions.name(of:)))
        }
        StandardOutput.write(
            format == .json
                ? try JSONOutput.text(pages)
                : PlainText.lines(pages.map(\.text).joined(separator: "\n")))
        guard pages.contains(where: { !$0.rows.isEmpty }) else {
            throw EmptyLedger(
                message:
                    "no month\(month.map { " \($0)" } ?? "") is both in the ledger and in the exports"
            )
        }
    }
}
