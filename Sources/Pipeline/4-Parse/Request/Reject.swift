/// Why a line was not counted. A closed list: the raw values stand in the ledger.
package enum RejectReason: String, Error, CaseIterable, Codable, Sendable {
    case jsonSyntax = "json_syntax"
    case depth
    case csvSyntax = "csv_syntax"
    case csvColumns = "csv_columns"
    case lineTooLong = "line_too_long"
    case fieldMissing = "field_missing"
    case fieldType = "field_type"
    case timeFormat = "time_format"
    case timeRange = "time_range"
    case timeZone = "time_zone"
    case timeSpan = "time_span"
    case numberFormat = "number_format"
    case numberFraction = "number_fraction"
    case numberRange = "number_range"
    case inconsistent
    case usageInconsistent = "usage_inconsistent"
    case utf8
    case valueTooLong = "value_too_long"

    /// What is wrong, for a person.
    package var explanation: String {
        switch self {
        case .jsonSyntax: "not one JSON object"
        case .depth: "nested over \(JSONScanner.depthLimit) levels"
        case .csvSyntax: "a quoted field is not closed, or followed by text"
        case .csvColumns: "not as many columns as the header, or lists of different lengths"
        case .lineTooLong: "longer than max_line_bytes"
        case .fieldMissing: "the field is missing"
        case .fieldType: "the field holds another type"
        case .timeFormat: "not a time in the dialect's format"
        case .timeRange: "a time before 2000 or after 2099"
        case .timeZone: "a time that names no zone; say which with --zone"
        case .timeSpan: "a sum that ends before it begins, or is of over 31 days"
        case .numberFormat:
            "not a plain number, such as 1200 (no separators, no words)"
        case .numberFraction: "a fraction where things are counted"
        case .numberRange: "a number over 2147483647 (tokens of a sum: over 10^11)"
        case .inconsistent: "a part is larger than its whole"
        case .usageInconsistent: "a total that is not the sum of the parts, however they are read"
        case .utf8: "not UTF-8, or with a NUL"
        case .valueTooLong: "a name over 256 bytes"
        }
    }
}

/// What a line, or a record, is that is left out without a fault. Rules of the dialect follow behind.
enum SkipCode: Int, CaseIterable {
    case blank, header, text, otherSchema, noRecords

    /// The code of a dialect's own rule.
    static func rule(_ index: Int) -> Int { allCases.count + index }

    var description: String {
        switch self {
        case .blank: "blank line"
        case .header: "header"
        case .text: "line of another writer"
        case .otherSchema: "another schema"
        case .noRecords: "document without records"
        }
    }
}

/// A line that was not counted: where it stands and why, never what it says.
package struct Reject: Codable, Equatable, Sendable {
    /// 1-based.
    package var line: Int
    /// Offset of its first byte in the plain text of the file.
    package let offset: Int64
    package let reason: RejectReason
    /// The mapping's field that the reason is about; `nil` for the line as a whole.
    package let field: String?

    /// The same behind so much of the file.
    func moved(lines: Int, bytes: Int64) -> Reject {
        Reject(line: line + lines, offset: offset + bytes, reason: reason, field: field)
    }

    /// The reason with its field, such as `field_missing model`.
    package var description: String {
        field.map { "\(reason.rawValue) \($0)" } ?? reason.rawValue
    }
}

/// A reason and the field that it is about.
package struct RejectKind: Hashable, Comparable, Codable, Sendable {
    package let reason: RejectReason
    /// Empty for the line as a whole.
    package let field: String

    package static func < (left: RejectKind, right: RejectKind) -> Bool {
        (left.reason.rawValue, left.field) < (right.reason.rawValue, right.field)
    }
}

/// The reason, a space and the field: so a dictionary by kind is written in the order of its keys.
extension RejectKind: CodingKeyRepresentable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package var codingKey: any CodingKey { Key(stringValue: "\(reason.rawValue) \(field)") }

    package init?(codingKey: some CodingKey) {
        let parts = codingKey.stringValue.split(
            separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let reason = RejectReason(rawValue: String(parts[0])) else {
            return nil
        }
        self.init(reason: reason, field: String(parts[1]))
    }
}
