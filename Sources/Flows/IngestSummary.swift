import Accounting
import Foundation
package import Ledger
import Pipeline
import Reporting
import Setup

/// What a run of `ingest` did, for people.
package struct IngestSummary: Sendable {
    /// How a run ended that did not do all that it should.
    package enum Fault: Sendable {
        /// Something was counted, something was not.
        case partlyDone
        /// Nothing was.
        case badData
    }

    /// By the name of each file.
    package private(set) var outcomes: [String: FileOutcome] = [:]
    private var added = 0
    private var grown = 0
    private var replaced = 0
    private var unchanged = 0
    private var copies = 0
    private var superseded = 0
    private var forgotten = 0
    private var refused = 0
    private var deferred = 0
    private var empty = 0
    private var truncated = 0
    /// Files of which something was lost that should have been counted.
    private var lossy = 0
    private var unseenParents = 0
    private var unknownUsage: Int64 = 0
    private var lines = 0
    private var counted = 0
    private var rejected = 0
    private var duplicate = 0
    private var skipped = 0
    private var plainBytes: Int64 = 0
    private var rejectCounts: [RejectKind: Int] = [:]
    private var skipCounts: [String: Int] = [:]
    private var dialects: [String: Int] = [:]
    var elapsed = Duration.zero
    var methodChanged = false
    /// What that did to months.
    var moves: [Ledger.TotalMove] = []
    var isDryRun = false
    var sameCalls: [SameCalls] = []
    var unmatched: Unmatched?
    /// Zones whose hours rest on published factors of a year.
    var annualZones: [(zone: String, hours: Int)] = []
    var unmatchedPercentLimit: Int64 = 0

    /// - Parameter partial: `nil` when the file was not read, because its bytes are known.
    /// - Parameter duplicates: Counted requests that were counted before, beside those that the books show.
    mutating func add(
        _ outcome: FileOutcome, of name: String, _ partial: FilePartial?, duplicates: Int = 0
    ) {
        outcomes[name] = outcome
        switch outcome {
        case .added: added += 1
        case .grown: grown += 1
        case .replaced: replaced += 1
        case .unchanged: unchanged += 1
        case .renamed, .recompressed: copies += 1
        case .superseded: superseded += 1
        case .forgotten: forgotten += 1
        case .continuesForgotten, .bundled, .rewritten, .forked, .otherwiseCounted, .counted:
            refused += 1
        }
        guard let partial, outcome.isCounted else { return }
        truncated += partial.truncation == nil ? 0 : 1
        lossy += partial.losses.isEmpty ? 0 : 1
        unseenParents += partial.unseenParents
        unknownUsage += partial.unknownUsage
        lines += partial.tally.lines
        counted += partial.tally.counted - duplicates
        rejected += partial.tally.rejected
        duplicate += partial.tally.duplicate + duplicates
        skipped += partial.tally.skipped
        plainBytes += partial.plainBytes
        rejectCounts.merge(partial.rejectCounts, uniquingKeysWith: +)
        for skip in partial.skipCounts { skipCounts[skip.reason, default: 0] += skip.lines }
        dialects[partial.dialect, default: 0] += 1
    }

    /// Adds what the ledger says of the hours that were derived; `nil` for a dry run.
    mutating func finish(
        _ hours: Set<Int>, methodChanged: Bool, since begin: ContinuousClock.Instant,
        _ ledger: Ledger?, _ settings: Settings
    ) throws {
        self.methodChanged = methodChanged
        isDryRun = ledger == nil
        unmatchedPercentLimit = settings.limits.unmatchedPercent
        if let ledger {
            unmatched = try ledger.unmatched(in: hours).suggesting(settings.method.regions.nearest)
            if methodChanged { moves = try ledger.latestMoves() }
            for month in Set(hours.map { UTCHour($0).month }).sorted() {
                for calls in try ledger.sameCalls(in: month) where !sameCalls.contains(calls) {
                    sameCalls.append(calls)
                }
            }
            annualZones = try ledger.annualZones(in: hours)
        }
        elapsed = ContinuousClock.now - begin
    }

    /// Adds a log of which a load has no partial, as it could not be mapped.
    mutating func add(_ log: Manifest.Unmapped) {
        switch log.kind {
        case .empty: empty += 1
        case .waits: deferred += 1
        case .refused: refused += 1
        }
    }

    mutating func add(_ error: InputError) {
        switch error {
        // As rotation leaves one behind: nothing is lost.
        case .empty: empty += 1
        case _ where error.isDeferred: deferred += 1
        default: refused += 1
        }
    }

    /// Whether every file that was read is counted.
    package var isComplete: Bool { refused + deferred == 0 }

    /// `nil` when all is well.
    package var fault: Fault? {
        let known = added + grown + replaced + unchanged + copies + superseded + forgotten
        if refused + deferred > 0 { return known > 0 ? .partlyDone : .badData }
        if truncated + lossy > 0 || empty > 0 && known == 0 { return .partlyDone }
        let share = unmatched?.share ?? 0
        return share * 100 > Double(unmatchedPercentLimit) ? .partlyDone : nil
    }

    package var text: String {
        let files: [(Int, String)] = [
            (added, isDryRun ? "read" : "added"), (grown, "grown"), (replaced, "replaced"),
            (unchanged, "unchanged"),
            (copies, "known under another name or compression"),
            (superseded, "earlier deliveries of files that are counted"),
            (forgotten, "forgotten before, not counted again"), (refused, "refused"),
            (deferred, "incomplete, tried again next run"),
            (empty, "empty, tried again next run"),
            (truncated, "incomplete, counted as far as they go"),
            (lossy, "with nothing counted of them, or of one of their writers"),
        ]
        let parts = files.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        var text = "Files: \(parts.joined(separator: ", "))\n"
        if !dialects.isEmpty {
            let read = dialects.sorted { $0.key < $1.key }.map { "\($0.key) \(grouped($0.value))" }
            text += "Read as: \(read.joined(separator: ", "))\n"
        }
        if lines > 0 {
            text +=
                "Lines: \(grouped(lines)) = \(grouped(counted)) counted + \(grouped(rejected)) "
                + "rejected + \(grouped(duplicate)) duplicate + \(grouped(skipped)) skipped\n"
        }
        for (kind, count) in rejectCounts.sorted(by: { $0.key < $1.key }) {
            let field = kind.field.isEmpty ? "" : " in \"\(kind.field)\""
            text += "  \(grouped(count)) rejected: \(kind.reason.explanation)\(field)\n"
        }
        for (reason, count) in skipCounts.sorted(by: { $0.key < $1.key }) {
            text += "  \(grouped(count)) skipped: \(reason)\n"
        }
        if unknownUsage > 0 {
            text +=
                "Usage: \(Numbers.counted(unknownUsage, "request")) without token counts that the dialect knows; "
                + "they count as unknown\n"
        }
        if unseenParents > 0 {
            text +=
                "Traces: \(Numbers.counted(Int64(unseenParents), "request")) below a span that its file does not hold; "
                + "a span in another file that repeats their sum would count twice\n"
        }
        if plainBytes > 0 {
            text +=
                "Time: \(Numbers.decimal(elapsed.seconds, 2)) s for \(grouped(Int(plainBytes))) plain bytes\n"
        }
        if methodChanged {
            text +=
                "The method changed: all months were derived anew; what they were is kept in former_totals.\n"
            for move in moves {
                text +=
                    "  \(move.month): \(Numbers.significant(move.before)) to \(Numbers.significant(move.after)) kg CO2e\n"
                for movement in move.causes { text += "    \(StatementText.because(movement))\n" }
            }
        }
        for (zone, hours) in annualZones {
            text +=
                "Grid: zone \(zone), \(Numbers.counted(Int64(hours), "hour")) at a published factor of a year, as "
                + "nothing better is known; import its series with flue grid import\n"
        }
        for calls in sameCalls { text += "Twice? \(SameCallsText.text(calls))\n" }
        if let unmatched, !unmatched.isEmpty { text += UnmatchedText.text(unmatched) }
        return text
    }

    private func grouped(_ value: Int) -> String { Numbers.grouped(Int64(value)) }
}

extension Duration {
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
