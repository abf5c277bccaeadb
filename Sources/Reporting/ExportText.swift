package import Ledger

/// How exported rows are written.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// RFC 4180, with a header.
    case csv
    /// One JSON object a line.
    case ndjson
    /// A script for psql: the table, its comments, and COPY in text format.
    case postgres

    /// What stands before the rows.
    package func begin(_ head: ExportHead) -> String {
        let names = head.table.columns.map(\.name)
        switch self {
        case .csv: return names.joined(separator: ",") + "\r\n"
        case .ndjson: return ""
        case .postgres:
            let columns = head.table.columns.map { column in
                "  \(column.name) \(Self.postgresType(column.type))"
            }
            var lines = [
                "BEGIN;",
                "CREATE TABLE IF NOT EXISTS \(head.table.name) (\n\(columns.joined(separator: ",\n"))\n);",
                "COMMENT ON TABLE \(head.table.name) IS \(Self.quoted("one row per \(head.table.row)"));",
            ]
            for column in head.table.columns where !column.meaning.isEmpty {
                let unit = column.unit.isEmpty ? "" : "\(column.unit): "
                lines.append(
                    "COMMENT ON COLUMN \(head.table.name).\(column.name) IS \(Self.quoted(unit + column.meaning));"
                )
            }
            switch head.replaced {
            case .all: lines.append("DELETE FROM \(head.table.name);")
            case .periods(let column, let periods) where !periods.isEmpty:
                let list = periods.map(Self.quoted).joined(separator: ", ")
                lines.append("DELETE FROM \(head.table.name) WHERE \(column) IN (\(list));")
            case .periods: break
            }
            lines.append("COPY \(head.table.name) (\(names.joined(separator: ", "))) FROM stdin;")
            return lines.joined(separator: "\n") + "\n"
        }
    }

    /// One row.
    package func line(_ values: [ExportValue], _ head: ExportHead) -> String {
        switch self {
        case .csv: return values.map(Self.csv).joined(separator: ",") + "\r\n"
        case .postgres: return values.map(Self.copy).joined(separator: "\t") + "\n"
        case .ndjson:
            let members = zip(head.table.columns, values).map { column, value in
                "\"\(column.name)\":\(Self.json(value))"
            }
            return "{\(members.joined(separator: ","))}\n"
        }
    }

    /// What stands behind the rows.
    package var end: String { self == .postgres ? "\\.\nCOMMIT;\n" : "" }

    private static func postgresType(_ type: String) -> String {
        switch type {
        case "INTEGER": "bigint"
        case "REAL": "double precision"
        default: "text"
        }
    }

    private static func quoted(_ text: String) -> String {
        "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }

    private static func csv(_ value: ExportValue) -> String {
        switch value {
        case .null: ""
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): PlainText.csvCell(text)
        }
    }

    private static func copy(_ value: ExportValue) -> String {
        switch value {
        case .null: "\\N"
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): PlainText.copyValue(text)
        }
    }

    private static func json(_ value: ExportValue) -> String {
        switch value {
        case .null: "null"
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .text(let text): PlainText.jsonString(text)
        }
    }
}
