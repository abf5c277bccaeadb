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

    /// A month before and after a run derived all by another method.
    package struct TotalMove: Sendable {
        package let month: String
        /// kg CO2e; `nil` where nothing is known.
        package let before: Double?
        package let after: Double?
        /// In order of substitution; empty where another program had derived it.
        package let causes: [MonthStatement.Movement]
    }

    /// What the latest change of the method did to each month.
    package func latestMoves() throws -> [TotalMove] {
        try read { db in
            let run = try Int64.fetchOne(db, sql: "SELECT max(run_id) FROM former_total")
            return try run.map { try moves(db, by: $0) } ?? []
        }
    }

    /// What a run did to each month that derived all by another method.
    func moves(_ db: Database, by run: Int64) throws -> [TotalMove] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT f.month, f.emissions_kgco2e, t.emissions_kgco2e FROM former_totals AS f
                JOIN monthly_totals AS t USING (month) WHERE f.run_id = ? ORDER BY 1
                """, arguments: [run]
        ).map { row in
            let month: String = try row[0]
            let causes = try Row.fetchAll(
                db,
                sql: """
                    SELECT cause, energy_uwh, emissions_ug FROM former_total_cause
                    WHERE run_id = ? AND month = ?
                    """, arguments: [run, UTCMonth(month)?.ordinal])
            return try TotalMove(
                month: month, before: row[1], after: row[2],
                causes: causes.map {
                    try MonthStatement.Movement(cause: $0[0], energy: $0[1], emissions: $0[2])
                }.inOrder)
        }
    }
}
