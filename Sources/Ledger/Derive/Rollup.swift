import Accounting

/// What a daily or monthly row is about, besides its period.
struct RollupKey: Hashable, Comparable {
    let region: Int64
    let model: Int64
    let dimension: Int64

    static func < (left: RollupKey, right: RollupKey) -> Bool {
        if left.region != right.region { return left.region < right.region }
        if left.model != right.model { return left.model < right.model }
        return left.dimension < right.dimension
    }
}

/// The sums of an hour or a day while its cells are added, row by row.
struct RollupSums {
    private var rows: [(key: RollupKey, sums: EmissionSums)] = []
    private var places: [RollupKey: Int] = [:]
    private var next = 0

    /// All rows in the order of their keys.
    consuming func ordered() -> [(key: RollupKey, sums: EmissionSums)] {
        places = [:]
        rows.sort { $0.key < $1.key }
        return rows
    }

    /// Adds a row. Periods repeat the order of their rows, so its place is mostly the one behind that which was asked for
    /// before.
    mutating func add(_ row: EmissionSums, to key: RollupKey) {
        if next >= rows.count || rows[next].key != key {
            next = places[key] ?? rows.count
        }
        if next == rows.count {
            places[key] = next
            rows.append((key, row))
        } else {
            rows[next].sums += row
        }
        next += 1
    }
}

/// Rows of ``EmissionColumn`` in the database.
enum EmissionRows {
    static let columns = EmissionColumn.all.map(\.name)
    static let sums = EmissionColumn.sums.map(\.name)

    private static let optionalPlaces = EmissionColumn.sums.indices.filter {
        EmissionColumn.sums[$0].isOptional
    }

    /// A bit for each place in ``sums`` that is NULL.
    static func unknown(_ row: IntegerStatement.Row, from first: Int) -> UInt64 {
        optionalPlaces.reduce(0) { row.isNull(first + $1) ? $0 | 1 << UInt64($1) : $0 }
    }

    /// The sums of a group of rows, as SQL, in the order of ``sums``.
    static let sumsOfGroup = EmissionColumn.sums.map { column in
        if case .measure(let measure) = column, measure.declaration.sum == .whollyKnown {
            "CASE WHEN count(\(column.name)) = count(*) THEN sum(\(column.name)) END AS \(column.name)"
        } else {
            "sum(\(column.name)) AS \(column.name)"
        }
    }
}

extension EmissionSums {
    /// Reads a row.
    ///
    /// - Parameter first: Where its sums begin.
    init(_ row: IntegerStatement.Row, from first: Int) {
        self.init()
        add(row, from: first)
    }

    mutating func add(_ row: IntegerStatement.Row, from first: Int) {
        add(row: { row[first + $0] }, unknown: EmissionRows.unknown(row, from: first))
    }

    /// Gives the key and the sums to a row, and its low and high.
    func add(to insert: inout IntegerInsert, _ key: RollupKey) {
        insert.add(key.region)
        insert.add(key.model)
        insert.add(key.dimension)
        add(to: &insert) { range(of: $0) }
    }

    /// Gives the sums to a row, and its low and high.
    ///
    /// - Parameter range: Of a measure that is known.
    func add(to insert: inout IntegerInsert, range: (Measure) -> (low: Int64, high: Int64)?) {
        for place in EmissionColumn.sums.indices { insert.add(self[place]) }
        for measure in Measure.ranged {
            let range = range(measure)
            insert.add(range?.low)
            insert.add(range?.high)
        }
    }
}
