package import Accounting
import Foundation
import GRDB

/// A month's totals as they were reported.
package struct MonthStatement: Encodable, Sendable {
    package enum State: String, Codable, Sendable {
        /// The month still is what was stated.
        case closed
        /// It is not: a restatement is pending.
        case pending
        /// A later revision is in force.
        case superseded
    }

    /// Why a month was not complete when it was closed all the same.
    package struct Exception: Codable, Equatable, Sendable {
        package let kind: Kind
        package let detail: String

        package enum Kind: String, CaseIterable, Codable, Sendable {
            /// The month was not over.
            case running
            /// Hours without a grid value.
            case grid
            /// More requests without energy or emissions than the limit.
            case unmatched
            /// Days without requests.
            case days
        }
    }

    /// What one cause did to the month since the revision before.
    package struct Movement: Codable, Equatable, Sendable {
        package let cause: String
        /// µWh.
        package let energy: Int64
        /// µg CO2e.
        package let emissions: Int64

        enum CodingKeys: String, CodingKey {
            case cause
            case energy = "energy_uwh"
            case emissions = "emissions_ug"
        }
    }

    /// What a month was stated to be, or is.
    package struct Figures: Codable, Equatable, Sendable {
        package let requests: Int64
        /// Without energy.
        package let unmatchedRequests: Int64
        /// µWh; `nil` where nothing is known.
        package let energy: Int64?
        package let energyLow: Int64?
        package let energyHigh: Int64?
        /// Without a grid value, µWh.
        package let unmatchedEnergy: Int64
        /// µg CO2e.
        package let emissions: Int64?
        package let emissionsLow: Int64?
        package let emissionsHigh: Int64?

        enum CodingKeys: String, CodingKey {
            case requests
            case unmatchedRequests = "unmatched_requests"
            case energy = "energy_uwh"
            case energyLow = "energy_uwh_low"
            case energyHigh = "energy_uwh_high"
            case unmatchedEnergy = "unmatched_energy_uwh"
            case emissions = "emissions_ug"
            case emissionsLow = "emissions_ug_low"
            case emissionsHigh = "emissions_ug_high"
        }

        /// Of a month of which nothing is left.
        package static let none = Figures(
            requests: 0, unmatchedRequests: 0, energy: nil, energyLow: nil, energyHigh: nil,
            unmatchedEnergy: 0, emissions: nil, emissionsLow: nil, emissionsHigh: nil)
    }

    package let id: Int64
    /// `YYYY-MM`.
    package let month: String
    package let revision: Int
    package let state: State
    /// UTC.
    package let closedAt: String
    /// Of the program.
    package let version: String
    package let energyModel: String
    /// Empty for the first revision.
    package let reason: String
    /// Of the canonical dump, hexadecimal.
    package let sha256: String
    package let exceptions: [Exception]
    package let stated: Figures
    /// In order of substitution; of the first revision none.
    package let causes: [Movement]

    enum CodingKeys: String, CodingKey {
        case id, month, revision, state, version, reason, sha256, stated, causes
        case exceptions = "despite"
        case closedAt = "closed_at"
        case energyModel = "energy_model"
    }
}

extension Ledger {
    /// Statements of a month, or of all, the first revision of each first.
    package func statements(of month: UTCMonth? = nil) throws -> [MonthStatement] {
        try read { db in try statements(db, of: month) }
    }

    /// Closed months that are not what was stated, with what they are.
    package func pending() throws -> [(statement: MonthStatement, now: MonthStatement.Figures)] {
        try read { db in
            try statements(db, of: nil).filter { $0.state == .pending }.map { statement in
                let now = try UTCMonth(statement.month).flatMap { try figures(db, of: $0) }
                return (statement, now ?? .none)
            }
        }
    }

    func statements(_ db: Database, of month: UTCMonth?) throws -> [MonthStatement] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT s.statement_id, s.month, s.revision, coalesce(t.status, 'superseded') AS state,
                  r.committed_at, r.version, m.energy_model, s.reason, lower(hex(s.sha256)) AS sha256
                FROM statement AS s JOIN run AS r USING (run_id) JOIN method AS m USING (method_id)
                LEFT JOIN month_status AS t USING (statement_id)
                WHERE s.month = coalesce(?, s.month) ORDER BY s.month, s.revision
                """, arguments: [month?.ordinal]
        ).map { row in
            let id: Int64 = try row[0]
            let ordinal: Int = try row[1]
            return try MonthStatement(
                id: id, month: UTCMonth(year: ordinal / 12, month: ordinal % 12 + 1).description,
                revision: row[2], state: MonthStatement.State(rawValue: row[3]) ?? .superseded,
                closedAt: row[4], version: row[5], energyModel: row[6], reason: row[7],
                sha256: row[8], exceptions: exceptions(db, id),
                stated: figures(db, "statement_total", "statement_id", id) ?? .none,
                causes: causes(db, id))
        }
    }

    /// What a month is now; `nil` when nothing is known of it.
    func figures(_ db: Database, of month: UTCMonth) throws -> MonthStatement.Figures? {
        try figures(db, "month_total", "month", Int64(month.ordinal))
    }

    private func figures(
        _ db: Database, _ table: String, _ key: String, _ id: Int64
    ) throws -> MonthStatement.Figures? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT requests, requests - energy_requests, energy_uwh, energy_uwh_low, energy_uwh_high,
                  unmatched_energy_uwh, emissions_ug, emissions_ug_low, emissions_ug_high
                FROM \(table) WHERE \(key) = ?
                """, arguments: [id]
        ).map { row in
            try MonthStatement.Figures(
                requests: row[0], unmatchedRequests: row[1], energy: row[2], energyLow: row[3],
                energyHigh: row[4], unmatchedEnergy: row[5], emissions: row[6],
                emissionsLow: row[7], emissionsHigh: row[8])
        }
    }

    private func exceptions(_ db: Database, _ id: Int64) throws -> [MonthStatement.Exception] {
        try Row.fetchAll(
            db,
            sql: "SELECT kind, detail FROM statement_exception WHERE statement_id = ? ORDER BY 1",
            arguments: [id]
        ).compactMap { row in
            try MonthStatement.Exception.Kind(rawValue: row[0]).map {
                try MonthStatement.Exception(kind: $0, detail: row[1])
            }
        }
    }

    private func causes(_ db: Database, _ id: Int64) throws -> [MonthStatement.Movement] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT cause, sum(energy_uwh), sum(emissions_ug) FROM restatement_cause
                WHERE statement_id = ? GROUP BY 1
                """, arguments: [id])
        return try rows.map {
            try MonthStatement.Movement(cause: $0[0], energy: $0[1], emissions: $0[2])
        }.inOrder
    }
}

extension [MonthStatement.Movement] {
    /// Of substitution.
    var inOrder: [MonthStatement.Movement] {
        sorted {
            guard let left = RestatementCause(rawValue: $0.cause),
                let right = RestatementCause(rawValue: $1.cause)
            else { return $0.cause < $1.cause }
            return left < right
        }
    }
}
