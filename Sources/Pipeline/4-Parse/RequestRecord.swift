/// One request, as a dialect reads it. Text fields are ranges of the chunk: nothing is copied.
struct RequestRecord {
    /// Start of the request, milliseconds since 1970 UTC.
    var time: Int64 = 0
    var id: FieldSlots.Slot?
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
    var items: Int64 = 0
    var durationMilliseconds: Int64 = 0
}

extension RequestRecord {
    /// A digest of what the record says. The sum over a file tells recompressed copies from other files.
    ///
    /// - Parameter names: Digest of its region, model and dimensions.
    @inline(__always)
    func digest(_ bytes: Span<UInt8>, names: UInt64) -> UInt64 {
        let tokens = UInt64(bitPattern: (inputTokens ?? -1) &<< 32 ^ (outputTokens ?? -1))
        let flags: UInt64 = (isFailed ? 1 : 0) | (isNotRun ? 2 : 0) | (isCacheHit ? 4 : 0)
        let when = UInt64(bitPattern: time &* 1_000_003 &+ durationMilliseconds) ^ flags
        let who = id.map { textDigest(bytes, from: $0.start, to: $0.start + $0.count) } ?? 0
        let what = folded(when ^ 0xA076_1D64_78BD_642F, tokens ^ 0xE703_7ED1_A0B4_28DB)
        return folded(what ^ names, who ^ 0x8EBC_6AF0_9C88_C6E3)
    }
}

/// A field that made a line unusable.
struct FieldFault: Error {
    let reason: RejectReason
    let field: String?
}
