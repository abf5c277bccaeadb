import Accounting
import Foundation
import GRDB
import Pipeline

/// Writes what files hold into the fact tables, inside one transaction.
struct FactWriter {
    private let db: Database
    private let ledger: Ledger
    private let runID: Int64
    private let intake: Intake
    private var regions: NameTable
    private var models: NameTable
    private var dimensions: [Dimension: Int64] = [:]
    /// Hours whose cells changed.
    private(set) var touchedHours: Set<Int> = []

    private struct Dimension: Hashable {
        let tenant: String
        let project: String
        let endpoint: String
    }

    init(_ db: Database, ledger: Ledger, runID: Int64, intake: Intake) throws {
        self.db = db
        self.ledger = ledger
        self.runID = runID
        self.intake = intake
        regions = try NameTable(db, table: "region")
        models = try NameTable(db, table: "model")
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM dimension")
        while let row = try rows.next() {
            let dimension = Dimension(
                tenant: row["tenant"], project: row["project"], endpoint: row["endpoint"])
            dimensions[dimension] = row["dimension_id"]
        }
    }

    /// Takes one file in, or says why not.
    mutating func insert(_ arrival: Arrival) throws -> FileOutcome {
        let partial = arrival.partial
        guard partial.tally.isBalanced else {
            throw LedgerError.invariant("lines = counted + rejected + duplicate + skipped")
        }
        if let known = try ledger.knownOutcome(db, partial.identity, intake) {
            if case .renamed = known { try insertAlias(partial.identity, reason: "renamed") }
            return known
        }
        if let original = try sameContent(partial) {
            try insertAlias(partial.identity, reason: "recompressed", original.fileID)
            return .recompressed(of: original.name)
        }
        let (replaced, outcome) = try earlierDeliveries(of: partial)
        if outcome == .rewritten { return .rewritten }
        for fileID in replaced { try removeUsage(of: fileID) }
        let fileID = try insertFile(partial)
        for earlier in replaced {
            try db.execute(
                sql: "UPDATE source_file SET superseded_by = ? WHERE file_id = ?",
                arguments: [fileID, earlier])
        }
        try insertUsage(partial, fileID)
        try insertRejects(partial, fileID)
        return outcome
    }

    /// Remembers names of bytes that are known.
    func insertAliases(_ renamed: [FileIdentity]) throws {
        for identity in renamed { try insertAlias(identity, reason: "renamed") }
    }

