import Accounting
import GRDB

/// The frozen hours of a statement.
enum StatementHours {
    /// What turned activity into energy and emissions, but for the texts.
    private static let factors =
        [
            "batch_milli", "intensity_mg_per_kwh", "intensity_mg_per_kwh_low",
            "intensity_mg_per_kwh_high", "market_mg_per_kwh", "marginal_mg_per_kwh", "td_loss_ppm",
            "pue_ppm", "pue_ppm_low", "pue_ppm_high", "on_site_water_ul_per_kwh",
            "off_site_water_ul_per_kwh",
        ] + FactorColumns.coefficients

    private static let counters = Counter.allCases.map(\.column)
    private static let unpublished = Counter.allCases.filter { !$0.declaration.isPublished }

    /// All columns of numbers behind the key.
    static let numbers = ["cells"] + factors + counters + ["energy_uwh", "emissions_ug"]

    private static let texts = ["zone", "entry", "pool", "grid_step", "energy_evidence"]

    /// All columns behind the number of the statement.
    static let columns = ["hour", "region_id", "model_id", "evidence_id"] + texts + numbers

    /// The hours of a time as they are derived: rows of ``columns``.
    ///
    /// Counters that no derived row has stand in the side table of cells, as their declarations say.
    ///
    /// - Parameters:
    ///   - first: As SQL, of `hour`; `end` is the one behind the last.
    ///   - condition: On `f`, the factors.
    static func derived(from first: String, to end: String, where condition: String) -> String {
        let values =
            ["f.hour", "f.region_id", "f.model_id", "f.evidence_id", "z.zone", "o.entry"]
            + (texts.dropFirst(2) + ["cells"] + factors).map { "f.\($0)" }
            + Counter.allCases.map {
                $0.declaration.isPublished ? "e.\($0.column)" : "coalesce(u.\($0.column), 0)"
            } + ["e.energy_uwh", "e.emissions_ug"]
        let sums = unpublished.map { "sum(\($0.column)) AS \($0.column)" }
        return """
            SELECT \(values.joined(separator: ", "))
            FROM hour_factor AS f JOIN hour_emission AS e USING (hour, region_id, model_id)
            LEFT JOIN region_zone AS z USING (region_id)
            LEFT JOIN model_entry AS o USING (model_id)
            LEFT JOIN (
              SELECT hour, region_id, model_id, \(sums.joined(separator: ", ")) FROM rare_usage
              WHERE hour >= \(first) AND hour < \(end)
                AND file_id NOT IN (SELECT file_id FROM superseded_file)
              GROUP BY hour, region_id, model_id) AS u USING (hour, region_id, model_id)
            WHERE f.hour >= \(first) AND f.hour < \(end) AND \(condition)
            """
    }

    /// Freezes the hours of a month as they are derived.
    static func freeze(_ db: Database, _ month: UTCMonth, _ statement: Int64) throws {
        let names = Self.columns.joined(separator: ", ")
        let hours = month.hours
        try db.execute(
            sql: """
                INSERT INTO statement_hour (statement_id, \(names))
                SELECT ?1, * FROM (\(derived(from: "?2", to: "?3", where: "true")))
                """, arguments: [statement, hours.lowerBound.value, hours.upperBound.value])
    }

    /// Places where frozen activity by frozen factors misses the frozen energy or emissions by more than rounding can: half a
    /// unit for each cell and step, with what the step before makes of it.
    static func misses(_ db: Database) throws -> [String] {
        let rows = try IntegerStatement(
            db,
            sql: """
                SELECT statement_id, hour, region_id, cells, energy_uwh, emissions_ug,
                  \((counters + StoredFactor.columns).joined(separator: ", ")) FROM statement_hour
                """)
        var misses: [String] = []
        try rows.forEachRow([]) { row in
            var activity = Activity()
            for (place, counter) in Counter.allCases.enumerated() {
                activity[counter] = row[6 + place]
            }
            let factor = StoredFactor.central(row, from: 6 + counters.count)
            guard
                factor.isMet(
                    energy: row.isNull(4) ? nil : row[4], emissions: row.isNull(5) ? nil : row[5],
                    by: activity, cells: row[3])
            else {
                return misses.append(
                    "statement \(row[0]), hour \(row[1]), region \(row[2])")
            }
        }
        return misses
    }
}
