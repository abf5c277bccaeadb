package import Accounting
import GRDB

/// What could not be turned into energy or emissions, by name. Nothing of it is guessed.
package struct Unmatched: Codable, Equatable, Sendable {
    package struct Item: Codable, Equatable, Sendable {
        package let name: String
        package let requests: Int64
    }

    package struct Gap: Codable, Equatable, Sendable {
        package let zone: String
        /// Hours without a grid value in which electricity was used.
        package let hours: Int
        /// `YYYY-MM-DD HH:00:00`, UTC.
        package let first: String
        package let last: String
        package let requests: Int64
    }

    /// Regions without a grid zone; the empty name stands for requests that name none.
    package let regions: [Item]
    /// Models that the energy model does not know.
    package let models: [Item]
    /// Zones with hours for which no grid value was imported.
    package let gridGaps: [Gap]
    /// Requests that one of these is about.
    package let requests: Int64
    /// All requests of the hours that were looked at.
    package let ofRequests: Int64

    package var isEmpty: Bool { requests == 0 }
    /// From 0 to 1.
    package var share: Double {
        ofRequests == 0 ? 0 : Double(requests) / Double(ofRequests)
    }

    enum CodingKeys: String, CodingKey {
        case regions, models, requests
        case gridGaps = "grid_gaps"
        case ofRequests = "of_requests"
    }
}

extension Ledger {
    /// What is unmatched in the given hours.
    package func unmatched(in hours: Set<Int>) throws -> Unmatched {
        try read { db in
            try unmatched(
                db, "f.hour IN (\(hours.sorted().map(String.init).joined(separator: ",")))")
        }
    }

    /// What is unmatched in a month.
    package func unmatched(in month: UTCMonth) throws -> Unmatched {
        try read { db in try unmatched(db, in: month) }
    }

    func unmatched(_ db: Database, in month: UTCMonth) throws -> Unmatched {
        let hours = month.hours
        return try unmatched(
            db, "f.hour >= \(hours.lowerBound.value) AND f.hour < \(hours.upperBound.value)")
    }

    private func unmatched(_ db: Database, _ condition: String) throws -> Unmatched {
        let factors = """
            FROM hour_factor AS f
            JOIN method USING (method_id)
            JOIN region AS r USING (region_id)
            JOIN model AS m USING (model_id)
            LEFT JOIN region_zone AS z USING (method_id, region_id)
            WHERE method.is_primary = 1 AND \(condition)
            """
        func items(_ name: String, _ test: String) throws -> [Unmatched.Item] {
            try Row.fetchAll(
                db,
                sql: "SELECT \(name), sum(f.requests) \(factors) AND \(test) GROUP BY 1 ORDER BY 1"
            ).map { Unmatched.Item(name: $0[0], requests: $0[1]) }
        }
        let gaps = try Row.fetchAll(
            db,
            sql: """
                SELECT z.zone, count(DISTINCT f.hour), min(f.hour), max(f.hour), sum(f.requests)
                \(factors) AND z.zone IS NOT NULL AND f.intensity_mg_per_kwh IS NULL
                GROUP BY 1 ORDER BY 1
                """)
        let sums = try Row.fetchOne(
            db,
            sql: """
                SELECT coalesce(sum(f.requests), 0), coalesce(sum(f.requests) FILTER (
                  WHERE f.intensity_mg_per_kwh IS NULL OR f.request_pwh IS NULL), 0)
                \(factors)
                """)
        return Unmatched(
            regions: try items("r.name", "z.zone IS NULL"),
            models: try items("m.name", "f.request_pwh IS NULL"),
            gridGaps: gaps.map {
                Unmatched.Gap(
                    zone: $0[0], hours: $0[1], first: UTCHour($0[2]).text,
                    last: UTCHour($0[3]).text, requests: $0[4])
            }, requests: sums?[1] ?? 0, ofRequests: sums?[0] ?? 0)
    }
}
