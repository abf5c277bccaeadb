package import Configuration

/// What one entry of an energy model charges, and how good that is.
package struct EnergyFactor: Equatable, Sendable {
    /// Wh per request, token and item; ``EnergyModel/Boundary`` says of what.
    package let energy: Estimate<EnergyCoefficients>
    /// The share of making the hardware, gCO2e per request, token and item; `nil` where the model says nothing.
    package let embodied: Estimate<EmbodiedCoefficients>?
    package let evidence: EnergyEvidence
    package let source: String
    /// Whether requests of unknown usage are charged nothing of what is not known of them: their energy is unknown.
    package let leavesOutUnknown: Bool

    package init(
        energy: Estimate<EnergyCoefficients>, embodied: Estimate<EmbodiedCoefficients>?,
        evidence: EnergyEvidence, source: String
    ) {
        // Where tokens do not matter, a request costs the same whether the log states them or not.
        let chargesTokens = [energy.low, energy.central, energy.high].contains {
            $0.input | $0.cachedInput | $0.output != 0
        }
        func settled<Amount>(_ coefficients: Coefficients<Amount>) -> Coefficients<Amount> {
            var settled = coefficients
            if !chargesTokens { settled.unknownRequest = coefficients.request }
            return settled
        }
        let central = energy.central
        leavesOutUnknown =
            chargesTokens
            && central.unknownRequest | central.unknownInput | central.unknownOutput == 0
        self.energy = energy.map(settled)
        self.embodied = embodied?.map(settled)
        self.evidence = evidence
        self.source = source
    }

    /// The same, for requests of which the share of the hardware cannot be told.
    var withoutEmbodied: EnergyFactor {
        EnergyFactor(energy: energy, embodied: nil, evidence: evidence, source: source)
    }

    /// The same, with requests of unknown usage charged as `mean` says.
    func assuming(_ mean: MeanUsage) -> EnergyFactor {
        EnergyFactor(
            energy: energy.map(mean.added), embodied: embodied?.map(mean.added),
            evidence: evidence, source: source)
    }
}

extension EnergyFactor {
    /// Reads an entry that states its coefficients.
    init(
        _ node: ConfigNode, kind: EnergyModel.Kind, evidence: EnergyEvidence, source: String
    ) throws(ConfigError) {
        let tokens = ["input_token", "cached_input_token", "output_token"]
        let things: [String]
        switch kind {
        case .perToken: things = ["request"] + tokens
        case .perItem: things = ["request", "item"]
        default: things = ["request"]
        }
        let energyKeys = things.map { "wh_per_\($0)" }
        let embodiedKeys = things.map { "embodied_gco2e_per_\($0)" }
        let section = try node.section(keys: energyKeys + embodiedKeys + ["evidence", "source"])
        guard energyKeys.contains(where: { section[$0] != nil }) else {
            throw section.error(
                "no coefficient; give at least one of \(energyKeys.joined(separator: ", "))")
        }
        self.init(
            energy: try Self.coefficients(section, "wh_per_", "watt-hours"),
            embodied: embodiedKeys.contains { section[$0] != nil }
                ? try Self.coefficients(section, "embodied_gco2e_per_", "grams") : nil,
            evidence: try section["evidence"]?.choice(EnergyEvidence.self) ?? evidence,
            source: try section["source"]?.string() ?? source)
    }

    private static func coefficients<Amount>(
        _ section: ConfigSection, _ prefix: String, _ unit: String
    ) throws(ConfigError) -> Estimate<Coefficients<Amount>> {
        func estimate(_ thing: String) throws(ConfigError) -> Estimate<Int64>? {
            try section[prefix + thing]?.pico(unit)
        }
        let none = Estimate<Int64>(exactly: 0)
        let request = try estimate("request") ?? none
        let input = try estimate("input_token") ?? none
        // A cached token that has no figure of its own costs what a fresh one does.
        let cached = try estimate("cached_input_token") ?? input
        let output = try estimate("output_token") ?? none
        let item = try estimate("item") ?? none
        func bound(_ path: KeyPath<Estimate<Int64>, Int64>) -> Coefficients<Amount> {
            Coefficients(
                request: request[keyPath: path], input: input[keyPath: path],
                cachedInput: cached[keyPath: path], output: output[keyPath: path],
                item: item[keyPath: path])
        }
        return Estimate(low: bound(\.low), central: bound(\.central), high: bound(\.high))
    }
}

extension ConfigNode {
    /// `0.3`, or `{ low: 0.1, central: 0.3, high: 0.9 }`, in 10⁻¹² of the unit; at most 100,000 of it.
    fileprivate func pico(_ unit: String) throws(ConfigError) -> Estimate<Int64> {
        try estimate { node throws(ConfigError) in
            guard let value = fixedPoint(try node.string(), decimals: 12),
                (0...EnergyModel.largestCoefficient).contains(value)
            else { throw node.error("expected \(unit) from 0 to 100000, such as 0.3") }
            return value
        }
    }

    /// One value, or three that do not fall.
    package func estimate<Value: Comparable>(
        _ value: (ConfigNode) throws(ConfigError) -> Value
    ) throws(ConfigError) -> Estimate<Value> {
        guard isMapping else { return Estimate(exactly: try value(self)) }
        let range = try section(keys: ["low", "central", "high"])
        let estimate = Estimate(
            low: try value(range.required("low")), central: try value(range.required("central")),
            high: try value(range.required("high")))
        guard estimate.low <= estimate.central, estimate.central <= estimate.high else {
            throw error("low, central and high must not fall")
        }
        return estimate
    }
}
