import Accounting
import Foundation
import GRDB

extension Derivation {
    /// Region and model: what has one factor in an hour.
    typealias HourFactors = [SIMD2<Int64>: HourFactor]

    /// Brings the distributions of a day's requests up to date: each scaled from what it was charged when its file
    /// came to what the method says of its hour.
    ///
    /// - Parameter factors: Those of its hours.
    func deriveDistributions(of day: Int, _ factors: [Int: HourFactors]) throws {
        try db.execute(
            sql: "DELETE FROM daily_request_histogram WHERE day = ?",
            arguments: [day])
        let hours: StatementArguments = [day * 24, day * 24 + 24]
        let live = "file_id NOT IN (SELECT file_id FROM superseded_file)"
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
        }
        while let row = try rows.next() {
            let key = try DistributionKey(
                region: row[0], model: row[1], dimension: row[2], kept: row[3])
            guard let factor = try factors[row[4]]?[SIMD2(key.region, key.model)],
                factor.energy != nil
            else { continue }
            if current?.key != key {
                try finish()
                current = (key, RequestDistribution())
            }
            try add(row, factor, region: key.region, to: &current)
        }
        try finish()
    }

    private func add(
        _ row: Row, _ factor: HourFactor, region: Int64,
        to current: inout (key: DistributionKey, distribution: RequestDistribution)?
    ) throws {
        let then = try EnergyCoefficients(
            request: row[11], input: row[12], cachedInput: row[13], output: row[14], item: row[15],
            metered: row[16])
        let scale = factor.energy?.energy.central.scale(from: then)
        let effectiveness =
            try scale == nil
            ? row[9]
                ? nil
                : method.effectiveness(of: regions[region] ?? "", year: UTCHour(row[4]).month.year)
                    .central
            : factor.effectiveness?.central
        let energyScale = (scale ?? 1) * Double(effectiveness?.value ?? 1_000_000) / 1e6
        current?.distribution.add(
            RequestHistogram(
                energy: try histogram(row[6], file: row[8], count: row[10]),
                energyPerKilotoken: try histogram(row[7], file: row[8]),
                zeroRequests: try row.number(5, in: StoredNumber.requests)),
            energyScale: energyScale,
            emissionScale: factor.intensity.map {
                energyScale * Double($0.central.value) / 1e6  // pWh × mg/kWh is 10⁻⁶ pg
            }, isAsIngested: scale == nil)
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

    /// Statistics of requests of a day, from their distributions.
    func deriveStatistics(of day: Int) throws {
        try RequestStatistics(
            db: db, span: "day", period: day, days: day..<day + 1,
            entries: entries
        ).store()
    }

    /// Statistics of a month's requests, from the distributions of its days.
    func deriveStatistics(of month: UTCMonth) throws {
        try RequestStatistics(
            db: db, span: "month", period: month.ordinal,
            days: month.hours.lowerBound.day..<month.hours.upperBound.day,
            entries: entries
        ).store()
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
