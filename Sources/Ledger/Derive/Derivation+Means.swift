import Accounting

extension Derivation {
    /// Whether an hour is derived from what all hours of its day hold.
    var needsMeans: Bool { method.unknownUsage == .modelMean }

    /// What requests of a model use on average on the day of an hour; `nil` where unknown usage is left out.
    func mean(of model: Int64, _ hour: Int) throws -> MeanUsage? {
        guard needsMeans else { return nil }
        let day = UTCHour(hour).day
        if means?.day != day {
            var sums: [Int64: Activity] = [:]
            for hour in day * 24..<day * 24 + 24 {
                try usage.forEachFile(of: hour) { key, activity in
                    // Cells of sums without requests, and of which it is not known which of the two is missing, have no part.
                    guard activity.uncountedTokens == 0,
                        activity.unknownInputRequests + activity.unknownOutputRequests
                            >= activity.unknownUsageRequests
                    else { return }
                    sums[key.model, default: Activity()] += activity
                }
            }
            means = (day, sums.compactMapValues { MeanUsage(of: $0) })
        }
        return means?.models[model]
    }
}
