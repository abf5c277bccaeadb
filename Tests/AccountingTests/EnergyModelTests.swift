import Accounting
import Configuration
import Synthesis
import Testing

@Suite("Energy models")
struct EnergyModelTests {
    private func builtin(_ name: String) throws -> EnergyModel {
        try EnergyModel(ConfigNode.named(name, in: "models").node)
    }

    /// Wh of one request, before any rounding.
    private func wattHours(
        _ coefficients: EnergyCoefficients, output: Int64, items: Int64 = 0
    ) -> Double {
        Double(coefficients.request) / 1e12 + Double(coefficients.output * output) / 1e12
            + Double(coefficients.item * items) / 1e12
    }

    @Test("Every built-in model is read, and has a source")
    func all() throws {
        for name in BuiltinFiles.names(in: "models") {
            let model = try builtin(name)
            #expect(model.name == name)
            for entry in model.entries {
                let factor = try #require(model.factor(of: entry), "\(name) \(entry)")
                #expect(!factor.source.isEmpty)
                #expect(factor.embodied.map { $0.low.output <= $0.high.output } ?? true)
                for charge in Charge.allCases {
                    let (low, high) = (factor.energy.low[charge], factor.energy.high[charge])
                    #expect(0 <= low && low <= high, "\(name) \(entry) \(charge)")
                }
            }
        }
    }

    // 400 output tokens, EcoLogits 0.11.3 with its own buildings and grid: Wh with PUE, gCO2e of use, embodied
    // gCO2e, mL.
    @Test(
        "EcoLogits 0.11.3 as its Python package computes it",
        arguments: [
            (
                "gpt-4o", [0.578873790, 0.963706471], [0.222519085, 0.370448768], 0.015665118,
                [2.087573, 3.475383]
            ),
            (
                "claude-opus-4-5-20251101", [1.509780650, 2.684118673],
                [0.580359682, 1.031775218], 0.094503928, [4.908850, 10.759064]
            ),
            (
                "meta-llama/Meta-Llama-3.1-8B-Instruct", [0.032405332, 0.033891815],
                [0.012456609, 0.013028014], 0.002922248, [0.105362, 0.135585]
            ),
            (
                "mistral-large-latest", [1.150750494, 1.150750494], [0.442348490, 0.442348490],
                0.043605769, [3.693548, 3.693548]
            ),
        ])
    func goldenVectors(
        entry: String, energy: [Double], emissions: [Double], embodied: Double, water: [Double]
    ) throws {
        let model = try builtin("ecologits-0.11.3")
        let (method, deployment) = try #require(model.published(entry))
        let provider = try #require(method.providers[deployment.provider])
        // The vectors are of the mix of the United States.
        let openai = try #require(method.providers["openai"])
        for (index, bound) in [EcoLogits.Bound.lower, .upper].enumerated() {
            let impact = method.impact(of: deployment, bound, outputTokens: 400)
            let effectiveness =
                index == 0 ? provider.effectiveness.lowerBound : provider.effectiveness.upperBound
            let onSite = index == 0 ? provider.water.lowerBound : provider.water.upperBound
            let facility = impact.itEnergy * effectiveness
            #expect(abs(facility - energy[index]) < 1e-9)
            #expect(abs(facility * openai.intensity / 1_000 - emissions[index]) < 1e-9)
            #expect(abs(impact.embodied - embodied) < 1e-9)
            if provider.gridWater == openai.gridWater {
                let litres = impact.itEnergy * (onSite + effectiveness * provider.gridWater)
                #expect(abs(litres - water[index]) < 1e-6)
            }
        }
        // The ledger's whole numbers say the same of a request.
        let factor = try #require(model.factor(of: entry))
        let low = method.impact(of: deployment, .lower, outputTokens: 400).itEnergy
        #expect(abs(wattHours(factor.energy.low, output: 400) / low - 1) < 1e-7)
    }

