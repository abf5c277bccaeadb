/// How good a grid intensity is, best first. The raw value is what the ledger stores.
package enum GridEvidence: Int, CaseIterable, Sendable {
    /// The source calls it measured.
    case measured = 1
    /// The source itself estimated it.
    case estimated = 2
    /// Between two known hours.
    case interpolated = 3
    /// From a usual day of that zone.
    case profile = 4
    /// A yearly mean.
    case annual = 5
    /// No value: energy is kept and counted as unmatched, emissions are unknown.
    case missing = 6

    /// Whether flue made the value from others.
    package var isFilled: Bool { self == .interpolated || self == .profile || self == .annual }
}

/// How good a figure for energy is, best first.
package enum EnergyEvidence: String, CaseIterable, Sendable {
    case metered, measured, modelled, published, assumed
}

/// What an intensity counts: combustion only, or the life cycle of fuel and plant as well.
package enum IntensityBasis: String, CaseIterable, Sendable {
    case direct, lifecycle
}

/// What a figure for water counts.
package enum WaterBasis: String, CaseIterable, Sendable {
    /// Taken, whether or not it comes back.
    case withdrawal
    /// Evaporated or otherwise gone.
    case consumption
    /// The source does not say which.
    case unstated
}

/// Whether an intensity is the mean of all supply or that of the next kWh.
package enum IntensitySignal: String, CaseIterable, Sendable {
    case average, marginal
}
