package import Accounting
package import Configuration
import Grid

/// The part of `flue.yaml` that totals rest on.
package enum MethodFile {
    static let keys = [
        "energy_model", "model_names", "batch", "unknown_usage", "deployments", "default_pue",
        "basis", "regions", "market", "td_losses", "pools", "training", "grid_ladder",
    ]

    static func method(_ file: ConfigSection) throws(ConfigError) -> Method {
        let builtin = try ConfigNode(
            yaml: BuiltinFiles.text("flue.yaml") ?? "", file: "built-in flue.yaml"
        ).section()
        let builtinPUE = try builtin.required("default_pue")
        let builtinModel = try builtin.required("energy_model")
        let defaultPUE = file["default_pue"] ?? builtinPUE
        let section = try defaultPUE.section(keys: ["value", "source"])
        var method = Method(
            energyModel: try energyModel(file["energy_model"] ?? builtinModel),
            regions: try regions(file["regions"]),
            defaultEffectiveness: try section.required("value").estimate(pue),
            defaultEffectivenessSource: try section.required("source").string(),
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
        method.unknownUsage =
            try file["unknown_usage"]?.choice(Method.UnknownUsage.self) ?? .leftOut
        method.annual = try AnnualIntensities.builtin()
        if let node = file["grid_ladder"] ?? builtin["grid_ladder"] {
            try ladder(node, of: &method)
        }
        for node in file["deployments"]?.list() ?? [] {
            method.deployments.append(try deployment(node, method.energyModel))
        }
        if let node = file["market"] { try market(node, of: &method) }
        if let node = file["td_losses"] { method.losses = try losses(node) }
        for node in file["pools"]?.list() ?? [] {
            let pool = try pool(node, method.regions)
            guard !method.pools.contains(where: { $0.name == pool.name }) else {
                throw node.error("there are two pools of the name \"\(pool.name)\"")
            }
            if let other = method.pools.first(where: { $0.overlaps(pool) }) {
                throw node.error("shares models of its region with pool \"\(other.name)\"")
            }
            method.pools.append(pool)
        }
        for node in file["training"]?.list() ?? [] {
            let share = try trainingShare(node)
            guard
                !method.training.contains(where: { $0.model == share.model && $0.per == share.per })
            else { throw node.error("there are two such shares of this model") }
            method.training.append(share)
        }
        method.water = try WaterTable(
            ConfigNode(
                yaml: BuiltinFiles.text("factors/water.yaml") ?? "",
                file: "built-in factors/water.yaml"))
        return method
    }

    /// - Throws: With the place of the name when there is no such model.
    private static func energyModel(_ node: ConfigNode) throws(ConfigError) -> EnergyModel {
        do {
            return try energyModel(try node.string())
        } catch {
            guard error.line == nil else { throw error }
            throw node.error("\(error.file): \(error.message)")
        }
    }

    package static func energyModel(_ name: String) throws(ConfigError) -> EnergyModel {
        try EnergyModel(ConfigNode.named(name, in: "models").node)
    }

    /// The steps of all zones, and those of some.
    private static func ladder(
        _ node: ConfigNode, of method: inout Method
    ) throws(ConfigError) {
        method.ladder = try ladder(node, keys: ["zones"], GridLadder.none)
        for (zone, node) in try node.section()["zones"]?.section().entries ?? [] {
            method.ladders[zone] = try ladder(node, keys: [], method.ladder)
        }
    }

    /// - Parameter known: What is left out stays so.
    private static func ladder(
        _ node: ConfigNode, keys: [String], _ known: GridLadder
    ) throws(ConfigError) -> GridLadder {
        let section = try node.section(
            keys: ["steps", "seasonal_hours", "linear_hours", "previous_day_hours"] + keys)
        var ladder = known
        if let steps = section["steps"] {
            ladder.steps = []
            for item in steps.list() { ladder.steps.append(try item.choice(GridLadder.Step.self)) }
        }
        ladder.seasonalHours = Int(
            try section["seasonal_hours"]?.integer(in: 0...336) ?? Int64(ladder.seasonalHours))
        ladder.linearHours = Int(
            try section["linear_hours"]?.integer(in: 0...48) ?? Int64(ladder.linearHours))
        ladder.previousDayHours = Int(
            try section["previous_day_hours"]?.integer(in: 0...24)
                ?? Int64(ladder.previousDayHours))
        return ladder
    }

    private static func regions(_ node: ConfigNode?) throws(ConfigError) -> RegionTable {
        var regions = try RegionTable.builtin()
        for (name, node) in try node?.section().entries ?? [] {
            let section = try node.section(keys: [
                "zone", "pue", "wue_l_per_kwh", "wue_basis", "source",
            ])
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
            let source = try section["source"]?.string() ?? "configuration"
            regions[name] = RegionTable.Entry(
                zone: zone,
                effectiveness: try section["pue"].map { node throws(ConfigError) in
                    try effectiveness(node, source: source)
                } ?? known?.effectiveness ?? [],
                onSiteWater: water,
                waterBasis: try section["wue_basis"]?.choice(WaterBasis.self)
                    ?? known?.waterBasis ?? .unstated,
                source: source)
        }
        return regions
    }

    private static func deployment(
        _ node: ConfigNode, _ model: EnergyModel
    ) throws(ConfigError) -> Deployment {
        let section = try node.section(keys: [
            "model", "region", "replicas", "task", "gpu", "gpus", "precision",
        ])
        for (key, known) in model.configurations {
            guard let value = section[key], !known.contains(try value.string()) else { continue }
            throw value.error(
                "\(model.name) has no measurement on it (known: \(known.joined(separator: ", ")))")
        }
        return Deployment(
            model: try section["model"]?.string(), region: try section["region"]?.string(),
            replicas: Int(try section["replicas"]?.integer(in: 1...10_000_000) ?? 1),
            task: try section["task"]?.string(), gpu: try section["gpu"]?.string(),
            gpus: try section["gpus"].map { node throws(ConfigError) in
                Int(try node.integer(in: 1...1_000_000))
            }, precision: try section["precision"]?.string())
    }

    /// A pool with a meter, or one of `gpus` of `gpu_power_w` or `servers` of `server_power_w`, running all hours.
    private static func pool(
        _ node: ConfigNode, _ regions: RegionTable
    ) throws(ConfigError) -> Pool {
        let section = try node.section(keys: [
            "name", "region", "models", "boundary", "idle_kw", "gpus", "gpu_power_w", "servers",
            "server_power_w", "utilisation", "source",
        ])
        let region = try section.required("region")
        guard regions[try region.string()] != nil else {
            throw region.error("no such region; name it under regions")
        }
        var models: [String] = []
        for item in section["models"]?.list() ?? [] { models.append(try item.string()) }
        let idle = MicrowattHours(
            Int64((try (section["idle_kw"]?.number(in: 0...1e6) ?? 0) * 1e9).rounded()))
        var supply = Pool.Supply.meter
        for (count, power) in [("gpus", "gpu_power_w"), ("servers", "server_power_w")]
        where section[count] != nil {
            guard supply == .meter else { throw section.error("give gpus or servers, not both") }
            let watts =
                try section.required(count).number(in: 1...1e9)
                * section.required(power).number(in: 0.001...1e6)
                * (section["utilisation"]?.number(in: 1e-6...1) ?? 1)
            guard watts < 1e10 else { throw node.error("more than 10 GW; is a unit mixed up?") }
            supply = .hardware(
                MicrowattHours(Int64((watts * 1e6).rounded())),
                source: try section.required("source").string())
        }
        if case .hardware(let energy, _) = supply {
            guard idle < energy else {
                throw section.error("idle_kw is not below what the hardware draws")
            }
        }
        for (key, need) in [
            ("gpu_power_w", "gpus"), ("server_power_w", "servers"),
            ("utilisation", "gpus or servers"),
        ] where section[key] != nil {
            let isGiven = need == "gpus or servers" ? supply != .meter : section[need] != nil
            guard isGiven else { throw section.error("\"\(key)\" needs \(need)") }
        }
        return Pool(
            name: try section.required("name").string(), region: try region.string(),
            models: models,
            boundary: try section["boundary"]?.choice(EnergyModel.Boundary.self) ?? .it,
            idle: idle, supply: supply)
    }

    /// Emissions of training and the number of requests or months that they are shared among.
    private static func trainingShare(
        _ node: ConfigNode
    ) throws(ConfigError) -> Method.TrainingShare {
        let section = try node.section(keys: ["model", "kgco2e", "requests", "months", "source"])
        let kilograms = try section.required("kgco2e").number(in: 0...1e10)
        let isByRequest = section["requests"] != nil
        guard isByRequest != (section["months"] != nil) else {
            throw section.error("give requests or months: what the emissions are shared among")
        }
        let number = try section.required(isByRequest ? "requests" : "months").number(in: 1...1e15)
        let pico = kilograms / number * (isByRequest ? 1e15 : 1e12)
        guard pico < 9e18 else {
            throw node.error(
                isByRequest ? "more than 9 t for one request" : "more than 9000 t for one month")
        }
        return Method.TrainingShare(
            model: try section.required("model").string(), per: isByRequest ? .request : .month,
            pico: Int64(pico.rounded()),
            source: try section.required("source").string())
    }

    /// `1.2`, or `{ 2024: 1.22, 2025: 1.2 }`.
    private static func effectiveness(
        _ node: ConfigNode, source: String
    ) throws(ConfigError) -> [PublishedEffectiveness] {
        guard node.isMapping else {
            return [PublishedEffectiveness(year: nil, value: try pue(node), source: source)]
        }
        var years: [PublishedEffectiveness] = []
        let section = try node.section()
        guard !section.entries.isEmpty else {
            throw node.error("expected a PUE, or PUEs by year, such as { 2025: 1.18 }")
        }
        for (key, node) in section.entries {
            guard let year = Int(key), (1970...9999).contains(year) else {
                throw node.error("expected a year before the PUE, such as 2025: 1.18")
            }
            years.append(
                PublishedEffectiveness(year: year, value: try pue(node), source: source))
        }
        return years
    }

    private static func pue(_ node: ConfigNode) throws(ConfigError) -> PowerUsageEffectiveness {
        guard let value = PowerUsageEffectiveness(text: try node.string()) else {
            throw node.error("expected a ratio from 1 to 10, such as 1.18")
        }
        return value
    }
}
