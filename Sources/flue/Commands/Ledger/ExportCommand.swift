import ArgumentParser
import Flows
import Foundation
import Ledger
import Pipeline
import Reporting

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a published table as CSV, NDJSON or a PostgreSQL script.",
        discussion: """
            flue schema lists the tables. Rows are written as they are read, in the order of their days; -o compresses by \
            suffix (.zst, .gz). A script for PostgreSQL makes the table and copies its rows: flue export daily_emissions \
            -o - --format postgres | psql.

            --since-run N gives what has changed after that run (see runs): days or months are given whole, and so are tables \
            without time. The script replaces what it holds.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "A table, such as daily_emissions.")
    var table: String

    @Option(help: ArgumentHelp("First day or month: YYYY-MM-DD or YYYY-MM.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Last day or month.", valueName: "time"))
    var to: String?

    @Option(
        help: ArgumentHelp(
            "Add rows up by time and these, joined by commas: region, zone, model, tenant, project, endpoint.",
            valueName: "columns"))
    var by: String?

    @Option(
        help: ArgumentHelp("Only what runs after this one have changed.", valueName: "run"))
    var sinceRun: Int64?

    @Option(help: "How to write it (default: by the suffix .csv, .ndjson, .jsonl or .sql).")
    var format: ExportFormat?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where to write; - is standard output.", valueName: "file"))
    var output = "-"

    func validate() throws {
        for time in [from, to].compactMap({ $0 }) {
            let isTime = time.wholeMatch(of: /\d{4}-\d{2}(-\d{2})?/) != nil
            guard isTime else {
                throw ValidationError("A time is YYYY-MM-DD or YYYY-MM; got \"\(time)\".")
            }
        }
        _ = try keys()
        _ = try writer()
    }

    private func keys() throws -> [ReportKey]? {
        try by.map { try ReportKey.list($0) }
    }

    private func writer() throws -> ExportFormat {
        if let format { return format }
        var name = (output as NSString).lastPathComponent
        if DraftFile.compression(of: output) != .plain {
            name = (name as NSString).deletingPathExtension
        }
        switch (name as NSString).pathExtension.lowercased() {
        case "csv": return .csv
        case "ndjson", "jsonl": return .ndjson
        case "sql": return .postgres
        case _ where output == "-": return .csv
        default:
            throw ValidationError(
                "--output ends in .csv, .ndjson, .jsonl or .sql, and .zst or .gz behind it; or give --format."
            )
        }
    }

    func run() throws {
        var request = ExportRequest(table: table)
        request.from = from
        request.to = to
        request.sinceRun = sinceRun
        request.by = try keys()
        let format = try writer()
        let ledger = try common.ledger(common.settings(), .read)
        let file = try DraftFile(output)
        do { try write(request, format, ledger, file) } catch let failure
            as CompressedFileWriter.Failure where failure.isClosedPipe
        {
            return  // a reader that closed the pipe has seen enough
        }
    }

    private func write(
        _ request: ExportRequest, _ format: ExportFormat, _ ledger: Ledger, _ file: DraftFile
    ) throws {
        var head: ExportHead?
        var pending = ""
        try ledger.export(request) { begun in
            head = begun
            pending = format.begin(begun)
        } row: { values in
            guard let head else { return }
            pending += format.line(values, head)
            guard pending.utf8.count > 1 << 16 else { return }
            try file.write(pending)
            pending = ""
        }
        try file.write(pending + format.end)
        try file.finish()
    }
}

extension ExportFormat: ExpressibleByArgument {}

extension ReportKey {
    /// Names joined by commas; `none` is none.
    static func list(_ text: String) throws(ValidationError) -> [ReportKey] {
        guard text != "none" else { return [] }
        var keys: [ReportKey] = []
        for word in text.split(separator: ",").map(String.init) {
            guard let key = ReportKey(rawValue: word) else {
                let known = ReportKey.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--by knows \(known); \"\(word)\" is none of them.")
            }
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }
}
