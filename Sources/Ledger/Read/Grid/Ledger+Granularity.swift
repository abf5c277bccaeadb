package import Accounting
import GRDB

/// A month's emissions with grid values of longer times: what joining by the hour changes.
package struct GranularityComparison: Codable, Sendable {
    /// `hour`, `day`, `month` or `year`.
    package let granularity: String
    /// Of the energy that has a value by the hour.
    package let emissionsKgCO2e: Double
    /// Relative to joining by the hour.
    package let change: Double

    enum CodingKeys: String, CodingKey {
        case granularity, change
        case emissionsKgCO2e = "emissions_kgco2e"
    }
}

extension Ledger {
    /// The same energy times the mean of the hour's day, month or year, over the values of the zone that are known; of
    /// times of which none is, the hour's own value stays.
    package func compareGranularity(_ month: UTCMonth, method: Method) throws
        -> [GranularityComparison]
    {
        try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT z.zone, f.hour, f.intensity_mg_per_kwh, sum(f.energy_uwh)
                    FROM hour_factor AS f
                    JOIN region_zone AS z USING (region_id)
                    WHERE f.hour >= ? AND f.hour < ? AND f.energy_uwh IS NOT NULL
                      AND f.intensity_mg_per_kwh IS NOT NULL
                    GROUP BY 1, 2, 3
                    """, arguments: [month.hours.lowerBound.value, month.hours.upperBound.value])
            var sums = [Int128](repeating: 0, count: Granularity.allCases.count)
            var zones: [String: HourlySeries] = [:]
            var means: [String: [Range<Int>: Int64?]] = [:]
            while let row = try rows.next() {
                let zone: String = try row[0]
                let hour = try UTCHour(row[1])
                let own: Int64 = try row[2]
                let energy: Int64 = try row[3]
                let series = try zones[zone] ?? HourlySeries(db, zone: zone, basis: method.basis)
                zones[zone] = series
                for (index, granularity) in Granularity.allCases.enumerated() {
                    let hours = granularity.hours(around: hour)
                    let mean = means[zone]?[hours] ?? series.mean(over: hours)
                    means[zone, default: [:]][hours] = .some(mean)
                    let value = mean ?? own
                    sums[index] += Int128(energy) * Int128(granularity == .hour ? own : value)
                }
            }
            // µWh × mg/kWh is 10⁻⁶ µg.
            return zip(Granularity.allCases, sums).map { granularity, sum in
                GranularityComparison(
                    granularity: granularity.rawValue, emissionsKgCO2e: Double(sum) / 1e15,
                    change: sums[0] == 0 ? 0 : Double(sum) / Double(sums[0]) - 1)
            }
        }
    }

    private enum Granularity: String, CaseIterable {
        case hour, day, month, year

        func hours(around hour: UTCHour) -> Range<Int> {
            switch self {
            case .hour: return hour.value..<hour.value + 1
            case .day: return hour.day * 24..<hour.day * 24 + 24
            case .month:
                return hour.month.hours.lowerBound.value..<hour.month.hours.upperBound.value
            case .year:
                let year = hour.month.year
                return UTCHour(year: year, month: 1, day: 1, hour: 0)
                    .value..<UTCHour(year: year + 1, month: 1, day: 1, hour: 0).value
            }
        }
    }
}
