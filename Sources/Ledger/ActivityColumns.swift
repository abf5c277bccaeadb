import Accounting

extension IntegerInsert {
    /// The counters in the order of ``Views/activityColumns``.
    mutating func add(_ activity: Activity) {
        add(activity.requests)
        add(activity.failedRequests)
        add(activity.notRunRequests)
        add(activity.cacheHitRequests)
        add(activity.unknownUsageRequests)
        add(activity.inputTokens)
        add(activity.cachedInputTokens)
        add(activity.cacheWriteTokens)
        add(activity.outputTokens)
        add(activity.reasoningTokens)
        add(activity.items)
        add(activity.durationMilliseconds)
        add(activity.meteredMicrowattHours)
        add(activity.meteredRequests)
        add(activity.unknownInputRequests)
        add(activity.unknownOutputRequests)
        add(activity.failedInputTokens)
        add(activity.failedCachedInputTokens)
        add(activity.failedOutputTokens)
        add(activity.aggregatedRequests)
        add(activity.uncountedTokens)
    }
}

extension Activity {
    /// Reads the counters in the order of ``Views/activityColumns``.
    init(_ row: IntegerStatement.Row, from first: Int) {
        self.init()
        requests = row[first]
        failedRequests = row[first + 1]
        notRunRequests = row[first + 2]
        cacheHitRequests = row[first + 3]
        unknownUsageRequests = row[first + 4]
        inputTokens = row[first + 5]
        cachedInputTokens = row[first + 6]
        cacheWriteTokens = row[first + 7]
        outputTokens = row[first + 8]
        reasoningTokens = row[first + 9]
        items = row[first + 10]
        durationMilliseconds = row[first + 11]
        meteredMicrowattHours = row[first + 12]
        meteredRequests = row[first + 13]
        unknownInputRequests = row[first + 14]
        unknownOutputRequests = row[first + 15]
        failedInputTokens = row[first + 16]
        failedCachedInputTokens = row[first + 17]
        failedOutputTokens = row[first + 18]
        aggregatedRequests = row[first + 19]
        uncountedTokens = row[first + 20]
    }
}
