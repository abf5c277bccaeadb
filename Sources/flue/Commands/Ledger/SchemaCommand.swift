import ArgumentParser
import Ledger
import Reporting

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract:
            "Print the data dictionary: every published table and column, with type, unit and meaning.",
        discussion: """
            The same tables stand in the publication (flue publish), as views in the ledger, and in exports (flue export).
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case markdown, json, guide }

    @Argument(help: "A table (default: all).")
    var table: String?

    @Option(help: "How to write it.")
    var format: Format = .markdown

    func run() throws {
        let tables = DataDictionary.tables.filter { table == nil || $0.name == table }
        guard !tables.isEmpty else {
            throw ValidationError(
                "No table is called \(table ?? ""); there are "
                    + "\(DataDictionary.tables.map(\.name).joined(separator: ", ")).")
        }
        switch format {
        case .markdown: StandardOutput.write(DataDictionary.markdown(tables))
        case .guide: StandardOutput.write(DataDictionary.guide)
        case .json: StandardOutput.write(try JSONOutput.text(DataDictionary(tables)))
        }
    }
}
