/// Files that were refused, with the reason; and calls whose place in a trace could not be told whole.
let lostFiles = """
    \(Views.names.map { "DROP VIEW IF EXISTS \($0);" }.joined(separator: "\n"))
    CREATE TABLE refused_file (               -- of which a run took nothing
      name TEXT NOT NULL,
      run_id INTEGER NOT NULL REFERENCES run,
      bytes INTEGER NOT NULL CHECK (bytes >= 0),
      problem TEXT NOT NULL,                  -- what was wrong, and what to do
      PRIMARY KEY (name, run_id)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE source_file ADD COLUMN        -- counted requests below a span that the file does not hold
      unseen_parents INTEGER NOT NULL DEFAULT 0 CHECK (unseen_parents >= 0);
    ALTER TABLE source_file ADD COLUMN        -- 1: its bytes were met under other names, when its own held others
      is_moved INTEGER NOT NULL DEFAULT 0 CHECK (is_moved IN (0, 1));

    \(Views.sql)
    """
