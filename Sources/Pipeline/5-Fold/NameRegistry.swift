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

    private struct Entry {
        var digest: UInt64
        var start: Int
        var count: Int
        var number: UInt32
    }

    private let registry: NameRegistry
    private var table: [Int32]  // index into entries, -1 when free; a power of two long
    private var entries: [Entry] = []
    /// All names, then eight bytes that loads may touch.
    private var text: [UInt8] = Array(repeating: 0, count: 8)

    init(_ registry: NameRegistry) {
        self.registry = registry
        table = Array(repeating: -1, count: 1_024)
    }

    /// The number of the name that a slot holds.
    ///
    /// - Throws: ``RejectReason/valueTooLong`` or ``RejectReason/utf8``.
    mutating func number(
        of slot: FieldSlots.Slot?, in bytes: Span<UInt8>, default fallback: UInt32
    ) throws(RejectReason) -> UInt32 {
        guard let slot, slot.count > 0 else { return fallback }
        guard slot.isVerbatim else { return try register(slot.decoded(bytes)) }
        let start = slot.start
        let count = slot.count
        let digest = textDigest(bytes, from: start, to: start + count)
        var index = Int(truncatingIfNeeded: digest) & (table.count - 1)
        while table[index] >= 0 {
            let entry = entries[Int(table[index])]
            if entry.digest == digest, entry.count == count, matches(entry, bytes, start) {
                return entry.number
            }
            index = (index + 1) & (table.count - 1)
        }
        let name = slot.decoded(bytes)
        let number = try register(name)
        remember(name, digest: digest, number: number)
        return number
    }

    @inline(__always)
    private func matches(_ entry: Entry, _ bytes: Span<UInt8>, _ start: Int) -> Bool {
        let known = text.span
        var offset = 0
        while offset < entry.count {
            let mask = leadingBytes(entry.count - offset)
            let difference = word(known, at: entry.start + offset) ^ word(bytes, at: start + offset)
            guard difference & mask == 0 else { return false }
            offset += 8
        }
        return true
    }

    private func register(_ name: [UInt8]) throws(RejectReason) -> UInt32 {
        guard name.count <= Self.nameLimit else { throw .valueTooLong }
        // SQLite and C end a text at a NUL.
        guard !name.contains(0), let string = String(validating: name, as: UTF8.self) else {
            throw .utf8
        }
        return registry.number(of: string)
    }

    private mutating func remember(_ name: [UInt8], digest: UInt64, number: UInt32) {
        if entries.count >= Self.capacityLimit {
            entries.removeAll(keepingCapacity: true)
            text = Array(repeating: 0, count: 8)
            table = Array(repeating: -1, count: table.count)
        }
        if entries.count * 2 >= table.count { grow() }
        let start = text.count - 8
        entries.append(Entry(digest: digest, start: start, count: name.count, number: number))
        text.replaceSubrange(start..<text.count, with: name + Array(repeating: 0, count: 8))
        place(entries.count - 1)
    }

    private mutating func grow() {
        table = Array(repeating: -1, count: table.count * 2)
        for index in entries.indices { place(index) }
    }

    private mutating func place(_ entry: Int) {
        var index = Int(truncatingIfNeeded: entries[entry].digest) & (table.count - 1)
        while table[index] >= 0 { index = (index + 1) & (table.count - 1) }
        table[index] = Int32(entry)
    }
}
