import Accounting
import GRDB

extension Ledger {
    /// Where the numbers of a selection came from; `nil` when nothing is known of it.
    ///
    /// - Throws: ``LedgerError/notStated(_:)`` for a revision that there is not, or one that does not tell what is asked.
    package func explain(_ selection: Explanation.Selection) throws -> Explanation? {
        try read { db in
            let statement = try selection.revision.map { try stated(db, selection, $0) }
            let hours = try ExplainedHours(db, selection, statement: statement?.id).all()
            guard !hours.isEmpty else { return nil }
            let methodID = try methodID(db, statement?.id)
            var explanation = Explanation(
                selection: selection, statement: statement?.sha256,
                method: try explainedMethod(db, methodID))
            var builder = ExplanationBuilder(
                regions: try NameTable(db, table: "region").names,
                models: try NameTable(db, table: "model").names,
                sources: try ExplainedSources(db, methodID: methodID),
                grid: try ExplainedGrid(db, hours, statement: statement?.id))
            for hour in hours { builder.add(hour, to: &explanation) }
            explanation.gridFactors = builder.gridFactors
            explanation.releases = try releases(db, builder.releases)
            explanation.files = try files(db, selection, statement?.id)
            if statement == nil { explanation.rejects = try rejects(db, selection) }
            return explanation
        }
    }

    private func stated(
        _ db: Database, _ selection: Explanation.Selection, _ revision: Int
    ) throws -> MonthStatement {
        let known = try statements(db, of: selection.month)
        guard let statement = known.first(where: { $0.revision == revision }) else {
            let revisions = known.map { "\($0.revision)" }.joined(separator: ", ")
            throw LedgerError.notStated(
                "\(selection.month) has no statement of revision \(revision)"
                    + (known.isEmpty ? ": it is not closed" : " (revisions: \(revisions))"))
        }
        guard !selection.isByDimension else {
            throw LedgerError.notStated(
                "a statement keeps hours by region and model, so it does not tell those of a tenant, project or endpoint; "
                    + "their months stand in stated_emissions")
        }
        return statement
    }

    private func methodID(_ db: Database, _ statement: Int64?) throws -> Int64 {
        let sql =
            statement.map {
                "SELECT method_id FROM statement JOIN run USING (run_id) WHERE statement_id = \($0)"
            } ?? "SELECT method_id FROM derivation"
        return try Int64.fetchOne(db, sql: sql) ?? 0
    }

