package import Accounting
import Crypto
import Foundation
import GRDB

extension Ledger {
    /// Parts in which a method differs from the one that the derived rows rest on; none when they rest on it.
    package func differences(from method: Method) throws -> [MethodPart] {
        try read { db in
            guard try !rests(db, on: method) else { return [] }
            return try method.parts.filter { part in
                let digest = try Data.fetchOne(
                    db,
                    sql:
                        "SELECT sha256 FROM method_part JOIN derivation USING (method_id) WHERE part = ?",
                    arguments: [part.name.rawValue])
                return digest != Data(SHA256.hash(data: Data(part.text.utf8)))
            }.map(\.name)
        }
    }

    /// Emissions of a month before and after a run derived all by another method, kg CO2e; `nil` where nothing is known.
    package struct TotalMove: Sendable {
        package let month: String
        package let before: Double?
        package let after: Double?
    }

    /// What the latest change of the method did to each month.
    package func latestMoves() throws -> [TotalMove] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT f.month, f.emissions_kgco2e, t.emissions_kgco2e FROM former_totals AS f
                    JOIN monthly_totals AS t USING (month)
                    WHERE f.run_id = (SELECT max(run_id) FROM former_totals) ORDER BY 1
                    """
            ).map { try TotalMove(month: $0[0], before: $0[1], after: $0[2]) }
        }
    }
}
