package import Accounting
import GRDB

/// Two kinds of logs with requests of the same hours, regions and models: perhaps the same calls, logged twice.
package struct SameCalls: Encodable, Equatable, Sendable {
    package let dialects: [String]
    /// Combinations of hour, region and model, among the hours that were compared, that the smaller of the two has.
    package let compared: Int
    /// Those of them that both have.
    package let shared: Int
}

extension Ledger {
    /// Hours that are compared, at most.
    private static let comparedHours = 24

    /// Pairs of dialects of one scope that share more than half of what the smaller one has, in a month.
    package func sameCalls(in month: UTCMonth) throws -> [SameCalls] {
        try read { db in try sameCalls(db, month) }
    }

    func sameCalls(_ db: Database, _ month: UTCMonth) throws -> [SameCalls] {
        struct Source: Hashable {
            let scope: String
            let dialect: String
        }
        let span = month.hours.lowerBound.value..<month.hours.upperBound.value
        var files: [Int64: Source] = [:]
        var hours: [Source: ClosedRange<Int>] = [:]
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT file_id, scope, dialect, first_time_ms / 3600000, last_time_ms / 3600000
                FROM live_file
                WHERE records = 'requests' AND last_time_ms >= ? * 3600000 AND first_time_ms < ? * 3600000
                """, arguments: [span.lowerBound, span.upperBound])
        for row in rows {
            let source = try Source(scope: row[1], dialect: row[2])
            let (first, last) = try (max(row[3], span.lowerBound), min(row[4], span.upperBound - 1))
            try files[row[0]] = source
            let known = hours[source] ?? first...last
            hours[source] = min(known.lowerBound, first)...max(known.upperBound, last)
        }
        let sources = hours.keys.sorted { ($0.scope, $0.dialect) < ($1.scope, $1.dialect) }
        var found: [SameCalls] = []
        for (place, left) in sources.enumerated() {
            for right in sources[(place + 1)...] where right.scope == left.scope {
                guard let own = hours[left], let other = hours[right], own.overlaps(other) else {
                    continue
                }
                let both = own.clamped(to: other)
                let step = max(1, both.count / Self.comparedHours)
                var counts = (left: 0, right: 0, shared: 0)
                for hour in stride(from: both.lowerBound, through: both.upperBound, by: step) {
                    let keys = try keys(db, hour) { file in
                        files[file].flatMap { [left, right].firstIndex(of: $0) }
                    }
                    counts.left += keys[0].count
                    counts.right += keys[1].count
                    counts.shared += keys[0].intersection(keys[1]).count
                }
                let smaller = min(counts.left, counts.right)
                guard counts.shared > 0, counts.shared * 2 > smaller else { continue }
                found.append(
                    SameCalls(
                        dialects: [left.dialect, right.dialect], compared: smaller,
                        shared: counts.shared))
            }
        }
        return found
    }

    /// The regions and models that each of two kinds of files has in an hour.
    private func keys(
        _ db: Database, _ hour: Int, _ kind: (Int64) -> Int?
    ) throws -> [Set<SIMD2<Int64>>] {
        var keys: [Set<SIMD2<Int64>>] = [[], []]
        try IntegerStatement(
            db,
            sql: """
                SELECT DISTINCT region_id, model_id, file_id FROM usage
                WHERE hour = ? AND requests > failed_requests
                """
        ).forEachRow([Int64(hour)]) { row in
            if let kind = kind(row[2]) { keys[kind].insert(SIMD2(row[0], row[1])) }
        }
        return keys
    }
}
