import ArgumentParser
import Flows
import Ledger
import Reporting
import Setup

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every law of the ledger; exit 65 if one is broken.")

    @OptionGroup var common: CommonOptions

    @Option(help: "How to write the result.")
    var format: OutputFormat = .table

    @Option(
        help: ArgumentHelp(
            """
            Write all derived rows and the grid in force to this file as text, compressed by suffix: two ledgers that \
            say the same have the same file.
            """, valueName: "file"))
    var dump: String?

    func run() throws {
        if let dump { try write(dump) }
        let settings = try common.settings()
        let ledger = try common.ledger(settings, .read)
        let checks = try ledger.verify()
        let differences = try ledger.differences(from: settings.method)
        let holds = checks.allSatisfy(\.holds)
        if format == .json {
            StandardOutput.write(try JSONOutput.text(checks))
        } else if !common.quiet || !holds {
            for check in checks {
                let detail = check.holds ? "" : ": \(check.detail)"
                StandardOutput.write(
                    "\(check.holds ? "ok    " : "BROKEN") \(check.law)"
                        + "\(PlainText.line(detail))\n")
            }
            for uncheckable in Ledger.uncheckable {
                StandardOutput.write("nothing can check \(uncheckable.text)\n")
            }
        }
        if !holds { throw ExitStatus.badData.code }
        guard differences.isEmpty else {
            common.complain(differences.warning)
            throw ExitStatus.partlyDone.code
        }
    }

    private func write(_ dump: String) throws {
        let file = try DraftFile(dump)
        try common.ledger(common.settings(), .read).dump { try file.write($0 + "\n") }
        try file.finish()
    }
}
