import Accounting
package import Ledger

/// An explanation for people: the sums by region and model, then what they rest on.
package struct ExplanationText {
    private let explanation: Explanation
    /// Of hours that are listed one by one.
    private static let mostHours = 24
    private static let mostFiles = 20

    package init(_ explanation: Explanation) { self.explanation = explanation }

    package var text: String {
        ([head, energy, hours] + (unknown.isEmpty ? [] : [unknown]) + [sources, files])
            .joined(separator: "\n")
    }

    // MARK: Head

    private var head: String {
        let totals = explanation.totals
        let selection = explanation.selection
        let names = [
            ("region", selection.region), ("model", selection.model), ("tenant", selection.tenant),
            ("project", selection.project), ("endpoint", selection.endpoint),
            ("hour", selection.hour?.text),
        ].compactMap { name, value in value.map { "\(name) \($0)" } }
        var facts = Facts()
        facts.add(
            "Of",
            "\(selection.month)" + (names.isEmpty ? "" : ", \(names.joined(separator: ", "))")
                + (selection.revision.map { ", as stated by revision \($0)" } ?? ""))
        if let statement = explanation.statement { facts.add("SHA-256", statement) }
        facts.add(
            "Emissions",
            "\(grouped(totals.emissions)) µg CO2e = \(kilo(totals.emissions)) kg CO2e, within \(bound(totals.emissionsRounding)) µg of the product without rounding"
        )
        facts.add(
            "Energy",
            "\(grouped(totals.energy)) µWh = \(kilo(totals.energy)) kWh, within \(bound(totals.energyRounding)) µWh"
        )
        facts.add(
            "Requests",
            "\(grouped(totals.requests)) in \(Numbers.counted(totals.cells, "cell")), each rounded by itself"
        )
        facts.add(
            "Energy model",
            "\(explanation.method.energyModel): \(explanation.method.summary) (boundary: \(explanation.method.boundary))"
        )
        for (index, line) in Explanation.formula.enumerated() {
            facts.add(index == 0 ? "Formula" : "", line)
        }
        return facts.text
    }

    private func grouped(_ value: Int64) -> String { Numbers.grouped(value) }
    private func kilo(_ micro: Int64) -> String { Numbers.significant(Double(micro) / 1e9) }
    private func bound(_ value: Double) -> String { Numbers.decimal(value.rounded(.up), 0) }

    // MARK: Energy

    /// Terms that are charged alike.
    private struct Charged: Hashable {
        let region: String
        let model: String
        let factor: Int?
        let effectiveness: Int?
    }

    /// For each region, model and factor: the counts, the coefficients, and what they make.
    private var energy: String {
        var sums: [Charged: (activity: Activity, energy: Int64, cells: Int64)] = [:]
        for term in explanation.terms {
            let key = Charged(
                region: term.region, model: term.model, factor: term.energyFactor,
                effectiveness: term.effectiveness)
            sums[key, default: (Activity(), 0, 0)].activity += term.activity
            sums[key]?.energy += term.energy ?? 0
            sums[key]?.cells += term.cells
        }
        let ordered = sums.sorted { left, right in
            (right.value.energy, left.key.region, left.key.model, left.key.factor ?? 0)
                < (left.value.energy, right.key.region, right.key.model, right.key.factor ?? 0)
        }
        var text = "Energy, by what is charged alike\n"
        for (key, sum) in ordered.prefix(Self.mostFiles) {
            text += "  \(key.region), \(key.model): \(product(key, sum.activity)) = "
            text += key.factor == nil ? "not known\n" : "\(grouped(sum.energy)) µWh\n"
        }
        if ordered.count > Self.mostFiles {
            text += "  and \(ordered.count - Self.mostFiles) more; --format json has all\n"
        }
        return text
    }

    private func product(_ key: Charged, _ activity: Activity) -> String {
        guard let factor = explanation.energyFactors.first(where: { $0.id == key.factor }) else {
            return "\(Numbers.counted(activity.requests, "request")) × nothing that is known"
        }
        let counts = Charge.allCases.compactMap { charge -> String? in
            guard let coefficient = factor.coefficients[charge.column] else { return nil }
            let count = activity.count(of: charge)
            return
                "\(grouped(count)) \(charge.thing)\(count == 1 ? "" : "s") × \(grouped(coefficient)) pWh"
        }
        let sum = counts.isEmpty ? "nothing is charged" : counts.joined(separator: " + ")
        let pool = factor.pool.map { ", its share of pool \($0)" } ?? ""
        let place = explanation.effectiveness.first { $0.id == key.effectiveness }
        let pue = place.map { " × PUE \(Numbers.decimal(Double($0.value) / 1e6, 4))" } ?? ""
        return "(\(sum))\(pue)\(pool) [\(factor.id)]"
    }

    // MARK: Hours

    private var hours: String {
        struct Place: Hashable {
            let hour: String
            let intensity: Int?
        }
        var sums: [Place: (energy: Int64, emissions: Int64)] = [:]
        for term in explanation.terms where term.energy != nil {
            let place = Place(hour: term.hour, intensity: term.intensity)
            sums[place, default: (0, 0)].energy += term.energy ?? 0
            sums[place]?.emissions += term.emissions ?? 0
        }
        let ordered = sums.sorted {
            ($0.key.hour, $0.key.intensity ?? 0) < ($1.key.hour, $1.key.intensity ?? 0)
        }
        var table = TextTable([
            ("hour", .left), ("zone", .left), ("mg/kWh", .right), ("evidence", .left),
            ("from", .left), ("µWh", .right), ("µg CO2e", .right),
        ])
        for (place, sum) in ordered.prefix(Self.mostHours) {
            let intensity = place.intensity.map { explanation.intensities[$0 - 1] }
            table.add([
                place.hour, intensity?.zone ?? "–", intensity.map { grouped($0.value) } ?? "–",
                intensity.map { $0.step.isEmpty ? $0.evidence : "\($0.evidence): \($0.step)" }
                    ?? "missing",
                intensity.map { value in
                    (value.releases.map { "release \($0)" } + value.factors).joined(separator: ", ")
                } ?? "", grouped(sum.energy), place.intensity == nil ? "–" : grouped(sum.emissions),
            ])
        }
        let more = ordered.count - Self.mostHours
        return "Hours\n" + table.text
            + (more > 0
                ? "and \(Numbers.counted(Int64(more), "zone-hour")) more; choose one with --hour, or --format json has all\n"
                : "")
    }

    private var unknown: String {
        let totals = explanation.totals
        var facts = Facts()
        if totals.requestsWithoutEnergy > 0 {
            let models = explanation.unmatchedModels.sorted { $0.key < $1.key }
                .map { "\($0.key) (\(grouped($0.value)))" }
            facts.add(
                "Not known",
                "energy of \(Numbers.counted(totals.requestsWithoutEnergy, "request"))"
                    + (models.isEmpty ? "" : ", of models \(models.joined(separator: ", "))")
            )
        }
        if totals.unmatchedEnergy > 0 {
            facts.add("No grid", "\(grouped(totals.unmatchedEnergy)) µWh; in no emissions")
        }
        if totals.unknownUsageRequests > 0 {
            facts.add(
                "Usage",
                "not known of \(Numbers.counted(totals.unknownUsageRequests, "request"))")
        }
        return facts.text
    }

    // MARK: Sources

    private var sources: String {
        var text = "Sources\n"
        for factor in explanation.energyFactors.prefix(Self.mostFiles) {
            text +=
                "  [\(factor.id)] \(factor.entry), \(factor.evidence), \(factor.released): \(factor.source)\n"
        }
        for pue in explanation.effectiveness {
            text += "  PUE of \(pue.region), \(pue.subject): \(pue.source)\n"
        }
        for release in explanation.releases {
            text +=
                "  release \(release.id): \(release.source), \(release.label), \(release.boundary), \(release.file), SHA-256 \(release.sha256)\n"
        }
        for factor in explanation.gridFactors {
            text += "  \(factor.subject): \(grouped(factor.value)) mg/kWh, \(factor.source)\n"
        }
        return text
    }

    private var files: String {
        var table = TextTable([
            ("file", .left), ("lines", .right), ("counted", .right), ("rejected", .right),
            ("duplicate", .right), ("skipped", .right),
        ])
        for file in explanation.files.prefix(Self.mostFiles) {
            table.add(
                [file.name]
                    + [file.lines, file.counted, file.rejected, file.duplicate, file.skipped]
                    .map(grouped))
        }
        var text = "Files that hold requests of the time\n" + table.text
        if explanation.files.count > Self.mostFiles {
            text +=
                "and \(explanation.files.count - Self.mostFiles) more; --format json has all, with their SHA-256\n"
        }
        for reject in explanation.rejects {
            let field = reject.field.isEmpty ? "" : " in \"\(reject.field)\""
            text += "  \(grouped(reject.lines)) rejected: \(reject.reason)\(field)\n"
        }
        return text
    }
}
