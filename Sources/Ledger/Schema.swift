import GRDB

/// The schema as named, append-only steps. Views are made by ``Views``.
let schema: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("facts") { db in try db.execute(sql: facts) }
    migrator.registerMigration("derived") { db in try db.execute(sql: derived) }
    migrator.registerMigration("views") { db in try db.execute(sql: Views.sql) }
    migrator.registerMigration("requests of factors") { db in try db.execute(sql: factorRequests) }
    migrator.registerMigration("digest version") { db in try db.execute(sql: digestVersion) }
    migrator.registerMigration("causes") { db in try db.execute(sql: causes) }
    migrator.registerMigration("request statistics") { db in
        try db.execute(sql: requestStatistics)
    }
    migrator.registerMigration("books of records") { db in try db.execute(sql: booksOfRecords) }
    migrator.registerMigration("sums of requests") { db in try db.execute(sql: sumsOfRequests) }
    migrator.registerMigration("grid series") { db in try db.execute(sql: gridSeries) }
    migrator.registerMigration("grid ladder") { db in try db.execute(sql: gridLadder) }
    migrator.registerMigration("transmission losses") { db in
        try db.execute(sql: transmissionLosses)
    }
    migrator.registerMigration("grid revisions") { db in try db.execute(sql: gridRevisions) }
    migrator.registerMigration("lost files") { db in try db.execute(sql: lostFiles) }
    return migrator
}()

