import Accounting
import Foundation

/// Which requests a distribution is of.
struct DistributionKey: Hashable, Comparable {
    let region: Int64
    let model: Int64
    /// Of what is kept apart.
    let dimension: Int64
    /// The raw value of a set of dimensions.
    let kept: Int

    static func < (left: DistributionKey, right: DistributionKey) -> Bool {
        (left.region, left.model, left.dimension, left.kept)
            < (right.region, right.model, right.dimension, right.kept)
    }
}

/// How facility energy and emissions of requests are distributed, by the method.
struct RequestDistribution {
    /// Bits: finer than the bins of the facts, as the errors of both add up.
    static let precision = 9

    /// By how much a percentile differs from the exact one at most, relative to it: the bins of the facts, those here
    /// once for a day and once for a bound, and the tolerance of scales, once for each of them. Figures below 10⁻¹⁰ Wh
    /// or g are rounded to 10⁻¹² besides; low and high are exact so far as an entry has one relative range.
    static let relativeError: Double = {
        let fact = LogHistogram.relativeError(precision: RequestHistogram.precision)
        let derived = LogHistogram.relativeError(precision: precision)
        let scale = EnergyCoefficients.scaleTolerance
        return (1 + fact) * (1 + derived) * (1 + derived) * (1 + scale) * (1 + scale) - 1
    }()

    /// Requests whose energy model no scale leads to the one in force: they stand as they were charged.
    var asIngestedRequests: Int64 = 0
    /// Requests that are charged nothing; in no bin.
    var zeroRequests: Int64 = 0
    /// In the order of ``StatisticsColumns/measures``.
    var histograms = StatisticsColumns.measures.map { _ in
        LogHistogram(precision: precision)
    }

    /// Adds requests of one hour.
    ///
    /// - Parameters:
    ///   - energyScale: From the charge to energy of the facility.
    ///   - emissionScale: From the charge to pg CO2e; `nil` without a grid value.
    mutating func add(
        _ histogram: RequestHistogram, energyScale: Double, emissionScale: Double?,
        isAsIngested: Bool
    ) {
        if isAsIngested {
            asIngestedRequests += histogram.energy.count + histogram.zeroRequests
        }
        zeroRequests += histogram.zeroRequests
        histogram.energy.add(to: &histograms[0], times: energyScale)
        histogram.energyPerKilotoken.add(to: &histograms[2], times: energyScale)
        guard let emissionScale else { return }
        histogram.energy.add(to: &histograms[1], times: emissionScale)
        histogram.energyPerKilotoken.add(to: &histograms[3], times: emissionScale)
    }

    mutating func merge(_ other: RequestDistribution) {
        asIngestedRequests += other.asIngestedRequests
        zeroRequests += other.zeroRequests
        for index in histograms.indices { histograms[index].merge(other.histograms[index]) }
    }
}

/// Collects the statistics of a day's or month's requests: of each region and model, of each region, model and kept
/// dimension, and of all together.
struct RequestStatistics {
    /// What one row is about; `nil` for all of them.
    struct Subject: Hashable, Comparable {
        var grouping: String
        var region: Int64?
        var model: Int64?
        var tenant: ExactText?
        var project: ExactText?
        var endpoint: ExactText?

        /// Region, model and three names, as the table has them.
        var numbers: [Int64?] { [region, model] }
        var names: [String?] { [tenant?.text, project?.text, endpoint?.text] }

        static func < (left: Subject, right: Subject) -> Bool {
            func text(_ subject: Subject) -> [String] {
                [subject.grouping] + subject.names.map { $0 ?? "" }
            }
            let (first, second) = (text(left), text(right))
            guard first == second else { return first.lexicographicallyPrecedes(second) }
            return (left.region ?? 0, left.model ?? 0) < (right.region ?? 0, right.model ?? 0)
        }
    }

    /// One row.
    private struct Row {
        var sums = EmissionSums()
        var zeroRequests: Int64 = 0
        var binnedRequests: Int64 = 0
        var asIngestedRequests: Int64 = 0
        /// By what the range of the energy model makes of 1, at its low and its high; histograms in the order of
        /// ``StatisticsColumns/measures``.
        var parts: [SIMD2<Double>: [LogHistogram]] = [:]

        /// In the order of ``StatisticsColumns/all``.
        var values: [Int64?] {
            let shared = StatisticsColumns.sharedPlaces.map { sums[$0] }
            return shared[..<StatisticsColumns.activity.count]
                + [zeroRequests, binnedRequests, asIngestedRequests]
                + shared[StatisticsColumns.activity.count...] + [sums[.energy], sums[.emissions]]
                + StatisticsColumns.measures.indices.flatMap(percentiles)
        }

        /// `nil` from 2⁶² (4.6 MWh, 4.6 t): what is larger stands in one bin.
        private static func stored(_ value: Double) -> Int64? {
            value < 0x1p62 ? Int64(value.rounded()) : nil
        }

