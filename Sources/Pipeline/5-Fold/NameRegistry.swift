import Synchronization

/// Names of regions, models and dimensions as small numbers, the same for all workers of a run.
///
/// A number says nothing about order; what leaves the pipeline is ordered by name.
final class NameRegistry: Sendable {
    private struct State {
        var names: [String] = [""]
        // By bytes: two spellings that Unicode calls equal are two names, whichever comes first.
        var numbers: [[UInt8]: UInt32] = [[]: 0]
    }

    private let state = Mutex(State())

    /// The number of `name`, given on first sight. The empty name is 0.
    func number(of name: String) -> UInt32 {
        state.withLock { state in
            let bytes = Array(name.utf8)
            if let known = state.numbers[bytes] { return known }
            let number = UInt32(state.names.count)
            state.names.append(name)
            state.numbers[bytes] = number
            return number
        }
    }

    func name(of number: UInt32) -> String { state.withLock { $0.names[Int(number)] } }

    /// All names by number, as they are now.
    var names: [String] { state.withLock { $0.names } }
}

/// One worker's memory of which bytes are which number: most lookups end here, without a lock.
struct NameCache {
    /// Longest name, in bytes of UTF-8. Longer ones are prompts in the wrong field.
    static let nameLimit = 256
    /// Longest name that has an entry of its own.
    private static let shortLimit = 32
    /// Names of so many digests are remembered, the latest of each; a power of two.
    private static let capacity = 1 << 12
    /// Places of one name; a power of two.
    private static let neighbours = 8

    /// A name with zeros behind it, its length, and its number; no name is empty.
    private struct Entry {
        var first = SIMD2<UInt64>.zero
        var second = SIMD2<UInt64>.zero
        var count = 0
        var number: UInt32 = 0
    }

    private let registry: NameRegistry
    /// Each name at the place that its digest gives, or at one of those beside it.
    private var table = Array(repeating: Entry(), count: capacity)
    /// Longer names by their digest; forgotten when there are too many.
    private var longNames: [UInt64: (name: [UInt8], number: UInt32)] = [:]
    /// 32 bytes of ones, then 32 of zeros: a mask for the first bytes of 32 begins somewhere in it.
    private let ones = Array(repeating: UInt8.max, count: 32) + Array(repeating: 0, count: 32)

    init(_ registry: NameRegistry) { self.registry = registry }

    /// The number of the name that a slot holds.
    ///
    /// - Throws: ``RejectReason/valueTooLong`` or ``RejectReason/utf8``.
    @inline(__always)
    mutating func number(
        of slot: FieldSlots.Slot?, in bytes: Span<UInt8>, default fallback: UInt32
    ) throws(RejectReason) -> UInt32 {
        guard let slot, slot.count > 0 else { return fallback }
        guard slot.isVerbatim else { return try register(slot.decoded(bytes)) }
        let known = number(bytes, from: slot.start, to: slot.start &+ slot.count)
        return known > 0 ? known : try register(slot.decoded(bytes))
    }

    /// The number of a name without escapes; 0 for what can be none.
    @inline(__always)
    mutating func number(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt32 {
        let count = end &- start
        guard count > 0, count <= Self.shortLimit else { return longNumber(bytes, start..<end) }
        let place = Self.place(bytes, start, count)
        if holds(table[place], bytes, start, count) { return table[place].number }
        return otherNumber(bytes, start..<end, place)
    }

    @inline(__always)
    private static func place(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> Int {
        let isShort = count < 8
        let first = word(bytes, at: start) & (isShort ? leadingBytes(count) : .max)
        let last =
            isShort ? UInt64(truncatingIfNeeded: count) : word(bytes, at: start &+ count &- 8)
        let digest = folded(first ^ 0x9E37_79B9_7F4A_7C15, last ^ 0xD6E8_FEB8_6659_FD93)
        return Int(truncatingIfNeeded: digest) & (capacity &- 1)
    }

    @inline(__always)
    private func holds(
        _ entry: Entry, _ bytes: Span<UInt8>, _ start: Int, _ count: Int
    ) -> Bool {
        // Up to 32 bytes count, so all loads stay within the 64 of the mask, and within the padding of the text.
        let masks = ones.span
        let first = twoWords(bytes, at: start) & twoWords(masks, at: 32 &- count) ^ entry.first
        let second =
            twoWords(bytes, at: start &+ 16) & twoWords(masks, at: 48 &- count) ^ entry.second
        let difference = first | second
        return difference.x | difference.y == 0 && entry.count == count
    }

    /// As above, of a name that is not at the first of its places.
    @inline(never)
    private mutating func otherNumber(
        _ bytes: Span<UInt8>, _ range: Range<Int>, _ place: Int
    ) -> UInt32 {
        var free = place
        for other in 1..<Self.neighbours {
            let entry = table[place ^ other]
            if holds(entry, bytes, range.lowerBound, range.count) { return entry.number }
            if entry.count == 0, table[free].count > 0 { free = place ^ other }
        }
        let name = range.map { bytes[$0] }
        guard let number = try? register(name) else { return 0 }
        let padded = name + Array(repeating: 0, count: Self.shortLimit - name.count)
        table[free] = Entry(
            first: twoWords(padded.span, at: 0), second: twoWords(padded.span, at: 16),
            count: name.count, number: number)
        return number
    }

    @inline(never)
    private mutating func longNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        guard !range.isEmpty, range.count <= Self.nameLimit else { return 0 }
        let digest = textDigest(bytes, from: range.lowerBound, to: range.upperBound)
        if let known = longNames[digest], known.name.count == range.count,
            known.name.indices.allSatisfy({ known.name[$0] == bytes[range.lowerBound + $0] })
        {
            return known.number
        }
        let name = range.map { bytes[$0] }
        guard let number = try? register(name) else { return 0 }
        if longNames.count >= Self.capacity { longNames.removeAll() }
        longNames[digest] = (name, number)
        return number
    }

    private func register(_ name: [UInt8]) throws(RejectReason) -> UInt32 {
        guard name.count <= Self.nameLimit else { throw .valueTooLong }
        // SQLite and C end a text at a NUL.
        guard !name.contains(0), let string = String(validating: name, as: UTF8.self) else {
            throw .utf8
        }
        return registry.number(of: string)
    }
}
