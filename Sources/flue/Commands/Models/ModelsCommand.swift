import Accounting
import ArgumentParser
import Configuration
import Reporting
import Setup

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "The energy models, and what they say of one request.",
        discussion: """
            Without a name: the built-in energy models. With one: its entries and the energy of one request \
            of the given tokens, as low, central and high. With --match: which entry each energy model takes \
            for a name as a log has it. Energy is in Wh: IT energy, or the facility's where PUE is inside.
            """)

    @Argument(help: "Built-in energy model, or path of a model file.")
    var name: String?

    @Option(help: "Input tokens of the request.")
    var inputTokens: Int64 = 0

    @Option(help: "Output tokens of the request.")
    var outputTokens: Int64 = 400

    @Option(
        help: "Requests served at once (default: what the model assumes, or all that was measured)."
    )
    var batch: Double?

    @Option(help: ArgumentHelp("A model as a log names it.", valueName: "model"))
    var match: String?

    @Option(help: "How to print.")
    var format: OutputFormat = .table

    func validate() throws {
        for tokens in [inputTokens, outputTokens] where !(0...1_000_000_000).contains(tokens) {
            throw ValidationError("Tokens are from 0 to 1000000000.")
        }
        if let batch, !(1...1_000_000).contains(batch) {
            throw ValidationError("--batch is from 1 to 1000000.")
        }
    }

    func run() throws {
        if let name {
            let model = try MethodFile.energyModel(name)
            let wanted = try match.map { match in
                guard let entry = model.entry(for: match) else {
                    throw UnknownModel(model: model.name, name: match)
                }
                return [entry]
            }
            let estimates = try ModelEstimates(
                model, entries: wanted ?? model.entries, activity: activity, batch: batch)
            StandardOutput.write(format == .json ? try JSONOutput.text(estimates) : estimates.text)
        } else {
            let list = try ModelList(match: match)
            StandardOutput.write(format == .json ? try JSONOutput.text(list) : list.text)
        }
    }

    private var activity: Activity {
        var activity = Activity()
        activity.requests = 1
        activity.inputTokens = inputTokens
        activity.outputTokens = outputTokens
        activity.items = 1
        return activity
    }
}

/// A name that an energy model has no entry for.
struct UnknownModel: Error, CustomStringConvertible {
    let model: String
    let name: String

    var description: String {
        "\(model) has no entry for \"\(name)\"; see flue models \(model), or name it in model_names"
    }
}