    private func explainedMethod(
        _ db: Database, _ methodID: Int64
    ) throws -> Explanation.Method {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT energy_model, energy_model_summary, energy_boundary, basis, lower(hex(sha256))
                FROM method WHERE method_id = ?
                """, arguments: [methodID])
        return try Explanation.Method(
            energyModel: row?[0] ?? "", summary: row?[1] ?? "", boundary: row?[2] ?? "",
            basis: row?[3] ?? "", sha256: row?[4] ?? "")
    }

    private func releases(
        _ db: Database, _ used: Set<Int64>
    ) throws -> [Explanation.Release] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT release_id, source, label, file_name, lower(hex(sha256)), boundary, committed_at
                FROM grid_release JOIN run USING (run_id) ORDER BY release_id
                """
        ).filter { try used.contains($0[0]) }.map {
            try Explanation.Release(
                id: $0[0], source: $0[1], label: $0[2], file: $0[3], sha256: $0[4],
                boundary: $0[5], importedAt: $0[6])
        }
    }

    // MARK: Files

    /// As milliseconds since 1970.
    private func span(_ selection: Explanation.Selection) -> StatementArguments {
        let month = selection.month.hours
        let first = selection.hour ?? month.lowerBound
        let end = selection.hour.map { UTCHour($0.value + 1) } ?? month.upperBound
        return [first.epochSeconds * 1_000, end.epochSeconds * 1_000]
    }

    /// Files whose requests span part of the time.
    private func files(
        _ db: Database, _ selection: Explanation.Selection, _ statement: Int64?
    ) throws -> [Explanation.File] {
        let columns = """
            SELECT name, lower(hex(sha256)), lines, counted, rejected, duplicate, skipped, requests
            """
        let rows =
            if let statement {
                try Row.fetchAll(
                    db,
                    sql: "\(columns) FROM statement_file WHERE statement_id = ? ORDER BY name, 2",
                    arguments: [statement])
            } else {
                try Row.fetchAll(
                    db,
                    sql: """
                        \(columns) FROM live_file WHERE last_time_ms >= ? AND first_time_ms < ?
                        ORDER BY name, 2
                        """, arguments: span(selection))
            }
        return try rows.map {
            try Explanation.File(
                name: $0[0], sha256: $0[1], lines: $0[2], counted: $0[3], rejected: $0[4],
                duplicate: $0[5], skipped: $0[6], requests: $0[7])
        }
    }

    private func rejects(
        _ db: Database, _ selection: Explanation.Selection
    ) throws -> [Explanation.Rejects] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT reason, field, sum(j.lines) FROM reject_count AS j
                JOIN live_file AS f USING (file_id)
                WHERE last_time_ms >= ? AND first_time_ms < ? GROUP BY 1, 2 ORDER BY 1, 2
                """, arguments: span(selection)
        ).map { try Explanation.Rejects(reason: $0[0], field: $0[1], lines: $0[2]) }
    }
}

/// Numbers factors as they are met, so that each is said once.
private struct ExplanationBuilder {
    let regions: [Int64: String]
    let models: [Int64: String]
    let sources: ExplainedSources
    let grid: ExplainedGrid

    private struct EnergyKey: Hashable {
        let entry: String
        let pool: String?
        let evidence: String
        let batch: Int64?
        let coefficients: EnergyCoefficients
    }

    private struct EffectivenessKey: Hashable {
        let region: Int64
        let value: Int64
    }

    private struct IntensityKey: Hashable {
        let zone: String
        let hour: Int
    }

    private var energy: [EnergyKey: Int] = [:]
    private var effectiveness: [EffectivenessKey: Int] = [:]
    private var intensities: [IntensityKey: Int] = [:]
    private(set) var releases: Set<Int64> = []
    private var factors: Set<String> = []

    init(
        regions: [Int64: String], models: [Int64: String], sources: ExplainedSources,
        grid: ExplainedGrid
    ) {
        self.regions = regions
        self.models = models
        self.sources = sources
        self.grid = grid
    }

    var gridFactors: [Explanation.GridFactor] { factors.sorted().compactMap(sources.grid) }

    mutating func add(_ hour: ExplainedHours.Hour, to explanation: inout Explanation) {
        let text = UTCHour(hour.hour).text
        let region = regions[hour.region] ?? ""
        let energyID = hour.factor.energy.map { coefficients in
            let key = EnergyKey(
                entry: hour.entry ?? "", pool: hour.pool, evidence: hour.energyEvidence ?? "",
                batch: hour.batch, coefficients: coefficients)
            return number(&energy, key, &explanation.energyFactors) { id in
                let source = sources.energy(of: key.entry)
                let charged = Charge.allCases.filter { coefficients[$0] != 0 }
                return Explanation.EnergyFactor(
                    id: id, entry: key.entry, pool: key.pool, evidence: key.evidence,
                    batch: key.batch,
                    coefficients: Dictionary(
                        uniqueKeysWithValues: charged.map { ($0.column, coefficients[$0]) }),
                    source: source.source, released: source.released)
            }
        }
        let effectivenessID = hour.factor.effectiveness.map { value in
            number(
                &effectiveness, EffectivenessKey(region: hour.region, value: value.value),
                &explanation.effectiveness
            ) { id in
                let source = sources.effectiveness(value.value, of: region)
                return Explanation.Effectiveness(
                    id: id, region: region, value: value.value, subject: source.subject,
                    source: source.source)
            }
        }
        let intensityID = hour.factor.intensity.map { value in
            let zone = hour.zone ?? ""
            return number(
                &intensities, IntensityKey(zone: zone, hour: hour.hour), &explanation.intensities
            ) { id in
                let from = grid.sources(zone, hour.hour, step: hour.gridStep)
                releases.formUnion(from.releases)
                factors.formUnion(from.factors)
                return Explanation.Intensity(
                    id: id, zone: zone, hour: text, value: value.value,
                    evidence: "\(hour.evidence)", step: hour.gridStep, releases: from.releases,
                    factors: from.factors)
            }
        }
        explanation.terms.append(
            Explanation.Term(
                hour: text, region: region, model: models[hour.model] ?? "", cells: hour.cells,
                activity: hour.activity, energyFactor: energyID, effectiveness: effectivenessID,
                intensity: intensityID, energy: hour.energy, emissions: hour.emissions))
        add(hour, to: &explanation.totals)
    }

    private func add(_ hour: ExplainedHours.Hour, to totals: inout Explanation.Totals) {
        totals.requests += hour.activity.requests
        totals.cells += hour.cells
        totals.energy += hour.energy ?? 0
        totals.emissions += hour.emissions ?? 0
        totals.unknownUsageRequests += hour.activity.unknownUsageRequests
        totals.requestsWithoutEnergy +=
            hour.energy == nil
            ? hour.activity.requests
            : hour.factor.leavesOutUnknown ? hour.activity.unknownUsageRequests : 0
        if hour.emissions == nil { totals.unmatchedEnergy += hour.energy ?? 0 }
        guard hour.energy != nil else { return }
        let bound = RoundingBound(cells: hour.cells, hour.factor)
        totals.energyRounding += bound.energy
        if hour.emissions != nil { totals.emissionsRounding += bound.emissions }
    }

    private func number<Key: Hashable, Factor>(
        _ known: inout [Key: Int], _ key: Key, _ factors: inout [Factor],
        _ make: (Int) -> Factor
    ) -> Int {
        if let id = known[key] { return id }
        let id = factors.count + 1
        known[key] = id
        factors.append(make(id))
        return id
    }
}
