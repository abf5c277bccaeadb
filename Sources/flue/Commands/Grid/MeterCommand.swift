import Accounting
import ArgumentParser
import Grid
import Ledger
import Pipeline
import Reporting
import Setup

struct MeterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meter",
        abstract: "Metered electricity of pools of machines, by hour.",
        subcommands: [MeterImportCommand.self])
}

struct MeterImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take hourly meter readings into the ledger and share them among requests.",
        discussion: """
            A CSV table time,pool,kwh: the start of a whole UTC hour (RFC 3339), the name of a pool under \
            pools in flue.yaml, and its kWh in that hour. A later import of the same pool and hour is the one \
            in force. A file with one bad row is refused.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Files of readings: files, folders, glob patterns.")
    var paths: [String]

    func run() throws {
        let settings = try common.settings()
        common.expectSmallFiles()
        let files = try InputPaths.expand(paths)
        let ledger = try common.ledger(settings, .write)
        let pools = Set(settings.method.pools.filter { $0.supply == .meter }.map(\.name))
        var imported = 0
        var isUsed = true
        for file in files {
            do {
                let readings = try MeterFile(file)
                let run = RunRecord(
                    command: "meter import", version: Flue.version, method: settings.method)
                let result = try ledger.importMeter(
                    readings, release: file.shortName, run: run)
                if !common.quiet { StandardOutput.write(text(file, readings, result)) }
                for pool in Set(readings.readings.map(\.pool)).subtracting(pools).sorted() {
                    isUsed = false
                    common.complain(
                        "\(file.givenName): \"\(PlainText.line(pool))\" is no metered pool under pools "
                            + "in flue.yaml; its readings are kept and charged to nobody")
                }
                imported += 1
            } catch let error as GridFileError {
                common.complain("\(error)")
            }
        }
        try common.tellPending(ledger)
        guard imported < files.count || !isUsed else { return }
        throw (imported > 0 ? ExitStatus.partlyDone : .badData).code
    }

    private func text(
        _ file: InputFile, _ readings: MeterFile, _ result: Ledger.MeterImport
    ) -> String {
        if result.isKnown { return "\(file.givenName): known, nothing changed\n" }
        let pools = Set(readings.readings.map(\.pool)).sorted().joined(separator: ", ")
        var text =
            "\(file.givenName): \(pools), "
            + Numbers.counted(Int64(readings.readings.count), "reading")
        if result.restated > 0 { text += ", \(result.restated) restated" }
        if result.methodChanged {
            text += "; the method changed, all months were derived anew (before: former_totals)"
        }
        return PlainText.line(text) + "\n"
    }
}
