import ArgumentParser
import Ledger
import Reporting

struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract:
            "Write the database that BI readers open: typed, indexed tables and their dictionary.",
        discussion: """
            An earlier publication at the same place is brought up to date by the days that changed. The new one appears at \
            once and whole. Readers need read permission only; those that have an earlier one open keep it until they open \
            the file again. Any other file at that place is left alone (exit 73). Owner, group and permissions are those of the \
            earlier one. flue schema prints what its tables hold.
            """)

    @OptionGroup var common: CommonOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to put it.", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "For how many of the latest days hours by tenant, project and endpoint are in it (default: as in the earlier "
                + "publication, else 0).",
            valueName: "days"))
    var hourlyDays: Int?

    @Option(
        help: ArgumentHelp(
            "Permissions, octal (default: those of the earlier publication, else 0644 less the umask).",
            valueName: "mode"))
    var mode: String?

    func validate() throws {
        guard hourlyDays ?? 0 >= 0 else {
            throw ValidationError("--hourly-days is a number of days.")
        }
        guard mode == nil || permissions != nil else {
            throw ValidationError("--mode is octal, such as 0640.")
        }
    }

    private var permissions: UInt32? {
        mode.flatMap { UInt32($0, radix: 8) }.flatMap { (0o400...0o777).contains($0) ? $0 : nil }
    }

    func run() throws {
        let outcome = try common.ledger(common.settings(), .read).publish(
            to: output, hourlyDays: hourlyDays, version: Flue.version, mode: permissions)
        common.say(
            "\(output): \(Numbers.grouped(outcome.bytes)) bytes, "
                + "\(Numbers.counted(Int64(outcome.days), "day")) "
                + (outcome.isUpdate ? "brought up to date" : "published"))
    }
}
