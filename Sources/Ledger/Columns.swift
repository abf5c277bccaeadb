/// The coefficients of a factor, in the order of ``Coefficients/all``: central, low and high.
enum FactorColumns {
    static let things = charges + ["unknown_input", "unknown_output"]
    /// In the order of ``Coefficients/charges``.
    static let charges = ["request", "input", "cached_input", "output", "item", "metered"]
    static let bounds = ["", "_low", "_high"]

    /// Of energy in pWh, then of embodied emissions in pg.
    static let coefficients = ["pwh", "embodied_pg"].flatMap { unit in
        bounds.flatMap { bound in things.map { "\($0)_\(unit)\(bound)" } }
    }

    /// Of central energy in pWh, as single requests are charged.
    static let central = charges.map { "\($0)_pwh" }
}

/// The columns of daily and monthly rows, in order.
enum RollupColumns {
    /// Plain sums.
    static let counters = [
        "requests", "failed_requests", "not_run_requests", "cache_hit_requests",
        "unknown_usage_requests", "input_tokens", "cached_input_tokens", "cache_write_tokens",
        "output_tokens", "reasoning_tokens", "items", "duration_ms",
        "aggregated_requests", "uncounted_tokens",
        "energy_requests",  // with energy
        "matched_requests",  // with energy and a grid value
        "energy_output_tokens", "matched_output_tokens",  // of such requests
        "measured_energy_uwh", "estimated_energy_uwh", "filled_energy_uwh", "unmatched_energy_uwh",
        "assumed_energy_uwh", "assumed_emissions_ug",  // of requests whose usage is not known
        // What the range of each factor does, all others central.
        "energy_model_down_uwh", "energy_model_up_uwh", "energy_pue_down_uwh", "energy_pue_up_uwh",
        "emissions_model_down_ug", "emissions_model_up_ug",
        "emissions_pue_down_ug", "emissions_pue_up_ug",
        "emissions_grid_down_ug", "emissions_grid_up_ug",
        "embodied_down_ug", "embodied_up_ug",
    ]
    /// Sums of what is known; NULL when nothing is.
    static let partlyKnown = ["energy_uwh", "emissions_ug"]
    /// Sums only when every part is known; NULL otherwise.
    static let whollyKnown = [
        "it_energy_uwh", "market_emissions_ug", "marginal_emissions_ug",
        "td_loss_emissions_ug", "embodied_ug",
        "on_site_water_nl", "off_site_water_nl",
    ]

    static let all = counters + partlyKnown + whollyKnown

    /// The sums of a group of rows, as SQL.
    static var sums: [String] {
        (counters + partlyKnown).map { "sum(\($0)) AS \($0)" }
            + whollyKnown.map { "CASE WHEN count(\($0)) = count(*) THEN sum(\($0)) END AS \($0)" }
    }
}

/// The columns of statistics of requests, in order.
enum StatisticsColumns {
    static let counters = [
        "requests", "failed_requests", "not_run_requests", "cache_hit_requests",
        "unknown_usage_requests", "aggregated_requests", "uncounted_tokens",
        "zero_requests", "binned_requests", "as_ingested_requests",
        "energy_requests", "matched_requests", "energy_output_tokens", "matched_output_tokens",
        "unmatched_energy_uwh", "assumed_energy_uwh", "assumed_emissions_ug",
        "energy_model_down_uwh", "energy_model_up_uwh",
        "emissions_model_down_ug", "emissions_model_up_ug",
    ]

    /// What percentiles are of, with the unit that they are stored in.
    static let measures = [
        ("energy", "pwh"), ("emissions", "pg"), ("kilotoken_energy", "pwh"),
        ("kilotoken_emissions", "pg"),
    ]
    static let percents = [50, 90, 95, 99, 100]

    static let amounts =
        ["energy_uwh", "emissions_ug"]
        + measures.flatMap { measure, unit in
            FactorColumns.bounds.flatMap { bound in
                percents.map { "\(measure)_p\($0)_\(unit)\(bound)" }
            }
        }

    static let all = counters + amounts
}
