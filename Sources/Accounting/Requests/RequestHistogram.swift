/// How the energy of single requests of one hour, region and model is distributed.
///
/// Requests that failed, never ran, came from a cache or whose usage is not known stand in no bin.
package struct RequestHistogram: Equatable, Sendable {
    /// Bits: each bin is within 0.78 % of what stands for it.
    package static let precision = 6

    /// pWh per request.
    package let energy: LogHistogram
    /// pWh per 1,000 output tokens, of the same requests as far as they have output.
    package let energyPerKilotoken: LogHistogram
    /// Requests that are charged nothing; in no bin.
    package let zeroRequests: Int64

    /// - Parameters: Histograms of ``precision``.
    package init(energy: LogHistogram, energyPerKilotoken: LogHistogram, zeroRequests: Int64) {
        self.energy = energy
        self.energyPerKilotoken = energyPerKilotoken
        self.zeroRequests = zeroRequests
    }

    /// That of the requests of both.
    package static func + (left: RequestHistogram, right: RequestHistogram) -> RequestHistogram {
        var energy = left.energy
        var energyPerKilotoken = left.energyPerKilotoken
        energy.merge(right.energy)
        energyPerKilotoken.merge(right.energyPerKilotoken)
        return RequestHistogram(
            energy: energy, energyPerKilotoken: energyPerKilotoken,
            zeroRequests: left.zeroRequests + right.zeroRequests)
    }

    /// The amount for each 1,000 output tokens, rounded; at most 2^63.
    ///
    /// - Parameter outputTokens: From 1 to 2^31.
    package static func perKilotoken(_ amount: UInt64, outputTokens: Int64) -> UInt64 {
        let quotient = Double(amount) * 1_000 / Double(outputTokens) + 0.5
        return quotient < 0x1p63 ? UInt64(quotient) : 1 << 63
    }
}
