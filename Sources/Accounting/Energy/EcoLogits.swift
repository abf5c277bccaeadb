import Configuration
import Foundation

/// The method of EcoLogits for text models: parameters → energy of GPUs and server, latency, embodied share.
///
/// Source: GenAI Impact, EcoLogits, `ecologits/impacts/llm.py`, MPL-2.0; the constants stand in the model's file.
/// All is linear in output tokens, so a cell of many requests costs what its requests do one by one.
package struct EcoLogits: Equatable, Sendable {
    /// What the method says of one request.
    package struct Impact: Equatable, Sendable {
        /// Of all GPUs, Wh.
        package let gpuEnergy: Double
        /// Of the server without GPUs, Wh.
        package let serverEnergy: Double
        /// From the first token to the last, and before it, s.
        package let latency: Double
        /// gCO2e.
        package let embodied: Double
        /// Before PUE, Wh.
        package var itEnergy: Double { gpuEnergy + serverEnergy }
    }

    /// How a model is built and served.
    package struct Deployment: Equatable, Sendable {
        /// As EcoLogits names it; a key of ``EcoLogits/providers``.
        package let provider: String
        /// Billions of parameters.
        let total: ClosedRange<Double>
        /// Billions of parameters that take part in a token.
        let active: ClosedRange<Double>
        /// Measured output tokens a second; `nil` when it is modelled.
        let tokensPerSecond: Double?
        /// Seconds to the first token; 0 when not known.
        let firstToken: Double
    }

    /// What EcoLogits assumes of a provider's buildings and grid.
    package struct Provider: Equatable, Sendable {
        package let effectiveness: ClosedRange<Double>
        /// On site, L per kWh of IT energy.
        package let water: ClosedRange<Double>
        /// gCO2e per kWh.
        package let intensity: Double
        /// Off site, L per kWh of electricity.
        package let gridWater: Double
    }

    private let gpuAlpha, gpuBeta, gpuGamma: Double
    private let latencyAlpha, latencyBeta, latencyGamma: Double
    /// Requests that a server handles at once.
    package let batch: Double
    private let bytesPerParameter, memoryOverhead, gpuMemory: Double
    private let serverGPUs, serverPower: Double
    private let gpuEmbodied, serverEmbodied, lifetimeSeconds: Double
    package let providers: [String: Provider]

    /// The impact of a request.
    ///
    /// - Parameters:
    ///   - bound: `lower` for the smallest parameters that are assumed, else the largest.
    ///   - batch: Requests that the server handles at once; `nil` for ``batch``.
    package func impact(
        of deployment: Deployment, _ bound: Bound, outputTokens: Double, batch: Double? = nil
    ) -> Impact {
        let batch = batch ?? self.batch
        let active = bound == .lower ? deployment.active.lowerBound : deployment.active.upperBound
        let total = bound == .lower ? deployment.total.lowerBound : deployment.total.upperBound
        let gpus = gpuCount(total)
        let gpuPerToken = gpuAlpha * exp(gpuBeta * batch) * active + gpuGamma
        let secondsPerToken =
            deployment.tokensPerSecond.map { 1 / $0 }
            ?? latencyAlpha * active + latencyBeta * batch + latencyGamma
        let latency = outputTokens * secondsPerToken + deployment.firstToken
        let embodied = gpus / serverGPUs * serverEmbodied + gpus * gpuEmbodied
        return Impact(
            gpuEnergy: gpus * outputTokens * gpuPerToken,
            serverEnergy: latency / 3_600 * serverPower * 1_000 * gpus / serverGPUs / batch,
            latency: latency,
            embodied: latency * embodied * 1_000 / (lifetimeSeconds * batch))
    }

    package enum Bound: Sendable { case lower, upper }

    /// Enough GPUs for the weights, a power of two.
    private func gpuCount(_ total: Double) -> Double {
        let memory = memoryOverhead * total * bytesPerParameter
        return exp2(log2((memory / gpuMemory).rounded(.up)).rounded(.up))
    }

    /// What a request and an output token add, for cells of many requests. Central is the middle.
    func factor(
        of deployment: Deployment, batch: Double?
    ) -> (energy: Estimate<EnergyCoefficients>, embodied: Estimate<EmbodiedCoefficients>) {
        func coefficients<Amount>(
            _ bound: Bound, _ path: KeyPath<Impact, Double>
        ) -> Coefficients<Amount> {
            let request = impact(of: deployment, bound, outputTokens: 0, batch: batch)
            let thousand = impact(of: deployment, bound, outputTokens: 1_000, batch: batch)
            let token = (thousand[keyPath: path] - request[keyPath: path]) / 1_000
            return Coefficients(
                request: pico(request[keyPath: path]), output: pico(token))
        }
        func estimate<Amount>(_ path: KeyPath<Impact, Double>) -> Estimate<Coefficients<Amount>> {
            let low: Coefficients<Amount> = coefficients(.lower, path)
            let high: Coefficients<Amount> = coefficients(.upper, path)
            let middle = Coefficients<Amount>(
                request: low.request / 2 + high.request / 2 + (low.request % 2 + high.request % 2)
                    / 2,
                output: low.output / 2 + high.output / 2 + (low.output % 2 + high.output % 2) / 2)
            return Estimate(low: low, central: middle, high: high)
        }
        return (estimate(\.itEnergy), estimate(\.embodied))
    }
}

