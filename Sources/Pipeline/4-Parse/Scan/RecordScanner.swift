/// Finds the fields of the next record, whatever the format.
enum RecordScanner {
    case json(JSONScanner)
    case csv(CSVScanner)

    /// - Returns: The offset of the newline that ends the record.
    @inline(__always)
    func scan(
        _ bytes: Span<UInt8>, from start: Int, into slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        switch self {
        case .json(let scanner): try scanner.scan(bytes, from: start, into: &slots)
        case .csv(let scanner): try scanner.scan(bytes, from: start, into: &slots)
        }
    }

    /// Takes a line apart into fixed texts and values; `nil` for one that others will not repeat.
    ///
    /// - Parameter line: Without its newline.
    func parts(_ bytes: Span<UInt8>, _ line: Range<Int>) -> [TemplateLine.Part]? {
        switch self {
        case .json(let scanner):
            var template = TemplateLine(keys: scanner.plan.keys)
            let isTemplate = template.read(bytes, from: line.lowerBound, to: line.upperBound)
            return isTemplate ? template.parts : nil
        case .csv(let scanner): return scanner.parts(bytes, line)
        }
    }

    var isTable: Bool {
        if case .csv = self { true } else { false }
    }
}
