import Accounting
import GRDB

/// The rows of a month's hours, which totals and breakdowns by region, zone and model are added up from.
enum HourRows {
    /// What the rows of one region and model have in common.
    struct Place {
        let region: String
        let zone: String
        let model: String
        let subjects: ReportSumsBuilder.Subjects
    }

    static func forEach(
        _ db: Database, _ month: UTCMonth, _ body: (EmissionSums, Place) throws -> Void
    ) throws {
        let places = try places(db)
        let rows = try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, \(EmissionRows.sums.joined(separator: ", "))
                FROM hour_emission WHERE hour >= ? AND hour < ?
                """)
        try rows.forEachRow([
            Int64(month.hours.lowerBound.value), Int64(month.hours.upperBound.value),
        ]) { row in
            guard let place = places[SIMD2(row[0], row[1])] else { return }
            try body(EmissionSums(row, from: 2), place)
        }
    }

    /// By region and model.
    static func places(_ db: Database) throws -> [SIMD2<Int64>: Place] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT r.region_id, m.model_id, r.name, coalesce(z.zone, ''), m.name, o.entry,
                  coalesce(z.pue_subject, '*'), z.zone, coalesce(z.water_basis, 'unstated')
                FROM region AS r CROSS JOIN model AS m
                LEFT JOIN region_zone AS z ON z.region_id = r.region_id
                LEFT JOIN model_entry AS o ON o.model_id = m.model_id
                """)
        var places: [SIMD2<Int64>: Place] = [:]
        while let row = try rows.next() {
            try places[SIMD2(row[0], row[1])] = Place(
                region: row[2], zone: row[3], model: row[4],
                subjects: ReportSumsBuilder.Subjects(
                    entry: row[5], effectiveness: row[6], zone: row[7], waterBasis: row[8]))
        }
        return places
    }
}
