import Accounting
import Foundation
import GRDB

/// The statistics of a day's or a month's requests. Each pass over the distributions holds one subject of each of its
/// groupings.
struct RequestStatistics {
    private static let keys = ["region_id", "model_id", "tenant", "project", "endpoint"]

    /// What rows are one of.
    private struct Grouping {
        let name: String
        /// By which requests are told apart, in the order of ``keys``.
        let columns: [String]
        /// The bit of the dimension that histograms must keep apart; 0 for none.
        var kept = 0

        /// The columns of a subject; NULL: all of them.
        var subject: String {
            keys.map { columns.contains($0) ? $0 : "NULL" }.joined(separator: ", ")
        }

        var dimension: String { kept == 0 ? "" : "JOIN dimension USING (dimension_id)" }
    }

    /// Groupings that share a pass in the order of the last one: the columns of each are the first of the next.
    private static let passes = [
        [
            Grouping(name: "all", columns: []), Grouping(name: "region", columns: ["region_id"]),
            Grouping(name: "region, model", columns: ["region_id", "model_id"]),
        ],
        [Grouping(name: "model", columns: ["model_id"])],
        [Grouping(name: "tenant", columns: ["tenant"], kept: 1)],
        [Grouping(name: "project", columns: ["project"], kept: 2)],
        [Grouping(name: "endpoint", columns: ["endpoint"], kept: 4)],
    ]

    /// What one row is about; `nil` for all of them.
    private struct Subject: Equatable {
        let region: Int64?
        let model: Int64?
        let names: [ExactText?]

        /// - Parameter row: Begins with ``keys``.
        init(_ row: Row, _ grouping: Grouping) throws {
            func isApart(_ column: Int) -> Bool { grouping.columns.contains(keys[column]) }
            region = try isApart(0) ? row[0] : nil
            model = try isApart(1) ? row[1] : nil
            names = try (2..<5).map { try isApart($0) ? ExactText(row[$0]) : nil }
        }
    }

    /// The subjects of a grouping in order, one of them open.
    private struct Level {
        let grouping: Grouping
        let sums: RowCursor
        /// Requests, tokens, energy and emissions of the open subject.
        var open: (subject: Subject, sums: [Int64?])?
        var requests = StatisticsRow()

        init(_ grouping: Grouping, _ sums: RowCursor) throws {
            self.grouping = grouping
            self.sums = sums
            try advance()
        }

        mutating func advance() throws {
            requests = StatisticsRow()
            open = try sums.next().map { row in
                try (Subject(row, grouping), (keys.count..<row.count).map { try row[$0] })
            }
        }
    }

    let db: Database
    /// `day` or `month`.
    let span: String
    let period: Int
    let days: Range<Int>
    /// By model: what its energy is charged by. One entry is one range.
    let entries: [Int64: String]

    /// Puts the statistics of the period in the place of those that are there.
    func store() throws {
        try db.execute(
            sql: "DELETE FROM request_stat WHERE span = ? AND period = ?",
            arguments: [span, period])
        let marks = Array(repeating: "?", count: 8 + StatisticsColumns.all.count)
        let insert = try db.cachedStatement(
            sql: "INSERT INTO request_stat VALUES (\(marks.joined(separator: ", ")))")
        try forEachRow { try insert.execute(arguments: StatementArguments($0)) }
    }

    /// Gives the rows of the period, always in one order.
    func forEachRow(_ body: ([(any DatabaseValueConvertible)?]) throws -> Void) throws {
        let kept = try Int.fetchAll(
            db,
            sql: "SELECT DISTINCT kept FROM daily_request_histogram WHERE day >= ? AND day < ?",
            arguments: [days.lowerBound, days.upperBound]
        ).reduce(0, |)
        let scales = try scales()
        for pass in Self.passes where pass.allSatisfy({ $0.kept & kept == $0.kept }) {
            try forEachRow(of: pass, scales, body)
        }
    }

