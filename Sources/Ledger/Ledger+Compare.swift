package import Accounting
import GRDB

/// A month as another method would have it.
package struct MethodComparison: Codable, Sendable {
    package let energyModel: String
    package let boundary: String
    package let released: String
    /// Requests whose energy is not known; it is in no sum.
    package let unmatchedRequests: Int64
    package let sums: ReportSums

    enum CodingKeys: String, CodingKey {
        case boundary, released, sums
        case energyModel = "energy_model"
        case unmatchedRequests = "unmatched_requests"
    }
}

extension [Int64?] {
    /// Of a row in the order of ``RollupColumns``.
    fileprivate var requestsWithoutEnergy: Int64 {
        func value(_ column: String) -> Int64 {
            RollupColumns.all.firstIndex(of: column).flatMap { self[$0] } ?? 0
        }
        return value("requests") - value("energy_requests")
    }
}

extension Ledger {
    /// Derives a month by each method, from the same cells as the primary one, and stores nothing.
    ///
    /// - Complexity: One pass over the month's cells for each method.
    package func compare(_ month: UTCMonth, methods: [Method]) throws -> [MethodComparison] {
        try read { db in
            try methods.map { method in
                let derivation = try Derivation(db, method: method, methodID: 0)
                var builder = ReportSumsBuilder()
                var unmatched: Int64 = 0
                for (causes, values) in try derivation.rows(of: month) {
                    builder.add(values, causes)
                    unmatched += values.requestsWithoutEnergy
                }
                let model = method.energyModel
                return MethodComparison(
                    energyModel: model.name, boundary: model.boundary.rawValue,
                    released: model.released, unmatchedRequests: unmatched, sums: builder.result)
            }
        }
    }
}
