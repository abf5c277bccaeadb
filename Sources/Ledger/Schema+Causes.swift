/// Ranges by cause, more boundaries, and the batch: all that is derived is derived anew, as the method's digest
/// says. The factors of a method are written again with it.
let causes = """
    \(Views.names.map { "DROP VIEW IF EXISTS \($0);" }.joined(separator: "\n"))
    DROP TABLE region_zone;
    DROP TABLE hour_factor;
    DROP TABLE daily_emission;
    DROP TABLE monthly_emission;
    DROP TABLE factor;

    \(factorTable)

    CREATE TABLE region_zone (                -- regions without a row are unknown
      method_id INTEGER NOT NULL REFERENCES method,
      region_id INTEGER NOT NULL REFERENCES region,
      zone TEXT NOT NULL,
      water_basis TEXT NOT NULL CHECK (water_basis IN ('withdrawal', 'consumption', 'unstated')),
      pue_subject TEXT NOT NULL,              -- whose PUE it uses: its own, or '*' for the default
      PRIMARY KEY (method_id, region_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE model_entry (                -- models without a row are unmatched
      method_id INTEGER NOT NULL REFERENCES method,
      model_id INTEGER NOT NULL REFERENCES model,
      entry TEXT NOT NULL,                    -- of the energy model
      PRIMARY KEY (method_id, model_id)
    ) STRICT, WITHOUT ROWID;

    ALTER TABLE usage ADD COLUMN              -- served requests whose energy the log states
      metered_requests INTEGER NOT NULL DEFAULT 0 CHECK (metered_requests >= 0);

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

    \(poolHourTable)

    \(hourFactorTable)

    \(rollupTables)
    """

/// What turns the cells of an hour, region and model into energy and emissions.
let hourFactorTable = """
    CREATE TABLE hour_factor (
      method_id INTEGER NOT NULL REFERENCES method,
      hour INTEGER NOT NULL,
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      pool TEXT,                              -- whose energy its cells share
      evidence_id INTEGER NOT NULL REFERENCES evidence,
      grid_step TEXT NOT NULL,                -- of the ladder; empty for a value that was imported
      requests INTEGER NOT NULL CHECK (requests >= 0),              -- of all its cells
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
      PRIMARY KEY (method_id, hour, region_id, model_id)
    ) STRICT, WITHOUT ROWID;
    """

/// Energy of pools of machines, beside the hours of requests.
let poolHourTable = """
    CREATE TABLE pool_hour (                  -- what a pool drew, and who it is charged to
      method_id INTEGER NOT NULL REFERENCES method,
      hour INTEGER NOT NULL,
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
      PRIMARY KEY (method_id, hour, pool),
      CONSTRAINT supply_is_spent CHECK (supplied_uwh = allocated_uwh + unmatched_uwh + idle_uwh)
    ) STRICT, WITHOUT ROWID;
    """

/// Of every method, written with it.
let factorTable = """
    CREATE TABLE factor (                     -- every number that is not from a log or a grid file
      method_id INTEGER NOT NULL REFERENCES method,
      kind TEXT NOT NULL CHECK (kind IN ('energy', 'embodied', 'pue', 'water', 'market', 'training', 'pool', 'grid', 'td_loss')),
      subject TEXT NOT NULL,                  -- model, region, zone or country, with the year that it is for; '*' for all others
      unit TEXT NOT NULL,
      low_pico INTEGER NOT NULL CHECK (low_pico >= 0),              -- 10^-12 of the unit
      central_pico INTEGER NOT NULL CHECK (central_pico >= low_pico),
      high_pico INTEGER NOT NULL CHECK (high_pico >= central_pico),
      includes_pue INTEGER NOT NULL CHECK (includes_pue IN (0, 1)),
      evidence TEXT NOT NULL,
      released TEXT NOT NULL,                 -- or the year that it is for
      source TEXT NOT NULL,
      PRIMARY KEY (method_id, kind, subject, unit)
    ) STRICT, WITHOUT ROWID;
    """
