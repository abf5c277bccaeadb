import ArgumentParser
import Ledger
import Reporting

struct PublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Write a consistent copy of the ledger for BI readers.",
        discussion: """
            The copy appears at once and whole. Readers need read permission only; those that have an \
            earlier copy open keep it until they open the file again.
            """)

    @OptionGroup var common: CommonOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to put the copy.", valueName: "file"))
    var output: String

    func run() throws {
        let bytes = try common.ledger(common.settings(), .read).publish(to: output)
        common.say("\(output): \(Numbers.grouped(bytes)) bytes")
    }
}
