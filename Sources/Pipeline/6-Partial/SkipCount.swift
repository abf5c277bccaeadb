/// How much of one kind was skipped.
package struct SkipCount: Codable, Equatable, Sendable {
    /// What it is, such as `another schema`.
    package let reason: String
    package let lines: Int
    /// Among the reasons of its dialect.
    let code: Int
    /// Whether it is nothing that the dialect knows.
    package let isForeign: Bool
    /// Whether it is a record of the dialect that is no request.
    package let isOfDialect: Bool
    /// Whether it is a record at all, of whatever kind, and no header, blank line or empty document.
    var isRecord: Bool { isForeign || isOfDialect && !isEmptyDocument }
    private let isEmptyDocument: Bool

    /// Of two with one code.
    static func + (left: SkipCount, right: SkipCount) -> SkipCount {
        SkipCount(left, lines: left.lines + right.lines)
    }

    private init(_ other: SkipCount, lines: Int) {
        reason = other.reason
        self.lines = lines
        code = other.code
        isForeign = other.isForeign
        isOfDialect = other.isOfDialect
        isEmptyDocument = other.isEmptyDocument
    }

    /// As SQL text: reasons of what is no record.
    package static var emptyReasons: String {
        [SkipCode.blank, .header, .noRecords].map { "'\($0.description)'" }.joined(separator: ", ")
    }

    init(code: Int, lines: Int, _ reader: RequestReader) {
        reason = reader.skipReasons[code]
        self.lines = lines
        self.code = code
        isForeign = code == SkipCode.text.rawValue || code == SkipCode.otherSchema.rawValue
        isOfDialect = code >= SkipCode.noRecords.rawValue
        isEmptyDocument = code == SkipCode.noRecords.rawValue
    }
}

/// One of several writers of a file, of whose records none was counted.
package struct SilentWriter: Codable, Equatable, Sendable {
    package let name: String
    package let records: Int
    /// What took most of them.
    package let reason: String
}
