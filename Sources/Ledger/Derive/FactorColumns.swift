import Accounting

/// The coefficients of a factor.
enum FactorColumns {
    /// Central, low and high.
    static let bounds = ["", "_low", "_high"]
    private static let energy = "pwh"
    private static let embodied = "embodied_pg"

    static let coefficients = values(nil).map(\.column)

    /// Of central energy in pWh, as single requests are charged.
    static let central = Charge.stated.map { central($0) }

    static func central(_ charge: Charge) -> String { "\(charge.column)_\(energy)" }

    /// The columns of energy in pWh, then of embodied emissions in pg, with what stands in them.
    static func values(_ factor: EnergyFactor?) -> [(column: String, value: Int64?)] {
        values(energy, factor?.energy) + values(embodied, factor?.embodied)
    }

    private static func values<Amount>(
        _ unit: String, _ estimate: Estimate<Coefficients<Amount>>?
    ) -> [(column: String, value: Int64?)] {
        let all = [("", estimate?.central), ("_low", estimate?.low), ("_high", estimate?.high)]
        return all.flatMap { bound, coefficients in
            Charge.allCases.map { ("\($0.column)_\(unit)\(bound)", coefficients?[$0]) }
        }
    }
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
