import Accounting
import GRDB

/// The law that months are the sums of their days: those of one region and model are added up again at a time.
enum MonthPass {
    /// A region and model that a month or one of its days has rows of.
    struct Place: Sendable {
        let month: Int64
        let region: Int64
        let model: Int64
    }

    static func places(_ db: Database) throws -> [Place] {
        var places: [Place] = []
        try IntegerStatement(
            db,
            sql: """
                SELECT month, region_id, model_id FROM monthly_emission
                UNION
                SELECT c.month, d.region_id, d.model_id
                FROM (SELECT DISTINCT day, region_id, model_id FROM daily_emission) AS d
                JOIN calendar_day AS k USING (day) JOIN calendar_month AS c ON c.text = k.month
                ORDER BY 1, 2, 3
                """
        ).forEachRow([]) { row in
            places.append(Place(month: row[0], region: row[1], model: row[2]))
        }
        return places
    }

    /// What breaks the law; the first few.
    static func violations(_ db: Database, _ places: ArraySlice<Place>) throws -> [String] {
        let sums = EmissionRows.sums.joined(separator: ", ")
        let stored = try IntegerStatement(
            db,
            sql: """
                SELECT dimension_id, \(sums) FROM monthly_emission
                WHERE month = ? AND region_id = ? AND model_id = ?
                """)
        let days = try IntegerStatement(
            db,
            sql: """
                SELECT dimension_id, \(sums) FROM daily_emission
                WHERE day = ? AND region_id = ? AND model_id = ?
                """)
        let daysOfMonth = try IntegerStatement(
            db,
            sql: """
                SELECT k.day FROM calendar_month AS c JOIN calendar_day AS k ON k.month = c.text
                WHERE c.month = ?
                """)
        var broken: [String] = []
        for place in places where broken.count < 5 {
            var rows: [Int64: EmissionSums] = [:]
            try daysOfMonth.forEachRow([place.month]) { day in
                try days.forEachRow([day[0], place.region, place.model]) { row in
                    rows[row[0], default: EmissionSums()] += EmissionSums(row, from: 1)
                }
            }
            var differs = false
            try stored.forEachRow([place.month, place.region, place.model]) { row in
                if rows.removeValue(forKey: row[0]) != EmissionSums(row, from: 1) { differs = true }
            }
            if differs || !rows.isEmpty { broken.append("\(place.month), region \(place.region)") }
        }
        return broken
    }
}
