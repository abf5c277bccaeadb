// Documents that hold records, or texts that hold JSON.
extension JSONScanner {
    /// Scans again what holds texts with JSON, with those as JSON in their place.
    func unfold(
        _ start: Int, level: Int, _ slots: inout FieldSlots, _ buffer: inout ChunkBuffer
    ) throws(RejectReason) {
        while !slots.texts.isEmpty {
            for text in slots.texts {
                buffer.unfoldText(text.range, isElement: text.isElement)
            }
            if level == 0 { slots.removeAll() }
            slots.removeTexts()
            slots.remove(plan.levels[level].mask)
            _ = try scan(buffer.bytes.span, from: start, level: level, into: &slots)
        }
    }

    /// Puts the fields of one element of the document's lists in the slots.
    ///
    /// - Returns: Whether it is a record; else its fields are those of the records in it.
    /// - Throws: ``RejectReason/jsonSyntax`` for a text in the place of a record.
    func load(
        _ number: Int, _ slots: inout FieldSlots, _ buffer: inout ChunkBuffer
    ) throws(RejectReason) -> Bool {
        let element = slots.elements[number]
        slots.load(number, mask: plan.levels[element.level].others)
        switch element.kind {
        case .list: return false
        case .record: return true
        case .text: throw .jsonSyntax
        case .intricateRecord:
            slots.removeTexts()
            slots.remove(plan.levels[element.level].mask)
            let elements = slots.elements.count
            _ = try scan(
                buffer.bytes.span, from: element.start, level: element.level, into: &slots)
            try unfold(element.start, level: element.level, &slots, &buffer)
            // Lists in a text inside a record have no place among those that are counted here.
            guard slots.elements.count == elements else { throw .depth }
            return true
        }
    }
}
