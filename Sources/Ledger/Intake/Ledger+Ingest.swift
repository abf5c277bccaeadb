import Accounting
import GRDB
package import Pipeline

extension Ledger {
    /// Under which names a run has met the bytes of files: a name whose bytes now stand under another one is free for a new
    /// file.
    package struct Sightings: Sendable {
        /// Names that the run was given.
        let given: Set<String>
        /// Files whose bytes were known before they were read.
        let known: [FileIdentity]
        var names: [Int64: Set<String>] = [:]

        package init(given: Set<String> = [], known: [FileIdentity] = []) {
            self.given = given
            self.known = known
        }
    }

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
        /// Files that the run has met, for its next commit.
        package let sightings: Sightings
        /// Files whose name is that of others, which the rest of the run may meet under another name.
        package let postponed: [Arrival]
    }

    /// Takes files in as they arrive while those before them are written: facts, derived rows and their bookkeeping,
    /// together or not at all.
    ///
    /// The transaction is open meanwhile: `next` must not touch the ledger.
    ///
    /// - Parameters:
    ///   - renamed: Files whose bytes are known under another name.
    ///   - sightings: Files that the run has met before.
    ///   - postponed: What earlier commits of the run postponed.
    ///   - isLast: Nothing comes after it: what is postponed is decided.
    ///   - next: Waits for the next file, in the order of their numbers; `nil` ends the commit.
    package func commit(
        renamed: [FileIdentity] = [], sightings: Sightings = Sightings(),
        postponed: [Arrival] = [], refused: [RefusedFile] = [], isLast: Bool = false,
        run: RunRecord, intake: Intake, next: () throws -> Arrival?
    ) throws -> Commit {
        try write { db in
            let entry = try run.insert(db)
            var writer = try FactWriter(
                db, ledger: self, runID: entry.runID, intake: intake,
                energyModel: run.method.energyModel, sightings: sightings)
            try writer.insertAliases(renamed)
            var postponed = postponed
            var cells = postponed.reduce(0) { $0 + $1.partial.cells.count }
            var outcomes: [Int: FileOutcome] = [:]
            var failed: [Int: InputError] = [:]
            func take(_ arrival: Arrival, mayPostpone: Bool) throws {
                do {
                    try db.inSavepoint {
                        if let outcome = try writer.insert(arrival, mayPostpone: mayPostpone) {
                            outcomes[arrival.index] = outcome
                        } else {
                            cells += arrival.partial.cells.count
                            postponed.append(
                                cells < Self.postponedCells ? arrival : arrival.withoutCells)
                        }
                        return .commit
                    }
                } catch let error as UnreadableFile {
                    failed[arrival.index] = error.error
                    writer.duplicates.forgetAll()
                }
            }
            while let arrival = try next() { try take(arrival, mayPostpone: true) }
            if isLast {
                for arrival in postponed { try take(arrival, mayPostpone: false) }
                postponed = []
            }
            try writer.insertMoves()
            try writer.insertRefused(refused)
            try writer.dropOldIDs()
            let hours = try Derivation.bringUpToDate(
                db, writer.touchedHours, entry, method: run.method)
            return Commit(
                outcomes: outcomes, recounted: writer.recounted, failed: failed, hours: hours,
                methodChanged: entry.methodChanged, sightings: writer.sightings,
                postponed: postponed)
        }
    }

    /// Cells that postponed files hold together, at most; those beyond are read again.
    private static let postponedCells = 400_000
}
