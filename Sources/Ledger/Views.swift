/// The published views: what BI tools read. Their names and columns are a contract.
enum Views {
    static let names = [
        "cell", "cell_energy", "cell_emission", "hourly_emissions", "daily_emissions",
        "monthly_emissions", "monthly_boundaries", "monthly_training", "monthly_request_stats",
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

    /// Cells as they are whatever files they came in: rounding happens after this sum.
    private static let cell = """
        CREATE VIEW cell AS
        SELECT hour, region_id, model_id, dimension_id,
          \(activityColumns.map { "sum(\($0)) AS \($0)" }.joined(separator: ", ")),
          sum(requests - failed_requests - not_run_requests - cache_hit_requests)
            AS served_requests
        FROM usage
        GROUP BY hour, region_id, model_id, dimension_id;
        """

    /// Energy as modelled, before PUE, and embodied emissions: coefficients × counters, rounded once.
    private static let cellEnergy = """
        CREATE VIEW cell_energy AS
        SELECT c.*, f.method_id, f.evidence_id, f.energy_evidence, f.batch_milli,
          f.pue_ppm, f.pue_ppm_low, f.pue_ppm_high,
          f.intensity_mg_per_kwh, f.intensity_mg_per_kwh_low, f.intensity_mg_per_kwh_high,
          f.market_mg_per_kwh, f.marginal_mg_per_kwh,
          f.on_site_water_ul_per_kwh, f.off_site_water_ul_per_kwh,
          \(FactorColumns.bounds.map { "\(modelled("pwh", $0)) AS modelled_uwh\($0)" }
            .joined(separator: ",\n  ")),
          \(FactorColumns.bounds.map { "\(modelled("embodied_pg", $0)) AS embodied_ug\($0)" }
            .joined(separator: ",\n  "))
        FROM cell AS c
        JOIN hour_factor AS f USING (hour, region_id, model_id)
        \(once);
        """

    /// At the end of a subquery: its columns are computed once a row. Without it SQLite would put each expression
    /// in the place of each use of its name, over and over.
    private static let once = "LIMIT -1"

    /// Coefficients are split at 10⁶ so that no product passes 2⁶³.
    private static func modelled(_ unit: String, _ bound: String) -> String {
        let counters = [
            "c.served_requests", "(c.input_tokens - c.cached_input_tokens)",
            "c.cached_input_tokens", "c.output_tokens", "c.items", "c.metered_uwh",
        ]
        let terms = zip(counters, FactorColumns.things).map { ($0, "f.\($1)_\(unit)\(bound)") }
        let whole = terms.map { "\($0) * (\($1) / 1000000)" }.joined(separator: " + ")
        let rest = terms.map { "\($0) * (\($1) % 1000000)" }.joined(separator: " + ")
        return "\(whole) + (\(rest) + 500000) / 1000000"
    }

    /// Facility energy, emissions and water, each rounded once from the figure before it; and what the range of
    /// each factor does to them, all other factors central.
    private static let cellEmission = """
        CREATE VIEW cell_emission AS
        SELECT *,
          coalesce(emissions_ug - \(emissions("energy_by_model_low")), 0)
            AS emissions_model_down_ug,
          coalesce(\(emissions("energy_by_model_high")) - emissions_ug, 0)
            AS emissions_model_up_ug,
          coalesce(emissions_ug - \(emissions("energy_by_pue_low")), 0) AS emissions_pue_down_ug,
          coalesce(\(emissions("energy_by_pue_high")) - emissions_ug, 0) AS emissions_pue_up_ug,
          coalesce(emissions_ug - \(millionths("energy_uwh", "intensity_mg_per_kwh_low")), 0)
            AS emissions_grid_down_ug,
          coalesce(\(millionths("energy_uwh", "intensity_mg_per_kwh_high")) - emissions_ug, 0)
            AS emissions_grid_up_ug
        FROM (
          SELECT *,
            coalesce(energy_uwh - energy_by_model_low, 0) AS energy_model_down_uwh,
            coalesce(energy_by_model_high - energy_uwh, 0) AS energy_model_up_uwh,
            coalesce(energy_uwh - energy_by_pue_low, 0) AS energy_pue_down_uwh,
            coalesce(energy_by_pue_high - energy_uwh, 0) AS energy_pue_up_uwh,
            coalesce(embodied_ug - embodied_ug_low, 0) AS embodied_down_ug,
            coalesce(embodied_ug_high - embodied_ug, 0) AS embodied_up_ug,
            \(emissions("energy_uwh")) AS emissions_ug,
            \(millionths("energy_uwh", "market_mg_per_kwh")) AS market_emissions_ug,
            \(millionths("energy_uwh", "marginal_mg_per_kwh")) AS marginal_emissions_ug,
            \(millionths("it_energy_uwh", "on_site_water_ul_per_kwh")) AS on_site_water_nl,
            \(millionths("energy_uwh", "off_site_water_ul_per_kwh")) AS off_site_water_nl
          FROM (
            SELECT *, iif(pue_ppm IS NULL, NULL, modelled_uwh) AS it_energy_uwh,
              \(facility("modelled_uwh", "pue_ppm")) AS energy_uwh,
              \(facility("modelled_uwh_low", "pue_ppm")) AS energy_by_model_low,
              \(facility("modelled_uwh_high", "pue_ppm")) AS energy_by_model_high,
              \(facility("modelled_uwh", "pue_ppm_low")) AS energy_by_pue_low,
              \(facility("modelled_uwh", "pue_ppm_high")) AS energy_by_pue_high
            FROM cell_energy \(once)
          ) \(once)
        ) \(once);
        """

    private static func facility(_ modelled: String, _ effectiveness: String) -> String {
        "iif(pue_ppm IS NULL, \(modelled), \(millionths(modelled, effectiveness)))"
    }

    private static func emissions(_ energy: String) -> String {
        millionths(energy, "intensity_mg_per_kwh")
    }

    // MARK: Ranges

    /// The rows of `table` with low and high of energy and emissions: the parts of one factor add up, those of
    /// different factors are added as squares. Rows of a table stand for one model and region, so each part has one
    /// factor; sums over rows have the range of a report, not the sum of these.
    private static func withRanges(_ table: String) -> String {
        let roots = [
            ("energy_uwh_low", ["energy_model_down_uwh", "energy_pue_down_uwh"]),
            ("energy_uwh_high", ["energy_model_up_uwh", "energy_pue_up_uwh"]),
            (
                "emissions_ug_low",
                ["emissions_model_down_ug", "emissions_pue_down_ug", "emissions_grid_down_ug"]
            ),
            (
                "emissions_ug_high",
                ["emissions_model_up_ug", "emissions_pue_up_ug", "emissions_grid_up_ug"]
            ),
        ]
        // SQLite has no square root in every program that reads this. With the largest part m, the ratio r of the
        // sum of squares to m² is from 1 to 3; two of Halley's steps from (1 + r) / 2 leave an error below 10⁻⁹.
        let largest = roots.map { name, parts in
            "max(\(parts.joined(separator: ", "))) AS \(name)_largest"
        }
        let ratios = roots.map { name, parts in
            let squares = parts.map {
                "(1.0 * \($0) / \(name)_largest) * (1.0 * \($0) / \(name)_largest)"
            }
            return
                "iif(\(name)_largest = 0, 1.0, \(squares.joined(separator: " + "))) AS \(name)_ratio"
        }
        let first = roots.map { name, _ in
            "\(halley("((1 + \(name)_ratio) / 2)", "\(name)_ratio")) AS \(name)_root"
        }
        let bounds = roots.map { name, _ in
            let root = "\(name)_largest * \(halley("\(name)_root", "\(name)_ratio"))"
            return name.hasSuffix("low")
                ? "max(0.0, \(name.dropLast(4)) - \(root)) AS \(name)"
                : "\(name.dropLast(5)) + \(root) AS \(name)"
        }
        return """
            (SELECT *, \(bounds.joined(separator: ",\n  "))
             FROM (SELECT *, \(first.joined(separator: ",\n  "))
              FROM (SELECT *, \(ratios.joined(separator: ",\n  "))
               FROM (SELECT *, \(largest.joined(separator: ",\n  ")) FROM \(table) \(once))
               \(once)) \(once)) \(once))
            """
    }

    /// One of Halley's steps to the square root of `r` from `y`.
    private static func halley(_ y: String, _ r: String) -> String {
        "\(y) * (\(y) * \(y) + 3 * \(r)) / (3 * \(y) * \(y) + \(r))"
    }

    /// `a × b ÷ 10⁶`, half rounded up: the rule of `Accounting`, in SQL.
    static func millionths(_ amount: String, _ factor: String) -> String {
        "((\(amount)) / 1000000 * \(factor) + ((\(amount)) % 1000000 * \(factor) + 500000) / 1000000)"
    }

    private static let hourly = """
        CREATE VIEW hourly_emissions AS
        SELECT strftime('%Y-%m-%d %H:00:00', e.hour * 3600, 'unixepoch') AS hour,
          e.hour * 3600 AS hour_epoch,
          \(activityAndEnergy),
          e.intensity_mg_per_kwh / 1e3 AS intensity_g_per_kwh,
          v.name AS grid_evidence, e.energy_evidence, e.batch_milli / 1e3 AS batch_size,
          \(emissions)
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
          e.energy_uwh / 1e6 / nullif(e.energy_requests, 0) AS wh_per_request,
          e.emissions_ug / 1e6 / nullif(e.matched_requests, 0) AS gco2e_per_request,
          e.unmatched_energy_uwh / 1e9 AS unmatched_energy_kwh,
          \(share("measured_energy_uwh")) AS measured_share,
          \(share("estimated_energy_uwh")) AS estimated_share,
          \(share("filled_energy_uwh")) AS filled_share
        FROM \(withRanges(table)) AS e
        JOIN method USING (method_id)
        \(joins)
        WHERE method.is_primary = 1;
        """
    }

