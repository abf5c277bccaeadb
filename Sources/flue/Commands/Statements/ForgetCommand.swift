import ArgumentParser
import Flows
import Ledger
import Reporting
import Setup

struct ForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Take away what a log file has brought, for good.",
        discussion: """
            Its cells, statistics, rejects and ids leave the ledger, with those of earlier deliveries of it; all that rests on \
            them is derived anew, and closed months become pending. Its name, hash and books stay with the reason, so that \
            its bytes are not counted again. Back up first: there is no way back.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(
        help: "Name of the file as source_files has it, or 12 or more digits of its SHA-256.")
    var file: String

    @Option(help: ArgumentHelp("Why; stands in forgotten_files.", valueName: "text"))
    var reason: String

    func validate() throws {
        guard !reason.allSatisfy(\.isWhitespace) else { throw ValidationError("give a reason.") }
    }

    func run() throws {
        let settings = try common.settings()
        let ledger = try common.ledger(settings, .write)
        let forgetting = try ledger.forget(
            file, reason: reason,
            run: RunRecord(command: "forget", version: Flue.version, method: settings.method))
        var text = ""
        for file in forgetting.files {
            text +=
                "\(file.name), SHA-256 \(file.sha256): \(Numbers.counted(file.requests, "request")) in "
                + "\(Numbers.counted(Int64(file.cells), "cell")) left\n"
        }
        for move in forgetting.moves {
            text +=
                "\(move.month): \(StatementText.change(move.before, move.after))\n"
        }
        for name in forgetting.shortened {
            common.complain(
                "\(name): left out requests as duplicates, some of which may have been counted in what was forgotten; count it "
                    + "anew with flue ingest --on-rewrite replace")
        }
        if !common.quiet { StandardOutput.write(PlainText.lines(text)) }
        try common.tellPending(ledger)
    }
}
