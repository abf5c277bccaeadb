import Crypto
import Foundation
import GRDB
import Pipeline

/// A statement as text: what its SHA-256 is of, and what an auditor reads.
///
/// One row a line; the section's name, then values joined by tabs: integers in the units of their columns, text with `\t`,
/// `\n` and `\\` for a tab, a line end and a backslash, `-` for NULL (`\-` is the text). Each section begins with a line of its columns. Names
/// stand in the place of numbers that the database gave.
enum StatementDump {
    /// Rises with every change of what stands in it; a statement keeps the one that it was hashed by.
    static let format = 1

    private struct Section {
        let name: String
        /// Names, with what they are of as SQL.
        let columns: [(name: String, expression: String)]
        /// What they come from, with `?1` for the statement.
        let source: String
        /// By how many of the first columns rows are ordered.
        let keys: Int

        var query: String {
            let values = columns.map { "coalesce(\($0.expression), '-')" }
            let order = columns.prefix(keys).map(\.expression).joined(separator: ", ")
            return """
                SELECT '\(name)' || char(9) || \(values.joined(separator: " || char(9) || "))
                FROM \(source) ORDER BY \(order)
                """
        }
    }

    private static func text(_ expression: String) -> String {
        // A text that is "-" is none that is missing.
        "iif(\(expression) = '-', '\\-', replace(replace(replace(\(expression), '\\', '\\\\'), "
            + "char(9), '\\t'), char(10), '\\n'))"
    }

    /// Of a path, without its folders: they may name people.
    static func lastComponent(_ path: String) -> String {
        "replace(\(path), rtrim(\(path), replace(\(path), '/', '')), '')"
    }

    private static func texts(_ columns: [(String, String)]) -> [(name: String, expression: String)]
    {
        columns.map { (name: $0, expression: text($1)) }
    }

    private static func numbers(_ names: [String]) -> [(name: String, expression: String)] {
        names.map { (name: $0, expression: "e.\($0)") }
    }

    private static let names = """
        JOIN region AS r USING (region_id) JOIN model AS m USING (model_id)
        """
    private static let place = texts([("region", "r.name"), ("model", "m.name")])
    /// Tenants may be people: the text goes to others, and names them by a digest.
    private static let dimensions = [
        (name: "dimensions", expression: "dimension_digest(d.tenant, d.project, d.endpoint)")
    ]
    private static let method = "statement AS s JOIN run AS n USING (run_id)"

