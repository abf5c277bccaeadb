import ArgumentParser
import Flows
import Pipeline
import Reporting

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Join files of partials to one.",
        discussion: """
            The result is the union of the partials, whatever their order and grouping, and however often one comes: the \
            same bytes for the same set. Of two partials of one input, the one that leaves out what the other does and \
            more (map --excluding) takes its place; others that differ are refused.

            One partial is in memory at a time.
            """)

    @Argument(help: "Files that map or merge has written.")
    var files: [String]

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write; - for standard output.", valueName: "file"))
    var output: String

    @Flag(name: .shortAndLong, help: "Print results only.")
    var quiet = false

    func run() throws {
        let partials = try files.map { try PartialFile($0) }
        let file = try DraftFile(output, .plain)
        let inputs = try PartialFile.merge(partials) { try file.write($0.span) }
        try file.finish()
        guard !quiet, output != "-" else { return }
        StandardOutput.write(
            "Merged \(Numbers.counted(Int64(files.count), "file")) to \(output): the partials of "
                + "\(Numbers.counted(Int64(inputs), "input"))\n")
    }
}