    private static func share(_ column: String) -> String {
        "CAST(e.\(column) AS REAL) / nullif(e.energy_uwh, 0)"
    }

    /// A month by the boundaries that standards and publications use. NULL where a part of one is not known of any
    /// row; `coverage` is the share of requests with energy and a grid value, which the mean is of.
    private static let boundaries = """
        CREATE VIEW monthly_boundaries AS
        SELECT month, boundary, includes, ug / 1e9 AS emissions_kgco2e,
          ug / 1e6 / nullif(matched, 0) AS gco2e_per_request,
          CAST(matched AS REAL) / requests AS coverage
        FROM (
          WITH total AS (
            SELECT \(monthText("month")) AS month, sum(requests) AS requests,
              sum(matched_requests) AS matched,
              \(RollupColumns.sums.filter { $0.hasSuffix("_ug") && !$0.contains("_down_") && !$0.contains("_up_") }
                .joined(separator: ", "))
            FROM monthly_emission JOIN method USING (method_id)
            WHERE method.is_primary = 1 GROUP BY month)
          SELECT month, requests, matched, 'GHG Protocol Scope 2, location-based' AS boundary,
            'operational, average grid' AS includes, emissions_ug AS ug FROM total
          UNION ALL
          SELECT month, requests, matched, 'GHG Protocol Scope 2, market-based',
            'operational, contracts or residual mix', market_emissions_ug FROM total
          UNION ALL
          SELECT month, requests, matched, 'SCI',
            'operational, average grid, and embodied, per request', emissions_ug + embodied_ug FROM total
          UNION ALL
          SELECT month, requests, matched, 'EcoLogits-like', 'operational, average grid, and embodied',
            emissions_ug + embodied_ug FROM total
          UNION ALL
          SELECT month, requests, matched, 'Google-like', 'operational, market-based, and embodied',
            market_emissions_ug + embodied_ug FROM total
        );
        """

