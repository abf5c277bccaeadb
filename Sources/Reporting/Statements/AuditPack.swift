import Accounting
package import Ledger

/// The files of an audit pack: what a statement rests on, in the words and tables that an auditor asks for.
package struct AuditPack {
    private let statement: MonthStatement
    /// Of the statement's revision.
    private let explanation: Explanation
    private let tables: [AuditTable]
    private let history: [MonthStatement]

    package init(
        _ statement: MonthStatement, _ explanation: Explanation, _ tables: [AuditTable],
        history: [MonthStatement]
    ) {
        self.statement = statement
        self.explanation = explanation
        self.tables = tables
        self.history = history
    }

    /// Of the statement's canonical text.
    package var dumpName: String { "statement-\(statement.month)-r\(statement.revision).txt" }

    /// All others but that of the sums, by name.
    package var files: [(name: String, text: String)] {
        [("README.md", readme), ("methodology.md", methodology)]
            + tables.map { ("\($0.name).csv", csv($0)) }
            + [("headline.sql", Ledger.headlineSQL(of: statement))]
    }

    private func csv(_ table: AuditTable) -> String {
        ([table.columns] + table.rows).map { row in
            row.map(PlainText.csvCell).joined(separator: ",") + "\r\n"
        }.joined()
    }

    // MARK: README

    /// What standards ask for, and where it is. Numbers of clauses are those of the editions named.
    private static let clauses: [(standard: String, asks: String, place: String)] = [
        (
            "ITU-T L.1801 (02/2026), twin of ETSI ES 204 135, 6.2",
            "which stages of the life cycle are assessed", "methodology.md, Boundary"
        ),
        (
            "ITU-T L.1801, 7 and 8.1; Appendix IV", "goal, scope, functional unit, system boundary",
            "methodology.md, What is stated, Boundary"
        ),
        (
            "ITU-T L.1801, 8.1; Appendix III", "inventory data and their quality",
            "files.csv, register.csv, releases.csv, coverage.csv"
        ),
        (
            "ITU-T L.1801, 8.1", "allocation, assumptions, cut-offs, uncertainty",
            "methodology.md, Energy, What is not in it, Ranges"
        ),
        (
            "GHG Protocol Scope 2 Guidance (2015), 7.1",
            "results by the location-based and, where instruments apply, the market-based method, each labelled",
            "statements.csv: emissions_ug (location-based), market_emissions_ug"
        ),
        (
            "GHG Protocol Scope 2 Guidance, 6",
            "emission factors, their sources, the most precise first",
            "releases.csv, coverage.csv, methodology.md, Grid"
        ),
        (
            "GHG Protocol Corporate Standard, 5 and 9",
            "changes of method and of data since the first statement, and what they did",
            "statements.csv, causes.csv"
        ),
        (
            "ESRS E1-5 (Regulation (EU) 2023/2772)", "energy consumption",
            "statements.csv, rows.csv"
        ),
        (
            "ESRS E1-6, 44 to 52",
            "gross Scope 2 emissions by both methods; of services that are bought, Scope 3 category 1",
            "statements.csv; methodology.md, Boundary"
        ),
        (
            "ESRS E1, AR 39", "methodologies, significant assumptions, emission factors, tools",
            "methodology.md, register.csv"
        ),
        (
            "ESRS 2 BP-2, 10 to 12", "sources of estimation and outcome uncertainty",
            "methodology.md, Ranges; coverage.csv"
        ),
        (
            "ESRS 2 BP-2, 13 to 15", "changes in preparation, errors in prior periods",
            "statements.csv, causes.csv"
        ),
    ]

    private var readme: String {
        var text = """
            # Audit pack: inference in \(statement.month), revision \(statement.revision)

            \(StatementText.emissions(statement.stated)), \(Numbers.ranged(kilo(statement.stated.energy), kilo(statement.stated.energyLow), kilo(statement.stated.energyHigh))) kWh,
            \(Numbers.grouped(statement.stated.requests)) requests. Stated at \(statement.closedAt) UTC by flue \(statement.version).
            SHA-256 of the statement: `\(statement.sha256)`

            ## Check it

                sha256sum -c SHA256SUMS

            The sum of `\(dumpName)` is that of the statement. On the ledger, `flue verify` computes it again from what was
            frozen, and `headline.sql` computes the headline from the facts.

            ## Files

            | file | holds |
            |---|---|
            | `\(dumpName)` | the statement: all that was frozen, hour by hour, in integers; each section begins with its columns |
            | `methodology.md` | the method, made from the factors that were used |

            """
        for table in tables { text += "| `\(table.name).csv` | \(table.about) |\n" }
        text += """
            | `headline.sql` | queries that compute the headline again on the ledger |
            | `SHA256SUMS` | of all of these |

            Energy is in µWh (1 kWh = 10⁹ µWh), emissions in µg CO2e (1 kg = 10⁹ µg), factors in 10⁻¹² of their unit. Tenants,
            projects and endpoints are named by digests, files without their folders; no text of a request is anywhere.

            ## Where standards find what they ask for

            | standard, clause | asks for | where |
            |---|---|---|

            """
        for clause in Self.clauses {
            text += "| \(clause.standard) | \(clause.asks) | \(clause.place) |\n"
        }
        return text + """

            The pack covers the use of models, as the method says. What a standard asks beyond that (training, hardware,
            end of life, second-order effects) is not in it unless the method names it.

            """
    }

    // MARK: Methodology

    private func kilo(_ micro: Int64?) -> Double? { StatementText.kilo(micro) }

    private var methodology: String {
        [
            "# Methodology of \(statement.month), revision \(statement.revision)\n", stated,
            boundary,
            activity, energy, grid, notIn, ranges, changes,
        ].joined(separator: "\n")
    }

    private var stated: String {
        let figures = statement.stated
        return """
            ## What is stated

            Emissions of inference in \(statement.month) (calendar month, UTC): \(StatementText.emissions(figures)), from
            \(Numbers.ranged(kilo(figures.energy), kilo(figures.energyLow), kilo(figures.energyHigh))) kWh. The functional unit is the month's
            \(Numbers.grouped(figures.requests)) requests; a request is attributed to the hour in which it began.

                \(Explanation.formula.joined(separator: "\n    "))

            Sums are of integers. The \(Numbers.grouped(explanation.totals.cells)) cells (hour, region, model, tenant, project, endpoint) are rounded once each:
            the month lies within \(Numbers.grouped(Int64(explanation.totals.energyRounding.rounded(.up)))) µWh and \(Numbers.grouped(Int64(explanation.totals.emissionsRounding.rounded(.up)))) µg of the product without rounding.

            """
    }

    private var boundary: String {
        """
        ## Boundary

        The use stage: electricity of the \(explanation.effectiveness.isEmpty ? "facilities, PUE inside the energy factors" : "servers, and of their facilities by PUE"). Emissions are operational and
        location-based, by the \(explanation.method.basis) average intensity of each region's grid zone in each hour. Market-based, marginal, embodied
        emissions, losses and water are columns of their own in the statement, and in no other figure. For who buys inference as a
        service, these are emissions of purchased services (Scope 3, category 1); for who runs it, Scope 2.

        """
    }

    private var activity: String {
        func sum(_ value: (Explanation.File) -> Int64) -> String {
            Numbers.grouped(explanation.files.reduce(0) { $0 + value($1) })
        }
        return """
            ## Activity

            \(Numbers.counted(Int64(explanation.files.count), "log file")) whose requests span part of the month (`files.csv`), each known by its SHA-256 and
            counted once: \(sum(\.lines)) lines = \(sum(\.counted)) counted + \(sum(\.rejected)) rejected + \(sum(\.duplicate)) duplicate +
            \(sum(\.skipped)) skipped. Of \(Numbers.grouped(explanation.totals.unknownUsageRequests)) requests the logs do not say how many tokens they used.

            """
    }

    private var energy: String {
        var requests: [Int: Int64] = [:]
        for term in explanation.terms {
            guard let factor = term.energyFactor else { continue }
            requests[factor, default: 0] += term.activity.requests
        }
        var text = """
            ## Energy

            Energy model: \(explanation.method.energyModel), \(explanation.method.summary).

            | entry | charged | evidence | requests | source, release |
            |---|---|---|---|---|

            """
        for factor in explanation.energyFactors.prefix(200) {
            let charged = Charge.allCases.compactMap { charge in
                factor.coefficients[charge.column].map {
                    "\(Numbers.grouped($0)) pWh per \(charge.thing)"
                }
            }
            let pool = factor.pool.map { ", share of pool \($0)" } ?? ""
            text +=
                "| \(cell(factor.entry)) | \(charged.joined(separator: "; "))\(cell(pool)) | \(factor.evidence) "
                + "| \(Numbers.grouped(requests[factor.id] ?? 0)) | \(cell(factor.source)), \(factor.released) |\n"
        }
        if explanation.energyFactors.count > 200 {
            text +=
                "\n\(explanation.energyFactors.count - 200) more stand in the hours of `\(dumpName)`.\n"
        }
        guard !explanation.effectiveness.isEmpty else { return text }
        text += "\n| region | PUE | of | source |\n|---|---|---|---|\n"
        for pue in explanation.effectiveness {
            text +=
                "| \(cell(pue.region)) | \(Numbers.decimal(Double(pue.value) / 1e6, 4)) | \(cell(pue.subject)) | \(cell(pue.source)) |\n"
        }
        return text
    }

    private var grid: String {
        var energy: [String: Int64] = [:]
        for term in explanation.terms {
            let kind =
                term.intensity.map { id -> String in
                    let value = explanation.intensities[id - 1]
                    return value.step.isEmpty
                        ? value.evidence : "\(value.evidence), filled by \(value.step)"
                } ?? "missing"
            energy[kind, default: 0] += term.energy ?? 0
        }
        let total = energy.values.reduce(0, +)
        var text = """
            ## Grid

            Hourly intensities, \(explanation.method.basis), average. `releases.csv` has the imports with their hashes. Share of the energy by how good the
            value of its hour is:

            | value | kWh | share |
            |---|---|---|

            """
        for (kind, sum) in energy.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            text +=
                "| \(kind) | \(Numbers.significant(kilo(sum))) | \(Numbers.share(total == 0 ? nil : Double(sum) / Double(total))) |\n"
        }
        return text
    }

    private var notIn: String {
        let totals = explanation.totals
        var text = "## What is not in it\n\n"
        if totals.requestsWithoutEnergy > 0 {
            let models = explanation.unmatchedModels.sorted { $0.key < $1.key }.map {
                "\(cell($0.key)) (\(Numbers.grouped($0.value)))"
            }
            text +=
                "- Energy of \(Numbers.counted(totals.requestsWithoutEnergy, "request")), whose model or usage cannot be charged"
                + (models.isEmpty ? "\n" : "; models \(models.joined(separator: ", "))\n")
        }
        if totals.unmatchedEnergy > 0 {
            text +=
                "- Emissions of \(Numbers.significant(kilo(totals.unmatchedEnergy))) kWh in hours without a grid value\n"
        }
        for exception in statement.exceptions {
            text += "- The month was stated despite: \(cell(exception.detail))\n"
        }
        return text
            + "- Training of models, end of life of hardware, networks, devices of users, and effects beyond them\n"
    }

    private var ranges: String {
        """
        ## Ranges

        Each factor has low, central and high. What one factor does adds up over all cells that use it, as it is wrong everywhere
        alike; different factors are taken as independent and join as the root of the sum of squares (JCGM 100:2008, 5.1.2). A
        factor without a range states none, which is not certainty: the choice of the energy model is the largest doubt.

        """
    }

    private var changes: String {
        var text = "## Statements of the month\n\n"
        for revision in history {
            text += "- \(cell(StatementText.line(revision)))\n"
            for movement in revision.causes {
                text += "  - \(StatementText.because(movement))\n"
            }
        }
        return text
    }

    /// Text in a cell of a table.
    private func cell(_ text: String) -> String {
        PlainText.line(text).split(separator: "|", omittingEmptySubsequences: false)
            .joined(separator: "\\|")
    }
}
