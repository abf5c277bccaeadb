package import Configuration

/// Where the records of a format stand and what tells them from others: what mapping files of logs and of grid series have
/// in common.
package struct RecordForm: Equatable, Sendable {
    package let name: String
    package let summary: String
    package let format: RecordFormat
    /// Where records stand in a document, besides a document that is a record itself.
    let wrappers: [FieldPath]
    /// Whether a document without any of ``wrappers`` is a record itself.
    let readsDocuments: Bool
    /// What a document of this format, and of no other, holds; empty for a format that is never guessed.
    let signature: [Condition]
    /// What a line of a text log holds that is recognised.
    let lineMarks: [String]
    /// What the header and the records of a table begin with, among other lines; empty where there are none.
    let lineStarts: [String]
    /// Whether the fields of a document are lists, one beside the other, each of one value for each record.
    package let isColumnar: Bool
    /// Of a document that holds a list of rows, each a list of values: where it stands, and what the values are called.
    package let rows: Rows?
    /// Why files of this kind cannot be counted, and what to export instead.
    package let refusal: String?

    package static let keys = [
        "name", "about", "records", "each", "signature", "contains", "refused",
    ]
    /// Of forms that only small files have.
    package static let smallFileKeys = ["columns", "lines", "rows"]

    package struct Rows: Equatable, Sendable {
        let list: FieldPath
        let names: [String]

        init(_ node: ConfigNode) throws(ConfigError) {
            let section = try node.section(keys: ["of", "are"])
            list = try FieldPath(section.required("of"))
            var names: [String] = []
            for item in try section.required("are").list() { names.append(try item.string()) }
            self.names = names
        }
    }

    /// A table with a header, whose columns its reader names itself.
    package init(table name: String) {
        self.name = name
        summary = name
        format = .csv
        wrappers = []
        readsDocuments = true
        signature = []
        lineMarks = []
        lineStarts = []
        isColumnar = false
        rows = nil
        refusal = nil
    }

    package init(_ section: ConfigSection) throws(ConfigError) {
        name = try section.required("name").string()
        summary = try section.required("about").string()
        format = try section.required("records").choice(RecordFormat.self)
        refusal = try section["refused"]?.string()
        signature = try Condition.list(section["signature"])
        var marks: [String] = []
        for item in section["contains"]?.list() ?? [] { marks.append(try item.string()) }
        lineMarks = marks
        isColumnar = try section["columns"]?.bool() ?? false
        rows = try section["rows"].map { node throws(ConfigError) in try Rows(node) }
        var starts: [String] = []
        for item in section["lines"]?.list() ?? [] { starts.append(try item.string()) }
        lineStarts = starts
        guard format != .text || refusal != nil && !marks.isEmpty else {
            throw section.error("text logs are recognised only: give contains and refused")
        }
        var wrappers: [FieldPath] = []
        var readsDocuments = section["each"] == nil
        for item in section["each"]?.list() ?? [] {
            if !item.isList, try item.string() == "." {
                readsDocuments = true
            } else {
                let path = try FieldPath(item)
                guard !path.isOuter else {
                    throw item.error("a path from the document needs no slash here")
                }
                wrappers.append(path)
            }
        }
        if let each = section["each"], wrappers.isEmpty, !readsDocuments {
            throw each.error("name the lists that hold records, such as [., logEvents.message]")
        }
        self.wrappers = wrappers
        self.readsDocuments = readsDocuments
    }

    /// What tells its records, for people.
    package var signatureText: String {
        let marks = lineMarks.map { "\"\($0)\"" }
        return (signature.map(\.text) + marks).joined(separator: ", ")
    }

    /// Where the fields at `paths` stand in its documents.
    func plan(_ paths: [FieldPath]) -> DocumentPlan {
        DocumentPlan(paths, wrappers: wrappers, readsDocuments: readsDocuments)
    }

    /// A path as it is asked for: without lists of records, the document is the record.
    func asked(_ path: FieldPath) -> FieldPath {
        wrappers.isEmpty ? path.from(outer: false) : path
    }
}

/// A mapping file: a dialect of logs, or a source of grid series.
package protocol RecordMapping: Sendable {
    var form: RecordForm { get }
    /// Alternatives of which each record holds one; a CSV header shows it at once.
    var neededPaths: [[FieldPath]] { get }
    /// Whether a file without any record can be taken for one of these.
    var takesEmptyFiles: Bool { get }
}
