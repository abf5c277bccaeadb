/// The facts of a ledger, version 1: what was delivered and imported, by which method each run derived, and nothing that
/// follows from them. Integers only.
///
/// Literal, as every migration is: it must make tomorrow what it made today, whatever the program declares by then. Rows are
/// added; what is no longer in force is marked by rows.
let baseline = """
    -- The method of each run -----------------------------------------------------------------------

    CREATE TABLE method (                     -- the choices that derived rows rested on
      method_id INTEGER PRIMARY KEY,
      sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
      energy_model TEXT NOT NULL,
      energy_model_summary TEXT NOT NULL,
      energy_boundary TEXT NOT NULL CHECK (energy_boundary IN ('it', 'facility')),
      basis TEXT NOT NULL CHECK (basis IN ('direct', 'lifecycle')),
      signal TEXT NOT NULL CHECK (signal IN ('average', 'marginal'))
    ) STRICT;

    CREATE TABLE method_text (                -- canonical text of a part, once for all methods that share it
      sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
      text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE method_part (
      method_id INTEGER NOT NULL REFERENCES method,
      part TEXT NOT NULL,                     -- derivation, energy_model, names, tables, ladder or basis
      sha256 BLOB NOT NULL REFERENCES method_text,
      PRIMARY KEY (method_id, part)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE factor (                     -- every number that is not from a log or a grid file
      method_id INTEGER NOT NULL REFERENCES method,
      kind TEXT NOT NULL CHECK (kind IN
        ('energy', 'embodied', 'pue', 'water', 'market', 'training', 'pool', 'grid', 'td_loss')),
      subject TEXT NOT NULL,                  -- model, region, zone or country, with the year that it is for; '*' for all others
      unit TEXT NOT NULL,
      low_pico INTEGER NOT NULL CHECK (low_pico >= 0),              -- 10^-12 of the unit
      central_pico INTEGER NOT NULL CHECK (central_pico >= low_pico),
      high_pico INTEGER NOT NULL CHECK (high_pico >= central_pico),
      includes_pue INTEGER NOT NULL CHECK (includes_pue IN (0, 1)),
      boundary TEXT NOT NULL,                 -- of energy: it or facility; of the grid: consumption, production or unstated
      evidence TEXT NOT NULL,
      released TEXT NOT NULL,                 -- or the year that it is for
      source TEXT NOT NULL,
      PRIMARY KEY (method_id, kind, subject, unit)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run (
      run_id INTEGER PRIMARY KEY,
      run_uuid TEXT NOT NULL UNIQUE,
      command TEXT NOT NULL,
      version TEXT NOT NULL,                  -- of the program
      committed_at TEXT NOT NULL,             -- UTC
      method_id INTEGER NOT NULL REFERENCES method
    ) STRICT;

    CREATE TABLE former_total (               -- what a month was before all was derived by another method
      month INTEGER NOT NULL,                 -- year × 12 + month − 1
      run_id INTEGER NOT NULL REFERENCES run, -- that derived it anew
      method_id INTEGER NOT NULL REFERENCES method,                 -- that it rested on
      requests INTEGER NOT NULL,
      unmatched_requests INTEGER NOT NULL,    -- without energy
      energy_uwh INTEGER,
      energy_uwh_low INTEGER,
      energy_uwh_high INTEGER,
      unmatched_energy_uwh INTEGER NOT NULL,  -- without a grid value
      emissions_ug INTEGER,
      emissions_ug_low INTEGER,
      emissions_ug_high INTEGER,
      PRIMARY KEY (month, run_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE kept_total (                 -- of months whose rows wait to be derived by another program; empty otherwise
      month INTEGER PRIMARY KEY,
      method_id INTEGER NOT NULL REFERENCES method,
      requests INTEGER NOT NULL,
      unmatched_requests INTEGER NOT NULL,
      energy_uwh INTEGER,
      energy_uwh_low INTEGER,
      energy_uwh_high INTEGER,
      unmatched_energy_uwh INTEGER NOT NULL,
      emissions_ug INTEGER,
      emissions_ug_low INTEGER,
      emissions_ug_high INTEGER
    ) STRICT;

    -- Names ---------------------------------------------------------------------------------------

    CREATE TABLE region (region_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE model (model_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE dimension (
      dimension_id INTEGER PRIMARY KEY,
      tenant TEXT NOT NULL,                   -- '' where it is not kept apart
      project TEXT NOT NULL,
      endpoint TEXT NOT NULL,
      UNIQUE (tenant, project, endpoint)
    ) STRICT;

    -- Files ---------------------------------------------------------------------------------------

    CREATE TABLE source_file (
      file_id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),             -- of the bytes as delivered
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      head_sha256 BLOB,                       -- of the first 512 bytes; NULL for a shorter file
      compression TEXT NOT NULL,
      plain_bytes INTEGER NOT NULL CHECK (plain_bytes >= 0),
      content_digest INTEGER NOT NULL,        -- sum of line digests; equal for recompressed copies
      digest_version INTEGER NOT NULL,        -- how lines were digested
      dialect TEXT NOT NULL,
      dialect_sha256 TEXT NOT NULL,
      options TEXT NOT NULL,                  -- defaults and dimensions
      charged_by TEXT NOT NULL,               -- digest of the method of its histograms, and what they keep apart
      records TEXT NOT NULL CHECK (records IN ('requests', 'sums')),
      scope TEXT NOT NULL,                    -- whose traffic it is about: sums are never added to requests of it
      lines INTEGER NOT NULL,
      counted INTEGER NOT NULL,
      rejected INTEGER NOT NULL,
      duplicate INTEGER NOT NULL,
      skipped INTEGER NOT NULL,
      requests INTEGER NOT NULL,              -- that its counted records stand for
      unseen_parents INTEGER NOT NULL CHECK (unseen_parents >= 0),  -- counted requests below a span that it does not hold
      first_time_ms INTEGER,                  -- of requests, since 1970-01-01 UTC
      last_time_ms INTEGER,
      run_id INTEGER NOT NULL REFERENCES run,
      CONSTRAINT books_balance CHECK (lines = counted + rejected + duplicate + skipped)
    ) STRICT;
    CREATE INDEX source_file_name ON source_file (name);
    CREATE INDEX source_file_sha256 ON source_file (sha256);
    CREATE INDEX source_file_head ON source_file (head_sha256);
    CREATE INDEX source_file_bytes ON source_file (bytes);
    CREATE INDEX source_file_content ON source_file (content_digest);
    CREATE INDEX source_file_sums ON source_file (scope) WHERE records = 'sums';

    CREATE TABLE superseded_file (            -- counts no longer: it has grown into another, or was replaced by it
      file_id INTEGER PRIMARY KEY REFERENCES source_file,
      superseded_by INTEGER NOT NULL REFERENCES source_file,
      how TEXT NOT NULL CHECK (how IN ('grown', 'replaced')),
      run_id INTEGER NOT NULL REFERENCES run
    ) STRICT;
    CREATE VIEW live_file AS
    SELECT * FROM source_file WHERE file_id NOT IN (SELECT file_id FROM superseded_file);

    CREATE TABLE moved_file (                 -- whether its bytes were met under other names only, when its own held others
      file_id INTEGER NOT NULL REFERENCES source_file,
      run_id INTEGER NOT NULL REFERENCES run, -- the latest run that met it holds
      is_moved INTEGER NOT NULL CHECK (is_moved IN (0, 1)),
      PRIMARY KEY (file_id, run_id)
    ) STRICT, WITHOUT ROWID;

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

    CREATE TABLE refused_file (               -- of which a run took nothing
      name TEXT NOT NULL,
      run_id INTEGER NOT NULL REFERENCES run,
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      problem TEXT NOT NULL,                  -- what was wrong, and what to do
      PRIMARY KEY (name, run_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE reject (                     -- where and why, never what the line says; a line may hold several records
      file_id INTEGER NOT NULL REFERENCES source_file,
      line INTEGER NOT NULL CHECK (line > 0),
      byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),        -- in the plain text
      reason TEXT NOT NULL,
      field TEXT NOT NULL,
      PRIMARY KEY (file_id, line, byte_offset)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE reject_count (               -- all rejected lines, also those beyond the first 10,000
      file_id INTEGER NOT NULL REFERENCES source_file,
      reason TEXT NOT NULL,
      field TEXT NOT NULL,
      lines INTEGER NOT NULL CHECK (lines > 0),
      PRIMARY KEY (file_id, reason, field)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE skip_count (                 -- all records that a dialect leaves out
      file_id INTEGER NOT NULL REFERENCES source_file,
      reason TEXT NOT NULL,
      lines INTEGER NOT NULL CHECK (lines > 0),
      PRIMARY KEY (file_id, reason)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE request_id (                 -- of requests that may be delivered again; they expire
      hour INTEGER NOT NULL,                  -- in which they began, whole UTC hours since 1970-01-01
      file_id INTEGER NOT NULL REFERENCES source_file,
      ids BLOB NOT NULL CHECK (length(ids) % 16 = 0),               -- 128-bit digests
      PRIMARY KEY (hour, file_id)
    ) STRICT;
    CREATE INDEX request_id_file ON request_id (file_id);

    -- Cells by file -------------------------------------------------------------------------------

    CREATE TABLE usage (
      hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      dimension_id INTEGER NOT NULL REFERENCES dimension,
      file_id INTEGER NOT NULL REFERENCES source_file,
      requests INTEGER NOT NULL CHECK (requests >= 0),
      failed_requests INTEGER NOT NULL CHECK (failed_requests >= 0),
      unknown_usage_requests INTEGER NOT NULL CHECK (unknown_usage_requests >= 0),
      input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),      -- cached input included
      cached_input_tokens INTEGER NOT NULL CHECK (cached_input_tokens >= 0),
      output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),    -- reasoning included
      reasoning_tokens INTEGER NOT NULL CHECK (reasoning_tokens >= 0),
      items INTEGER NOT NULL CHECK (items >= 0),
      duration_ms INTEGER NOT NULL CHECK (duration_ms >= 0),
      PRIMARY KEY (hour, region_id, model_id, dimension_id, file_id),
      -- A sum of an hour may be of no whole request.
      CONSTRAINT cell_holds_something CHECK (requests > 0 OR input_tokens + output_tokens + items > 0)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE rare_usage (                 -- of cells of which any of these is not 0
      hour INTEGER NOT NULL,
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      dimension_id INTEGER NOT NULL REFERENCES dimension,
      file_id INTEGER NOT NULL REFERENCES source_file,
      not_run_requests INTEGER NOT NULL DEFAULT 0 CHECK (not_run_requests >= 0),
      cache_hit_requests INTEGER NOT NULL DEFAULT 0 CHECK (cache_hit_requests >= 0),
      cache_write_tokens INTEGER NOT NULL DEFAULT 0 CHECK (cache_write_tokens >= 0),
      metered_uwh INTEGER NOT NULL DEFAULT 0 CHECK (metered_uwh >= 0),
      metered_requests INTEGER NOT NULL DEFAULT 0 CHECK (metered_requests >= 0),
      unknown_input_requests INTEGER NOT NULL DEFAULT 0 CHECK (unknown_input_requests >= 0),
      unknown_output_requests INTEGER NOT NULL DEFAULT 0 CHECK (unknown_output_requests >= 0),
      failed_input_tokens INTEGER NOT NULL DEFAULT 0 CHECK (failed_input_tokens >= 0),
      failed_cached_input_tokens INTEGER NOT NULL DEFAULT 0 CHECK (failed_cached_input_tokens >= 0),
      failed_output_tokens INTEGER NOT NULL DEFAULT 0 CHECK (failed_output_tokens >= 0),
      aggregated_requests INTEGER NOT NULL DEFAULT 0 CHECK (aggregated_requests >= 0),
      uncounted_tokens INTEGER NOT NULL DEFAULT 0 CHECK (uncounted_tokens >= 0),
      PRIMARY KEY (hour, region_id, model_id, dimension_id, file_id)
    ) STRICT, WITHOUT ROWID;

    -- What single requests were charged when their file came --------------------------------------

    CREATE TABLE charge (
      charge_id INTEGER PRIMARY KEY,
      energy_model TEXT NOT NULL,
      includes_pue INTEGER NOT NULL CHECK (includes_pue IN (0, 1)),
      request_pwh INTEGER NOT NULL,
      input_pwh INTEGER NOT NULL,
      cached_input_pwh INTEGER NOT NULL,
      output_pwh INTEGER NOT NULL,
      item_pwh INTEGER NOT NULL,
      metered_pwh INTEGER NOT NULL,
      UNIQUE (energy_model, includes_pue, request_pwh, input_pwh, cached_input_pwh, output_pwh,
        item_pwh, metered_pwh)
    ) STRICT;
    CREATE TABLE energy_histogram (
      hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      dimension_id INTEGER NOT NULL REFERENCES dimension,           -- of what is kept apart
      file_id INTEGER NOT NULL REFERENCES source_file,
      kept INTEGER NOT NULL CHECK (kept BETWEEN 0 AND 7),           -- 1 tenant, 2 project, 4 endpoint
      charge_id INTEGER NOT NULL REFERENCES charge,
      binned_requests INTEGER NOT NULL CHECK (binned_requests >= 0),
      zero_requests INTEGER NOT NULL CHECK (zero_requests >= 0),    -- charged nothing; in no bin
      energy BLOB NOT NULL,                   -- of pWh per request
      kilotoken_energy BLOB NOT NULL,         -- of pWh per 1,000 output tokens
      UNIQUE (hour, region_id, model_id, dimension_id, file_id)
    ) STRICT;

    -- The grid ------------------------------------------------------------------------------------

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
    CREATE TABLE grid_release (
      release_id INTEGER PRIMARY KEY,
      source TEXT NOT NULL,
      label TEXT NOT NULL,
      file_name TEXT NOT NULL,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      boundary TEXT NOT NULL                  -- whether of what is made in the zone, or used there
        CHECK (boundary IN ('consumption', 'production', 'unstated')),
      fuel_factors TEXT NOT NULL,             -- where factors of fuels are from; empty where the source states intensities
      losses_inside INTEGER NOT NULL CHECK (losses_inside IN (0, 1)),   -- whether values count electricity lost on its way
      run_id INTEGER NOT NULL REFERENCES run
    ) STRICT;
    CREATE TABLE grid_value (
      series_id INTEGER NOT NULL REFERENCES grid_series,
      hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
      release_id INTEGER NOT NULL REFERENCES grid_release,
      intensity_mg_per_kwh INTEGER NOT NULL CHECK (intensity_mg_per_kwh BETWEEN 0 AND 10000000),
      evidence_id INTEGER NOT NULL REFERENCES evidence,
      flags INTEGER NOT NULL CHECK (flags BETWEEN 0 AND 31),        -- 1 partial; suspect: 2 false zero, 4 false low, 8 negative, 16 spike
      revised_ms INTEGER,                     -- when its source last changed it, since 1970 UTC; NULL where it does not say
      rank INTEGER NOT NULL,                  -- of the sound values of an hour the highest is in force
      PRIMARY KEY (series_id, hour, release_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE grid_judgement (             -- how a value stands since a later run; of several, the latest run's holds
      series_id INTEGER NOT NULL REFERENCES grid_series,
      hour INTEGER NOT NULL,
      release_id INTEGER NOT NULL REFERENCES grid_release,
      run_id INTEGER NOT NULL REFERENCES run,
      flags INTEGER NOT NULL CHECK (flags BETWEEN 0 AND 31),
      revised_ms INTEGER,
      rank INTEGER NOT NULL,
      PRIMARY KEY (series_id, hour, release_id, run_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE grid_mean (                  -- of a day, a month or a year; a later release is the one in force
      series_id INTEGER NOT NULL REFERENCES grid_series,
      first_hour INTEGER NOT NULL,            -- whole UTC hours since 1970-01-01
      end_hour INTEGER NOT NULL CHECK (end_hour > first_hour),
      release_id INTEGER NOT NULL REFERENCES grid_release,
      intensity_mg_per_kwh INTEGER NOT NULL CHECK (intensity_mg_per_kwh BETWEEN 0 AND 10000000),
      PRIMARY KEY (series_id, first_hour, end_hour, release_id)
    ) STRICT, WITHOUT ROWID;

    -- Meters --------------------------------------------------------------------------------------

    CREATE TABLE meter_release (              -- a later release of an hour is the one in force
      release_id INTEGER PRIMARY KEY,
      label TEXT NOT NULL,
      file_name TEXT NOT NULL,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      run_id INTEGER NOT NULL REFERENCES run
    ) STRICT;
    CREATE TABLE meter_reading (
      pool TEXT NOT NULL,
      hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
      release_id INTEGER NOT NULL REFERENCES meter_release,
      energy_uwh INTEGER NOT NULL CHECK (energy_uwh >= 0),
      PRIMARY KEY (pool, hour, release_id)
    ) STRICT, WITHOUT ROWID;

    -- What the derived tables are: see "Derived tables" in the guide on the database ---------------

    CREATE TABLE derivation (                 -- one row: what derived rows rest on
      singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
      definition_sha256 BLOB NOT NULL,        -- of the derived tables and views
      method_id INTEGER REFERENCES method     -- NULL: nothing is derived
    ) STRICT;
    """
