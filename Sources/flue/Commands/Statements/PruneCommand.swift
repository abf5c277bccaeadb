import Accounting
import ArgumentParser
import Flows
import Ledger
import Reporting
import Setup

struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Add up the files of closed months, so that the ledger stays small.",
        discussion: """
            Of files whose requests all lie in closed months that are what was stated: cells of files that count are added up in \
            bundles, cells of earlier deliveries leave, and so do the places of rejected lines. No total, no statement and no \
            percentile changes, and months can still be restated. A file in a bundle can no longer be forgotten or replaced by \
            itself, and a log that goes on from it is refused.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Months before this one, YYYY-MM in UTC.", valueName: "month"))
    var before: UTCMonth

    func run() throws {
        let settings = try common.settings()
        let ledger = try common.ledger(settings, .write)
        let pruning = try ledger.prune(
            before: before,
            run: RunRecord(command: "prune", version: Flue.version, method: settings.method))
        var text = ""
        func counted(_ number: Int, _ noun: String) -> String {
            Numbers.counted(Int64(number), noun)
        }
        if let first = pruning.months.first, let last = pruning.months.last {
            text += """
                \(first) to \(last): \(counted(pruning.files, "file")) in \(counted(pruning.bundles, "bundle")), \
                cells of \(counted(pruning.superseded, "file")) that counted no longer left
                Rows of cells: \(Numbers.grouped(Int64(pruning.cellsBefore))) before, \
                \(Numbers.grouped(Int64(pruning.cellsAfter))) after; places of \
                \(counted(pruning.rejects, "rejected line")) left
                A file in a bundle can no longer be forgotten or replaced by itself; months can be restated as before.
                Freed pages are used again; to give them back, copy the ledger with VACUUM INTO.

                """
        } else {
            text += "No month before \(before) is closed: nothing to prune\n"
        }
        if !pruning.left.isEmpty {
            let months = pruning.left.map(\.description).joined(separator: ", ")
            text += "Left alone, as they are not closed or no longer what was stated: \(months)\n"
        }
        if !common.quiet { StandardOutput.write(PlainText.lines(text)) }
    }
}
