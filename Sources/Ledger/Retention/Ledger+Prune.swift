package import Accounting
import Foundation
import GRDB

extension Ledger {
    /// What was pruned.
    package struct Pruning: Sendable {
        /// Whose files were looked at.
        package let months: [UTCMonth]
        /// Months before the given one that were left alone, as they are not closed or no longer what was stated.
        package let left: [UTCMonth]
        /// Files whose cells stand in bundles now, and how many bundles these are.
        package let files: Int
        package let bundles: Int
        /// Files that counted no longer, whose cells left.
        package let superseded: Int
        /// Rows of cells before and after.
        package let cellsBefore: Int
        package let cellsAfter: Int
        /// Places of rejected lines that left; their counts stay.
        package let rejects: Int
    }

    /// Files of months that were closed and have not changed since: cells of those that count are added up in bundles, cells
    /// of those that count no longer leave, and so do the places of rejected lines. No total changes.
    ///
    /// Files are looked at whose requests all lie in such months. A bundle holds files of one kind: one dialect, scope, options
    /// and method of their statistics, of requests or of sums, whose last requests are of one month.
    package func prune(before month: UTCMonth, run: RunRecord) throws -> Pruning {
        do {
            return try write { db in
                let entry = try run.insert(db)
                guard !entry.derivesAnew else { throw OtherSettings("nothing was pruned") }
                var pruner = try Pruner(db, before: month, run: entry.runID)
                return try pruner.prune()
            }
        } catch let other as OtherSettings {
            throw other.error
        }
    }
}

private struct Pruner {
    let db: Database
    let run: Int64
    private let months: [UTCMonth]
    private let left: [UTCMonth]

    init(_ db: Database, before month: UTCMonth, run: Int64) throws {
        self.db = db
        self.run = run
        let known = try Row.fetchAll(
            db,
            sql: """
                SELECT t.month, s.status FROM month_total AS t LEFT JOIN month_status AS s USING (month)
                WHERE t.month < ? ORDER BY 1
                """, arguments: [month.ordinal])
        func months(_ isClosed: Bool) throws -> [UTCMonth] {
            try known.filter { try ($0[1] as String? == "closed") == isClosed }.map {
                let ordinal: Int = try $0[0]
                return UTCMonth(year: ordinal / 12, month: ordinal % 12 + 1)
            }
        }
        self.months = try months(true)
        left = try months(false)
    }

    /// A file whose requests all lie in months that are closed.
    private struct Candidate {
        let file: Int64
        let hours: ClosedRange<Int>
        let isSuperseded: Bool
        /// What files of one bundle have in common.
        let kind: [String]
    }

    mutating func prune() throws -> Ledger.Pruning {
        let candidates = try candidates()
        let superseded = candidates.filter(\.isSuperseded)
        let live = candidates.filter { !$0.isSuperseded }
        var heads: [[String]: Int64] = [:]
        for candidate in live { heads[candidate.kind] = heads[candidate.kind] ?? candidate.file }
        var (before, after, rejects) = (0, 0, 0)
        for candidate in superseded {
            for table in FactTables.ofCells {
                try db.execute(
                    sql: "DELETE FROM \(table) WHERE hour BETWEEN ? AND ? AND file_id = ?",
                    arguments: [
                        candidate.hours.lowerBound, candidate.hours.upperBound, candidate.file,
                    ])
                if table == "usage" { before += db.changesCount }
            }
            try mark(candidate.file, bundle: nil)
        }
        try db.execute(
            sql: """
                CREATE TEMP TABLE IF NOT EXISTS bundle_member (
                  file_id INTEGER PRIMARY KEY, bundle_id INTEGER NOT NULL);
                DELETE FROM temp.bundle_member
                """)
        for candidate in live {
            let head = heads[candidate.kind] ?? candidate.file
            try db.cachedStatement(sql: "INSERT INTO temp.bundle_member VALUES (?, ?)")
                .execute(arguments: [candidate.file, head])
            try mark(candidate.file, bundle: head)
        }
        for hour in Set(live.flatMap(\.hours)).sorted() {
            let cells = try bundle(hour)
            before += cells.before
            after += cells.after
        }
        for candidate in candidates {
            try db.cachedStatement(sql: "DELETE FROM reject WHERE file_id = ?")
                .execute(arguments: [candidate.file])
            rejects += db.changesCount
        }
        try db.execute(sql: "DROP TABLE temp.bundle_member")
        return Ledger.Pruning(
            months: months, left: left, files: live.count, bundles: heads.count,
            superseded: superseded.count, cellsBefore: before, cellsAfter: after, rejects: rejects)
    }

