import Accounting
import ArgumentParser
import Configuration
import Flows
import Foundation
import Ledger
import Pipeline
import Reporting
import Setup

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Totals of a month, and where they come from.",
        discussion: """
            Energy is facility energy in kWh, emissions are operational and location-based in kg CO2e. \
            The month is a calendar month in UTC.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(
        help:
            "Month as YYYY-MM (default: the latest that has a hundredth of the requests of the fullest one)."
    )
    var month: UTCMonth?

    @Option(help: "How to write the report.")
    var format: ReportFormat = .table

    @Option(
        help: ArgumentHelp(
            """
            Break down by region, zone, model, tenant, project, endpoint, joined by commas; \
            none for totals alone.
            """, valueName: "columns"))
    var by = "region"

    @Option(
        help: ArgumentHelp(
            """
            The same month under these energy models as well, joined by commas (see flue models); \
            buildings and grid as configured. Not in CSV.
            """, valueName: "models"))
    var compare: String?

    @Flag(help: "The same energy with daily, monthly and annual means of the grid. Not in CSV.")
    var compareGranularity = false

    @Flag(
        help: """
            Mean, median, p90, p95, p99 and largest Wh and gCO2e of one request and of 1,000 output tokens, by model \
            and by the columns of --by, beside published figures. Not in CSV.
            """)
    var perQuery = false

    @Flag(help: "Everyday comparisons, with their sources. Not in CSV.")
    var equivalents = false

    @Flag(
        help: """
            An audit pack of the month's statement, in the folder of --output: methodology, factors, coverage, files with their             hashes, history, the statement's text, and how to check it. The month must be closed.
            """)
    var audit = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Write to this file, or with --audit this folder (default: standard output).",
            valueName: "file"))
    var output: String?

    func validate() throws {
        _ = try keys()
        if audit, month == nil || output == nil {
            throw ValidationError("--audit needs a month and a folder: --audit 2026-10 -o DIR.")
        }
        guard format != .csv || (compare == nil && !equivalents && !perQuery && !compareGranularity)
        else {
            throw ValidationError(
                "--compare, --compare-granularity, --per-query and --equivalents are for table and JSON."
            )
        }
    }

    private func keys() throws -> [ReportKey] { try ReportKey.list(by) }

    func run() throws {
        let settings = try common.settings()
        let ledger = try common.ledger(settings, .read)
        if audit, let month, let output { return try writeAuditPack(ledger, month, output) }
        let months = try ledger.months()
        guard let wanted = month ?? substantial(months) else {
            throw EmptyLedger(message: "\(ledger.path): holds no requests; run flue ingest first")
        }
        // By dimensions there may be as many rows as the month has: they are written as they are read.
        let isLong = try keys().contains { [.tenant, .project, .endpoint].contains($0) }
        guard var report = try ledger.report(of: wanted, by: isLong && format == .csv ? [] : keys())
        else {
            let known = months.map(\.month.description).joined(separator: ", ")
            throw EmptyLedger(
                message: "\(ledger.path): holds no requests of \(wanted) (months: \(known))")
        }
        report.unmatched = report.unmatched.suggesting(settings.method.regions.nearest)
        var page = ReportPage(report)
        page.methodDifferences = try ledger.differences(from: settings.method)
        if let compare {
            let methods = try compare.split(separator: ",").map {
                settings.method.with(
                    try MethodFile.energyModel($0.trimmingCharacters(in: .whitespaces)))
            }
            page.comparisons = try ledger.compare(wanted, methods: methods)
        }
        if compareGranularity {
            page.granularities = try ledger.compareGranularity(wanted, method: settings.method)
        }
        if equivalents {
            page.equivalents = try Equivalent.all(builtin("factors/equivalents.yaml"))
        }
        if perQuery {
            page.requests = try ledger.requestStatistics(of: wanted, by: statisticsGroupings())
            page.published = try PublishedFigure.all(builtin("factors/published.yaml"))
            for key in try keys().map(\.rawValue)
            where ["tenant", "project", "endpoint"].contains(key)
                && !page.requests.contains(where: { $0.grouping == key })
            {
                common.complain(
                    "no request of \(wanted) was counted with statistics by \(key); name it under "
                        + "request_stats_by, and count files anew with flue ingest --on-rewrite replace"
                )
            }
        }
        if isLong, format == .csv {
            try write(ledger, report, wanted)
        } else {
            try deliver(format.text(of: page), to: output)
        }
        guard page.methodDifferences.isEmpty else {
            common.complain(page.methodDifferences.warning)
            throw ExitStatus.partlyDone.code
        }
    }

    /// Writes the files of the pack, each when it is whole, and their sums at last.
    private func writeAuditPack(_ ledger: Ledger, _ month: UTCMonth, _ folder: String) throws {
        let history = try ledger.statements(of: month)
        guard let statement = history.last else {
            throw LedgerError.notStated(
                "\(month) is not closed: an audit pack is of a statement; flue close \(month) makes one"
            )
        }
        var selection = Explanation.Selection(month: month)
        selection.revision = statement.revision
        guard let explanation = try ledger.explain(selection) else {
            throw EmptyLedger(message: "\(ledger.path): the statement of \(month) holds no hours")
        }
        let pack = AuditPack(
            statement, explanation, try ledger.auditTables(of: statement), history: history)
        func place(_ name: String) -> String { (folder as NSString).appendingPathComponent(name) }
        try makeFolder(folder)
        try clear(folder, of: place)
        var sums: [(name: String, sha256: String)] = []
        let dump = try DraftFile(place(pack.dumpName), .plain)
        try ledger.dump(statement) { try dump.write($0 + "\n") }
        try dump.finish()
        // What was hashed when it was frozen.
        sums.append((pack.dumpName, statement.sha256))
        for (name, text) in pack.files {
            let file = try DraftFile(place(name), .plain)
            try file.write(text)
            try file.finish()
            sums.append((name, Ledger.sha256(of: text)))
        }
        try deliver(
            sums.map { "\($0.sha256)  \($0.name)\n" }.joined(), to: place("SHA256SUMS"))
        common.say(
            "flue: \(folder): \(sums.count + 1) files; check them there with sha256sum -c SHA256SUMS"
        )
        if statement.state == .pending {
            common.complain(
                StatementText.pending(
                    statement,
                    try ledger.pending().first { $0.statement.id == statement.id }?.now ?? .none))
        }
    }

    /// Takes an earlier pack away; a folder that holds something else is left alone.
    private func clear(_ folder: String, of place: (String) -> String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        guard !names.isEmpty else { return }
        guard let sums = try? String(contentsOfFile: place("SHA256SUMS"), encoding: .utf8) else {
            throw OutputFailure(
                path: folder,
                reason: "the folder holds other files than an audit pack; name another")
        }
        for line in sums.split(separator: "\n") {
            let name = String(line.dropFirst(66))
            guard names.contains(name) else { continue }
            try FileManager.default.removeItem(atPath: place(name))
        }
    }

    /// The latest month that is no stray: a clock that is wrong makes a month of few requests. The others are named.
    private func substantial(_ months: [Ledger.MonthSize]) -> UTCMonth? {
        let fullest = months.map(\.requests).max() ?? 0
        guard let latest = months.last(where: { $0.requests * 100 >= fullest }) else { return nil }
        let others = months.filter { $0.month != latest.month }.suffix(12).map {
            "\($0.month) (\(Numbers.counted($0.requests, "request")))"
        }
        if !others.isEmpty {
            common.say(
                "flue: this is \(latest.month); the ledger holds also \(others.joined(separator: ", "))"
            )
        }
        return latest.month
    }

    private func write(_ ledger: Ledger, _ report: MonthReport, _ month: UTCMonth) throws {
        let csv = ReportCSV(month: report.month, by: try keys(), status: report.status)
        let file = try DraftFile(output ?? "-")
        do {
            try file.write(csv.header)
            try ledger.forEachText(of: month, by: keys(), csv.text) { try file.write($0.span) }
            try file.finish()
        } catch let failure as CompressedFileWriter.Failure where failure.isClosedPipe {
            return  // a reader that closed the pipe has seen enough
        }
    }

    /// Models, and what else the report is broken down by; a zone is that of its regions.
    private func statisticsGroupings() throws -> [String] {
        try ["model"] + keys().map(\.rawValue).filter { !["model", "zone"].contains($0) }
    }

    private func builtin(_ name: String) throws(ConfigError) -> ConfigNode {
        try ConfigNode(yaml: BuiltinFiles.text(name) ?? "", file: "built-in \(name)")
    }
}

extension ReportFormat: ExpressibleByArgument {}

/// There is nothing to report on.
struct EmptyLedger: Error, CustomStringConvertible {
    let message: String
    var description: String { message }
}
