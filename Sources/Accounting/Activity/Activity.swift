/// What a group of requests did, as whole numbers that add up. Holds nothing derived.
package struct Activity: Equatable, Sendable {
    /// All counted requests, those below included.
    package var requests: Int64 = 0
    /// Ended with an error.
    package var failedRequests: Int64 = 0
    /// Never reached a model (expired or cancelled batch entries); without tokens.
    package var notRunRequests: Int64 = 0
    /// Answered from a gateway's cache, without inference; without tokens.
    package var cacheHitRequests: Int64 = 0
    /// Served, but without input or output tokens in the log. Their tokens are not in the sums.
    package var unknownUsageRequests: Int64 = 0
    /// Cached input and cache writes included.
    package var inputTokens: Int64 = 0
    package var cachedInputTokens: Int64 = 0
    package var cacheWriteTokens: Int64 = 0
    /// Reasoning included.
    package var outputTokens: Int64 = 0
    package var reasoningTokens: Int64 = 0
    /// Images or other counted products.
    package var items: Int64 = 0
    /// Sum of the requests' durations, ms.
    package var durationMilliseconds: Int64 = 0
    /// Energy that the log itself states, µWh.
    package var meteredMicrowattHours: Int64 = 0
    /// Served requests whose energy the log states.
    package var meteredRequests: Int64 = 0
    /// Of ``unknownUsageRequests``, those without input tokens.
    package var unknownInputRequests: Int64 = 0
    /// Of ``unknownUsageRequests``, those without output tokens.
    package var unknownOutputRequests: Int64 = 0
    /// Of ``inputTokens``, those of failed requests.
    package var failedInputTokens: Int64 = 0
    /// Of ``cachedInputTokens``, those of failed requests.
    package var failedCachedInputTokens: Int64 = 0
    /// Of ``outputTokens``, those of failed requests.
    package var failedOutputTokens: Int64 = 0
    /// Requests that are known as part of a sum only: those of usage reports.
    package var aggregatedRequests: Int64 = 0
    /// Input and output tokens of sums of which nobody says how many requests they are of.
    package var uncountedTokens: Int64 = 0

    package init() {}

    /// Requests for which a model ran to the end: those that per-request energy is charged to.
    package var servedRequests: Int64 {
        requests - failedRequests - notRunRequests - cacheHitRequests
    }

    /// Tokens that no request is known of: those of sums without a number of requests, and of an hour of a longer sum in
    /// which no whole request falls.
    package var requestlessTokens: Int64 {
        requests == 0 ? inputTokens + outputTokens : uncountedTokens
    }

    package static func += (left: inout Activity, right: Activity) {
        left.requests += right.requests
        left.failedRequests += right.failedRequests
        left.notRunRequests += right.notRunRequests
        left.cacheHitRequests += right.cacheHitRequests
        left.unknownUsageRequests += right.unknownUsageRequests
        left.inputTokens += right.inputTokens
        left.cachedInputTokens += right.cachedInputTokens
        left.cacheWriteTokens += right.cacheWriteTokens
        left.outputTokens += right.outputTokens
        left.reasoningTokens += right.reasoningTokens
        left.items += right.items
        left.durationMilliseconds += right.durationMilliseconds
        left.meteredMicrowattHours += right.meteredMicrowattHours
        left.meteredRequests += right.meteredRequests
        left.unknownInputRequests += right.unknownInputRequests
        left.unknownOutputRequests += right.unknownOutputRequests
        left.failedInputTokens += right.failedInputTokens
        left.failedCachedInputTokens += right.failedCachedInputTokens
        left.failedOutputTokens += right.failedOutputTokens
        left.aggregatedRequests += right.aggregatedRequests
        left.uncountedTokens += right.uncountedTokens
    }
}
