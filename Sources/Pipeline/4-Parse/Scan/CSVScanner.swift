/// Finds the columns that were asked for in one CSV record: RFC 4180, optional quotes, and no newline inside quotes. The
/// delimiter is what the header shows: a comma, a semicolon (then decimals have commas), a tab or a bar.
struct CSVScanner {
    /// By column: bit n means slot n asked for it.
    private let slotsByColumn: [UInt64]
    /// What few tables have; `nil` for a comma and no JSON.
    private let extras: Extras?

    /// A class, so that a scanner without it is small.
    private final class Extras: Sendable {
        let delimiter: UInt8
        /// Columns that hold JSON in which fields were asked for.
        let cells: [Int: JSONScanner]

        init(_ delimiter: UInt8, _ cells: [Int: JSONScanner]) {
            self.delimiter = delimiter
            self.cells = cells
        }
    }

    /// Binds the columns of a header.
    ///
    /// Names are compared in their normalised form, so case, spaces and punctuation do not matter. A path whose first key
    /// names a column leads into the JSON of its cells.
    ///
    /// - Throws: ``InputError/header`` for a name that stands there twice.
    init(_ paths: [FieldPath], header: [String], delimiter: UInt8 = UInt8(ascii: ","))
        throws(InputError)
    {
        let columns = header.map(normalizedColumnName)
        var slotsByColumn = [UInt64](repeating: 0, count: columns.count)
        var cells: [Int: [(slot: Int, keys: [String])]] = [:]
        for (slot, path) in paths.enumerated() {
            for keys in path.spellings {
                let name = keys.joined(separator: ".")
                let matches = Self.columns(columns, named: name)
                guard matches.count <= 1 else {
                    throw .header(problem: "the header names the column \"\(name)\" twice")
                }
                if let column = matches.first {
                    slotsByColumn[column] |= 1 << UInt64(slot)
                } else if keys.count > 1, let column = Self.columns(columns, named: keys[0]).first {
                    cells[column, default: []].append((slot, Array(keys.dropFirst())))
                }
            }
        }
        self.slotsByColumn = slotsByColumn
        let scanners = cells.mapValues { JSONScanner(DocumentPlan(cell: $0)) }
        extras =
            delimiter == UInt8(ascii: ",") && cells.isEmpty ? nil : Extras(delimiter, scanners)
    }

    private static func columns(_ columns: [String], named name: String) -> [Int] {
        let name = normalizedColumnName(name)
        return columns.indices.filter { columns[$0] == name }
    }

    /// Whether a header has what a path leads to.
    static func has(_ path: FieldPath, _ columns: Set<String>) -> Bool {
        path.spellings.contains { keys in
            columns.contains(normalizedColumnName(keys.joined(separator: ".")))
                || keys.count > 1 && columns.contains(normalizedColumnName(keys[0]))
        }
    }

