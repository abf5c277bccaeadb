/// What speaks against the value of an hour, what a release is of, and means of longer times.
let gridSeries = """
    \(Views.names.map { "DROP VIEW IF EXISTS \($0);" }.joined(separator: "\n"))
    ALTER TABLE grid_intensity ADD COLUMN     -- 1 partial; suspect: 2 false zero, 4 false low, 8 negative, 16 spike
      flags INTEGER NOT NULL DEFAULT 0 CHECK (flags BETWEEN 0 AND 31);
    ALTER TABLE grid_release ADD COLUMN       -- whether of what is made in the zone, or used there
      boundary TEXT NOT NULL DEFAULT 'unstated'
      CHECK (boundary IN ('consumption', 'production', 'unstated'));

    CREATE TABLE grid_mean (                  -- of a day, a month or a year; a later release is the one in force
      series_id INTEGER NOT NULL REFERENCES grid_series,
      first_hour INTEGER NOT NULL,            -- whole UTC hours since 1970-01-01
      end_hour INTEGER NOT NULL CHECK (end_hour > first_hour),
      release_id INTEGER NOT NULL REFERENCES grid_release,
      intensity_mg_per_kwh INTEGER NOT NULL CHECK (intensity_mg_per_kwh BETWEEN 0 AND 10000000),
      PRIMARY KEY (series_id, first_hour, end_hour, release_id)
    ) STRICT, WITHOUT ROWID;

    \(Views.sql)
    """

/// How hours without a value were filled, and by what published factors. All that is derived is derived anew.
let gridLadder = """
    \(Views.names.map { "DROP VIEW IF EXISTS \($0);" }.joined(separator: "\n"))
    ALTER TABLE factor RENAME TO factor_before;
    \(factorTable)
    INSERT INTO factor SELECT * FROM factor_before;
    DROP TABLE factor_before;
    DROP TABLE hour_factor;
    \(hourFactorTable)
    DELETE FROM pool_hour;

    \(Views.sql)
    """

/// Losses of transmission and distribution in a column of their own, how the value of a pool's hour was filled, and what
/// factors intensities were made with. All that is derived is derived anew.
let transmissionLosses = """
    \(Views.names.map { "DROP VIEW IF EXISTS \($0);" }.joined(separator: "\n"))
    ALTER TABLE grid_release ADD COLUMN       -- where factors of fuels are from; empty where the source states intensities
      fuel_factors TEXT NOT NULL DEFAULT '';
    ALTER TABLE factor RENAME TO factor_before;
    \(factorTable)
    INSERT INTO factor SELECT * FROM factor_before;
    DROP TABLE factor_before;
    DROP TABLE hour_factor;
    DROP TABLE pool_hour;
    DROP TABLE daily_emission;
    DROP TABLE monthly_emission;
    DELETE FROM daily_request_histogram;
    DELETE FROM request_stat;
    \(hourFactorTable)
    \(poolHourTable)
    \(rollupTables)

    \(Views.sql)
    """

/// When sources last changed values: of two, the later one counts, in whatever order they are imported. And whether they count
/// losses.
let gridRevisions = """
    \(Views.names.map { "DROP VIEW IF EXISTS \($0);" }.joined(separator: "\n"))
    ALTER TABLE grid_intensity ADD COLUMN revised_ms INTEGER;     -- since 1970 UTC; NULL where the source does not say
    ALTER TABLE grid_intensity ADD COLUMN     -- of the sound values of an hour the highest is in force
      rank INTEGER NOT NULL DEFAULT 0;
    UPDATE grid_intensity SET rank = release_id;
    ALTER TABLE grid_release ADD COLUMN       -- whether its values count electricity that is lost on its way
      losses_inside INTEGER NOT NULL DEFAULT 0 CHECK (losses_inside IN (0, 1));
    UPDATE grid_release SET losses_inside = 1
    WHERE source IN ('uk-carbon-intensity', 'uk-carbon-intensity-csv', 'neso-generation-mix');

    \(Views.sql)
    """

/// How the value of an hour that is in force is told from others: a suspect one is none, a complete hour comes before a part
/// of one, a higher rank before a lower one.
enum GridOrder {
    /// - Parameter grid: The name of `grid_intensity` in the query.
    static func isSound(_ grid: String) -> String { "\(grid).flags & 30 = 0" }
    static func latest(_ grid: String) -> String { "\(grid).flags & 1, \(grid).rank DESC" }
}
