package import Accounting
import GRDB

/// What could not be turned into energy or emissions, by name. Nothing of it is guessed.
package struct Unmatched: Codable, Equatable, Sendable {
    package struct Item: Codable, Equatable, Sendable {
        package let name: String
        package let requests: Int64
        /// Of requests that nobody counted.
        package let uncountedTokens: Int64
        /// A known name that is like it.
        package var nearest: String?

        enum CodingKeys: String, CodingKey {
            case name, requests, nearest
            case uncountedTokens = "uncounted_tokens"
        }
    }

    package struct Gap: Codable, Equatable, Sendable {
        package let zone: String
        /// Hours without a grid value in which electricity was used.
        package let hours: Int
        /// `YYYY-MM-DD HH:00:00`, UTC.
        package let first: String
        package let last: String
        package let requests: Int64
        package let uncountedTokens: Int64
        /// The basis of the zone's series, `direct` or `lifecycle`, when none is of the one that the method uses.
        package let otherBasis: String?

        enum CodingKeys: String, CodingKey {
            case otherBasis = "other_basis"
            case zone, hours, first, last, requests
            case uncountedTokens = "uncounted_tokens"
        }
    }

    /// Regions without a grid zone; the empty name stands for requests that name none.
    package private(set) var regions: [Item]
    /// Models that the energy model does not know.
    package let models: [Item]
    /// Zones with hours for which no grid value was imported.
    package let gridGaps: [Gap]
    /// Requests that one of these is about.
    package let requests: Int64
    /// All requests of the hours that were looked at.
    package let ofRequests: Int64
    /// As ``requests``: tokens of requests that nobody counted.
    package let uncountedTokens: Int64
    package let ofUncountedTokens: Int64

    /// The same with names that are like those of regions without a zone.
    package func suggesting(_ nearest: (String) -> String?) -> Unmatched {
        var suggested = self
        for index in regions.indices {
            suggested.regions[index].nearest = nearest(regions[index].name)
        }
        return suggested
    }

    package var isEmpty: Bool { regions.isEmpty && models.isEmpty && gridGaps.isEmpty }
    /// Of the requests, or of the tokens of requests that nobody counted, whichever is more; from 0 to 1.
    package var share: Double {
        func share(_ part: Int64, _ whole: Int64) -> Double {
            whole == 0 ? 0 : Double(part) / Double(whole)
        }
        return max(share(requests, ofRequests), share(uncountedTokens, ofUncountedTokens))
    }

    enum CodingKeys: String, CodingKey {
        case regions, models, requests
        case gridGaps = "grid_gaps"
        case ofRequests = "of_requests"
        case uncountedTokens = "uncounted_tokens"
        case ofUncountedTokens = "of_uncounted_tokens"
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

    /// Zones of the given hours that rest on published factors of a year, as nothing better is known, and how many hours.
    package func annualZones(in hours: Set<Int>) throws -> [(zone: String, hours: Int)] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT z.zone, count(DISTINCT f.hour) FROM hour_factor AS f
                    JOIN region_zone AS z USING (region_id)
                    WHERE f.grid_step = '\(GridLadder.Step.annual.rawValue)'
                      AND f.hour IN (\(hours.sorted().map(String.init).joined(separator: ",")))
                    GROUP BY 1 ORDER BY 1
                    """)
            return try rows.map { try ($0[0], $0[1]) }
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
            JOIN derivation AS n JOIN method USING (method_id)
            JOIN region AS r USING (region_id)
            JOIN model AS m USING (model_id)
            LEFT JOIN region_zone AS z USING (region_id)
            WHERE \(condition)
            """
        let amounts = "sum(f.requests), sum(f.requestless_tokens)"
        func items(_ name: String, _ test: String) throws -> [Unmatched.Item] {
            try Row.fetchAll(
                db,
                sql: "SELECT \(name), \(amounts) \(factors) AND \(test) GROUP BY 1 ORDER BY 1"
            ).map { try Unmatched.Item(name: $0[0], requests: $0[1], uncountedTokens: $0[2]) }
        }
        let gaps = try Row.fetchAll(
            db,
            sql: """
                SELECT z.zone, count(DISTINCT f.hour), min(f.hour), max(f.hour), \(amounts), (
                  SELECT s.basis FROM grid_series AS s
                  WHERE s.zone = z.zone AND s.signal = method.signal AND s.basis <> method.basis
                    AND NOT EXISTS (
                      SELECT 1 FROM grid_series AS own
                      WHERE own.zone = s.zone AND own.signal = s.signal AND own.basis = method.basis))
                \(factors) AND z.zone IS NOT NULL AND f.intensity_mg_per_kwh IS NULL
                GROUP BY 1 ORDER BY 1
                """)
        let all = try Row.fetchOne(db, sql: "SELECT \(amounts) \(factors)")
        let unmatched = try Row.fetchOne(
            db,
            sql: """
                SELECT \(amounts) \(factors)
                  AND (f.intensity_mg_per_kwh IS NULL OR f.request_pwh IS NULL)
                """)
        return try Unmatched(
            regions: items("r.name", "z.zone IS NULL"),
            models: items("m.name", "f.request_pwh IS NULL"),
            gridGaps: gaps.map {
                try Unmatched.Gap(
                    zone: $0[0], hours: $0[1], first: UTCHour($0[2]).text,
                    last: UTCHour($0[3]).text, requests: $0[4], uncountedTokens: $0[5],
                    otherBasis: $0[6])
            }, requests: unmatched?[0] ?? 0, ofRequests: all?[0] ?? 0,
            uncountedTokens: unmatched?[1] ?? 0, ofUncountedTokens: all?[1] ?? 0)
    }
}
