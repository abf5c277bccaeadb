import Accounting

/// One value of a grid file, as it stands there. Small: a file may hold a million.
struct GridValue: Equatable {
    /// Stands for a fuel of which a record says nothing.
    static let unsaid = Int32.min

    /// The line or record.
    var order: Int32
    /// mg/kWh.
    var milligrams: Int32 = 0
    /// Milliseconds since 1970 UTC.
    var start: Int64 = 0
    /// For how long it holds, s; 0 when the distance to the others tells.
    var seconds: Int32 = 0
    /// What was expected, mg/kWh; negative when nothing was.
    var forecast: Int32 = -1
    /// When it was last changed, ms since 1970 UTC; ``never`` when its source does not say.
    var revised: Int64 = Self.never
    /// Generation by fuel, kW. Empty where values are not made of fuels.
    var generation: [Int32] = []
    /// Whether ``start`` is its end.
    var isEnd = false
    var isEstimated = false
    /// Whether its fuels miss the total that is stated.
    var missesTotal = false

    static let never = Int64.min

    /// How many values it takes the memory of: fuels stand in a list of their own.
    var weight: Int { generation.isEmpty ? 1 : 2 }

    init(order: Int) { self.order = Int32(clamping: order) }

    /// What speaks against the value taken by itself.
    var flags: GridFlags {
        if milligrams < 0 { return .negative }
        // A meter that reports nothing reports zero: where much was expected, it is no value.
        if milligrams == 0, forecast > 50_000 { return .falseZero }
        return GridFlags()
    }

    /// Whether it says the same of the same time, whatever line it stands on.
    func isSame(as other: GridValue) -> Bool {
        start == other.start && milligrams == other.milligrams && seconds == other.seconds
            && revised == other.revised && isEstimated == other.isEstimated
            && forecast == other.forecast && generation == other.generation
    }
}