    /// The share of training in a month, by model; part of no other view.
    private static let training = """
        CREATE VIEW monthly_training AS
        SELECT month, model, requests, unit, source,
          iif(unit = 'kgCO2e/month', (pico + 500) / 1000,
            requests * (pico / 1000000) + (requests * (pico % 1000000) + 500000) / 1000000)
            / 1e9 AS training_kgco2e
        FROM (
          SELECT \(monthText("e.month")) AS month, m.name AS model, sum(e.requests) AS requests,
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

    /// Percentiles come with the energy histograms; until then they are NULL.
    private static let requestStats = """
        CREATE VIEW monthly_request_stats AS
        SELECT \(monthText("e.month")) AS month, r.name AS region, m.name AS model,
          sum(e.requests) AS requests,
          sum(e.energy_uwh) / 1e6 / nullif(sum(e.energy_requests), 0) AS wh_per_request_mean,
          NULL AS wh_per_request_p50, NULL AS wh_per_request_p90, NULL AS wh_per_request_p95,
          NULL AS wh_per_request_p99,
          sum(e.emissions_ug) / 1e6 / nullif(sum(e.matched_requests), 0) AS gco2e_per_request_mean,
          NULL AS gco2e_per_request_p50, NULL AS gco2e_per_request_p90,
          NULL AS gco2e_per_request_p95, NULL AS gco2e_per_request_p99,
          NULL AS relative_error
        FROM monthly_emission AS e
        JOIN method USING (method_id)
        JOIN region AS r USING (region_id)
        JOIN model AS m USING (model_id)
        WHERE method.is_primary = 1
        GROUP BY e.month, e.region_id, e.model_id;
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
                "sum(iif(e.energy_evidence = '\($0)', e.energy_uwh, 0)) AS energy_\($0)_uwh"
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
          l.source, l.label AS release, max(g.release_id) AS release_id
        FROM grid_intensity AS g
        JOIN grid_series AS s USING (series_id)
        JOIN evidence AS v USING (evidence_id)
        JOIN grid_release AS l USING (release_id)
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
          p.idle_emissions_ug / 1e9 AS idle_emissions_kgco2e
        FROM pool_hour AS p JOIN method USING (method_id)
        WHERE method.is_primary = 1;
        """

    /// The audit trail.
    private static let audit = """
        CREATE VIEW source_files AS
        SELECT f.file_id, f.name, lower(hex(f.sha256)) AS sha256, f.bytes, f.compression,
          f.plain_bytes, f.dialect, f.dialect_sha256, f.options, f.lines, f.counted, f.rejected,
          f.duplicate, f.skipped,
          strftime('%Y-%m-%d %H:%M:%S', f.first_time_ms / 1000, 'unixepoch') AS first_request,
          strftime('%Y-%m-%d %H:%M:%S', f.last_time_ms / 1000, 'unixepoch') AS last_request,
          f.state, f.superseded_by, r.committed_at, f.run_id
        FROM source_file AS f JOIN run AS r USING (run_id);

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
        "metered_requests",
    ]

    /// `YYYY-MM` of a month's ordinal.
    private static func monthText(_ column: String) -> String {
        "printf('%04d-%02d', \(column) / 12, \(column) % 12 + 1)"
    }
}
