import Accounting
import Configuration
import Reporting
import Setup

/// The built-in energy models.
struct ModelList: Encodable {
    struct Item: Encodable {
        let name: String
        let kind: String
        let boundary: String
        let released: String
        let entries: Int
        let about: String
        /// Only with a name to match; `nil` when there is none for it.
        let match: String?
    }

    let models: [Item]
    private let isMatching: Bool

    enum CodingKeys: String, CodingKey { case models }

    init(match: String?) throws {
        isMatching = match != nil
        models = try BuiltinFiles.names(in: "models").map { name in
            let model = try MethodFile.energyModel(name)
            return Item(
                name: name, kind: model.kind.rawValue, boundary: model.boundary.rawValue,
                released: model.released, entries: model.entries.count, about: model.summary,
                match: match.flatMap { model.entry(for: $0) })
        }
    }

    var text: String {
        var table = TextTable([
            ("energy model", .left), ("kind", .left), ("boundary", .left), ("released", .left),
            ("entries", .right), (isMatching ? "entry" : "about", .left),
        ])
        for model in models {
            table.add([
                model.name, model.kind, model.boundary, model.released, "\(model.entries)",
                isMatching ? model.match ?? "(unmatched)" : model.about,
            ])
        }
        return table.text
    }
}

/// What one energy model says of one request.
struct ModelEstimates: Encodable {
    struct Bounds: Encodable {
        let low: Double
        let central: Double
        let high: Double

        init<Amount>(
            _ coefficients: Estimate<Coefficients<Amount>>, _ activity: Activity
        ) {
            func amount(_ coefficients: Coefficients<Amount>) -> Double {
                Double(coefficients.exactAmount(of: activity)) / 1e12
            }
            low = amount(coefficients.low)
            central = amount(coefficients.central)
            high = amount(coefficients.high)
        }
    }

    struct Item: Encodable {
        let model: String
        let energyWh: Bounds
        let embodiedGCO2e: Bounds?
        let evidence: String
        let published: Published?

        enum CodingKeys: String, CodingKey {
            case model, evidence, published
            case energyWh = "energy_wh"
            case embodiedGCO2e = "embodied_gco2e"
        }
    }

    /// What EcoLogits itself says, with its own buildings and grid, in full precision.
    struct Published: Encodable {
        let provider: String
        /// PUE included.
        let energyWh: [Double]
        let usageGCO2e: [Double]
        let embodiedGCO2e: [Double]
        let waterML: [Double]
        let latencySeconds: [Double]

        enum CodingKeys: String, CodingKey {
            case provider
            case energyWh = "energy_wh"
            case usageGCO2e = "usage_gco2e"
            case embodiedGCO2e = "embodied_gco2e"
            case waterML = "water_ml"
            case latencySeconds = "latency_s"
        }

        init(
            _ method: EcoLogits, _ deployment: EcoLogits.Deployment, outputTokens: Double,
            batch: Double?
        ) {
            provider = deployment.provider
            let place = method.providers[deployment.provider]
            let impacts = [EcoLogits.Bound.lower, .upper].map {
                method.impact(of: deployment, $0, outputTokens: outputTokens, batch: batch)
            }
            let effectiveness = [
                place?.effectiveness.lowerBound ?? 1, place?.effectiveness.upperBound ?? 1,
            ]
            let water = [place?.water.lowerBound ?? 0, place?.water.upperBound ?? 0]
            energyWh = zip(impacts, effectiveness).map { $0.itEnergy * $1 }
            usageGCO2e = energyWh.map { $0 * (place?.intensity ?? 0) / 1_000 }
            embodiedGCO2e = impacts.map(\.embodied)
            waterML = impacts.indices.map {
                impacts[$0].itEnergy * (water[$0] + effectiveness[$0] * (place?.gridWater ?? 0))
            }
            latencySeconds = impacts.map(\.latency)
        }
    }

    let energyModel: String
    let boundary: String
    let source: String
    let outputTokens: Int64
    let inputTokens: Int64
    let models: [Item]

    enum CodingKeys: String, CodingKey {
        case boundary, source, models
        case energyModel = "energy_model"
        case outputTokens = "output_tokens"
        case inputTokens = "input_tokens"
    }

    init(
        _ model: EnergyModel, entries: [String], activity: Activity, batch: Double?
    ) throws {
        energyModel = model.name
        boundary = model.boundary.rawValue
        source = model.source
        outputTokens = activity.outputTokens
        inputTokens = activity.inputTokens
        models = entries.compactMap { entry in
            // What the log states is not known without one.
            guard model.kind != .metered, let factor = model.factor(of: entry, batch: batch) else {
                return nil
            }
            return Item(
                model: entry, energyWh: Bounds(factor.energy, activity),
                embodiedGCO2e: factor.embodied.map { Bounds($0, activity) },
                evidence: factor.evidence.rawValue,
                published: model.published(entry).map { method, deployment in
                    Published(
                        method, deployment, outputTokens: Double(activity.outputTokens),
                        batch: batch)
                })
        }
    }

    var text: String {
        var table = TextTable([
            ("model", .left), ("Wh low", .right), ("central", .right), ("high", .right),
            ("embodied gCO2e", .right), ("evidence", .left),
        ])
        for item in models {
            table.add([
                item.model, Numbers.significant(item.energyWh.low),
                Numbers.significant(item.energyWh.central),
                Numbers.significant(item.energyWh.high),
                Numbers.significant(item.embodiedGCO2e?.central), item.evidence,
            ])
        }
        let what =
            boundary == "facility" ? "facility energy, PUE inside" : "IT energy, before PUE"
        return "\(energyModel): one request of \(Numbers.grouped(inputTokens)) input and "
            + "\(Numbers.grouped(outputTokens)) output tokens; \(what)\n\(source)\n\n" + table.text
    }
}
