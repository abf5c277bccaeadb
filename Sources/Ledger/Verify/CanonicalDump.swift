import Accounting
import GRDB

/// All derived rows and the grid in force as text: two ledgers that say the same have the same dump, whatever numbers the
/// database gave, in whatever order files came, and when.
///
/// One row a line; the section's name, then values joined by tabs: integers in the units of their columns, text as it is,
/// `-` for NULL. Sections and rows have a fixed order.
package struct CanonicalDump: Sendable {
    /// Rises with every change of the columns or of their order.
    package static let version =
        1
        + max(
            Counter.allCases.map(\.declaration.since).max() ?? 1,
            Measure.allCases.map(\.declaration.since).max() ?? 1)

    struct Section: Sendable {
        let name: String
        let columns: [String]
        /// What the columns come from.
        let source: String
        /// By how many of the first columns rows are ordered.
        let keys: Int

        var query: String {
            let order = (1...keys).map(String.init).joined(separator: ", ")
            return "SELECT \(columns.joined(separator: ", ")) FROM \(source) ORDER BY \(order)"
        }
    }

    private static let names = """
        JOIN region AS r USING (region_id) JOIN model AS m USING (model_id)
        """
    private static let dimensions = "\(names) JOIN dimension AS d USING (dimension_id)"
    private static let rowKeys = [
        "r.name AS region", "m.name AS model", "d.tenant", "d.project", "d.endpoint",
    ]

    static let sections: [Section] = [
        Section(
            name: "hour", columns: ["e.hour", "r.name AS region", "m.name AS model"] + hourColumns,
            source: "hour_emission AS e \(names)", keys: 3),
        Section(
            name: "day", columns: ["e.day"] + rowKeys + EmissionRows.sums.map { "e.\($0)" },
            source: "daily_emission AS e \(dimensions)", keys: 6),
        Section(
            name: "month", columns: ["e.month"] + rowKeys + EmissionRows.sums.map { "e.\($0)" },
            source: "monthly_emission AS e \(dimensions)", keys: 6),
        Section(
            name: "requests",
            columns: [
                "e.span", "e.period", "e.grouping", "coalesce(r.name, '') AS region",
                "coalesce(m.name, '') AS model", "coalesce(e.tenant, '') AS tenant",
                "coalesce(e.project, '') AS project", "coalesce(e.endpoint, '') AS endpoint",
            ] + StatisticsColumns.values,
            source: """
                request_stat AS e LEFT JOIN region AS r USING (region_id)
                LEFT JOIN model AS m USING (model_id)
                """, keys: 8),
        Section(
            name: "pool",
            columns: [
                "e.hour", "e.pool", "e.supply", "e.supplied_uwh", "e.modelled_uwh",
                "e.allocated_uwh", "e.unmatched_uwh", "e.idle_uwh", "e.idle_energy_uwh", "e.zone",
                "v.name AS evidence", "e.grid_step", "e.intensity_mg_per_kwh",
                "e.idle_emissions_ug",
            ], source: "pool_hour AS e JOIN evidence AS v USING (evidence_id)", keys: 2),
        Section(
            name: "zone",
            columns: ["r.name AS region", "e.zone", "e.water_basis", "e.pue_subject"],
            source: "region_zone AS e JOIN region AS r USING (region_id)", keys: 1),
        Section(
            name: "entry", columns: ["m.name AS model", "e.entry"],
            source: "model_entry AS e JOIN model AS m USING (model_id)", keys: 1),
        Section(
            name: "grid",
            columns: [
                "zone", "basis", "signal", "hour_epoch / 3600",
                "CAST(round(intensity_g_per_kwh * 1e3) AS INTEGER)", "evidence", "source",
                "release",
            ], source: "grid_hours", keys: 4),
    ]

    /// Energy by grid evidence is that of the hour's one value.
    private static let hourColumns = EmissionColumn.sums.filter { column in
        guard case .measure(let measure) = column else { return true }
        return ![.measuredEnergy, .estimatedEnergy, .filledEnergy, .unmatchedEnergy]
            .contains(measure)
    }.map { "e.\($0.name)" }
}

extension Ledger {
    /// Gives the ledger's canonical dump line by line.
    package func dump(_ line: (String) throws -> Void) throws {
        try read { db in
            try line("flue dump \(CanonicalDump.version)")
            for section in CanonicalDump.sections {
                let rows = try Row.fetchCursor(db, sql: section.query)
                while let row = try rows.next() {
                    let values = row.map { $0.1.isNull ? "-" : "\($0.1.storage.value ?? "-")" }
                    try line(([section.name] + values).joined(separator: "\t"))
                }
            }
        }
    }
}
