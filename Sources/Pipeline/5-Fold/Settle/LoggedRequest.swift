package import Accounting

/// One request of a log, as its dialect reads it. Names are numbers of the run.
package struct LoggedRequest: Sendable {
    /// Start, milliseconds since 1970 UTC.
    package internal(set) var time: Int64
    package internal(set) var region: UInt32
    package internal(set) var model: UInt32
    package internal(set) var tenant: UInt32
    package internal(set) var project: UInt32
    package internal(set) var endpoint: UInt32
    /// What it did: counters of this one request.
    package private(set) var activity: Activity
    package private(set) var knowsInput: Bool
    package private(set) var knowsOutput: Bool
    /// What tells it from others; `nil` when the log holds no id.
    package internal(set) var identity: RequestID?
    /// Where its id stands in ``RequestChunk/ids``; empty when the log holds none that can be one.
    package internal(set) var id: Range<Int>
    /// Names that the record does not hold.
    let missing: MissingNames
}

/// Names that a record can lack.
struct MissingNames: OptionSet {
    let rawValue: UInt8

    static let region = MissingNames(rawValue: 1)
    static let model = MissingNames(rawValue: 2)
    static let tenant = MissingNames(rawValue: 4)
    static let project = MissingNames(rawValue: 8)
    static let endpoint = MissingNames(rawValue: 16)
}

extension LoggedRequest {
    /// The cell that it is counted in.
    var key: CellKey {
        CellKey(
            hour: UInt32(truncatingIfNeeded: time / 3_600_000), region: region, model: model,
            tenant: tenant, project: project, endpoint: endpoint)
    }

    var knowsUsage: Bool { knowsInput && knowsOutput }

    /// Input and output.
    var tokens: Int64 { activity.inputTokens + activity.outputTokens }

    /// Adds what another record says of the same request: counts of both.
    mutating func add(_ other: LoggedRequest) {
        let one = activity
        activity += other.activity
        activity.requests = 1
        activity.failedRequests = max(one.failedRequests, other.activity.failedRequests)
        activity.notRunRequests = min(one.notRunRequests, other.activity.notRunRequests)
        activity.cacheHitRequests = min(one.cacheHitRequests, other.activity.cacheHitRequests)
        activity.meteredRequests = max(one.meteredRequests, other.activity.meteredRequests)
        knowsInput = knowsInput || other.knowsInput
        knowsOutput = knowsOutput || other.knowsOutput
        let isServed = activity.servedRequests > 0
        activity.unknownUsageRequests = isServed && !knowsUsage ? 1 : 0
        activity.unknownInputRequests = isServed && !knowsInput ? 1 : 0
        activity.unknownOutputRequests = isServed && !knowsOutput ? 1 : 0
        activity.failedInputTokens = activity.failedRequests * activity.inputTokens
        activity.failedCachedInputTokens = activity.failedRequests * activity.cachedInputTokens
        activity.failedOutputTokens = activity.failedRequests * activity.outputTokens
    }
}

/// The requests of one chunk of a file, in the order of the file.
package struct RequestChunk: Sendable {
    package internal(set) var requests: [LoggedRequest] = []
    /// UTF-8 of all ids, one behind the other.
    package internal(set) var ids: [UInt8] = []
    /// Requests whose id is longer than a name may be, or no text: it is left out, as it may be anything.
    package internal(set) var unfitIDs = 0
    /// What tells how they belong together, where the dialect says so.
    var links = ChunkLinks()

    mutating func removeAll() {
        requests.removeAll(keepingCapacity: true)
        ids.removeAll(keepingCapacity: true)
        unfitIDs = 0
        links = ChunkLinks()
    }

    /// Adds a request of another chunk.
    mutating func append(_ request: LoggedRequest, id: [UInt8]) {
        var request = request
        request.id = ids.count..<ids.count + id.count
        ids += id
        requests.append(request)
    }

    /// - Parameters:
    ///   - knows: Whether the input, and the output, is known.
    ///   - id: Where the id stands.
    mutating func add(
        _ key: CellKey, time: Int64, _ activity: Activity, knows: (input: Bool, output: Bool),
        id: FieldSlots.Slot?, _ identity: RequestID?, _ bytes: Span<UInt8>,
        missing: MissingNames = MissingNames(), isListed: Bool = true
    ) {
        let start = ids.count
        if isListed, let id, !addID(id, bytes) { unfitIDs += 1 }
        requests.append(
            LoggedRequest(
                time: time, region: key.region, model: key.model, tenant: key.tenant,
                project: key.project, endpoint: key.endpoint, activity: activity,
                knowsInput: knows.input, knowsOutput: knows.output, identity: identity,
                id: start..<ids.count, missing: missing))
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
