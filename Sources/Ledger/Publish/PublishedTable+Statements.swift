import Accounting

/// Months as they were stated.
extension PublishedTable {
    private static let revision = PublishedColumn(
        "revision", .integer, "of the month's statement, from 1", "s.revision", since: 4)

    static let statements = PublishedTable(
        name: "statements",
        row:
            "month and revision: what was stated; figures are NULL of a month of which nothing was left",
        columns: month + [
            revision,
            PublishedColumn(
                "state", .text,
                "closed or pending, as the month's status; superseded by a later revision",
                "coalesce(t.status, 'superseded')", since: 4),
            PublishedColumn("closed_at", .text, unit: "UTC", "when", "n.committed_at", since: 4),
            PublishedColumn(
                "reason", .text, "why it was stated again; '' for the first", "s.reason", since: 4),
            PublishedColumn(
                "despite", .text, "why the month was not complete; NULL: it was",
                """
                (SELECT group_concat(detail, '; ') FROM statement_exception AS x
                 WHERE x.statement_id = s.statement_id)
                """, since: 4),
            PublishedColumn(
                "sha256", .text, "of its canonical text", "lower(hex(s.sha256))", since: 4),
            PublishedColumn("version", .text, "of flue", "n.version", since: 4),
            PublishedColumn("energy_model", .text, "that it rests on", "p.energy_model", since: 4),
            PublishedColumn("basis", .text, "that it rests on", "p.basis", since: 4),
            PublishedColumn(
                "method_sha256", .text, "that it rests on", "lower(hex(p.sha256))", since: 4),
            PublishedColumn("run_id", .integer, "that froze it", "s.run_id", since: 4),
        ] + activity + measures + means,
        source: """
            statement AS s LEFT JOIN statement_total AS e USING (statement_id)
            JOIN calendar_month AS c USING (month)
            JOIN run AS n USING (run_id) JOIN method AS p USING (method_id)
            LEFT JOIN month_status AS t USING (statement_id)
            """, indexes: [["month", "revision"]])

    static let statedEmissions = PublishedTable(
        name: "stated_emissions",
        row:
            "month, revision, region, zone, model, tenant, project, endpoint: a row as it was stated",
        columns: month + [revision] + place(zone: "e.zone") + dimensions + activity + measures
            + means,
        source: """
            statement AS s JOIN statement_row AS e USING (statement_id)
            JOIN calendar_month AS c USING (month)
            JOIN region AS r USING (region_id) JOIN model AS m USING (model_id)
            JOIN dimension AS d USING (dimension_id)
            """, indexes: [["month", "revision"], ["model"]])

    static let restatements = PublishedTable(
        name: "restatements", row: "month and revision, from the second: what it changed",
        columns: month + [
            revision,
            PublishedColumn(
                "restated_at", .text, unit: "UTC", "when", "n.committed_at", since: 4),
            PublishedColumn("reason", .text, "as was given", "s.reason", since: 4),
        ] + change("energy", "kWh", "energy_kwh", "energy_uwh")
            + change("emissions", "kg CO2e", "emissions_kgco2e", "emissions_ug"),
        source: """
            statement AS s LEFT JOIN statement_total AS e USING (statement_id)
            JOIN calendar_month AS c USING (month) JOIN run AS n USING (run_id)
            JOIN statement AS b ON b.month = s.month AND b.revision = s.revision - 1
            LEFT JOIN statement_total AS w ON w.statement_id = b.statement_id
            """, indexes: [["month", "revision"]])

    private static func change(
        _ what: String, _ unit: String, _ name: String, _ stored: String
    ) -> [PublishedColumn] {
        [
            PublishedColumn(
                "\(name)_before", .real, unit: unit, "\(what) by the revision before",
                "w.\(stored) / 1e9", since: 4),
            PublishedColumn(name, .real, unit: unit, what, "e.\(stored) / 1e9", since: 4),
            PublishedColumn(
                "\(name)_change", .real, unit: unit, "after − before; nothing known counts as 0",
                "(coalesce(e.\(stored), 0) - coalesce(w.\(stored), 0)) / 1e9", since: 4),
        ]
    }

    static let restatementCauses = PublishedTable(
        name: "restatement_causes",
        row:
            "month, revision, region, model, tenant, project, endpoint, cause: its part of the change",
        columns: month + [revision]
            + [
                PublishedColumn(
                    "region", .text, "where it ran, as the log says", "r.name", since: 4),
                PublishedColumn("model", .text, "as the log names it", "m.name", since: 4),
            ] + dimensions + cause,
        source: """
            restatement_cause AS e JOIN statement AS s USING (statement_id)
            JOIN calendar_month AS c USING (month)
            JOIN region AS r USING (region_id) JOIN model AS m USING (model_id)
            JOIN dimension AS d USING (dimension_id)
            """, indexes: [["month", "revision"], ["cause"]])

    static let formerTotalCauses = PublishedTable(
        name: "former_total_causes",
        row: "month, run and cause: its part of the change since former_totals",
        columns: month + [PublishedColumn("run_id", .integer, "that derived it anew", since: 4)]
            + cause,
        source: "former_total_cause AS e JOIN calendar_month AS c USING (month)",
        indexes: [["month", "run_id"]])

    private static let cause = [
        PublishedColumn(
            "cause", .text,
            "\(RestatementCause.allCases.map(\.rawValue).joined(separator: ", "))", since: 4),
        PublishedColumn(
            "energy_kwh", .real, unit: "kWh", "that it added; negative: took away",
            "e.energy_uwh / 1e9", since: 4),
        PublishedColumn(
            "emissions_kgco2e", .real, unit: "kg CO2e", "that it added; negative: took away",
            "e.emissions_ug / 1e9", since: 4),
    ]
}
