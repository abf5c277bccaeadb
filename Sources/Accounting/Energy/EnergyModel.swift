package import Configuration

/// What turns activity into energy, and where its figures are from.
///
/// A model is data (`Config/models/*.yaml`): entries by model name, each with what its kind computes from. The
/// name `*` stands for every model without an entry of its own; without `*` such a model is unmatched, and its
/// energy unknown.
package struct EnergyModel: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Wh per request.
        case flat
        /// Wh per token and request.
        case perToken = "per-token"
        /// Wh per item, such as an image, and request.
        case perItem = "per-item"
        /// From the parameters of the model.
        case ecologits
        /// From measurements at several batch sizes.
        case mlenergy
        /// As the log itself states it.
        case metered
    }

    /// Where the stated energy ends.
    package enum Boundary: String, CaseIterable, Sendable {
        /// Servers only; PUE is applied.
        case it
        /// The whole facility: PUE is inside already and is not applied again.
        case facility
    }

    package let name: String
    package let summary: String
    package let kind: Kind
    package let boundary: Boundary
    /// `YYYY` or `YYYY-MM` of publication.
    package let released: String
    /// Where the model as a whole is from.
    package let source: String
    /// Names of the entries, in the order of the file.
    package let entries: [String]
    /// All that the file says, without its comments.
    package let canonicalText: String

    /// What the entries are computed by.
    private enum Rules: Equatable, Sendable {
        case coefficients([EnergyFactor])
        case ecologits(EcoLogits, [EcoLogits.Deployment], EnergyEvidence)
        case mlenergy(MLEnergy, [[MLEnergy.Curve]], EnergyEvidence)
    }

    private let rules: Rules
    private let names: ModelNames
    private let places: [String: Int]

    /// The entry for a model as the log names it; `nil` when it is unmatched.
    package func entry(for model: String) -> String? {
        names.entry(for: model).map { entries[$0] } ?? (places["*"] == nil ? nil : "*")
    }

    /// What an entry costs.
    ///
    /// - Parameters:
    ///   - deployment: How the model runs, as far as it is known; only `mlenergy` asks.
    ///   - batch: Requests served at once; `nil` for what the model assumes or, where it assumes nothing, for all
    ///     that was measured.
    /// - Returns: `nil` when the entry does not exist, or was not measured on such a deployment.
    package func factor(
        of entry: String, deployment: Deployment? = nil, batch: Double? = nil
    ) -> EnergyFactor? {
        guard let place = places[entry] else { return nil }
        switch rules {
        case .coefficients(let factors): return factors[place]
        case .ecologits(let method, let deployments, let evidence):
            let factor = method.factor(of: deployments[place], batch: batch)
            return EnergyFactor(
                energy: factor.energy, embodied: factor.embodied, evidence: evidence,
                source: source)
        case .mlenergy(let method, let curves, let evidence):
            let factor = method.factor(of: curves[place], deployment, batch: batch)
            return factor.map {
                EnergyFactor(
                    energy: $0.energy, embodied: $0.embodied, evidence: evidence,
                    source: [source, method.overheadSource, "embodied: \(method.embodiedSource)"]
                        .joined(separator: "; "))
            }
        }
    }

    /// Whether the batch size changes what an entry costs.
    package var dependsOnBatch: Bool { kind == .ecologits || kind == .mlenergy }

    /// The words by which a deployment chooses among measurements, by key; empty for models without any.
    package var configurations: [(key: String, known: [String])] {
        guard case .mlenergy(_, let curves, _) = rules else { return [] }
        let all = curves.flatMap { $0.map(\.configuration) }
        func words(_ path: KeyPath<MLEnergy.Configuration, String>) -> [String] {
            Set(all.map { $0[keyPath: path] }).sorted()
        }
        return [
            (key: "task", known: words(\.task)), (key: "gpu", known: words(\.gpu)),
            (key: "precision", known: words(\.precision)),
        ]
    }

    /// What EcoLogits itself would say of a request, with its own buildings and grids; `nil` for other kinds.
    package func published(
        _ entry: String
    ) -> (method: EcoLogits, deployment: EcoLogits.Deployment)? {
        guard case .ecologits(let method, let deployments, _) = rules, let place = places[entry]
        else { return nil }
        return (method, deployments[place])
    }

    /// Reads a model's file.
    ///
    /// - Throws: For a missing unit or source, a negative value, or low > central > high.
    package init(_ node: ConfigNode) throws(ConfigError) {
        let file = try node.section(keys: [
            "name", "about", "kind", "boundary", "released", "source", "evidence", "models",
            "aliases", "parameters", "providers", "mixes", "overheads", "embodied",
        ])
        name = try file.required("name").string()
        summary = try file.required("about").string()
        kind = try file.required("kind").choice(Kind.self)
        boundary = try file.required("boundary").choice(Boundary.self)
        released = try file.required("released").string()
        source = try file.required("source").string()
        canonicalText = node.canonicalText
        let evidence = try file.required("evidence").choice(EnergyEvidence.self)
        let models = try file.required("models").section().entries
        guard !models.isEmpty else { throw file.error("\"models\" names no model") }

        entries = models.map(\.key)
        places = Dictionary(entries.enumerated().map { ($1, $0) }) { first, _ in first }
        var aliases: [String: String] = [:]
        for (alias, node) in try file["aliases"]?.section().entries ?? [] {
            let entry = try node.string()
            guard places[entry] != nil else {
                throw node.error("\"models\" has no entry \"\(entry)\"")
            }
            aliases[alias] = entry
        }
        names = ModelNames(entries, aliases: aliases)

        switch kind {
        case .flat, .perToken, .perItem:
            var factors: [EnergyFactor] = []
            for (_, node) in models {
                factors.append(
                    try EnergyFactor(node, kind: kind, evidence: evidence, source: source))
            }
            rules = .coefficients(factors)
        case .ecologits:
            let method = try EcoLogits(file)
            var deployments: [EcoLogits.Deployment] = []
            for (_, node) in models { deployments.append(try method.deployment(node)) }
            rules = .ecologits(method, deployments, evidence)
        case .mlenergy:
            let method = try MLEnergy(file)
            var curves: [[MLEnergy.Curve]] = []
            for (_, node) in models { curves.append(try method.curves(node)) }
            rules = .mlenergy(method, curves, evidence)
        case .metered:
            var factors: [EnergyFactor] = []
            for (_, node) in models {
                _ = try node.section(keys: [])
                factors.append(
                    EnergyFactor(
                        energy: Estimate(exactly: Coefficients(metered: 1_000_000)), embodied: nil,
                        evidence: evidence, source: source))
            }
            rules = .coefficients(factors)
        }
        for (entry, node) in models {
            guard let factor = factor(of: entry) else { continue }
            let values =
                Charge.allCases.flatMap { charge in
                    [factor.energy.low[charge], factor.energy.high[charge]]
                        + (factor.embodied.map { [$0.low[charge], $0.high[charge]] } ?? [])
                }
            guard values.allSatisfy((0...Self.largestCoefficient).contains) else {
                throw node.error("more than 100000 Wh or g for one thing; is a unit mixed up?")
            }
        }
    }

    /// 10⁻¹² of the unit.
    static let largestCoefficient: Int64 = 100_000_000_000_000_000
}
