import Accounting
import ArgumentParser
import Foundation
import Grid
import Ledger
import Pipeline
import Reporting

struct GridCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grid",
        abstract: "Carbon intensity of electricity, by zone and hour.",
        subcommands: [GridImportCommand.self, GridStatusCommand.self])
}

struct GridImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take hourly grid series into the ledger and derive what rests on them.",
        discussion: """
            Values are in g CO2e per kWh by UTC hour. A later import of the same zone and hour is the \
            one in force; earlier values stay in the database. A file with one bad row is refused.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Grid files: files, folders, glob patterns.")
    var paths: [String]

    @Option(
        help: ArgumentHelp(
            "electricity-maps, hourly, path of a mapping file, or auto.",
            valueName: "name"))
    var source = "auto"

    @Option(help: "Grid zone of the file, instead of the one that it names.")
    var zone: String?

    @Option(
        help: ArgumentHelp(
            "What to call this release (default: the file's name).", valueName: "label"))
    var release: String?

    func run() throws {
        let settings = try common.settings()
        let sources = source == "auto" ? try GridSource.builtin() : [try GridSource(named: source)]
        let files = try InputPaths.expand(paths)
        let ledger = try common.ledger(settings, .write)
        var imported = 0
        for file in files {
            do {
                let series = try GridFile(file, sources: sources, zone: zone)
                let run = RunRecord(
                    command: "grid import", version: Flue.version, method: settings.method)
                let result = try ledger.importGrid(
                    series, release: release ?? file.shortName, run: run)
                if !common.quiet { StandardOutput.write(text(file, series, result)) }
                imported += 1
            } catch let error as GridFileError {
                common.complain("\(error)")
            }
        }
        guard imported < files.count else { return }
        throw (imported > 0 ? ExitStatus.partlyDone : .badData).code
    }

    private func text(
        _ file: InputFile, _ series: GridFile, _ result: Ledger.GridImport
    ) -> String {
        if result.isKnown { return "\(file.shortName): known, nothing changed\n" }
        let zones = Set(series.series.keys.map(\.zone)).sorted()
        let hours = series.series.values.map(\.count).max() ?? 0
        let bases = Set(series.series.keys.map(\.basis.rawValue)).sorted()
        var text =
            "\(file.shortName): \(series.source), \(zones.joined(separator: ", ")), "
            + "\(Numbers.grouped(Int64(hours))) hours, \(bases.joined(separator: " and "))"
        if series.emptyValues > 0 { text += ", \(series.emptyValues) values missing" }
        if result.restatedValues > 0 { text += ", \(result.restatedValues) values restated" }
        if result.derivedHours > 0 { text += "; \(result.derivedHours) hours of usage derived" }
        if result.methodChanged { text += "; the method changed, all months were derived anew" }
        return PlainText.forTerminal(text) + "\n"
    }
}

struct GridStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Coverage of the imported series, by zone and month.")

    @OptionGroup var common: CommonOptions

    @Option(help: "How to write the result.")
    var format: OutputFormat = .table

    func run() throws {
        let coverage = try common.ledger(common.settings(), .read).gridCoverage()
        switch format {
        case .json: StandardOutput.write(try JSONOutput.text(coverage))
        case .table:
            var table = TextTable([
                ("zone", .left), ("month", .left), ("basis", .left), ("signal", .left),
                ("hours", .right), ("measured", .right), ("estimated", .right),
                ("missing", .right), ("mean g/kWh", .right), ("source", .left),
            ])
            for row in coverage {
                table.add([
                    row.zone, row.month, row.basis, row.signal, "\(row.hours)",
                    "\(row.measured)", "\(row.estimated)", "\(row.missing)",
                    Numbers.decimal(row.meanGramsPerKilowattHour, 1), row.source,
                ])
            }
            StandardOutput.write(table.text)
        }
    }
}
