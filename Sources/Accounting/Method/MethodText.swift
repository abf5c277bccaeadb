/// What a method is made of, so that it can be told which part of it has changed.
package enum MethodPart: String, CaseIterable, Sendable {
    /// What the program does with the same facts and factors.
    case derivation
    /// Coefficients, batch sizes, deployments and pools.
    case energyModel = "energy_model"
    /// How models are called.
    case names
    /// PUE, water, losses, contracts and training.
    case tables
    /// How hours without a grid value are filled, with the published factors of its last step.
    case ladder
    /// Of the intensities.
    case basis

    /// As people call it.
    package var text: String {
        switch self {
        case .derivation: "the program's own arithmetic"
        case .energyModel: "energy model"
        case .names: "names of models"
        case .tables: "regions, PUE and other tables"
        case .ladder: "how hours without a grid value are filled"
        case .basis: "basis"
        }
    }
}

extension Method {
    /// Rises when the same facts and factors give other rows.
    private static let derivationVersion = 7

    /// The method as text, part by part: a text differs whenever a derived number or a stated source could.
    package var parts: [(name: MethodPart, text: String)] {
        MethodPart.allCases.map { ($0, lines(of: $0).joined(separator: "\n")) }
    }

    /// All parts: its digest names the method.
    package var canonicalText: String {
        parts.map { "\($0.name.rawValue)\n\($0.text)" }.joined(separator: "\n")
    }

    private func lines(of part: MethodPart) -> [String] {
        switch part {
        case .derivation: ["derivation \(Self.derivationVersion)"]
        case .energyModel:
            [
                "energy-model \(energyModel.canonicalText)", "batch \(batchSource.rawValue)",
                "unknown-usage \(unknownUsage.rawValue)",
            ] + deployments.map { "deployment \($0)" } + pools.map { "pool \($0)" }
        case .names:
            modelNames.sorted { $0.key < $1.key }.map { "model-name \($0.key) \($0.value)" }
        case .tables: tableLines
        case .ladder: ladderLines
        case .basis: ["basis \(basis.rawValue)"]
        }
    }

    private var tableLines: [String] {
        var lines = [
            "default-pue \(defaultEffectiveness.low.value) \(defaultEffectiveness.central.value) "
                + "\(defaultEffectiveness.high.value) \(defaultEffectivenessSource)"
        ]
        for entry in losses.entries {
            lines.append(
                "td-loss \(entry.zone) \(entry.year ?? 0) \(entry.loss.value) \(entry.source)")
        }
        for factor in market { lines.append("market \(factor)") }
        for share in training { lines.append("training \(share)") }
        for name in regions.names {
            guard let entry = regions[name] else { continue }
            let effectiveness = entry.effectiveness.map {
                "\($0.year ?? 0) \($0.value.value) \($0.source)"
            }.joined(separator: " ")
            let water = entry.onSiteWater.map { "\($0.value)" } ?? "-"
            lines.append(
                "region \(name) \(entry.zone) \(effectiveness) \(water) "
                    + "\(entry.waterBasis.rawValue) \(entry.source)")
        }
        return lines + water.canonicalLines
    }

    private var ladderLines: [String] {
        var lines: [String] = []
        for (zone, ladder) in [("*", ladder)] + ladders.sorted(by: { $0.key < $1.key }) {
            let steps = ladder.steps.map(\.rawValue).joined(separator: " ")
            lines.append(
                "ladder \(zone) \(ladder.seasonalHours) \(ladder.linearHours) "
                    + "\(ladder.previousDayHours) \(steps)")
        }
        for entry in annual.entries {
            lines.append(
                "annual \(entry.zone) \(entry.year) \(entry.basis.rawValue) "
                    + "\(entry.boundary.rawValue) \(entry.losses.rawValue) "
                    + "\(entry.intensity.value) \(entry.source)")
        }
        return lines
    }
}
