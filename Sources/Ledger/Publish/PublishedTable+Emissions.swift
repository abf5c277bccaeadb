import Accounting

/// Emissions of hours, days and months.
extension PublishedTable {
    static let hourlyEmissions = PublishedTable(
        name: "hourly_emissions", row: "hour, region, zone, model",
        columns: hour + place + activity + measures + means + water + [
            PublishedColumn(
                "intensity_g_per_kwh", .real, unit: "g CO2e/kWh",
                "of the zone in the hour, as it was used",
                "f.intensity_mg_per_kwh / 1e3"),
            PublishedColumn(
                "grid_evidence", .text,
                "how good that is: measured, estimated, interpolated, profile, annual, missing",
                "v.name"),
            PublishedColumn(
                "grid_step", .text,
                "the step of the ladder that filled it; '' for an imported value",
                "f.grid_step"),
            PublishedColumn(
                "energy_evidence", .text,
                "how good energy is: metered, measured, modelled, published, assumed; NULL: unmatched model",
                "f.energy_evidence"),
            PublishedColumn(
                "batch_size", .real, unit: "requests",
                "mean requests at once, where energy depends on it",
                "f.batch_milli / 1e3"),
        ],
        source: """
            hour_emission AS e
            JOIN calendar_hour AS c USING (hour)
            JOIN hour_factor AS f USING (hour, region_id, model_id)
            JOIN evidence AS v USING (evidence_id)
            \(names)
            """,
        period: .day,
        indexes: [["hour"], ["hour_epoch"], ["day"], ["month", "model"], ["region"], ["model"]])

    static let dailyEmissions = PublishedTable(
        name: "daily_emissions", row: "day, region, zone, model, tenant, project, endpoint",
        columns: day + place + dimensions + activity + measures + means + water + shares,
        source: """
            daily_emission AS e
            JOIN calendar_day AS c USING (day)
            \(names)
            JOIN dimension AS d USING (dimension_id)
            """,
        period: .day,
        indexes: [
            ["day"], ["day_epoch"], ["month", "model"], ["tenant", "day"], ["project", "day"],
        ])

    /// Of `hour_cell`, which is filled for the days that are asked for.
    static let hourlyDimensionEmissions = PublishedTable(
        name: "hourly_dimension_emissions",
        row:
            "hour, region, zone, model, tenant, project, endpoint; for the latest days that are published",
        columns: hour + place + dimensions + activity + measures + means + water,
        source: """
            hour_cell AS e
            JOIN calendar_hour AS c USING (hour)
            \(names)
            JOIN dimension AS d USING (dimension_id)
            """,
        period: .day, indexes: [["hour"], ["day"], ["tenant", "hour"], ["project", "hour"]])

    static let monthlyEmissions = PublishedTable(
        name: "monthly_emissions", row: "month, region, zone, model, tenant, project, endpoint",
        columns: month + place + dimensions + activity + measures + means + water + shares + [
            status
        ],
        source: """
            monthly_emission AS e
            JOIN calendar_month AS c USING (month)
            \(names)
            JOIN dimension AS d USING (dimension_id)
            LEFT JOIN month_status AS t USING (month)
            """,
        period: .month, indexes: [["month", "model"], ["month_epoch"], ["tenant"], ["project"]])

    static let monthlyTotals = PublishedTable(
        name: "monthly_totals",
        row: "month; low and high join the ranges of its rows as the report's head does",
        columns: month + activity + [
            PublishedColumn(
                "unmatched_requests", .integer, unit: "requests",
                "requests without energy, as their model is unmatched or their usage cannot be charged",
                "e.requests - e.energy_requests")
        ] + measures + means + shares + [
            status,
            PublishedColumn(
                "stated_revision", .integer, "of the statement in force; NULL: open", "s.revision",
                since: 4),
            PublishedColumn(
                "stated_energy_kwh", .real, unit: "kWh", "as stated; NULL: open",
                "w.energy_uwh / 1e9", since: 4),
            PublishedColumn(
                "stated_emissions_kgco2e", .real, unit: "kg CO2e", "as stated; NULL: open",
                "w.emissions_ug / 1e9", since: 4),
        ],
        source: """
            month_total AS e JOIN calendar_month AS c USING (month)
            LEFT JOIN month_status AS t USING (month)
            LEFT JOIN statement AS s USING (statement_id)
            LEFT JOIN statement_total AS w USING (statement_id)
            """,
        period: .month, indexes: [["month"]])

    private static let status = PublishedColumn(
        "status", .text,
        "open, closed, or pending: it is closed, and no longer what was stated",
        "coalesce(t.status, 'open')", since: 4)

    static let shares = ["measured", "estimated", "filled"].map { evidence in
        PublishedColumn(
            "\(evidence)_share", .real, unit: "0 to 1", "\(evidence)_energy_kwh / energy_kwh",
            "CAST(e.\(evidence)_energy_uwh AS REAL) / nullif(e.energy_uwh, 0)")
    }

