import Accounting

/// One value of a grid file, as it stands there.
struct GridValue: Equatable {
    /// The line or record.
    let order: Int
    /// Milliseconds since 1970 UTC.
    var start: Int64 = 0
    /// For how long it holds; `nil` when the distance to the others tells.
    var seconds: Int64?
    /// Whether ``start`` is its end.
    var isEnd = false
    /// mg/kWh.
    var milligrams: Int64 = 0
    var isEstimated = false
    /// When it was last changed.
    var revised: Int64?
    /// Generation by fuel, kW; `nil` where the record says nothing. Empty where values are not made of fuels.
    var generation: [Int64?] = []
    /// What was expected, mg/kWh.
    var forecast: Int64?

    init(order: Int) { self.order = order }

    /// What speaks against the value taken by itself.
    var flags: GridFlags {
        if milligrams < 0 { return .negative }
        // A meter that reports nothing reports zero: where much was expected, it is no value.
        if milligrams == 0, let forecast, forecast > 50_000 { return .falseZero }
        return []
    }
}
