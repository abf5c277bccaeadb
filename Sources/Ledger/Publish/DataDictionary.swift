/// What the published tables hold, as their declarations say.
package struct DataDictionary: Encodable, Sendable {
    package struct Table: Encodable, Sendable {
        package let name: String
        /// What stands for one row.
        package let row: String
        package let columns: [Column]

        enum CodingKeys: String, CodingKey {
            case name, columns
            case row = "one_row_per"
        }
    }

    package struct Column: Encodable, Sendable {
        package let name: String
        package let type: String
        package let unit: String
        package let meaning: String
    }

    /// Rises when a column changes its name, type, unit or meaning.
    let schemaVersion = PublishedTable.version
    let tables: [Table]

    enum CodingKeys: String, CodingKey {
        case tables
        case schemaVersion = "schema_version"
    }

    package init(_ tables: [Table] = Self.tables) { self.tables = tables }

    package static let tables = Publication.tables.map { table in
        Table(
            name: table.name, row: table.row,
            columns: table.columns.map(Column.init))
    }

    /// A section for each table.
    package static func markdown(_ tables: [Table]) -> String {
        func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
        return tables.map { table in
            """
            ### \(table.name)

            One row per \(table.row).

            | column | type | unit | meaning |
            |---|---|---|---|

            """
                + table.columns.map { column in
                    "| `\(column.name)` | \(column.type) | \(cell(column.unit)) | \(cell(column.meaning)) |\n"
                }.joined()
        }.joined(separator: "\n")
    }
}

extension DataDictionary.Column {
    init(_ column: PublishedColumn) {
        self.init(
            name: column.name, type: column.kind.rawValue, unit: column.unit,
            meaning: column.meaning
        )
    }
}
