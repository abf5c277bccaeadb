import Foundation
import GRDB
import Pipeline

// What a file is to those that are there: the same, one of them grown, a copy, or another one under its name.
extension FactWriter {
    /// What a file of new bytes is to the files that are there.
    struct Place {
        /// Which of them it is about.
        var files: [Int64] = []
        let outcome: FileOutcome
        /// Those that have its name, where that decides.
        var named: [Int64] = []
        /// Of which requests it begins with, which are counted there.
        var origin: String?
    }

    func place(of partial: FilePartial) throws -> Place {
        // Known bytes come here only when the policy says to count them anew.
        let same = try ledger.lineage(db, of: Data(partial.identity.sha256))
        if let same, same.age == 0 { return Place(files: [same.fileID], outcome: .replaced) }
        let copy = try sameContent(partial).flatMap {
            ledger.isToShrink($0.lineage, partial.identity, intake) ? nil : $0
        }
        if let copy {
            guard !copy.lineage.isForgotten else { return Place(outcome: .forgotten) }
            guard copy.lineage.age == 0 else {
                return Place(files: [copy.fileID], outcome: .superseded(by: copy.lineage.name))
            }
            guard let otherwise = ledger.otherwiseCounted(copy.lineage, intake) else {
                return Place(files: [copy.fileID], outcome: .recompressed(of: copy.lineage.name))
            }
            return intake.policy == .replace
                ? Place(files: [copy.fileID], outcome: .replaced) : Place(outcome: otherwise)
        }
        let named = try files(named: partial.identity.name)
        // To become what it was before, while what it grew to stands elsewhere.
        if let same, same.isContained, named.isEmpty {
            return Place(files: [same.fileID], outcome: .superseded(by: same.name))
        }
        var origin: String?
        switch try beginning(of: partial) {
        case .live(let file) where file.scope == intake.scope || intake.policy == .replace:
            return Place(files: [file.id], outcome: .grown)
        case .live(let file) where file.holdsRequests:
            return Place(outcome: .otherwiseCounted(as: "scope \"\(file.scope)\""))
        case .forgotten(let name): return Place(outcome: .continuesForgotten(name))
        case .past(let name):
            if intake.policy == .refuse || intake.policy == .replace && named.isEmpty {
                return Place(outcome: .forked(from: name))
            }
            origin = name
        case .live, nil: break
        }
        let outcome: FileOutcome =
            switch intake.policy {
            case _ where named.isEmpty: .added
            case .refuse: .rewritten
            case .replace: .replaced
            case .add: .added
            }
        return Place(
            files: outcome == .replaced ? named : [], outcome: outcome, named: named, origin: origin
        )
    }

    /// The name of a file whose cells cannot be told from others', if one of them is.
    func bundledName(among files: [Int64]) throws -> String? {
        for file in files {
            let name = try String.fetchOne(
                db,
                sql:
                    "SELECT name FROM source_file JOIN pruned_file USING (file_id) WHERE file_id = ?",
                arguments: [file])
            if let name { return name }
        }
        return nil
    }

    /// Live files whose bytes have that name and, as far as is known, no other: a log that was rotated has left its name
    /// to a new file.
    private func files(named name: String) throws -> [Int64] {
        guard name != "-" else { return [] }
        let files = try Int64.fetchAll(
            db,
            sql: """
                SELECT file_id FROM live_file AS f
                WHERE name = ? AND NOT coalesce((
                  SELECT is_moved FROM moved_file AS m WHERE m.file_id = f.file_id
                  ORDER BY run_id DESC LIMIT 1), 0)
                """, arguments: [name])
        return files.filter { file in
            !(sightings.names[file]?.contains { $0 != name } ?? false)
        }
    }

