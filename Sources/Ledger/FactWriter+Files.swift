import Foundation
import GRDB
import Pipeline

extension FactWriter {
    /// A live file of the same scope and the same hours that this one must not be added to: sums and what they are sums
    /// of, or two sums.
    ///
    /// - Parameter replaced: Files whose place this one takes.
    func sharedScope(of partial: FilePartial, besides replaced: [Int64]) throws -> String? {
        guard let range = partial.timeRange else { return nil }
        let hour = 3_600_000
        let first = Int(range.lowerBound) / hour * hour
        let end = (Int(range.upperBound) / hour + 1) * hour
        let others = partial.holdsSums ? "" : "AND records = 'sums'"
        return try String.fetchOne(
            db,
            sql: """
                SELECT name FROM source_file
                WHERE scope = ? AND state = 'live' \(others) AND counted > 0
                  AND last_time_ms >= ? AND first_time_ms < ?
                  AND file_id NOT IN (\(replaced.map(String.init).joined(separator: ", ")))
                ORDER BY first_time_ms, file_id LIMIT 1
                """, arguments: [intake.scope, first, end])
    }

    func insertAlias(
        _ identity: FileIdentity, reason: String, _ fileID: Int64? = nil
    ) throws {
        let digest = Data(identity.sha256)
        guard let fileID = try fileID ?? ledger.lineage(db, of: digest)?.fileID else { return }
        try db.execute(
            sql: "INSERT OR REPLACE INTO source_alias VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                digest, identity.name, identity.bytes, identity.head.map { Data($0) }, fileID,
                reason, runID,
            ])
    }

    func insertFile(_ partial: FilePartial) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO source_file (name, sha256, bytes, head_sha256, compression, plain_bytes,
                  content_digest, dialect, dialect_sha256, options, lines, counted, rejected,
                  duplicate, skipped, first_time_ms, last_time_ms, state, run_id, charged_by,
                  records, requests, scope, digest_version)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'live', ?, ?, ?, ?, ?,
                  \(FilePartial.digestVersion))
                """,
            arguments: [
                partial.identity.name, Data(partial.identity.sha256), partial.identity.bytes,
                partial.identity.head.map { Data($0) }, partial.compression.rawValue,
                partial.plainBytes,
                Int64(bitPattern: partial.contentDigest), partial.dialect, partial.dialectDigest,
                intake.options, partial.tally.lines, partial.tally.counted,
                partial.tally.rejected, partial.tally.duplicate, partial.tally.skipped,
                partial.timeRange?.lowerBound, partial.timeRange?.upperBound, runID,
                intake.chargedBy, partial.holdsSums ? "sums" : "requests",
                partial.tally.requests, intake.scope,
            ])
        return db.lastInsertedRowID
    }
}
