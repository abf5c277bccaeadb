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

    /// - Complexity: O(1): properties stand in the order of their counters, which a test holds against the declarations.
    @inline(__always)
    package subscript(_ counter: Counter) -> Int64 {
        get {
            // Safe: all of an activity is Int64, one for each counter.
            unsafe withUnsafeBytes(of: self) {
                unsafe $0.load(fromByteOffset: counter.rawValue &* 8, as: Int64.self)
            }
        }
        set {
            unsafe withUnsafeMutableBytes(of: &self) {
                unsafe $0.storeBytes(
                    of: newValue, toByteOffset: counter.rawValue &* 8, as: Int64.self)
            }
        }
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

    /// What all counters are together, whatever their signs. Traps on overflow.
    package var sumOfMagnitudes: UInt64 {
        // Safe: as above.
        unsafe withUnsafeBytes(of: self) {
            unsafe $0.assumingMemoryBound(to: Int64.self).reduce(0) { $0 + $1.magnitude }
        }
    }

    /// Traps on overflow: a wrong total is worse than none.
    package static func += (left: inout Activity, right: Activity) {
        // Safe: as above.
        unsafe withUnsafeMutableBytes(of: &left) { sums in
            unsafe withUnsafeBytes(of: right) { added in
                let sums = unsafe sums.assumingMemoryBound(to: Int64.self)
                let added = unsafe added.assumingMemoryBound(to: Int64.self)
                for index in 0..<MemoryLayout<Activity>.size / 8 {
                    unsafe sums[index] += added[index]
                }
            }
        }
    }
}
