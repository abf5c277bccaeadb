/// What was left out of a file, by what it is, and by what requests are told apart.
let booksOfRecords = """
    CREATE TABLE skip_count (                 -- all records that a dialect leaves out
      file_id INTEGER NOT NULL REFERENCES source_file,
      reason TEXT NOT NULL,
      lines INTEGER NOT NULL CHECK (lines > 0),
      PRIMARY KEY (file_id, reason)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE request_id (                 -- of requests that may be delivered again
      hour INTEGER NOT NULL,                  -- in which they began, whole UTC hours since 1970-01-01
      file_id INTEGER NOT NULL REFERENCES source_file,
      ids BLOB NOT NULL CHECK (length(ids) % 16 = 0),               -- 128-bit digests
      PRIMARY KEY (hour, file_id)
    ) STRICT;
    CREATE INDEX request_id_file ON request_id (file_id);

    CREATE VIEW skipped_records AS
    SELECT f.name AS file, s.reason, s.lines, s.file_id
    FROM skip_count AS s JOIN source_file AS f USING (file_id);
    """
