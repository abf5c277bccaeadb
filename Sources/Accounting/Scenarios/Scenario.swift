package import Configuration
import Foundation

/// A published estimate: its inputs, how it was computed, and what was published.
///
/// Scenarios are data (`Config/scenarios/*.yaml`) and need no log.
package struct Scenario: Sendable {
    package struct Input: Sendable {
        package let name: String
        /// More than one: a case for each.
        package let values: [ClosedRange<Double>]
        package let unit: String
        package let source: String
    }

    /// A figure as a publication writes it.
    package struct Published: Sendable {
        package let value: ClosedRange<Double>
        /// Half of the last digit that is written, for low and high.
        fileprivate let rounding: (low: Double, high: Double)

        fileprivate init(_ node: ConfigNode) throws(ConfigError) {
            value = try node.numberRange(in: -1e18...1e18)
            guard node.isMapping else {
                let half = try Self.halfDigit(node)
                rounding = (half, half)
                return
            }
            let section = try node.section()
            rounding = (
                try Self.halfDigit(section.required("low")),
                try Self.halfDigit(section.required("high"))
            )
        }

        /// 0.5 of `13`, 0.005 of `1.81`, 50,000 of `1.1e6`.
        private static func halfDigit(_ node: ConfigNode) throws(ConfigError) -> Double {
            let parts = try node.string().lowercased().split(separator: "e")
            let mantissa = parts.first ?? ""
            let decimals = mantissa.firstIndex(of: ".").map {
                mantissa.distance(from: $0, to: mantissa.endIndex) - 1
            }
            let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - (decimals ?? 0)
            return 0.5 * pow(10, Double(exponent))
        }
    }

    package struct Step: Sendable {
        package let name: String
        package let formula: String
        package let unit: String
        /// As it was published; `nil` where the publication has no such figure.
        package let published: Published?
        /// What to know about the figure.
        package let note: String?
        fileprivate let parsed: Formula
    }

    /// A figure that a scenario arrives at.
    package struct Result: Sendable {
        package let step: Step
        package let value: ClosedRange<Double>

        /// By how much the result's ends differ from the published ones, from 0 to 1 and beyond.
        package var difference: (low: Double, high: Double)? {
            step.published.map(\.value).map { published in
                func relative(_ value: Double, _ published: Double) -> Double {
                    published == 0 ? value : value / published - 1
                }
                return (
                    relative(value.lowerBound, published.lowerBound),
                    relative(value.upperBound, published.upperBound)
                )
            }
        }

        /// Whether result and publication differ by more than one per cent and more than rounding explains.
        package var disagrees: Bool {
            guard let published = step.published, let difference else { return false }
            let low = (value.lowerBound - published.value.lowerBound).magnitude
            let high = (value.upperBound - published.value.upperBound).magnitude
            return (low > published.rounding.low && difference.low.magnitude > Self.tolerance)
                || (high > published.rounding.high && difference.high.magnitude > Self.tolerance)
        }

        private static let tolerance = 0.01
    }

    /// One choice of the inputs that have several values.
    package struct Case: Sendable {
        /// The chosen values by name, in the order of the inputs; empty without a choice.
        package let choice: [(name: String, value: ClosedRange<Double>)]
        package let results: [Result]
    }

    private static let caseLimit = 1_000

    package let name: String
    package let summary: String
    package let source: String
    /// Where the estimate ends: what is inside, what is not.
    package let boundary: String
    package let inputs: [Input]
    package let steps: [Step]
    package let cases: [Case]

    /// Reads and computes a scenario.
    ///
    /// - Throws: For a missing unit or source, low above high, and a formula that cannot be computed.
    package init(_ node: ConfigNode) throws(ConfigError) {
        let file = try node.section(keys: [
            "name", "about", "source", "boundary", "inputs", "results",
        ])
        name = try file.required("name").string()
        summary = try file.required("about").string()
        source = try file.required("source").string()
        boundary = try file.required("boundary").string()
        var inputs: [Input] = []
        for (name, node) in try file.required("inputs").section().entries {
            let section = try node.section(keys: ["value", "unit", "source"])
            var values: [ClosedRange<Double>] = []
            for item in try section.required("value").list() {
                values.append(try item.numberRange(in: -1e18...1e18))
            }
            guard !values.isEmpty else { throw node.error("\"value\" holds no value") }
            inputs.append(
                Input(
                    name: name, values: values, unit: try section.required("unit").string(),
                    source: try section["source"]?.string() ?? source))
        }
        self.inputs = inputs
        var steps: [(step: Step, node: ConfigNode)] = []
        for (name, node) in try file.required("results").section().entries {
            let section = try node.section(keys: ["formula", "unit", "published", "note"])
            guard !inputs.contains(where: { $0.name == name }) else {
                throw node.error("\"\(name)\" is an input already")
            }
            let formula = try section.required("formula")
            let parsed: Formula
            do {
                parsed = try Formula(try formula.string())
            } catch let problem as Formula.Problem {
                throw formula.error("\(problem)")
            } catch let error as ConfigError {
                throw error
            } catch {
                throw formula.error("\(error)")
            }
            steps.append(
                (
                    Step(
                        name: name, formula: try formula.string(),
                        unit: try section.required("unit").string(),
                        published: try section["published"].map(Published.init),
                        note: try section["note"]?.string(), parsed: parsed), formula
                ))
        }
        guard !steps.isEmpty else { throw file.error("\"results\" names no result") }
        self.steps = steps.map(\.step)

        var choices: [[(name: String, value: ClosedRange<Double>)]] = [[]]
        for input in inputs where input.values.count > 1 {
            guard choices.count * input.values.count <= Self.caseLimit else {
                throw file.error("more than \(Self.caseLimit) cases")
            }
            choices = choices.flatMap { choice in
                input.values.map { choice + [(name: input.name, value: $0)] }
            }
        }
        var cases: [Case] = []
        for choice in choices {
            var values: [String: ClosedRange<Double>] = [:]
            for input in inputs { values[input.name] = input.values[0] }
            for (name, value) in choice { values[name] = value }
            var results: [Result] = []
            for (step, node) in steps {
                do {
                    let value = try step.parsed.value(values)
                    values[step.name] = value
                    results.append(Result(step: step, value: value))
                } catch {
                    throw node.error("\(error)")
                }
            }
            cases.append(Case(choice: choice, results: results))
        }
        self.cases = cases
    }
}
