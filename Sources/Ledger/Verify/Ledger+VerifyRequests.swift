import Accounting
import Foundation
import GRDB

extension Law {
    /// What single requests cost.
    static let requests: [Law] = [
        Law(
            statement:
                "a histogram holds the requests that it says, and none that its cells do not",
            violations: """
                SELECT 'file ' || file_id || ', hour ' || hour FROM energy_histogram
                WHERE file_id NOT IN (SELECT file_id FROM superseded_file)
                  AND (histogram_count(energy) IS NOT binned_requests
                    OR histogram_count(kilotoken_energy) IS NULL
                    OR histogram_count(kilotoken_energy) > binned_requests)
                UNION ALL
                SELECT DISTINCT 'file ' || h.file_id || ', hour ' || h.hour FROM (
                  SELECT hour, region_id, model_id, file_id,
                    sum(binned_requests + zero_requests) AS requests
                  FROM energy_histogram
                  WHERE file_id NOT IN (SELECT file_id FROM superseded_file)
                  GROUP BY 1, 2, 3, 4) AS h
                LEFT JOIN (
                  SELECT hour, region_id, model_id, file_id,
                    sum(requests - failed_requests - not_run_requests - cache_hit_requests
                      - unknown_usage_requests - aggregated_requests) AS requests
                  FROM (\(SecondDerivation.usage())) GROUP BY 1, 2, 3, 4) AS u USING (hour, region_id, model_id, file_id)
                WHERE u.requests IS NULL OR h.requests > u.requests
                """),
        Law(
            statement: "a histogram holds no more energy than its cells were charged",
            violations: """
                SELECT DISTINCT 'file ' || file_id || ', hour ' || hour FROM (
                  SELECT h.hour, h.region_id, h.model_id, h.file_id,
                    sum(histogram_sum(h.energy)) AS binned
                  FROM energy_histogram AS h GROUP BY 1, 2, 3, 4)
                JOIN (
                  SELECT u.hour, u.region_id, u.model_id, u.file_id,
                    \(charged("sum")) AS charged
                  FROM (\(SecondDerivation.usage())) AS u
                  JOIN (SELECT DISTINCT hour, region_id, model_id, file_id, charge_id
                    FROM energy_histogram) USING (hour, region_id, model_id, file_id)
                  JOIN charge AS c USING (charge_id) GROUP BY 1, 2, 3, 4)
                  USING (hour, region_id, model_id, file_id)
                WHERE binned * \(1 - LogHistogram.relativeError(precision: RequestHistogram.precision))
                  > charged + 1
                """),
        Law(
            statement: "the distribution of a day's requests is that of its files",
            violations: """
                SELECT 'day ' || day FROM (
                  SELECT h.hour / 24 AS day, h.region_id, h.model_id, h.kept,
                    sum(h.binned_requests) AS binned, sum(h.zero_requests) AS zero,
                    sum(iif(f.intensity_mg_per_kwh IS NULL, 0, h.binned_requests)) AS matched
                  FROM energy_histogram AS h
                  JOIN hour_factor AS f USING (hour, region_id, model_id)
                  WHERE f.energy_evidence IS NOT NULL
                    AND h.file_id NOT IN (SELECT file_id FROM superseded_file)
                  GROUP BY 1, 2, 3, 4
                  UNION ALL
                  SELECT day, region_id, model_id, kept,
                    sum(histogram_count(energy)), sum(zero_requests),
                    sum(histogram_count(emissions))
                  FROM daily_request_histogram GROUP BY 1, 2, 3, 4)
                GROUP BY day, region_id, model_id, kept
                HAVING count(*) <> 2 OR min(binned) <> max(binned) OR min(zero) <> max(zero)
                  OR min(matched) <> max(matched)
                """),
        Law(
            statement: "statistics of requests add up to the total, of days and of months",
            violations: [("day", "daily_emission", "day"), ("month", "monthly_emission", "month")]
                .flatMap {
                    span, table, period in
                    ["all", "region", "model", "region, model"].map { grouping in
                        """
                        SELECT '\(span) ' || period || ', by \(grouping)' FROM (
                          SELECT period, sum(requests) AS requests,
                            coalesce(sum(energy_uwh), 0) AS energy,
                            coalesce(sum(emissions_ug), 0) AS emissions
                          FROM request_stat WHERE span = '\(span)' AND grouping = '\(grouping)' GROUP BY 1
                          UNION ALL
                          SELECT \(period), sum(requests), coalesce(sum(energy_uwh), 0),
                            coalesce(sum(emissions_ug), 0)
                          FROM \(table) GROUP BY 1)
                        GROUP BY period
                        HAVING count(*) <> 2 OR min(requests) <> max(requests)
                          OR min(energy) <> max(energy) OR min(emissions) <> max(emissions)
                        """
                    }
                }.joined(separator: "\nUNION ALL\n")),
        Law(
            statement: "percentiles do not fall, and lie between their low and their high",
            violations: """
                SELECT span || ' ' || period || ', by ' || grouping FROM request_stat AS e
                WHERE \(disordered.joined(separator: " OR "))
                """),
    ]

    /// What the cells of a file were charged when it came, in pWh.
    private static func charged(_ sum: String) -> String {
        func counted(_ charge: Charge) -> String {
            switch charge {
            case .request:
                "u.requests - u.failed_requests - u.not_run_requests - u.cache_hit_requests"
            case .input: "u.input_tokens - u.cached_input_tokens"
            case .cachedInput: "u.cached_input_tokens"
            case .output: "u.output_tokens"
            case .item: "u.items"
            case .metered: "u.metered_uwh"
            case .unknownRequest: "u.unknown_usage_requests"
            case .unknownInput: "u.unknown_input_requests"
            case .unknownOutput: "u.unknown_output_requests"
            }
        }
        return Charge.stated.map {
            "\(sum)(1.0 * (\(counted($0))) * c.\(FactorColumns.central($0)))"
        }.joined(separator: " + ")
    }

    private static let disordered = StatisticsColumns.measures.indices.flatMap { measure in
        func percentile(_ percent: Int, _ bound: String = "") -> String {
            StatisticsColumns.percentile(percent, of: measure, bound)
        }
        return StatisticsColumns.percents.flatMap { percent in
            [
                "\(percentile(percent, "_low")) > \(percentile(percent))",
                "\(percentile(percent)) > \(percentile(percent, "_high"))",
            ]
        }
            + zip(StatisticsColumns.percents, StatisticsColumns.percents.dropFirst()).map {
                "\(percentile($0)) > \(percentile($1))"
            }
    }
}

/// What laws ask of histograms that SQL cannot read; NULL for one that cannot be read at all.
enum HistogramFunctions {
    static let count = function("histogram_count") { $0.count }
    /// Of the values that stand for its bins.
    static let sum = function("histogram_sum") { histogram in
        histogram.bins.reduce(0.0) { $0 + Double($1.value) * Double($1.count) }
    }

    private static func function(
        _ name: String,
        _ value: @escaping @Sendable (LogHistogram) -> any DatabaseValueConvertible & Sendable
    ) -> DatabaseFunction {
        DatabaseFunction(name, argumentCount: 1, pure: true) { arguments in
            guard let bytes = Data.fromDatabaseValue(arguments[0]), bytes.count >= 2 else {
                return nil
            }
            let precision = Int(bytes[bytes.startIndex + 1])
            guard LogHistogram.precisions.contains(precision) else { return nil }
            return (try? LogHistogram(encoded: Array(bytes), precision: precision)).map(value)
        }
    }
}
