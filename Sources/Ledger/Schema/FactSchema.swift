import GRDB

/// The facts, as named, append-only, literal steps.
enum FactSchema {
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 baseline") { db in try db.execute(sql: baseline) }
        migrator.registerMigration("2 audio input tokens") { db in
            try db.execute(
                sql: """
                    ALTER TABLE rare_usage ADD COLUMN audio_input_tokens INTEGER NOT NULL DEFAULT 0
                      CHECK (audio_input_tokens >= 0)
                    """)
        }
        migrator.registerMigration("3 statements") { db in try db.execute(sql: statementTables) }
        return migrator
    }()

    /// Tables of facts; all others are derived.
    static let tables = [
        "derivation", "grdb_migrations", "method", "method_text", "method_part", "factor", "run",
        "former_total", "kept_total", "region", "model", "dimension", "source_file",
        "superseded_file",
        "moved_file", "source_alias", "refused_file", "reject", "reject_count", "skip_count",
        "request_id", "usage", "rare_usage", "charge", "energy_histogram", "evidence",
        "grid_series", "grid_release", "grid_value", "grid_judgement", "grid_mean",
        "meter_release", "meter_reading", "statement", "statement_exception", "statement_total",
        "statement_row", "statement_hour", "statement_coverage", "statement_file",
        "statement_release", "statement_grid_factor", "restatement_cause", "former_total_cause",
        "forgotten_file",
        "pruned_file",
    ]

    /// Whether the file was made before there were numbered schemas: its facts were kept otherwise.
    static func predates(_ db: Database) throws -> Bool {
        guard try db.tableExists("grdb_migrations") else { return false }
        return try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM grdb_migrations WHERE identifier = 'facts')")
            ?? false
    }
}
