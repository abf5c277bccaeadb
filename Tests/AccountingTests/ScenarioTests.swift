import Accounting
import Configuration
import Testing

@Suite("Published estimates")
struct ScenarioTests {
    private func results(_ name: String) throws -> [(String, ClosedRange<Double>, Bool)] {
        try Scenario(ConfigNode.named(name, in: "scenarios").node).cases.flatMap { one in
            one.results.map { ($0.step.name, $0.value, $0.disagrees) }
        }
    }

    private func value(_ name: String, _ step: String) throws -> ClosedRange<Double> {
        try #require(results(name).first { $0.0 == step }).1
    }

    @Test(
        "Each is reproduced from its stated inputs",
        arguments: [
            ("gpt4-training", "it_energy", 43_875_000, 52_812_500, 1e-9),
            ("gpt4-training", "facility_energy", 51_772_500, 62_318_750, 1e-9),
            ("gpt4-training", "emissions_california", 12_456, 14_994, 1e-4),
            ("gpt4-training", "emissions_canada_east", 1_035, 1_246, 1e-3),
            ("gpt4-training", "times_gpt3", 40.23, 48.42, 1e-3),
            ("gpt4-training", "hours_of_days", 2_160, 2_400, 1e-9),
            ("gpt4-training", "california_to_canada_east", 12.03, 12.03, 1e-9),
            ("chatgpt-january-2023-range", "energy", 1_168_200, 23_364_000, 1e-9),
            ("chatgpt-january-2023-range", "emissions_of_published_low", 522.5, 522.5, 1e-9),
            ("chatgpt-users", "energy", 23_166_000, 23_166_000, 1e-9),
            ("chatgpt-hardware", "energy", 4_166_784, 4_166_784, 1e-9),
            ("data-for-good", "implied_intensity", 431.7, 431.7, 1e-3),
            ("data-for-good", "per_user", 9.23, 9.23, 1e-3),
            ("new-yorker", "per_request", 2.5, 2.5, 1e-9),
            ("new-yorker", "per_home", 29.4, 29.4, 1e-3),
            ("de-vries", "per_request", 2.894, 2.894, 1e-3),
            ("google-formula", "emissions", 552.1, 552.1, 1e-3),
            ("google-formula", "emissions_without_pue", 501.9, 501.9, 1e-3),
            ("bloom", "emissions_per_query", 1.881, 1.881, 1e-3),
            ("bloom", "implied_intensity", 457, 457, 1e-3),
            ("greenly", "emissions", 238.5, 238.5, 1e-9),
            ("itif-tasks", "classifications", 0.007, 0.007, 1e-9),
            ("itif-tasks", "images", 2.907, 2.907, 1e-9),
            ("gshard", "energy_ratio", 53.4, 53.4, 1e-3),
        ])
    func reproduced(
        scenario: String, step: String, low: Double, high: Double, tolerance: Double
    ) throws {
        let value = try value(scenario, step)
        #expect(abs(value.lowerBound / low - 1) <= tolerance, "\(value)")
        #expect(abs(value.upperBound / high - 1) <= tolerance, "\(value)")
    }

    @Test("ChatGPT in January 2023 is nine cases")
    func nineCases() throws {
        let values = try results("chatgpt-january-2023").map(\.1.lowerBound)
        #expect(values.count == 9)
        #expect(values.min() == 1_168_200 && values.max() == 23_364_000)
    }

    @Test("A publication that disagrees with its own inputs is named, one that rounds is not")
    func disagreements() throws {
        var names: [String] = []
        for name in BuiltinFiles.names(in: "scenarios") {
            names += try results(name).filter(\.2).map { "\(name) \($0.0)" }
        }
        #expect(
            names == [
                "bloom emissions_per_query", "chatgpt-january-2023-range energy",
                "gpt4-training hours_of_days", "gpt4-training california_to_canada_east",
                "gshard net_carbon_ratio",
            ])
    }

    @Test(
        "A scenario that breaks a rule is refused with its line",
        arguments: [
            ("    value: 3\n", "x", "\"unit\" is missing"),
            ("    { value: { low: 3, high: 2 }, unit: m }\n", "x", "low is above high"),
            ("    { value: .inf, unit: m }\n", "x", "expected a number"),
            ("    { value: 3, unit: m }\n", "y", "names \"y\""),
            ("    { value: 3, unit: m }\n", "x * (2", "no \")\""),
            ("    { value: 3, unit: m }\n", "x 2", "does not go on with \"2\""),
            ("    { value: 0, unit: m }\n", "1 / x", "divides by"),
        ])
    func refused(input: String, formula: String, problem: String) throws {
        let yaml = """
            name: s
            about: a
            source: b
            boundary: c
            inputs:
              x:
            \(input)results:
              r: { formula: "\(formula)", unit: m }
            """
        let error = try #require(throws: ConfigError.self) {
            try Scenario(ConfigNode(yaml: yaml, file: "s.yaml"))
        }
        #expect(error.message.contains(problem), "\(error)")
        #expect(error.line != nil)
    }

    @Test("Formulas follow the rules of arithmetic")
    func arithmetic() throws {
        func value(_ text: String, _ x: ClosedRange<Double> = 2...3) throws -> ClosedRange<Double> {
            try Formula(text).value(["x": x])
        }
        #expect(try value("1 + 2 * 3 - 4 / 2") == 5...5)
        #expect(try value("(1 + 2) * (3 - 1)") == 6...6)
        #expect(try value("10 - 2 - 3") == 5...5)
        #expect(try value("12 / x") == 4...6)
        #expect(try value("1 - x", -1...4) == -3...2)
    }
}
