import Accounting
import GRDB

/// Energy, emissions and water of cells, derived a second time: in SQL, from the same facts and factors.
enum SecondDerivation {
    /// Cells of some hours as rows of `hour, region_id, model_id, dimension_id`, then ``EmissionColumn/sums``, then the energy
    /// that is charged to a pool.
    ///
    /// - Parameter hours: As SQL: bounds of the hours.
    static func cells(from first: String, to last: String) -> String {
        let columns = EmissionColumn.sums.map { "\(expression($0)) AS \($0.name)" }
        return """
            SELECT hour, region_id, model_id, dimension_id, \(columns.joined(separator: ",\n  ")),
              iif(pool IS NULL, 0, coalesce(it_energy_uwh, energy_uwh, 0)) AS pool_energy_uwh
            FROM (\(emissions(from: first, to: last)))
            """
    }

    /// Cells as they are, whatever files they came in: rounding happens after this sum.
    static func usage(from first: String = "-1 << 40", to last: String = "1 << 40") -> String {
        """
        SELECT u.hour, u.region_id, u.model_id, u.dimension_id, u.file_id,
          \(UsageReader.common.map { "u.\($0.column)" }.joined(separator: ", ")),
          \(UsageReader.rare.map { "coalesce(x.\($0.column), 0) AS \($0.column)" }
            .joined(separator: ", "))
        FROM usage AS u LEFT JOIN rare_usage AS x USING (\(UsageReader.key.joined(separator: ", ")))
        WHERE u.hour >= \(first) AND u.hour < \(last)
          AND u.file_id NOT IN (SELECT file_id FROM superseded_file)
        """
    }

    private static func expression(_ column: EmissionColumn) -> String {
        guard case .measure(let measure) = column else { return column.name }
        return switch measure {
        case .energyRequests: "iif(energy_uwh IS NULL, 0, \(knownRequests))"
        case .matchedRequests: "iif(emissions_ug IS NULL, 0, \(knownRequests))"
        case .energyOutputTokens: "iif(energy_uwh IS NULL, 0, output_tokens)"
        case .matchedOutputTokens: "iif(emissions_ug IS NULL, 0, output_tokens)"
        case .measuredEnergy: "iif(evidence_id = 1, coalesce(energy_uwh, 0), 0)"
        case .estimatedEnergy: "iif(evidence_id = 2, coalesce(energy_uwh, 0), 0)"
        case .filledEnergy: "iif(evidence_id IN (3, 4, 5), coalesce(energy_uwh, 0), 0)"
        case .unmatchedEnergy: "iif(evidence_id = 6, coalesce(energy_uwh, 0), 0)"
        default: measure.column
        }
    }

    private static let knownRequests =
        "requests - iif(leaves_out_unknown, unknown_usage_requests, 0)"

    /// Whether a model charges tokens, and nothing for those that are not known.
    private static let leavesOutUnknown: String = {
        let tokens = FactorColumns.bounds.flatMap { bound in
            ["input", "cached_input", "output"].map { "f.\($0)_pwh\(bound)" }
        }
        let unknown = ["request", "input", "output"].map { "f.unknown_\($0)_pwh" }
        return "(\(tokens.joined(separator: " | "))) <> 0 AND "
            + "(\(unknown.joined(separator: " | "))) = 0"
    }()

    /// At the end of a subquery: its columns are computed once a row. Without it SQLite would put each expression
    /// in the place of each use of its name, over and over.
    private static let once = "LIMIT -1"

    /// Energy as modelled, before PUE, and embodied emissions: coefficients × counters, rounded once.
    private static func modelled(from first: String, to last: String) -> String {
        """
        SELECT c.*, f.pool, f.evidence_id, \(leavesOutUnknown) AS leaves_out_unknown,
          f.pue_ppm, f.pue_ppm_low, f.pue_ppm_high,
          f.intensity_mg_per_kwh, f.intensity_mg_per_kwh_low, f.intensity_mg_per_kwh_high,
          f.market_mg_per_kwh, f.marginal_mg_per_kwh, f.td_loss_ppm,
          f.on_site_water_ul_per_kwh, f.off_site_water_ul_per_kwh,
          \(FactorColumns.bounds.map { "\(charge("pwh", $0)) AS modelled_uwh\($0)" }
            .joined(separator: ",\n  ")),
          iif(f.unknown_input_pwh | f.unknown_output_pwh,
            \(charge("pwh", "", of: unknownCounters)), 0) AS assumed_modelled_uwh,
          \(charge("pwh", "", of: failedCounters)) AS failed_modelled_uwh,
          \(FactorColumns.bounds.map { "\(charge("embodied_pg", $0)) AS embodied_ug\($0)" }
            .joined(separator: ",\n  "))
        FROM (
          SELECT hour, region_id, model_id, dimension_id,
            \(Counter.allCases.map { "sum(\($0.column)) AS \($0.column)" }.joined(separator: ", "))
          FROM (\(usage(from: first, to: last)))
          GROUP BY hour, region_id, model_id, dimension_id) AS c
        JOIN hour_factor AS f USING (hour, region_id, model_id)
        \(once)
        """
    }

