import Pipeline

/// The published views: what BI tools read. Their names and columns are a contract.
enum Views {
    static let names = [
        "cell", "cell_energy", "cell_emission", "hourly_emissions", "daily_emissions",
        "monthly_emissions", "monthly_boundaries", "monthly_training",
        "daily_request_stats", "monthly_request_stats", "daily_token_stats", "monthly_token_stats",
        "monthly_coverage",
        "grid_hours", "pool_hours", "source_files", "rejects", "runs", "factors", "statements",
        "restatements",
    ]

    static let sql = [
        cell, cellEnergy, cellEmission, hourly,
        rollup(
            "daily_emissions", table: "daily_emission",
            key: "date(e.day * 86400, 'unixepoch') AS day"),
        rollup(
            "monthly_emissions", table: "monthly_emission",
            key: "\(monthText("e.month")) AS month"),
        boundaries, training, requestStats, coverage, gridHours, poolHours, audit,
    ].joined(separator: "\n")

    private static let hourly = """
        CREATE VIEW hourly_emissions AS
        SELECT strftime('%Y-%m-%d %H:00:00', e.hour * 3600, 'unixepoch') AS hour,
          e.hour * 3600 AS hour_epoch,
          \(activityAndEnergy),
          e.intensity_mg_per_kwh / 1e3 AS intensity_g_per_kwh,
          v.name AS grid_evidence, e.energy_evidence, e.batch_milli / 1e3 AS batch_size,
          \(emissions),
          \(lessKnown), e.grid_step, \(losses)
        FROM \(withRanges("cell_emission")) AS e
        JOIN method USING (method_id)
        JOIN evidence AS v USING (evidence_id)
        \(joins)
        WHERE method.is_primary = 1;
        """

    private static func rollup(_ view: String, table: String, key: String) -> String {
        """
        CREATE VIEW \(view) AS
        SELECT \(key),
          \(activityAndEnergy),
          \(emissions),
          iif(e.uncounted_tokens = 0, e.energy_uwh / 1e6 / nullif(e.energy_requests, 0), NULL)
            AS wh_per_request,
          iif(\(hasEmissionMean), e.emissions_ug / 1e6 / nullif(e.matched_requests, 0), NULL)
            AS gco2e_per_request,
          e.unmatched_energy_uwh / 1e9 AS unmatched_energy_kwh,
          \(share("measured_energy_uwh")) AS measured_share,
          \(share("estimated_energy_uwh")) AS estimated_share,
          \(share("filled_energy_uwh")) AS filled_share,
          \(lessKnown), \(losses)
        FROM \(withRanges(table)) AS e
        JOIN method USING (method_id)
        \(joins)
        WHERE method.is_primary = 1;
        """
    }

    /// Whether emissions per request can be told: where nobody counted some of them, or only some hours of a longer sum
    /// have a grid value, they cannot.
    static let hasEmissionMean =
        "(e.uncounted_tokens = 0 AND (e.aggregated_requests = 0 OR e.unmatched_energy_uwh = 0))"

    private static func share(_ column: String) -> String {
        "CAST(e.\(column) AS REAL) / nullif(e.energy_uwh, 0)"
    }

    /// A month by the boundaries that standards and publications use. NULL where a part of one is not known of any
    /// row; `coverage` is the share of requests with energy and a grid value, which the mean is of.
    private static let boundaries = """
        CREATE VIEW monthly_boundaries AS
        SELECT month, boundary, includes, ug / 1e9 AS emissions_kgco2e,
          iif(uncounted = 0, ug / 1e6 / nullif(matched, 0), NULL) AS gco2e_per_request,
          iif(uncounted = 0, CAST(matched AS REAL) / nullif(requests, 0), NULL) AS coverage
        FROM (
          WITH total AS (
            SELECT \(monthText("month")) AS month, sum(requests) AS requests,
              sum(matched_requests) AS matched, sum(uncounted_tokens) AS uncounted,
              \(RollupColumns.sums.filter { $0.hasSuffix("_ug") && !$0.contains("_down_") && !$0.contains("_up_") }
                .joined(separator: ", "))
            FROM monthly_emission JOIN method USING (method_id)
            WHERE method.is_primary = 1 GROUP BY month)
          SELECT month, requests, matched, uncounted, 'GHG Protocol Scope 2, location-based' AS boundary,
            'operational, average grid' AS includes, emissions_ug AS ug FROM total
          UNION ALL
          SELECT month, requests, matched, uncounted, 'GHG Protocol Scope 2, market-based',
            'operational, contracts or residual mix', market_emissions_ug FROM total
          UNION ALL
          SELECT month, requests, matched, uncounted, 'GHG Protocol Scope 3, category 3, T&D losses',
            'electricity lost in transmission and distribution, average grid', td_loss_emissions_ug FROM total
          UNION ALL
          SELECT month, requests, matched, uncounted, 'SCI',
            'operational, average grid, and embodied, per request', emissions_ug + embodied_ug FROM total
          UNION ALL
          SELECT month, requests, matched, uncounted, 'EcoLogits-like', 'operational, average grid, and embodied',
            emissions_ug + embodied_ug FROM total
          UNION ALL
          SELECT month, requests, matched, uncounted, 'Google-like', 'operational, market-based, and embodied',
            market_emissions_ug + embodied_ug FROM total
        );
        """

