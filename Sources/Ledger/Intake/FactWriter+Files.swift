import Accounting
import Foundation
import GRDB
import Pipeline

extension FactWriter {
    /// A live file of the same scope that has cells in hours of this one, where one of the two holds sums: each request
    /// would count twice.
    ///
    /// - Parameter replaced: Files whose place this one takes.
    func sharedScope(of partial: FilePartial, besides replaced: [Int64]) throws -> String? {
        let hours = Set(partial.cells.map(\.key.hour.value))
        guard let first = hours.min(), let last = hours.max() else { return nil }
        let others = try Int64.fetchAll(
            db,
            sql: """
                SELECT file_id FROM live_file
                WHERE scope = ? \(partial.holdsSums ? "" : "AND records = 'sums'")
                  AND last_time_ms / 3600000 >= ? AND first_time_ms / 3600000 <= ?
                  AND file_id NOT IN (\(replaced.map(String.init).joined(separator: ", ")))
                ORDER BY first_time_ms, file_id
                """, arguments: [intake.scope, first, last])
        guard !others.isEmpty else { return nil }
        let ids = others.map(String.init).joined(separator: ", ")
        let entered = entered.filter { others.contains($0.fileID) }
            .map { ($0.delivery.partial, Set($0.delivery.partial.cells.map(\.key.hour.value))) }
        for hour in hours.sorted() {
            if let (other, _) = entered.first(where: { $0.1.contains(hour) }) {
                return other.identity.name
            }
            let name = try String.fetchOne(
                db,
                sql: """
                    SELECT f.name FROM usage AS u JOIN source_file AS f USING (file_id)
                    WHERE u.hour = ? AND u.file_id IN (\(ids)) LIMIT 1
                    """, arguments: [hour])
            if let name { return name }
        }
        return nil
    }

    func insertAlias(
        _ identity: FileIdentity, reason: String, _ fileID: Int64? = nil
    ) throws {
        let digest = Data(identity.sha256)
        // Bytes that were replaced are counted nowhere: their name is nobody's.
        let lineage = try ledger.lineage(db, of: digest)
        guard let fileID = fileID ?? (lineage?.isContained == true ? lineage?.fileID : nil) else {
            return
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO source_alias VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                digest, identity.name, identity.bytes, identity.head.map { Data($0) }, fileID,
                reason, runID,
            ])
    }

    /// Keeps why files were refused.
    func insertRefused(_ files: [RefusedFile]) throws {
        for file in files {
            try db.execute(
                sql: "INSERT OR REPLACE INTO refused_file VALUES (?, ?, ?, ?)",
                arguments: [file.name, runID, file.bytes, file.problem])
        }
    }

    /// The number of the file that comes next.
    func nextFileID() throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT coalesce(max(file_id), 0) + 1 FROM source_file") ?? 1
    }

    func insertFile(_ partial: FilePartial, _ fileID: Int64) throws {
        try db.execute(
            sql: """
                INSERT INTO source_file (file_id, name, sha256, bytes, head_sha256, compression, plain_bytes,
                  content_digest, dialect, dialect_sha256, options, lines, counted, rejected,
                  duplicate, skipped, first_time_ms, last_time_ms, run_id, charged_by,
                  records, requests, scope, unseen_parents, digest_version)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                  \(FileFacts.digestVersion))
                """,
            arguments: [
                fileID, partial.identity.name, Data(partial.identity.sha256),
                partial.identity.bytes,
                partial.identity.head.map { Data($0) }, partial.compression.rawValue,
                partial.plainBytes,
                Int64(bitPattern: partial.contentDigest), partial.dialect, partial.dialectDigest,
                intake.options, partial.tally.lines, partial.tally.counted,
                partial.tally.rejected, partial.tally.duplicate, partial.tally.skipped,
                partial.timeRange?.lowerBound, partial.timeRange?.upperBound, runID,
                intake.chargedBy, partial.holdsSums ? "sums" : "requests",
                partial.tally.requests, intake.scope, partial.unseenParents,
            ])
    }
}
