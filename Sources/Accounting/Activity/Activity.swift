/// What a group of requests did, as whole numbers that add up. Holds nothing derived.
///
/// One stored property for each ``Counter``, which says what it means: reading one costs nothing, as it would through an
/// accessor of another module.
package struct Activity: Equatable, Sendable {
    package var requests: Int64 = 0
    package var failedRequests: Int64 = 0
    package var notRunRequests: Int64 = 0
    package var cacheHitRequests: Int64 = 0
    package var unknownUsageRequests: Int64 = 0
    package var inputTokens: Int64 = 0
    package var cachedInputTokens: Int64 = 0
    package var cacheWriteTokens: Int64 = 0
    package var outputTokens: Int64 = 0
    package var reasoningTokens: Int64 = 0
    package var items: Int64 = 0
    package var durationMilliseconds: Int64 = 0
    package var meteredMicrowattHours: Int64 = 0
    package var meteredRequests: Int64 = 0
    package var unknownInputRequests: Int64 = 0
    package var unknownOutputRequests: Int64 = 0
    package var failedInputTokens: Int64 = 0
    package var failedCachedInputTokens: Int64 = 0
    package var failedOutputTokens: Int64 = 0
    package var aggregatedRequests: Int64 = 0
    package var uncountedTokens: Int64 = 0
    package var audioInputTokens: Int64 = 0

    package init() {}

    package subscript(_ counter: Counter) -> Int64 {
        get {
            // Safe: the offset is that of a property of this type, an Int64.
            unsafe withUnsafeBytes(of: self) {
                unsafe $0.load(fromByteOffset: Self.offsets[counter.rawValue], as: Int64.self)
            }
        }
        set {
            unsafe withUnsafeMutableBytes(of: &self) {
                unsafe $0.storeBytes(
                    of: newValue, toByteOffset: Self.offsets[counter.rawValue], as: Int64.self)
            }
        }
    }

    /// Of properties, by the raw value of their counter.
    private static let offsets = Counter.allCases.map { counter in
        guard let offset = MemoryLayout<Activity>.offset(of: counter.declaration.property) else {
            preconditionFailure("\(counter) is a stored property")
        }
        return offset
    }

    /// Requests for which a model ran to the end: those that per-request energy is charged to.
    package var servedRequests: Int64 {
        requests - failedRequests - notRunRequests - cacheHitRequests
    }

    /// Tokens that no request is known of: those of sums without a number of requests, and of an hour of a longer sum in
    /// which no whole request falls.
    package var requestlessTokens: Int64 {
        requests == 0 ? inputTokens + outputTokens : uncountedTokens
    }

    /// Traps on overflow: a wrong total is worse than none.
    package static func += (left: inout Activity, right: Activity) {
        for counter in Counter.allCases { left[counter] += right[counter] }
    }
}
