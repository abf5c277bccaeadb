import Pipeline

/// The grid, pools and the audit trail.
extension PublishedTable {
    static let gridHours = PublishedTable(
        name: "grid_hours", row: "zone, hour, basis and signal: the value in force",
        columns: [PublishedColumn("zone", .text, "the grid zone", "s.zone")] + hour + [
            PublishedColumn("basis", .text, "direct or lifecycle", "s.basis"),
            PublishedColumn("signal", .text, "average or marginal", "s.signal"),
            PublishedColumn(
                "intensity_g_per_kwh", .real, unit: "g CO2e/kWh", "of the hour",
                "e.intensity_mg_per_kwh / 1e3"),
            PublishedColumn(
                "evidence", .text, "measured or estimated, as the source says", "v.name"),
            PublishedColumn("source", .text, "whose file it is", "l.source"),
            PublishedColumn("release", .text, "label of its import", "l.label"),
            PublishedColumn("release_id", .integer, "number of its import"),
            PublishedColumn(
                "boundary", .text, "consumption or production of the zone, or unstated",
                "l.boundary"),
            PublishedColumn(
                "is_partial", .integer, unit: "0 or 1",
                "less than three quarters of the hour are covered"),
            PublishedColumn(
                "fuel_factors", .text,
                "where factors of fuels are from; '' where the source states intensities",
                "l.fuel_factors"),
            PublishedColumn(
                "updated", .text, unit: "UTC",
                "when its source last changed it; NULL where it does not say",
                "strftime('%Y-%m-%d %H:%M:%S', e.revised_ms / 1000, 'unixepoch')"),
        ],
        source: """
            grid_in_force AS e
            JOIN grid_series AS s USING (series_id)
            JOIN calendar_hour AS c USING (hour)
            JOIN evidence AS v USING (evidence_id)
            JOIN grid_release AS l USING (release_id)
            """, period: .gridDay,
        indexes: [["day"], ["zone", "hour"], ["hour"], ["month", "zone"]])

    static let poolHours = PublishedTable(
        name: "pool_hours", row: "pool of machines and hour",
        columns: [PublishedColumn("pool", .text, "as configured")] + hour + [
            PublishedColumn("supply", .text, "meter or hardware"),
            PublishedColumn(
                "supplied_kwh", .real, unit: "kWh", "what the pool drew", "e.supplied_uwh / 1e9"),
            PublishedColumn(
                "allocated_kwh", .real, unit: "kWh", "charged to requests", "e.allocated_uwh / 1e9"),
            PublishedColumn(
                "unmatched_kwh", .real, unit: "kWh", "of models that are not known",
                "e.unmatched_uwh / 1e9"),
            PublishedColumn("idle_kwh", .real, unit: "kWh", "the rest", "e.idle_uwh / 1e9"),
            PublishedColumn(
                "model_to_meter", .real,
                "what the energy model gives the same requests / allocated",
                "CAST(e.modelled_uwh AS REAL) / nullif(e.allocated_uwh, 0)"),
            PublishedColumn(
                "idle_energy_kwh", .real, unit: "kWh",
                "idle energy of the facility; in no other sum",
                "e.idle_energy_uwh / 1e9"),
            PublishedColumn(
                "idle_emissions_kgco2e", .real, unit: "kg CO2e", "NULL without a grid value",
                "e.idle_emissions_ug / 1e9"),
            PublishedColumn("grid_evidence", .text, "as in hourly_emissions", "v.name"),
            PublishedColumn("grid_step", .text, "as in hourly_emissions"),
        ],
        source: """
            pool_hour AS e JOIN calendar_hour AS c USING (hour) JOIN evidence AS v USING (evidence_id)
            """, period: .day, indexes: [["pool", "hour"], ["day"]])