    /// The share of training in a month, by model; part of no other view.
    private static let training = """
        CREATE VIEW monthly_training AS
        SELECT month, model, requests, unit, source,
          iif(unit = 'kgCO2e/month', (pico + 500) / 1000,
            iif(uncounted = 0,
              requests * (pico / 1000000) + (requests * (pico % 1000000) + 500000) / 1000000, NULL))
            / 1e9 AS training_kgco2e
        FROM (
          SELECT \(monthText("e.month")) AS month, m.name AS model, sum(e.requests) AS requests,
            sum(e.uncounted_tokens) AS uncounted,
            f.unit, f.source, f.central_pico AS pico
          FROM monthly_emission AS e
          JOIN method USING (method_id)
          JOIN model AS m USING (model_id)
          LEFT JOIN model_entry AS o USING (method_id, model_id)
          JOIN factor AS f
            ON f.method_id = e.method_id AND f.kind = 'training' AND f.subject IN (m.name, o.entry)
          WHERE method.is_primary = 1
          GROUP BY e.month, e.model_id, f.subject, f.unit
        );
        """

    /// Rejected lines name no region: they stand in rows of their own, in the month in which their
    /// file's requests begin.
    private static let coverage = """
        CREATE VIEW monthly_coverage AS
        SELECT \(monthText("month")) AS month, region,
          \(evidenceNames.map { "\($0)_energy_uwh / 1e9 AS \($0)_energy_kwh" }
            .joined(separator: ", ")),
          \(energyEvidenceNames.map { "energy_\($0)_uwh / 1e9 AS energy_\($0)_kwh" }
            .joined(separator: ", ")),
          requests, unknown_usage_requests, unmatched_model_requests, rejected_lines
        FROM (
          SELECT CAST(strftime('%Y', e.hour * 3600, 'unixepoch') AS INTEGER) * 12
              + CAST(strftime('%m', e.hour * 3600, 'unixepoch') AS INTEGER) - 1 AS month,
            r.name AS region,
            \(evidenceNames.enumerated().map {
                "sum(iif(e.evidence_id = \($0 + 1), e.energy_uwh, 0)) AS \($1)_energy_uwh"
            }.joined(separator: ", ")),
            \(energyEvidenceNames.map {
                "sum(iif(e.energy_evidence = '\($0)', e.energy_uwh - e.assumed_energy_uwh, 0))"
                    + ($0 == "assumed" ? " + sum(e.assumed_energy_uwh)" : "")
                    + " AS energy_\($0)_uwh"
            }.joined(separator: ", ")),
            sum(e.requests) AS requests,
            sum(e.unknown_usage_requests) AS unknown_usage_requests,
            sum(iif(e.energy_evidence IS NULL, e.requests, 0)) AS unmatched_model_requests,
            0 AS rejected_lines
          FROM cell_emission AS e
          JOIN method USING (method_id)
          JOIN region AS r USING (region_id)
          WHERE method.is_primary = 1
          GROUP BY 1, 2
          UNION ALL
          SELECT CAST(strftime('%Y', first_time_ms / 1000, 'unixepoch') AS INTEGER) * 12
              + CAST(strftime('%m', first_time_ms / 1000, 'unixepoch') AS INTEGER) - 1,
            NULL, \(Array(repeating: "0", count: evidenceNames.count + energyEvidenceNames.count)
                .joined(separator: ", ")),
            0, 0, 0, sum(rejected)
          FROM source_file
          WHERE state = 'live' AND rejected > 0
          GROUP BY 1
        );
        """

