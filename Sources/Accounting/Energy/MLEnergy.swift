import Configuration
import Foundation

/// Measured GPU energy of open models, by how they are served and how many requests are served at once.
///
/// Source: ML.ENERGY leaderboard; the figures stand in the model's file.
package struct MLEnergy: Equatable, Sendable {
    /// How a model was served while it was measured.
    package struct Configuration: Hashable, Sendable {
        package let task: String
        package let gpu: String
        /// GPUs that hold the model.
        package let gpus: Int
        package let precision: String
    }

    /// What was measured of one configuration, by mean batch size, smallest first.
    package struct Curve: Equatable, Sendable {
        package let configuration: Configuration
        package let batches: [Double]
        /// GPU joules per output token.
        package let joules: [Double]
        /// Output tokens a second, of all requests together.
        package let tokensPerSecond: [Double]

        /// Interpolates the logarithms of the joules.
        ///
        /// Beyond the measured batches a token costs between what the nearest point says and what it would cost if
        /// the power were that of the nearest point whatever the batch; central is the geometric mean.
        func joules(at batch: Double) -> Estimate<Double> {
            let first = batches[0]
            let last = batches[batches.count - 1]
            let nearest = min(max(batch, first), last)
            let value = interpolated(at: nearest, joules)
            guard nearest != batch else { return Estimate(exactly: value) }
            let bound = value * nearest / batch
            return Estimate(
                low: min(value, bound), central: (value * bound).squareRoot(),
                high: max(value, bound))
        }

        /// Output tokens a second; in proportion to the batch below the measured ones, constant above.
        func throughput(at batch: Double) -> Double {
            let nearest = min(max(batch, batches[0]), batches[batches.count - 1])
            return interpolated(at: nearest, tokensPerSecond) * min(1, batch / nearest)
        }

        private func interpolated(at batch: Double, _ values: [Double]) -> Double {
            guard let above = batches.firstIndex(where: { $0 >= batch }), above > 0,
                batches[above] != batch
            else { return values[batches.firstIndex(of: batch) ?? 0] }
            let share =
                log(batch / batches[above - 1]) / log(batches[above] / batches[above - 1])
            return values[above - 1] * pow(values[above] / values[above - 1], share)
        }
    }

    /// Energy of host and idle machines beside the accelerators, as a multiple of theirs: 1 for none.
    let overhead: Double
    let overheadSource: String
    /// kgCO2e.
    let embodiedPerGPUHour: Double
    let embodiedSource: String

    /// The order in which tasks stand for requests of which no task is known.
    private static let tasks = [
        "lm-arena-chat", "gpqa", "sourcegraph-fim", "image-chat", "video-chat",
    ]

    /// The curves that fit a deployment: all of the usual task, where nothing is known of it.
    func fitting(_ curves: [Curve], _ deployment: Deployment?) -> [Curve] {
        let task =
            deployment?.task
            ?? Self.tasks.first { task in curves.contains { $0.configuration.task == task } }
        return curves.filter { curve in
            let configuration = curve.configuration
            return (task.map { $0 == configuration.task } ?? true)
                && (deployment?.gpu.map { $0 == configuration.gpu } ?? true)
                && (deployment?.gpus.map { $0 == configuration.gpus } ?? true)
                && (deployment?.precision.map { $0 == configuration.precision } ?? true)
        }
    }

    /// What an output token costs.
    ///
    /// With a batch: from the cheapest to the dearest configuration that fits, the middle one between. Without:
    /// over all measured batches as well.
    ///
    /// - Returns: `nil` when no configuration fits.
    func factor(
        of curves: [Curve], _ deployment: Deployment?, batch: Double?
    ) -> (energy: Estimate<EnergyCoefficients>, embodied: Estimate<EmbodiedCoefficients>)? {
        let curves = fitting(curves, deployment)
        guard !curves.isEmpty else { return nil }
        var joules: [Estimate<Double>] = []
        var gpuSeconds: [Estimate<Double>] = []
        for curve in curves {
            let gpus = Double(curve.configuration.gpus)
            if let batch {
                joules.append(curve.joules(at: batch))
                gpuSeconds.append(Estimate(exactly: gpus / curve.throughput(at: batch)))
            } else {
                joules += curve.joules.map { Estimate(exactly: $0) }
                gpuSeconds += curve.tokensPerSecond.map { Estimate(exactly: gpus / $0) }
            }
        }
        return (
            Self.estimate(joules) { Coefficients(output: pico($0 / 3_600 * overhead)) },
            Self.estimate(gpuSeconds) {
                Coefficients(output: pico($0 / 3_600 * embodiedPerGPUHour * 1_000))
            }
        )
    }

    private static func estimate<Amount>(
        _ values: [Estimate<Double>], _ coefficients: (Double) -> Coefficients<Amount>
    ) -> Estimate<Coefficients<Amount>> {
        let ordered = values.map(\.central).sorted()
        let middle = (ordered[(ordered.count - 1) / 2] + ordered[ordered.count / 2]) / 2
        return Estimate(
            low: coefficients(values.map(\.low).min() ?? middle), central: coefficients(middle),
            high: coefficients(values.map(\.high).max() ?? middle))
    }
}

