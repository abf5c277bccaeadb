import Accounting
import Foundation
import GRDB

extension Derivation {
    /// Region and model: what has one factor in an hour.
    typealias HourFactors = [SIMD2<Int64>: HourFactor]

    /// Brings the distributions and the statistics of a day's requests up to date: each scaled from what it was
    /// charged when its file came to what the method says of its hour.
    ///
    /// - Parameters:
    ///   - sums: The rows of the day.
    ///   - factors: Those of its hours.
    func deriveRequests(
        day: Int, _ sums: [(key: RollupKey, sums: EmissionSums)], _ factors: [Int: HourFactors]
    ) throws {
        try db.execute(
            sql: "DELETE FROM daily_request_histogram WHERE day = ?",
            arguments: [day])
        let hours: StatementArguments = [day * 24, day * 24 + 24]
        let live = "file_id NOT IN (SELECT file_id FROM superseded_file)"
        var statistics = try statistics(
            sums,
            kept: keptDimensions("energy_histogram WHERE hour >= ? AND hour < ? AND \(live)", hours)
        )
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT h.region_id, h.model_id, h.dimension_id, h.kept, h.hour, h.zero_requests,
                  h.energy, h.kilotoken_energy, h.file_id, c.includes_pue, h.binned_requests,
                  \(FactorColumns.central.map { "c.\($0)" }.joined(separator: ", "))
                FROM energy_histogram AS h JOIN charge AS c USING (charge_id)
                WHERE h.hour >= ? AND h.hour < ? AND \(live)
                ORDER BY h.region_id, h.model_id, h.dimension_id, h.kept
                """, arguments: hours)
        var current: (key: DistributionKey, distribution: RequestDistribution)?
        func finish() throws {
            guard let (key, distribution) = current else { return }
            try insert(distribution, key, day)
            statistics.add(distribution, of: key)
        }
        while let row = try rows.next() {
            let key = DistributionKey(
                region: row[0], model: row[1], dimension: row[2], kept: row[3])
            guard let factor = factors[row[4]]?[SIMD2(key.region, key.model)],
                factor.energy != nil
            else { continue }
            if current?.key != key {
                try finish()
                current = (key, RequestDistribution())
            }
            try add(row, factor, region: key.region, to: &current)
        }
        try finish()
        try store(&statistics, span: "day", day)
    }

    private func add(
        _ row: Row, _ factor: HourFactor, region: Int64,
        to current: inout (key: DistributionKey, distribution: RequestDistribution)?
    ) throws {
        let then = EnergyCoefficients(
            request: row[11], input: row[12], cachedInput: row[13], output: row[14], item: row[15],
            metered: row[16])
        let scale = factor.energy?.energy.central.scale(from: then)
        let effectiveness =
            scale == nil
            ? row[9]
                ? nil
                : method.effectiveness(of: regions[region] ?? "", year: UTCHour(row[4]).month.year)
                    .central
            : factor.effectiveness?.central
        let energyScale = (scale ?? 1) * Double(effectiveness?.value ?? 1_000_000) / 1e6
        current?.distribution.add(
            RequestHistogram(
                energy: try histogram(row[6], file: row[8], count: row[10]),
                energyPerKilotoken: try histogram(row[7], file: row[8]), zeroRequests: row[5]),
            energyScale: energyScale,
            emissionScale: factor.intensity.map {
                energyScale * Double($0.central.value) / 1e6  // pWh × mg/kWh is 10⁻⁶ pg
            }, isAsIngested: scale == nil)
    }

    /// All dimensions that any histogram of `source` keeps apart.
    private func keptDimensions(_ source: String, _ arguments: StatementArguments) throws -> Int {
        try Int.fetchAll(db, sql: "SELECT DISTINCT kept FROM \(source)", arguments: arguments)
            .reduce(0, |)
    }

    /// - Parameter count: How many requests it should hold, where that is known.
    private func histogram(
        _ bytes: Data, file: Int64, count: Int64? = nil
    ) throws -> LogHistogram {
        do {
            let histogram = try LogHistogram(
                encoded: Array(bytes), precision: RequestHistogram.precision)
            guard count == nil || histogram.count == count else {
                throw LogHistogram.Fault.damaged
            }
            return histogram
        } catch {
            let name = try String.fetchOne(
                db, sql: "SELECT name FROM source_file WHERE file_id = ?", arguments: [file])
            throw LedgerError.histogram(file: name ?? "file \(file)", reason: "\(error)")
        }
    }

    private func insert(
        _ distribution: RequestDistribution, _ key: DistributionKey, _ day: Int
    ) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO daily_request_histogram VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try insert.execute(
            arguments: [
                day, key.region, key.model, key.dimension, key.kept,
                distribution.asIngestedRequests, distribution.zeroRequests,
            ] + StatementArguments(distribution.histograms.map { Data($0.encoded) }))
    }

    /// Statistics of a month's requests, from the distributions of its days.
    func deriveRequests(month: UTCMonth) throws {
        let days = StatementArguments([
            Int64(month.hours.lowerBound.day), Int64(month.hours.upperBound.day),
        ])
        let kept = try keptDimensions("daily_request_histogram WHERE day >= ? AND day < ?", days)
        var statistics = try statistics(sums(of: month, kept: kept), kept: kept)
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id, kept, as_ingested_requests, zero_requests,
                  \(StatisticsColumns.measures.map(\.0).joined(separator: ", "))
                FROM daily_request_histogram WHERE day >= ? AND day < ?
                ORDER BY region_id, model_id, dimension_id, kept
                """, arguments: days)
        var current: (key: DistributionKey, distribution: RequestDistribution)?
        while let row = try rows.next() {
            let key = DistributionKey(
                region: row[0], model: row[1], dimension: row[2], kept: row[3])
            var distribution = RequestDistribution()
            distribution.asIngestedRequests = row[4]
            distribution.zeroRequests = row[5]
            for measure in distribution.histograms.indices {
                let bytes: Data = row[6 + measure]
                do {
                    distribution.histograms[measure] = try LogHistogram(
                        encoded: Array(bytes), precision: RequestDistribution.precision)
                } catch {
                    let path = try String.fetchOne(
                        db, sql: "SELECT file FROM pragma_database_list WHERE name = 'main'")
                    throw LedgerError.damaged(
                        path: path ?? "ledger", reason: "a histogram of a day \(error)")
                }
            }
            if current?.key == key {
                current?.distribution.merge(distribution)
            } else {
                if let current { statistics.add(current.distribution, of: current.key) }
                current = (key, distribution)
            }
        }
        if let current { statistics.add(current.distribution, of: current.key) }
        try store(&statistics, span: "month", month.ordinal)
    }

    /// The rows of a month; by region and model alone where nothing else is kept apart.
    private func sums(
        of month: UTCMonth, kept: Int
    ) throws -> [(key: RollupKey, sums: EmissionSums)] {
        var rows: [(key: RollupKey, sums: EmissionSums)] = []
        let statement = try IntegerStatement(
            db,
            sql: kept == 0
                ? """
                SELECT region_id, model_id, 0, \(EmissionRows.sumsOfGroup.joined(separator: ", "))
                FROM hour_emission WHERE hour >= ? AND hour < ? GROUP BY 1, 2
                """
                : """
                SELECT region_id, model_id, dimension_id, \(EmissionRows.sums.joined(separator: ", "))
                FROM monthly_emission WHERE month >= ? AND month < ?
                """)
        let (first, end) =
            kept == 0
            ? (month.hours.lowerBound.value, month.hours.upperBound.value)
            : (month.ordinal, month.ordinal + 1)
        try statement.forEachRow([Int64(first), Int64(end)]) { row in
            rows.append(
                (
                    RollupKey(region: row[0], model: row[1], dimension: row[2]),
                    EmissionSums(row, from: 3)
                ))
        }
        return rows
    }

    private func statistics(
        _ sums: [(key: RollupKey, sums: EmissionSums)], kept: Int
    ) throws -> RequestStatistics {
        var dimensions: [Int64: [ExactText]] = [:]
        if kept != 0 {
            let rows = try Row.fetchCursor(
                db, sql: "SELECT dimension_id, tenant, project, endpoint FROM dimension")
            while let row = try rows.next() {
                dimensions[row[0]] = [
                    ExactText(row[1]), ExactText(row[2]), ExactText(row[3]),
                ]
            }
        }
        return RequestStatistics(
            sums, kept: kept, dimensions: dimensions,
            entries: models.compactMapValues(method.entry))
    }

    private func store(_ statistics: inout RequestStatistics, span: String, _ period: Int) throws {
        try db.execute(
            sql: "DELETE FROM request_stat WHERE span = ? AND period = ?",
            arguments: [span, period])
        let marks = Array(repeating: "?", count: 8 + StatisticsColumns.all.count)
        let insert = try db.cachedStatement(
            sql: "INSERT INTO request_stat VALUES (\(marks.joined(separator: ", ")))")
        for (subject, values) in statistics.finish() {
            try insert.execute(
                arguments: [span, period, subject.grouping]
                    + StatementArguments(subject.numbers) + StatementArguments(subject.names)
                    + StatementArguments(values))
        }
    }
}

extension LogHistogram.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .mismatch(let version, let precision, let expected):
            "is of version \(version) with \(precision) bits a bin, where version "
                + "\(LogHistogram.version) with \(expected) bits is expected"
        case .damaged: "is damaged"
        }
    }
}