    private func candidates() throws -> [Candidate] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT f.file_id, f.first_time_ms / 3600000, f.last_time_ms / 3600000,
                  f.file_id IN (SELECT file_id FROM superseded_file), f.dialect, f.records, f.scope,
                  f.options, f.charged_by
                FROM source_file AS f
                WHERE f.first_time_ms IS NOT NULL
                  AND f.file_id NOT IN (SELECT file_id FROM pruned_file)
                  AND f.file_id NOT IN (SELECT file_id FROM forgotten_file) ORDER BY 1
                """)
        let closed = Set(months)
        return try rows.compactMap { row in
            let first = Int(try row.number(1, in: StoredNumber.hours))
            let last = Int(try row.number(2, in: StoredNumber.hours))
            guard first <= last else { return nil }
            var month = UTCHour(first).month
            let end = UTCHour(last).month
            while closed.contains(month), month < end { month = month.next }
            guard month == end, closed.contains(end) else { return nil }
            return try Candidate(
                file: row[0], hours: first...last, isSuperseded: row[3],
                kind: [end.description] + (4..<9).map { try row[$0] })
        }
    }

    private func mark(_ file: Int64, bundle: Int64?) throws {
        try db.cachedStatement(sql: "INSERT INTO pruned_file VALUES (?, ?, ?)")
            .execute(arguments: [file, bundle, run])
    }

    // MARK: Bundles

    /// Adds the cells of an hour up, bundle by bundle.
    private func bundle(_ hour: Int) throws -> (before: Int, after: Int) {
        var counts = (before: 0, after: 0)
        for (table, counters) in [
            ("usage", UsageReader.common), ("rare_usage", UsageReader.rare),
        ] {
            let columns = counters.map(\.column)
            let sums = columns.map { "sum(\($0)) AS \($0)" }
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT hour, region_id, model_id, dimension_id, bundle_id,
                          \(sums.joined(separator: ", "))
                        FROM \(table) JOIN temp.bundle_member USING (file_id) WHERE hour = ?
                        GROUP BY region_id, model_id, dimension_id, bundle_id
                        """), arguments: [hour])
            guard !rows.isEmpty else { continue }
            try delete(from: table, hour)
            if table == "usage" { counts = (db.changesCount, rows.count) }
            let names = UsageReader.key + columns
            let insert = try db.cachedStatement(
                sql: """
                    INSERT INTO \(table) (\(names.joined(separator: ", ")))
                    VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))
                    """)
            for row in rows {
                try insert.execute(arguments: StatementArguments(row.databaseValues))
            }
        }
        try bundleHistograms(hour)
        return counts
    }

    private func delete(from table: String, _ hour: Int) throws {
        try db.cachedStatement(
            sql: """
                DELETE FROM \(table) WHERE hour = ?
                  AND file_id IN (SELECT file_id FROM temp.bundle_member)
                """
        ).execute(arguments: [hour])
    }

    private struct HistogramKey: Hashable {
        let region: Int64
        let model: Int64
        let dimension: Int64
        let bundle: Int64
        let kept: Int
        let charge: Int64
    }

    private func bundleHistograms(_ hour: Int) throws {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT region_id, model_id, dimension_id, bundle_id, kept, charge_id, energy,
                      kilotoken_energy, zero_requests, file_id
                    FROM energy_histogram JOIN temp.bundle_member USING (file_id) WHERE hour = ?
                    """), arguments: [hour])
        var sums: [HistogramKey: RequestHistogram] = [:]
        var order: [HistogramKey] = []
        for row in rows {
            let key = try HistogramKey(
                region: row[0], model: row[1], dimension: row[2], bundle: row[3], kept: row[4],
                charge: row[5])
            let histogram = try RequestHistogram(
                energy: histogram(row[6], of: row[9]),
                energyPerKilotoken: histogram(row[7], of: row[9]), zeroRequests: row[8])
            if let known = sums[key] {
                sums[key] = known + histogram
            } else {
                sums[key] = histogram
                order.append(key)
            }
        }
        guard !order.isEmpty else { return }
        try delete(from: "energy_histogram", hour)
        let insert = try db.cachedStatement(
            sql: "INSERT INTO energy_histogram VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for key in order {
            guard let histogram = sums[key] else { continue }
            try insert.execute(arguments: [
                hour, key.region, key.model, key.dimension, key.bundle, key.kept, key.charge,
                histogram.energy.count, histogram.zeroRequests, Data(histogram.energy.encoded),
                Data(histogram.energyPerKilotoken.encoded),
            ])
        }
    }

    private func histogram(_ bytes: Data, of file: Int64) throws -> LogHistogram {
        do {
            return try LogHistogram(encoded: Array(bytes), precision: RequestHistogram.precision)
        } catch {
            throw LedgerError.histogram(file: "file \(file)", reason: "cannot be read")
        }
    }
}
