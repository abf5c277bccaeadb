import Accounting
import Foundation

/// Which requests a distribution is of.
struct DistributionKey: Equatable {
    let region: Int64
    let model: Int64
    /// Of what is kept apart.
    let dimension: Int64
    /// The raw value of a set of dimensions.
    let kept: Int
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

    init() {}

    /// - Parameter histograms: Encoded, in the order of ``StatisticsColumns/measures``.
    init(
        asIngestedRequests: Int64, zeroRequests: Int64, histograms: [Data]
    ) throws(LogHistogram.Fault) {
        self.asIngestedRequests = asIngestedRequests
        self.zeroRequests = zeroRequests
        for (measure, bytes) in histograms.enumerated() {
            self.histograms[measure] = try LogHistogram(
                encoded: Array(bytes), precision: Self.precision)
        }
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
