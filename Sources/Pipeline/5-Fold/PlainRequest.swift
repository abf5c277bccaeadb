import Accounting

/// What most requests are: served or failed, with nothing but tokens and a duration.
///
/// Narrow, because each waits in a batch for its cell. All others are counted as an ``Activity`` by itself.
struct PlainRequest {
    var key: CellKey
    /// Of ``key``.
    var digest: UInt64
    var inputTokens: UInt32
    var cachedInputTokens: UInt32
    var outputTokens: UInt32
    var reasoningTokens: UInt32
    var durationMilliseconds: UInt32
    var fate: Fate

    struct Fate: OptionSet {
        let rawValue: UInt8

        static let failed = Fate(rawValue: 1)
        static let unknownInput = Fate(rawValue: 2)
        static let unknownOutput = Fate(rawValue: 4)
    }
}

extension PlainRequest {
    /// One of no cell.
    static let none = PlainRequest(
        key: CellKey(hour: 0, region: 0, model: 0, tenant: 0, project: 0, endpoint: 0), digest: 0,
        inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0,
        durationMilliseconds: 0, fate: [])

    /// `nil` for a request that is another kind.
    @inline(__always)
    init?(_ record: RequestRecord, _ key: CellKey) {
        guard record.until == 0, !record.isNotRun, !record.isCacheHit, record.energy == nil,
            record.cacheWriteTokens | record.items == 0, record.parts == .zero
        else { return nil }
        self.key = key
        digest = key.digest
        inputTokens = UInt32(truncatingIfNeeded: record.inputTokens ?? 0)
        cachedInputTokens = UInt32(truncatingIfNeeded: record.cachedInputTokens)
        outputTokens = UInt32(truncatingIfNeeded: record.outputTokens ?? 0)
        reasoningTokens = UInt32(truncatingIfNeeded: record.reasoningTokens)
        durationMilliseconds = UInt32(truncatingIfNeeded: record.durationMilliseconds)
        fate = Fate(
            isFailed: record.isFailed, knowsInput: record.inputTokens != nil,
            knowsOutput: record.outputTokens != nil)
    }

    /// The same as counters.
    var activity: Activity {
        var activity = Activity()
        activity.requests = 1
        activity.inputTokens = Int64(inputTokens)
        activity.cachedInputTokens = Int64(cachedInputTokens)
        activity.outputTokens = Int64(outputTokens)
        activity.reasoningTokens = Int64(reasoningTokens)
        activity.durationMilliseconds = Int64(durationMilliseconds)
        if fate.contains(.failed) {
            activity.failedRequests = 1
            activity.failedInputTokens = activity.inputTokens
            activity.failedCachedInputTokens = activity.cachedInputTokens
            activity.failedOutputTokens = activity.outputTokens
        } else if fate.rawValue != 0 {
            activity.unknownUsageRequests = 1
            activity.unknownInputRequests = fate.contains(.unknownInput) ? 1 : 0
            activity.unknownOutputRequests = fate.contains(.unknownOutput) ? 1 : 0
        }
        return activity
    }
}

extension PlainRequest.Fate {
    @inline(__always)
    init(isFailed: Bool, knowsInput: Bool, knowsOutput: Bool) {
        self.init(
            rawValue: (isFailed ? 1 : 0) | (knowsInput ? 0 : 2) | (knowsOutput ? 0 : 4))
    }
}
