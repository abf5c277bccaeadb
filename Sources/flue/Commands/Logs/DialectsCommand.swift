import ArgumentParser
import Configuration
import Pipeline
import Reporting

struct DialectsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialects",
        abstract: "The log formats that are known, and their mapping files.",
        discussion: """
            Without a name: all built-in dialects. With one: its mapping file, to be copied, changed and given \
            with --dialect FILE. A path checks a mapping file of your own. flue inspect shows by what a log is told.
            """)

    @Argument(help: "Built-in dialect, or path of a mapping file.")
    var name: String?

    func run() throws {
        guard let name else {
            StandardOutput.write(try table())
            return
        }
        _ = try Dialect(named: name)
        StandardOutput.write(try ConfigNode.named(name, in: "dialects").text)
    }

    private func table() throws -> String {
        let dialects = try Dialect.builtin()
        var read = TextTable([("dialect", .left), ("reads", .left)])
        var refused = TextTable([("dialect", .left), ("is recognised, and refused", .left)])
        for dialect in dialects {
            if dialect.form.refusal == nil {
                read.add([dialect.name, dialect.form.summary])
            } else {
                refused.add([dialect.name, dialect.form.summary])
            }
        }
        return read.text + "\n" + refused.text
    }
}