    @Test("mlenergy gives a measured point at its own batch, and what lies between in between")
    func measuredPoints() throws {
        let model = try builtin("mlenergy-v3")
        let here = Deployment(task: "lm-arena-chat", gpu: "H100", gpus: 1, precision: "bfloat16")
        func joules(_ batch: Double) throws -> Double {
            let factor = try #require(
                model.factor(of: "Qwen/Qwen3-14B", deployment: here, batch: batch))
            #expect(factor.energy.isRange == !(7.987...253.41).contains(batch))
            // 1.57: host and idle machines.
            return wattHours(factor.energy.central, output: 1) * 3_600 / 1.57
        }
        #expect(abs(try joules(15.974) - 0.398274) < 1e-6)
        #expect(abs(try joules(253.41) - 0.111917) < 1e-6)
        // Beyond what was measured, between the end and an end of constant power: 0.706093 × √2 at half the batch.
        #expect(abs(try joules(7.987 / 2) - 0.706093 * 2.squareRoot()) < 1e-6)
        #expect(abs(try joules(253.41 * 4) - 0.111917 / 2) < 1e-6)
        // By hand between 7.987 (0.706093) and 15.974 (0.398274), twice the batch: at √2 of it the geometric mean.
        #expect(abs(try joules(7.987 * 2.squareRoot()) - 0.530299) < 1e-5)
        var before = try joules(8)
        for batch in stride(from: 10.0, through: 250, by: 10) {
            let now = try joules(batch)
            #expect(now <= before)
            before = now
        }
    }

    @Test("Without a batch or a deployment, mlenergy states the range that was measured")
    func measuredRange() throws {
        let model = try builtin("mlenergy-v3")
        let all = try #require(model.factor(of: "Qwen/Qwen3-14B")).energy
        #expect(all.low.output < all.central.output && all.central.output < all.high.output)
        let night = try #require(model.factor(of: "Qwen/Qwen3-14B", batch: 8)).energy
        #expect(all.low.output <= night.low.output && night.high.output <= all.high.output)
        let tpu = Deployment(gpu: "TPU")
        #expect(model.factor(of: "Qwen/Qwen3-14B", deployment: tpu) == nil)
    }

    @Test("The mean number of requests at once is the sum of their durations over the hour")
    func littlesLaw() {
        #expect(BatchSize(durationMilliseconds: 4 * 3_600_000, replicas: 1)?.value == 4)
        #expect(BatchSize(durationMilliseconds: 200 * 3_600_000, replicas: 4)?.value == 50)
        #expect(BatchSize(durationMilliseconds: 1, replicas: 1)?.value == 1)
        #expect(BatchSize(durationMilliseconds: 0, replicas: 1) == nil)
    }

    @Test("A thousand image classifications are 0.007 kWh, a thousand images 2.907 kWh")
    func perItem() throws {
        let model = try builtin("per-item-luccioni")
        let classify = try #require(model.factor(of: "image-classification")).energy.central
        let draw = try #require(model.factor(of: "image-generation")).energy.central
        var thousand = Activity()
        thousand.requests = 1_000
        thousand.items = 1_000
        #expect(try classify.amount(of: thousand).value == 7_000_000)
        #expect(try draw.amount(of: thousand).value == 2_907_000_000)
    }

    @Test("An image of FLUX.1 takes from 6,678.81 to 26,070.6 J, as measured")
    func images() throws {
        let model = try builtin("mlenergy-v3-diffusion")
        let entry = try #require(model.entry(for: "FLUX.1-dev"))
        let energy = try #require(model.factor(of: entry)).energy
        #expect(abs(Double(energy.low.item) / 1e12 * 3_600 - 6_678.81) < 0.05)
        #expect(abs(Double(energy.high.item) / 1e12 * 3_600 - 26_070.6) < 0.05)
    }

    @Test(
        "Energy is linear in activity, grows with it, and PUE is applied once",
        arguments: ["ecologits-0.11.3", "mlenergy-v3", "per-token-epoch", "flat-epoch"])
    func laws(name: String) throws {
        let model = try builtin(name)
        var random = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let entry = model.entries[random.below(model.entries.count)]
            let factor = try #require(model.factor(of: entry))
            var activity = Activity()
            activity.requests = Int64(random.below(1_000) + 1)
            activity.inputTokens = Int64(random.below(1_000_000))
            activity.outputTokens = Int64(random.below(1_000_000))
            var twice = activity
            twice += activity
            let one = try factor.energy.central.amount(of: activity).value
            let two = try factor.energy.central.amount(of: twice).value
            #expect(abs(two - 2 * one) <= 1, "one rounding a cell, half a µWh each")
            var more = activity
            more.outputTokens += 10_000
            #expect(try factor.energy.central.amount(of: more).value >= one)

            let hour = HourFactor(
                energy: factor,
                effectiveness: Estimate(exactly: PowerUsageEffectiveness(1_500_000)),
                intensity: Estimate(exactly: MilligramsCO2ePerKilowattHour(1_000_000)),
                evidence: .measured)
            let cell = try CellEmission(of: activity, factor: hour)
            #expect(cell.itEnergy?.value == one)
            #expect(abs((cell.energy?.value ?? 0) * 2 - one * 3) <= 1)
            #expect(cell.emissions?.value == cell.energy?.value)  // at 1 kg/kWh, 1 µWh is 1 µg
        }
    }
}
