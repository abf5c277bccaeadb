import Accounting

/// The coefficients of a factor.
enum FactorColumns {
    /// Central, low and high.
    static let bounds = ["", "_low", "_high"]
    private static let energy = "pwh"
    private static let embodied = "embodied_pg"

    /// Those of energy in pWh, then of embodied emissions in pg.
    static let coefficients = [energy, embodied].flatMap { unit in
        bounds.flatMap { bound in Charge.allCases.map { "\($0.column)_\(unit)\(bound)" } }
    }

    /// Of central energy in pWh, as single requests are charged.
    static let central = Charge.stated.map { central($0) }

    static func central(_ charge: Charge) -> String { "\(charge.column)_\(energy)" }

    /// What stands in ``coefficients``.
    static func values(_ factor: EnergyFactor?) -> [Int64?] {
        values(factor?.energy) + values(factor?.embodied)
    }

    private static func values<Amount>(
        _ estimate: Estimate<Coefficients<Amount>>?
    ) -> [Int64?] {
        [estimate?.central, estimate?.low, estimate?.high].flatMap { coefficients in
            Charge.allCases.map { coefficients?[$0] }
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

    /// The column of a percentile: of the first it is stored whole, of the others how far it rises above the one
    /// before, so that where few requests are alike most columns hold 0, which takes no bytes.
    private static func stored(
        _ percent: Int, of measure: String, _ unit: String, _ bound: String
    ) -> String {
        "\(measure)_p\(percent)_\(percent == percents[0] ? "" : "rise_")\(unit)\(bound)"
    }

    /// The percentile of a row of `request_stat` AS `e`, in SQL.
    static func percentile(_ percent: Int, of measure: Int, _ bound: String) -> String {
        let (name, unit) = measures[measure]
        return percents.filter { $0 <= percent }
            .map { "e.\(stored($0, of: name, unit, bound))" }.joined(separator: " + ")
    }

    static let amounts =
        [Measure.energy.column, Measure.emissions.column]
        + measures.flatMap { measure, unit in
            FactorColumns.bounds.flatMap { bound in
                percents.map { stored($0, of: measure, unit, bound) }
            }
        }

    static let all = counters + amounts
    /// What ``all`` say of a row of `request_stat` AS `e`, in SQL: percentiles whole.
    static let values =
        (counters + amounts.prefix(2)).map { "e.\($0)" }
        + measures.indices.flatMap { measure in
            FactorColumns.bounds.flatMap { bound in
                percents.map { percentile($0, of: measure, bound) }
            }
        }
}
