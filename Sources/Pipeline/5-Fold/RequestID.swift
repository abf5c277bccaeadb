import Accounting

/// A 128-bit digest of a request's id, within its dialect. Not for security: whoever writes the log chooses the id.
///
/// Of a billion ids two are alike by chance with a probability of 10⁻²¹.
package struct RequestID: Hashable, Sendable {
    package let first: UInt64
    package let second: UInt64

    package init(first: UInt64, second: UInt64) {
        self.first = first
        self.second = second
    }

    /// - Parameter scope: Of the dialect.
    init(
        _ slot: FieldSlots.Slot, tail: FieldSlots.Slot?, in bytes: Span<UInt8>, scope: UInt64
    ) {
        let head = slot.idDigest(bytes, scope)
        guard let tail else {
            self = head
            return
        }
        let rest = tail.idDigest(bytes, head.first)
        self.init(first: rest.first, second: rest.second ^ folded(head.second, head.first | 1))
    }

    /// Of a sum of requests, which has no id: the text of its record, byte by byte, so that a page that comes twice counts
    /// once.
    init(sum bytes: Span<UInt8>, from start: Int, scope: UInt64) {
        let isObject = bytes[start] == UInt8(ascii: "{")
        let end =
            (isObject ? try? skipValue(bytes, from: start) : nil) ?? endOfLine(bytes, from: start)
        self = flue128(bytes, from: start, to: end, scope)
    }
}

extension FieldSlots.Slot {
    fileprivate func idDigest(_ bytes: Span<UInt8>, _ scope: UInt64) -> RequestID {
        guard isVerbatim else {
            let text = decoded(bytes) + Array(repeating: 0, count: 8)
            return flue128(text.span, from: 0, to: text.count - 8, scope)
        }
        return flue128(bytes, from: start, to: start + count, scope)
    }
}

/// Two digests with other secrets, each by multiplying and folding after wyhash (Wang Yi, public domain).
@inline(__always)
private func flue128(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, _ scope: UInt64
) -> RequestID {
    var first = scope ^ UInt64(truncatingIfNeeded: end &- start) &* 0x9E37_79B9_7F4A_7C15
    var second = scope ^ 0xA076_1D64_78BD_642F
    var offset = start
    while offset < end {
        let text = word(bytes, at: offset) & leadingBytes(end &- offset)
        first = folded(first ^ text, 0xE703_7ED1_A0B4_28DB) &+ text
        second = folded(second &+ text, 0x8EBC_6AF0_9C88_C6E3) ^ text
        offset &+= 8
    }
    return RequestID(
        first: folded(first, 0x5896_36E1_5D7A_9E0F ^ second),
        second: folded(second, 0x9E37_79B9_7F4A_7C15 ^ first) &+ first)
}

/// The counted requests of a chunk that can be told from others, in its order.
struct IdentifiedRequests {
    private(set) var requests: [RequestIDs.Located] = []
    /// Where requests of one UTC hour begin that follow each other: most logs are nearly sorted.
    private var runs: [(hour: UInt32, start: Int)] = []
    private var hour = UInt32.max

    /// - Parameters:
    ///   - offset: Where its record begins in the plain text of the file.
    ///   - hour: In which it began, whole hours since 1970.
    @inline(__always)
    mutating func append(_ id: RequestID, at offset: Int64, in hour: UInt32) {
        if hour != self.hour { begin(hour) }
        requests.append(RequestIDs.Located(id: id, offset: offset))
    }

    @inline(never)
    private mutating func begin(_ hour: UInt32) {
        runs.append((hour, requests.count))
        self.hour = hour
    }

    var count: Int { requests.count }

    mutating func reserveCapacity(_ count: Int) { requests.reserveCapacity(count) }

    /// Gives the requests of one hour that follow each other, run by run.
    func forEachRun(_ body: (_ hour: UInt32, ArraySlice<RequestIDs.Located>) -> Void) {
        for (place, run) in runs.enumerated() {
            let end = place + 1 < runs.count ? runs[place + 1].start : requests.count
            body(run.hour, requests[run.start..<end])
        }
    }
}
