import Accounting
import Ledger

/// A report for people: totals first, then how they came about, then the breakdown.
struct ReportTable {
    private let page: ReportPage
    private var report: MonthReport { page.report }

    init(_ page: ReportPage) { self.page = page }

    var text: String {
        ([title, totals, method] + (report.rows.isEmpty ? [] : [breakdown])
            + (page.published.isEmpty
                ? [] : [RequestStatisticsText(page.requests, page.published).text])
            + (page.comparisons.isEmpty ? [] : [comparisons])
            + (page.granularities.isEmpty ? [] : [granularities])
            + (page.equivalents.isEmpty ? [] : [equivalents])
            + (report.unmatched.isEmpty ? [] : [UnmatchedText.text(report.unmatched)]))
            .joined(separator: "\n")
    }

    private var title: String {
        let title = "Emissions of inference in \(report.month) (UTC)\n"
        guard !page.methodDifferences.isEmpty else { return title }
        var table = Facts()
        table.add("Careful", page.methodDifferences.warning)
        return "\(title)\n\(table.text)"
    }

    private var totals: String {
        let sums = report.totals
        var table = Facts()
        table.add("Emissions", emissions(sums))
        for (index, text) in statements.enumerated() {
            table.add(index == 0 ? "Statement" : "", text)
        }
        for calls in report.sameCalls { table.add("", SameCallsText.text(calls)) }
        if let market = sums.partial(.marketEmissions) {
            table.add("", partial(market, "kg CO2e, market-based"))
        }
        if let marginal = sums.partial(.marginalEmissions) {
            table.add(
                "", partial(marginal, "kg CO2e at the marginal intensity, beside the average"))
        }
        if let losses = sums.partial(.lossEmissions) {
            table.add(
                "", partial(losses, "kg CO2e of transmission and distribution losses, not inside"))
        }
        if let embodied = sums.partial(.embodied) {
            let range = Numbers.ranged(
                embodied.value, sums.low(.embodied), sums.high(.embodied))
            table.add("Embodied", "\(range) kg CO2e of making the hardware\(coverage(embodied))")
        }
        table.add("Energy", energy(sums))
        for (index, (basis, water)) in sums.onSiteWater.sorted(by: { $0.key < $1.key })
            .enumerated()
        {
            let what = basis == "unstated" ? "withdrawal or consumption not stated" : basis
            table.add(index == 0 ? "Water" : "", partial(water, "L on site (\(what))"))
        }
        if let water = sums.partial(.offSiteWater) {
            table.add(
                sums.onSiteWater.isEmpty ? "Water" : "",
                partial(water, "L where the electricity is made"))
        }
        let notes = [
            sums[.failedRequests] > 0 ? "\(Numbers.grouped(sums[.failedRequests])) failed" : nil,
            sums[.unknownUsageRequests] > 0
                ? "\(Numbers.grouped(sums[.unknownUsageRequests])) without token counts, "
                    + Numbers.share(Double(sums[.unknownUsageRequests]) / Double(sums[.requests]))
                : nil,
            sums[.aggregatedRequests] > 0
                ? "\(Numbers.grouped(sums[.aggregatedRequests])) known as sums only" : nil,
        ].compactMap { $0 }
        table.add(
            "Requests",
            Numbers.grouped(sums[.requests])
                + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"))
        table.add(
            "Tokens",
            "\(Numbers.grouped(sums[.inputTokens])) in "
                + "(\(Numbers.grouped(sums[.cachedInputTokens])) cached\(parts(of: .inputTokens))), "
                + "\(Numbers.grouped(sums[.outputTokens])) out "
                + "(\(Numbers.grouped(sums[.reasoningTokens])) reasoning\(parts(of: .outputTokens)))"
        )
        if sums[.uncountedTokens] > 0 {
            table.add(
                "",
                "\(Numbers.grouped(sums[.uncountedTokens])) of them are of requests that nobody counted, "
                    + "so there is no mean per request")
        }
        table.add(
            "Per request",
            "\(perRequest(sums.whPerRequest, of: sums[.energy], sums.low(.energy), sums.high(.energy))) Wh, "
                + perRequest(
                    sums.gCO2ePerRequest, of: sums[.emissions], sums.low(.emissions),
                    sums.high(.emissions)) + " gCO2e")
        return table.text
    }

    /// What was stated of the month, the latest first, with why each moved; and whether it still holds.
    private var statements: [String] {
        guard let last = report.statements.last else { return [] }
        let lines = report.statements.reversed().flatMap { statement in
            [StatementText.line(statement)] + statement.causes.map(StatementText.because)
        }
        return (last.state == .pending ? [StatementText.pending(last, report.figures)] : []) + lines
    }

    /// Plain parts of a counter that there are any of.
    private func parts(of whole: Counter) -> String {
        Counter.plainParts.filter {
            $0.declaration.partOf.first == whole && report.totals[$0] > 0
        }.map { ", \(Numbers.grouped(report.totals[$0])) \($0.declaration.label)" }.joined()
    }

    private var method: String {
        let sums = report.totals
        var table = Facts()
        let pue = report.method.boundary == "facility" ? "PUE inside" : "PUE by region"
        table.add("Energy model", "\(report.method.energyModel): \(report.method.summary) (\(pue))")
        for source in report.method.sources { table.add("", source) }
        if let weakest = report.energyEvidence.last {
            let shares = report.energyEvidence.map {
                "\(Numbers.share($0.share)) of energy \($0.evidence)"
            }
            table.add(
                "Evidence",
                shares.count == 1
                    ? "all \(weakest.evidence)"
                    : shares.joined(separator: ", ") + "; weakest: \(weakest.evidence)")
        }
        if sums[.assumedEnergy] ?? 0 > 0 {
            table.add(
                "",
                "assumed are \(Numbers.significant(sums[.assumedEnergy])) kWh of requests without token "
                    + "counts, at the mean of their model and day")
        }
        if let batch = report.batch {
            table.add(
                "Batch size",
                "\(Numbers.significant(batch.least)) to \(Numbers.significant(batch.most)) requests at once, "
                    + "the mean concurrency of each hour (sum of durations / 3600 s / replicas), for "
                    + "\(Numbers.share(batch.share)) of requests")
        }
        for (index, pool) in report.pools.enumerated() {
            table.add(
                index == 0 ? "Pools" : "",
                "\(pool.name), by \(pool.supply): \(Numbers.significant(pool.suppliedKWh)) kWh = "
                    + "\(Numbers.significant(pool.allocatedKWh)) to requests + "
                    + (pool.unmatchedKWh > 0
                        ? "\(Numbers.significant(pool.unmatchedKWh)) to models not known + " : "")
                    + "\(Numbers.significant(pool.idleKWh)) idle; model ÷ "
                    + "\(pool.supply) \(Numbers.significant(pool.modelToMeter)); idle facility energy "
                    + "\(Numbers.significant(pool.idleEnergyKWh)) kWh, "
                    + "\(Numbers.significant(pool.idleEmissionsKgCO2e)) kg CO2e, in no other figure"
            )
        }
        for (index, share) in report.training.enumerated() {
            table.add(
                index == 0 ? "Training" : "",
                "\(Numbers.significant(share.kgCO2e)) kg CO2e for \(share.model), in \(share.unit), in no "
                    + "other figure (\(share.source))")
        }
        if sums.low(.energy) != sums.high(.energy) {
            table.add(
                "Ranges",
                "one factor is wrong everywhere alike, different factors independently of each other"
            )
        }
        table.add(
            "Grid", "\(report.method.basis) \(report.method.signal), location-based, joined by hour"
        )
        for release in report.grid { table.add("", text(of: release)) }
        table.add(
            "",
            "\(Numbers.share(sums.share(.measuredEnergy))) of energy on measured hours, "
                + "\(Numbers.share(sums.share(.estimatedEnergy))) estimated, "
                + "\(Numbers.share(sums.share(.filledEnergy))) filled\(unmatchedEnergy(sums))")
        if !report.fills.isEmpty {
            let fills = report.fills.map { "\(Numbers.share($0.share)) \($0.step)" }
            table.add("", "filled hours, of energy: \(fills.joined(separator: ", "))")
            for release in report.filledFrom { table.add("", "from \(text(of: release))") }
        }
        let books = report.books
        table.add(
            "Books",
            "\(Numbers.counted(books.lines, "line")) of "
                + "\(Numbers.counted(Int64(books.files), "file")) = "
                + "\(Numbers.grouped(books.counted)) counted + "
                + "\(Numbers.grouped(books.rejected)) rejected + "
                + "\(Numbers.grouped(books.duplicate)) duplicate + "
                + "\(Numbers.grouped(books.skipped)) skipped")
        if books.filesWithoutRequests > 0 {
            table.add(
                "",
                "nothing was counted of \(Numbers.counted(Int64(books.filesWithoutRequests), "file")): see "
                    + "problem in source_files")
        }
        return table.text
    }

    private func text(of release: MonthReport.GridRelease) -> String {
        "\(release.source), \(release.release): \(release.zones.joined(separator: ", "))"
            + (release.boundary == "unstated" ? "" : " (\(release.boundary))")
            + (release.fuelFactors.isEmpty ? "" : "; factors of fuels: \(release.fuelFactors)")
    }

    private var breakdown: String {
        var table = TextTable(
            report.by.map { ($0.rawValue, .left) } + [
                ("requests", .right), ("kWh", .right), ("kgCO2e", .right),
                ("Wh/request", .right), ("gCO2e/request", .right), ("share", .right),
            ])
        let total = report.totals[.emissions] ?? 0
        for row in report.rows {
            let share = total > 0 ? row.sums[.emissions].map { $0 / total } : nil
            table.add(
                report.by.map { key in
                    let name = row.keys[key.rawValue] ?? ""
                    return name.isEmpty ? "(none)" : name
                } + [
                    Numbers.grouped(row.sums[.requests]),
                    Numbers.ranged(
                        row.sums[.energy], row.sums.low(.energy), row.sums.high(.energy)),
                    Numbers.ranged(
                        row.sums[.emissions], row.sums.low(.emissions),
                        row.sums.high(.emissions)),
                    Numbers.significant(row.sums.whPerRequest),
                    Numbers.significant(row.sums.gCO2ePerRequest), Numbers.share(share),
                ])
        }
        return table.text
    }

    private var comparisons: String {
        var table = TextTable([
            ("energy model", .left), ("boundary", .left), ("kWh", .right), ("kgCO2e", .right),
            ("embodied kgCO2e", .right), ("Wh/request", .right), ("unmatched requests", .right),
        ])
        for comparison in page.comparisons {
            let sums = comparison.sums
            table.add([
                comparison.energyModel,
                comparison.boundary == "facility" ? "PUE inside" : "IT, PUE by region",
                Numbers.ranged(sums[.energy], sums.low(.energy), sums.high(.energy)),
                Numbers.ranged(
                    sums[.emissions], sums.low(.emissions), sums.high(.emissions)),
                Numbers.ranged(
                    sums[.embodied], sums.low(.embodied), sums.high(.embodied)),
                Numbers.significant(sums.whPerRequest),
                Numbers.grouped(comparison.unmatchedRequests),
            ])
        }
        return "The same requests under other energy models\n\n" + table.text
    }

    private var granularities: String {
        var table = TextTable([("grid value of the", .left), ("kgCO2e", .right), ("", .right)])
        for row in page.granularities {
            let percent = Numbers.decimal(row.change * 100, 2)
            table.add([
                row.granularity, Numbers.significant(row.emissionsKgCO2e),
                row.granularity == "hour" ? "" : "\(row.change < 0 ? "" : "+")\(percent) %",
            ])
        }
        return "The same energy with grid values of longer times\n\n" + table.text
    }

    private var equivalents: String {
        var table = TextTable([("as much as", .right), ("", .left), ("source", .left)])
        for equivalent in page.equivalents {
            table.add([
                Numbers.significant(report.totals[.emissions].map { $0 / equivalent.kgCO2e }),
                equivalent.name, "\(equivalent.source) (\(equivalent.locale), \(equivalent.year))",
            ])
        }
        return table.text
    }

    private func emissions(_ sums: ReportSums) -> String {
        let unmatched = sums[.unmatchedEnergy] ?? 0 > 0 ? ", without unmatched energy" : ""
        let unknown =
            sums.requestsWithoutEnergy > 0
            ? ", without \(Numbers.counted(sums.requestsWithoutEnergy, "request")) "
                + "(\(Numbers.share(sums.withoutEnergyShare ?? 0))) whose energy is not known" : ""
        return Numbers.ranged(
            sums[.emissions], sums.low(.emissions), sums.high(.emissions))
            + " kg CO2e" + unmatched + unknown
    }

    /// Nothing is said to be complete whose energy is not known.
    private func unmatchedEnergy(_ sums: ReportSums) -> String {
        let known = sums[.unmatchedEnergy] ?? 0
        return known == 0 && sums.requestsWithoutEnergy > 0
            ? "; of \(Numbers.counted(sums.requestsWithoutEnergy, "request")) none is known"
            : ", \(Numbers.significant(known)) kWh unmatched"
    }

    private func energy(_ sums: ReportSums) -> String {
        Numbers.ranged(sums[.energy], sums.low(.energy), sums.high(.energy)) + " kWh, facility"
            + (sums.requestsWithoutEnergy > 0
                ? ", of \(Numbers.grouped(sums[.requests] - sums.requestsWithoutEnergy)) requests"
                : "")
    }

    private func partial(_ sum: ReportSums.Partial, _ unit: String) -> String {
        "\(Numbers.significant(sum.value)) \(unit)\(coverage(sum))"
    }

    /// What share of the energy a sum is about; nothing when it is all.
    private func coverage(_ sum: ReportSums.Partial) -> String {
        sum.coverage == 1 ? "" : " (\(Numbers.share(sum.coverage)) of the energy)"
    }

    /// A mean with the relative range of its total.
    private func perRequest(
        _ mean: Double?, of total: Double?, _ low: Double?, _ high: Double?
    ) -> String {
        guard let mean, let total, total > 0, let low, let high else {
            return Numbers.significant(mean)
        }
        return Numbers.ranged(mean, mean * low / total, mean * high / total)
    }
}

/// Labelled lines, wrapped to the width of a page.
struct Facts {
    private static let indent = 17
    private static let width = 100

    private var lines: [(label: String, text: String)] = []

    mutating func add(_ label: String, _ text: String) { lines.append((label, text)) }

    var text: String {
        lines.map { label, text in
            let head = "  \(label)"
            let margin = String(repeating: " ", count: Self.indent)
            let first = head + margin.dropFirst(head.count)
            return first + wrapped(PlainText.line(text)).joined(separator: "\n" + margin)
                + "\n"
        }.joined()
    }

    private func wrapped(_ text: String) -> [String] {
        var rows: [String] = [""]
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let row = rows[rows.count - 1]
            if row.isEmpty {
                rows[rows.count - 1] = String(word)
            } else if row.count + 1 + word.count <= Self.width - Self.indent {
                rows[rows.count - 1] = "\(row) \(word)"
            } else {
                rows.append(String(word))
            }
        }
        return rows
    }
}
