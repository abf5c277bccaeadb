import Accounting
import ArgumentParser
import Flows
import Foundation
import Ledger
import Reporting
import Setup

struct CloseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Freeze a month as it is reported.",
        discussion: """
            The statement keeps the month's rows, and of each hour, region and model the activity, the factor and the \
            result; the method and its register of factors, grid releases and files with their hashes. Its SHA-256 is that \
            of its text (--dump), and can stand in a report. What arrives for the month afterwards is shown beside it as a \
            pending restatement until flue restate states it again. A month that is closed stays as it is.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Month as YYYY-MM, in UTC.")
    var month: UTCMonth

    @Option(
        help: ArgumentHelp(
            """
            Close it although it is not complete; the reasons to set aside, joined by commas: \
            \(MonthStatement.Exception.Kind.allCases.map(\.rawValue).joined(separator: ", ")). They stand in the statement.
            """, valueName: "reasons"))
    var despite = ""

    @Option(
        help: ArgumentHelp(
            "Write the statement's canonical text to this file, compressed by suffix; flue verify computes its SHA-256 again.",
            valueName: "file"))
    var dump: String?

    @Option(help: "How to write the statement.")
    var format: OutputFormat = .table

    func validate() throws { _ = try exceptions() }

    private func exceptions() throws -> Set<MonthStatement.Exception.Kind> {
        Set(
            try despite.split(separator: ",").map { name in
                guard
                    let kind = MonthStatement.Exception.Kind(
                        rawValue: name.trimmingCharacters(in: .whitespaces))
                else {
                    let known = MonthStatement.Exception.Kind.allCases.map(\.rawValue)
                    throw ValidationError(
                        "--despite knows \(known.joined(separator: ", ")), not \"\(name)\".")
                }
                return kind
            })
    }

    func run() throws {
        let settings = try common.settings()
        let ledger = try common.ledger(settings, .write)
        let closing = try ledger.close(
            month, despite: exceptions(), unmatchedLimit: settings.limits.unmatchedPercent,
            now: UTCHour(epochSeconds: Int64(Date().timeIntervalSince1970)),
            run: RunRecord(command: "close", version: Flue.version, method: settings.method))
        switch closing {
        case nil:
            throw EmptyLedger(message: "\(ledger.path): holds no requests of \(month)")
        case .incomplete(let reasons):
            let kinds = reasons.map(\.kind.rawValue).joined(separator: ",")
            throw LedgerError.notStated(
                "\(month) is not complete: \(reasons.map(\.detail).joined(separator: "; ")); nothing was closed; mend it, or "
                    + "close it with --despite \(kinds)")
        case .closed(let statement): try deliver(statement, of: ledger)
        case .known(let statement):
            common.say("flue: \(month) is closed already; nothing was changed")
            try deliver(statement, of: ledger)
        }
    }

    private func deliver(_ statement: MonthStatement, of ledger: Ledger) throws {
        if let dump {
            let file = try DraftFile(dump)
            try ledger.dump(statement) { try file.write($0 + "\n") }
            try file.finish()
        }
        StandardOutput.write(
            format == .json
                ? try JSONOutput.text(statement)
                : PlainText.lines(StatementText.text(of: statement)))
    }
}

extension UTCMonth: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
