package import Accounting
import Foundation
import GRDB
package import Pipeline

/// What to do with a known name whose content is another, and not the old content continued.
package enum RewritePolicy: String, CaseIterable, Sendable {
    case refuse, replace, add
}

/// What is about to happen to the requests of a rewritten file.
package enum RewriteNotice: Sendable {
    case replaces(requests: Int64, by: Int64)
    case adds(requests: Int64, to: Int64)
    case addsFork(requests: Int64, of: String)
}

/// What the ledger did with a file.
package enum FileOutcome: Equatable, Sendable {
    case added
    /// The same bytes again: nothing changed.
    case unchanged
    /// The same bytes under another name: nothing changed, the name is remembered.
    case renamed(of: String)
    /// An earlier delivery of a file that has grown or was replaced since: nothing changed.
    case superseded(by: String)
    /// The same lines, compressed another way: nothing changed, the copy is remembered.
    case recompressed(of: String)
    /// The file goes on where an earlier delivery ended; the earlier one no longer counts.
    case grown
    /// As ``RewritePolicy/replace`` says.
    case replaced
    /// As ``RewritePolicy/refuse`` says: nothing changed.
    case rewritten
    /// The file begins as an earlier one did and then goes on otherwise than that one has since: its
    /// beginning is counted already. Nothing changed.
    case forked(from: String)
    /// The traffic of its hours is in a file of that name, once as sums and once as requests, or twice as sums: nothing
    /// changed.
    case counted(in: String)
    /// Bytes that were counted, and forgotten since (`flue forget`): nothing changed.
    case forgotten
    /// The file goes on where one of that name ended that was forgotten since: nothing changed.
    case continuesForgotten(String)
    /// The file would take the place of one of that name, whose cells stand in a bundle (`flue prune`): nothing changed.
    case bundled(String)
    /// Known bytes that were counted with another dialect, default or dimensions: nothing changed.
    case otherwiseCounted(as: String)
}

/// A file of which a run took nothing.
package struct RefusedFile: Sendable {
    let name: String
    let bytes: Int64
    /// What is wrong, and what to do.
    let problem: String

    package init(_ file: InputFile, problem: String) {
        name = file.name
        bytes = file.size
        self.problem = problem
    }
}

/// A file that the pipeline has folded, on its way into the ledger.
package struct Delivery: Sendable {
    /// On the command line; files are taken in in this order.
    package let number: Int
    package var partial: FilePartial
    /// Where requests begin in the plain text that `partial` leaves out, as they are counted elsewhere.
    package var excluded: Set<Int64> = []

    package init(number: Int, partial: FilePartial) {
        self.number = number
        self.partial = partial
    }
}

/// How a run takes files in.
package struct Intake: Sendable {
    /// The dialect that was asked for; `nil` when each file's own is found out.
    package let dialect: String?
    /// SHA-256 of that dialect's mapping, hexadecimal.
    package let dialectDigest: String?
    /// Defaults and dimensions, as text: the same bytes counted otherwise are told apart.
    package let options: String
    package let policy: RewritePolicy
    /// What the histograms of its requests rest on: no reason to refuse known bytes, but one to replace what they were
    /// when that is asked for.
    package let chargedBy: String
    /// For how long ids are kept, whole hours of request time; 0 compares none.
    let duplicateWindowHours: Int
    /// Whose traffic the files are about.
    let scope: String
    /// Told, before it is done, what a policy other than to refuse does to a file of that name.
    let announce: (@Sendable (_ name: String, RewriteNotice) -> Void)?

    /// - Parameters:
    ///   - method: By which requests are charged.
    ///   - histogramDimensions: What histograms keep apart.
    ///   - announce: Told what a policy other than to refuse is about to do.
    package init(
        dialect: String?, dialectDigest: String?, options: String, policy: RewritePolicy,
        method: Method, histogramDimensions: DimensionSet, duplicateWindowHours: Int = 72,
        scope: String = "",
        announce: (@Sendable (_ name: String, RewriteNotice) -> Void)? = nil
    ) {
        self.scope = scope
        self.announce = announce
        self.duplicateWindowHours = duplicateWindowHours
        self.dialect = dialect
        self.dialectDigest = dialectDigest
        self.options = options
        self.policy = policy
        chargedBy =
            "\(RunRecord.digest(of: method).hexadecimal) \(histogramDimensions.rawValue)"
    }
}

