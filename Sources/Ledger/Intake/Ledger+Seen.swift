import Foundation
import GRDB
package import Pipeline

// Known files that need not be read again: the system says that nothing has changed since their bytes were known.
extension Ledger {
    /// Of files that were seen before and have not changed since, those that a run would find unchanged.
    package func unchanged(
        _ files: [InputFile], intake: Intake
    ) throws -> [InputFile: FileIdentity] {
        let isReplacing = intake.policy == .replace
        let seen = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT s.name, s.sha256, s.bytes, s.changed_ns, s.inode, s.device
                    FROM seen_file AS s JOIN (
                      SELECT file_id, sha256, name FROM source_file
                      UNION ALL
                      SELECT file_id, sha256, name FROM source_alias) AS k USING (sha256, name)
                    JOIN live_file AS f USING (file_id)
                    WHERE f.options = ?1 AND f.dialect = coalesce(?2, f.dialect)
                      AND NOT (?3 AND \(Self.isShortened))
                      AND (NOT ?3 OR f.charged_by = ?4 AND f.dialect_sha256 = coalesce(?5, f.dialect_sha256))
                    """,
                arguments: [
                    intake.options, intake.dialect, isReplacing, intake.chargedBy,
                    intake.dialectDigest,
                ])
        }
        var byName: [String: InputFile] = [:]
        for file in files { byName[file.name] = file }
        var unchanged: [InputFile: FileIdentity] = [:]
        for row in seen {
            let status = try InputFile.Status(changed: row[3], inode: row[4], device: row[5])
            guard let file = try byName[row[0]], try file.size == row[2],
                file.status?.isSame(as: status) == true
            else { continue }
            let digest: Data = try row[1]
            unchanged[file] = try FileIdentity(name: row[0], sha256: Array(digest), bytes: row[2])
        }
        return unchanged
    }

    /// Ends a run: remembers how files stood whose bytes are known now, and drops ids that are older than the window.
    ///
    /// A file that changed a moment before it was listed is left out. Ids are dropped when all files of the run are in: until
    /// then they tell its requests apart, whatever their hour.
    package func endRun(
        known files: [(file: InputFile, sha256: [UInt8])], intake: Intake
    ) throws {
        try write { db in
            let insert = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO seen_file VALUES (?, ?, ?, ?, ?, ?)")
            for (file, sha256) in files {
                guard let status = file.status, status.isSettled else { continue }
                try insert.execute(arguments: [
                    file.name, Data(sha256), file.size, status.changed, status.inode,
                    status.device,
                ])
            }
            // By the time of their requests, before the latest; a request of the future is none.
            try db.execute(
                sql: """
                    DELETE FROM request_id
                    WHERE hour <= (SELECT max(hour) FROM request_id WHERE hour <= unixepoch() / 3600) - ?
                    """, arguments: [intake.duplicateWindowHours])
        }
    }
}
