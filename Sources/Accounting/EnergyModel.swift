package import Configuration

/// Energy per counted thing, pWh each.
package struct EnergyCoefficients: Hashable, Sendable {
    /// Per served request.
    package var request: PicowattHours
    /// Per input token that was not read from a cache.
    package var input: PicowattHours
    /// Per input token that was read from a cache.
    package var cachedInput: PicowattHours
    /// Per output token, reasoning included.
    package var output: PicowattHours

    package init(
        request: PicowattHours, input: PicowattHours, cachedInput: PicowattHours,
        output: PicowattHours
    ) {
        self.request = request
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
    }

    /// Energy of `activity`, rounded once to µWh.
    package func energy(of activity: Activity) throws(AmountOutOfRange) -> MicrowattHours {
        let picowattHours =
            Int128(activity.servedRequests) * Int128(request.value)
            + Int128(activity.inputTokens - activity.cachedInputTokens) * Int128(input.value)
            + Int128(activity.cachedInputTokens) * Int128(cachedInput.value)
            + Int128(activity.outputTokens) * Int128(output.value)
        return MicrowattHours(try millionths(of: picowattHours))
    }
}

/// What turns activity into energy, and where its figures are from.
///
/// A model is data (`Config/models/*.yaml`): the log's model names with their coefficients.
/// The name `*` stands for every model without an entry of its own; without `*` such a model is
/// unmatched, and its energy unknown.
package struct EnergyModel: Equatable, Sendable {
    /// `flat` charges requests only; `per-token` may charge tokens as well.
    package enum Kind: String, CaseIterable, Sendable {
        case flat, perToken = "per-token"
    }

    /// Where the stated energy ends.
    package enum Boundary: String, CaseIterable, Sendable {
        /// Servers only; PUE is applied.
        case it
        /// The whole facility: PUE is inside already and is not applied again.
        case facility
    }

    package struct Factor: Equatable, Sendable {
        package let coefficients: Estimate<EnergyCoefficients>
        package let evidence: EnergyEvidence
        package let source: String
    }

    package let name: String
    package let summary: String
    package let kind: Kind
    package let boundary: Boundary
    /// `YYYY` or `YYYY-MM` of publication.
    package let released: String
    /// In the order of the file.
    package let factors: [(model: String, factor: Factor)]
    private let factorByModel: [String: Factor]

    /// The factor for a model as the log names it; `nil` when it is unmatched.
    package func factor(for model: String) -> Factor? {
        factorByModel[model] ?? factorByModel["*"]
    }

    package static func == (left: EnergyModel, right: EnergyModel) -> Bool {
        left.name == right.name && left.kind == right.kind && left.boundary == right.boundary
            && left.factorByModel == right.factorByModel
    }

    /// Reads a model's file.
    ///
    /// - Throws: For a missing unit or source, a negative value, or low > central > high.
    package init(_ node: ConfigNode) throws(ConfigError) {
        let file = try node.section(keys: [
            "name", "about", "kind", "boundary", "released", "source", "evidence", "models",
        ])
        name = try file.required("name").string()
        summary = try file.required("about").string()
        kind = try file.required("kind").choice(Kind.self)
        boundary = try file.required("boundary").choice(Boundary.self)
        released = try file.required("released").string()
        let source = try file.required("source").string()
        let evidence = try file.required("evidence").choice(EnergyEvidence.self)

        var factors: [(String, Factor)] = []
        for (model, value) in try file.required("models").section().entries {
            factors.append(
                (model, try Factor(value, kind: kind, evidence: evidence, source: source)))
        }
        guard !factors.isEmpty else { throw file.error("\"models\" names no model") }
        self.factors = factors.map { (model: $0.0, factor: $0.1) }
        factorByModel = Dictionary(factors.map { ($0.0, $0.1) }) { first, _ in first }
    }
}

extension EnergyModel.Factor {
    fileprivate init(
        _ node: ConfigNode, kind: EnergyModel.Kind, evidence: EnergyEvidence, source: String
    ) throws(ConfigError) {
        let tokenKeys = ["wh_per_input_token", "wh_per_cached_input_token", "wh_per_output_token"]
        let keys = ["wh_per_request"] + (kind == .perToken ? tokenKeys : [])
        let section = try node.section(keys: keys + ["evidence", "source"])
        guard keys.contains(where: { section[$0] != nil }) else {
            throw section.error(
                "no coefficient; give at least one of \(keys.joined(separator: ", "))")
        }
        let request = try Self.estimate(section["wh_per_request"])
        let input = try Self.estimate(section["wh_per_input_token"])
        // A cached token that has no figure of its own costs what a fresh one does.
        let cached =
            section["wh_per_cached_input_token"] == nil
            ? input : try Self.estimate(section["wh_per_cached_input_token"])
        let output = try Self.estimate(section["wh_per_output_token"])
        coefficients = Estimate(
            low: EnergyCoefficients(
                request: request.low, input: input.low, cachedInput: cached.low, output: output.low),
            central: EnergyCoefficients(
                request: request.central, input: input.central, cachedInput: cached.central,
                output: output.central),
            high: EnergyCoefficients(
                request: request.high, input: input.high, cachedInput: cached.high,
                output: output.high))
        self.evidence = try section["evidence"]?.choice(EnergyEvidence.self) ?? evidence
        self.source = try section["source"]?.string() ?? source
    }

    /// `0.3`, or `{ low: 0.1, central: 0.3, high: 0.9 }`, in Wh.
    private static func estimate(
        _ node: ConfigNode?
    ) throws(ConfigError) -> Estimate<PicowattHours> {
        guard let node else { return Estimate(exactly: .zero) }
        guard node.isMapping else { return Estimate(exactly: try wattHours(node)) }
        let range = try node.section(keys: ["low", "central", "high"])
        let estimate = Estimate(
            low: try wattHours(range.required("low")),
            central: try wattHours(range.required("central")),
            high: try wattHours(range.required("high")))
        guard estimate.low <= estimate.central, estimate.central <= estimate.high else {
            throw node.error("low, central and high must not fall")
        }
        return estimate
    }

    /// At most 100 kWh per request or token; a trillionth of a Wh is the finest step.
    private static func wattHours(_ node: ConfigNode) throws(ConfigError) -> PicowattHours {
        let limit: Int64 = 100_000_000_000_000_000
        guard let value = fixedPoint(try node.string(), decimals: 12), (0...limit).contains(value)
        else { throw node.error("expected watt-hours from 0 to 100000, such as 0.3") }
        return PicowattHours(value)
    }
}