    /// A live file with the same lines: a copy that was compressed another way.
    private func sameContent(_ partial: FilePartial) throws -> (fileID: Int64, name: String)? {
        guard partial.tally.counted > 0 else { return nil }
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT file_id, name FROM source_file
                WHERE state = 'live' AND content_digest = ? AND plain_bytes = ?
                  AND dialect = ? AND options = ? AND lines = ? AND counted = ? AND first_time_ms = ? AND last_time_ms = ?
                """,
            arguments: [
                Int64(bitPattern: partial.contentDigest), partial.plainBytes,
                partial.dialect, intake.options, partial.tally.lines, partial.tally.counted,
                partial.timeRange?.lowerBound,
                partial.timeRange?.upperBound,
            ])
        return row.map { ($0["file_id"], $0["name"]) }
    }

    /// Live files that this one takes the place of, and what that makes it.
    private func earlierDeliveries(
        of partial: FilePartial
    ) throws -> (replaced: [Int64], outcome: FileOutcome) {
        let digest = Data(partial.identity.sha256)
        // The same bytes counted otherwise, which the policy says to replace.
        let same = try Int64.fetchAll(
            db, sql: "SELECT file_id FROM source_file WHERE sha256 = ? AND state = 'live'",
            arguments: [digest])
        if !same.isEmpty { return (same, .replaced) }
        guard partial.identity.name != "-" else { return ([], .added) }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT file_id, sha256 FROM source_file
                WHERE name = ? AND state = 'live' ORDER BY file_id
                """, arguments: [partial.identity.name])
        guard !rows.isEmpty else { return ([], .added) }
        if let probe = partial.probe.map({ Data($0) }),
            let grown = rows.first(where: { $0["sha256"] == probe })
        {
            return ([grown["file_id"]], .grown)
        }
        return switch intake.policy {
        case .refuse: ([], .rewritten)
        case .replace: (rows.map { $0["file_id"] }, .replaced)
        case .add: ([], .added)
        }
    }

    private mutating func removeUsage(of fileID: Int64) throws {
        let hours = try Int.fetchAll(
            db, sql: "SELECT DISTINCT hour FROM usage WHERE file_id = ?", arguments: [fileID])
        touchedHours.formUnion(hours)
        for table in ["usage", "reject", "reject_count"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE file_id = ?", arguments: [fileID])
        }
        try db.execute(
            sql: "UPDATE source_file SET state = 'superseded' WHERE file_id = ?",
            arguments: [fileID])
    }

    private func insertAlias(
        _ identity: FileIdentity, reason: String, _ fileID: Int64? = nil
    ) throws {
        let digest = Data(identity.sha256)
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO source_alias (sha256, name, bytes, file_id, reason, run_id)
                SELECT ?1, ?2, ?3, coalesce(?4,
                    (SELECT file_id FROM source_file WHERE sha256 = ?1 AND state = 'live'),
                    (SELECT file_id FROM source_alias WHERE sha256 = ?1)), ?5, ?6
                """,
            arguments: [digest, identity.name, identity.bytes, fileID, reason, runID])
    }

    private func insertFile(_ partial: FilePartial) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO source_file (name, sha256, bytes, compression, plain_bytes,
                  content_digest, dialect, dialect_sha256, options, lines, counted, rejected,
                  duplicate, skipped, first_time_ms, last_time_ms, state, run_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'live', ?)
                """,
            arguments: [
                partial.identity.name, Data(partial.identity.sha256), partial.identity.bytes,
                partial.compression.rawValue, partial.plainBytes,
                Int64(bitPattern: partial.contentDigest), partial.dialect, partial.dialectDigest,
                intake.options, partial.tally.lines, partial.tally.counted,
                partial.tally.rejected, partial.tally.duplicate, partial.tally.skipped,
                partial.timeRange?.lowerBound, partial.timeRange?.upperBound, runID,
            ])
        return db.lastInsertedRowID
    }

    private mutating func insertUsage(_ partial: FilePartial, _ fileID: Int64) throws {
        var rows: [(key: (Int, Int64, Int64, Int64), activity: Activity)] = []
        rows.reserveCapacity(partial.cells.count)
        for (key, activity) in partial.cells {
            touchedHours.insert(key.hour.value)
            let region = try regions.id(of: partial.names[key.region])
            let model = try models.id(of: partial.names[key.model])
            let dimension = try dimensionID(
                Dimension(
                    tenant: partial.names[key.tenant], project: partial.names[key.project],
                    endpoint: partial.names[key.endpoint]))
            rows.append(((key.hour.value, region, model, dimension), activity))
        }
        rows.sort { $0.key < $1.key }
        let statement = try IntegerStatement(
            db, insertInto: "usage", columns: 5 + Views.activityColumns.count)
        for (key, activity) in rows {
            try statement.execute([
                Int64(key.0), key.1, key.2, key.3, fileID, activity.requests,
                activity.failedRequests, activity.notRunRequests, activity.cacheHitRequests,
                activity.unknownUsageRequests, activity.inputTokens, activity.cachedInputTokens,
                activity.cacheWriteTokens, activity.outputTokens, activity.reasoningTokens,
                activity.items, activity.durationMilliseconds, activity.meteredMicrowattHours,
            ])
        }
        let counted = partial.cells.reduce(0) { $0 + $1.activity.requests }
        guard counted == Int64(partial.tally.counted) else {
            throw LedgerError.invariant("the requests of a file's cells are its counted lines")
        }
    }

    private func insertRejects(_ partial: FilePartial, _ fileID: Int64) throws {
        let reject = try db.cachedStatement(sql: "INSERT INTO reject VALUES (?, ?, ?, ?, ?)")
        for line in partial.rejects {
            try reject.execute(arguments: [
                fileID, line.line, line.offset, line.reason.rawValue, line.field ?? "",
            ])
        }
        let count = try db.cachedStatement(sql: "INSERT INTO reject_count VALUES (?, ?, ?, ?)")
        for (kind, lines) in partial.rejectCounts.sorted(by: { $0.key < $1.key }) {
            try count.execute(arguments: [fileID, kind.reason.rawValue, kind.field, lines])
        }
    }

    private mutating func dimensionID(_ dimension: Dimension) throws -> Int64 {
        if let known = dimensions[dimension] { return known }
        try db.execute(
            sql: "INSERT INTO dimension (tenant, project, endpoint) VALUES (?, ?, ?)",
            arguments: [dimension.tenant, dimension.project, dimension.endpoint])
        dimensions[dimension] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }
}

/// Names with the numbers that a table gives them.
struct NameTable {
    private let db: Database
    private let table: String
    private var ids: [String: Int64] = [:]

    init(_ db: Database, table: String) throws {
        self.db = db
        self.table = table
        let rows = try Row.fetchCursor(db, sql: "SELECT \(table)_id, name FROM \(table)")
        while let row = try rows.next() { ids[row[1]] = row[0] }
    }

    /// The number of `name`; a new name is inserted.
    mutating func id(of name: String) throws -> Int64 {
        if let known = ids[name] { return known }
        try db.execute(sql: "INSERT INTO \(table) (name) VALUES (?)", arguments: [name])
        ids[name] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }

    /// Names by number.
    var names: [Int64: String] {
        Dictionary(uniqueKeysWithValues: ids.map { ($0.value, $0.key) })
    }
}
