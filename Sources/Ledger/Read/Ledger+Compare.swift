package import Accounting
import GRDB

/// A month as another method would have it.
package struct MethodComparison: Encodable, Sendable {
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

extension Ledger {
    /// Derives a month by each method, from the same cells as the primary one, and stores nothing.
    ///
    /// - Complexity: One pass over the month's cells for each method.
    package func compare(_ month: UTCMonth, methods: [Method]) throws -> [MethodComparison] {
        try read { db in
            try methods.map { method in
                var builder = ReportSumsBuilder()
                try Derivation(db, method: method).forEachRow(of: month) { try builder.add($0, $1) }
                let sums = builder.result
                let model = method.energyModel
                return MethodComparison(
                    energyModel: model.name, boundary: model.boundary.rawValue,
                    released: model.released, unmatchedRequests: sums.requestsWithoutEnergy,
                    sums: sums)
            }
        }
    }
}
