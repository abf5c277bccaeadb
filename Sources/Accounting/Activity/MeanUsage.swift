/// What requests of a model use on average: stands for those of which the log does not say.
package struct MeanUsage: Equatable, Sendable {
    /// Tokens of requests whose input is known.
    private let uncachedInput, cachedInput: Int64
    private let inputRequests: Int64
    private let output: Int64
    private let outputRequests: Int64

    /// The mean of served requests, over what is known of them.
    ///
    /// - Returns: `nil` where nothing is known.
    package init?(of activity: Activity) {
        inputRequests = activity.servedRequests - activity.unknownInputRequests
        outputRequests = activity.servedRequests - activity.unknownOutputRequests
        guard inputRequests > 0 || outputRequests > 0 else { return nil }
        cachedInput = activity.cachedInputTokens - activity.failedCachedInputTokens
        uncachedInput = activity.inputTokens - activity.failedInputTokens - cachedInput
        output = activity.outputTokens - activity.failedOutputTokens
    }

    /// `coefficients` with what requests of unknown usage are charged, each rounded once.
    package func added<Amount>(to coefficients: Coefficients<Amount>) -> Coefficients<Amount> {
        func mean(_ amount: Int128, _ requests: Int64) -> Int64 {
            guard requests > 0 else { return 0 }
            return Int64(clamping: (amount * 2 + Int128(requests)) / (Int128(requests) * 2))
        }
        var sum = coefficients
        sum.unknownRequest = coefficients.request
        sum.unknownInput = mean(
            Int128(uncachedInput) * Int128(coefficients.input)
                + Int128(cachedInput) * Int128(coefficients.cachedInput), inputRequests)
        sum.unknownOutput = mean(Int128(output) * Int128(coefficients.output), outputRequests)
        return sum
    }
}