extension EcoLogits {
    /// Reads `parameters`, `providers` and `mixes` of a model's file.
    init(_ file: ConfigSection) throws(ConfigError) {
        let section = try file.required("parameters").section(keys: [
            "gpu_energy_alpha", "gpu_energy_beta", "gpu_energy_gamma", "latency_alpha",
            "latency_beta", "latency_gamma", "batch", "quantization_bits", "memory_overhead",
            "gpu_memory_gb", "server_gpus", "server_power_kw", "gpu_embodied_kgco2e",
            "server_embodied_kgco2e", "lifetime_years",
        ])
        func positive(_ key: String) throws(ConfigError) -> Double {
            try section.required(key).number(in: 1e-9...1e9)
        }
        gpuAlpha = try positive("gpu_energy_alpha")
        gpuBeta = try section.required("gpu_energy_beta").number(in: -1...0)
        gpuGamma = try positive("gpu_energy_gamma")
        latencyAlpha = try positive("latency_alpha")
        latencyBeta = try section.required("latency_beta").number(in: 0...1)
        latencyGamma = try positive("latency_gamma")
        batch = try positive("batch")
        bytesPerParameter = try positive("quantization_bits") / 8
        memoryOverhead = try positive("memory_overhead")
        gpuMemory = try positive("gpu_memory_gb")
        serverGPUs = try positive("server_gpus")
        serverPower = try positive("server_power_kw")
        gpuEmbodied = try positive("gpu_embodied_kgco2e")
        serverEmbodied = try positive("server_embodied_kgco2e")
        lifetimeSeconds = try positive("lifetime_years") * 365 * 24 * 3_600

        var mixes: [String: (intensity: Double, water: Double)] = [:]
        for (name, node) in try file.required("mixes").section().entries {
            let mix = try node.section(keys: ["kgco2e_per_kwh", "wue_l_per_kwh"])
            mixes[name] = (
                try mix.required("kgco2e_per_kwh").number(in: 0...10) * 1_000,
                try mix.required("wue_l_per_kwh").number(in: 0...1_000)
            )
        }
        var providers: [String: Provider] = [:]
        for (name, node) in try file.required("providers").section().entries {
            let provider = try node.section(keys: ["pue", "wue_l_per_kwh", "mix"])
            let zone = try provider.required("mix")
            guard let mix = mixes[try zone.string()] else {
                throw zone.error("\"mixes\" has no such mix")
            }
            providers[name] = Provider(
                effectiveness: try provider.required("pue").numberRange(in: 1...10),
                water: try provider.required("wue_l_per_kwh").numberRange(in: 0...1_000),
                intensity: mix.intensity, gridWater: mix.water)
        }
        self.providers = providers
    }

    /// Reads one model's entry.
    func deployment(_ node: ConfigNode) throws(ConfigError) -> Deployment {
        let section = try node.section(keys: [
            "provider", "total_b", "active_b", "tokens_per_s", "first_token_s",
        ])
        let provider = try section.required("provider")
        guard providers[try provider.string()] != nil else {
            throw provider.error("\"providers\" has no such provider")
        }
        let total = try section.required("total_b").numberRange(in: 0.001...1e6)
        return Deployment(
            provider: try provider.string(), total: total,
            active: try section["active_b"]?.numberRange(in: 0.001...1e6) ?? total,
            tokensPerSecond: try section["tokens_per_s"]?.number(in: 1e-3...1e6),
            firstToken: try section["first_token_s"]?.number(in: 0...1e6) ?? 0)
    }
}