    static let sourceFiles = PublishedTable(
        name: "source_files", row: "file that was taken in, or refused",
        columns: [
            PublishedColumn("file_id", .integer, "NULL for a refused file"),
            PublishedColumn("name", .text, "path as it was given"),
            PublishedColumn("sha256", .text, "of the bytes as delivered, hexadecimal"),
            PublishedColumn("bytes", .integer, unit: "bytes", "as delivered"),
            PublishedColumn("compression", .text, "plain, gzip or zstd"),
            PublishedColumn("plain_bytes", .integer, unit: "bytes", "inflated"),
            PublishedColumn("dialect", .text, "as which it was read"),
            PublishedColumn("dialect_sha256", .text, "of the mapping"),
            PublishedColumn("options", .text, "defaults and dimensions"),
            PublishedColumn("records", .text, "requests, or sums of them"),
            PublishedColumn("scope", .text, "whose traffic it is about"),
            PublishedColumn(
                "lines", .integer, unit: "records", "counted + rejected + duplicate + skipped"),
            PublishedColumn("counted", .integer, unit: "records", "in the totals"),
            PublishedColumn("rejected", .integer, unit: "records", "that could not be read"),
            PublishedColumn(
                "duplicate", .integer, unit: "records", "of requests counted elsewhere"),
            PublishedColumn("skipped", .integer, unit: "records", "that are no requests"),
            PublishedColumn(
                "requests", .integer, unit: "requests", "that counted records stand for"),
            PublishedColumn("first_request", .text, unit: "UTC", "when it started"),
            PublishedColumn("last_request", .text, unit: "UTC", "when it started"),
            PublishedColumn(
                "state", .text,
                "live, superseded (counts no longer), forgotten (as forgotten_files says) or refused",
                since: 4),
            PublishedColumn("superseded_by", .integer, "file_id of what it became"),
            PublishedColumn("committed_at", .text, unit: "UTC", "when it was taken in"),
            PublishedColumn("run_id", .integer, "that took it in"),
            PublishedColumn(
                "unseen_parents", .integer, unit: "requests",
                "counted requests below a span that the file does not hold"),
            PublishedColumn(
                "problem", .text, "why nothing of it was counted, and what to do; NULL: none"),
            PublishedColumn(
                "bundle_id", .integer,
                "file_id under which its cells stand with others'; NULL: its own, or none", since: 4
            ),
        ],
        source: """
            (SELECT f.file_id, f.name, lower(hex(f.sha256)) AS sha256, f.bytes, f.compression,
              f.plain_bytes, f.dialect, f.dialect_sha256, f.options, f.records, f.scope,
              f.lines, f.counted, f.rejected, f.duplicate, f.skipped, f.requests,
              strftime('%Y-%m-%d %H:%M:%S', f.first_time_ms / 1000, 'unixepoch') AS first_request,
              strftime('%Y-%m-%d %H:%M:%S', f.last_time_ms / 1000, 'unixepoch') AS last_request,
              CASE WHEN s.file_id IS NOT NULL THEN 'superseded' WHEN o.file_id IS NOT NULL
                THEN 'forgotten' ELSE 'live' END AS state, s.superseded_by,
              r.committed_at, f.run_id, f.unseen_parents,
              CASE WHEN f.counted + f.duplicate + f.rejected = 0 THEN (
                SELECT 'nothing was counted: all records were skipped, most as ' || s.reason
                FROM skip_count AS s
                WHERE s.file_id = f.file_id AND s.reason NOT IN (\(SkipCount.emptyReasons))
                ORDER BY s.lines DESC, s.reason LIMIT 1) END AS problem, p.bundle_id
            FROM source_file AS f JOIN run AS r USING (run_id)
            LEFT JOIN superseded_file AS s USING (file_id)
            LEFT JOIN forgotten_file AS o USING (file_id)
            LEFT JOIN pruned_file AS p USING (file_id)
            UNION ALL
            SELECT NULL, f.name, NULL, f.bytes, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
              0, 0, 0, 0, 0, 0, NULL, NULL, 'refused', NULL, r.committed_at, f.run_id, 0, f.problem,
              NULL
            FROM refused_file AS f JOIN run AS r USING (run_id)
            WHERE f.run_id = (SELECT max(run_id) FROM refused_file AS g WHERE g.name = f.name)
              AND NOT EXISTS (
                SELECT 1 FROM source_file AS s WHERE s.name = f.name AND s.run_id >= f.run_id)) AS e
            """, indexes: [["file_id"], ["name"], ["run_id"]])

    static let forgottenFiles = PublishedTable(
        name: "forgotten_files",
        row: "file whose cells, rejects, statistics and ids were taken away",
        columns: [
            PublishedColumn("file_id", .integer, "in source_files", "e.file_id", since: 4),
            PublishedColumn("name", .text, "as it was given", "f.name", since: 4),
            PublishedColumn("sha256", .text, "of its bytes", "lower(hex(f.sha256))", since: 4),
            PublishedColumn("forgotten_at", .text, unit: "UTC", "when", "r.committed_at", since: 4),
            PublishedColumn("reason", .text, "as was given", since: 4),
            PublishedColumn(
                "requests", .integer, unit: "requests", "that its counted records stood for",
                "f.requests", since: 4),
            PublishedColumn("cells", .integer, "of hours that left", since: 4),
            PublishedColumn("run_id", .integer, "that took it away", "e.run_id", since: 4),
        ],
        source: """
            forgotten_file AS e JOIN source_file AS f USING (file_id)
            JOIN run AS r ON r.run_id = e.run_id
            """, indexes: [["file_id"]])

    static let rejects = PublishedTable(
        name: "rejects",
        row:
            "rejected record of a live file, up to 10,000 a file: where and why, never what it says",
        columns: [
            PublishedColumn("file", .text, "its name", "f.name"),
            PublishedColumn("line", .integer, "from 1"),
            PublishedColumn("byte_offset", .integer, unit: "bytes", "in the inflated text"),
            PublishedColumn("reason", .text, "code"),
            PublishedColumn(
                "field", .text, "that it is about; NULL: the record", "nullif(e.field, '')"),
            PublishedColumn("file_id", .integer, "in source_files"),
        ], source: "reject AS e JOIN live_file AS f USING (file_id)",
        indexes: [["file_id", "line"]])

