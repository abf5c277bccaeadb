// Documents that hold records, or texts that hold JSON.
extension ChunkFolder {
    /// Folds a document that is no line.
    mutating func fold(
        document range: Range<Int>, _ buffer: inout ChunkBuffer, _ place: inout Place,
        into file: inout FileFold
    ) {
        place.line += 1
        file.contentDigest &+= lineDigest(
            buffer.bytes.span, from: range.lowerBound, to: range.upperBound)
        buffer.joinLines(range)
        fold(joined: range, &buffer, place, into: &file)
    }

    private mutating func fold(
        joined range: Range<Int>, _ buffer: inout ChunkBuffer, _ place: Place,
        into file: inout FileFold
    ) {
        guard case .json(let scanner) = scanner else { return }
        slots.removeAll()
        do throws(RejectReason) {
            let end = try scanner.scan(
                buffer.bytes.span, from: range.lowerBound, level: 0, into: &slots)
            guard end == range.upperBound else { throw .jsonSyntax }
        } catch {
            let parts = parts(of: range, buffer.bytes.span)
            guard parts.count > 1 else {
                refuse(error, buffer.bytes.span, range, place, into: &file)
                return
            }
            for part in parts { fold(joined: part, &buffer, place, into: &file) }
            return
        }
        settle(range.lowerBound, &buffer, place, into: &file)
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
    var isIntricate: Bool {
        !slots.texts.isEmpty || slots.present & intricateMask != 0 && (hasLists || hasEscapedCut)
    }

    private var hasLists: Bool { !slots.elements.isEmpty || slots.present & wrapperMask != 0 }

    /// Whether a part is to be read of a text that stands there with escapes.
    private var hasEscapedCut: Bool {
        for slot in reader.cutSlots where slots[slot]?.kind == .escapedJSON { return true }
        return false
    }

    /// Puts texts of which a part is read in their place without escapes.
    private mutating func decodeCuts(_ buffer: inout ChunkBuffer) {
        for slot in reader.cutSlots {
            guard let found = slots[slot], found.kind == .escapedJSON else { continue }
            let range = buffer.decodeText(found.range)
            slots.set(slot, from: range.lowerBound, to: range.upperBound, .text)
        }
    }

    /// Counts the document at `start`, whose fields are in the slots, or the records in it.
    mutating func settle(
        _ start: Int, _ buffer: inout ChunkBuffer, _ place: Place, into file: inout FileFold
    ) {
        guard case .json(let scanner) = scanner else {
            if case .csv(let table) = scanner { table.unfold(&slots, &buffer) }
            count(buffer.bytes.span, at: start, place, into: &file)
            return
        }
        let entries = file.tally.lines
        do {
            try scanner.unfold(start, level: 0, &slots, &buffer)
            decodeCuts(&buffer)
            if reader.skipsOthers, !reader.recognises(slots, buffer.bytes.span) {
                file.skip(.otherSchema)
                return
            }
            if slots.present & scanner.plan.wrapperMask == 0, scanner.plan.levels[0].isRecord {
                count(buffer.bytes.span, at: start, place, into: &file)
            }
        } catch {
            // A document counts as a whole or not at all.
            reject(error, at: start, place, into: &file)
            return
        }
        for number in slots.elements.indices {
            countElement(number, scanner, &buffer, place, into: &file)
        }
        if file.tally.lines == entries { file.skip(.noRecords) }
    }

    /// Counts one element of the document's lists, if it is a record; else gives its fields to those in it.
    private mutating func countElement(
        _ number: Int, _ scanner: JSONScanner, _ buffer: inout ChunkBuffer, _ place: Place,
        into file: inout FileFold
    ) {
        let element = slots.elements[number]
        do throws(RejectReason) {
            guard try scanner.load(number, &slots, &buffer) else { return }
        } catch {
            if element.kind != .text {
                let start = element.start
                refuse(error, buffer.bytes.span, start..<start + 1, place, into: &file)
            } else if reader.skipsOthers {
                file.skip(.text)
            } else {
                reject(error, at: element.start, place, into: &file)
            }
            return
        }
        decodeCuts(&buffer)
        count(buffer.bytes.span, at: element.start, place, into: &file)
    }
}
