import Accounting
import Configuration
import Grid

/// The part of `flue.yaml` that totals rest on.
enum MethodFile {
    static let keys = [
        "energy_model", "model_names", "batch", "deployments", "default_pue", "basis", "regions",
        "market",
    ]

    static func method(_ file: ConfigSection) throws(ConfigError) -> Method {
        var effectiveness = Estimate(
            low: PowerUsageEffectiveness(1_090_000), central: PowerUsageEffectiveness(1_560_000),
            high: PowerUsageEffectiveness(1_580_000))
        var source =
            "Uptime Institute, Global Data Center Survey 2024, industry average; "
            + "low: Google fleet 2024; high: Uptime survey of 2023"
        if let node = file["default_pue"] {
            let section = try node.section(keys: ["value", "source"])
            effectiveness = try section.required("value").estimate(pue)
            source = try section.required("source").string()
        }
        var method = Method(
            energyModel: try energyModel(try file["energy_model"]?.string() ?? "flat-bloom"),
            regions: try regions(file["regions"]), defaultEffectiveness: effectiveness,
            defaultEffectivenessSource: source,
            basis: try file["basis"]?.choice(IntensityBasis.self) ?? .direct)
        for (name, node) in try file["model_names"]?.section().entries ?? [] {
            let meant = try node.string()
            guard method.energyModel.entry(for: meant) != nil else {
                let near = nearest(to: meant, in: method.energyModel.entries)
                throw node.error(
                    "\(method.energyModel.name) has no model \"\(meant)\""
                        + (near.map { "; did you mean \"\($0)\"?" } ?? "; see flue models"))
            }
            method.modelNames[name] = meant
        }
        method.batchSource = try file["batch"]?.choice(Method.BatchSource.self) ?? .published
        for node in file["deployments"]?.list() ?? [] {
            method.deployments.append(try deployment(node))
        }
        for node in file["market"]?.list() ?? [] { method.market.append(try marketFactor(node)) }
        method.water = try WaterTable(
            ConfigNode(yaml: BuiltinFiles.text("water.yaml") ?? "", file: "built-in water.yaml"))
        return method
    }

    static func energyModel(_ name: String) throws(ConfigError) -> EnergyModel {
        try EnergyModel(ConfigNode.named(name, in: "models").node)
    }

    private static func regions(_ node: ConfigNode?) throws(ConfigError) -> RegionTable {
        var regions = try RegionTable.builtin()
        for (name, node) in try node?.section().entries ?? [] {
            let section = try node.section(keys: ["zone", "pue", "wue_l_per_kwh", "source"])
            // What is not said here stays as it is known.
            let known = regions[name]
            guard let zone = try section["zone"]?.string() ?? known?.zone else {
                throw section.error("\"zone\" is missing, and \"\(name)\" is no built-in region")
            }
            var water = known?.onSiteWater
            if let node = section["wue_l_per_kwh"] {
                water = MicrolitresPerKilowattHour(text: try node.string())
                guard water != nil else {
                    throw node.error("expected litres per kWh from 0 to 1000, such as 1.15")
                }
            }
            regions[name] = RegionTable.Entry(
                zone: zone, effectiveness: try section["pue"].map(pue) ?? known?.effectiveness,
                onSiteWater: water, source: try section["source"]?.string() ?? "configuration")
        }
        return regions
    }

    private static func deployment(_ node: ConfigNode) throws(ConfigError) -> Deployment {
        let section = try node.section(keys: [
            "model", "region", "replicas", "task", "gpu", "gpus", "precision",
        ])
        return Deployment(
            model: try section["model"]?.string(), region: try section["region"]?.string(),
            replicas: Int(try section["replicas"]?.integer(in: 1...10_000_000) ?? 1),
            task: try section["task"]?.string(), gpu: try section["gpu"]?.string(),
            gpus: try section["gpus"].map { node throws(ConfigError) in
                Int(try node.integer(in: 1...1_000_000))
            }, precision: try section["precision"]?.string())
    }

    private static func marketFactor(
        _ node: ConfigNode
    ) throws(ConfigError) -> Method.MarketFactor {
        let section = try node.section(keys: ["region", "month", "g_per_kwh", "source"])
        var month: UTCMonth?
        if let node = section["month"] {
            month = UTCMonth(try node.string())
            guard month != nil else { throw node.error("expected a month such as 2026-10") }
        }
        let value = try section.required("g_per_kwh")
        guard let milligrams = fixedPoint(try value.string(), decimals: 3),
            (0...10_000_000).contains(milligrams)
        else { throw value.error("expected grams per kWh from 0 to 10000, such as 94") }
        return Method.MarketFactor(
            region: try section.required("region").string(), month: month,
            intensity: MilligramsCO2ePerKilowattHour(milligrams),
            source: try section.required("source").string())
    }

    private static func pue(_ node: ConfigNode) throws(ConfigError) -> PowerUsageEffectiveness {
        guard let value = PowerUsageEffectiveness(text: try node.string()) else {
            throw node.error("expected a ratio from 1 to 10, such as 1.18")
        }
        return value
    }
}
