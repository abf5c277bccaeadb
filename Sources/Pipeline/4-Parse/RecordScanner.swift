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

    /// Where a record that could not be scanned ends: at its newline.
    func endOfRejected(_ bytes: Span<UInt8>, from start: Int, textEnd: Int) -> Int {
        let newline = firstOffset(of: UInt8(ascii: "\n"), in: bytes, from: start, to: textEnd)
        guard case .csv = self else { return newline ?? textEnd }
        // Text that no newline outside quotes ends is one record, as the splitter cut it.
        return min(endOfQuotedRecord(bytes, from: start) - 1, textEnd)
    }
}
