package import Accounting
import GRDB
import Pipeline

/// A column by which a report is broken down.
package enum ReportKey: String, CaseIterable, Sendable, Codable {
    case region, zone, model, tenant, project, endpoint

    /// Whether it is of a dimension; hours have the others.
    var isDimension: Bool {
        switch self {
        case .region, .zone, .model: false
        case .tenant, .project, .endpoint: true
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
        var groups = BreakdownGroups(keys, try DimensionRanks(db, keys))
        let isOfHours = !keys.isEmpty && !keys.contains(where: \.isDimension)
        try HourRows.forEach(db, month) { sums, place in
            try total.add(sums, place.subjects)
            if isOfHours { try groups.add(sums, place, dimension: 0) }
        }
        if keys.contains(where: \.isDimension) { try groups.addRows(of: month, db) }
        let rows = groups.rows.map { row in
            MonthReport.Row(
                keys: Dictionary(uniqueKeysWithValues: zip(keys.map(\.rawValue), row.names)),
                sums: row.sums)
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

    /// Gives the rows of a month's breakdown as text, piece by piece.
    ///
    /// By region and model among others, rows come by region and model, and two threads hold those of one region and model
    /// each; other breakdowns are held whole.
    ///
    /// - Parameters:
    ///   - text: Of some rows.
    ///   - write: Called by one thread at a time, in the order of the rows.
    package func forEachText(
        of month: UTCMonth, by keys: [ReportKey],
        _ text: @escaping @Sendable ([BreakdownRow]) -> [UInt8],
        write: @escaping @Sendable ([UInt8]) throws -> Void
    ) throws {
        try read { db in
            let ranks = try DimensionRanks(db, keys)
            guard keys.contains(.region), keys.contains(.model) else {
                var groups = BreakdownGroups(keys, ranks)
                try groups.addRows(of: month, db)
                return try groups.rows.forEachBatch { try write(text($0)) }
            }
            // While this transaction reads, no writer commits: all see the same state.
            let places = try PlaceOfMonth.all(db, month)
            let turns = Turns()
            let length = max(1, places.count / 1_024)
            try runEach((places.count + length - 1) / length, jobs: 2) { [path] task in
                do {
                    try Ledger(path: path, access: .read).read { db in
                        var output = TurnOutput(turns, task, write)
                        for place in places[(task * length)...].prefix(length) {
                            let rows = try PlaceRows(db, month, place, ranks)
                            try rows.forEach(by: keys, ranks) { try output.add(text($0)) }
                        }
                        try output.finish()
                    }
                } catch {
                    turns.close()
                    throw error
                }
            }
        }
    }
}
