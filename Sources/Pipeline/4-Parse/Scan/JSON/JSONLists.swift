// Lists of records, or of what holds such lists.
extension JSONScanner {
    /// A list, or the one value in its place.
    ///
    /// - Parameter slot: Shows where the list begins.
    func list(
        _ bytes: Span<UInt8>, from start: Int, level: Int, slot: Int,
        _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        // A list that comes twice would count twice.
        guard slots[slot] == nil else { throw .jsonSyntax }
        if byte(bytes, at: start) == UInt8(ascii: "n") { return try skipValue(bytes, from: start) }
        // A document that can be a record itself has the fields of one.
        let mask = plan.levels[level].mask
        let kept = slots.present & mask == 0 ? [] : slots.values(of: mask)
        let end = try elements(bytes, from: start, level: level, depth: 0, &slots)
        slots.putBack(kept, mask: mask)
        slots.set(slot, from: start, to: start, .container)
        return end
    }

    private func elements(
        _ bytes: Span<UInt8>, from start: Int, level: Int, depth: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        switch byte(bytes, at: start) {
        case UInt8(ascii: "["):
            guard depth < Self.depthLimit else { throw .depth }
            var offset = skipSpace(bytes, from: start + 1)
            if byte(bytes, at: offset) == UInt8(ascii: "]") { return offset + 1 }
            while true {
                let end = try elements(bytes, from: offset, level: level, depth: depth + 1, &slots)
                let next = try skipSeparator(bytes, from: end, close: UInt8(ascii: "]"))
                offset = next.offset
                if next.isEnd { return offset }
            }
        case UInt8(ascii: "{"): return try element(bytes, from: start, level: level, &slots)
        case UInt8(ascii: "\""):
            let end = try skipValue(bytes, from: start)
            // A text that was looked into and holds no JSON is empty.
            if end - start > 2 {
                slots.addText(start..<end, isElement: true)
            } else {
                _ = slots.beginElement(level: level, at: start, .text)
            }
            return end
        default:
            // What is no record is told.
            _ = slots.beginElement(level: level, at: start, .text)
            return try skipValue(bytes, from: start)
        }
    }

    private func element(
        _ bytes: Span<UInt8>, from start: Int, level: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        let place = plan.levels[level]
        let number = slots.beginElement(level: level, at: start)
        let hasLayouts = place.isRecord && place.lists == 0
        if hasLayouts,
            let end = slots.withLayouts(
                of: level,
                { $0.scan(element: bytes, from: start, of: place.mask, into: &$1) })
        {
            slots.endElement(number, .record, mask: place.mask)
            return end
        }
        slots.remove(place.mask)
        let texts = slots.texts.count
        let end = try object(bytes, from: start + 1, node: level, &slots)
        var kind = FieldSlots.ElementKind.list
        if place.isRecord, slots.elements.count == number + 1 {
            kind = slots.texts.count > texts ? .intricateRecord : .record
            slots.removeTexts(from: texts)
        }
        // An element of a list that should hold lists and has none is no record either.
        if kind == .list, slots.present & place.lists == 0, slots.elements.count == number + 1 {
            kind = .text
        }
        slots.endElement(number, kind, mask: place.mask)
        if hasLayouts, kind == .record {
            slots.withLayouts(of: level) { layouts, _ in
                layouts.learn(element: bytes, from: start, level: level, keys: keys)
            }
        }
        return end
    }
}
