import Accounting

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

    /// The guide on the database: all tables, and what of them adds up.
    package static var guide: String {
        """
        # Database

        Every table and column that flue publishes, as its declarations say.

        ## Overview

        The tables below stand in the publication (`flue publish`), in exports (`flue export`) and, but for \
        `hourly_dimension_emissions` and those about the publication, as views of the same names and columns in the ledger. \
        `flue schema` prints this page; the table `data_dictionary` of a publication holds it. <doc:ReadingTheDatabase> says \
        how to read them.

        This is version \(PublishedTable.version) of the schema: it rises when a column changes its name, type, unit or \
        meaning.

        Times are UTC. Counts add up over rows of one table; so do energy, emissions and water in kWh, kg and L. Columns that \
        end in `_low` and `_high` are of their row and do not add up; `monthly_totals` has those of the month.

        ## What is counted

        | counter | unit | meaning | never greater than |
        |---|---|---|---|

        """
            + Counter.allCases.map { counter in
                let declaration = counter.declaration
                let wholes = declaration.partOf.map { "`\($0.column)`" }.joined(separator: ", ")
                return
                    "| `\(counter.column)` | \(declaration.unit.rawValue) | \(declaration.meaning) | \(wholes) |\n"
            }.joined() + "\n## Tables\n\n" + markdown(tables)
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