    private static let gridHours = """
        CREATE VIEW grid_hours AS
        SELECT s.zone, strftime('%Y-%m-%d %H:00:00', g.hour * 3600, 'unixepoch') AS hour,
          g.hour * 3600 AS hour_epoch, s.basis, s.signal,
          g.intensity_mg_per_kwh / 1e3 AS intensity_g_per_kwh, v.name AS evidence,
          l.source, l.label AS release, g.release_id, l.boundary, g.flags & 1 AS is_partial,
          l.fuel_factors, strftime('%Y-%m-%d %H:%M:%S', g.revised_ms / 1000, 'unixepoch') AS updated,
          max((1 - (g.flags & 1)) * \(1 << 40) + g.rank) AS rank
        FROM grid_intensity AS g
        JOIN grid_series AS s USING (series_id)
        JOIN evidence AS v USING (evidence_id)
        JOIN grid_release AS l USING (release_id)
        WHERE \(GridOrder.isSound("g"))
        GROUP BY g.series_id, g.hour;
        """

    private static let poolHours = """
        CREATE VIEW pool_hours AS
        SELECT p.pool, strftime('%Y-%m-%d %H:00:00', p.hour * 3600, 'unixepoch') AS hour,
          p.hour * 3600 AS hour_epoch, p.supply, p.supplied_uwh / 1e9 AS supplied_kwh,
          p.allocated_uwh / 1e9 AS allocated_kwh,
          p.unmatched_uwh / 1e9 AS unmatched_kwh, p.idle_uwh / 1e9 AS idle_kwh,
          CAST(p.modelled_uwh AS REAL) / nullif(p.allocated_uwh, 0) AS model_to_meter,
          p.idle_energy_uwh / 1e9 AS idle_energy_kwh,
          p.idle_emissions_ug / 1e9 AS idle_emissions_kgco2e,
          v.name AS grid_evidence, p.grid_step
        FROM pool_hour AS p
        JOIN method USING (method_id)
        JOIN evidence AS v USING (evidence_id)
        WHERE method.is_primary = 1;
        """

    /// The audit trail.
    private static let audit = """
        CREATE VIEW source_files AS
        SELECT f.file_id, f.name, lower(hex(f.sha256)) AS sha256, f.bytes, f.compression,
          f.plain_bytes, f.dialect, f.dialect_sha256, f.options, f.records, f.scope,
          f.lines, f.counted, f.rejected, f.duplicate, f.skipped, f.requests,
          strftime('%Y-%m-%d %H:%M:%S', f.first_time_ms / 1000, 'unixepoch') AS first_request,
          strftime('%Y-%m-%d %H:%M:%S', f.last_time_ms / 1000, 'unixepoch') AS last_request,
          f.state, f.superseded_by, r.committed_at, f.run_id, f.unseen_parents,
          CASE WHEN f.counted + f.duplicate + f.rejected = 0 THEN (
            SELECT 'nothing was counted: all records were skipped, most as ' || s.reason
            FROM skip_count AS s WHERE s.file_id = f.file_id AND s.reason NOT IN (\(SkipCount.emptyReasons))
            ORDER BY s.lines DESC, s.reason LIMIT 1) END AS problem
        FROM source_file AS f JOIN run AS r USING (run_id)
        UNION ALL
        SELECT NULL, f.name, NULL, f.bytes, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
          0, 0, 0, 0, 0, 0, NULL, NULL, 'refused', NULL, r.committed_at, f.run_id, 0, f.problem
        FROM refused_file AS f JOIN run AS r USING (run_id)
        WHERE f.run_id = (SELECT max(run_id) FROM refused_file AS g WHERE g.name = f.name)
          AND NOT EXISTS (
            SELECT 1 FROM source_file AS s WHERE s.name = f.name AND s.run_id >= f.run_id);

        CREATE VIEW rejects AS
        SELECT f.name AS file, j.line, j.byte_offset, j.reason, nullif(j.field, '') AS field,
          j.file_id
        FROM reject AS j JOIN source_file AS f USING (file_id);

        CREATE VIEW runs AS
        SELECT r.run_id, r.run_uuid, r.command, r.version, r.committed_at, m.energy_model, m.basis,
          lower(hex(m.sha256)) AS method_sha256
        FROM run AS r LEFT JOIN method AS m USING (method_id);

        CREATE VIEW factors AS
        SELECT m.energy_model AS method, m.is_primary, f.kind, f.subject, f.unit,
          f.low_pico / 1e12 AS low, f.central_pico / 1e12 AS central, f.high_pico / 1e12 AS high,
          f.includes_pue, f.evidence, f.released, f.source,
          lower(hex(m.sha256)) AS method_sha256
        FROM factor AS f JOIN method AS m USING (method_id);

        CREATE VIEW statements AS
        SELECT \(monthText("s.month")) AS month, s.revision, s.closed_at, m.energy_model, m.basis,
          s.requests, s.energy_uwh / 1e9 AS energy_kwh, s.emissions_ug / 1e9 AS emissions_kgco2e,
          s.unmatched_energy_uwh / 1e9 AS unmatched_energy_kwh
        FROM statement AS s JOIN method AS m USING (method_id);

        CREATE VIEW restatements AS
        SELECT \(monthText("later.month")) AS month, later.revision,
          later.closed_at, later.emissions_ug / 1e9 AS emissions_kgco2e,
          (later.emissions_ug - earlier.emissions_ug) / 1e9 AS change_kgco2e,
          (later.energy_uwh - earlier.energy_uwh) / 1e9 AS change_energy_kwh
        FROM statement AS later
        JOIN statement AS earlier
          ON earlier.month = later.month AND earlier.revision = later.revision - 1;
        """

