import Accounting
package import Ledger

/// What deriving again did, or would do.
package struct RestatementPage: Encodable {
    package struct Month: Encodable {
        package let month: String
        package let revision: Int
        package let before: MonthStatement.Figures
        package let after: MonthStatement.Figures
        /// In order of substitution; they add up to the difference.
        package let causes: [MonthStatement.Movement]
        /// Of emissions or energy, whichever moved by more, relative to what was stated, from 0.
        package let change: Double
        /// Whether that is more than what may stay unstated.
        package let isDue: Bool
        /// Of the new revision; `nil` where nothing was kept.
        package let sha256: String?

        enum CodingKeys: String, CodingKey {
            case month, revision, before, after, causes, change, sha256
            case isDue = "is_due"
        }
    }

    package struct Move: Encodable {
        package let month: String
        package let before: Double?
        package let after: Double?
        package let causes: [MonthStatement.Movement]

        enum CodingKeys: String, CodingKey {
            case month, causes
            case before = "emissions_kgco2e_before"
            case after = "emissions_kgco2e_after"
        }
    }

    package let isDry: Bool
    package let materialityPercent: Double
    package let months: [Month]
    package let unchanged: [String]
    /// Open months, and those that were not asked for, that another method derives otherwise.
    package let moves: [Move]

    enum CodingKeys: String, CodingKey {
        case months, unchanged, moves
        case isDry = "dry_run"
        case materialityPercent = "materiality_percent"
    }

    package init(_ restating: Ledger.Restating, materialityPercent: Double, isDry: Bool) {
        self.isDry = isDry
        self.materialityPercent = materialityPercent
        months = restating.restated.map { before, after in
            let (was, now) = (before.stated, after.stated)
            let change = max(
                Self.change(was.emissions, now.emissions), Self.change(was.energy, now.energy))
            return Month(
                month: after.month, revision: after.revision, before: was, after: now,
                causes: after.causes, change: change, isDue: change * 100 > materialityPercent,
                sha256: isDry ? nil : after.sha256)
        }
        unchanged = restating.unchanged.map(\.description)
        let stated = Set(months.map(\.month) + unchanged)
        moves = restating.moves.filter { !stated.contains($0.month) }.map {
            Move(month: $0.month, before: $0.before, after: $0.after, causes: $0.causes)
        }
    }

    private static func change(_ before: Int64?, _ after: Int64?) -> Double {
        let (was, now) = (Double(before ?? 0), Double(after ?? 0))
        if was == now { return 0 }
        return was == 0 ? 1 : (now / was - 1).magnitude
    }

    /// Whether a month moved by more than what may stay unstated.
    package var isDue: Bool { months.contains(where: \.isDue) }

    package var text: String {
        var text = ""
        for month in months {
            let (was, now) = (month.before, month.after)
            let title = isDry ? "would be stated again" : "revision \(month.revision)"
            var facts = Facts()
            facts.add(
                "Emissions",
                StatementText.change(
                    StatementText.kilo(was.emissions), StatementText.kilo(now.emissions), "kg CO2e")
            )
            facts.add(
                "Energy",
                StatementText.change(
                    StatementText.kilo(was.energy), StatementText.kilo(now.energy), "kWh"))
            facts.add(
                "Requests",
                was.requests == now.requests
                    ? Numbers.grouped(now.requests)
                    : "\(Numbers.grouped(was.requests)) → \(Numbers.grouped(now.requests))")
            if let sha256 = month.sha256 { facts.add("SHA-256", sha256) }
            text += "\(month.month), \(title)\n\(facts.text)"
            text +=
                month.causes.isEmpty
                ? "  Energy and emissions are what they were; other columns moved.\n"
                : StatementText.causes(month.causes)
            let limit = Numbers.decimal(materialityPercent, 2)
            if isDry {
                text +=
                    month.isDue
                    ? "  More than \(limit) % (limits: materiality_percent): a restatement is due.\n"
                    : "  Not more than \(limit) % (limits: materiality_percent).\n"
            }
        }
        let unmoved = moves.filter { $0.causes.isEmpty && $0.before == $0.after }.map(\.month)
        for move in moves where !unmoved.contains(move.month) {
            text +=
                "\(move.month), not closed or not asked for: "
                + StatementText.change(move.before, move.after, "kg CO2e") + "\n"
            if !move.causes.isEmpty { text += StatementText.causes(move.causes) }
        }
        if !unmoved.isEmpty {
            text += "As before, by other settings: \(unmoved.joined(separator: ", "))\n"
        }
        if !unchanged.isEmpty {
            text += "As stated: \(unchanged.joined(separator: ", "))\n"
        }
        if months.isEmpty, moves.isEmpty, unchanged.isEmpty {
            text += "No month is closed, and all are derived by these settings: nothing to do.\n"
        }
        return text
    }
}