/// What was delivered and imported. Integers only, nothing derived.
private let facts = """
    PRAGMA application_id = \(Ledger.applicationID);

    CREATE TABLE method (                     -- the choices that derived rows rest on
      method_id INTEGER PRIMARY KEY,
      sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
      is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
      energy_model TEXT NOT NULL,
      energy_model_summary TEXT NOT NULL,
      energy_boundary TEXT NOT NULL CHECK (energy_boundary IN ('it', 'facility')),
      basis TEXT NOT NULL CHECK (basis IN ('direct', 'lifecycle')),
      signal TEXT NOT NULL CHECK (signal IN ('average', 'marginal'))
    ) STRICT;
    CREATE UNIQUE INDEX method_primary ON method (is_primary) WHERE is_primary = 1;

    CREATE TABLE factor (                     -- every number that is not from a log or a grid file
      method_id INTEGER NOT NULL REFERENCES method,
      kind TEXT NOT NULL CHECK (kind IN ('energy', 'pue')),
      subject TEXT NOT NULL,                  -- model, or region; '*' for all others
      unit TEXT NOT NULL,
      low_pico INTEGER NOT NULL CHECK (low_pico >= 0),              -- 10^-12 of the unit
      central_pico INTEGER NOT NULL CHECK (central_pico >= low_pico),
      high_pico INTEGER NOT NULL CHECK (high_pico >= central_pico),
      includes_pue INTEGER NOT NULL CHECK (includes_pue IN (0, 1)),
      evidence TEXT NOT NULL,
      released TEXT NOT NULL,
      source TEXT NOT NULL,
      PRIMARY KEY (method_id, kind, subject, unit)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run (
      run_id INTEGER PRIMARY KEY,
      run_uuid TEXT NOT NULL UNIQUE,
      command TEXT NOT NULL,
      version TEXT NOT NULL,
      committed_at TEXT NOT NULL,             -- UTC
      method_id INTEGER REFERENCES method
    ) STRICT;

    CREATE TABLE region (region_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE model (model_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE dimension (
      dimension_id INTEGER PRIMARY KEY,
      tenant TEXT NOT NULL,
      project TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      UNIQUE (tenant, project, endpoint)
    ) STRICT;

    CREATE TABLE source_file (
      file_id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),             -- of the bytes as delivered
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      head_sha256 BLOB,                       -- of the first 512 bytes; NULL for a shorter file
      compression TEXT NOT NULL,
      plain_bytes INTEGER NOT NULL CHECK (plain_bytes >= 0),
      content_digest INTEGER NOT NULL,        -- sum of line digests; equal for recompressed copies
      dialect TEXT NOT NULL,
      dialect_sha256 TEXT NOT NULL,
      options TEXT NOT NULL,                  -- defaults and dimensions
      lines INTEGER NOT NULL,
      counted INTEGER NOT NULL,
      rejected INTEGER NOT NULL,
      duplicate INTEGER NOT NULL,
      skipped INTEGER NOT NULL,
      first_time_ms INTEGER,                  -- of requests, since 1970-01-01 UTC
      last_time_ms INTEGER,
      state TEXT NOT NULL CHECK (state IN ('live', 'superseded')),
      superseded_by INTEGER REFERENCES source_file,
      superseded_how TEXT CHECK (superseded_how IN ('grown', 'replaced')),
      run_id INTEGER NOT NULL REFERENCES run,
      CONSTRAINT books_balance CHECK (lines = counted + rejected + duplicate + skipped)
    ) STRICT;
    CREATE UNIQUE INDEX source_file_live_sha256 ON source_file (sha256) WHERE state = 'live';
    CREATE INDEX source_file_name ON source_file (name);
    CREATE INDEX source_file_sha256 ON source_file (sha256);
    CREATE INDEX source_file_head ON source_file (head_sha256);
    CREATE INDEX source_file_bytes ON source_file (bytes);
    CREATE INDEX source_file_content ON source_file (content_digest);

    CREATE TABLE source_alias (               -- other names and other compressions of a file
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      name TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      head_sha256 BLOB,
      file_id INTEGER NOT NULL REFERENCES source_file,
      reason TEXT NOT NULL CHECK (reason IN ('renamed', 'recompressed')),
      run_id INTEGER NOT NULL REFERENCES run,
      PRIMARY KEY (sha256, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX source_alias_name ON source_alias (name);
    CREATE INDEX source_alias_head ON source_alias (head_sha256);
    CREATE INDEX source_alias_bytes ON source_alias (bytes);

    CREATE TABLE usage (
      hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      dimension_id INTEGER NOT NULL REFERENCES dimension,
      file_id INTEGER NOT NULL REFERENCES source_file,
      requests INTEGER NOT NULL CHECK (requests > 0),
      failed_requests INTEGER NOT NULL CHECK (failed_requests >= 0),
      not_run_requests INTEGER NOT NULL CHECK (not_run_requests >= 0),
      cache_hit_requests INTEGER NOT NULL CHECK (cache_hit_requests >= 0),
      unknown_usage_requests INTEGER NOT NULL CHECK (unknown_usage_requests >= 0),
      input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),      -- cached input included
      cached_input_tokens INTEGER NOT NULL CHECK (cached_input_tokens >= 0),
      cache_write_tokens INTEGER NOT NULL CHECK (cache_write_tokens >= 0),
      output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),    -- reasoning included
      reasoning_tokens INTEGER NOT NULL CHECK (reasoning_tokens >= 0),
      items INTEGER NOT NULL CHECK (items >= 0),
      duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
      metered_uwh INTEGER NOT NULL CHECK (metered_uwh >= 0),
      PRIMARY KEY (hour, region_id, model_id, dimension_id, file_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE reject (                     -- where and why, never what the line says
      file_id INTEGER NOT NULL REFERENCES source_file,
      line INTEGER NOT NULL CHECK (line > 0),
      byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),        -- in the plain text
      reason TEXT NOT NULL,
      field TEXT NOT NULL,
      PRIMARY KEY (file_id, line)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE reject_count (               -- all rejected lines, also those beyond the first 10,000
      file_id INTEGER NOT NULL REFERENCES source_file,
      reason TEXT NOT NULL,
      field TEXT NOT NULL,
      lines INTEGER NOT NULL CHECK (lines > 0),
      PRIMARY KEY (file_id, reason, field)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE evidence (evidence_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    INSERT INTO evidence VALUES (1, 'measured'), (2, 'estimated'), (3, 'interpolated'),
      (4, 'profile'), (5, 'annual'), (6, 'missing');

    CREATE TABLE grid_series (
      series_id INTEGER PRIMARY KEY,
      zone TEXT NOT NULL,
      basis TEXT NOT NULL CHECK (basis IN ('direct', 'lifecycle')),
      signal TEXT NOT NULL CHECK (signal IN ('average', 'marginal')),
      UNIQUE (zone, basis, signal)
    ) STRICT;
    CREATE TABLE grid_release (               -- a later release of an hour is the one in force
      release_id INTEGER PRIMARY KEY,
      source TEXT NOT NULL,
      label TEXT NOT NULL,
      file_name TEXT NOT NULL,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      run_id INTEGER NOT NULL REFERENCES run
    ) STRICT;
    CREATE TABLE grid_intensity (
      series_id INTEGER NOT NULL REFERENCES grid_series,
      hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
      release_id INTEGER NOT NULL REFERENCES grid_release,
      intensity_mg_per_kwh INTEGER NOT NULL CHECK (intensity_mg_per_kwh BETWEEN 0 AND 10000000),
      evidence_id INTEGER NOT NULL REFERENCES evidence,
      PRIMARY KEY (series_id, hour, release_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE statement (                  -- totals as they were reported, frozen
      statement_id INTEGER PRIMARY KEY,
      month INTEGER NOT NULL,                 -- year × 12 + month − 1
      revision INTEGER NOT NULL,
      closed_at TEXT NOT NULL,
      method_id INTEGER NOT NULL REFERENCES method,
      requests INTEGER NOT NULL,
      energy_uwh INTEGER,
      emissions_ug INTEGER,
      unmatched_energy_uwh INTEGER NOT NULL,
      run_id INTEGER NOT NULL REFERENCES run,
      UNIQUE (month, revision)
    ) STRICT;
    """

