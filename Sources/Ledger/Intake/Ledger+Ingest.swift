import Accounting
import Foundation
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
        /// Hours whose rows were derived anew.
        package let hours: Set<Int>
        /// Another method than before: everything was derived anew.
        package let methodChanged: Bool
        /// Files that the run has met, for its next commit.
        package let sightings: Sightings
        /// Numbers of files that wait for the rest of the run.
        package let postponed: Set<Int>
    }

    /// Which files of a batch wait until the run has met all others.
    package enum Waiting: Sendable {
        case none
        /// Those whose name is that of others, which the rest may show to have left it.
        case named
        /// All that would be counted: some of their requests may be counted in a file that is replaced.
        case counted
    }

    package enum Load: Sendable {
        case committed(Commit)
        /// Nothing was changed: each of these files is to be counted without the requests that begin at these places, which
        /// are counted elsewhere.
        case leavesOut([Int: Set<Int64>])
    }

    /// Takes a batch of files in: facts, derived rows and their bookkeeping, together or not at all.
    ///
    /// First what each file is to those that are there, then which requests were counted before; where a delivery counts
    /// some of those, nothing is changed.
    ///
    /// - Parameters:
    ///   - batch: In the order of their numbers.
    ///   - renamed: Files whose bytes are known under another name.
    ///   - sightings: Files that the run has met before.
    ///   - refused: Files of which the run took nothing.
    ///   - waiting: Which files are left for later.
    ///   - isWhole: Whether the batch is all of the run: what is left for later is taken in behind the rest.
    package func load(
        _ batch: [Delivery], renamed: [FileIdentity] = [], sightings: Sightings = Sightings(),
        refused: [RefusedFile] = [], waiting: Waiting = .named, isWhole: Bool = false,
        run: RunRecord, intake: Intake
    ) throws -> Load {
        do {
            return .committed(
                try write { db in
                    let entry = try run.insert(db)
                    var writer = try FactWriter(
                        db, ledger: self, runID: entry.runID, intake: intake,
                        energyModel: run.method.energyModel, sightings: sightings)
                    try writer.insertAliases(renamed)
                    for delivery in batch { try writer.enter(delivery, waiting) }
                    if isWhole { try writer.enterPostponed(batch) }
                    try writer.checkDuplicates()
                    writer.announce()
                    let usage = try writer.insertContents()
                    try writer.insertMoves()
                    try writer.insertRefused(refused)
                    let hours = try Derivation.bringUpToDate(
                        db, writer.touchedHours, entry, method: run.method, arriving: usage)
                    return Commit(
                        outcomes: writer.outcomes, hours: hours,
                        methodChanged: entry.methodChanged, sightings: writer.sightings,
                        postponed: writer.postponed)
                })
        } catch let duplicates as CountedBefore {
            return .leavesOut(duplicates.offsets)
        }
    }

    /// What became of bytes that the ledger knows, under a name; `nil` for others, and where they are to be counted anew.
    package func known(
        _ digest: [UInt8], named name: String, intake: Intake
    ) throws -> (outcome: FileOutcome, identity: FileIdentity)? {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT bytes, head_sha256 FROM source_file WHERE sha256 = ?1
                    UNION ALL SELECT bytes, head_sha256 FROM source_alias WHERE sha256 = ?1
                    """, arguments: [Data(digest)])
            guard let row else { return nil }
            let head: Data? = try row[1]
            let identity = FileIdentity(
                name: name, sha256: digest, bytes: try row[0], head: head.map(Array.init))
            return try knownOutcome(db, identity, intake).map { ($0, identity) }
        }
    }

    /// Files that are counted, or were forgotten, are shorter and begin with the same ``FileIdentity/headLength`` bytes; none for bytes that are
    /// known.
    package func beginnings(of identity: FileIdentity) throws -> [(name: String, bytes: Int64)] {
        guard let head = identity.head else { return [] }
        return try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT name, bytes FROM source_file WHERE head_sha256 = ?1 AND bytes < ?3
                      AND file_id NOT IN (SELECT file_id FROM superseded_file)
                      AND NOT EXISTS (SELECT 1 FROM source_file WHERE sha256 = ?2)
                      AND NOT EXISTS (SELECT 1 FROM source_alias WHERE sha256 = ?2)
                    ORDER BY file_id
                    """, arguments: [Data(head), Data(identity.sha256), identity.bytes]
            ).map { (try $0[0], try $0[1]) }
        }
    }

    /// Whether any of the names is that of a file that is counted.
    package func counts(anyOf names: [String]) throws -> Bool {
        try read { db in
            let isCounted = try db.cachedStatement(
                sql: "SELECT EXISTS (SELECT 1 FROM live_file WHERE name = ?)")
            return try names.contains { name in
                try Bool.fetchOne(isCounted, arguments: [name]) == true
            }
        }
    }
}
