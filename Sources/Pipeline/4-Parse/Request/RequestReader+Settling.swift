// What tells how a record belongs together with others of its file.
extension RequestReader {
    /// Where a record stands in a tree, as digests; 0 where it does not say.
    func span(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> (id: UInt64, parent: UInt64) {
        guard settling?.span != nil else { return (0, 0) }
        let trace = spanDigest(spanTrace.firstFilled(in: slots), bytes, seed: 1)
        let own = spanDigest(spanID.firstFilled(in: slots), bytes, seed: trace)
        if !belowIf.isEmpty, conditions.holdsAny(belowIf, slots, bytes) { return (0, own) }
        return (
            own,
            spanDigest(spanParent.firstFilled(in: slots), bytes, seed: trace)
        )
    }

    /// Ids are written in digits of either case, some with `0x`; one of zeros is none.
    private func spanDigest(
        _ slot: FieldSlots.Slot?, _ bytes: Span<UInt8>, seed: UInt64
    ) -> UInt64 {
        guard let slot, slot.isScalar, slot.count > 0 else { return 0 }
        guard slot.isVerbatim else {
            let text = slot.decoded(bytes)
            let padded = text + Array(repeating: 0, count: scanPadding)
            return spanDigest(padded.span, 0..<text.count, seed)
        }
        return spanDigest(bytes, slot.range, seed)
    }

    @inline(__always)
    private func spanDigest(_ bytes: Span<UInt8>, _ range: Range<Int>, _ seed: UInt64) -> UInt64 {
        var offset = range.lowerBound
        if range.count > 2, bytes[offset] == UInt8(ascii: "0"),
            bytes[offset + 1] | 0x20 == UInt8(ascii: "x")
        {
            offset += 2
        }
        var digest = seed
        var nonzero: UInt64 = 0
        while offset < range.upperBound {
            let taken = leadingBytes(range.upperBound &- offset)
            // Small letters; digits are what they are.
            let text = (word(bytes, at: offset) | 0x2020_2020_2020_2020) & taken
            nonzero |= text ^ (0x3030_3030_3030_3030 & taken)
            digest = folded(digest ^ text, 0xE703_7ED1_A0B4_28DB) &+ text
            offset &+= 8
        }
        return nonzero == 0 ? 0 : folded(digest, 0x8EBC_6AF0_9C88_C6E3) | 1
    }

    /// Whether a record repeats the sum of those below it, if there are any.
    func isSum(_ slots: borrowing FieldSlots, _ bytes: Span<UInt8>) -> Bool {
        !sumIf.isEmpty && conditions.holdsAny(sumIf, slots, bytes)
    }

    /// The text of a field, for later records that have none; `nil` when it is missing here.
    func carriedSlot(
        _ field: Dialect.TextField, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> FieldSlots.Slot? {
        switch field {
        case .region: try? text(regionField, field, slots, bytes)
        case .model: try? text(modelField, field, slots, bytes)
        case .tenant: try? text(tenant, field, slots, bytes)
        case .project: try? text(project, field, slots, bytes)
        case .endpoint: try? text(endpoint, field, slots, bytes)
        case .session: try? text(session, field, slots, bytes)
        case .id: nil
        }
    }
}
