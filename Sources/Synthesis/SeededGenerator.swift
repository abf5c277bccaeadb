/// Repeatable random numbers: the same seed gives the same numbers on every machine.
///
/// Method: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, by multiplication; the tiny bias does not matter here.
    package mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A heavy-tailed count around `middle`: each doubling or halving is half as likely as the one
    /// before. Whole numbers only, so it is the same on every machine.
    mutating func heavyTailed(around middle: Int) -> Int {
        let bits = next()
        let steps = min((bits >> 8).trailingZeroBitCount, 6)
        let scaled = bits & 1 == 0 ? middle << steps : middle >> steps
        return max(1, scaled / 2 + below(scaled + 1))
    }
}
