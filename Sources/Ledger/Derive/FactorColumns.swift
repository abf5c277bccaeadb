import Accounting

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

/// What a month's coverage counts, by region.
enum CoverageColumns {
    /// Energy by how good its grid values and its own figures are, µWh.
    static let energy =
        GridEvidence.allCases.map { "\($0)_energy_uwh" }
        + EnergyEvidence.allCases.map { "energy_\($0)_uwh" }
    static let counts = [
        "requests", "unknown_usage_requests", "unmatched_model_requests", "rejected_lines",
    ]
}

/// The columns of statistics of requests, in order.
enum StatisticsColumns {
    /// Counters and measures that are added up as in other rows.
    static let shared = activity + amountsOfRequests
    static let activity: [EmissionColumn] =
        [
            Counter.requests, .failedRequests, .notRunRequests, .cacheHitRequests,
            .unknownUsageRequests, .aggregatedRequests, .uncountedTokens,
        ].map { .counter($0) }
    private static let amountsOfRequests: [EmissionColumn] =
        [
            Measure.energyRequests, .matchedRequests, .energyOutputTokens, .matchedOutputTokens,
            .unmatchedEnergy, .assumedEnergy, .assumedEmissions,
        ].map { .measure($0) }
        + [Measure.energy, .emissions].flatMap {
            [.down($0, .energyModel), .up($0, .energyModel)]
        }
    /// Of ``shared``, in ``EmissionColumn/sums``.
    static let sharedPlaces = shared.map { EmissionColumn.sums.firstIndex(of: $0) ?? 0 }
    /// Of distributions.
    static let counted = ["zero_requests", "binned_requests", "as_ingested_requests"]
    static let counters = activity.map(\.name) + counted + amountsOfRequests.map(\.name)

    /// What percentiles are of, with the unit that they are stored in.
    static let measures = [
        ("energy", "pwh"), ("emissions", "pg"), ("kilotoken_energy", "pwh"),
        ("kilotoken_emissions", "pg"),
    ]
    static let percents = [50, 90, 95, 99, 100]

    static let amounts =
        [Measure.energy.column, Measure.emissions.column]
        + measures.flatMap { measure, unit in
            FactorColumns.bounds.flatMap { bound in
                percents.map { "\(measure)_p\($0)_\(unit)\(bound)" }
            }
        }

    static let all = counters + amounts
}
