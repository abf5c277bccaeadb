import Accounting
import Pipeline
import Reporting

/// What `inspect` prints of a file.
struct InspectionText {
    private let file: InputFile
    private let trials: [DialectDetector.Trial]

    init(_ file: InputFile, _ trials: [DialectDetector.Trial]) {
        self.file = file
        self.trials = trials
    }

    var text: String {
        let best = trials.filter { $0.counted > 0 }.max { $0.counted < $1.counted }
        var text = "\(PlainText.forTerminal(file.shortName))\n"
        for trial in trials {
            text += "  \(verdict(trial, isBest: trial.dialect == best?.dialect))\n"
        }
        guard let best, let partial = best.partial else {
            return text
                + "\nNo dialect reads this file. Describe it in a mapping file and give it with "
                + "--dialect FILE;\nConfig/dialects/gateway.yaml shows how.\n"
        }
        text += "\nRead as \(best.dialect.name): \(best.dialect.summary)\n" + fields(best.dialect)
        text += "\nCells of the first \(grouped(partial.tally.lines)) lines\n" + cells(partial)
        if !partial.rejects.isEmpty { text += "\nWould be rejected\n" + rejects(partial) }
        return text
    }

    private func verdict(_ trial: DialectDetector.Trial, isBest: Bool) -> String {
        let mark = isBest ? "→" : " "
        guard let tally = trial.partial?.tally else {
            return "\(mark) \(trial.dialect.name): \(trial.failure?.message ?? "not readable")"
        }
        return "\(mark) \(trial.dialect.name): \(grouped(tally.counted)) counted, "
            + "\(grouped(tally.rejected)) rejected, \(grouped(tally.skipped)) skipped"
    }

    private func fields(_ dialect: Dialect) -> String {
        func name(_ path: FieldPath) -> String { path.keys.joined(separator: ".") }
        var lines = [("time", dialect.time.paths.map(name).joined(separator: ", else "))]
        for field in Dialect.TextField.allCases {
            guard let paths = dialect.texts[field]?.paths else { continue }
            lines.append((field.rawValue, paths.map(name).joined(separator: ", else ")))
        }
        for field in Dialect.NumberField.allCases {
            guard let terms = dialect.numbers[field]?.terms else { continue }
            lines.append(
                (
                    field.rawValue,
                    terms.map { $0.map(name).joined(separator: " else ") }.joined(separator: " + ")
                ))
        }
        return lines.map { "  \($0.0) ← \($0.1)\n" }.joined()
    }

    /// The ten cells with the most requests.
    private func cells(_ partial: FilePartial) -> String {
        var table = TextTable([
            ("hour (UTC)", .left), ("region", .left), ("model", .left), ("tenant", .left),
            ("requests", .right), ("failed", .right), ("unknown usage", .right), ("input", .right),
            ("output", .right),
        ])
        let names = partial.names
        let largest = partial.cells.sorted {
            ($1.activity.requests, $0.key.hour, names[$0.key.region], names[$0.key.model])
                < ($0.activity.requests, $1.key.hour, names[$1.key.region], names[$1.key.model])
        }
        for (key, activity) in largest.prefix(10) {
            table.add([
                key.hour.text, names[key.region], names[key.model], names[key.tenant],
                Numbers.grouped(activity.requests), Numbers.grouped(activity.failedRequests),
                Numbers.grouped(activity.unknownUsageRequests),
                Numbers.grouped(activity.inputTokens), Numbers.grouped(activity.outputTokens),
            ])
        }
        return table.text
    }

    private func rejects(_ partial: FilePartial) -> String {
        partial.rejects.prefix(10).map { reject in
            let field = reject.field.map { " (\($0))" } ?? ""
            return "  line \(reject.line), byte \(reject.offset): "
                + "\(reject.reason.explanation)\(field)\n"
        }.joined()
    }

    private func grouped(_ value: Int) -> String { Numbers.grouped(Int64(value)) }
}
