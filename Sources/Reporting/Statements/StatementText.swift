import Accounting
package import Ledger

/// A statement for people.
package enum StatementText {
    package static func text(of statement: MonthStatement) -> String {
        var facts = Facts()
        let stated = statement.stated
        facts.add(
            "Stated",
            "\(statement.month), revision \(statement.revision), \(statement.closedAt) UTC")
        if !statement.reason.isEmpty { facts.add("Because", statement.reason) }
        facts.add("Emissions", emissions(stated))
        facts.add(
            "Energy",
            "\(Numbers.ranged(kilo(stated.energy), kilo(stated.energyLow), kilo(stated.energyHigh))) kWh"
        )
        if stated.unmatchedEnergy > 0 {
            facts.add(
                "",
                "\(Numbers.significant(kilo(stated.unmatchedEnergy))) kWh of it are of hours without a grid value, and in no "
                    + "emissions")
        }
        facts.add(
            "Requests",
            Numbers.grouped(stated.requests)
                + (stated.unmatchedRequests > 0
                    ? ", \(Numbers.grouped(stated.unmatchedRequests)) of them without energy" : ""))
        facts.add("Energy model", statement.energyModel)
        for (index, exception) in statement.exceptions.enumerated() {
            facts.add(index == 0 ? "Despite" : "", exception.detail)
        }
        facts.add("SHA-256", statement.sha256)
        facts.add("By", "flue \(statement.version)")
        return facts.text
    }

    /// That a month is no longer what was stated.
    package static func pending(
        _ statement: MonthStatement, _ now: MonthStatement.Figures
    ) -> String {
        let change = Self.change(kilo(statement.stated.emissions), kilo(now.emissions), "kg CO2e")
        return
            "\(statement.month) is closed, and no longer what was stated: \(change); flue restate \(statement.month) "
            + "--dry-run tells why"
    }

    /// A statement and what became of it, in one line.
    static func line(_ statement: MonthStatement) -> String {
        let because = statement.reason.isEmpty ? "" : ": \(statement.reason)"
        return
            "revision \(statement.revision), \(statement.closedAt.prefix(10)), \(emissions(statement.stated))\(because)"
    }

    static func emissions(_ figures: MonthStatement.Figures) -> String {
        Numbers.ranged(
            kilo(figures.emissions), kilo(figures.emissionsLow), kilo(figures.emissionsHigh))
            + " kg CO2e"
    }

    static func kilo(_ micro: Int64?) -> Double? { micro.map { Double($0) / 1e9 } }

    /// A difference with its sign.
    static func signed(_ value: Double) -> String {
        value == 0 ? "0" : (value > 0 ? "+" : "") + Numbers.significant(value)
    }

    /// Of the emissions of a month.
    package static func change(
        _ before: MonthStatement.Figures?, _ after: MonthStatement.Figures?
    ) -> String {
        change(kilo(before?.emissions), kilo(after?.emissions), "kg CO2e")
    }

    /// `52.36 → 53.18 kg CO2e (+1.6 %)`.
    static func change(_ before: Double?, _ after: Double?, _ unit: String) -> String {
        let text = "\(Numbers.significant(before)) → \(Numbers.significant(after)) \(unit)"
        guard let before, let after, before != 0 else { return text }
        let percent = (after / before - 1) * 100
        return text + " (\(percent > 0 ? "+" : "")\(Numbers.decimal(percent, 2)) %)"
    }

    /// `+0.82 kg CO2e because of grid releases`.
    package static func because(_ movement: MonthStatement.Movement) -> String {
        let cause = RestatementCause(rawValue: movement.cause)?.text ?? movement.cause
        return "\(signed(Double(movement.emissions) / 1e9)) kg CO2e because of \(cause)"
    }

    /// Causes one a line, indented.
    static func causes(_ causes: [MonthStatement.Movement]) -> String {
        var table = TextTable([
            ("  because of", .left), ("kg CO2e", .right), ("kWh", .right),
        ])
        for movement in causes {
            table.add([
                "  " + (RestatementCause(rawValue: movement.cause)?.text ?? movement.cause),
                signed(Double(movement.emissions) / 1e9), signed(Double(movement.energy) / 1e9),
            ])
        }
        return table.text
    }
}
