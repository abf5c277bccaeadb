/// What `close` and `restate` freeze, version 1: written once, hashed, and never derived again; and what `forget` and `prune` leave.
///
/// Literal, as every migration is. A measure or counter that is declared later gets a column by a later migration, and a later
/// ``StatementDump/format``.
let statementTables = """
    CREATE TABLE statement (                  -- a month as it was reported
      statement_id INTEGER PRIMARY KEY,
      month INTEGER NOT NULL,                 -- year × 12 + month − 1
      revision INTEGER NOT NULL CHECK (revision > 0),               -- the highest of a month is in force
      run_id INTEGER NOT NULL REFERENCES run, -- that froze it; its method is what the statement rests on
      reason TEXT NOT NULL,                   -- why it was stated again; '' for the first
      schema INTEGER NOT NULL,                -- of the facts that it was made from
      format INTEGER NOT NULL,                -- of its canonical dump
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),             -- of that dump
      UNIQUE (month, revision)
    ) STRICT;

    CREATE TABLE statement_exception (        -- why the month was not complete when it was closed all the same
      statement_id INTEGER NOT NULL REFERENCES statement,
      kind TEXT NOT NULL,
      detail TEXT NOT NULL,
      PRIMARY KEY (statement_id, kind)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE statement_total (
      statement_id INTEGER PRIMARY KEY REFERENCES statement,
      requests INTEGER NOT NULL, failed_requests INTEGER NOT NULL, not_run_requests INTEGER NOT NULL,
      cache_hit_requests INTEGER NOT NULL, unknown_usage_requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
      cached_input_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
      reasoning_tokens INTEGER NOT NULL, items INTEGER NOT NULL, duration_ms INTEGER NOT NULL,
      aggregated_requests INTEGER NOT NULL, uncounted_tokens INTEGER NOT NULL, audio_input_tokens INTEGER NOT NULL,
      energy_requests INTEGER NOT NULL, matched_requests INTEGER NOT NULL, energy_output_tokens INTEGER NOT NULL,
      matched_output_tokens INTEGER NOT NULL, measured_energy_uwh INTEGER NOT NULL, estimated_energy_uwh INTEGER NOT NULL,
      filled_energy_uwh INTEGER NOT NULL, unmatched_energy_uwh INTEGER NOT NULL, assumed_energy_uwh INTEGER NOT NULL,
      assumed_emissions_ug INTEGER NOT NULL, failed_energy_uwh INTEGER NOT NULL, energy_model_down_uwh INTEGER NOT NULL,
      energy_model_up_uwh INTEGER NOT NULL, energy_pue_down_uwh INTEGER NOT NULL, energy_pue_up_uwh INTEGER NOT NULL,
      emissions_model_down_ug INTEGER NOT NULL, emissions_model_up_ug INTEGER NOT NULL,
      emissions_pue_down_ug INTEGER NOT NULL, emissions_pue_up_ug INTEGER NOT NULL, emissions_grid_down_ug INTEGER NOT NULL,
      emissions_grid_up_ug INTEGER NOT NULL, embodied_model_down_ug INTEGER NOT NULL, embodied_model_up_ug INTEGER NOT NULL,
      energy_uwh INTEGER, emissions_ug INTEGER, it_energy_uwh INTEGER, market_emissions_ug INTEGER,
      marginal_emissions_ug INTEGER, td_loss_emissions_ug INTEGER, embodied_ug INTEGER, on_site_water_nl INTEGER,
      off_site_water_nl INTEGER, energy_uwh_low INTEGER, energy_uwh_high INTEGER, emissions_ug_low INTEGER,
      emissions_ug_high INTEGER, embodied_ug_low INTEGER, embodied_ug_high INTEGER
    ) STRICT;

    CREATE TABLE statement_row (              -- a row of the month
      statement_id INTEGER NOT NULL REFERENCES statement,
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      dimension_id INTEGER NOT NULL REFERENCES dimension,
      zone TEXT,
      requests INTEGER NOT NULL, failed_requests INTEGER NOT NULL, not_run_requests INTEGER NOT NULL,
      cache_hit_requests INTEGER NOT NULL, unknown_usage_requests INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
      cached_input_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
      reasoning_tokens INTEGER NOT NULL, items INTEGER NOT NULL, duration_ms INTEGER NOT NULL,
      aggregated_requests INTEGER NOT NULL, uncounted_tokens INTEGER NOT NULL, audio_input_tokens INTEGER NOT NULL,
      energy_requests INTEGER NOT NULL, matched_requests INTEGER NOT NULL, energy_output_tokens INTEGER NOT NULL,
      matched_output_tokens INTEGER NOT NULL, measured_energy_uwh INTEGER NOT NULL, estimated_energy_uwh INTEGER NOT NULL,
      filled_energy_uwh INTEGER NOT NULL, unmatched_energy_uwh INTEGER NOT NULL, assumed_energy_uwh INTEGER NOT NULL,
      assumed_emissions_ug INTEGER NOT NULL, failed_energy_uwh INTEGER NOT NULL, energy_model_down_uwh INTEGER NOT NULL,
      energy_model_up_uwh INTEGER NOT NULL, energy_pue_down_uwh INTEGER NOT NULL, energy_pue_up_uwh INTEGER NOT NULL,
      emissions_model_down_ug INTEGER NOT NULL, emissions_model_up_ug INTEGER NOT NULL,
      emissions_pue_down_ug INTEGER NOT NULL, emissions_pue_up_ug INTEGER NOT NULL, emissions_grid_down_ug INTEGER NOT NULL,
      emissions_grid_up_ug INTEGER NOT NULL, embodied_model_down_ug INTEGER NOT NULL, embodied_model_up_ug INTEGER NOT NULL,
      energy_uwh INTEGER, emissions_ug INTEGER, it_energy_uwh INTEGER, market_emissions_ug INTEGER,
      marginal_emissions_ug INTEGER, td_loss_emissions_ug INTEGER, embodied_ug INTEGER, on_site_water_nl INTEGER,
      off_site_water_nl INTEGER, energy_uwh_low INTEGER, energy_uwh_high INTEGER, emissions_ug_low INTEGER,
      emissions_ug_high INTEGER, embodied_ug_low INTEGER, embodied_ug_high INTEGER,
      PRIMARY KEY (statement_id, region_id, model_id, dimension_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE statement_hour (             -- activity, factor and result of an hour, region and model
      statement_id INTEGER NOT NULL REFERENCES statement,
      hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      cells INTEGER NOT NULL CHECK (cells > 0),                     -- each of which was rounded by itself
      zone TEXT,
      entry TEXT,                             -- of the energy model; NULL: the model was unmatched
      pool TEXT,
      evidence_id INTEGER NOT NULL REFERENCES evidence,
      grid_step TEXT NOT NULL,
      energy_evidence TEXT,
      batch_milli INTEGER, intensity_mg_per_kwh INTEGER, intensity_mg_per_kwh_low INTEGER,
      intensity_mg_per_kwh_high INTEGER, market_mg_per_kwh INTEGER, marginal_mg_per_kwh INTEGER, td_loss_ppm INTEGER,
      pue_ppm INTEGER, pue_ppm_low INTEGER, pue_ppm_high INTEGER, on_site_water_ul_per_kwh INTEGER,
      off_site_water_ul_per_kwh INTEGER, request_pwh INTEGER, input_pwh INTEGER, cached_input_pwh INTEGER,
      output_pwh INTEGER, item_pwh INTEGER, metered_pwh INTEGER, unknown_request_pwh INTEGER, unknown_input_pwh INTEGER,
      unknown_output_pwh INTEGER, request_pwh_low INTEGER, input_pwh_low INTEGER, cached_input_pwh_low INTEGER,
      output_pwh_low INTEGER, item_pwh_low INTEGER, metered_pwh_low INTEGER, unknown_request_pwh_low INTEGER,
      unknown_input_pwh_low INTEGER, unknown_output_pwh_low INTEGER, request_pwh_high INTEGER, input_pwh_high INTEGER,
      cached_input_pwh_high INTEGER, output_pwh_high INTEGER, item_pwh_high INTEGER, metered_pwh_high INTEGER,
      unknown_request_pwh_high INTEGER, unknown_input_pwh_high INTEGER, unknown_output_pwh_high INTEGER,
      request_embodied_pg INTEGER, input_embodied_pg INTEGER, cached_input_embodied_pg INTEGER, output_embodied_pg INTEGER,
      item_embodied_pg INTEGER, metered_embodied_pg INTEGER, unknown_request_embodied_pg INTEGER,
      unknown_input_embodied_pg INTEGER, unknown_output_embodied_pg INTEGER, request_embodied_pg_low INTEGER,
      input_embodied_pg_low INTEGER, cached_input_embodied_pg_low INTEGER, output_embodied_pg_low INTEGER,
      item_embodied_pg_low INTEGER, metered_embodied_pg_low INTEGER, unknown_request_embodied_pg_low INTEGER,
      unknown_input_embodied_pg_low INTEGER, unknown_output_embodied_pg_low INTEGER, request_embodied_pg_high INTEGER,
      input_embodied_pg_high INTEGER, cached_input_embodied_pg_high INTEGER, output_embodied_pg_high INTEGER,
      item_embodied_pg_high INTEGER, metered_embodied_pg_high INTEGER, unknown_request_embodied_pg_high INTEGER,
      unknown_input_embodied_pg_high INTEGER, unknown_output_embodied_pg_high INTEGER,
      requests INTEGER NOT NULL, failed_requests INTEGER NOT NULL, unknown_usage_requests INTEGER NOT NULL,
      input_tokens INTEGER NOT NULL, cached_input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
      reasoning_tokens INTEGER NOT NULL, items INTEGER NOT NULL, duration_ms INTEGER NOT NULL,
      not_run_requests INTEGER NOT NULL, cache_hit_requests INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL,
      metered_uwh INTEGER NOT NULL, metered_requests INTEGER NOT NULL, unknown_input_requests INTEGER NOT NULL,
      unknown_output_requests INTEGER NOT NULL, failed_input_tokens INTEGER NOT NULL,
      failed_cached_input_tokens INTEGER NOT NULL, failed_output_tokens INTEGER NOT NULL,
      aggregated_requests INTEGER NOT NULL, uncounted_tokens INTEGER NOT NULL, audio_input_tokens INTEGER NOT NULL,
      energy_uwh INTEGER,
      emissions_ug INTEGER,
      PRIMARY KEY (statement_id, hour, region_id, model_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE statement_coverage (
      statement_id INTEGER NOT NULL REFERENCES statement,
      region_id INTEGER NOT NULL,             -- 0: rejected lines, which name none
      measured_energy_uwh INTEGER NOT NULL, estimated_energy_uwh INTEGER NOT NULL, interpolated_energy_uwh INTEGER NOT NULL,
      profile_energy_uwh INTEGER NOT NULL, annual_energy_uwh INTEGER NOT NULL, missing_energy_uwh INTEGER NOT NULL,
      energy_metered_uwh INTEGER NOT NULL, energy_measured_uwh INTEGER NOT NULL, energy_modelled_uwh INTEGER NOT NULL,
      energy_published_uwh INTEGER NOT NULL, energy_assumed_uwh INTEGER NOT NULL, requests INTEGER NOT NULL,
      unknown_usage_requests INTEGER NOT NULL, unmatched_model_requests INTEGER NOT NULL, rejected_lines INTEGER NOT NULL,
      PRIMARY KEY (statement_id, region_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE statement_file (             -- that held requests of the month
      statement_id INTEGER NOT NULL REFERENCES statement,
      sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
      name TEXT NOT NULL,                     -- without its folders
      bytes INTEGER NOT NULL,
      dialect TEXT NOT NULL,
      lines INTEGER NOT NULL,
      counted INTEGER NOT NULL,
      rejected INTEGER NOT NULL,
      duplicate INTEGER NOT NULL,
      skipped INTEGER NOT NULL,
      requests INTEGER NOT NULL,
      PRIMARY KEY (statement_id, sha256, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE statement_release (          -- of the grid, whose values hours had or were filled from
      statement_id INTEGER NOT NULL REFERENCES statement,
      zone TEXT NOT NULL,
      release_id INTEGER NOT NULL REFERENCES grid_release,
      served TEXT NOT NULL CHECK (served IN ('value', 'fill')),
      PRIMARY KEY (statement_id, zone, release_id, served)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE statement_grid_factor (      -- published factors of the grid that hours were filled from
      statement_id INTEGER NOT NULL REFERENCES statement,
      zone TEXT NOT NULL,
      subject TEXT NOT NULL,                  -- in the register of the method
      PRIMARY KEY (statement_id, zone, subject)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE restatement_cause (          -- how a statement differs from the one before it, and why; rows of 0 are left out
      statement_id INTEGER NOT NULL REFERENCES statement,
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      dimension_id INTEGER NOT NULL REFERENCES dimension,
      cause TEXT NOT NULL,
      energy_uwh INTEGER NOT NULL,
      emissions_ug INTEGER NOT NULL,
      PRIMARY KEY (statement_id, region_id, model_id, dimension_id, cause)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE former_total_cause (         -- why a month moved when all was derived by another method
      month INTEGER NOT NULL,
      run_id INTEGER NOT NULL REFERENCES run,
      cause TEXT NOT NULL,
      energy_uwh INTEGER NOT NULL,
      emissions_ug INTEGER NOT NULL,
      PRIMARY KEY (month, run_id, cause)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE forgotten_file (             -- whose cells, rejects, histograms and ids were taken away
      file_id INTEGER PRIMARY KEY REFERENCES source_file,
      cells INTEGER NOT NULL,                 -- that left
      reason TEXT NOT NULL,
      run_id INTEGER NOT NULL REFERENCES run
    ) STRICT;
    CREATE TABLE pruned_file (                -- of whose cells it can no longer be told which were its own
      file_id INTEGER PRIMARY KEY REFERENCES source_file,
      bundle_id INTEGER REFERENCES source_file,                     -- under whose number they stand, with others'; NULL: they left
      run_id INTEGER NOT NULL REFERENCES run
    ) STRICT;
    DROP VIEW live_file;
    CREATE VIEW live_file AS
    SELECT * FROM source_file WHERE file_id NOT IN (SELECT file_id FROM superseded_file)
      AND file_id NOT IN (SELECT file_id FROM forgotten_file);
    """