/// In 10⁻¹² of the unit; the largest number for what does not fit, which is then refused as a factor.
func pico(_ value: Double) -> Int64 { Int64(exactly: (value * 1e12).rounded()) ?? .max }

extension MLEnergy {
    /// Reads `overheads` and `embodied` of a model's file.
    init(_ file: ConfigSection) throws(ConfigError) {
        var overhead = 1.0
        var sources: [String] = []
        for (name, node) in try file["overheads"]?.section().entries ?? [] {
            let section = try node.section(keys: ["value", "source"])
            overhead += try section.required("value").number(in: 0...100)
            sources.append("\(name): \(try section.required("source").string())")
        }
        self.overhead = overhead
        overheadSource = sources.joined(separator: "; ")
        let embodied = try file.required("embodied").section(keys: [
            "kgco2e_per_gpu_hour", "source",
        ])
        embodiedPerGPUHour = try embodied.required("kgco2e_per_gpu_hour").number(in: 0...1_000)
        embodiedSource = try embodied.required("source").string()
    }

    /// Reads one model's curves.
    func curves(_ node: ConfigNode) throws(ConfigError) -> [Curve] {
        var curves: [Curve] = []
        for item in node.list() {
            let section = try item.section(keys: [
                "task", "gpu", "gpus", "precision", "batch", "joules_per_token", "tokens_per_s",
            ])
            func values(_ key: String) throws(ConfigError) -> [Double] {
                var values: [Double] = []
                for value in try section.required(key).list() {
                    values.append(try value.number(in: 1e-9...1e9))
                }
                return values
            }
            let curve = Curve(
                configuration: Configuration(
                    task: try section.required("task").string(),
                    gpu: try section.required("gpu").string(),
                    gpus: Int(try section.required("gpus").integer(in: 1...1_000_000)),
                    precision: try section.required("precision").string()),
                batches: try values("batch"), joules: try values("joules_per_token"),
                tokensPerSecond: try values("tokens_per_s"))
            guard curve.batches.count == curve.joules.count,
                curve.batches.count == curve.tokensPerSecond.count
            else { throw item.error("batch, joules_per_token and tokens_per_s differ in length") }
            guard !curve.batches.isEmpty else { throw item.error("batch holds no value") }
            guard zip(curve.batches, curve.batches.dropFirst()).allSatisfy({ $0 < $1 }) else {
                throw item.error("batch must rise from value to value")
            }
            curves.append(curve)
        }
        guard !curves.isEmpty else { throw node.error("holds no measurement") }
        return curves
    }
}
