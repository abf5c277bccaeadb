import Accounting
import GRDB

extension Ledger {
    /// Coverage of one zone, series and month.
    package struct GridCoverage: Codable, Sendable {
        package let zone: String
        package let month: String
        package let basis: String
        package let signal: String
        /// Hours of the month.
        package let hours: Int
        package let measured: Int
        package let estimated: Int
        /// Of the two above: less than three quarters of the hour are covered.
        package let partial: Int
        /// No value, or a suspect one.
        package let missing: Int
        /// Values that no grid has; they count as missing.
        package let suspect: Int
        /// Over the hours with a value; `nil` without any.
        package let meanGramsPerKilowattHour: Double?
        package let sources: [String]

        enum CodingKeys: String, CodingKey {
            case zone, month, basis, signal, hours, measured, estimated, partial, missing, suspect
            case sources
            case meanGramsPerKilowattHour = "mean_g_per_kwh"
        }
    }

    /// Means of days, months or years of one zone and series, as sources state them.
    package struct GridMeans: Codable, Sendable {
        package let zone: String
        package let basis: String
        package let signal: String
        /// `day`, `month` or `year`.
        package let of: String
        package let count: Int
        /// `YYYY-MM-DD` of the first one's beginning.
        package let first: String
        /// Of the last one's end.
        package let end: String
        package let meanGramsPerKilowattHour: Double
        package let sources: [String]

        enum CodingKeys: String, CodingKey {
            case zone, basis, signal, of, count, first, end, sources
            case meanGramsPerKilowattHour = "mean_g_per_kwh"
        }
    }

    /// What means are in force, by zone, basis and length.
    package func gridMeans(zone: String? = nil) throws -> [GridMeans] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    WITH best AS (
                      SELECT series_id, first_hour, end_hour, intensity_mg_per_kwh, max(release_id) AS release_id
                      FROM grid_mean GROUP BY series_id, first_hour, end_hour)
                    SELECT s.zone, s.basis, s.signal,
                      CASE WHEN end_hour - first_hour < 28 * 24 THEN 'day'
                        WHEN end_hour - first_hour < 365 * 24 THEN 'month' ELSE 'year' END AS of,
                      count(*) AS count, date(min(first_hour) * 3600, 'unixepoch') AS first,
                      date(max(end_hour) * 3600, 'unixepoch') AS end,
                      avg(intensity_mg_per_kwh) / 1e3 AS mean, group_concat(DISTINCT l.source) AS sources
                    FROM best JOIN grid_series AS s USING (series_id)
                    JOIN grid_release AS l USING (release_id)
                    WHERE s.zone = coalesce(?, s.zone)
                    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, min(end_hour - first_hour)
                    """, arguments: [zone])
            return try rows.map { row in
                let sources: String = try row["sources"]
                return try GridMeans(
                    zone: row["zone"], basis: row["basis"], signal: row["signal"], of: row["of"],
                    count: row["count"], first: row["first"], end: row["end"],
                    meanGramsPerKilowattHour: row["mean"],
                    sources: sources.split(separator: ",").map(String.init).sorted())
            }
        }
    }

    /// Coverage by zone, basis and month, in that order.
    ///
    /// - Parameter zone: The only one to show; `nil` for all.
    package func gridCoverage(zone: String? = nil) throws -> [GridCoverage] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    WITH best AS (
                      SELECT series_id, hour, flags, evidence_id, intensity_mg_per_kwh, release_id,
                        max((flags & 30 = 0) * \(1 << 41) + (1 - (flags & 1)) * \(1 << 40) + rank)
                      FROM (\(GridInForce.standing(
                        where: "g.series_id IN (SELECT series_id FROM grid_series WHERE zone = coalesce(?, zone))")))
                      GROUP BY series_id, hour)
                    SELECT s.zone, strftime('%Y-%m', b.hour * 3600, 'unixepoch') AS month, s.basis, s.signal,
                      sum(b.flags & 30 = 0 AND b.evidence_id = 1) AS measured,
                      sum(b.flags & 30 = 0 AND b.evidence_id = 2) AS estimated,
                      sum(b.flags = 1) AS partial, sum(b.flags & 30 <> 0) AS suspect,
                      avg(iif(b.flags & 30 = 0, b.intensity_mg_per_kwh / 1e3, NULL)) AS mean,
                      group_concat(DISTINCT l.source) AS sources
                    FROM best AS b JOIN grid_series AS s USING (series_id)
                    JOIN grid_release AS l USING (release_id)
                    GROUP BY 1, 3, 4, 2 ORDER BY 1, 3, 4, 2
                    """, arguments: [zone])
            return try rows.compactMap { row in
                let text: String = try row["month"]
                let sources: String = try row["sources"]
                guard let month = UTCMonth(text) else { return nil }
                let hours = month.hours.upperBound.value - month.hours.lowerBound.value
                let measured: Int = try row["measured"]
                let estimated: Int = try row["estimated"]
                return try GridCoverage(
                    zone: row["zone"], month: text, basis: row["basis"], signal: row["signal"],
                    hours: hours, measured: measured, estimated: estimated,
                    partial: row["partial"], missing: hours - measured - estimated,
                    suspect: row["suspect"], meanGramsPerKilowattHour: row["mean"],
                    sources: sources.split(separator: ",").map(String.init).sorted())
            }
        }
    }
}
