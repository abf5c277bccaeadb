import ArgumentParser
import Flows
import Ledger
import Pipeline
import Setup

struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Take partials into the ledger, all of a manifest or none.",
        discussion: """
            The manifest is a list of the inputs, as sha256sum writes it: so a missing partial is an error, and never a \
            smaller total. It also says under which name the ledger knows each input. They are taken in as ingest takes \
            them, the largest first, whatever the manifest's order.

            Where two inputs hold one request, nothing is changed: what must be left out is written to the file of \
            --exclusions, the inputs are named, and the command ends with 65. Map those inputs once more with \
            map --excluding FILE, which takes them from there, and load again.

            An input that the ledger knows needs no partial.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var reading: ReadingOptions
    @OptionGroup var origin: OriginOptions

    @Argument(help: "Files that map or merge has written.")
    var partials: [String] = []

    @Option(
        help: ArgumentHelp(
            "The inputs, one a line: SHA-256, two spaces, name; - for standard input.",
            valueName: "file"))
    var manifest: String

    @Option(
        help: ArgumentHelp(
            "Where to write which requests inputs must leave out, if some must.", valueName: "file")
    )
    var exclusions: String?

    @Option(help: "A known name whose content was written anew; as for ingest.")
    var onRewrite: RewritePolicy = .refuse

    func run() throws {
        var settings = try common.settings()
        try reading.log.apply(to: &settings)
        origin.apply(to: &settings)
        let run = LoadRun(
            try partials.map { try PartialFile($0) }, try Manifest(reading: manifest),
            settings: settings, pipeline: try settings.pipeline(jobs: reading.jobs),
            policy: onRewrite, version: Flue.version,
            observer: common.observer("load", [], showsProgress: false))
        let outcome: LoadRun.Outcome
        let ledger = try common.ledger(settings, .write)
        do {
            outcome = try run.run(into: ledger)
        } catch let error as PartialSetError {
            for problem in error.problems { common.complain(problem) }
            common.complain("nothing was changed")
            throw ExitStatus.badData.code
        }
        switch outcome {
        case .loaded(let summary):
            if !common.quiet { StandardOutput.write(summary.text) }
            try common.tellPending(ledger)
            switch summary.fault {
            case .partlyDone: throw ExitStatus.partlyDone.code
            case .badData: throw ExitStatus.badData.code
            case nil: break
            }
        case .leavesOut(let found, let names):
            for name in names {
                common.complain("\(name): holds requests that are counted in another input or file")
            }
            guard let exclusions else {
                common.complain(
                    "nothing was changed; give --exclusions FILE to have written what those inputs must leave out, and "
                        + "map them again with flue map --excluding FILE")
                throw ExitStatus.badData.code
            }
            let file = try DraftFile(exclusions, .plain)
            try file.write(found.text)
            try file.finish()
            common.complain(
                "nothing was changed; map those inputs again: flue map --excluding \(exclusions) -o DIR; then load again"
            )
            throw ExitStatus.badData.code
        }
    }
}
