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

    package func map<Result>(_ transform: (Value) -> Result) -> Estimate<Result> {
        Estimate<Result>(
            low: transform(low), central: transform(central), high: transform(high))
    }

    package func zip<Other, Result>(
        _ other: Estimate<Other>, _ combine: (Value, Other) -> Result
    ) -> Estimate<Result> {
        Estimate<Result>(
            low: combine(low, other.low), central: combine(central, other.central),
            high: combine(high, other.high))
    }
}

extension Estimate: Equatable where Value: Equatable {}
extension Estimate: Hashable where Value: Hashable {}
extension Estimate: Sendable where Value: Sendable {}