/// What follows from the facts by a method; made anew whenever they change.
private let derived = """
    CREATE TABLE region_zone (                -- regions without a row are unknown
      method_id INTEGER NOT NULL REFERENCES method,
      region_id INTEGER NOT NULL REFERENCES region,
      zone TEXT NOT NULL,
      PRIMARY KEY (method_id, region_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE hour_factor (
      method_id INTEGER NOT NULL REFERENCES method,
      hour INTEGER NOT NULL,
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      evidence_id INTEGER NOT NULL REFERENCES evidence,
      intensity_mg_per_kwh INTEGER,           -- NULL: missing
      intensity_mg_per_kwh_low INTEGER,
      intensity_mg_per_kwh_high INTEGER,
      pue_ppm INTEGER,                        -- NULL: the coefficients include PUE
      energy_evidence TEXT,                   -- NULL, like the coefficients: the model is unmatched
      request_pwh INTEGER, request_pwh_low INTEGER, request_pwh_high INTEGER,
      input_pwh INTEGER, input_pwh_low INTEGER, input_pwh_high INTEGER,
      cached_input_pwh INTEGER, cached_input_pwh_low INTEGER, cached_input_pwh_high INTEGER,
      output_pwh INTEGER, output_pwh_low INTEGER, output_pwh_high INTEGER,
      PRIMARY KEY (method_id, hour, region_id, model_id)
    ) STRICT, WITHOUT ROWID;

    \(rollupTables)
    """

/// With the requests of its cells, a factor tells what is unmatched without a look at the cells.
private let factorRequests = """
    ALTER TABLE hour_factor ADD COLUMN requests INTEGER NOT NULL DEFAULT 0 CHECK (requests >= 0);
    UPDATE hour_factor SET requests = (
      SELECT coalesce(sum(u.requests), 0) FROM usage AS u
      WHERE u.hour = hour_factor.hour AND u.region_id = hour_factor.region_id
        AND u.model_id = hour_factor.model_id);
    """

/// Digests of lines are made another way since; those of older files cannot be compared.
private let digestVersion = """
    ALTER TABLE source_file ADD COLUMN digest_version INTEGER NOT NULL DEFAULT 1;
    """

/// Days and months, which have all but their period in common.
let rollupTables = """
    CREATE TABLE daily_emission (
      method_id INTEGER NOT NULL REFERENCES method,
      day INTEGER NOT NULL,                   -- whole UTC days since 1970-01-01
    \(emissionColumns)
      PRIMARY KEY (method_id, day, region_id, model_id, dimension_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE monthly_emission (
      method_id INTEGER NOT NULL REFERENCES method,
      month INTEGER NOT NULL,                 -- year × 12 + month − 1
    \(emissionColumns)
      PRIMARY KEY (method_id, month, region_id, model_id, dimension_id)
    ) STRICT, WITHOUT ROWID;
    """

/// What days and months have in common.
private let emissionColumns = """
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      dimension_id INTEGER NOT NULL REFERENCES dimension,
      \(RollupColumns.counters.map { "\($0) INTEGER NOT NULL," }.joined(separator: "\n  "))
      \(RollupColumns.partlyKnown.map { "\($0) INTEGER," }.joined(separator: "\n  "))
      \(RollupColumns.whollyKnown.map { "\($0) INTEGER," }.joined(separator: "\n  "))
    """
