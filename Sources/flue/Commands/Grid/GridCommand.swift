import Accounting
import ArgumentParser
import Configuration
import Foundation
import Grid
import Ledger
import Pipeline
import Reporting
import Setup

struct GridCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grid",
        abstract: "Carbon intensity of electricity, by zone and hour.",
        subcommands: [
            GridImportCommand.self, GridStatusCommand.self, GridValidateCommand.self,
            GridZonesCommand.self, GridSourcesCommand.self,
        ])
}

struct GridImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take grid series into the ledger and derive what rests on them.",
        discussion: """
            Values become g CO2e per kWh by UTC hour: the mean of what covers an hour, weighted by time. A \
            later import of the same zone and hour is the one in force; earlier values stay in the database. \
            Values that no grid has are flagged and count as missing. A file with one bad row is refused. \
            The source of each file is told by its columns or shape; flue grid sources lists them.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Grid files: files, folders, glob patterns.")
    var paths: [String]

    @Option(
        help: ArgumentHelp(
            "A built-in source (flue grid sources), path of a mapping file, or auto.",
            valueName: "name"))
    var source = "auto"

    @Option(help: "Grid zone of the file, instead of the one that it names.")
    var zone: String?

    @Option(
        help: ArgumentHelp(
            "What to call this release (default: the file's name).", valueName: "label"))
    var release: String?

    func validate() throws {
        if let zone, zone.trimmingCharacters(in: .whitespaces).isEmpty {
            throw ValidationError("--zone is the name of a grid zone, such as DE.")
        }
    }

    func run() throws {
        let settings = try common.settings()
        let sources = source == "auto" ? try GridSource.builtin() : [try GridSource(named: source)]
        common.expectSmallFiles()
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
                if !common.quiet {
                    StandardOutput.write(text(file, series, result, settings.method))
                }
                imported += 1
            } catch let error as GridFileError {
                common.complain("\(error)")
            }
        }
        try common.tellPending(ledger)
        guard imported < files.count else { return }
        throw (imported > 0 ? ExitStatus.partlyDone : .badData).code
    }

    private func text(
        _ file: InputFile, _ series: GridFile, _ result: Ledger.GridImport, _ method: Method
    ) -> String {
        if result.isKnown {
            return "\(file.givenName): known, "
                + (result.methodChanged
                    ? "the method changed, all months were derived anew (before: former_totals)\n"
                    : "nothing changed\n")
        }
        return PlainText.line(GridImportText(file, series, result, method).line) + "\n"
    }
}

struct GridStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Coverage of the imported series, by zone and month.")

    @OptionGroup var common: CommonOptions

    @Option(help: "One zone (default: all).")
    var zone: String?

    @Option(help: "How to write the result.")
    var format: OutputFormat = .table

    func run() throws {
        let ledger = try common.ledger(common.settings(), .read)
        let status = Status(
            months: try ledger.gridCoverage(zone: zone), means: try ledger.gridMeans(zone: zone))
        guard !status.months.isEmpty || !status.means.isEmpty else {
            common.complain(
                "no grid series yet" + (zone.map { " of zone \($0)" } ?? "")
                    + "; import one with flue grid import")
            throw ExitStatus.noInput.code
        }
        switch format {
        case .json: StandardOutput.write(try JSONOutput.text(status))
        case .table:
            let texts = [
                status.months.isEmpty ? nil : hours(status.months),
                status.means.isEmpty
                    ? nil
                    : "Means of longer times, as sources state them\n\n\(means(status.means))",
            ]
            StandardOutput.write(texts.compactMap { $0 }.joined(separator: "\n"))
        }
    }

    private struct Status: Encodable {
        let months: [Ledger.GridCoverage]
        let means: [Ledger.GridMeans]
    }

    private func hours(_ coverage: [Ledger.GridCoverage]) -> String {
        var table = TextTable([
            ("zone", .left), ("month", .left), ("basis", .left), ("signal", .left),
            ("hours", .right), ("measured", .right), ("estimated", .right), ("partial", .right),
            ("missing", .right), ("suspect", .right), ("mean g/kWh", .right), ("source", .left),
        ])
        for row in coverage {
            table.add([
                row.zone, row.month, row.basis, row.signal, "\(row.hours)",
                "\(row.measured)", "\(row.estimated)", "\(row.partial)", "\(row.missing)",
                "\(row.suspect)",
                row.meanGramsPerKilowattHour.map { Numbers.decimal($0, 1) } ?? "–",
                row.sources.joined(separator: ", "),
            ])
        }
        return table.text
    }

    private func means(_ means: [Ledger.GridMeans]) -> String {
        var table = TextTable([
            ("zone", .left), ("basis", .left), ("signal", .left), ("mean of a", .left),
            ("number", .right), ("from", .left), ("until", .left), ("mean g/kWh", .right),
            ("source", .left),
        ])
        for row in means {
            table.add([
                row.zone, row.basis, row.signal, row.of, "\(row.count)", row.first, row.end,
                Numbers.decimal(row.meanGramsPerKilowattHour, 1),
                row.sources.joined(separator: ", "),
            ])
        }
        return table.text
    }
}

struct GridValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "How wrong filled hours are, measured on the imported series.",
        discussion: """
            Blocks of 1, 3, 6, 24 and 168 known hours are hidden, filled by the zone's ladder, and held against what \
            they were. Errors are means of the absolute difference, in % of the mean of the series; bias keeps the \
            sign; within is the share of hours whose true value lies between low and high.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "One zone (default: all).")
    var zone: String?

    func run() throws {
        let settings = try common.settings()
        let zones = try common.ledger(settings, .read).validateLadder(settings.method, zone: zone)
        guard !zones.isEmpty else {
            common.complain(
                "the ledger holds no \(settings.method.basis.rawValue) series"
                    + (zone.map { " of zone \($0)" } ?? "") + "; import one with flue grid import")
            throw ExitStatus.noInput.code
        }
        let steps = LadderValidation.steps
        var table = TextTable(
            [("zone", .left), ("gap", .right), ("blocks", .right), ("ladder", .right)]
                + steps.map { ($0.rawValue, .right) } + [("bias", .right), ("within", .right)])
        func percent(_ share: Double?) -> String {
            share.map { Numbers.decimal($0 * 100, 1) + " %" } ?? "–"
        }
        for (zone, rows) in zones {
            for row in rows {
                table.add(
                    [zone, "\(row.gap) h", "\(row.blocks)", percent(row.error)]
                        + steps.map { step in percent(row.errors.first { $0.step == step }?.error) }
                        + [
                            percent(row.error.map { _ in row.bias }),
                            percent(row.error.map { _ in row.covered }),
                        ])
            }
        }
        StandardOutput.write(table.text)
    }
}

struct GridSourcesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sources",
        abstract: "The formats of grid series that are known, and their mapping files.",
        discussion: """
            Without a name: all built-in sources. With one: its mapping file, to be copied, changed and given \
            with --source FILE. A path checks a mapping file of your own.
            """)

    @Argument(help: "Built-in source, or path of a mapping file.")
    var name: String?

    func run() throws {
        guard let name else {
            var table = TextTable([("source", .left), ("reads", .left)])
            for source in try GridSource.builtin() {
                table.add([source.name, source.form.summary])
            }
            StandardOutput.write(table.text)
            return
        }
        _ = try GridSource(named: name)
        StandardOutput.write(try ConfigNode.named(name, in: "grid").text)
    }
}
