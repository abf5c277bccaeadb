import Accounting
import GRDB

/// Emissions of single cells, which no table keeps: derived from their hours' factors when they are asked for.
enum HourCells {
    private static let key = ["hour", "region_id", "model_id", "dimension_id"]

    /// Makes the temporary table that ``PublishedTable/hourlyDimensionEmissions`` reads, empty.
    static func make(_ db: Database) throws {
        let columns =
            key.map { "\($0) INTEGER NOT NULL" } + EmissionRows.columns.map { "\($0) INTEGER" }
        try db.execute(
            sql: """
                CREATE TEMP TABLE IF NOT EXISTS hour_cell (\(columns.joined(separator: ", ")),
                  PRIMARY KEY (hour, region_id, model_id, dimension_id)) WITHOUT ROWID;
                DELETE FROM temp.hour_cell
                """)
    }

    /// Puts the cells of a day in the place of those that are there.
    static func fill(_ db: Database, day: Int) throws {
        try db.execute(sql: "DELETE FROM temp.hour_cell")
        let cells = try IntegerStatement(db, sql: SecondDerivation.cells(from: "?1", to: "?2"))
        var insert = try IntegerInsert(
            db, into: "temp.hour_cell", columns: key + EmissionRows.columns)
        try cells.forEachRow([Int64(day * 24), Int64(day * 24 + 24)]) { row in
            for column in key.indices { insert.add(row[column]) }
            let sums = EmissionSums(row, from: key.count)
            sums.add(to: &insert) { sums.range(of: $0) }
            try insert.endRow()
        }
        try insert.finish()
    }
}
