// Documents that hold records, or texts that hold JSON.
extension RecordWalk where Sink: ~Copyable {
    /// Reads a document that is no line.
    mutating func read(
        document range: Range<Int>, _ buffer: inout ChunkBuffer
    ) throws(Sink.Failure) {
        guard case .json(let scanner) = scanner else { return }
        slots.removeAll()
        do throws(RejectReason) {
            let end = try scanner.scan(
                buffer.bytes.span, from: range.lowerBound, level: 0, into: &slots)
            guard end == range.upperBound else { throw .jsonSyntax }
        } catch {
            let parts = parts(of: range, buffer.bytes.span)
            guard parts.count > 1 else {
                try refuse(error, buffer.bytes.span, range)
                return
            }
            for part in parts { try read(document: part, &buffer) }
            return
        }
        try settle(range.lowerBound, &buffer)
    }

    /// The parts of a document that is broken: others may begin at the lines in it that begin with a brace.
    private func parts(of range: Range<Int>, _ bytes: Span<UInt8>) -> [Range<Int>] {
        var starts = [range.lowerBound]
        for offset in range.dropFirst()
        where bytes[offset] == UInt8(ascii: "{") && bytes[offset - 1] == UInt8(ascii: "\r") {
            starts.append(offset)
        }
        return starts.indices.map { index in
            let next = index + 1 < starts.count ? starts[index + 1] : range.upperBound
            var end = next
            while end > starts[index] + 1, [0x20, 0x09, 0x0D, 0x2C, 0x5D].contains(bytes[end - 1]) {
                end -= 1
            }
            return starts[index]..<end
        }
    }

    /// Whether the record whose fields are in the slots needs more than one look.
    @inline(__always)
    mutating func isIntricate() -> Bool {
        !slots.texts.isEmpty
            || slots.present & intricateMask != 0 && (hasLists() || hasEscapedCut())
    }

    private mutating func hasLists() -> Bool {
        !slots.elements.isEmpty || slots.present & wrapperMask != 0
    }

    /// Whether a part is to be read of a text that stands there with escapes.
    private mutating func hasEscapedCut() -> Bool {
        for slot in cutSlots where slots[slot]?.kind == .escapedJSON { return true }
        return false
    }

    /// Puts texts of which a part is read in their place without escapes.
    private mutating func decodeCuts(_ buffer: inout ChunkBuffer) {
        for slot in cutSlots {
            guard let found = slots[slot], found.kind == .escapedJSON else { continue }
            let range = buffer.decodeText(found.range)
            slots.set(slot, from: range.lowerBound, to: range.upperBound, .text)
        }
    }

    /// Gives the document at `start`, whose fields are in the slots, or the records in it.
    mutating func settle(
        _ start: Int, _ buffer: inout ChunkBuffer
    ) throws(Sink.Failure) {
        do throws(RejectReason) {
            try unfold(start, &buffer)
        } catch {
            // A document counts as a whole or not at all.
            try sink.leave(.broken(error), at: place(start))
            return
        }
        guard sink.recognises(slots, buffer.bytes.span) else {
            try sink.leave(.other, at: place(start))
            return
        }
        var isEmpty = true
        if readsDocuments, slots.present & wrapperMask == 0 {
            try sink.take(slots, buffer.bytes.span, at: place(start))
            isEmpty = false
        }
        for number in slots.elements.indices {
            if try give(element: number, &buffer) { isEmpty = false }
        }
        if isEmpty { try sink.leave(.noRecords, at: place(start)) }
    }

    /// Puts the fields in texts that hold JSON in the slots.
    private mutating func unfold(
        _ start: Int, _ buffer: inout ChunkBuffer
    ) throws(RejectReason) {
        switch scanner {
        case .csv(let scanner): scanner.unfold(&slots, &buffer)
        case .json(let scanner):
            try scanner.unfold(start, level: 0, &slots, &buffer)
            decodeCuts(&buffer)
        }
    }

    /// Gives one element of the document's lists, if it is a record; else its fields are those of the records in it.
    ///
    /// - Returns: Whether the sink was told of it.
    private mutating func give(
        element number: Int, _ buffer: inout ChunkBuffer
    ) throws(Sink.Failure) -> Bool {
        guard case .json(let scanner) = scanner else { return false }
        let element = slots.elements[number]
        do throws(RejectReason) {
            guard try scanner.load(number, &slots, &buffer) else { return false }
        } catch {
            try sink.leave(
                element.kind == .text ? .text(error) : .broken(error), at: place(element.start))
            return true
        }
        decodeCuts(&buffer)
        try sink.take(slots, buffer.bytes.span, at: place(element.start))
        return true
    }
}
