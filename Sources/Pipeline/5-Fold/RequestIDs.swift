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
}

extension RequestID {
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

/// A counted request that can be told from others.
package struct IdentifiedRequest: Sendable {
    package let id: RequestID
    /// Where its record begins in the plain text of the file.
    package let offset: Int64
    /// The UTC hour in which it began, whole hours since 1970.
    package let hour: UInt32
}

/// Ids of one hour, as a table without holes for what was removed.
package struct RequestIDSet: Sendable {
    private var table = Array(repeating: RequestID(first: 0, second: 0), count: 64)
    package private(set) var count = 0
    private var holdsZero = false

    package init() {}

    /// Adds an id; `false` when it is there already.
    package mutating func insert(_ id: RequestID) -> Bool {
        guard id.first | id.second != 0 else {
            defer { holdsZero = true }
            return !holdsZero
        }
        if count * 4 >= table.count * 3 { resize(to: table.count * 2) }
        let place = place(of: id)
        guard table[place] != id else { return false }
        table[place] = id
        count += 1
        return true
    }

    private func place(of id: RequestID) -> Int {
        var index = Int(truncatingIfNeeded: id.first) & (table.count &- 1)
        while table[index].first | table[index].second != 0, table[index] != id {
            index = (index &+ 1) & (table.count &- 1)
        }
        return index
    }

    /// Makes room for so many more.
    package mutating func reserve(_ added: Int) {
        var size = table.count
        while size * 3 < (count + added) * 4 + 4 { size *= 2 }
        if size > table.count { resize(to: size) }
    }

    private mutating func resize(to size: Int) {
        let known = table
        table = Array(repeating: RequestID(first: 0, second: 0), count: size)
        for id in known where id.first | id.second != 0 { table[place(of: id)] = id }
    }
}

/// Finds requests that were counted before, by their id and the UTC hour in which they began.
///
/// Where ids are kept elsewhere, holds those of the hours of one file, and of others as far as ``limit`` goes; those are
/// asked for again. Else it holds all that it is given.
package final class DuplicateFinder {
    /// Ids that are held beyond those of a file's own hours; each takes 22 to 43 bytes.
    package static let limit = 1 << 20

    private var places: [UInt32: Int] = [:]
    private var tables: [RequestIDSet] = []
    private let known: ((UInt32) throws -> [RequestID])?

    /// - Parameter known: Asked for the ids of an hour that were counted before; `nil` when nobody else keeps them.
    package init(known: ((UInt32) throws -> [RequestID])? = nil) { self.known = known }

    /// The offsets of requests whose id was counted before, or stands before them in the same file; the others count
    /// from now on.
    package func duplicates(in chunks: [[IdentifiedRequest]]) throws -> Set<Int64> {
        var counts: [UInt32: Int] = [:]
        eachHour(of: chunks) { hour, requests in counts[hour, default: 0] += requests.count }
        if known != nil, tables.reduce(0, { $0 + $1.count }) > Self.limit { keep(Set(counts.keys)) }
        for (hour, count) in counts { tables[try place(of: hour)].reserve(count) }
        var offsets: Set<Int64> = []
        eachHour(of: chunks) { hour, requests in
            guard let place = places[hour] else { return }
            for request in requests where !tables[place].insert(request.id) {
                offsets.insert(request.offset)
            }
        }
        return offsets
    }

    /// Adds one id; `false` when it is there already.
    package func add(_ id: RequestID, hour: UInt32) throws -> Bool {
        let place = try place(of: hour)
        return tables[place].insert(id)
    }

    /// Asks for all hours again: some ids are no longer counted.
    package func forgetAll() { keep([]) }

    private func keep(_ hours: Set<UInt32>) {
        let kept = places.filter { hours.contains($0.key) }
        tables = kept.map { tables[$0.value] }
        places = Dictionary(
            uniqueKeysWithValues: kept.enumerated().map { ($0.element.key, $0.offset) })
    }

    private func place(of hour: UInt32) throws -> Int {
        if let place = places[hour] { return place }
        var ids = RequestIDSet()
        let before = try known?(hour) ?? []
        ids.reserve(before.count)
        for id in before { _ = ids.insert(id) }
        tables.append(ids)
        places[hour] = tables.count - 1
        return tables.count - 1
    }
}

/// Goes through requests by runs of the same hour: most logs are nearly sorted.
package func eachHour(
    of chunks: [[IdentifiedRequest]], _ body: (UInt32, ArraySlice<IdentifiedRequest>) throws -> Void
) rethrows {
    for chunk in chunks {
        var start = 0
        while start < chunk.count {
            let hour = chunk[start].hour
            var end = start + 1
            while end < chunk.count, chunk[end].hour == hour { end += 1 }
            try body(hour, chunk[start..<end])
            start = end
        }
    }
}
