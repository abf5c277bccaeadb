package import Accounting

/// One request of a log, as its dialect reads it. Names are numbers of the run.
package struct LoggedRequest: Sendable {
    /// Start, milliseconds since 1970 UTC.
    package let time: Int64
    package let region: UInt32
    package let model: UInt32
    package let tenant: UInt32
    package let project: UInt32
    package let endpoint: UInt32
    /// What it did: counters of this one request.
    package let activity: Activity
    package let knowsInput: Bool
    package let knowsOutput: Bool
    /// What tells it from others; `nil` when the log holds no id.
    package let identity: RequestID?
    /// Where its id stands in ``RequestChunk/ids``; empty when the log holds none that can be one.
    package let id: Range<Int>
}

/// The requests of one chunk of a file, in the order of the file.
package struct RequestChunk: Sendable {
    package internal(set) var requests: [LoggedRequest] = []
    /// UTF-8 of all ids, one behind the other.
    package internal(set) var ids: [UInt8] = []
    /// Requests whose id is longer than a name may be, or no text: it is left out, as it may be anything.
    package internal(set) var unfitIDs = 0

    mutating func removeAll() {
        requests.removeAll(keepingCapacity: true)
        ids.removeAll(keepingCapacity: true)
        unfitIDs = 0
    }

    mutating func add(
        _ record: RequestRecord, _ key: CellKey, _ activity: Activity, _ identity: RequestID?,
        _ bytes: Span<UInt8>
    ) {
        let start = ids.count
        if let slot = record.id, !addID(slot, bytes) { unfitIDs += 1 }
        requests.append(
            LoggedRequest(
                time: record.time, region: key.region, model: key.model, tenant: key.tenant,
                project: key.project, endpoint: key.endpoint, activity: activity,
                knowsInput: record.inputTokens != nil, knowsOutput: record.outputTokens != nil,
                identity: identity,
                id: start..<ids.count))
    }

    /// Leaves out requests that were listed before.
    ///
    /// - Returns: How many.
    mutating func removeDuplicates(_ finder: DuplicateFinder) throws -> Int {
        let before = requests.count
        try requests.removeAll { request in
            guard let id = request.identity else { return false }
            return try !finder.add(id, hour: UInt32(truncatingIfNeeded: request.time / 3_600_000))
        }
        return before - requests.count
    }

    /// Adds an id of one request.
    ///
    /// - Returns: `false` for what cannot be one.
    private mutating func addID(_ slot: FieldSlots.Slot, _ bytes: Span<UInt8>) -> Bool {
        // Escapes make a text longer, at most six bytes for one.
        guard slot.count <= 6 * NameCache.nameLimit else { return false }
        let start = ids.count
        var isASCII = true
        if slot.isVerbatim {
            for offset in slot.range {
                ids.append(bytes[offset])
                if bytes[offset] &- 1 >= 0x7F { isASCII = false }
            }
        } else {
            ids += slot.decoded(bytes)
            isASCII = false
        }
        let isFit =
            ids.count - start <= NameCache.nameLimit
            && (isASCII
                || !ids[start...].contains(0)
                    && String(validating: ids[start...], as: UTF8.self) != nil)
        if !isFit { ids.removeSubrange(start...) }
        return isFit
    }
}