    /// Columns that hours, days and months have in common. What the method does not know is NULL.
    private static let activityAndEnergy = """
        r.name AS region, m.name AS model, d.tenant, d.project, d.endpoint, z.zone,
        e.requests, e.failed_requests, e.unknown_usage_requests,
        e.input_tokens, e.cached_input_tokens, e.output_tokens, e.reasoning_tokens,
        e.it_energy_uwh / 1e9 AS it_energy_kwh,
        e.energy_uwh / 1e9 AS energy_kwh,
        e.energy_uwh_low / 1e9 AS energy_kwh_low,
        e.energy_uwh_high / 1e9 AS energy_kwh_high
        """
    /// How much of a row is known less well than a log of requests knows it.
    private static let lessKnown = """
        e.aggregated_requests, e.uncounted_tokens,
        e.assumed_energy_uwh / 1e9 AS assumed_energy_kwh
        """
    /// Beside all other emissions.
    private static let losses = "e.td_loss_emissions_ug / 1e9 AS td_loss_emissions_kgco2e"
    private static let emissions = """
        e.emissions_ug / 1e9 AS emissions_kgco2e,
        e.emissions_ug_low / 1e9 AS emissions_kgco2e_low,
        e.emissions_ug_high / 1e9 AS emissions_kgco2e_high,
        e.market_emissions_ug / 1e9 AS market_emissions_kgco2e,
        e.marginal_emissions_ug / 1e9 AS marginal_emissions_kgco2e,
        e.embodied_ug / 1e9 AS embodied_kgco2e,
        e.on_site_water_nl / 1e9 AS on_site_water_l,
        iif(e.on_site_water_nl IS NULL, NULL, z.water_basis) AS on_site_water_basis,
        e.off_site_water_nl / 1e9 AS off_site_water_l,
        iif(z.water_basis = 'consumption', (e.on_site_water_nl + e.off_site_water_nl) / 1e9, NULL)
          AS water_l
        """

    private static let joins = """
        JOIN region AS r USING (region_id)
        JOIN model AS m USING (model_id)
        JOIN dimension AS d USING (dimension_id)
        LEFT JOIN region_zone AS z USING (method_id, region_id)
        """

    private static let evidenceNames = [
        "measured", "estimated", "interpolated", "profile", "annual", "missing",
    ]
    private static let energyEvidenceNames = [
        "metered", "measured", "modelled", "published", "assumed",
    ]

    static let activityColumns = [
        "requests", "failed_requests", "not_run_requests", "cache_hit_requests",
        "unknown_usage_requests", "input_tokens", "cached_input_tokens", "cache_write_tokens",
        "output_tokens", "reasoning_tokens", "items", "duration_ms", "metered_uwh",
        "metered_requests", "unknown_input_requests", "unknown_output_requests",
        "failed_input_tokens", "failed_cached_input_tokens", "failed_output_tokens",
        "aggregated_requests", "uncounted_tokens",
    ]

    /// `YYYY-MM` of a month's ordinal.
    static func monthText(_ column: String) -> String {
        "printf('%04d-%02d', \(column) / 12, \(column) % 12 + 1)"
    }
}
