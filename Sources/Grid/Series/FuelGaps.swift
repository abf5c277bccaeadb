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
        var missing: Set<Int64> = []
        for fuel in values.first?.generation.indices ?? 0..<0 {
            for values in [ordered, ordered.reversed()] {
                var last: GridValue?
                for value in values {
                    if value.generation[fuel] != GridValue.unsaid {
                        last = value
                    } else if Self.isMissed(fuel, in: last, beside: value) {
                        missing.insert(value.start)
                    }
                }
            }
        }
        whole = values.filter { !missing.contains($0.start) }
    }

    private static func isMissed(
        _ fuel: Int, in near: GridValue?, beside value: GridValue
    ) -> Bool {
        guard let near, abs(near.start - value.start) <= reach * 3_600_000 else { return false }
        let generation = Int64(near.generation[fuel])
        let total = near.generation.filter { $0 > 0 }.reduce(0) { $0 + Int64($1) }
        return generation * 100 >= total * least && generation > 0
    }
}
