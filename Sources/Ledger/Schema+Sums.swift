/// Sums of many requests beside requests, and what is assumed of requests whose usage is not known. A sum of an hour may be
/// of no whole request, so cells without any are kept. All that is derived is derived anew.
let sumsOfRequests = """
    \(Views.names.map { "DROP VIEW IF EXISTS \($0);" }.joined(separator: "\n"))
    DROP TABLE hour_factor;
    DROP TABLE daily_emission;
    DROP TABLE monthly_emission;
    DROP TABLE request_stat;
    DELETE FROM daily_request_histogram;
    DELETE FROM pool_hour;

    ALTER TABLE source_file ADD COLUMN        -- what its records are
      records TEXT NOT NULL DEFAULT 'requests' CHECK (records IN ('requests', 'sums'));
    ALTER TABLE source_file ADD COLUMN        -- that its counted records stand for
      requests INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE source_file ADD COLUMN        -- whose traffic it is about: sums are never added to requests of it
      scope TEXT NOT NULL DEFAULT '';
    UPDATE source_file SET requests = counted;
    CREATE INDEX source_file_sums ON source_file (scope) WHERE state = 'live' AND records = 'sums';

    ALTER TABLE usage RENAME TO usage_before;
    CREATE TABLE usage (
      hour INTEGER NOT NULL,                  -- whole UTC hours since 1970-01-01
      region_id INTEGER NOT NULL REFERENCES region,
      model_id INTEGER NOT NULL REFERENCES model,
      dimension_id INTEGER NOT NULL REFERENCES dimension,
      file_id INTEGER NOT NULL REFERENCES source_file,
      \(Views.activityColumns.map { "\($0) INTEGER NOT NULL CHECK (\($0) >= 0)," }.joined(separator: "\n  "))
      PRIMARY KEY (hour, region_id, model_id, dimension_id, file_id),
      CONSTRAINT cell_holds_something CHECK (requests > 0 OR input_tokens + output_tokens + items > 0)
    ) STRICT, WITHOUT ROWID;
    -- Which of the two was not known was not kept: such cells have no part in means.
    INSERT INTO usage
    SELECT hour, region_id, model_id, dimension_id, file_id, requests, failed_requests, not_run_requests,
      cache_hit_requests, unknown_usage_requests, input_tokens, cached_input_tokens, cache_write_tokens,
      output_tokens, reasoning_tokens, items, duration_ms, metered_uwh, metered_requests,
      0, 0, 0, 0, 0, 0, 0
    FROM usage_before;
    DROP TABLE usage_before;

    ALTER TABLE reject RENAME TO reject_before;
    CREATE TABLE reject (                     -- where and why, never what the line says; a line may hold several records
      file_id INTEGER NOT NULL REFERENCES source_file,
      line INTEGER NOT NULL CHECK (line > 0),
      byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),        -- in the plain text
      reason TEXT NOT NULL,
      field TEXT NOT NULL,
      PRIMARY KEY (file_id, line, byte_offset)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO reject SELECT * FROM reject_before;
    DROP TABLE reject_before;

    \(hourFactorTable)

    \(rollupTables)

    \(requestStatTable)

    \(Views.sql)
    """