/// What the ledger knows of a file before it is read as a log.
package enum Expectation: Sendable {
    case known(FileOutcome, FileIdentity)
    /// - Parameters:
    ///   - probeLengths: How many bytes to digest apart, so that a file that grew can be told from one that was
    ///     rewritten.
    ///   - plainProbeLengths: The same of plain bytes, of a file that grew and was compressed since.
    case unknown(probeLengths: [Int64], plainProbeLengths: [Int64])
}

extension Ledger {
    /// Finds out, before a file is read as a log, whether its bytes are known.
    ///
    /// The file is digested only when the ledger knows one of the same size.
    ///
    package func expectation(
        of file: InputFile, intake: Intake
    ) throws -> Expectation {
        guard !file.isStandardInput else {
            return .unknown(probeLengths: [], plainProbeLengths: [])
        }
        let beginning = try FileBeginning(file)
        let plain = FileBeginning(plainOf: file)
        let (sizeIsKnown, unknown) = try read { db in
            let sizeIsKnown = try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM source_file WHERE bytes = ?1)
                      OR EXISTS (SELECT 1 FROM source_alias WHERE bytes = ?1)
                    """, arguments: [file.size])
            let begun = try lengths(db, of: beginning, shorterThan: file.size)
            let named = try lengths(db, named: file.name, shorterThan: file.size)
            let packed = try plain.map { try lengths(db, of: $0, shorterThan: .max) } ?? []
            return (
                sizeIsKnown ?? false,
                Expectation.unknown(probeLengths: begun + named, plainProbeLengths: packed)
            )
        }
        guard sizeIsKnown else { return unknown }
        let identity = try FileReader.identity(of: file)
        let known = try read { db in try knownOutcome(db, identity, intake) }
        return known.map { .known($0, identity) } ?? unknown
    }

    /// How long files were that began like this one: longer ones by their heads, short ones by all that they held.
    private func lengths(
        _ db: Database, of beginning: FileBeginning, shorterThan bytes: Int64
    ) throws -> [Int64] {
        var lengths: [Int64] = []
        if let head = beginning.head {
            lengths = try Int64.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT bytes FROM (
                      SELECT bytes FROM source_file WHERE head_sha256 = ?1
                      UNION ALL
                      SELECT bytes FROM source_alias WHERE head_sha256 = ?1)
                    WHERE bytes < ?2 ORDER BY bytes DESC LIMIT 4096
                    """, arguments: [Data(head), bytes])
        }
        // From one length to the next, however many files have it.
        let short = try Int.fetchAll(
            db.cachedStatement(
                sql: """
                    WITH RECURSIVE length (bytes) AS (
                      SELECT max(bytes) FROM source_file WHERE bytes < ?
                      UNION ALL
                      SELECT (SELECT max(bytes) FROM source_file AS f WHERE f.bytes < length.bytes)
                      FROM length WHERE length.bytes IS NOT NULL)
                    SELECT bytes FROM length WHERE bytes IS NOT NULL
                    """), arguments: [min(Int64(FileIdentity.headLength), bytes)])
        for length in short {
            guard let digest = beginning.digest(length) else { continue }
            let isKnown = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM source_file WHERE sha256 = ?)",
                arguments: [Data(digest)])
            if isKnown == true { lengths.append(Int64(length)) }
        }
        return lengths
    }

    /// How long files of that name were.
    private func lengths(
        _ db: Database, named name: String, shorterThan bytes: Int64
    ) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT DISTINCT bytes FROM (
                  SELECT bytes FROM source_file WHERE name = ?1
                  UNION ALL
                  SELECT bytes FROM source_alias WHERE name = ?1)
                WHERE bytes < ?2 ORDER BY bytes DESC LIMIT 4096
                """, arguments: [name, bytes])
    }

    /// A file that was not superseded, and how many deliveries ago the content that was asked for was its own.
    struct Lineage {
        let fileID: Int64
        let name: String
        let dialect: String
        let dialectDigest: String
        let options: String
        let chargedBy: String
        let age: Int
        /// The content is part of the live file: it grew, and nothing was replaced on the way.
        let isContained: Bool
        /// What it has led to was taken away since.
        let isForgotten: Bool
    }

    /// The file that known bytes have led to; `nil` for bytes that were never counted.
    func lineage(_ db: Database, of digest: Data) throws -> Lineage? {
        try Row.fetchOne(
            db,
            sql: """
                WITH RECURSIVE chain (file_id, age, is_contained) AS (
                  SELECT file_id, 0, 1 FROM source_file WHERE sha256 = ?1
                  UNION
                  SELECT file_id, 0, 1 FROM source_alias WHERE sha256 = ?1
                  UNION
                  SELECT f.superseded_by, age + 1, is_contained = 1 AND f.how = 'grown'
                  FROM chain JOIN superseded_file AS f USING (file_id))
                SELECT file_id, name, dialect, dialect_sha256, options, charged_by, age, is_contained,
                  file_id IN (SELECT file_id FROM forgotten_file) AS is_forgotten
                FROM chain JOIN source_file USING (file_id)
                WHERE file_id NOT IN (SELECT file_id FROM superseded_file)
                ORDER BY is_forgotten, is_contained DESC, age, file_id LIMIT 1
                """, arguments: [digest]
        ).map {
            try Lineage(
                fileID: $0[0], name: $0[1], dialect: $0[2], dialectDigest: $0[3], options: $0[4],
                chargedBy: $0[5], age: $0[6], isContained: $0[7], isForgotten: $0[8])
        }
    }

    /// The outcome for bytes that are known; `nil` for bytes that are new, or to be counted anew.
    func knownOutcome(
        _ db: Database, _ identity: FileIdentity, _ intake: Intake
    ) throws -> FileOutcome? {
        let digest = Data(identity.sha256)
        guard let known = try lineage(db, of: digest) else { return nil }
        if known.isForgotten { return .forgotten }
        if known.age > 0 {
            // What was replaced is counted nowhere; what has grown is counted in what it became.
            return known.isContained && !isToShrink(known, identity, intake)
                ? .superseded(by: known.name) : nil
        }
        if let otherwise = otherwiseCounted(known, intake) {
            return intake.policy == .replace ? nil : otherwise
        }
        if intake.policy == .replace {
            let isShortened = try Bool.fetchOne(
                db, sql: "SELECT \(Self.isShortened) FROM source_file AS f WHERE file_id = ?",
                arguments: [known.fileID])
            if isShortened == true { return nil }
        }
        let isOtherMapping = intake.dialectDigest.map { $0 != known.dialectDigest } ?? false
        let isOtherwiseCharged = intake.chargedBy != known.chargedBy
        if isOtherMapping || isOtherwiseCharged, intake.policy == .replace { return nil }
        if known.name == identity.name || identity.name == "-" { return .unchanged }
        let isKnownName = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM source_alias WHERE sha256 = ? AND name = ?)",
            arguments: [digest, identity.name])
        return isKnownName == true ? .unchanged : .renamed(of: known.name)
    }

    /// A file that has grown is to be what it was before, as the policy says.
    func isToShrink(_ known: Lineage, _ identity: FileIdentity, _ intake: Intake) -> Bool {
        intake.policy == .replace && known.name == identity.name
    }

    /// `nil` when a known file was counted as this run would count it.
    func otherwiseCounted(_ known: Lineage, _ intake: Intake) -> FileOutcome? {
        guard known.options != intake.options || known.dialect != intake.dialect ?? known.dialect
        else { return nil }
        return .otherwiseCounted(as: "dialect \(known.dialect), \(known.options)")
    }
}