    static let skippedRecords = PublishedTable(
        name: "skipped_records", row: "live file and reason: records that its dialect leaves out",
        columns: [
            PublishedColumn("file", .text, "its name", "f.name"),
            PublishedColumn("reason", .text, "what they are"),
            PublishedColumn("lines", .integer, unit: "records", "how many", "e.lines"),
            PublishedColumn("file_id", .integer, "in source_files"),
        ], source: "skip_count AS e JOIN live_file AS f USING (file_id)", indexes: [["file_id"]])

    static let runs = PublishedTable(
        name: "runs", row: "run that changed the ledger",
        columns: [
            PublishedColumn("run_id", .integer, "in order"),
            PublishedColumn("run_uuid", .text, "of the process"),
            PublishedColumn("command", .text, "the subcommand"),
            PublishedColumn("version", .text, "of flue"),
            PublishedColumn("committed_at", .text, unit: "UTC", "when it began to commit"),
            PublishedColumn("energy_model", .text, "of its method", "m.energy_model"),
            PublishedColumn("basis", .text, "of its method", "m.basis"),
            PublishedColumn("method_sha256", .text, "of its method", "lower(hex(m.sha256))"),
        ], source: "run AS e LEFT JOIN method AS m USING (method_id)", indexes: [["run_id"]])

    static let factors = PublishedTable(
        name: "factors",
        row: "factor of a method: every number that is not from a log or a grid file",
        columns: [
            PublishedColumn("method", .text, "its energy model", "m.energy_model"),
            PublishedColumn(
                "is_primary", .integer, unit: "0 or 1", "derived rows rest on it",
                "e.method_id IS (SELECT method_id FROM derivation)"),
            PublishedColumn(
                "kind", .text, "energy, embodied, pue, water, market, training, pool, grid, td_loss"
            ),
            PublishedColumn(
                "subject", .text, "model, region, zone or country, with its year; '*': all others"),
            PublishedColumn("unit", .text, "of the three values"),
            PublishedColumn("low", .real, "in unit", "e.low_pico / 1e12"),
            PublishedColumn("central", .real, "in unit", "e.central_pico / 1e12"),
            PublishedColumn("high", .real, "in unit", "e.high_pico / 1e12"),
            PublishedColumn("includes_pue", .integer, unit: "0 or 1", "no PUE is applied to it"),
            PublishedColumn(
                "boundary", .text,
                "of energy: it or facility; of the grid: consumption, production or unstated"),
            PublishedColumn("evidence", .text, "metered, measured, modelled, published, assumed"),
            PublishedColumn("released", .text, "or the year that it is for"),
            PublishedColumn("source", .text, "where it is from"),
            PublishedColumn("method_sha256", .text, "of the method", "lower(hex(m.sha256))"),
        ], source: "factor AS e JOIN method AS m USING (method_id)", indexes: [["kind", "subject"]])

    static let formerTotals = PublishedTable(
        name: "former_totals",
        row: "month and run that derived it by another method: what it was before",
        columns: month + [
            PublishedColumn("run_id", .integer, "that derived it anew"),
            PublishedColumn("replaced_at", .text, unit: "UTC", "when", "r.committed_at"),
            PublishedColumn("energy_model", .text, "that it rested on", "m.energy_model"),
            PublishedColumn("basis", .text, "that it rested on", "m.basis"),
            PublishedColumn("method_sha256", .text, "that it rested on", "lower(hex(m.sha256))"),
            PublishedColumn("requests", .integer, unit: "requests", "all counted requests"),
            PublishedColumn("unmatched_requests", .integer, unit: "requests", "without energy"),
            PublishedColumn("energy_kwh", .real, unit: "kWh", "as it was", "e.energy_uwh / 1e9"),
            PublishedColumn(
                "energy_kwh_low", .real, unit: "kWh", "as it was", "e.energy_uwh_low / 1e9"),
            PublishedColumn(
                "energy_kwh_high", .real, unit: "kWh", "as it was", "e.energy_uwh_high / 1e9"),
            PublishedColumn(
                "unmatched_energy_kwh", .real, unit: "kWh", "without a grid value",
                "e.unmatched_energy_uwh / 1e9"),
            PublishedColumn(
                "emissions_kgco2e", .real, unit: "kg CO2e", "as it was", "e.emissions_ug / 1e9"),
            PublishedColumn(
                "emissions_kgco2e_low", .real, unit: "kg CO2e", "as it was",
                "e.emissions_ug_low / 1e9"),
            PublishedColumn(
                "emissions_kgco2e_high", .real, unit: "kg CO2e", "as it was",
                "e.emissions_ug_high / 1e9"),
        ],
        source: """
            former_total AS e JOIN calendar_month AS c USING (month) JOIN run AS r USING (run_id)
            JOIN method AS m ON m.method_id = e.method_id
            """, indexes: [["month"]])
}
