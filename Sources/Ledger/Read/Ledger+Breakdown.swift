package import Accounting
import GRDB

/// A column by which a report is broken down.
package enum ReportKey: String, CaseIterable, Sendable, Codable {
    case region, zone, model, tenant, project, endpoint
    /// Of a dimension; `nil` for what the hours have.
    fileprivate var dimension: String? {
        switch self {
        case .region, .zone, .model: nil
        case .tenant, .project, .endpoint: "d.\(rawValue)"
        }
    }

    func name(_ place: HourRows.Place) -> String {
        switch self {
        case .region: place.region
        case .zone: place.zone
        case .model: place.model
        case .tenant, .project, .endpoint: ""
        }
    }
}

extension Ledger {
    /// The sums of the month, and of each value of the keys.
    func sums(
        _ db: Database, _ month: UTCMonth, _ keys: [ReportKey]
    ) throws -> (total: ReportSums, rows: [MonthReport.Row]) {
        var total = ReportSumsBuilder()
        var builders: [[String]: ReportSumsBuilder] = [:]
        let dimensions = keys.compactMap(\.dimension)
        try HourRows.forEach(db, month) { sums, place in
            total.add(sums, place.subjects)
            if !keys.isEmpty, dimensions.isEmpty {
                builders[keys.map { $0.name(place) }, default: ReportSumsBuilder()]
                    .add(sums, place.subjects)
            }
        }
        if !dimensions.isEmpty {
            try forEachMonthlyRow(db, month, by: dimensions) { sums, place, names in
                var names = names[...]
                let row = keys.map { $0.dimension == nil ? $0.name(place) : names.removeFirst() }
                builders[row, default: ReportSumsBuilder()].add(sums, place.subjects)
            }
        }
        let rows = builders.map { names, builder in
            MonthReport.Row(
                keys: Dictionary(
                    uniqueKeysWithValues: zip(keys.map(\.rawValue), names)),
                sums: builder.result)
        }
        let ordered = rows.sorted { left, right in
            func rank(_ row: MonthReport.Row) -> (Double, Double) {
                (-(row.sums[.emissions] ?? -1), -(row.sums[.energy] ?? -1))
            }
            if rank(left) != rank(right) { return rank(left) < rank(right) }
            return keys.map { left.keys[$0.rawValue] ?? "" }
                .lexicographicallyPrecedes(keys.map { right.keys[$0.rawValue] ?? "" })
        }
        return (total.result, total.rows == 0 ? [] : ordered)
    }

    /// Gives the rows of a month's breakdown one by one. By region and model among others, those of one region and model
    /// come together, and no more than theirs are held at once; other breakdowns are held whole.
    ///
    /// - Parameter body: Given the values of the keys, in their order.
    package func forEachRow(
        of month: UTCMonth, by keys: [ReportKey], _ body: ([String], ReportSums) throws -> Void
    ) throws {
        try read { db in
            let isByPlace = keys.contains(.region) && keys.contains(.model)
            var groups:
                [[String]: (sums: EmissionSums, place: HourRows.Place, more: ReportSumsBuilder?)] =
                    [:]
            var current: HourRows.Place?
            func flush() throws {
                for (names, group) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }
                ) {
                    var builder = group.more ?? ReportSumsBuilder()
                    if group.more == nil { builder.add(group.sums, group.place.subjects) }
                    try body(names, builder.result)
                }
                groups.removeAll(keepingCapacity: true)
            }
            let dimensions = keys.compactMap(\.dimension)
            try forEachMonthlyRow(db, month, by: dimensions) { sums, place, names in
                if isByPlace, current?.region != place.region || current?.model != place.model {
                    try flush()
                    current = place
                }
                var names = names[...]
                let row = keys.map { $0.dimension == nil ? $0.name(place) : names.removeFirst() }
                guard var group = groups[row] else {
                    groups[row] = (sums, place, nil)
                    return
                }
                groups[row] = nil
                var builder = group.more ?? ReportSumsBuilder()
                if group.more == nil { builder.add(group.sums, group.place.subjects) }
                builder.add(sums, place.subjects)
                group.more = builder
                groups[row] = group
            }
            try flush()
        }
    }

    /// Rows of a month added up by region, model and some dimensions.
    private func forEachMonthlyRow(
        _ db: Database, _ month: UTCMonth, by dimensions: [String],
        _ body: (EmissionSums, HourRows.Place, [String]) throws -> Void
    ) throws {
        let places = try HourRows.places(db)
        var names: [Int64: [String]] = [:]
        let known = try GRDB.Row.fetchCursor(
            db,
            sql:
                "SELECT \((["dimension_id"] + dimensions).joined(separator: ", ")) FROM dimension AS d"
        )
        while let row = try known.next() {
            names[row[0]] = dimensions.indices.map { row[1 + $0] }
        }
        let rows = try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id, \(EmissionRows.sums.joined(separator: ", "))
                FROM monthly_emission WHERE month = ?
                """)
        try rows.forEachRow([Int64(month.ordinal)]) { row in
            guard let place = places[SIMD2(row[0], row[1])], let names = names[row[2]] else {
                return
            }
            try body(EmissionSums(row, from: 3), place, names)
        }
    }
}
