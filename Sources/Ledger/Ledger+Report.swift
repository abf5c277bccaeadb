package import Accounting
import GRDB

/// A column by which a report is broken down.
package enum ReportKey: String, CaseIterable, Sendable, Codable {
    case region, zone, model, tenant, project, endpoint

    fileprivate var column: String {
        switch self {
        case .region: "r.name"
        case .zone: "coalesce(z.zone, '')"
        case .model: "m.name"
        case .tenant, .project, .endpoint: "d.\(rawValue)"
        }
    }
}

/// Sums over part of a month. Energy and emissions are `nil` when nothing of them is known.
package struct ReportSums: Codable, Equatable, Sendable {
    package let requests: Int64
    package let failedRequests: Int64
    package let unknownUsageRequests: Int64
    package let inputTokens: Int64
    package let cachedInputTokens: Int64
    package let outputTokens: Int64
    package let reasoningTokens: Int64
    package let energyKWh: Double?
    package let energyKWhLow: Double?
    package let energyKWhHigh: Double?
    package let emissionsKgCO2e: Double?
    package let emissionsKgCO2eLow: Double?
    package let emissionsKgCO2eHigh: Double?
    package let whPerRequest: Double?
    package let gCO2ePerRequest: Double?
    package let unmatchedEnergyKWh: Double
    package let measuredShare: Double?
    package let estimatedShare: Double?
    package let filledShare: Double?

    enum CodingKeys: String, CodingKey {
        case requests
        case failedRequests = "failed_requests"
        case unknownUsageRequests = "unknown_usage_requests"
        case inputTokens = "input_tokens"
        case cachedInputTokens = "cached_input_tokens"
        case outputTokens = "output_tokens"
        case reasoningTokens = "reasoning_tokens"
        case energyKWh = "energy_kwh"
        case energyKWhLow = "energy_kwh_low"
        case energyKWhHigh = "energy_kwh_high"
        case emissionsKgCO2e = "emissions_kgco2e"
        case emissionsKgCO2eLow = "emissions_kgco2e_low"
        case emissionsKgCO2eHigh = "emissions_kgco2e_high"
        case whPerRequest = "wh_per_request"
        case gCO2ePerRequest = "gco2e_per_request"
        case unmatchedEnergyKWh = "unmatched_energy_kwh"
        case measuredShare = "measured_share"
        case estimatedShare = "estimated_share"
        case filledShare = "filled_share"
    }

    fileprivate static let sql = """
        sum(e.requests) AS requests, sum(e.failed_requests) AS failed,
        sum(e.unknown_usage_requests) AS unknown, sum(e.matched_requests) AS matched,
        sum(e.input_tokens) AS input, sum(e.cached_input_tokens) AS cached,
        sum(e.output_tokens) AS output, sum(e.reasoning_tokens) AS reasoning,
        sum(e.energy_uwh) AS energy, sum(e.energy_uwh_low) AS energy_low,
        sum(e.energy_uwh_high) AS energy_high,
        sum(e.emissions_ug) AS emissions, sum(e.emissions_ug_low) AS emissions_low,
        sum(e.emissions_ug_high) AS emissions_high,
        sum(e.unmatched_energy_uwh) AS unmatched, sum(e.measured_energy_uwh) AS measured,
        sum(e.estimated_energy_uwh) AS estimated, sum(e.filled_energy_uwh) AS filled
        """

    fileprivate init(_ row: Row) {
        func kilo(_ column: String) -> Double? { (row[column] as Int64?).map { Double($0) / 1e9 } }
        func share(_ column: String) -> Double? {
            guard let energy: Int64 = row["energy"], energy > 0 else { return nil }
            return Double(row[column] as Int64) / Double(energy)
        }
        func perRequest(_ column: String, _ requests: Int64) -> Double? {
            guard requests > 0, let amount: Int64 = row[column] else { return nil }
            return Double(amount) / 1e6 / Double(requests)
        }
        requests = row["requests"]
        failedRequests = row["failed"]
        unknownUsageRequests = row["unknown"]
        inputTokens = row["input"]
        cachedInputTokens = row["cached"]
        outputTokens = row["output"]
        reasoningTokens = row["reasoning"]
        energyKWh = kilo("energy")
        energyKWhLow = kilo("energy_low")
        energyKWhHigh = kilo("energy_high")
        emissionsKgCO2e = kilo("emissions")
        emissionsKgCO2eLow = kilo("emissions_low")
        emissionsKgCO2eHigh = kilo("emissions_high")
        whPerRequest = perRequest("energy", row["requests"])
        gCO2ePerRequest = perRequest("emissions", row["matched"])
        unmatchedEnergyKWh = kilo("unmatched") ?? 0
        measuredShare = share("measured")
        estimatedShare = share("estimated")
        filledShare = share("filled")
    }
}

/// All that a month's report says.
package struct MonthReport: Codable, Sendable {
    package struct Method: Codable, Sendable {
        package let energyModel: String
        package let summary: String
        package let boundary: String
        package let sources: [String]
        package let basis: String
        package let signal: String

        enum CodingKeys: String, CodingKey {
            case energyModel = "energy_model"
            case summary, boundary, sources, basis, signal
        }
    }

    package struct Row: Codable, Sendable {
        /// Values of the columns by which the report is broken down, by name.
        package let keys: [String: String]
        package let sums: ReportSums
    }

    package struct Books: Codable, Sendable {
        package let files: Int
        package let lines: Int64
        package let counted: Int64
        package let rejected: Int64
        package let duplicate: Int64
        package let skipped: Int64
    }

    package struct GridRelease: Codable, Sendable {
        package let source: String
        package let release: String
        package let zones: [String]
    }

    /// `YYYY-MM`.
    package let month: String
    package let method: Method
    package let totals: ReportSums
    package let by: [ReportKey]
    /// In order of emissions, the largest first, then by name.
    package let rows: [Row]
    package let unmatched: Unmatched
    /// Of the files whose requests span part of this month: whole files, also where they reach beyond it.
    package let books: Books
    /// Releases whose values the month rests on.
    package let grid: [GridRelease]
}