        /// Central, low and high.
        private func percentiles(_ measure: Int) -> [Int64?] {
            if parts.count == 1, let (scales, histograms) = parts.first {
                let central = histograms[measure].percentiles(StatisticsColumns.percents)
                return [1, scales.x, scales.y].flatMap { scale in
                    central.map { $0.flatMap { Self.stored(Double($0) * scale) } }
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
                return whole.percentiles(StatisticsColumns.percents).map {
                    $0.flatMap { Self.stored(Double($0)) }
                }
            }
        }
    }

    private var rows: [Subject: Row] = [:]
    private var finished: [(subject: Subject, values: [Int64?])] = []
    private var latest: DistributionKey?
    /// By model: what its energy is charged by. One entry is one range.
    private let entries: [Int64: String]
    /// By entry: what the range of the energy model makes of 1, at its low and its high.
    private var scales: [String: SIMD2<Double>] = [:]
    private let dimensions: [Int64: [ExactText]]
    private let kept: Int

    /// - Parameters:
    ///   - sums: The rows of the day or month.
    ///   - kept: The dimensions that any distribution keeps apart.
    ///   - dimensions: Tenant, project and endpoint by number; empty when none is kept.
    ///   - entries: Of the energy model, by model.
    init(
        _ sums: [(key: RollupKey, sums: EmissionSums)], kept: Int,
        dimensions: [Int64: [ExactText]], entries: [Int64: String]
    ) {
        self.kept = kept
        self.dimensions = dimensions
        self.entries = entries
        // Rows that differ in what nobody keeps apart are added up first.
        var parts: [RollupKey: EmissionSums] = [:]
        for (key, sums) in sums {
            let part = RollupKey(
                region: key.region, model: key.model, dimension: kept == 0 ? 0 : key.dimension)
            parts[part, default: EmissionSums()] += sums
        }
        var byEntry: [String: EmissionSums] = [:]
        for (key, sums) in parts {
            byEntry[entries[key.model] ?? "", default: EmissionSums()] += sums
            for subject in subjects(key.region, key.model, key.dimension, kept) {
                rows[subject, default: Row()].sums += sums
            }
        }
        scales = byEntry.mapValues(Self.scales)
    }

    private static func scales(of sums: EmissionSums) -> SIMD2<Double> {
        guard let energy = sums[.energy], energy > 0,
            let range = sums.deviations(of: .energy).first(where: { $0.cause == .energyModel })
        else { return SIMD2(1, 1) }
        // Coarse enough that sums of rounded cells show the one range that they rest on.
        func scale(_ part: Int64) -> Double {
            ((1 + Double(part) / Double(energy)) * 1e5).rounded() / 1e5
        }
        return SIMD2(scale(-range.down), scale(range.up))
    }

    /// Every row that some requests belong to.
    private func subjects(
        _ region: Int64, _ model: Int64, _ dimension: Int64, _ kept: Int
    ) -> [Subject] {
        var subjects = [
            Subject(grouping: "region, model", region: region, model: model),
            Subject(grouping: "region", region: region), Subject(grouping: "model", model: model),
            Subject(grouping: "all"),
        ]
        guard kept != 0, let names = dimensions[dimension] else { return subjects }
        if kept & 1 != 0 { subjects.append(Subject(grouping: "tenant", tenant: names[0])) }
        if kept & 2 != 0 { subjects.append(Subject(grouping: "project", project: names[1])) }
        if kept & 4 != 0 { subjects.append(Subject(grouping: "endpoint", endpoint: names[2])) }
        return subjects
    }

    /// Adds the distribution of some requests of one region and model; in the order of regions and models.
    ///
    /// Their low and high are scaled by what the range of their entry of the energy model does to all energy of that
    /// entry: exact where all of its coefficients have the same relative range.
    mutating func add(_ distribution: RequestDistribution, of key: DistributionKey) {
        if let latest, (latest.region, latest.model) != (key.region, key.model) {
            finish(Subject(grouping: "region, model", region: latest.region, model: latest.model))
            if latest.region != key.region {
                finish(Subject(grouping: "region", region: latest.region))
            }
        }
        latest = key
        let scales = scales[entries[key.model] ?? ""] ?? SIMD2(1, 1)
        for subject in subjects(key.region, key.model, key.dimension, key.kept) {
            var row = rows.removeValue(forKey: subject) ?? Row()
            var part = row.parts.removeValue(forKey: scales)
            if part == nil {
                part = distribution.histograms
            } else {
                for (measure, histogram) in distribution.histograms.enumerated() {
                    part?[measure].merge(histogram)
                }
            }
            row.parts[scales] = part
            row.zeroRequests += distribution.zeroRequests
            row.binnedRequests += distribution.histograms[0].count
            row.asIngestedRequests += distribution.asIngestedRequests
            rows[subject] = row
        }
    }

    /// Keeps the values of a row to which nothing will be added, and lets go of its histograms.
    private mutating func finish(_ subject: Subject) {
        guard let row = rows.removeValue(forKey: subject) else { return }
        finished.append((subject, row.values))
    }

    /// All rows in the order of their subjects, each with the values of ``StatisticsColumns/all``.
    mutating func finish() -> [(subject: Subject, values: [Int64?])] {
        for subject in Array(rows.keys) { finish(subject) }
        return finished.sorted { $0.subject < $1.subject }
    }
}
