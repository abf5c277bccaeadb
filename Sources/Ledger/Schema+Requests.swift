/// What single requests cost: their distribution as a fact, and statistics of it for days and months.
let requestStatistics = """
    \(Views.names.map { "DROP VIEW IF EXISTS \($0);" }.joined(separator: "\n"))
    DROP TABLE daily_emission;
    DROP TABLE monthly_emission;
    \(rollupTables)

    ALTER TABLE source_file ADD COLUMN        -- digest of the method of its histograms, and what they keep apart
      charged_by TEXT NOT NULL DEFAULT '';

    CREATE TABLE charge (                     -- what requests were charged when their file came
      charge_id INTEGER PRIMARY KEY,
      energy_model TEXT NOT NULL,
      includes_pue INTEGER NOT NULL CHECK (includes_pue IN (0, 1)),
      \(FactorColumns.central.map { "\($0) INTEGER NOT NULL," }.joined(separator: " "))
      UNIQUE (energy_model, includes_pue, \(FactorColumns.central.joined(separator: ", ")))
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

    CREATE TABLE daily_request_histogram (    -- of the facility, by the method; of requests with energy
      method_id INTEGER NOT NULL REFERENCES method,
      day INTEGER NOT NULL,                   -- whole UTC days since 1970-01-01
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
      UNIQUE (method_id, day, region_id, model_id, dimension_id, kept)
    ) STRICT;

    \(requestStatTable)

    \(Views.sql)
    """

/// Statistics of requests for days and months.
let requestStatTable = """
    CREATE TABLE request_stat (
      method_id INTEGER NOT NULL REFERENCES method,
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
    ) STRICT;
    CREATE INDEX request_stat_period ON request_stat (method_id, span, period);
    """
