package import Accounting
import Foundation
import GRDB

/// Tables of facts that hold what a file held.
enum FactTables {
    /// Found fast by the hours of a file's requests.
    static let ofCells = ["usage", "rare_usage", "energy_histogram"]
    /// All of them; the others are found by the file's number.
    static let ofFile = ofCells + ["request_id", "reject", "reject_count", "skip_count"]

    /// - Parameters:
    ///   - first: As SQL: milliseconds since 1970, of its requests.
    /// - Returns: A condition on the rows of a table.
    static func hours(of table: String, from first: String, to last: String) -> String {
        ofCells.contains(table) ? "hour BETWEEN \(first) / 3600000 AND \(last) / 3600000" : "true"
    }
}

extension Ledger {
    /// What was forgotten, and what it did to months.
    package struct Forgetting: Sendable {
        package struct File: Sendable {
            package let name: String
            /// Hexadecimal.
            package let sha256: String
            package let requests: Int64
            package let cells: Int
        }

        package struct Move: Sendable {
            package let month: UTCMonth
            package let before: MonthStatement.Figures?
            /// `nil` when nothing is left of it.
            package let after: MonthStatement.Figures?
        }

        /// The one that was asked for, and those that it grew from or took the place of.
        package let files: [File]
        package let moves: [Move]
        /// Files that left out requests as duplicates, some of which may have been counted in it.
        package let shortened: [String]
    }

