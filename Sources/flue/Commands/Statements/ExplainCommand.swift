import Accounting
import ArgumentParser
import Flows
import Ledger
import Reporting
import Setup

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Where a number came from: factors, hours, files.",
        discussion: """
            Every figure can be computed again by hand from what is printed: counts × coefficients × PUE × intensity, within \
            the rounding that is printed beside the totals. JSON has every hour, region and model; the table sums them up.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Month as YYYY-MM, in UTC.")
    var month: UTCMonth

    @Option(help: "This region alone, as the log names it.")
    var region: String?

    @Option(help: "This model alone, as the log names it.")
    var model: String?

    @Option(help: "This tenant alone.")
    var tenant: String?

    @Option(help: "This project alone.")
    var project: String?

    @Option(help: "This endpoint alone.")
    var endpoint: String?

    @Option(
        help: ArgumentHelp(
            "This hour alone, of the month and UTC: 2026-10-05T13.", valueName: "hour"))
    var hour: UTCHour?

    @Option(
        help: ArgumentHelp(
            "A revision of the month's statement (default: what is derived today).",
            valueName: "revision"))
    var statement: Int?

    @Option(help: "How to write the result.")
    var format: OutputFormat = .table

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file (default: standard output).", valueName: "file"))
    var output: String?

    func validate() throws {
        if let hour, hour.month != month {
            throw ValidationError("--hour \(hour.text) is not in \(month).")
        }
    }

    func run() throws {
        let settings = try common.settings()
        let ledger = try common.ledger(settings, .read)
        var selection = Explanation.Selection(month: month)
        selection.region = region
        selection.model = model
        selection.tenant = tenant
        selection.project = project
        selection.endpoint = endpoint
        selection.hour = hour
        selection.revision = statement
        guard let explanation = try ledger.explain(selection) else {
            throw EmptyLedger(
                message:
                    "\(ledger.path): holds nothing of this selection; flue report \(month) --by "
                    + "region,model names what there is")
        }
        try deliver(
            format == .json
                ? JSONOutput.text(explanation)
                : PlainText.lines(ExplanationText(explanation).text), to: output)
        let differences = try statement == nil ? ledger.differences(from: settings.method) : []
        guard differences.isEmpty else {
            common.complain(differences.warning)
            throw ExitStatus.partlyDone.code
        }
    }
}

extension UTCHour: ExpressibleByArgument {
    /// `2026-10-05T13`, with whatever of `:00:00Z` behind it, or a space for the `T`.
    package init?(argument: String) {
        let text = argument.hasSuffix("Z") ? argument.dropLast() : argument[...]
        let parts = text.split(whereSeparator: { "T ".contains($0) })
        guard parts.count == 2, let month = UTCMonth(String(parts[0].prefix(7))) else { return nil }
        let day = parts[0].dropFirst(7)
        let clock = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard day.count == 3, day.first == "-", let number = Int(day.dropFirst()),
            (1...daysIn(month: month.month, of: month.year)).contains(number),
            clock[0].count == 2, let hour = Int(clock[0]), (0...23).contains(hour),
            clock.dropFirst().allSatisfy({ $0 == "00" }), clock.count <= 3
        else { return nil }
        self.init(year: month.year, month: month.month, day: number, hour: hour)
    }
}
