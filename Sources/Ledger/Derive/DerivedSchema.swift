import Accounting
import Crypto
import Foundation
import GRDB

/// What follows from the facts by a method. No table here is ever migrated: where the definition differs from the one that a
/// ledger was derived with, its next writer drops all of them, makes them and derives them again.
enum DerivedSchema {
    /// In the order in which they are made.
    static let tables: [(name: String, sql: String)] = [
        (
            "region_zone",
            """
            CREATE TABLE region_zone (                -- regions without a row are unknown
              region_id INTEGER PRIMARY KEY REFERENCES region,
              zone TEXT NOT NULL,
              water_basis TEXT NOT NULL CHECK (water_basis IN ('withdrawal', 'consumption', 'unstated')),
              pue_subject TEXT NOT NULL               -- whose PUE it uses: its own, or '*' for the default
            ) STRICT
            """
        ),
        (
            "model_entry",
            """
            CREATE TABLE model_entry (                -- models without a row are unmatched
              model_id INTEGER PRIMARY KEY REFERENCES model,
              entry TEXT NOT NULL                     -- of the energy model
            ) STRICT
            """
        ),
        (
            "grid_in_force",
            """
            CREATE TABLE grid_in_force (
              series_id INTEGER NOT NULL REFERENCES grid_series,
              hour INTEGER NOT NULL REFERENCES calendar_hour,
              release_id INTEGER NOT NULL REFERENCES grid_release,
              intensity_mg_per_kwh INTEGER NOT NULL,
              evidence_id INTEGER NOT NULL REFERENCES evidence,
              is_partial INTEGER NOT NULL,
              revised_ms INTEGER,
              PRIMARY KEY (series_id, hour)
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "grid_fill",
            """
            CREATE TABLE grid_fill (                  -- what the values of hours without one were made of
              hour INTEGER NOT NULL REFERENCES calendar_hour,
              zone TEXT NOT NULL,
              release_id INTEGER NOT NULL,            -- of values; 0: none
              factor TEXT NOT NULL,                   -- subject of a published factor of the grid; '': none
              PRIMARY KEY (hour, zone, release_id, factor)
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "hour_factor",
            """
            CREATE TABLE hour_factor (                -- what turns the cells of an hour, region and model into energy and emissions
              hour INTEGER NOT NULL REFERENCES calendar_hour,
              region_id INTEGER NOT NULL REFERENCES region,
              model_id INTEGER NOT NULL REFERENCES model,
              pool TEXT,                              -- whose energy its cells share
              evidence_id INTEGER NOT NULL REFERENCES evidence,
              grid_step TEXT NOT NULL,                -- of the ladder; empty for a value that was imported
              cells INTEGER NOT NULL CHECK (cells > 0),                     -- each is derived and rounded by itself
              requests INTEGER NOT NULL CHECK (requests >= 0),              -- of all of them
              requestless_tokens INTEGER NOT NULL CHECK (requestless_tokens >= 0),   -- that no request is known of
              energy_uwh INTEGER,                     -- of all its cells, facility
              assumed_energy_uwh INTEGER NOT NULL,    -- of requests whose usage is not known
              energy_evidence TEXT,                   -- NULL, like the coefficients: the model is unmatched
              batch_milli INTEGER,                    -- mean requests at once in 1/1000, where it counts
              intensity_mg_per_kwh INTEGER,           -- NULL: missing
              intensity_mg_per_kwh_low INTEGER,
              intensity_mg_per_kwh_high INTEGER,
              market_mg_per_kwh INTEGER,
              marginal_mg_per_kwh INTEGER,
              td_loss_ppm INTEGER,                    -- lost on the way ÷ arrived
              pue_ppm INTEGER,                        -- NULL: the coefficients include PUE
              pue_ppm_low INTEGER,
              pue_ppm_high INTEGER,
              on_site_water_ul_per_kwh INTEGER,       -- of IT energy
              off_site_water_ul_per_kwh INTEGER,      -- of facility energy
              \(FactorColumns.coefficients.map { "\($0) INTEGER," }.joined(separator: " "))
              PRIMARY KEY (hour, region_id, model_id)
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "hour_emission",
            """
            CREATE TABLE hour_emission (
              hour INTEGER NOT NULL REFERENCES calendar_hour,
              region_id INTEGER NOT NULL REFERENCES region,
              model_id INTEGER NOT NULL REFERENCES model,
              \(emissionColumns),
              PRIMARY KEY (hour, region_id, model_id)
            ) STRICT, WITHOUT ROWID
            """
        ),
        ("daily_emission", rollup("daily_emission", "day", "calendar_day")),
        ("monthly_emission", rollup("monthly_emission", "month", "calendar_month")),
        (
            "month_total",
            """
            CREATE TABLE month_total (                -- ranges joined by the rule of reports
              month INTEGER PRIMARY KEY REFERENCES calendar_month,
              \(emissionColumns)
            ) STRICT
            """
        ),
        (
            "month_status",
            """
            CREATE TABLE month_status (               -- of months that are closed
              month INTEGER PRIMARY KEY REFERENCES calendar_month,
              statement_id INTEGER NOT NULL REFERENCES statement,           -- in force
              status TEXT NOT NULL CHECK (status IN ('closed', 'pending'))  -- pending: its rows are not what was stated
            ) STRICT
            """
        ),
        (
            "month_coverage",
            """
            CREATE TABLE month_coverage (
              month INTEGER NOT NULL REFERENCES calendar_month,
              region_id INTEGER NOT NULL,             -- 0: rejected lines, which name none
              \((CoverageColumns.energy + CoverageColumns.counts).map { "\($0) INTEGER NOT NULL" }
                .joined(separator: ", ")),
              PRIMARY KEY (month, region_id)
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "month_training",
            """
            CREATE TABLE month_training (             -- a model's share of its training; in no other figure
              month INTEGER NOT NULL REFERENCES calendar_month,
              model_id INTEGER NOT NULL REFERENCES model,
              subject TEXT NOT NULL,                  -- that the method knows it by
              unit TEXT NOT NULL,
              source TEXT NOT NULL,
              requests INTEGER NOT NULL,
              training_ug INTEGER,                    -- NULL: nobody counted the requests
              PRIMARY KEY (month, model_id, subject, unit)
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "pool_hour",
            """
            CREATE TABLE pool_hour (                  -- what a pool drew, and who it is charged to
              hour INTEGER NOT NULL REFERENCES calendar_hour,
              pool TEXT NOT NULL,
              supply TEXT NOT NULL CHECK (supply IN ('meter', 'hardware')),
              supplied_uwh INTEGER NOT NULL,
              modelled_uwh INTEGER NOT NULL,          -- what the energy model gives the same requests
              allocated_uwh INTEGER NOT NULL CHECK (allocated_uwh >= 0),    -- to requests
              unmatched_uwh INTEGER NOT NULL CHECK (unmatched_uwh >= 0),    -- to models that are not known
              idle_uwh INTEGER NOT NULL CHECK (idle_uwh >= 0),
              idle_energy_uwh INTEGER NOT NULL,       -- facility
              zone TEXT,
              evidence_id INTEGER NOT NULL REFERENCES evidence,
              grid_step TEXT NOT NULL,                -- of the ladder; empty for a value that was imported
              intensity_mg_per_kwh INTEGER,           -- NULL: missing
              idle_emissions_ug INTEGER,
              PRIMARY KEY (hour, pool),
              CONSTRAINT supply_is_spent CHECK (supplied_uwh = allocated_uwh + unmatched_uwh + idle_uwh)
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "daily_request_histogram",
            """
            CREATE TABLE daily_request_histogram (    -- of the facility, by the method; of requests with energy
              day INTEGER NOT NULL REFERENCES calendar_day,
              region_id INTEGER NOT NULL REFERENCES region,
              model_id INTEGER NOT NULL REFERENCES model,
              dimension_id INTEGER NOT NULL REFERENCES dimension,
              kept INTEGER NOT NULL,
              as_ingested_requests INTEGER NOT NULL,  -- whose energy model no scale leads to that in force
              zero_requests INTEGER NOT NULL,
              energy BLOB NOT NULL,                   -- of pWh per request
              emissions BLOB NOT NULL,                -- of pg CO2e per request, where there is a grid value
              kilotoken_energy BLOB NOT NULL,
              kilotoken_emissions BLOB NOT NULL,
              UNIQUE (day, region_id, model_id, dimension_id, kept)
            ) STRICT
            """
        ),
        (
            "request_stat",
            """
            CREATE TABLE request_stat (
              span TEXT NOT NULL CHECK (span IN ('day', 'month')),
              period INTEGER NOT NULL,                -- days since 1970-01-01, or year × 12 + month − 1
              grouping TEXT NOT NULL,
              region_id INTEGER REFERENCES region,    -- NULL, as below: all of them
              model_id INTEGER REFERENCES model,
              tenant TEXT,
              project TEXT,
              endpoint TEXT,
              \(StatisticsColumns.counters.map { "\($0) INTEGER NOT NULL," }.joined(separator: " "))
              \(StatisticsColumns.amounts.map { "\($0) INTEGER" }.joined(separator: ", "))
            ) STRICT
            """
        ),
        (
            "calendar_hour",
            """
            CREATE TABLE calendar_hour (              -- hours that any row is about
              hour INTEGER PRIMARY KEY,               -- whole UTC hours since 1970-01-01
              text TEXT NOT NULL UNIQUE,              -- YYYY-MM-DD HH:00:00
              epoch INTEGER NOT NULL UNIQUE,          -- seconds
              day TEXT NOT NULL,
              month TEXT NOT NULL
            ) STRICT
            """
        ),
        (
            "calendar_day",
            """
            CREATE TABLE calendar_day (
              day INTEGER PRIMARY KEY,                -- whole UTC days since 1970-01-01
              text TEXT NOT NULL UNIQUE,              -- YYYY-MM-DD
              epoch INTEGER NOT NULL UNIQUE,
              month TEXT NOT NULL
            ) STRICT
            """
        ),
        (
            "calendar_month",
            """
            CREATE TABLE calendar_month (
              month INTEGER PRIMARY KEY,              -- year × 12 + month − 1
              text TEXT NOT NULL UNIQUE,              -- YYYY-MM
              start TEXT NOT NULL UNIQUE,             -- YYYY-MM-DD
              epoch INTEGER NOT NULL UNIQUE
            ) STRICT
            """
        ),
        (
            "seen_file",
            """
            CREATE TABLE seen_file (                  -- known bytes, as they stood when they were last read: a cache
              name TEXT PRIMARY KEY,
              sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
              bytes INTEGER NOT NULL,
              changed_ns INTEGER NOT NULL,            -- since 1970-01-01, as the system keeps it
              inode INTEGER NOT NULL,
              device INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            """
        ),
        (
            "derived_day",
            """
            CREATE TABLE derived_day (                -- when rows of a day were last derived
              subject TEXT NOT NULL CHECK (subject IN ('usage', 'grid')),
              day INTEGER NOT NULL REFERENCES calendar_day,
              run_id INTEGER NOT NULL REFERENCES run,
              stamp BLOB NOT NULL,                    -- another whenever they were derived anew
              PRIMARY KEY (subject, day)
            ) STRICT, WITHOUT ROWID
            """
        ),
    ]

    private static let indexes = """
        CREATE INDEX request_stat_period ON request_stat (span, period);
        CREATE INDEX calendar_hour_day ON calendar_hour (day);
        CREATE INDEX calendar_hour_month ON calendar_hour (month);
        CREATE INDEX calendar_day_month ON calendar_day (month);
        """

    private static let emissionColumns = EmissionColumn.all.map {
        "\($0.name) INTEGER\($0.isOptional ? "" : " NOT NULL")"
    }.joined(separator: ", ")

    private static func rollup(_ table: String, _ period: String, _ calendar: String) -> String {
        """
        CREATE TABLE \(table) (
          \(period) INTEGER NOT NULL REFERENCES \(calendar),
          region_id INTEGER NOT NULL REFERENCES region,
          model_id INTEGER NOT NULL REFERENCES model,
          dimension_id INTEGER NOT NULL REFERENCES dimension,
          \(emissionColumns),
          PRIMARY KEY (\(period), region_id, model_id, dimension_id)
        ) STRICT, WITHOUT ROWID
        """
    }

    /// All that makes derived tables and views.
    private static let sql =
        tables.map { "\($0.sql);" }.joined(separator: "\n") + indexes
        + PublishedTable.all.map(\.viewSQL).joined(separator: "\n")

    /// Of all that makes them: another definition has another one.
    static let fingerprint = Data(SHA256.hash(data: Data("\(sql)\n\(filling)".utf8)))

    /// Rises when the same tables are filled in another way, so that the rows of older programs are made anew. 2: all rows of
    /// a day that several runs change.
    private static let filling = 2

    /// Whether a ledger has the tables and views of this program.
    static func isCurrent(_ db: Database) throws -> Bool {
        try Data.fetchOne(db, sql: "SELECT definition_sha256 FROM derivation") == fingerprint
    }

    /// Whether its rows are there: after a program has made them anew they wait for its first run.
    static func isDerived(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT method_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM usage) FROM derivation
                """) ?? false
    }

    /// Drops the derived tables and views of whatever program, and makes those of this one, empty.
    ///
    /// The totals of months are kept until they are derived again: then what moved is told.
    static func make(_ db: Database) throws {
        if try isMade(db) { try keepTotals(db) }
        let views = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_schema WHERE type = 'view' AND name <> 'live_file'")
        for view in views { try db.execute(sql: "DROP VIEW \"\(view)\"") }
        let facts = Set(FactSchema.tables)
        let others = try String.fetchAll(
            db,
            sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).filter { !facts.contains($0) }
        for table in others { try db.execute(sql: "DROP TABLE \"\(table)\"") }
        try db.execute(sql: sql)
        try db.execute(
            sql: "INSERT OR REPLACE INTO derivation VALUES (1, ?, NULL)", arguments: [fingerprint])
    }

    /// Whether a program has made them before.
    private static func isMade(_ db: Database) throws -> Bool {
        try db.tableExists("month_total")
    }

    /// Keeps what the months of another program's tables were, for the run that derives them anew.
    private static func keepTotals(_ db: Database) throws {
        let columns = Set(try db.columns(in: "month_total").map(\.name))
        let kept = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('kept_total')")
            .filter { !["method_id"].contains($0) }
        guard columns.isSuperset(of: kept.filter { $0 != "unmatched_requests" }),
            columns.contains("energy_requests")
        else { return }
        let values = kept.map { $0 == "unmatched_requests" ? "requests - energy_requests" : $0 }
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO kept_total (method_id, \(kept.joined(separator: ", ")))
                SELECT method_id, \(values.joined(separator: ", ")) FROM month_total
                CROSS JOIN derivation WHERE method_id IS NOT NULL
                """)
    }

    /// Forgets all that is derived by a method, which stays as it is defined.
    ///
    /// - Parameter others: Tables that stay.
    static func empty(_ db: Database, but others: [String]) throws {
        let kept =
            others + [
                "grid_in_force", "calendar_hour", "calendar_day", "calendar_month", "derived_day",
                "seen_file",
            ]
        for table in tables where !kept.contains(table.name) {
            try db.execute(sql: "DELETE FROM \(table.name)")
        }
        try db.execute(sql: "DELETE FROM derived_day WHERE subject = 'usage'")
    }
}
