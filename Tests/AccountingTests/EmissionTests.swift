import Accounting
import Configuration
import Synthesis
import TestSupport
import Testing

@Suite("Energy and emissions of a cell")
struct EmissionTests {
    private func model(_ yaml: String) throws -> EnergyModel {
        try EnergyModel(ConfigNode(yaml: yaml, file: "model.yaml"))
    }

    private func flat() throws -> EnergyModel {
        try EnergyModel(ConfigNode.named("flat-bloom", in: "models").node)
    }

    private func activity(requests: Int64) -> Activity {
        var activity = Activity()
        activity.requests = requests
        return activity
    }

    private func factor(
        _ model: EnergyModel, name: String = "m", grams: Int64?, pue: Int64? = nil
    ) -> HourFactor {
        HourFactor(
            energy: model.entry(for: name).flatMap { model.factor(of: $0) },
            effectiveness: pue.map { Estimate(exactly: PowerUsageEffectiveness($0)) },
            intensity: grams.map { Estimate(exactly: MilligramsCO2ePerKilowattHour($0)) },
            evidence: grams == nil ? .missing : .measured)
    }

    @Test("7,717 requests of 3.96 Wh at 289.39 g/kWh, by hand")
    func handComputed() throws {
        // 7,717 × 3.96 Wh = 30,559.32 Wh; × 289.39 g/kWh ÷ 1000 = 8,843.5616148 g
        let first = try CellEmission(
            of: activity(requests: 7_717), factor: factor(try flat(), grams: 289_390))
        #expect(first.energy?.value == 30_559_320_000)
        #expect(first.emissions?.value == 8_843_561_615)
        // 1,102 × 3.96 Wh = 4,363.92 Wh; × 285.37 = 1,245.3318504 g
        let second = try CellEmission(
            of: activity(requests: 1_102), factor: factor(try flat(), grams: 285_370))
        #expect(second.energy?.value == 4_363_920_000)
        #expect(second.emissions?.value == 1_245_331_850)
        #expect(first.itEnergy == nil)  // the figure is of the facility
    }

    @Test("Tokens are charged by kind, cached ones at their own rate, PUE once")
    func perToken() throws {
        let model = try model(
            """
            name: t
            about: test
            kind: per-token
            boundary: it
            released: "2026"
            source: hand
            evidence: assumed
            models:
              m:
                wh_per_request: 0.001
                wh_per_input_token: 0.0002
                wh_per_cached_input_token: 0.00002
                wh_per_output_token: { low: 0.0005, central: 0.001, high: 0.002 }
            """)
        var activity = activity(requests: 3)
        activity.failedRequests = 1
        activity.inputTokens = 1_000
        activity.cachedInputTokens = 400
        activity.outputTokens = 500
        let cell = try CellEmission(
            of: activity, factor: factor(model, grams: 400_000, pue: 1_200_000))
        // 2 × 1 mWh + 600 × 0.2 mWh + 400 × 0.02 mWh + 500 × 1 mWh = 630 mWh
        #expect(cell.itEnergy?.value == 630_000)
        // × 1.2 = 756 mWh; low: 2 + 120 + 8 + 250 = 380 → 456; high: 1,130 → 1,356
        #expect(cell.energy?.value == 756_000)
        #expect(
            cell.energyByModel
                == Deviation(
                    down: MicrowattHours(300_000), up: MicrowattHours(600_000)))
        // 0.756 Wh × 400 g/kWh = 0.3024 g
        #expect(cell.emissions?.value == 302_400)
    }

    @Test("An unknown model has no energy, a missing grid value no emissions")
    func unknown() throws {
        let epoch = try EnergyModel(ConfigNode.named("per-token-epoch", in: "models").node)
        let noModel = try CellEmission(
            of: activity(requests: 5), factor: factor(epoch, name: "gemini", grams: 100_000))
        #expect(noModel.energy == nil && noModel.emissions == nil)
        let noGrid = try CellEmission(
            of: activity(requests: 5), factor: factor(try flat(), grams: nil))
        #expect(noGrid.energy?.value == 19_800_000)
        #expect(noGrid.emissions == nil)
    }

    @Test("A true zero intensity is zero emissions, not missing ones")
    func zeroIntensity() throws {
        let cell = try CellEmission(of: activity(requests: 5), factor: factor(try flat(), grams: 0))
        #expect(cell.emissions == .zero)
    }

    @Test("Rounding is half up and exact for any product that fits")
    func rounding() throws {
        func product(_ energy: Int64, _ intensity: Int64) throws -> Int64 {
            try (MicrowattHours(energy) * MilligramsCO2ePerKilowattHour(intensity)).value
        }
        #expect(try product(1, 499_999) == 0)
        #expect(try product(1, 500_000) == 1)
        #expect(try product(3, 500_000) == 2)
        #expect(try product(1 << 56, 1_000_000) == 1 << 56)
        #expect(throws: AmountOutOfRange.self) { try product((1 << 56) + 1, 1_000_000) }
        #expect(throws: AmountOutOfRange.self) {
            try product(9_000_000_000_000_000_000, 10_000_000)
        }
    }

    @Test(
        "A model file that breaks a rule is refused with its line",
        arguments: [
            ("wh_per_request: -1", "expected watt-hours"),
            ("wh_per_request: .nan", "expected watt-hours"),
            ("wh_per_request: { low: 2, central: 1, high: 3 }", "low, central and high"),
            ("wh_per_request: { low: 2, central: 1 }", "\"high\" is missing"),
            ("wh_per_requests: 1", "did you mean \"wh_per_request\"?"),
            ("wh_per_output_token: 1", "unknown key"),
        ])
    func badModel(line: String, message: String) throws {
        let yaml = """
            name: t
            about: test
            kind: flat
            boundary: it
            released: "2026"
            source: hand
            evidence: assumed
            models:
              m: { \(line) }
            """
        let error = try #require(throws: ConfigError.self) { _ = try model(yaml) }
        #expect(error.line == 9)
        #expect(error.message.contains(message))
    }

    @Test("A model without a source is refused")
    func noSource() throws {
        let error = try #require(throws: ConfigError.self) {
            _ = try model("name: t\nabout: x\nkind: flat\nboundary: it\nreleased: \"1\"\n")
        }
        #expect(error.message == "\"source\" is missing")
    }

    @Test("Energy grows with every counter and is linear in the number of cells")
    func monotone() throws {
        let model = try EnergyModel(ConfigNode.named("per-token-epoch", in: "models").node)
        let coefficients = try #require(model.factor(of: "gpt-4o")).energy.central
        var random = SeededGenerator(seed: 7)
        for _ in 0..<1_000 {
            var activity = Activity()
            activity.requests = Int64(random.below(1_000))
            activity.inputTokens = Int64(random.below(1_000_000))
            activity.cachedInputTokens = Int64(random.below(Int(activity.inputTokens) + 1))
            activity.outputTokens = Int64(random.below(1_000_000))
            let base = try coefficients.amount(of: activity)
            var more = activity
            more.outputTokens += 1_000
            #expect(try coefficients.amount(of: more) > base)
            var thousandfold = Activity()
            for _ in 0..<1_000 { thousandfold += activity }
            let difference = try coefficients.amount(of: thousandfold).value - base.value * 1_000
            #expect(abs(difference) <= 500, "one rounding a cell, at most half a µWh each")
        }
    }
}
