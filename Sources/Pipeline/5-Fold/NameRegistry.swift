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
    /// A worker forgets all when it knows this many, so memory stays bounded.
    private static let capacityLimit = 1 << 17

    /// A name as it is compared: its length and its bytes, zeros behind them. Of a name of over 32 bytes, its
    /// first 24 and a digest.
    private struct Key: Equatable {
        var count: UInt64
        var first: SIMD2<UInt64>
        var second: SIMD2<UInt64>

        @inline(__always)
        var digest: UInt64 {
            folded(
                folded(first.x ^ 0xE703_7ED1_A0B4_28DB, first.y ^ 0x8EBC_6AF0_9C88_C6E3)
                    ^ count,
                folded(second.x ^ 0xA076_1D64_78BD_642F, second.y ^ 0x5896_36E1_5D7A_9E0F))
        }

        @inline(__always)
        static func == (left: Key, right: Key) -> Bool {
            let difference = (left.first ^ right.first) | (left.second ^ right.second)
            return difference.x | difference.y | (left.count ^ right.count) == 0
        }
    }

    private struct Entry {
        var key: Key
        var number: UInt32

        /// No name is empty.
        static let free = Entry(key: Key(count: 0, first: .zero, second: .zero), number: 0)
        var isFree: Bool { key.count == 0 }
    }

    private let registry: NameRegistry
    /// Each name at the place that its digest gives, or behind it; a power of two long.
    private var table = Array(repeating: Entry.free, count: 512)
    private var count = 0
    /// Names of over 32 bytes, by number: they are compared byte by byte as well.
    private var longNames: [UInt32: [UInt8]] = [:]
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
        guard slot.isVerbatim, slot.count <= 32 else { return try longNumber(of: slot, in: bytes) }
        let key = shortKey(slot, bytes)
        let entry = table[place(of: key)]
        return entry.isFree ? try remember(key, slot.decoded(bytes)) : entry.number
    }

    /// The key of a name of up to 32 bytes.
    @inline(__always)
    private func shortKey(_ slot: FieldSlots.Slot, _ bytes: Span<UInt8>) -> Key {
        // Up to 32 bytes count, so all four loads stay within the 64.
        let masks = ones.span
        return Key(
            count: UInt64(truncatingIfNeeded: slot.count),
            first: twoWords(bytes, at: slot.start) & twoWords(masks, at: 32 &- slot.count),
            second: twoWords(bytes, at: slot.start &+ 16) & twoWords(masks, at: 48 &- slot.count))
    }

    /// As above, for names that are written with escapes or are longer than a key.
    private mutating func longNumber(
        of slot: FieldSlots.Slot, in bytes: Span<UInt8>
    ) throws(RejectReason) -> UInt32 {
        guard slot.isVerbatim else { return try register(slot.decoded(bytes)) }
        let digest = textDigest(bytes, from: slot.start, to: slot.start + slot.count)
        let key = Key(
            count: UInt64(slot.count), first: twoWords(bytes, at: slot.start),
            second: SIMD2(word(bytes, at: slot.start + 16), digest))
        let entry = table[place(of: key)]
        guard !entry.isFree else {
            let name = slot.decoded(bytes)
            let number = try remember(key, name)
            longNames[number] = name
            return number
        }
        guard let known = longNames[entry.number], slot.holds(known, in: bytes) else {
            return try register(slot.decoded(bytes))
        }
        return entry.number
    }

    /// Where a key is, or where it belongs.
    @inline(__always)
    private func place(of key: Key) -> Int {
        var index = Int(truncatingIfNeeded: key.digest) & (table.count &- 1)
        while !table[index].isFree, table[index].key != key {
            index = (index &+ 1) & (table.count &- 1)
        }
        return index
    }

    private func register(_ name: [UInt8]) throws(RejectReason) -> UInt32 {
        guard name.count <= Self.nameLimit else { throw .valueTooLong }
        // SQLite and C end a text at a NUL.
        guard !name.contains(0), let string = String(validating: name, as: UTF8.self) else {
            throw .utf8
        }
        return registry.number(of: string)
    }

    private mutating func remember(_ key: Key, _ name: [UInt8]) throws(RejectReason) -> UInt32 {
        let number = try register(name)
        if count >= Self.capacityLimit {
            table = Array(repeating: .free, count: table.count)
            longNames.removeAll()
            count = 0
        }
        if count * 2 >= table.count { grow() }
        table[place(of: key)] = Entry(key: key, number: number)
        count += 1
        return number
    }

    private mutating func grow() {
        let known = table
        table = Array(repeating: .free, count: known.count * 2)
        for entry in known where !entry.isFree { table[place(of: entry.key)] = entry }
    }
}