    /// By entry of the energy model: what its range makes of 1, at its low and its high.
    private func scales() throws -> [String: SIMD2<Double>] {
        var sums: [String: SIMD3<Int64>] = [:]
        let columns = [
            EmissionColumn.measure(.energy), .down(.energy, .energyModel),
            .up(.energy, .energyModel),
        ].map { "sum(\($0.name))" }.joined(separator: ", ")
        try IntegerStatement(
            db,
            sql: """
                SELECT model_id, \(columns) FROM hour_emission WHERE hour >= ? AND hour < ?
                GROUP BY model_id
                """
        ).forEachRow([Int64(days.lowerBound * 24), Int64(days.upperBound * 24)]) { row in
            sums[entries[row[0]] ?? "", default: .zero] &+= SIMD3(row[1], row[2], row[3])
        }
        return sums.mapValues { sums in
            guard sums.x > 0 else { return SIMD2(1, 1) }
            // Coarse enough that sums of rounded cells show the one range that they rest on.
            func scale(_ part: Int64) -> Double {
                ((1 + Double(part) / Double(sums.x)) * 1e5).rounded() / 1e5
            }
            return SIMD2(scale(-sums.y), scale(sums.z))
        }
    }

    private func forEachRow(
        of pass: [Grouping], _ scales: [String: SIMD2<Double>],
        _ body: ([(any DatabaseValueConvertible)?]) throws -> Void
    ) throws {
        var levels = try pass.map { try Level($0, sums($0)) }
        guard let finest = pass.last else { return }
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(finest.subject), model_id, as_ingested_requests, zero_requests,
                  \(StatisticsColumns.measures.map(\.0).joined(separator: ", "))
                FROM daily_request_histogram \(finest.dimension)
                WHERE day >= ? AND day < ? AND kept & \(finest.kept) = \(finest.kept)
                ORDER BY \(finest.columns.joined(separator: ", "))
                """, arguments: [days.lowerBound, days.upperBound])
        while let row = try rows.next() {
            let distribution = try self.distribution(row)
            let scales = try scales[entries[row[5]] ?? ""] ?? SIMD2(1, 1)
            for index in levels.indices {
                let subject = try Subject(row, levels[index].grouping)
                while levels[index].open?.subject != subject {
                    guard try close(&levels[index], body) else {
                        throw LedgerError.invariant("\(span) \(period) has requests of no cell")
                    }
                }
                levels[index].requests.add(distribution, scales)
            }
        }
        for index in levels.indices { while try close(&levels[index], body) {} }
    }

    /// Gives the row of the open subject and opens the next.
    ///
    /// - Returns: Whether there was one.
    private func close(
        _ level: inout Level, _ body: ([(any DatabaseValueConvertible)?]) throws -> Void
    ) throws -> Bool {
        guard let (subject, sums) = level.open else { return false }
        let key: [(any DatabaseValueConvertible)?] = [
            span, period, level.grouping.name, subject.region, subject.model,
        ]
        try body(key + subject.names.map { $0?.text } + level.requests.values(sums))
        try level.advance()
        return true
    }

    /// Requests, tokens, energy and emissions of each subject, in order.
    private func sums(_ grouping: Grouping) throws -> RowCursor {
        let places =
            StatisticsColumns.sharedPlaces
            + [Measure.energy, .emissions].map {
                EmissionColumn.sums.firstIndex(of: .measure($0)) ?? 0
            }
        let order = grouping.columns.joined(separator: ", ")
        let (table, column, first, end) =
            switch (grouping.kept, span) {
            case (0, _): ("hour_emission", "hour", days.lowerBound * 24, days.upperBound * 24)
            case (_, "day"): ("daily_emission", "day", period, period + 1)
            default: ("monthly_emission", "month", period, period + 1)
            }
        return try Row.fetchCursor(
            db,
            sql: """
                SELECT \(grouping.subject),
                  \(places.map { EmissionRows.sumsOfGroup[$0] }.joined(separator: ", "))
                FROM \(table) \(grouping.dimension) WHERE \(column) >= ? AND \(column) < ?
                \(order.isEmpty ? "HAVING count(*) > 0" : "GROUP BY \(order) ORDER BY \(order)")
                """, arguments: [first, end])
    }

    private func distribution(_ row: Row) throws -> RequestDistribution {
        let asIngested = try row.number(6, in: StoredNumber.requests)
        let zero = try row.number(7, in: StoredNumber.requests)
        do {
            return try RequestDistribution(
                asIngestedRequests: asIngested, zeroRequests: zero,
                histograms: StatisticsColumns.measures.indices.map { try row[8 + $0] })
        } catch {
            let path = try String.fetchOne(
                db, sql: "SELECT file FROM pragma_database_list WHERE name = 'main'")
            throw LedgerError.damaged(
                path: path ?? "ledger", reason: "a histogram of a day \(error)")
        }
    }
}

/// The distributions of the requests of one row.
///
/// Their low and high are scaled by what the range of their entry of the energy model does to all energy of that entry:
/// exact where all of its coefficients have the same relative range.
private struct StatisticsRow {
    private var zeroRequests: Int64 = 0
    private var binnedRequests: Int64 = 0
    private var asIngestedRequests: Int64 = 0
    /// By what the range of the energy model makes of 1, at its low and its high; histograms in the order of
    /// ``StatisticsColumns/measures``.
    private var parts: [SIMD2<Double>: [LogHistogram]] = [:]

    mutating func add(_ distribution: RequestDistribution, _ scales: SIMD2<Double>) {
        var part = parts.removeValue(forKey: scales)
        if part == nil {
            part = distribution.histograms
        } else {
            for (measure, histogram) in distribution.histograms.enumerated() {
                part?[measure].merge(histogram)
            }
        }
        parts[scales] = part
        zeroRequests += distribution.zeroRequests
        binnedRequests += distribution.histograms[0].count
        asIngestedRequests += distribution.asIngestedRequests
    }

    /// In the order of ``StatisticsColumns/all``.
    ///
    /// - Parameter sums: In the order of ``StatisticsColumns/shared``, then energy and emissions.
    func values(_ sums: [Int64?]) -> [Int64?] {
        sums[..<StatisticsColumns.activity.count]
            + [zeroRequests, binnedRequests, asIngestedRequests]
            + sums[StatisticsColumns.activity.count...]
            + StatisticsColumns.measures.indices.flatMap(percentiles)
    }

    /// `nil` from 2⁶² (4.6 MWh, 4.6 t): what is larger stands in one bin.
    private static func stored(_ value: Double) -> Int64? {
        value < 0x1p62 ? Int64(value.rounded()) : nil
    }

    /// Central, low and high, as they are stored.
    private func percentiles(_ measure: Int) -> [Int64?] {
        if parts.count == 1, let (scales, histograms) = parts.first {
            let central = histograms[measure].percentiles(StatisticsColumns.percents)
            return [1, scales.x, scales.y].flatMap { scale in
                Self.rises(central.map { $0.flatMap { Self.stored(Double($0) * scale) } })
            }
        }
        return FactorColumns.bounds.indices.flatMap { bound in
            var whole = LogHistogram(precision: RequestDistribution.precision)
            for (scales, histograms) in parts {
                if bound == 0 || scales[bound - 1] == 1 {
                    whole.merge(histograms[measure])
                } else {
                    histograms[measure].add(to: &whole, times: scales[bound - 1])
                }
            }
            return Self.rises(
                whole.percentiles(StatisticsColumns.percents).map {
                    $0.flatMap { Self.stored(Double($0)) }
                })
        }
    }

    /// The first, then how far each is above the one before.
    private static func rises(_ percentiles: [Int64?]) -> [Int64?] {
        var earlier: Int64? = 0
        return percentiles.map { percentile in
            defer { earlier = percentile }
            guard let percentile, let earlier else { return nil }
            return percentile - earlier
        }
    }
}
