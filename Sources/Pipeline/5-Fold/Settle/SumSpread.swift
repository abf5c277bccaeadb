import Accounting

/// What a usage report says of many requests from one instant to another, by UTC hour.
///
/// A sum that lies within an hour is that hour's. A longer one is spread evenly over its time: nobody knows better. Each
/// count is cut by whole numbers, and the parts add up to it.
struct SumSpread: Sequence {
    private let record: RequestRecord
    /// Whole UTC hours since 1970.
    let hours: ClosedRange<Int64>

    init(_ record: RequestRecord) {
        self.record = record
        hours = record.time / 3_600_000...(record.until - 1) / 3_600_000
    }

    func makeIterator() -> some IteratorProtocol<(hour: UInt32, activity: Activity)> {
        hours.lazy.map { (UInt32(truncatingIfNeeded: $0), activity(in: $0)) }
            .filter { $0.1 != Activity() }.makeIterator()
    }

    /// Parts are cut each by itself and then added to wholes, so that no part is larger than its whole.
    private func activity(in hour: Int64) -> Activity {
        let cached = part(record.cachedInputTokens, in: hour)
        let written = part(record.cacheWriteTokens, in: hour)
        let fresh = part(
            (record.inputTokens ?? 0) - record.cachedInputTokens - record.cacheWriteTokens,
            in: hour)
        let reasoning = part(record.reasoningTokens, in: hour)
        var activity = Activity()
        activity.requests = part(record.requests ?? 0, in: hour)
        activity.aggregatedRequests = activity.requests
        activity.inputTokens = fresh + cached + written
        activity.cachedInputTokens = cached
        activity.cacheWriteTokens = written
        activity.outputTokens =
            part((record.outputTokens ?? 0) - record.reasoningTokens, in: hour) + reasoning
        activity.reasoningTokens = reasoning
        activity.items = part(record.items, in: hour)
        for (place, counter) in Counter.plainParts.enumerated() where record.parts[place] > 0 {
            activity[counter] = part(record.parts[place], as: counter, in: hour)
        }
        if record.requests == nil {
            activity.uncountedTokens = activity.inputTokens + activity.outputTokens
        }
        return activity
    }

    /// What of a part falls into an hour: due as its whole is, so that it is not larger in any hour.
    private func part(_ count: Int64, as counter: Counter, in hour: Int64) -> Int64 {
        let isOutput = counter.declaration.partOf.first == .outputTokens
        let wholes =
            isOutput
            ? [(record.outputTokens ?? 0) - record.reasoningTokens, record.reasoningTokens]
            : [
                (record.inputTokens ?? 0) - record.cachedInputTokens - record.cacheWriteTokens,
                record.cachedInputTokens, record.cacheWriteTokens,
            ]
        let whole = wholes.reduce(0, +)
        guard whole > 0 else { return 0 }
        func due(by instant: Int64) -> Int64 {
            let elapsed = wholes.reduce(0) { $0 + self.due($1, by: instant) }
            return Int64(Int128(count) * Int128(elapsed) / Int128(whole))
        }
        return due(by: (hour + 1) * 3_600_000) - due(by: hour * 3_600_000)
    }

    /// What of `count` falls into an hour, when it is due evenly from the record's time until its end.
    private func part(_ count: Int64, in hour: Int64) -> Int64 {
        due(count, by: (hour + 1) * 3_600_000) - due(count, by: hour * 3_600_000)
    }

    private func due(_ count: Int64, by instant: Int64) -> Int64 {
        let elapsed = Swift.min(Swift.max(instant, record.time), record.until) - record.time
        return Int64(Int128(count) * Int128(elapsed) / Int128(record.until - record.time))
    }
}

extension FileFold {
    /// Adds a sum of requests to the cells of its hours.
    @inline(never)
    mutating func add(sum: RequestRecord, to key: CellKey) {
        let parts = SumSpread(sum)
        for (hour, activity) in parts { cells.add(activity, to: key.at(hour)) }
        if parts.hours.count > 1 { spreadSums += 1 }
    }
}

extension CellKey {
    fileprivate func at(_ hour: UInt32) -> CellKey {
        var key = self
        key.hour = hour
        return key
    }
}
