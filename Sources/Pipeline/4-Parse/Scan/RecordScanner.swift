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
}
