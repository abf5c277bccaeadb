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

    /// All names by number, as they are now.
    var names: [String] { state.withLock { $0.names } }
}

/// One worker's memory of which bytes are which number: most lookups end here, without a lock.
struct NameCache {
    /// Longest name, in bytes of UTF-8. Longer ones are prompts in the wrong field.
    static let nameLimit = 256
    /// A worker forgets all when it knows this many, so memory stays bounded.
    private static let capacityLimit = 1 << 18

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
    }

    private let registry: NameRegistry
    private var table: [Int32]  // index into entries, -1 when free; a power of two long
    private var entries: [Entry] = []
    /// Names of over 32 bytes, by entry: they are compared byte by byte as well.
    private var longNames: [Int: [UInt8]] = [:]
    /// By how many of 32 bytes count.
    private let masks: [(first: SIMD2<UInt64>, second: SIMD2<UInt64>)]

    init(_ registry: NameRegistry) {
        self.registry = registry
        table = Array(repeating: -1, count: 1_024)
        masks = (0...32).map { count in
            func mask(_ start: Int) -> UInt64 { leadingBytes(max(0, count - start)) }
            return (SIMD2(mask(0), mask(8)), SIMD2(mask(16), mask(24)))
        }
    }

    /// The number of the name that a slot holds.
    ///
    /// - Throws: ``RejectReason/valueTooLong`` or ``RejectReason/utf8``.
    @inline(__always)
    mutating func number(
        of slot: FieldSlots.Slot?, in bytes: Span<UInt8>, default fallback: UInt32
    ) throws(RejectReason) -> UInt32 {
        guard let slot, slot.count > 0 else { return fallback }
        guard slot.isVerbatim, slot.count <= 32 else { return try longNumber(of: slot, in: bytes) }
        let mask = masks[slot.count]
        let key = Key(
            count: UInt64(truncatingIfNeeded: slot.count),
            first: twoWords(bytes, at: slot.start) & mask.first,
            second: twoWords(bytes, at: slot.start &+ 16) & mask.second)
        if let entry = entry(of: key) { return entries[entry].number }
        return try remember(key, slot.decoded(bytes))
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
        guard let entry = entry(of: key) else {
            let name = slot.decoded(bytes)
            let number = try remember(key, name)
            longNames[entries.count - 1] = name
            return number
        }
        guard let known = longNames[entry], slot.holds(known, in: bytes) else {
            return try register(slot.decoded(bytes))
        }
        return entries[entry].number
    }

    @inline(__always)
    private func entry(of key: Key) -> Int? {
        var index = Int(truncatingIfNeeded: key.digest) & (table.count &- 1)
        while table[index] >= 0 {
            let entry = Int(table[index])
            if entries[entry].key == key { return entry }
            index = (index &+ 1) & (table.count &- 1)
        }
        return nil
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
        if entries.count >= Self.capacityLimit {
            entries.removeAll(keepingCapacity: true)
            longNames.removeAll()
            table = Array(repeating: -1, count: table.count)
        }
        if entries.count * 2 >= table.count { grow() }
        entries.append(Entry(key: key, number: number))
        place(entries.count - 1)
        return number
    }

    private mutating func grow() {
        table = Array(repeating: -1, count: table.count * 2)
        for index in entries.indices { place(index) }
    }

    private mutating func place(_ entry: Int) {
        var index = Int(truncatingIfNeeded: entries[entry].key.digest) & (table.count - 1)
        while table[index] >= 0 { index = (index + 1) & (table.count - 1) }
        table[index] = Int32(entry)
    }
}
