package import Accounting

/// A scenario for people: inputs → result → published → difference.
package struct ScenarioText {
    private let scenario: Scenario

    package init(_ scenario: Scenario) { self.scenario = scenario }

    package var text: String {
        var head = Facts()
        head.add("Source", scenario.source)
        head.add("Boundary", scenario.boundary)
        for (index, input) in scenario.inputs.enumerated() {
            let values = input.values.map(Self.stated).joined(separator: ", ")
            let source = input.source == scenario.source ? "" : " (\(input.source))"
            head.add(
                index == 0 ? "Inputs" : "",
                "\(Self.words(input.name)): \(values) \(input.unit)\(source)")
        }
        return "\(scenario.name): \(scenario.summary)\n\n" + head.text + "\n" + results.text
            + remarks
    }

    private var results: TextTable {
        let choices = scenario.cases[0].choice.map {
            (Self.words($0.name), TextTable.Alignment.right)
        }
        var table = TextTable(
            choices + [
                ("result", .left), ("value", .right), ("unit", .left), ("published", .right),
                ("difference", .right),
            ])
        for one in scenario.cases {
            for result in one.results {
                table.add(
                    one.choice.map { Self.stated($0.value) } + [
                        Self.words(result.step.name), Self.range(result.value), result.step.unit,
                        result.step.published.map { Self.range($0.value) } ?? "–",
                        Self.difference(result) + (result.disagrees ? " !" : ""),
                    ])
            }
        }
        return table
    }

    private var remarks: String {
        scenario.cases.flatMap(\.results).compactMap { result in
            let note = result.step.note.map { ": \($0)" } ?? ""
            if result.disagrees {
                return
                    "  ! \(Self.words(result.step.name)): the publication disagrees with its inputs"
                    + "\(note)\n"
            }
            return result.step.note.map { "  \(Self.words(result.step.name)): \($0)\n" }
        }.joined()
    }

    private static func words(_ name: String) -> String {
        String(name.map { $0 == "_" ? " " : $0 })
    }

    private static func range(_ value: ClosedRange<Double>) -> String {
        let low = Numbers.significant(value.lowerBound)
        guard value.lowerBound != value.upperBound else { return low }
        return "\(low) to \(Numbers.significant(value.upperBound))"
    }

    /// An input as it was given.
    private static func stated(_ value: ClosedRange<Double>) -> String {
        func text(_ value: Double) -> String {
            Int64(exactly: value).map(Numbers.grouped) ?? "\(value)"
        }
        return value.lowerBound == value.upperBound
            ? text(value.lowerBound) : "\(text(value.lowerBound)) to \(text(value.upperBound))"
    }

    private static func difference(_ result: Scenario.Result) -> String {
        guard let (low, high) = result.difference else { return "–" }
        func text(_ value: Double) -> String {
            (value > 0 ? "+" : "") + Numbers.decimal(value * 100, 2) + " %"
        }
        return text(low) == text(high) ? text(low) : "\(text(low)), \(text(high))"
    }
}

/// A scenario for programs, with all digits.
package struct ScenarioJSON: Encodable {
    private struct Bounds: Encodable {
        let low: Double
        let high: Double

        init(_ range: ClosedRange<Double>) {
            low = range.lowerBound
            high = range.upperBound
        }
    }

    private struct Input: Encodable {
        let name: String
        let values: [Bounds]
        let unit: String
        let source: String
    }

    private struct Result: Encodable {
        let choice: [String: Bounds]
        let name: String
        let formula: String
        let unit: String
        let value: Bounds
        let published: Bounds?
        let relativeDifferenceLow: Double?
        let relativeDifferenceHigh: Double?
        let disagrees: Bool
        let note: String?

        enum CodingKeys: String, CodingKey {
            case choice, name, formula, unit, value, published, disagrees, note
            case relativeDifferenceLow = "relative_difference_low"
            case relativeDifferenceHigh = "relative_difference_high"
        }
    }

    private let name: String
    private let about: String
    private let source: String
    private let boundary: String
    private let inputs: [Input]
    private let results: [Result]

    package init(_ scenario: Scenario) {
        name = scenario.name
        about = scenario.summary
        source = scenario.source
        boundary = scenario.boundary
        inputs = scenario.inputs.map {
            Input(
                name: $0.name, values: $0.values.map(Bounds.init), unit: $0.unit,
                source: $0.source)
        }
        results = scenario.cases.flatMap { one in
            one.results.map { result in
                Result(
                    choice: Dictionary(
                        uniqueKeysWithValues: one.choice.map { ($0.name, Bounds($0.value)) }),
                    name: result.step.name, formula: result.step.formula,
                    unit: result.step.unit, value: Bounds(result.value),
                    published: result.step.published.map { Bounds($0.value) },
                    relativeDifferenceLow: result.difference?.low,
                    relativeDifferenceHigh: result.difference?.high, disagrees: result.disagrees,
                    note: result.step.note)
            }
        }
    }
}
