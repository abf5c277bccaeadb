package import Accounting
import GRDB

/// How energy and emissions of a month's requests are distributed, for one model, one region and so on.
package struct RequestStatistic: Codable, Sendable {
    /// A figure with its range by that of the energy model.
    package struct Range: Codable, Sendable {
        package let low: Double
        package let central: Double
        package let high: Double
    }

    /// Percentiles are within ``RequestStatistic/relativeError`` of the exact ones; `nil` where nothing is known.
    package struct Distribution: Codable, Sendable {
        package let mean: Range?
        package let p50: Range?
        package let p90: Range?
        package let p95: Range?
        package let p99: Range?
        /// Of the last bin that holds a request.
        package let max: Range?
    }

    /// What the row is one of, such as `model`; `all` for the whole month.
    package let grouping: String
    /// Which one; `all` for the whole month.
    package let name: String
    package let requests: Int64
    /// Requests that percentiles are of: served, with known usage, and charged more than nothing.
    package let binnedRequests: Int64
    /// `in force`, or how much is `as ingested`: by an energy model that no scale leads to the one in force.
    package let percentileBasis: String?
    /// Share of the requests that percentiles are meant for, served and of known usage, that they are of, from 0 to 1.
    package let percentileCoverage: Double?
    /// `nil` where any of them stands as ingested.
    package let relativeError: Double?
    package let whPerRequest: Distribution
    package let gCO2ePerRequest: Distribution
    package let whPer1000OutputTokens: Distribution
    package let gCO2ePer1000OutputTokens: Distribution

    enum CodingKeys: String, CodingKey {
        case grouping, name, requests
        case binnedRequests = "binned_requests"
        case percentileBasis = "percentile_basis"
        case percentileCoverage = "percentile_coverage"
        case relativeError = "relative_error"
        case whPerRequest = "wh_per_request"
        case gCO2ePerRequest = "gco2e_per_request"
        case whPer1000OutputTokens = "wh_per_1000_output_tokens"
        case gCO2ePer1000OutputTokens = "gco2e_per_1000_output_tokens"
    }
}

extension Ledger {
    /// Statistics of a month's requests, all together first, then by each of `groupings`, by name.
    package func requestStatistics(
        of month: UTCMonth, by groupings: [String]
    ) throws -> [RequestStatistic] {
        try read { db in
            try (["all"] + groupings).flatMap { grouping in
                // Both views have the same rows.
                let key = grouping == "all" ? "grouping" : grouping
                return try Row.fetchAll(
                    db,
                    sql: """
                        SELECT *, r.\(key) AS name
                        FROM monthly_request_stats AS r
                        JOIN monthly_token_stats AS t
                          ON t.month = r.month AND t.grouping = r.grouping AND t.\(key) = r.\(key)
                        WHERE r.month = ? AND r.grouping = ? ORDER BY name
                        """,
                    arguments: [month.description, grouping]
                ).map { try RequestStatistic($0, grouping) }
            }
        }
    }
}

extension RequestStatistic {
    fileprivate init(_ row: Row, _ grouping: String) throws {
        func distribution(_ quantity: String) throws -> Distribution {
            func range(_ label: String) throws -> Range? {
                let column = "\(quantity)_\(label)"
                guard let central: Double = try row[column],
                    let low: Double = try row["\(column)_low"],
                    let high: Double = try row["\(column)_high"]
                else { return nil }
                return Range(low: low, central: central, high: high)
            }
            return try Distribution(
                mean: range("mean"), p50: range("p50"), p90: range("p90"), p95: range("p95"),
                p99: range("p99"), max: range("max"))
        }
        try self.init(
            grouping: grouping, name: row["name"], requests: row["requests"],
            binnedRequests: row["binned_requests"], percentileBasis: row["percentile_basis"],
            percentileCoverage: row["percentile_coverage"],
            relativeError: row["relative_error"], whPerRequest: distribution("wh_per_request"),
            gCO2ePerRequest: distribution("gco2e_per_request"),
            whPer1000OutputTokens: distribution("wh_per_1000_output_tokens"),
            gCO2ePer1000OutputTokens: distribution("gco2e_per_1000_output_tokens"))
    }
}
