package import Accounting
import Foundation
import GRDB

extension Ledger {
    /// What deriving again did, or would do.
    package struct Restating: Sendable {
        /// Months that are stated again, with what they were.
        package let restated: [(before: MonthStatement, after: MonthStatement)]
        /// Closed months that still are what was stated.
        package let unchanged: [UTCMonth]
        /// What another method did to the other months.
        package let moves: [TotalMove]
        /// Whether any of it is not in the ledger yet.
        let isNews: Bool
    }

    /// Derives by today's facts and factors, and states closed months again that are others now.
    ///
    /// All of it happens in one transaction. Whoever only asks what would happen gets the same, and the transaction is undone.
    ///
    /// - Parameters:
    ///   - month: The one that may be stated again; `nil` for all that are closed.
    ///   - reason: Stands in the new statements.
    ///   - isDry: Whether nothing is to be changed.
    package func restate(
        _ month: UTCMonth?, reason: String, isDry: Bool, run: RunRecord
    ) throws -> Restating {
        do {
            return try write { db in
                let restating = try restate(db, month, reason, run)
                guard !isDry, restating.isNews else { throw Undone(restating: restating) }
                return restating
            }
        } catch let undone as Undone {
            return undone.restating
        }
    }

    /// Nothing is kept.
    private struct Undone: Error {
        let restating: Restating
    }

    private func restate(
        _ db: Database, _ month: UTCMonth?, _ reason: String, _ run: RunRecord
    ) throws -> Restating {
        let entry = try run.insert(db)
        let closed = try statements(db, of: month).filter { $0.state != .superseded }
        if let month, closed.isEmpty {
            throw LedgerError.notStated(
                "\(month) is not closed: it has no statement that could be stated again; flue close \(month) makes one"
            )
        }
        let asked = closed.filter { entry.derivesAnew || $0.state == .pending }
        var former: [FormerMonth] = []
        var hours: Set<Int> = []
        for statement in asked {
            guard let month = UTCMonth(statement.month) else { continue }
            let methodID = try Int64.fetchOne(
                db,
                sql:
                    "SELECT method_id FROM statement JOIN run USING (run_id) WHERE statement_id = ?",
                arguments: [statement.id])
            former.append(
                try FormerMonth(
                    db, month, statement: statement.id, methodID: methodID ?? 0, today: run.method))
            if !entry.derivesAnew { hours.formUnion(try usedHours(db, month)) }
        }
        if entry.derivesAnew || !hours.isEmpty {
            _ = try Derivation.bringUpToDate(
                db, hours, entry, method: run.method, restated: former)
        }
        var restated: [(before: MonthStatement, after: MonthStatement)] = []
        var unchanged = closed.filter { before in !asked.contains { $0.id == before.id } }
            .compactMap { UTCMonth($0.month) }
        for (before, former) in zip(asked, former) {
            let isPending = try statements(db, of: former.month).contains { $0.state == .pending }
            guard isPending else {
                unchanged.append(former.month)
                continue
            }
            let rows = try MonthRows.all(db, former.month)
            let revision = StatementRevision(
                month: former.month, number: before.revision + 1, reason: reason,
                exceptions: before.exceptions, movements: former.movements(to: rows))
            try revision.freeze(db, run: entry.runID)
            if let after = try statements(db, of: former.month).last {
                restated.append((before, after))
            }
        }
        return Restating(
            restated: restated, unchanged: unchanged.sorted(),
            moves: try entry.methodChanged ? moves(db, by: entry.runID) : [],
            isNews: entry.derivesAnew || !restated.isEmpty)
    }

    /// Hours of a month of which anything is known.
    private func usedHours(_ db: Database, _ month: UTCMonth) throws -> [Int] {
        try Int.fetchAll(
            db,
            sql: """
                SELECT DISTINCT hour FROM usage WHERE hour >= ?1 AND hour < ?2
                UNION SELECT DISTINCT hour FROM hour_factor WHERE hour >= ?1 AND hour < ?2
                UNION SELECT DISTINCT hour FROM meter_reading WHERE hour >= ?1 AND hour < ?2
                """, arguments: [month.hours.lowerBound.value, month.hours.upperBound.value])
    }
}