    /// Counters and what of a factor's coefficients they are charged.
    private static let counters = Charge.allCases.map { (count(of: $0, "c."), $0.column) }

    /// Those of requests whose usage is not known.
    private static let unknownCounters = [
        Charge.unknownRequest, .unknownInput, .unknownOutput,
    ].map { (count(of: $0, "c."), $0.column) }

    /// What a coefficient is charged to, of a row of counters, as SQL; ``Activity/count(of:)`` once more.
    ///
    /// - Parameter row: Before the names of columns.
    static func count(of charge: Charge, _ row: String = "") -> String {
        switch charge {
        case .request:
            "(\(row)requests - \(row)failed_requests - \(row)not_run_requests - \(row)cache_hit_requests "
                + "- \(row)unknown_usage_requests)"
        case .input: "(\(row)input_tokens - \(row)cached_input_tokens)"
        case .cachedInput: "\(row)cached_input_tokens"
        case .output: "\(row)output_tokens"
        case .item: "\(row)items"
        case .metered: "\(row)metered_uwh"
        case .unknownRequest: "\(row)unknown_usage_requests"
        case .unknownInput: "\(row)unknown_input_requests"
        case .unknownOutput: "\(row)unknown_output_requests"
        }
    }

    /// Those of requests that failed.
    private static let failedCounters = [
        ("(c.failed_input_tokens - c.failed_cached_input_tokens)", "input"),
        ("c.failed_cached_input_tokens", "cached_input"), ("c.failed_output_tokens", "output"),
    ]

    /// Coefficients are split at 10⁶ so that no product passes 2⁶³.
    private static func charge(
        _ unit: String, _ bound: String, of counters: [(String, String)] = counters
    ) -> String {
        let terms = counters.map { ($0, "f.\($1)_\(unit)\(bound)") }
        let whole = terms.map { "\($0) * (\($1) / 1000000)" }.joined(separator: " + ")
        let rest = terms.map { "\($0) * (\($1) % 1000000)" }.joined(separator: " + ")
        return "\(whole) + (\(rest) + 500000) / 1000000"
    }

    /// Facility energy, emissions and water, each rounded once from the figure before it; and what the range of
    /// each factor does to them, all other factors central.
    private static func emissions(from first: String, to last: String) -> String {
        """
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
            coalesce(embodied_ug - embodied_ug_low, 0) AS embodied_model_down_ug,
            coalesce(embodied_ug_high - embodied_ug, 0) AS embodied_model_up_ug,
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
              coalesce(\(facility("failed_modelled_uwh", "pue_ppm")), 0) AS failed_energy_uwh,
              \(facility("modelled_uwh_low", "pue_ppm")) AS energy_by_model_low,
              \(facility("modelled_uwh_high", "pue_ppm")) AS energy_by_model_high,
              \(facility("modelled_uwh", "pue_ppm_low")) AS energy_by_pue_low,
              \(facility("modelled_uwh", "pue_ppm_high")) AS energy_by_pue_high
            FROM (\(modelled(from: first, to: last))) \(once)
          ) \(once)
        ) \(once)
        """
    }

    private static func facility(_ modelled: String, _ effectiveness: String) -> String {
        "iif(pue_ppm IS NULL, \(modelled), \(millionths(modelled, effectiveness)))"
    }

    private static func emissions(_ energy: String) -> String {
        millionths(energy, "intensity_mg_per_kwh")
    }

    /// `a × b ÷ 10⁶`, half rounded up: the rule of `Accounting`, in SQL.
    static func millionths(_ amount: String, _ factor: String) -> String {
        "((\(amount)) / 1000000 * \(factor) + ((\(amount)) % 1000000 * \(factor) + 500000) / 1000000)"
    }
}
