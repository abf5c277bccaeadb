/// Energy, emissions and water of cells, derived a second time in SQL.
extension Views {
    /// Cells as they are whatever files they came in: rounding happens after this sum.
    static let cell = """
        CREATE VIEW cell AS
        SELECT hour, region_id, model_id, dimension_id,
          \(activityColumns.map { "sum(\($0)) AS \($0)" }.joined(separator: ", ")),
          sum(requests - failed_requests - not_run_requests - cache_hit_requests)
            AS served_requests
        FROM usage
        GROUP BY hour, region_id, model_id, dimension_id;
        """

    /// Energy as modelled, before PUE, and embodied emissions: coefficients × counters, rounded once.
    static let cellEnergy = """
        CREATE VIEW cell_energy AS
        SELECT c.*, f.method_id, f.evidence_id, f.grid_step, f.energy_evidence, f.batch_milli,
          f.pue_ppm, f.pue_ppm_low, f.pue_ppm_high,
          f.intensity_mg_per_kwh, f.intensity_mg_per_kwh_low, f.intensity_mg_per_kwh_high,
          f.market_mg_per_kwh, f.marginal_mg_per_kwh, f.td_loss_ppm,
          f.on_site_water_ul_per_kwh, f.off_site_water_ul_per_kwh,
          \(FactorColumns.bounds.map { "\(modelled("pwh", $0)) AS modelled_uwh\($0)" }
            .joined(separator: ",\n  ")),
          \(modelled("pwh", "", of: unknownCounters)) AS assumed_modelled_uwh,
          \(FactorColumns.bounds.map { "\(modelled("embodied_pg", $0)) AS embodied_ug\($0)" }
            .joined(separator: ",\n  "))
        FROM cell AS c
        JOIN hour_factor AS f USING (hour, region_id, model_id)
        \(once);
        """

    /// At the end of a subquery: its columns are computed once a row. Without it SQLite would put each expression
    /// in the place of each use of its name, over and over.
    private static let once = "LIMIT -1"

    /// Counters and what of ``FactorColumns/things`` they are charged.
    private static let counters =
        Array(
            zip(
                [
                    "c.served_requests", "(c.input_tokens - c.cached_input_tokens)",
                    "c.cached_input_tokens", "c.output_tokens", "c.items", "c.metered_uwh",
                ], FactorColumns.charges)) + unknownCounters

    /// Those of requests whose usage is not known.
    private static let unknownCounters = [
        ("c.unknown_input_requests", "unknown_input"),
        ("c.unknown_output_requests", "unknown_output"),
    ]

    /// Coefficients are split at 10⁶ so that no product passes 2⁶³.
    private static func modelled(
        _ unit: String, _ bound: String, of counters: [(String, String)] = counters
    ) -> String {
        let terms = counters.map { ($0, "f.\($1)_\(unit)\(bound)") }
        let whole = terms.map { "\($0) * (\($1) / 1000000)" }.joined(separator: " + ")
        let rest = terms.map { "\($0) * (\($1) % 1000000)" }.joined(separator: " + ")
        return "\(whole) + (\(rest) + 500000) / 1000000"
    }

    /// Facility energy, emissions and water, each rounded once from the figure before it; and what the range of
    /// each factor does to them, all other factors central.
    static let cellEmission = """
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
            AS emissions_grid_up_ug,
          \(millionths("emissions_ug", "td_loss_ppm")) AS td_loss_emissions_ug
        FROM (
          SELECT *,
            coalesce(energy_uwh - energy_by_model_low, 0) AS energy_model_down_uwh,
            coalesce(energy_by_model_high - energy_uwh, 0) AS energy_model_up_uwh,
            coalesce(energy_uwh - energy_by_pue_low, 0) AS energy_pue_down_uwh,
            coalesce(energy_by_pue_high - energy_uwh, 0) AS energy_pue_up_uwh,
            coalesce(embodied_ug - embodied_ug_low, 0) AS embodied_down_ug,
            coalesce(embodied_ug_high - embodied_ug, 0) AS embodied_up_ug,
            \(emissions("energy_uwh")) AS emissions_ug,
            coalesce(\(emissions("assumed_energy_uwh")), 0) AS assumed_emissions_ug,
            \(millionths("energy_uwh", "market_mg_per_kwh")) AS market_emissions_ug,
            \(millionths("energy_uwh", "marginal_mg_per_kwh")) AS marginal_emissions_ug,
            \(millionths("it_energy_uwh", "on_site_water_ul_per_kwh")) AS on_site_water_nl,
            \(millionths("energy_uwh", "off_site_water_ul_per_kwh")) AS off_site_water_nl
          FROM (
            SELECT *, iif(pue_ppm IS NULL, NULL, modelled_uwh) AS it_energy_uwh,
              \(facility("modelled_uwh", "pue_ppm")) AS energy_uwh,
              coalesce(\(facility("assumed_modelled_uwh", "pue_ppm")), 0) AS assumed_energy_uwh,
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
    static func withRanges(_ table: String) -> String {
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
}
