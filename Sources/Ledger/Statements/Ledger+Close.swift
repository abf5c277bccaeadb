package import Accounting
import Foundation
import GRDB

extension Ledger {
    package enum Closing: Sendable {
        case closed(MonthStatement)
        /// It was before, and stays as it is.
        case known(MonthStatement)
        /// Nothing was frozen, for these reasons.
        case incomplete([MonthStatement.Exception])
    }

    /// Freezes a month as it is derived; a month that is closed stays so.
    ///
    /// - Parameters:
    ///   - despite: Reasons against it that are set aside; they stand in the statement.
    ///   - unmatchedLimit: Percent of requests without energy or emissions that a complete month may have.
    ///   - now: When it is closed.
    /// - Returns: `nil` when the ledger holds nothing of the month.
    package func close(
        _ month: UTCMonth, despite: Set<MonthStatement.Exception.Kind>, unmatchedLimit: Int64,
        now: UTCHour, run: RunRecord
    ) throws -> Closing? {
        do {
            return try write { db in
                if let known = try statements(db, of: month).last { return .known(known) }
                guard try DerivedSchema.isDerived(db) else { throw LedgerError.older(path: path) }
                guard try figures(db, of: month) != nil else { return nil }
                let reasons = try exceptions(db, month, unmatchedLimit, now)
                let left = reasons.filter { !despite.contains($0.kind) }
                guard left.isEmpty else { return .incomplete(left) }
                let entry = try run.insert(db)
                guard !entry.derivesAnew else { throw OtherSettings("\(month) was not closed") }
                let revision = StatementRevision(month: month, number: 1, exceptions: reasons)
                try revision.freeze(db, run: entry.runID)
                return try statements(db, of: month).last.map { .closed($0) }
            }
        } catch let other as OtherSettings {
            throw other.error
        }
    }

    // MARK: Is it complete?

    private func exceptions(
        _ db: Database, _ month: UTCMonth, _ unmatchedLimit: Int64, _ now: UTCHour
    ) throws -> [MonthStatement.Exception] {
        var found: [MonthStatement.Exception] = []
        func add(_ kind: MonthStatement.Exception.Kind, _ detail: String) {
            found.append(MonthStatement.Exception(kind: kind, detail: detail))
        }
        if now < month.hours.upperBound {
            add(.running, "the month ends at \(month.hours.upperBound.text) UTC")
        }
        let days = try daysWithoutRequests(db, month)
        if !days.isEmpty {
            add(.days, "no requests on \(days.count) of its days: \(Self.spans(of: days))")
        }
        let unmatched = try unmatched(db, in: month)
        if !unmatched.gridGaps.isEmpty {
            let zones = unmatched.gridGaps.map { gap in
                "\(gap.zone) \(gap.hours) (\(gap.first) to \(gap.last))"
            }
            add(.grid, "hours without a grid value: \(zones.joined(separator: ", "))")
        }
        let names =
            unmatched.models.map { "model \"\($0.name)\"" }
            + unmatched.regions.map { "region \"\($0.name)\"" }
        if !names.isEmpty, unmatched.share * 100 > Double(unmatchedLimit) {
            let more = names.count > 5 ? " and \(names.count - 5) more" : ""
            add(
                .unmatched,
                "\(unmatched.requests) of \(unmatched.ofRequests) requests are unmatched, over the limit of "
                    + "\(unmatchedLimit) %: \(names.prefix(5).joined(separator: ", "))\(more)")
        }
        return found
    }

    /// Days of the month without requests, but for those before the ledger's first.
    private func daysWithoutRequests(_ db: Database, _ month: UTCMonth) throws -> [Int] {
        let used = try Set(Int.fetchAll(db, sql: "SELECT DISTINCT day FROM daily_emission"))
        guard let first = used.min() else { return [] }
        let days = month.hours.lowerBound.day..<month.hours.upperBound.day
        return days.filter { $0 >= first && !used.contains($0) }
    }

    /// `2026-10-03 to 2026-10-05, 2026-10-09`.
    private static func spans(of days: [Int]) -> String {
        var spans: [ClosedRange<Int>] = []
        for day in days {
            if let last = spans.last, last.upperBound == day - 1 {
                spans[spans.count - 1] = last.lowerBound...day
            } else {
                spans.append(day...day)
            }
        }
        func text(_ day: Int) -> String { CivilDate(daysSinceEpoch: day).text }
        return spans.map { span in
            span.count == 1
                ? text(span.lowerBound) : "\(text(span.lowerBound)) to \(text(span.upperBound))"
        }.joined(separator: ", ")
    }
}

/// A run that takes the ledger as it is meets one that was derived otherwise.
struct OtherSettings: Error {
    private let outcome: String

    init(_ outcome: String) { self.outcome = outcome }

    var error: LedgerError {
        .notStated(
            "\(outcome): the ledger rests on other settings than those of this run; derive it by them with flue restate, or "
                + "name with --config those that it rests on")
    }
}
