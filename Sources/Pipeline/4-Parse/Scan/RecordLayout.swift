/// How to scan the records of one file: for CSV, what its header says.
struct RecordLayout {
    let scanner: RecordScanner
    /// Where the first record begins.
    let start: Int
    /// How many lines stand before the first record.
    let headerLines: Int

    /// - Parameters:
    ///   - paths: The fields to find; slot n is path n.
    ///   - plan: Where the fields stand, if records stand in documents.
    ///   - needed: Alternatives of which each file must hold one; a CSV header shows it at once.
    ///   - bytes: Whole records and their padding; the text is `range`.
    ///   - name: Of the mapping, for messages.
    /// - Throws: ``InputError/header`` when a column that is needed is missing.
    init(
        _ format: RecordFormat, paths: [FieldPath], plan: DocumentPlan? = nil,
        needed: [[FieldPath]], name: String,
        in bytes: Span<UInt8>, _ range: Range<Int>
    ) throws(InputError) {
        guard format == .csv else {
            scanner = .json(JSONScanner(plan ?? DocumentPlan(paths)))
            start = range.lowerBound
            headerLines = 0
            return
        }
        var first = range.lowerBound
        // Excel's own line says which delimiter follows.
        if holds(Array("sep=".utf8), in: bytes, at: first) {
            first = endOfLine(bytes, from: first) + 1
        }
        let end = min(endOfLine(bytes, from: first), range.upperBound)
        let header = CSVScanner.header(bytes, first..<max(first, end))
        let columns = Set(header.map(normalizedColumnName))
        for alternatives in needed
        where !alternatives.contains(where: { CSVScanner.has($0, columns) }) {
            let names = alternatives.map { "\"\($0.columnName)\"" }.joined(separator: " or ")
            throw .header(problem: "the header has no column \(names), which \(name) needs")
        }
        scanner = .csv(
            try CSVScanner(
                paths, header: header,
                delimiter: CSVScanner.delimiter(bytes, first..<max(first, end))))
        start = min(end + 1, range.upperBound)
        headerLines = first == range.lowerBound ? 1 : 2
    }
}
