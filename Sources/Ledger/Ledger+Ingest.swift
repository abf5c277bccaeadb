import Accounting
import GRDB
package import Pipeline

extension Ledger {
    /// What a commit did.
    package struct Commit: Sendable {
        /// By number on the command line.
        package let outcomes: [Int: FileOutcome]
        /// The books of files of which requests were counted before.
        package let recounted: [Int: FilePartial]
        /// Files that could not be read once more, of which nothing was taken.
        package let failed: [Int: InputError]
        /// Hours whose rows were derived anew.
        package let hours: Set<Int>
        /// Another method than before: everything was derived anew.
        package let methodChanged: Bool
    }

    /// Takes files in: facts, derived rows and their bookkeeping, together or not at all.
    ///
    /// - Parameter renamed: Files whose bytes are known under another name.
    package func commit(
        _ arrivals: [Arrival], renamed: [FileIdentity] = [], run: RunRecord, intake: Intake
    ) throws -> Commit {
        var ordered = arrivals.sorted { $0.index < $1.index }[...]
        return try commit(renamed: renamed, run: run, intake: intake) { ordered.popFirst() }
    }

    /// As above, for files that arrive while those before them are written.
    ///
    /// The transaction is open meanwhile: `next` must not touch the ledger.
    ///
    /// - Parameter next: Waits for the next file, in the order of their numbers; `nil` ends the commit.
    package func commit(
        renamed: [FileIdentity] = [], run: RunRecord, intake: Intake,
        next: () throws -> Arrival?
    ) throws -> Commit {
        try write { db in
            let (runID, methodID, methodChanged) = try run.insert(db)
            var writer = try FactWriter(
                db, ledger: self, runID: runID, intake: intake,
                energyModel: run.method.energyModel)
            var outcomes: [Int: FileOutcome] = [:]
            var failed: [Int: InputError] = [:]
            while let arrival = try next() {
                do {
                    try db.inSavepoint {
                        outcomes[arrival.index] = try writer.insert(arrival)
                        return .commit
                    }
                } catch let error as UnreadableFile {
                    failed[arrival.index] = error.error
                    writer.duplicates.forgetAll()
                }
            }
            try writer.insertAliases(renamed)
            try writer.dropOldIDs()
            let hours = try Derivation(db, method: run.method, methodID: methodID)
                .bringUpToDate(writer.touchedHours, methodChanged: methodChanged)
            return Commit(
                outcomes: outcomes, recounted: writer.recounted, failed: failed, hours: hours,
                methodChanged: methodChanged)
        }
    }
}