    /// The delimiter that a header has most of.
    static func delimiter(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt8 {
        let candidates = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
        var counts = [0, 0, 0, 0]
        var isQuoted = false
        for offset in range {
            if bytes[offset] == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard !isQuoted else { continue }
            for index in 0..<4 where bytes[offset] == candidates[index] { counts[index] += 1 }
        }
        let most = counts.max() ?? 0
        return candidates[counts.firstIndex(of: most) ?? 0]
    }

    /// The names in a header record.
    static func header(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [String] {
        let delimiter = delimiter(bytes, range)
        var names: [String] = []
        var offset = range.lowerBound
        while offset <= range.upperBound {
            guard let field = try? CSVScanner.field(bytes, from: offset, delimiter) else { break }
            names.append(String(decoding: decodedCSVText(bytes, field.range), as: UTF8.self))
            guard byte(bytes, at: field.end) == delimiter else { break }
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
        if let extras { return try scan(bytes, from: start, extras, into: &slots) }
        slots.removeAll()
        var offset = start
        var column = 0
        while true {
            let field = try CSVScanner.field(bytes, from: offset, UInt8(ascii: ","))
            // Spreadsheets end rows with empty fields that have no column.
            guard column < slotsByColumn.count || field.range.isEmpty else { throw .csvColumns }
            var wanted = field.range.isEmpty ? 0 : slotsByColumn[column]
            while wanted != 0 {
                slots.set(
                    wanted.trailingZeroBitCount, from: field.range.lowerBound,
                    to: field.range.upperBound, field.isEscaped ? .escapedCSV : .text)
                wanted &= wanted - 1
            }
            column += 1
            guard byte(bytes, at: field.end) == UInt8(ascii: ",") else {
                guard column >= slotsByColumn.count else { throw .csvColumns }
                return field.end
            }
            offset = field.end + 1
        }
    }

    /// As above, with what few tables have.
    private func scan(
        _ bytes: Span<UInt8>, from start: Int, _ extras: Extras, into slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        slots.removeAll()
        var offset = start
        var column = 0
        while true {
            let field = try CSVScanner.field(bytes, from: offset, extras.delimiter)
            guard column < slotsByColumn.count || field.range.isEmpty else { throw .csvColumns }
            let isDecimal =
                extras.delimiter == UInt8(ascii: ";") && isDecimal(bytes, field.range)
            let kind: FieldSlots.Kind =
                field.isEscaped ? .escapedCSV : isDecimal ? .commaNumber : .text
            for slot in 0..<FieldSlots.limit
            where !field.range.isEmpty && slotsByColumn[column] >> UInt64(slot) & 1 != 0 {
                slots.set(
                    slot, from: field.range.lowerBound, to: field.range.upperBound, kind)
            }
            if !field.range.isEmpty, extras.cells[column] != nil {
                slots.addText(field.range, column: column)
            }
            column += 1
            guard byte(bytes, at: field.end) == extras.delimiter else {
                guard column >= slotsByColumn.count else { throw .csvColumns }
                return field.end
            }
            offset = field.end + 1
        }
    }

    /// Whether digits stand before and behind one comma.
    private func isDecimal(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var commas = 0
        for offset in range {
            if bytes[offset] == UInt8(ascii: ",") {
                commas += 1
            } else if !isDigit(bytes[offset]),
                offset != range.lowerBound || bytes[offset] != UInt8(ascii: "-")
            {
                return false
            }
        }
        return commas == 1
    }

    /// Takes a record apart into delimiters and fields; `nil` for a table that has what few have.
    ///
    /// - Parameter line: Without its newline.
    func parts(_ bytes: Span<UInt8>, _ line: Range<Int>) -> [TemplateLine.Part]? {
        guard extras == nil else { return nil }
        var parts: [TemplateLine.Part] = []
        var start = line.lowerBound
        var textStart = start
        while true {
            guard parts.count < slotsByColumn.count,
                let field = try? CSVScanner.field(bytes, from: start, UInt8(ascii: ","))
            else { return nil }
            let slots = slotsByColumn[parts.count]
            guard slots.nonzeroBitCount <= 1 else { return nil }
            let isQuoted = bytes[start] == UInt8(ascii: "\"")
            let end = field.range.upperBound + (isQuoted ? 1 : 0)
            parts.append(
                TemplateLine.Part(
                    text: (textStart..<start).map { bytes[$0] }, value: bytes[start],
                    range: start..<end,
                    slot: slots == 0 ? FieldSlots.unwanted : slots.trailingZeroBitCount,
                    slotStart: field.range.lowerBound - 1))
            textStart = end
            guard field.end < line.upperBound else { break }
            start = field.end + 1
        }
        guard parts.count == slotsByColumn.count else { return nil }
        parts.append(
            TemplateLine.Part(
                text: (textStart...line.upperBound).map { bytes[$0] }, value: UInt8(ascii: "\n"),
                range: line.upperBound..<line.upperBound, slot: FieldSlots.unwanted))
        return parts
    }

    /// Finds the fields in the JSON of cells. A cell that holds none has none.
    func unfold(_ slots: inout FieldSlots, _ buffer: inout ChunkBuffer) {
        let texts = slots.texts
        slots.removeTexts()
        for text in texts {
            guard let scanner = extras?.cells[text.column] else { continue }
            buffer.unfoldCell(text.range)
            let start = skipSpace(buffer.bytes.span, from: text.range.lowerBound)
            guard start < text.range.upperBound else { continue }
            if (try? scanner.scan(buffer.bytes.span, from: start, level: 0, into: &slots)) == nil {
                slots.remove(scanner.plan.levels[0].mask)
            }
            // Texts in the cell that hold JSON again are not entered.
            slots.removeTexts()
        }
    }

    /// One field: its text, and where the comma or newline behind it stands.
    @inline(__always)
    private static func field(
        _ bytes: Span<UInt8>, from start: Int, _ delimiter: UInt8
    ) throws(RejectReason) -> (range: Range<Int>, end: Int, isEscaped: Bool) {
        guard byte(bytes, at: start) == UInt8(ascii: "\"") else {
            let end =
                delimiter == UInt8(ascii: ",")
                ? endOfPlainField(bytes, from: start)
                : portableEndOfPlainField(bytes, from: start, delimiter)
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
            guard next == delimiter || next == UInt8(ascii: "\n") else { throw .csvSyntax }
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
