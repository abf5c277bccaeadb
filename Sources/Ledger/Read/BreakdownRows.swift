import Accounting
import GRDB

/// A row of a breakdown.
package struct BreakdownRow: Sendable {
    /// Of the keys, in their order.
    package let names: [String]
    package let sums: ReportSums

    package init(names: [String], sums: ReportSums) {
        self.names = names
        self.sums = sums
    }
}

extension [BreakdownRow] {
    /// Gives the rows in batches of some.
    func forEachBatch(_ body: ([BreakdownRow]) throws -> Void) rethrows {
        for start in stride(from: 0, to: count, by: 512) {
            try body(Array(self[start...].prefix(512)))
        }
    }
}

/// What dimensions are broken down by: their names of some keys, numbered in the order of their bytes.
struct DimensionRanks: Sendable {
    private(set) var names: [[String]] = []
    private var ranks: [Int64: Int] = [:]

    init(_ db: Database, _ keys: [ReportKey]) throws {
        let columns = keys.filter(\.isDimension).map(\.rawValue)
        guard !columns.isEmpty else {
            names = [[]]
            return
        }
        let list = columns.joined(separator: ", ")
        let rows = try Row.fetchCursor(
            db, sql: "SELECT dimension_id, \(list) FROM dimension ORDER BY \(list)")
        var latest: [ExactText]?
        while let row = try rows.next() {
            let text: [String] = try columns.indices.map { try row[1 + $0] }
            let exact = text.map { ExactText($0) }
            if exact != latest {
                names.append(text)
                latest = exact
            }
            try ranks[row[0]] = names.count - 1
        }
    }

    /// Of a dimension; 0 where none is a key.
    func rank(of dimension: Int64) -> Int? { ranks.isEmpty ? 0 : ranks[dimension] }

    /// The values of the keys, in their order.
    func names(_ keys: [ReportKey], _ place: HourRows.Place, rank: Int) -> [String] {
        var others = names[rank][...]
        return keys.map { $0.isDimension ? others.removeFirst() : $0.name(place) }
    }
}

/// The rows of a breakdown, held whole.
struct BreakdownGroups {
    private let keys: [ReportKey]
    private let ranks: DimensionRanks
    private var builders: [[ExactText]: ReportSumsBuilder] = [:]

    init(_ keys: [ReportKey], _ ranks: DimensionRanks) {
        self.keys = keys
        self.ranks = ranks
    }

    mutating func add(
        _ sums: EmissionSums, _ place: HourRows.Place, dimension: Int64
    ) throws(LedgerError) {
        guard let rank = ranks.rank(of: dimension) else { return }
        try builders[
            ranks.names(keys, place, rank: rank).map { ExactText($0) }, default: ReportSumsBuilder()
        ].add(sums, place.subjects)
    }

    /// Adds the stored rows of a month.
    mutating func addRows(of month: UTCMonth, _ db: Database) throws {
        let places = try HourRows.places(db)
        let rows = try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id, \(EmissionRows.sums.joined(separator: ", "))
                FROM monthly_emission WHERE month = ?
                """)
        try rows.forEachRow([Int64(month.ordinal)]) { row in
            guard let place = places[SIMD2(row[0], row[1])] else { return }
            try add(EmissionSums(row, from: 3), place, dimension: row[2])
        }
    }

    /// In the order of the bytes of their names.
    var rows: [BreakdownRow] {
        builders.sorted { left, right in
            left.key.lexicographicallyPrecedes(right.key)
        }.map { names, builder in
            BreakdownRow(names: names.map(\.text), sums: builder.result)
        }
    }
}