    /// Keeps which files have left their name to others: where the name was given, and their bytes were only met under
    /// others.
    func insertMoves() throws {
        for (file, names) in sightings.names {
            guard
                let name = try String.fetchOne(
                    db, sql: "SELECT name FROM source_file WHERE file_id = ?", arguments: [file]),
                sightings.given.contains(name)
            else { continue }
            let wasMoved = try Bool.fetchOne(
                db,
                sql: """
                    SELECT is_moved FROM moved_file WHERE file_id = ? ORDER BY run_id DESC LIMIT 1
                    """, arguments: [file])
            let isMoved = !names.contains(name)
            guard isMoved != wasMoved ?? false else { continue }
            try db.execute(
                sql: "INSERT OR REPLACE INTO moved_file VALUES (?, ?, ?)",
                arguments: [file, runID, isMoved])
        }
    }

    /// Notes under which name this run has met the bytes of a file.
    mutating func see(_ fileID: Int64, as name: String) {
        sightings.names[fileID, default: []].insert(name)
    }

    mutating func see(_ identity: FileIdentity) throws {
        if let lineage = try ledger.lineage(db, of: Data(identity.sha256)), lineage.isContained {
            see(lineage.fileID, as: identity.name)
        }
    }

    /// A file with the same lines, and what became of it: one of the two is a copy that was compressed
    /// another way.
    private func sameContent(
        _ partial: FilePartial
    ) throws -> (fileID: Int64, lineage: Ledger.Lineage)? {
        guard partial.tally.counted + partial.tally.duplicate > 0 else { return nil }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT file_id, sha256 FROM source_file
                WHERE (content_digest = ? OR digest_version < \(FileFacts.digestVersion))
                  AND plain_bytes = ? AND lines = ? AND counted + duplicate = ?
                  AND first_time_ms = ? AND last_time_ms = ?
                  AND NOT (compression = 'plain' AND ? = 'plain')
                ORDER BY file_id IN (SELECT file_id FROM superseded_file), file_id
                """,
            arguments: [
                Int64(bitPattern: partial.contentDigest), partial.plainBytes,
                partial.tally.lines, partial.tally.counted + partial.tally.duplicate,
                partial.timeRange?.lowerBound,
                partial.timeRange?.upperBound, partial.compression.rawValue,
            ])
        for row in rows {
            if let lineage = try ledger.lineage(db, of: row[1]),
                lineage.isContained || lineage.isForgotten
            {
                return (try row[0], lineage)
            }
        }
        return nil
    }

    /// What a file begins with.
    private enum Beginning {
        /// A whole live file: this one is that one, grown.
        case live((id: Int64, scope: String, holdsRequests: Bool))
        /// Requests of an earlier delivery, which is counted in the file of that name today.
        case past(String)
        /// A file of that name that was forgotten.
        case forgotten(String)
    }

    /// The delivery, if there is one, of which this file holds all bytes and more.
    private func beginning(of partial: FilePartial) throws -> Beginning? {
        var past: Beginning?
        for probe in partial.probes.sorted(by: {
            ($1.length, $0.isPlain ? 1 : 0) < ($0.length, $1.isPlain ? 1 : 0)
        }) {
            guard
                let lineage = try ledger.lineage(db, of: Data(probe.sha256)),
                lineage.isContained || lineage.isForgotten,
                let file = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT scope, counted + duplicate > 0, compression FROM source_file
                        WHERE sha256 = ? ORDER BY file_id IN (SELECT file_id FROM superseded_file), file_id LIMIT 1
                        """, arguments: [Data(probe.sha256)])
            else { continue }
            // The text of a compressed file is compared with files that are plain.
            if probe.isPlain, try file[2] != Compression.plain.rawValue { continue }
            if lineage.isForgotten {
                guard try file[1] else { continue }
                return .forgotten(lineage.name)
            }
            if lineage.age == 0 { return try .live((lineage.fileID, file[0], file[1])) }
            // A header that many files share is nobody's beginning.
            if try file[1], past == nil { past = .past(lineage.name) }
        }
        return past
    }
}
