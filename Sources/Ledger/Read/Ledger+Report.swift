package import Accounting
import GRDB

extension Ledger {
    /// A month that holds usage.
    package struct MonthSize: Sendable {
        package let month: UTCMonth
        package let requests: Int64
    }

    /// Months that hold usage, in order.
    package func months() throws -> [MonthSize] {
        try read { db in
            try GRDB.Row.fetchAll(
                db, sql: "SELECT month, requests FROM monthly_totals ORDER BY month"
            ).compactMap { row in
                try UTCMonth(row[0]).map { try MonthSize(month: $0, requests: row[1]) }
            }
        }
    }

    /// The report of a month; `nil` when the ledger holds nothing of it.
    package func report(of month: UTCMonth, by keys: [ReportKey]) throws -> MonthReport? {
        return try read { db in
            let exists = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM month_total WHERE month = ?)",
                arguments: [month.ordinal])
            guard exists == true else { return nil }
            let (total, rows) = try sums(db, month, keys)
            return MonthReport(
                month: month.description, method: try method(db), totals: total,
                statements: try statements(db, of: month),
                figures: try figures(db, of: month) ?? .none,
                energyEvidence: try energyEvidence(db, month), fills: try fills(db, month),
                batch: try batch(db, month),
                pools: try pools(db, month), training: try training(db, month),
                by: keys, rows: rows, unmatched: try unmatched(db, in: month),
                books: try books(db, month), grid: try releases(db, month),
                filledFrom: try filledFrom(db, month), sameCalls: try sameCalls(db, month))
        }
    }

    /// The energy by how good its figures are, the best first.
    private func energyEvidence(
        _ db: Database, _ month: UTCMonth
    ) throws -> [MonthReport.EnergyShare] {
        let hours = month.hours
        let rows = try GRDB.Row.fetchAll(
            db,
            sql: """
                WITH factor AS (
                  SELECT energy_evidence, energy_uwh, assumed_energy_uwh
                  FROM hour_factor
                  WHERE hour >= ? AND hour < ? AND energy_uwh IS NOT NULL)
                SELECT evidence, sum(energy) FROM (
                  SELECT energy_evidence AS evidence, energy_uwh - assumed_energy_uwh AS energy
                  FROM factor
                  UNION ALL
                  SELECT 'assumed', assumed_energy_uwh FROM factor WHERE assumed_energy_uwh > 0)
                GROUP BY 1 ORDER BY 1
                """, arguments: [hours.lowerBound.value, hours.upperBound.value])
        let total = try rows.reduce(0.0) { try $0 + Double($1[1] as Int64) }
        return try EnergyEvidence.allCases.compactMap { evidence in
            guard let row = try rows.first(where: { try $0[0] == evidence.rawValue }) else {
                return nil
            }
            let energy = try Double(row[1] as Int64)
            return MonthReport.EnergyShare(
                evidence: evidence.rawValue, energyKWh: energy / 1e9,
                share: total == 0 ? 0 : energy / total)
        }
    }

    /// The batch sizes that factors rest on; `nil` when they rest on none.
    private func batch(_ db: Database, _ month: UTCMonth) throws -> MonthReport.Batch? {
        let hours = month.hours
        let row = try GRDB.Row.fetchOne(
            db,
            sql: """
                SELECT min(batch_milli), max(batch_milli),
                  sum(iif(batch_milli IS NULL, 0, requests)), sum(requests)
                FROM hour_factor
                WHERE hour >= ? AND hour < ?
                """, arguments: [hours.lowerBound.value, hours.upperBound.value])
        guard let row, let least = try row[0] as Int64?, let most = try row[1] as Int64? else {
            return nil
        }
        return MonthReport.Batch(
            least: Double(least) / 1e3, most: Double(most) / 1e3,
            share: try Double(row[2] as Int64) / Double(row[3] as Int64))
    }

    private func pools(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.Pool] {
        let hours = month.hours
        return try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT pool, supply, count(*) AS hours, sum(supplied_uwh) AS supplied,
                  sum(allocated_uwh) AS allocated, sum(idle_uwh) AS idle,
                  sum(modelled_uwh) AS modelled, sum(idle_energy_uwh) AS energy,
                  sum(unmatched_uwh) AS unmatched,
                  CASE WHEN count(idle_emissions_ug) = count(*) THEN sum(idle_emissions_ug) END
                    AS emissions
                FROM pool_hour
                WHERE hour >= ? AND hour < ? GROUP BY pool ORDER BY pool
                """, arguments: [hours.lowerBound.value, hours.upperBound.value]
        ).map { row in
            func kilo(_ column: String) throws -> Double { try Double(row[column] as Int64) / 1e9 }
            let allocated: Int64 = try row["allocated"]
            return try MonthReport.Pool(
                name: row["pool"], supply: row["supply"], hours: row["hours"],
                suppliedKWh: kilo("supplied"), allocatedKWh: kilo("allocated"),
                unmatchedKWh: kilo("unmatched"), idleKWh: kilo("idle"),
                modelToMeter: allocated == 0
                    ? nil : Double(row["modelled"] as Int64) / Double(allocated),
                idleEnergyKWh: kilo("energy"),
                idleEmissionsKgCO2e: (row["emissions"] as Int64?).map { Double($0) / 1e9 })
        }
    }

    private func training(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.Training] {
        try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT model, unit, training_kgco2e, source FROM monthly_training
                WHERE month = ? ORDER BY model, unit
                """, arguments: [month.description]
        ).map {
            try MonthReport.Training(model: $0[0], unit: $0[1], kgCO2e: $0[2], source: $0[3])
        }
    }

    private func method(_ db: Database) throws -> MonthReport.Method {
        let sources = try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT f.source FROM factor AS f JOIN derivation USING (method_id)
                JOIN model_entry AS o ON o.entry = f.subject
                WHERE f.kind = 'energy' ORDER BY f.source
                """)
        let row = try GRDB.Row.fetchOne(
            db, sql: "SELECT m.* FROM method AS m JOIN derivation USING (method_id)")
        return try MonthReport.Method(
            energyModel: row?["energy_model"] ?? "", summary: row?["energy_model_summary"] ?? "",
            boundary: row?["energy_boundary"] ?? "", sources: sources,
            basis: row?["basis"] ?? "", signal: row?["signal"] ?? "")
    }

    private func books(_ db: Database, _ month: UTCMonth) throws -> MonthReport.Books {
        let hours = month.hours
        let row = try GRDB.Row.fetchOne(
            db,
            sql: """
                SELECT count(*) AS files, coalesce(sum(lines), 0) AS lines,
                  coalesce(sum(counted), 0) AS counted, coalesce(sum(rejected), 0) AS rejected,
                  coalesce(sum(duplicate), 0) AS duplicate, coalesce(sum(skipped), 0) AS skipped
                FROM live_file
                WHERE last_time_ms >= ? AND first_time_ms < ?
                """,
            arguments: [
                hours.lowerBound.epochSeconds * 1_000, hours.upperBound.epochSeconds * 1_000,
            ])
        return try MonthReport.Books(
            files: row?["files"] ?? 0, lines: row?["lines"] ?? 0, counted: row?["counted"] ?? 0,
            rejected: row?["rejected"] ?? 0, duplicate: row?["duplicate"] ?? 0,
            skipped: row?["skipped"] ?? 0,
            filesWithoutRequests: Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM source_files
                    WHERE problem IS NOT NULL AND state IN ('live', 'refused')
                    """) ?? 0)
    }
}
