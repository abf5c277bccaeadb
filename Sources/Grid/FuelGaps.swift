/// Finds hours of which a zone reports a part of its fuels only.
///
/// A zone leaves a fuel blank that it does not have, or does not run. Where the fuel made a part of the generation in the nearest
/// hour with a figure, before or behind, the blank is a figure that is missing: the mean of the others is not the zone's.
struct FuelGaps {
    /// Those that are reported whole, as they were.
    let whole: [GridValue]

    /// Hours within which a figure tells what a blank is.
    private static let reach: Int64 = 48
    /// Parts of the generation, in 1/100, from which a fuel is missed.
    private static let least: Int64 = 5

    init(_ values: [GridValue]) {
        let ordered = values.sorted { $0.start < $1.start }
        var missing: Set<Int> = []
        for fuel in values.first?.generation.indices ?? 0..<0 {
            var last: GridValue?
            for value in ordered {
                if value.generation[fuel] != nil {
                    last = value
                } else if Self.isMissed(fuel, in: last, beside: value) {
                    missing.insert(value.order)
                }
            }
            last = nil
            for value in ordered.reversed() {
                if value.generation[fuel] != nil {
                    last = value
                } else if Self.isMissed(fuel, in: last, beside: value) {
                    missing.insert(value.order)
                }
            }
        }
        whole = values.filter { !missing.contains($0.order) }
    }

    private static func isMissed(
        _ fuel: Int, in near: GridValue?, beside value: GridValue
    ) -> Bool {
        guard let near, abs(near.start - value.start) <= reach * 3_600_000,
            let generation = near.generation[fuel]
        else { return false }
        let total = near.generation.reduce(0) { $0 + ($1 ?? 0) }
        return generation * 100 >= total * least && generation > 0
    }
}

extension GridValue {
    /// Generation times factor, ÷ generation; `nil` when nothing is generated.
    func mean(by factors: [Int64]) -> Int64? {
        var sum: Int128 = 0
        var weight: Int128 = 0
        for (generation, factor) in zip(generation, factors) {
            sum += Int128(generation ?? 0) * Int128(factor)
            weight += Int128(generation ?? 0)
        }
        return weight == 0 ? nil : Int64((sum * 2 + weight) / (weight * 2))
    }
}
