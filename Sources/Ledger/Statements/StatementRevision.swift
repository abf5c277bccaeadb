import Accounting
import Foundation
import GRDB

/// What is about to be stated of a month, as the ledger has derived it.
struct StatementRevision {
    let month: UTCMonth
    let number: Int
    /// Why it is stated again; empty for the first.
    var reason = ""
    var exceptions: [MonthStatement.Exception] = []
    /// By what it differs from the revision before.
    var movements: [CauseSums.Movement] = []

    /// Freezes the month with all that it rests on.
    func freeze(_ db: Database, run: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO statement (month, revision, run_id, reason, schema, format, sha256)
                VALUES (?, ?, ?, ?, (SELECT user_version FROM pragma_user_version), ?, zeroblob(32))
                """, arguments: [month.ordinal, number, run, reason, StatementDump.format])
        let id = db.lastInsertedRowID
        for exception in exceptions {
            try db.execute(
                sql: "INSERT INTO statement_exception VALUES (?, ?, ?)",
                arguments: [id, exception.kind.rawValue, exception.detail])
        }
        try freezeRows(db, id)
        try StatementHours.freeze(db, month, id)
        try freezeSources(db, id)
        for movement in movements {
            try db.cachedStatement(
                sql: "INSERT INTO restatement_cause VALUES (?, ?, ?, ?, ?, ?, ?)"
            ).execute(arguments: [
                id, movement.key.region, movement.key.model, movement.key.dimension,
                movement.cause.rawValue, movement.amounts.energy, movement.amounts.emissions,
            ])
        }
        try db.execute(
            sql: "UPDATE statement SET sha256 = ? WHERE statement_id = ?",
            arguments: [StatementDump.digest(db, id), id])
        try MonthStatus.derive(db, of: month)
        // What is published of the month has another status now.
        try db.execute(
            sql: """
                UPDATE derived_day SET stamp = randomblob(16)
                WHERE subject = 'usage' AND day >= ? AND day < ?
                """, arguments: [month.hours.lowerBound.day, month.hours.upperBound.day])
    }

    private func freezeRows(_ db: Database, _ id: Int64) throws {
        let columns = EmissionRows.columns.joined(separator: ", ")
        let coverage = (CoverageColumns.energy + CoverageColumns.counts).joined(separator: ", ")
        let rows = "region_id, model_id, dimension_id, zone, \(columns)"
        for sql in [
            """
            INSERT INTO statement_total (statement_id, \(columns))
            SELECT ?1, \(columns) FROM month_total WHERE month = ?2
            """,
            """
            INSERT INTO statement_row (statement_id, \(rows))
            SELECT ?1, \(rows) FROM monthly_emission LEFT JOIN region_zone USING (region_id)
            WHERE month = ?2
            """,
            """
            INSERT INTO statement_coverage (statement_id, region_id, \(coverage))
            SELECT ?1, region_id, \(coverage) FROM month_coverage WHERE month = ?2
            """,
        ] {
            try db.execute(sql: sql, arguments: [id, month.ordinal])
        }
    }

    /// The files whose requests span part of the month, and the releases that its hours rest on.
    private func freezeSources(_ db: Database, _ id: Int64) throws {
        let hours = month.hours
        let columns =
            "sha256, bytes, dialect, lines, counted, rejected, duplicate, skipped, requests"
        try db.execute(
            sql: """
                INSERT INTO statement_file (statement_id, name, \(columns))
                SELECT ?, \(StatementDump.lastComponent("name")), \(columns) FROM live_file
                WHERE last_time_ms >= ? AND first_time_ms < ?
                """,
            arguments: [
                id, hours.lowerBound.epochSeconds * 1_000, hours.upperBound.epochSeconds * 1_000,
            ])
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO statement_release (statement_id, zone, release_id, served)
                SELECT ?1, zone, release_id, 'value' FROM (\(GridUse.values))
                UNION ALL SELECT ?1, zone, release_id, 'fill' FROM grid_fill
                WHERE hour >= ?2 AND hour < ?3 AND release_id <> 0
                """, arguments: [id, hours.lowerBound.value, hours.upperBound.value])
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO statement_grid_factor
                SELECT ?, zone, factor FROM grid_fill WHERE hour >= ? AND hour < ? AND factor <> ''
                """, arguments: [id, hours.lowerBound.value, hours.upperBound.value])
    }
}

/// Which values of the grid hours use.
enum GridUse {
    /// Releases of the values in force in hours from `?2` to `?3`: rows of `release_id, zone`.
    static let values = """
        SELECT DISTINCT g.release_id, s.zone
        FROM (SELECT DISTINCT zone, hour FROM hour_factor JOIN region_zone USING (region_id)
              WHERE hour >= ?2 AND hour < ?3) AS f
        JOIN derivation AS d JOIN method AS p USING (method_id)
        JOIN grid_series AS s ON s.zone = f.zone AND s.basis = p.basis AND s.signal = p.signal
        JOIN grid_in_force AS g ON g.series_id = s.series_id AND g.hour = f.hour
        """
}
