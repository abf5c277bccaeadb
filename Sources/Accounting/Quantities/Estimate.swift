/// A figure with its range. Low, central and high stay together through every step.
package struct Estimate<Value> {
    package var low: Value
    package var central: Value
    package var high: Value

    package init(low: Value, central: Value, high: Value) {
        self.low = low
        self.central = central
        self.high = high
    }

    /// A figure of which no range is known: all three are equal.
    package init(exactly value: Value) { self.init(low: value, central: value, high: value) }

    package func map<Result, Failure: Error>(
        _ transform: (Value) throws(Failure) -> Result
    ) throws(Failure) -> Estimate<Result> {
        Estimate<Result>(
            low: try transform(low), central: try transform(central), high: try transform(high))
    }

    package func zip<Other, Result, Failure: Error>(
        _ other: Estimate<Other>, _ combine: (Value, Other) throws(Failure) -> Result
    ) throws(Failure) -> Estimate<Result> {
        Estimate<Result>(
            low: try combine(low, other.low), central: try combine(central, other.central),
            high: try combine(high, other.high))
    }
}

extension Estimate: Equatable where Value: Equatable {}
extension Estimate where Value: Equatable {
    /// Whether low or high differ from central.
    package var isRange: Bool { low != central || high != central }
}
extension Estimate: Hashable where Value: Hashable {}
extension Estimate: Sendable where Value: Sendable {}