    /// Takes away what a file held: its cells, statistics, rejects and ids, with those of earlier deliveries of it. Its name,
    /// hash and books stay, so that its bytes are never counted again.
    ///
    /// - Parameter wanted: The name as the ledger has it, or the first 12 or more digits of its SHA-256.
    /// - Throws: ``LedgerError/notStated(_:)`` where that is no file that counts, or several.
    package func forget(
        _ wanted: String, reason: String, run: RunRecord
    ) throws -> Forgetting {
        // What leaves is overwritten in the file of the database.
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA secure_delete = ON")
        }
        do {
            return try forgetting(wanted, reason, run)
        } catch let other as OtherSettings {
            throw other.error
        }
    }

    private func forgetting(
        _ wanted: String, _ reason: String, _ run: RunRecord
    ) throws -> Forgetting {
        try write { db in
            let chain = try chain(db, of: try fileID(db, wanted))
            let entry = try run.insert(db)
            guard !entry.derivesAnew else { throw OtherSettings("nothing was forgotten") }
            let hours = try Int.fetchSet(
                db,
                sql: """
                    SELECT DISTINCT u.hour FROM source_file AS f
                    CROSS JOIN usage AS u ON u.file_id = f.file_id AND u.\(
                      FactTables.hours(of: "usage", from: "f.first_time_ms", to: "f.last_time_ms"))
                    WHERE f.file_id = ?
                    """, arguments: [chain[0]])
            let months = Set(hours.map { UTCHour($0).month }).sorted()
            let before = try months.map { try figures(db, of: $0) }
            let files = try chain.map { try takeAway(db, $0, reason, entry.runID) }
            _ = try Derivation.bringUpToDate(db, hours, entry, method: run.method)
            let moves = try zip(months, before).map { month, before in
                try Forgetting.Move(
                    month: month, before: before, after: figures(db, of: month))
            }
            return Forgetting(files: files, moves: moves, shortened: try shortened(db, chain[0]))
        }
    }

    /// A condition on `f`, a file: it has left out requests that may have been counted in a file which was forgotten since.
    static let isShortened = """
        f.duplicate > 0 AND EXISTS (
          SELECT 1 FROM forgotten_file AS o JOIN source_file AS g USING (file_id)
          WHERE o.run_id > f.run_id AND g.first_time_ms / 3600000 <= f.last_time_ms / 3600000
            AND g.last_time_ms / 3600000 >= f.first_time_ms / 3600000)
        """

    private func shortened(_ db: Database, _ file: Int64) throws -> [String] {
        try String.fetchAll(
            db,
            sql: """
                SELECT f.name FROM live_file AS f JOIN source_file AS h ON h.file_id = ?
                WHERE \(Self.isShortened) AND h.first_time_ms / 3600000 <= f.last_time_ms / 3600000
                  AND h.last_time_ms / 3600000 >= f.first_time_ms / 3600000 ORDER BY 1
                """, arguments: [file])
    }

    private func fileID(_ db: Database, _ wanted: String) throws -> Int64 {
        let isDigest = wanted.utf8.count >= 12 && wanted.allSatisfy(\.isHexDigit)
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT f.file_id, f.name, lower(hex(f.sha256)), g.name, o.file_id IS NOT NULL
                FROM source_file AS f
                LEFT JOIN superseded_file AS s USING (file_id)
                LEFT JOIN source_file AS g ON g.file_id = s.superseded_by
                LEFT JOIN forgotten_file AS o ON o.file_id = f.file_id
                WHERE f.name = ?1 OR ?2 AND lower(hex(f.sha256)) LIKE ?1 || '%' ORDER BY f.file_id
                """, arguments: [isDigest ? wanted.lowercased() : wanted, isDigest])
        let live = try rows.filter { try $0[3] as String? == nil && !$0[4] }
        if let only = live.first, live.count == 1 {
            let isBundled = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM pruned_file WHERE file_id = ?)",
                arguments: [only[0] as Int64])
            guard isBundled != true else {
                throw LedgerError.notStated(
                    "\(wanted): its cells stand in a bundle with others' (flue prune), so that it can no longer be forgotten by "
                        + "itself; nothing was changed")
            }
            return try only[0]
        }
        if live.count > 1 {
            let digests = try live.map { String(try ($0[2] as String).prefix(16)) }
            throw LedgerError.notStated(
                "\(wanted): several files have this name; nothing was forgotten; name one by its SHA-256: "
                    + digests.joined(separator: ", "))
        }
        if let gone = rows.last {
            if let other: String = try gone[3] {
                throw LedgerError.notStated(
                    "\(wanted): counts no longer, as \(other) took its place; nothing was forgotten; forget that"
                )
            }
            throw LedgerError.notStated("\(wanted): was forgotten before; nothing was changed")
        }
        throw LedgerError.notStated(
            "\(wanted): the ledger has no file of this name or SHA-256; source_files names them (flue export source_files)"
        )
    }

    /// The file, and those that it took the place of.
    private func chain(_ db: Database, of file: Int64) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                WITH RECURSIVE chain (file_id) AS (
                  SELECT ?
                  UNION SELECT s.file_id FROM chain JOIN superseded_file AS s
                    ON s.superseded_by = chain.file_id
                  WHERE s.file_id NOT IN (SELECT file_id FROM forgotten_file))
                SELECT file_id FROM chain ORDER BY file_id DESC
                """, arguments: [file])
    }

    private func takeAway(
        _ db: Database, _ file: Int64, _ reason: String, _ run: Int64
    ) throws -> Forgetting.File {
        var cells = 0
        for table in FactTables.ofFile {
            func time(_ column: String) -> String {
                "(SELECT \(column) FROM source_file WHERE file_id = ?1)"
            }
            let hours = FactTables.hours(
                of: table, from: time("first_time_ms"), to: time("last_time_ms"))
            try db.execute(
                sql: "DELETE FROM \(table) WHERE file_id = ?1 AND \(hours)", arguments: [file])
            if table == "usage" { cells = db.changesCount }
        }
        try db.execute(
            sql: "INSERT INTO forgotten_file VALUES (?, ?, ?, ?)",
            arguments: [file, cells, reason, run])
        let row = try Row.fetchOne(
            db,
            sql: "SELECT name, lower(hex(sha256)), requests FROM source_file WHERE file_id = ?",
            arguments: [file])
        return try Forgetting.File(
            name: row?[0] ?? "", sha256: row?[1] ?? "", requests: row?[2] ?? 0, cells: cells)
    }
}
