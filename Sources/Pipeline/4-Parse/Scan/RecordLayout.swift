/// How to scan the records of one file: for CSV, what its header says.
struct RecordLayout {
    let scanner: RecordScanner
    /// Where the first record begins.
    let start: Int
    /// How many lines stand before the first record.
    let headerLines: Int

    /// - Parameters:
    ///   - paths: The fields to find; slot n is path n.
    ///   - needed: Alternatives of which each file must hold one; a CSV header shows it at once.
    ///   - chunk: The first of the file.
    /// - Throws: ``InputError/header`` when a column that is needed is missing.
    init(
        _ form: RecordForm, paths: [FieldPath], needed: [[FieldPath]], of chunk: Chunk,
        _ buffer: borrowing ChunkBuffer
    ) throws(InputError) {
        let range = chunk.range
        guard form.format == .csv else {
            scanner = .json(JSONScanner(form.plan(paths)))
            start = range.lowerBound
            headerLines = 0
            return
        }
        let bytes = buffer.bytes.span.extracting(0..<range.upperBound + scanPadding)
        var first = range.lowerBound
        var lines = 1
        while first < range.upperBound, !form.takesLine(bytes, from: first) {
            first = min(endOfLine(bytes, from: first) + 1, range.upperBound)
            lines += 1
        }
        // Excel's own line says which delimiter follows.
        if holds(Array("sep=".utf8), in: bytes, at: first) {
            first = endOfLine(bytes, from: first) + 1
            lines += 1
        }
        let end = min(endOfLine(bytes, from: first), range.upperBound)
        let header = CSVScanner.header(bytes, first..<max(first, end))
        let columns = Set(header.map(normalizedColumnName))
        for alternatives in needed
        where !alternatives.contains(where: { CSVScanner.has($0, columns) }) {
            let names = alternatives.map { "\"\($0.columnName)\"" }.joined(separator: " or ")
            throw .header(problem: "the header has no column \(names), which \(form.name) needs")
        }
        scanner = .csv(
            try CSVScanner(
                paths, header: header,
                delimiter: CSVScanner.delimiter(bytes, first..<max(first, end))))
        start = min(end + 1, range.upperBound)
        headerLines = lines
    }
}
