import Accounting
import GRDB

/// What stands for a whole month.
extension Derivation {
    /// Derives the total, the coverage and the shares of training of a month from its hours.
    func deriveTotals(of month: UTCMonth) throws {
        for table in ["month_total", "month_coverage", "month_training"] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE month = ?", arguments: [month.ordinal])
        }
        try deriveTotal(of: month)
        try deriveCoverage(of: month)
        try deriveTraining(of: month)
        try deriveStatistics(of: month)
        try MonthStatus.derive(db, of: month)
    }

    private func deriveTotal(of month: UTCMonth) throws {
        var builder = ReportSumsBuilder()
        try HourRows.forEach(db, month) { sums, row in
            try builder.add(sums, row.subjects)
        }
        guard builder.rows > 0 else { return }
        var insert = try IntegerInsert(
            db, into: "month_total", columns: ["month"] + EmissionRows.columns)
        insert.add(Int64(month.ordinal))
        builder.sums.add(to: &insert) { builder.range(of: $0) }
        try insert.finish()
    }

    /// Rejected lines name no region: they stand in rows of their own, in the month in which their file's requests begin.
    private func deriveCoverage(of month: UTCMonth) throws {
        let grid = GridEvidence.allCases.map {
            "sum(iif(f.evidence_id = \($0.rawValue), coalesce(e.energy_uwh, 0), 0))"
        }
        let energy = EnergyEvidence.allCases.map {
            "sum(iif(f.energy_evidence = '\($0)', coalesce(e.energy_uwh, 0) - e.assumed_energy_uwh, 0))"
                + ($0 == .assumed ? " + sum(e.assumed_energy_uwh)" : "")
        }
        let hours = month.hours
        try db.execute(
            sql: """
                INSERT INTO month_coverage
                SELECT ?, e.region_id, \((grid + energy).joined(separator: ", ")),
                  sum(e.requests), sum(e.unknown_usage_requests),
                  sum(iif(f.energy_evidence IS NULL, e.requests, 0)), 0
                FROM hour_emission AS e JOIN hour_factor AS f USING (hour, region_id, model_id)
                WHERE e.hour >= ? AND e.hour < ? GROUP BY e.region_id
                """,
            arguments: [month.ordinal, hours.lowerBound.value, hours.upperBound.value])
        let zeros = CoverageColumns.energy.map { _ in "0" } + ["0", "0", "0"]
        try db.execute(
            sql: """
                INSERT INTO month_coverage
                SELECT ?, 0, \(zeros.joined(separator: ", ")), sum(rejected) FROM live_file
                WHERE first_time_ms >= ? AND first_time_ms < ? AND rejected > 0
                HAVING count(*) > 0
                """,
            arguments: [
                month.ordinal, hours.lowerBound.epochSeconds * 1_000,
                hours.upperBound.epochSeconds * 1_000,
            ])
    }

    private func deriveTraining(of month: UTCMonth) throws {
        guard !method.training.isEmpty else { return }
        try db.execute(
            sql: """
                INSERT INTO month_training
                SELECT ?, model_id, f.subject, f.unit, f.source, requests,
                  iif(f.unit = 'kgCO2e/month', (f.central_pico + 500) / 1000,
                    iif(uncounted = 0, requests * (f.central_pico / 1000000)
                      + (requests * (f.central_pico % 1000000) + 500000) / 1000000, NULL))
                FROM (
                  SELECT model_id, sum(requests) AS requests, sum(uncounted_tokens) AS uncounted
                  FROM hour_emission WHERE hour >= ? AND hour < ? GROUP BY model_id)
                JOIN model AS m USING (model_id)
                LEFT JOIN model_entry AS o USING (model_id)
                JOIN derivation AS d
                JOIN factor AS f ON f.method_id = d.method_id AND f.kind = 'training'
                  AND f.subject IN (m.name, o.entry)
                """,
            arguments: [
                month.ordinal, month.hours.lowerBound.value, month.hours.upperBound.value,
            ])
    }
}
