import Accounting
import Pipeline
import Reporting

/// What `inspect` prints of a file.
struct InspectionText {
    private let file: InputFile
    private let inspection: DialectDetector.Inspection

    init(_ file: InputFile, _ inspection: DialectDetector.Inspection) {
        self.file = file
        self.inspection = inspection
    }

    var text: String {
        var text = "\(PlainText.line(file.givenName))\n"
        if case .partial(let partial) = inspection.outcome {
            for loss in partial.losses { text += "! \(PlainText.line(loss))\n" }
            if partial.tally.counted == 0, partial.tally.rejected > 0 {
                text += "! nothing would be counted: records are rejected, see below\n"
            }
        }
        for match in inspection.matches.sorted(by: { $0.records > $1.records }) {
            let mark = match.dialect.name == inspection.dialect?.name ? "→" : " "
            text +=
                "\(mark) \(match.dialect.name): \(grouped(match.records)) of the first "
                + "\(grouped(inspection.records)) records have its signature: "
                + "\(match.dialect.form.signatureText)\n"
        }
        if inspection.matches.isEmpty {
            text +=
                "  none of the first \(grouped(inspection.records)) records has the signature of "
                + "a known dialect\n"
        }
        guard let dialect = inspection.dialect, case .partial(let partial) = inspection.outcome
        else {
            guard inspection.matches.isEmpty else { return text }
            return text
                + "\nDescribe the log in a mapping file and give it with --dialect FILE, or try the "
                + "general\n--dialect json or --dialect csv; Config/dialects shows how mapping files look.\n"
        }
        let tally = partial.tally
        text += "\nRead as \(dialect.name): \(dialect.form.summary)\n" + fields(dialect)
        text +=
            "\nThe first \(grouped(tally.lines)) records: \(grouped(tally.counted)) counted, "
            + "\(grouped(tally.rejected)) rejected, \(grouped(tally.duplicate)) duplicate, "
            + "\(grouped(tally.skipped)) skipped\n"
        if partial.unseenParents > 0 {
            text +=
                "  \(grouped(partial.unseenParents)) stand below a span that is not among them\n"
        }
        for remark in partial.remarks { text += "  The file \(remark)\n" }
        for skip in partial.skipCounts {
            text += "  \(grouped(skip.lines)) skipped: \(skip.reason)\n"
        }
        if !partial.cells.isEmpty { text += "\nTheir cells\n" + cells(partial) }
        if !partial.rejects.isEmpty { text += "\nWould be rejected\n" + rejects(partial) }
        return text
    }

    private func fields(_ dialect: Dialect) -> String {
        func name(_ path: FieldPath) -> String { path.columnNames.joined(separator: " or ") }
        var lines: [(String, String)] = []
        var times = dialect.time.paths.map(name)
        if let pattern = dialect.time.fileNamePattern {
            times.append("the file's name (\(pattern))")
        }
        if dialect.time.isDeclared { times.append("--start") }
        lines.append(("time", times.joined(separator: ", else ")))
        if dialect.holdsSums {
            lines.append(("until", dialect.until.map(name).joined(separator: ", else ")))
        }
        for field in Dialect.TextField.allCases {
            guard let mapping = dialect.texts[field] else { continue }
            var sources = mapping.alternatives.map { alternative in
                name(alternative.path) + (alternative.tail.map { " + " + name($0) } ?? "")
                    + (alternative.cut == nil ? "" : " (a part)")
            }
            if !mapping.fileNames.isEmpty { sources.append("the file's name") }
            if let constant = mapping.constant { sources.append("\"\(constant)\"") }
            lines.append((field.rawValue, sources.joined(separator: ", else ")))
        }
        for field in Dialect.NumberField.allCases {
            guard let mapping = dialect.numbers[field] else { continue }
            let terms = mapping.terms.map { $0.paths.map(name).joined(separator: " else ") }
            lines.append(
                (
                    field.rawValue,
                    mapping.isLargest
                        ? "the largest of \(terms.joined(separator: ", "))"
                        : terms.joined(separator: " + ")
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
