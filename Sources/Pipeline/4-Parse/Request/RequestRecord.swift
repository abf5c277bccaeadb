/// One request, as a dialect reads it. Text fields are ranges of the chunk: nothing is copied.
struct RequestRecord {
    /// Start of the request, milliseconds since 1970 UTC.
    var time: Int64 = 0
    /// Of a sum: its end, exclusive, as ``time``; 0 for a single request.
    var until: Int64 = 0
    /// How many it stands for; `nil` for a sum that does not say.
    var requests: Int64? = 1
    /// `nil` unless it is asked for.
    var id: FieldSlots.Slot?
    /// Behind ``id``, where two fields are unique together only.
    var idTail: FieldSlots.Slot?
    var region: FieldSlots.Slot?
    var model: FieldSlots.Slot?
    var tenant: FieldSlots.Slot?
    var project: FieldSlots.Slot?
    var endpoint: FieldSlots.Slot?
    var isFailed = false
    var isNotRun = false
    var isCacheHit = false
    /// Cached input and cache writes included; `nil` when the log does not say.
    var inputTokens: Int64?
    var cachedInputTokens: Int64 = 0
    var cacheWriteTokens: Int64 = 0
    /// Reasoning included; `nil` when the log does not say.
    var outputTokens: Int64?
    var reasoningTokens: Int64 = 0
    /// In the order of ``Counter/plainParts``.
    var parts = SIMD4<Int64>.zero
    var items: Int64 = 0
    var durationMilliseconds: Int64 = 0
    /// µWh; `nil` when the log does not say.
    var energy: Int64?
}

extension RequestRecord {
    /// The largest count of a sum; its requests are at most as many as the tokens of one request can be. Millions of such
    /// sums fit in a cell, and what most models make of one in an hour.
    static let sumLimit: Int64 = 100_000_000_000
    /// The longest sum, ms.
    static let sumSpanLimit: Int64 = 31 * 86_400_000
}

/// A field that made a line unusable.
struct FieldFault: Error {
    let reason: RejectReason
    let field: String?
}