    static let monthlyCoverage = PublishedTable(
        name: "monthly_coverage",
        row: "month, region; rejected lines name no region and stand in a row without one",
        columns: month + [
            PublishedColumn("region", .text, "as the log says; NULL: rejected lines", "r.name")
        ]
            + GridEvidence.allCases.map {
                PublishedColumn(
                    "\($0)_energy_kwh", .real, unit: "kWh",
                    "energy in hours whose grid value is \($0)",
                    "e.\($0)_energy_uwh / 1e9")
            }
            + EnergyEvidence.allCases.map {
                PublishedColumn(
                    "energy_\($0)_kwh", .real, unit: "kWh", "energy whose own evidence is \($0)",
                    "e.energy_\($0)_uwh / 1e9")
            } + [
                PublishedColumn(
                    "requests", .integer, unit: "requests", Counter.requests.declaration.meaning),
                PublishedColumn(
                    "unknown_usage_requests", .integer, unit: "requests",
                    Counter.unknownUsageRequests.declaration.meaning),
                PublishedColumn(
                    "unmatched_model_requests", .integer, unit: "requests",
                    "of models that the energy model does not know"),
                PublishedColumn(
                    "rejected_lines", .integer, unit: "lines",
                    "of files whose requests begin in the month"),
            ],
        source: """
            month_coverage AS e JOIN calendar_month AS c USING (month)
            LEFT JOIN region AS r USING (region_id)
            """,
        period: .month, indexes: [["month"]])

    /// `coverage` is the share of requests with energy and a grid value, which the mean is of.
    static let monthlyBoundaries = PublishedTable(
        name: "monthly_boundaries",
        row:
            "month and boundary that standards and publications use; NULL where a part of one is not known of any row",
        columns: month + [
            PublishedColumn("boundary", .text, "as its standard or publication names it"),
            PublishedColumn("includes", .text, "what is in it"),
            PublishedColumn(
                "emissions_kgco2e", .real, unit: "kg CO2e", "of the boundary", "e.ug / 1e9"),
            PublishedColumn(
                "gco2e_per_request", .real, unit: "g CO2e", "over matched_requests",
                "e.ug / 1e6 / nullif(e.matched_requests * (e.uncounted_tokens = 0), 0)"),
            PublishedColumn(
                "coverage", .real, unit: "0 to 1", "matched_requests / requests",
                "CAST(e.matched_requests AS REAL) / nullif(e.requests * (e.uncounted_tokens = 0), 0)"
            ),
        ],
        source: """
            (\(boundaries.map { name, includes, amount in
                """
                SELECT month, requests, matched_requests, uncounted_tokens, '\(name)' AS boundary,
                  '\(includes)' AS includes, \(amount) AS ug FROM month_total
                """
            }.joined(separator: "\nUNION ALL\n"))) AS e
            JOIN calendar_month AS c USING (month)
            """,
        period: .month, indexes: [["month"]])

    private static let boundaries = [
        (
            "GHG Protocol Scope 2, location-based", "operational, average grid",
            Measure.emissions.column
        ),
        (
            "GHG Protocol Scope 2, market-based", "operational, contracts or residual mix",
            Measure.marketEmissions.column
        ),
        (
            "GHG Protocol Scope 3, category 3, T&D losses",
            "electricity lost in transmission and distribution, average grid",
            Measure.lossEmissions.column
        ),
        (
            "SCI", "operational, average grid, and embodied, per request",
            "\(Measure.emissions.column) + \(Measure.embodied.column)"
        ),
        (
            "EcoLogits-like", "operational, average grid, and embodied",
            "\(Measure.emissions.column) + \(Measure.embodied.column)"
        ),
        (
            "Google-like", "operational, market-based, and embodied",
            "\(Measure.marketEmissions.column) + \(Measure.embodied.column)"
        ),
    ]

    static let monthlyTraining = PublishedTable(
        name: "monthly_training",
        row: "month and model: its share of its training; in no other figure",
        columns: month + [
            PublishedColumn("model", .text, "as the log names it", "m.name"),
            PublishedColumn(
                "requests", .integer, unit: "requests", Counter.requests.declaration.meaning),
            PublishedColumn("unit", .text, "gCO2e/request or kgCO2e/month, as configured"),
            PublishedColumn("source", .text, "of the figure"),
            PublishedColumn(
                "training_kgco2e", .real, unit: "kg CO2e", "NULL where nobody counted the requests",
                "e.training_ug / 1e9"),
        ],
        source: """
            month_training AS e JOIN calendar_month AS c USING (month)
            JOIN model AS m USING (model_id)
            """,
        period: .month, indexes: [["month"]])
}
