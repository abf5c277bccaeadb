/// Conditions compiled to slots.
///
/// Holds plain numbers only, so that testing a record counts no references.
struct ConditionTable {
    private struct Entry {
        let slots: SlotList
        let test: Test
    }

    private enum Test {
        case present(Bool)
        case atLeast(Int64)
        /// In `words`.
        case equals(Range<Int>)
        case differsFrom(Range<Int>)
        /// In `beginnings`.
        case startsWith(Int)
        /// In `entries`.
        case any(Range<Int>)
        case all(Range<Int>)
    }

    private var entries: [Entry] = []
    /// The words that conditions compare with: how many bytes, and where they begin in `wordBlocks`.
    private var words: [(count: Int, block: Int)] = []
    /// Eight bytes each, the first in the lowest bits; the last of a word is filled up with zeros.
    private var wordBlocks: [UInt64] = []
    /// What texts begin with; few conditions ask.
    private var beginnings: [[UInt8]] = []

    /// Adds conditions.
    ///
    /// - Parameter slot: The slot of a path.
    /// - Returns: Their numbers, for ``holds(_:_:_:)``.
    mutating func add(_ conditions: [Condition], slot: (FieldPath) -> Int) -> Range<Int> {
        let start = entries.count
        // Those beside each other stand together; those below follow behind.
        let free = Entry(slots: SlotList([]), test: .present(true))
        entries += conditions.map { _ in free }
        for (index, condition) in conditions.enumerated() {
            let entry: Entry
            switch condition {
            case .test(let test):
                entry = Entry(slots: SlotList([slot(test.path)]), test: compiled(test.test))
            case .any(let parts):
                entry = Entry(slots: free.slots, test: .any(add(parts, slot: slot)))
            case .all(let parts):
                entry = Entry(slots: free.slots, test: .all(add(parts, slot: slot)))
            }
            entries[start + index] = entry
        }
        return start..<start + conditions.count
    }

    private mutating func compiled(_ test: FieldTest.Test) -> Test {
        switch test {
        case .present(let expected): return .present(expected)
        case .atLeast(let limit): return .atLeast(limit)
        case .startsWith(let begin):
            beginnings.append(Array(begin.utf8))
            return .startsWith(beginnings.count - 1)
        case .equals(let texts): return .equals(add(texts))
        case .differsFrom(let texts): return .differsFrom(add(texts))
        }
    }

    private mutating func add(_ texts: [String]) -> Range<Int> {
        for text in texts {
            let bytes = Array(text.utf8)
            words.append((bytes.count, wordBlocks.count))
            for start in stride(from: 0, to: bytes.count, by: 8) {
                wordBlocks.append(packedWord(bytes[start...].prefix(8)))
            }
        }
        return words.count - texts.count..<words.count
    }

    /// The slots whose values conditions look at, and not only whether they have one.
    func slotsOfValues(_ conditions: Range<Int>) -> UInt64 {
        conditions.reduce(0) { mask, index in
            switch entries[index].test {
            case .present: mask
            case .atLeast, .equals, .differsFrom, .startsWith: mask | entries[index].slots.mask
            case .any(let parts), .all(let parts): mask | slotsOfValues(parts)
            }
        }
    }

    @inline(__always)
    func holdsAny(
        _ conditions: Range<Int>, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        for index in conditions where holds(index, slots, bytes) { return true }
        return false
    }

    @inline(__always)
    func holds(
        _ index: Int, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        let condition = entries[index]
        let slot = condition.slots.first(in: slots)
        switch condition.test {
        case .present(let expected):
            // An empty text is no value.
            return (slot.map { $0.count > 0 || !$0.isScalar } ?? false) == expected
        case .atLeast(let limit):
            guard let slot else { return false }
            let value =
                shortCount(bytes, slot.start, slot.count)
                ?? (slot.isScalar ? slot.withValue(bytes, { count($0, 0..<$0.count) }) : nil)
            return (value ?? -1) >= limit
        case .equals(let expected):
            guard let slot else { return false }
            return isOne(of: expected, slot, bytes)
        case .differsFrom(let others):
            return slot.map { !isOne(of: others, $0, bytes) } ?? true
        case .startsWith(let index):
            guard let slot, slot.isScalar else { return false }
            return slot.decoded(bytes).starts(with: beginnings[index])
        case .any(let parts): return holdsSome(parts, slots, bytes)
        case .all(let parts): return holdsAll(parts, slots, bytes)
        }
    }

    @inline(never)
    private func holdsSome(
        _ conditions: Range<Int>, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        for index in conditions where holds(index, slots, bytes) { return true }
        return false
    }

    @inline(never)
    private func holdsAll(
        _ conditions: Range<Int>, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        for index in conditions where !holds(index, slots, bytes) { return false }
        return true
    }

    private func isOne(
        of expected: Range<Int>, _ slot: FieldSlots.Slot, _ bytes: Span<UInt8>
    ) -> Bool {
        for index in expected where equal(words[index], slot, bytes) { return true }
        return false
    }

    private func equal(
        _ expected: (count: Int, block: Int), _ slot: FieldSlots.Slot, _ bytes: Span<UInt8>
    ) -> Bool {
        switch slot.kind {
        case .true: return isWord(expected, Array("true".utf8))
        case .false: return isWord(expected, Array("false".utf8))
        case .container: return false
        case .escapedJSON, .escapedCSV, .commaNumber: return isWord(expected, slot.decoded(bytes))
        case .text, .number:
            guard slot.count == expected.count else { return false }
            var done = 0
            var block = expected.block
            while done < slot.count {
                let difference = word(bytes, at: slot.start &+ done) ^ wordBlocks[block]
                guard difference & leadingBytes(slot.count &- done) == 0 else { return false }
                done &+= 8
                block &+= 1
            }
            return true
        }
    }

    private func isWord(_ expected: (count: Int, block: Int), _ text: [UInt8]) -> Bool {
        text.count == expected.count
            && text.indices.allSatisfy { index in
                UInt8(
                    truncatingIfNeeded: wordBlocks[expected.block + index / 8]
                        >> UInt64(index % 8 * 8))
                    == text[index]
            }
    }
}
