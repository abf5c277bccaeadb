// Single fields: texts, and counts made of terms.
extension RequestReader {
    // These structs hold plain numbers only, so that reading a line counts no references.
    /// A sum of terms; most have one.
    struct NumberSlots {
        let field: Dialect.NumberField
        let first: SlotList
        /// In `otherTerms`.
        let others: Range<Int>
        /// Whether the largest of the terms counts, and not their sum.
        let isLargest: Bool
        /// When no term has a value.
        let constant: Int64?
    }

    struct Term {
        let slots: SlotList
        /// Conditions under which it counts; empty for always.
        let when: Range<Int>
    }

    struct TextSlots {
        /// All alternatives, unless a part is read of any.
        let whole: SlotList
        /// In `cuts`, all alternatives.
        let parts: Range<Int>
    }

    /// An alternative that is not the whole of one field, or not whatever that holds.
    struct TextPart {
        let slot: SlotList
        let tail: SlotList
        let cut: TextCut?
        let begin: [UInt8]?

        func takes(_ found: FieldSlots.Slot, _ bytes: Span<UInt8>) -> Bool {
            guard let begin else { return true }
            return found.isScalar && found.withValue(bytes) { holds(begin, in: $0) }
        }
    }

    @inline(__always)
    func text(
        _ alternatives: TextSlots, _ field: Dialect.TextField, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> FieldSlots.Slot? {
        guard alternatives.parts.isEmpty else {
            return try textPart(alternatives.parts, field, slots, bytes)
        }
        guard let slot = alternatives.whole.firstFilled(in: slots) else { return nil }
        guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: field.rawValue) }
        return slot
    }

    private func textPart(
        _ alternatives: Range<Int>, _ field: Dialect.TextField, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> FieldSlots.Slot? {
        for index in alternatives {
            guard let slot = cuts[index].slot.firstFilled(in: slots),
                cuts[index].takes(slot, bytes)
            else { continue }
            guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: field.rawValue) }
            // Of a pair, both must be there.
            guard cuts[index].tail.isEmpty || cuts[index].tail.firstFilled(in: slots) != nil else {
                continue
            }
            guard let cut = cuts[index].cut else { return slot }
            if let part = cut.part(of: bytes, slot.range) { return slot.part(part) }
        }
        return nil
    }

    /// `nil` when no term has a value.
    @inline(__always)
    func number(
        _ number: NumberSlots, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        let first = try term(number.first, number.field, slots, bytes)
        return (number.others.isEmpty ? first : try sum(first, number, slots, bytes))
            ?? number.constant
    }

    private func sum(
        _ first: Int64?, _ number: NumberSlots, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        var sum = first
        for index in number.others {
            let when = otherTerms[index].when
            guard when.isEmpty || conditions.holdsAny(when, slots, bytes),
                let value = try term(otherTerms[index].slots, number.field, slots, bytes)
            else { continue }
            sum = number.isLargest ? max(sum ?? 0, value) : (sum ?? 0) + value
        }
        if let sum, sum > limit {
            throw FieldFault(reason: .numberRange, field: number.field.rawValue)
        }
        return sum
    }

    @inline(__always)
    private func term(
        _ alternatives: SlotList, _ field: Dialect.NumberField, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        guard let slot = alternatives.first(in: slots) else { return nil }
        if let value = shortCount(bytes, slot.start, slot.count), slot.isScalar { return value }
        return try longCount(slot, field, bytes)
    }

    /// A count that is not a few digits.
    @inline(never)
    private func longCount(
        _ slot: FieldSlots.Slot, _ field: Dialect.NumberField, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: field.rawValue) }
        guard slot.count > 0 else { return nil }
        guard let value = slot.withValue(bytes, { count($0, 0..<$0.count, upTo: limit) }) else {
            if slot.withValue(bytes, isNoValue) { return nil }
            let fault = slot.withValue(bytes, countFault)
            throw FieldFault(reason: fault, field: field.rawValue)
        }
        // Writers put -1 where they do not know.
        return value < 0 ? nil : value
    }
}
