import Accounting
import GRDB
package import Pipeline

extension Ledger {
    /// What a commit did.
    package struct Commit: Sendable {
        /// By number on the command line.
        package let outcomes: [Int: FileOutcome]
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
        try write { db in
            let (runID, methodID, methodChanged) = try run.insert(db)
            var writer = try FactWriter(db, ledger: self, runID: runID, intake: intake)
            var outcomes: [Int: FileOutcome] = [:]
            for arrival in arrivals.sorted(by: { $0.index < $1.index }) {
                outcomes[arrival.index] = try writer.insert(arrival)
            }
            try writer.insertAliases(renamed)
            let hours = try Derivation(db, method: run.method, methodID: methodID)
                .bringUpToDate(writer.touchedHours, methodChanged: methodChanged)
            return Commit(outcomes: outcomes, hours: hours, methodChanged: methodChanged)
        }
    }
}
