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

/// What speaks against the value of an hour. The raw value is what the ledger stores.
package struct GridFlags: OptionSet, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    /// Less of the hour is covered than makes it complete; no reason to doubt what is.
    package static let partial = GridFlags(rawValue: 1)
    /// Zero, where the source expected much.
    package static let falseZero = GridFlags(rawValue: 2)
    /// Far below the hours around it, out of nothing and back.
    package static let falseLow = GridFlags(rawValue: 4)
    package static let negative = GridFlags(rawValue: 8)
    /// Far above the hours around it.
    package static let spike = GridFlags(rawValue: 16)

    /// Those that make a value suspect.
    package static let suspect: GridFlags = [.falseZero, .falseLow, .negative, .spike]
    /// Those of them that the hours around a value tell.
    package static let beside: GridFlags = [.falseLow, .spike]
}

/// How good a figure for energy is, best first.
package enum EnergyEvidence: String, CaseIterable, Sendable {
    case metered, measured, modelled, published, assumed
}

/// What an intensity counts: combustion only, or the life cycle of fuel and plant as well.
package enum IntensityBasis: String, CaseIterable, Sendable {
    case direct, lifecycle
}

/// What an intensity is of: electricity that is made in a zone, or used there.
package enum IntensityBoundary: String, CaseIterable, Sendable {
    case consumption, production
    /// The source does not say.
    case unstated
}

/// Whether an intensity counts electricity that is lost in transmission and distribution.
package enum LossPlace: String, CaseIterable, Sendable {
    case inside, outside
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