    private static let sections: [Section] = [
        Section(
            name: "statement",
            columns: numbers(["month", "revision", "schema"])
                + texts([
                    ("reason", "e.reason"), ("run", "n.run_uuid"), ("command", "n.command"),
                    ("version", "n.version"), ("committed_at", "n.committed_at"),
                    ("energy_model", "m.energy_model"), ("summary", "m.energy_model_summary"),
                    ("boundary", "m.energy_boundary"), ("basis", "m.basis"),
                ]),
            source: """
                statement AS e JOIN run AS n USING (run_id) JOIN method AS m USING (method_id)
                WHERE statement_id = ?1
                """, keys: 1),
        Section(
            name: "despite", columns: texts([("kind", "e.kind"), ("detail", "e.detail")]),
            source: "statement_exception AS e WHERE statement_id = ?1", keys: 1),
        Section(
            name: "method", columns: texts([("part", "e.part"), ("text", "t.text")]),
            source: """
                \(method) JOIN method_part AS e USING (method_id)
                JOIN method_text AS t ON t.sha256 = e.sha256 WHERE s.statement_id = ?1
                """, keys: 1),
        Section(
            name: "factor",
            columns: texts([
                ("kind", "e.kind"), ("subject", "e.subject"), ("unit", "e.unit"),
            ]) + numbers(["low_pico", "central_pico", "high_pico", "includes_pue"])
                + texts([
                    ("boundary", "e.boundary"), ("evidence", "e.evidence"),
                    ("released", "e.released"), ("source", "e.source"),
                ]),
            source: "\(method) JOIN factor AS e USING (method_id) WHERE s.statement_id = ?1",
            keys: 3),
        Section(
            name: "release",
            columns: texts([
                ("zone", "e.zone"), ("served", "e.served"), ("source", "l.source"),
                ("label", "l.label"), ("file", lastComponent("l.file_name")),
                ("sha256", "lower(hex(l.sha256))"),
                ("boundary", "l.boundary"), ("fuel_factors", "l.fuel_factors"),
            ]) + [(name: "losses_inside", expression: "l.losses_inside")],
            source: """
                statement_release AS e JOIN grid_release AS l USING (release_id)
                WHERE statement_id = ?1
                """, keys: 8),
        Section(
            name: "grid_factor", columns: texts([("zone", "e.zone"), ("subject", "e.subject")]),
            source: "statement_grid_factor AS e WHERE statement_id = ?1", keys: 2),
        Section(
            name: "file",
            columns: texts([
                ("sha256", "lower(hex(e.sha256))"), ("name", "e.name"), ("dialect", "e.dialect"),
            ])
                + numbers([
                    "bytes", "lines", "counted", "rejected", "duplicate", "skipped", "requests",
                ]), source: "statement_file AS e WHERE statement_id = ?1", keys: 2),
        Section(
            name: "coverage",
            columns: texts([("region", "r.name")])
                + numbers(CoverageColumns.energy + CoverageColumns.counts),
            source: """
                statement_coverage AS e LEFT JOIN region AS r USING (region_id)
                WHERE statement_id = ?1
                """, keys: 1),
        Section(
            name: "total", columns: numbers(EmissionRows.columns),
            source: "statement_total AS e WHERE statement_id = ?1", keys: 1),
        Section(
            name: "row",
            columns: place + dimensions + texts([("zone", "e.zone")])
                + numbers(EmissionRows.columns),
            source: """
                statement_row AS e \(names) JOIN dimension AS d USING (dimension_id)
                WHERE statement_id = ?1
                """, keys: 3),
        Section(
            name: "hour",
            columns: numbers(["hour"]) + place
                + texts([
                    ("zone", "e.zone"), ("entry", "e.entry"), ("pool", "e.pool"),
                    ("grid_evidence", "v.name"), ("grid_step", "e.grid_step"),
                    ("energy_evidence", "e.energy_evidence"),
                ]) + numbers(StatementHours.numbers),
            source: """
                statement_hour AS e \(names) JOIN evidence AS v USING (evidence_id)
                WHERE statement_id = ?1
                """, keys: 3),
        Section(
            name: "cause",
            columns: place + dimensions + texts([("cause", "e.cause")])
                + numbers(["energy_uwh", "emissions_ug"]),
            source: """
                restatement_cause AS e \(names) JOIN dimension AS d USING (dimension_id)
                WHERE statement_id = ?1
                """, keys: 4),
    ]

    /// Of a tenant, project and endpoint: the first 128 bits of the SHA-256 of the three, each behind its length in bytes and
    /// a colon; `-` where none is kept apart.
    static let dimensionDigest = DatabaseFunction(
        "dimension_digest", argumentCount: 3, pure: true
    ) { arguments in
        let names = arguments.map { String.fromDatabaseValue($0) ?? "" }
        guard names.contains(where: { !$0.isEmpty }) else { return "-" }
        let digest = SHA256.hash(data: Data(names.map { "\($0.utf8.count):\($0)" }.joined().utf8))
        return Array(digest.prefix(16)).hexadecimal
    }

    /// Gives the dump of a statement line by line, without line ends.
    static func write(
        _ db: Database, _ statement: Int64, _ line: (String) throws -> Void
    ) throws {
        try line("flue statement \(format)")
        for section in sections {
            let names = section.columns.map(\.name).joined(separator: "\t")
            try line("columns\t\(section.name)\t\(names)")
            let rows = try String.fetchCursor(db, sql: section.query, arguments: [statement])
            while let row = try rows.next() { try line(row) }
        }
    }

    /// The SHA-256 of the dump, whose lines end with `\n`.
    static func digest(_ db: Database, _ statement: Int64) throws -> Data {
        var hash = SHA256()
        try write(db, statement) { line in
            hash.update(data: Data(line.utf8))
            hash.update(data: Data([UInt8(ascii: "\n")]))
        }
        return Data(hash.finalize())
    }
}

extension Ledger {
    /// Of UTF-8, hexadecimal.
    package static func sha256(of text: String) -> String {
        RunRecord.digest(of: text).hexadecimal
    }

    /// Gives the canonical dump of a statement line by line.
    package func dump(_ statement: MonthStatement, _ line: (String) throws -> Void) throws {
        try read { db in try StatementDump.write(db, statement.id, line) }
    }
}
