/// Finds the columns that were asked for in one CSV record: RFC 4180, comma, optional quotes, and no
/// newline inside quotes.
struct CSVScanner {
    /// By column: bit n means slot n asked for it.
    private let slotsByColumn: [UInt64]

    /// Binds the columns of a header.
    ///
    /// Names are compared in their normalised form, so case, spaces and punctuation do not matter.
    ///
    /// - Throws: ``InputError/header`` for a name that stands there twice.
    init(_ paths: [FieldPath], header: [String]) throws(InputError) {
        let columns = header.map(normalizedColumnName)
        var slotsByColumn = [UInt64](repeating: 0, count: columns.count)
        for (slot, path) in paths.enumerated() {
            let name = normalizedColumnName(path.columnName)
            let matches = columns.indices.filter { columns[$0] == name }
            guard matches.count <= 1 else {
                throw .header(problem: "the header names the column \"\(path.columnName)\" twice")
            }
            if let column = matches.first { slotsByColumn[column] |= 1 << UInt64(slot) }
        }
        self.slotsByColumn = slotsByColumn
    }

    /// The names in a header record.
    static func header(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [String] {
        var names: [String] = []
        var offset = range.lowerBound
        while offset <= range.upperBound {
            guard let field = try? CSVScanner.field(bytes, from: offset) else { break }
            names.append(String(decoding: decodedCSVText(bytes, field.range), as: UTF8.self))
            guard byte(bytes, at: field.end) == UInt8(ascii: ",") else { break }
            offset = field.end + 1
        }
        return names
    }

    /// Scans the record that begins at `start`.
    ///
    /// - Returns: The offset of the newline that ends the record.
    func scan(
        _ bytes: Span<UInt8>, from start: Int, into slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        slots.removeAll()
        var offset = start
        var column = 0
        while true {
            let field = try CSVScanner.field(bytes, from: offset)
            guard column < slotsByColumn.count else { throw .csvColumns }
            var wanted = field.range.isEmpty ? 0 : slotsByColumn[column]
            while wanted != 0 {
                slots.set(
                    wanted.trailingZeroBitCount, from: field.range.lowerBound,
                    to: field.range.upperBound, field.isEscaped ? .escapedCSV : .text)
                wanted &= wanted - 1
            }
            column += 1
            guard byte(bytes, at: field.end) == UInt8(ascii: ",") else {
                guard column == slotsByColumn.count else { throw .csvColumns }
                return field.end
            }
            offset = field.end + 1
        }
    }

    /// One field: its text, and where the comma or newline behind it stands.
    private static func field(
        _ bytes: Span<UInt8>, from start: Int
    ) throws(RejectReason) -> (range: Range<Int>, end: Int, isEscaped: Bool) {
        guard byte(bytes, at: start) == UInt8(ascii: "\"") else {
            let end = endOfPlainField(bytes, from: start)
            let hasReturn =
                end > start && byte(bytes, at: end) == UInt8(ascii: "\n")
                && byte(bytes, at: end - 1) == UInt8(ascii: "\r")
            return (start..<(hasReturn ? end - 1 : end), end, false)
        }
        var offset = start + 1
        var isEscaped = false
        while true {
            var quote = offset
            while byte(bytes, at: quote) != UInt8(ascii: "\"") {
                guard byte(bytes, at: quote) != UInt8(ascii: "\n") else { throw .csvSyntax }
                quote += 1
            }
            offset = quote + 1
            if byte(bytes, at: offset) == UInt8(ascii: "\"") {
                offset += 1
                isEscaped = true
                continue
            }
            var end = offset
            if byte(bytes, at: end) == UInt8(ascii: "\r") { end += 1 }
            let next = byte(bytes, at: end)
            guard next == UInt8(ascii: ",") || next == UInt8(ascii: "\n") else { throw .csvSyntax }
            return (start + 1..<quote, end, isEscaped)
        }
    }
}

/// The text of a quoted CSV field: doubled quotes become one.
func decodedCSVText(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    var offset = range.lowerBound
    while offset < range.upperBound {
        text.append(bytes[offset])
        let isDoubled =
            bytes[offset] == UInt8(ascii: "\"") && offset + 1 < range.upperBound
            && bytes[offset + 1] == UInt8(ascii: "\"")
        offset += isDoubled ? 2 : 1
    }
    return text
}
