import Accounting
import GRDB

/// Which of the values of an hour holds: the one definition of it.
///
/// A suspect value is none; of sound ones a complete hour comes before a part of one, then a higher rank before a lower one.
/// How a value stands is what its file said, or what the latest later run judged.
enum GridInForce {
    /// All values with how they stand: rows of `series_id, hour, release_id, intensity_mg_per_kwh, evidence_id, flags,
    /// revised_ms, rank`.
    ///
    /// - Parameters:
    ///   - run: Up to which releases and judgements are known; `nil` for all.
    ///   - condition: On `g`, the values.
    static func standing(asOf run: Int64? = nil, where condition: String = "true") -> String {
        let judged = run.map { " AND run_id <= \($0)" } ?? ""
        let released = run.map { " AND l.run_id <= \($0)" } ?? ""
        return """
            SELECT g.series_id, g.hour, g.release_id, g.intensity_mg_per_kwh, g.evidence_id,
              coalesce(j.flags, g.flags) AS flags,
              iif(j.run_id IS NULL, g.revised_ms, j.revised_ms) AS revised_ms,
              coalesce(j.rank, g.rank) AS rank
            FROM grid_value AS g
            CROSS JOIN grid_release AS l USING (release_id)
            LEFT JOIN grid_judgement AS j
              ON j.series_id = g.series_id AND j.hour = g.hour AND j.release_id = g.release_id
              AND j.run_id = (
                SELECT max(run_id) FROM grid_judgement
                WHERE series_id = g.series_id AND hour = g.hour AND release_id = g.release_id\(judged))
            WHERE \(condition)\(released)
            """
    }

    /// Values in force: rows of `series_id, hour, release_id, intensity_mg_per_kwh, evidence_id, is_partial, revised_ms`.
    static func sql(asOf run: Int64? = nil, where condition: String = "true") -> String {
        // Of the columns of a group SQLite takes those of the row with the maximum. The values come in the order of the
        // groups, so that nothing is sorted.
        """
        SELECT series_id, hour, release_id, intensity_mg_per_kwh, evidence_id, flags & 1 AS is_partial,
          revised_ms
        FROM (
          SELECT *, max(iif(flags & 1, rank, rank + (1 << 62)))
          FROM (\(standing(asOf: run, where: condition))) WHERE flags & 30 = 0
          GROUP BY series_id, hour)
        """
    }

    /// Hours of a series.
    struct Span {
        let series: Int64
        let hours: ClosedRange<Int>

        fileprivate func condition(_ table: String = "") -> String {
            "\(table)series_id = \(series) AND \(table)hour BETWEEN "
                + "\(hours.lowerBound) AND \(hours.upperBound)"
        }
    }

    /// Brings the table of what is in force up to date: of some hours, or all of it.
    static func derive(_ db: Database, of spans: [Span]? = nil) throws {
        var hours: Set<Int> = []
        var days: Set<Int> = []
        let wheres = spans?.map { ($0.condition(), $0.condition("g.")) } ?? [("true", "true")]
        for (stored, known) in wheres {
            try db.execute(sql: "DELETE FROM grid_in_force WHERE \(stored)")
            try db.execute(sql: "INSERT INTO grid_in_force \(sql(where: known))")
            hours.formUnion(
                try Int.fetchAll(
                    db,
                    sql: """
                        SELECT DISTINCT hour FROM grid_in_force
                        WHERE \(stored) AND hour NOT IN (SELECT hour FROM calendar_hour)
                        """))
            days.formUnion(
                try Int.fetchAll(
                    db, sql: "SELECT DISTINCT hour / 24 FROM grid_in_force WHERE \(stored)"))
        }
        try Calendar.enter(db, hours: hours)
        for day in days {
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO derived_day
                    SELECT 'grid', ?, max(run_id), randomblob(16) FROM run HAVING count(*) > 0
                    """
            ).execute(arguments: [day])
        }
    }

    /// Adds how a value stands since a run; `nil` leaves what it was.
    static func judge(
        _ db: Database, series: Int64, hour: Int, release: Int64, run: Int64,
        flags: Int? = nil, revised: Int64? = nil, rank: Int64? = nil
    ) throws {
        let key = "g.series_id = ? AND g.hour = ? AND g.release_id = ?"
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO grid_judgement
                  (series_id, hour, release_id, run_id, flags, revised_ms, rank)
                SELECT series_id, hour, release_id, ?, coalesce(?, flags), coalesce(?, revised_ms),
                  coalesce(?, rank)
                FROM (\(standing(where: key)))
                """
        ).execute(arguments: [run, flags, revised, rank, series, hour, release])
    }
}