extension Ledger {
    /// Months that hold usage, in order.
    package func months() throws -> [UTCMonth] {
        try read { db in
            try String.fetchAll(
                db, sql: "SELECT DISTINCT month FROM monthly_emissions ORDER BY month"
            ).compactMap { UTCMonth($0) }
        }
    }

    /// The report of a month; `nil` when the ledger holds nothing of it.
    package func report(of month: UTCMonth, by keys: [ReportKey]) throws -> MonthReport? {
        return try read { db in
            let from = """
                FROM monthly_emission AS e
                JOIN method USING (method_id)
                JOIN region AS r USING (region_id)
                JOIN model AS m USING (model_id)
                JOIN dimension AS d USING (dimension_id)
                LEFT JOIN region_zone AS z USING (method_id, region_id)
                WHERE method.is_primary = 1 AND e.month = \(month.ordinal)
                """
            let total = try GRDB.Row.fetchOne(db, sql: "SELECT \(ReportSums.sql) \(from)")
            guard let total, total["requests"] as Int64? != nil else { return nil }
            return MonthReport(
                month: month.description, method: try method(db), totals: ReportSums(total),
                by: keys, rows: try rows(db, from, keys), unmatched: try unmatched(db, in: month),
                books: try books(db, month), grid: try releases(db, month))
        }
    }

    private func rows(
        _ db: Database, _ from: String, _ keys: [ReportKey]
    ) throws -> [MonthReport.Row] {
        guard !keys.isEmpty else { return [] }
        let columns = keys.enumerated().map { "\($1.column) AS key\($0)" }.joined(separator: ", ")
        let order = keys.indices.map { "key\($0)" }.joined(separator: ", ")
        return try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT \(columns), \(ReportSums.sql) \(from)
                GROUP BY \(order) ORDER BY emissions DESC NULLS LAST, energy DESC, \(order)
                """
        ).map { row in
            var values: [String: String] = [:]
            for (index, key) in keys.enumerated() { values[key.rawValue] = row["key\(index)"] }
            return MonthReport.Row(keys: values, sums: ReportSums(row))
        }
    }

    private func method(_ db: Database) throws -> MonthReport.Method {
        let sources = try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT f.source FROM factor AS f JOIN method USING (method_id)
                WHERE method.is_primary = 1 AND f.kind = 'energy' ORDER BY f.source
                """)
        let row = try GRDB.Row.fetchOne(db, sql: "SELECT * FROM method WHERE is_primary = 1")
        return MonthReport.Method(
            energyModel: row?["energy_model"] ?? "", summary: row?["energy_model_summary"] ?? "",
            boundary: row?["energy_boundary"] ?? "", sources: sources,
            basis: row?["basis"] ?? "", signal: row?["signal"] ?? "")
    }

    private func books(_ db: Database, _ month: UTCMonth) throws -> MonthReport.Books {
        let hours = month.hours
        let row = try GRDB.Row.fetchOne(
            db,
            sql: """
                SELECT count(*) AS files, coalesce(sum(lines), 0) AS lines,
                  coalesce(sum(counted), 0) AS counted, coalesce(sum(rejected), 0) AS rejected,
                  coalesce(sum(duplicate), 0) AS duplicate, coalesce(sum(skipped), 0) AS skipped
                FROM source_file
                WHERE state = 'live' AND last_time_ms >= ? AND first_time_ms < ?
                """,
            arguments: [
                hours.lowerBound.epochSeconds * 1_000, hours.upperBound.epochSeconds * 1_000,
            ])
        return MonthReport.Books(
            files: row?["files"] ?? 0, lines: row?["lines"] ?? 0, counted: row?["counted"] ?? 0,
            rejected: row?["rejected"] ?? 0, duplicate: row?["duplicate"] ?? 0,
            skipped: row?["skipped"] ?? 0)
    }

    private func releases(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.GridRelease] {
        let hours = month.hours
        return try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT l.source, l.label, group_concat(DISTINCT s.zone) AS zones
                FROM (SELECT DISTINCT zone, hour, method_id
                      FROM hour_factor JOIN region_zone USING (method_id, region_id)
                      WHERE hour >= ?1 AND hour < ?2) AS f
                JOIN method AS p ON p.method_id = f.method_id AND p.is_primary = 1
                JOIN grid_series AS s
                  ON s.zone = f.zone AND s.basis = p.basis AND s.signal = p.signal
                JOIN grid_release AS l ON l.release_id = (
                  SELECT max(g.release_id) FROM grid_intensity AS g
                  WHERE g.series_id = s.series_id AND g.hour = f.hour)
                GROUP BY l.release_id ORDER BY l.source, l.label
                """, arguments: [hours.lowerBound.value, hours.upperBound.value]
        ).map { row in
            let zones: String = row["zones"]
            return MonthReport.GridRelease(
                source: row["source"], release: row["label"],
                zones: zones.split(separator: ",").map(String.init).sorted())
        }
    }
}
