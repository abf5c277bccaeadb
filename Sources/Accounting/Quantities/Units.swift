/// An amount in one unit, held as a whole number so that any order of adding gives the same sum.
package protocol Quantity: Hashable, Comparable, Sendable {
    var value: Int64 { get }
    init(_ value: Int64)
}

extension Quantity {
    package static var zero: Self { Self(0) }

    /// Traps on overflow: a wrong total is worse than none.
    package static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }
    package static func += (left: inout Self, right: Self) { left = left + right }
    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// Energy, µWh.
package struct MicrowattHours: Quantity {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// Emissions, µg of CO2 equivalent.
package struct MicrogramsCO2e: Quantity {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// Water, nL.
package struct Nanolitres: Quantity {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// Water per energy, µL per kWh; 1.15 L/kWh is 1,150,000.
package struct MicrolitresPerKilowattHour: Quantity {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// Carbon intensity of electricity, mg CO2e per kWh; a grid file's 289.39 g/kWh is 289,390.
package struct MilligramsCO2ePerKilowattHour: Quantity {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
    package var gramsPerKilowattHour: Double { Double(value) / 1e3 }
}

/// Power usage effectiveness: facility energy ÷ IT energy, in millionths; 1.18 is 1,180,000.
package struct PowerUsageEffectiveness: Quantity {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// Electricity lost on its way ÷ electricity that arrives, in millionths: of 5 % lost of what is fed in, 52,632.
package struct TransmissionLoss: Quantity {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// An amount beyond what one cell can hold: 2⁵⁶ µWh (72 GWh) or µg (72,000 t) in one hour. Figures of that
/// size are a unit mixed up, and sums of them would pass 2⁶³.
package struct AmountOutOfRange: Error, Equatable {
    package init() {}
}

/// Facility energy of `energy` drawn by IT, rounded once.
package func * (
    energy: MicrowattHours, effectiveness: PowerUsageEffectiveness
) throws(AmountOutOfRange) -> MicrowattHours {
    try MicrowattHours(millionths(of: energy.value, effectiveness.value))
}

/// Emissions of `energy` at `intensity`, rounded once: µWh × mg/kWh ÷ 10⁶ is µg.
package func * (
    energy: MicrowattHours, intensity: MilligramsCO2ePerKilowattHour
) throws(AmountOutOfRange) -> MicrogramsCO2e {
    try MicrogramsCO2e(millionths(of: energy.value, intensity.value))
}

/// Emissions of electricity that was lost while that with `emissions` arrived, rounded once.
package func * (
    emissions: MicrogramsCO2e, loss: TransmissionLoss
) throws(AmountOutOfRange) -> MicrogramsCO2e {
    try MicrogramsCO2e(millionths(of: emissions.value, loss.value))
}

/// Water of `energy`, rounded once: µWh × µL/kWh ÷ 10⁶ is nL.
package func * (
    energy: MicrowattHours, water: MicrolitresPerKilowattHour
) throws(AmountOutOfRange) -> Nanolitres {
    try Nanolitres(millionths(of: energy.value, water.value))
}

/// `amount × factor ÷ 10⁶`, half rounded up; the ledger's SQL states the same rule.
func millionths(of amount: Int64, _ factor: Int64) throws(AmountOutOfRange) -> Int64 {
    try millionths(of: Int128(amount) * Int128(factor))
}

/// `amount ÷ 10⁶`, half rounded up.
func millionths(of amount: Int128) throws(AmountOutOfRange) -> Int64 {
    // Nearly all amounts fit into 64 bits, where dividing by a constant costs a tenth.
    if let small = Int64(exactly: amount), small < .max - 500_000 {
        return try inRange(Int128((small + 500_000) / 1_000_000))
    }
    return try inRange((amount + 500_000) / 1_000_000)
}

/// `amount`, if one cell can hold it.
func inRange(_ amount: Int128) throws(AmountOutOfRange) -> Int64 {
    guard (0...(1 << 56)).contains(amount) else { throw AmountOutOfRange() }
    return Int64(amount)
}
