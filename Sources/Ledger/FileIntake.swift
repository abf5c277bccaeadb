import Foundation
import GRDB
package import Pipeline

/// What to do with a known name whose content is another, and not the old content continued.
package enum RewritePolicy: String, CaseIterable, Sendable {
    case refuse, replace, add
}

/// What the ledger did with a file.
package enum FileOutcome: Equatable, Sendable {
    case added
    /// The same bytes again: nothing changed.
    case unchanged
    /// The same bytes under another name: nothing changed, the name is remembered.
    case renamed(of: String)
    /// The same lines, compressed another way: nothing changed, the copy is remembered.
    case recompressed(of: String)
    /// The file goes on where an earlier delivery ended; the earlier one no longer counts.
    case grown
    /// As ``RewritePolicy/replace`` says.
    case replaced
    /// As ``RewritePolicy/refuse`` says: nothing changed.
    case rewritten
    /// Known bytes that were counted with another dialect, default or dimensions: nothing changed.
    case otherwiseCounted(as: String)
}

/// A file that the pipeline has folded, on its way into the ledger.
package struct Arrival: Sendable {
    /// Its number on the command line; files are taken in in this order.
    package let index: Int
    package let partial: FilePartial

    package init(index: Int, partial: FilePartial) {
        self.index = index
        self.partial = partial
    }
}

/// How a run takes files in.
package struct Intake: Sendable {
    /// The dialect that was asked for; `nil` when each file's own is found out.
    package let dialect: String?
    /// Defaults and dimensions, as text: the same bytes counted otherwise are told apart.
    package let options: String
    package let policy: RewritePolicy

    package init(dialect: String?, options: String, policy: RewritePolicy) {
        self.dialect = dialect
        self.options = options
        self.policy = policy
    }
}

/// What the ledger knows of a file before it is read as a log.
package enum Expectation: Sendable {
    case known(FileOutcome, FileIdentity)
    /// - Parameter probeLength: How many bytes to digest apart, so that a file that grew can be told
    ///   from one that was rewritten.
    case unknown(probeLength: Int64?)
}

extension Ledger {
    /// Finds out, before a file is read as a log, whether its bytes are known.
    ///
    /// The file is digested only when the ledger knows one of the same size.
    ///
    package func expectation(
        of file: InputFile, intake: Intake
    ) throws -> Expectation {
        let (sizeIsKnown, previousLength) = try read { db in
            let sizeIsKnown = try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM source_file WHERE bytes = ?1)
                      OR EXISTS (SELECT 1 FROM source_alias WHERE bytes = ?1)
                    """, arguments: [file.size])
            let previous = try Int64.fetchOne(
                db,
                sql: """
                    SELECT bytes FROM source_file
                    WHERE name = ? AND state = 'live' AND bytes < ? ORDER BY file_id DESC
                    """, arguments: [file.name, file.size])
            return (sizeIsKnown ?? false, file.isStandardInput ? nil : previous)
        }
        guard sizeIsKnown, !file.isStandardInput else {
            return .unknown(probeLength: previousLength)
        }
        let identity = try FileReader.identity(of: file)
        let known = try read { db in
            try knownOutcome(db, identity, intake)
        }
        return known.map { .known($0, identity) } ?? .unknown(probeLength: previousLength)
    }

    /// Remembers another name of bytes that are known. Call inside a run's transaction.
    func knownOutcome(
        _ db: Database, _ identity: FileIdentity, _ intake: Intake
    ) throws -> FileOutcome? {
        let digest = Data(identity.sha256)
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT name, dialect, options FROM source_file
                WHERE sha256 = ?1 AND state = 'live'
                UNION ALL
                SELECT f.name, f.dialect, f.options FROM source_alias AS a
                JOIN source_file AS f USING (file_id)
                WHERE a.sha256 = ?1 AND f.state = 'live'
                """, arguments: [digest])
        guard let row else { return nil }
        let name: String = row["name"]
        let dialect: String = row["dialect"]
        let options: String = row["options"]
        if options != intake.options || dialect != intake.dialect ?? dialect {
            return intake.policy == .replace
                ? nil : .otherwiseCounted(as: "dialect \(dialect), \(options)")
        }
        if name == identity.name || identity.name == "-" { return .unchanged }
        let isKnownName = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM source_alias WHERE sha256 = ? AND name = ?)",
            arguments: [digest, identity.name])
        return isKnownName == true ? .unchanged : .renamed(of: name)
    }
}
