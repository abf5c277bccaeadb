/// Reads lines that look like an earlier one without looking up their keys.
///
/// Lines of one writer repeat their keys, order and punctuation. A template keeps what stood between the
/// values of one line; when the next line has the same bytes there, only its values are looked at. Any
/// difference, and the general scan reads the line: the two agree on every input.
struct LayoutPredictor {
    /// Writers have few layouts: a success, a failure, a stream.
    private static let templateLimit = 4

    /// What stood at a value's place when the layout was learned: looked for first.
    private enum Expectation: UInt8 {
        case text, number, other
        /// A value that is asked for, whose parts are holes of their own: here it begins.
        case container
        /// No value: the line ends.
        case end
    }

    /// A value, and the fixed text before it.
    private struct Hole {
        /// Length of the fixed text.
        var byteCount: UInt32
        /// How many of `blocks` it fills.
        var blockCount: UInt8
        var expectation: Expectation
        /// ``FieldSlots/unwanted`` for a value that nobody asked for.
        var slot: UInt8
        /// Somebody asked for this value or what it may hold: an object or array is read in full.
        var isKnown: Bool
        /// Fields were asked for in this value: a text may hold JSON.
        var isParent: Bool
        /// The slot as a mask; 0 for none.
        var mask: UInt64
    }

    /// A layout. Its holes and blocks stand one after another; the last hole expects the line's end.
    private struct Template {
        var firstHole: Int
        var firstBlock: Int
    }

    private var templates: [Template] = []
    private var holes: [Hole] = []
    private var blocks: [FixedBlock] = []
    private var likeliest = 0
    private var next = 0
    /// Lines to let pass before another template is learned: doubled each time, so that a log without
    /// any repeated layout costs little more than the general scan.
    private var patience = 0
    private var patienceLimit = 1

    /// Reads the line at `start` by a known layout.
    ///
    /// - Returns: The offset of its newline; `nil` when no layout fits, and `slots` mean nothing.
    @inline(__always)
    mutating func scan(
        _ bytes: Span<UInt8>, from start: Int, into slots: inout FieldSlots
    ) -> Int? {
        guard !templates.isEmpty else { return nil }
        slots.removeAll()
        return scan(bytes, from: start, of: .max, into: &slots)
    }

    /// Reads the element of a list at `start` by a known layout.
    ///
    /// - Parameter mask: The slots of its fields; others stay as they are.
    /// - Returns: The offset behind its brace; `nil` when no layout fits, and those slots mean nothing.
    mutating func scan(
        element bytes: Span<UInt8>, from start: Int, of mask: UInt64, into slots: inout FieldSlots
    ) -> Int? {
        scan(bytes, from: start, of: mask, into: &slots).map { $0 + 1 }
    }

    @inline(__always)
    private mutating func scan(
        _ bytes: Span<UInt8>, from start: Int, of mask: UInt64, into slots: inout FieldSlots
    ) -> Int? {
        let count = templates.count
        var index = likeliest
        for _ in 0..<count {
            slots.remove(mask)
            if let end = match(templates[index], bytes, start, &slots) {
                likeliest = index
                return end
            }
            index = index + 1 == count ? 0 : index + 1
        }
        return nil
    }

    /// - Returns: The offset of what ends the line or element.
    private func match(
        _ template: Template, _ bytes: Span<UInt8>, _ start: Int, _ slots: inout FieldSlots
    ) -> Int? {
        // Safe: a template's holes and blocks are those of the arrays, and each template ends in a hole that
        // returns.
        return unsafe holes.withUnsafeBufferPointer { holes in
            unsafe blocks.withUnsafeBufferPointer { blocks in
                guard let hole = holes.baseAddress, let block = blocks.baseAddress else {
                    return nil
                }
                return unsafe match(
                    hole + template.firstHole, block + template.firstBlock, bytes, start, &slots)
            }
        }
    }

    @unsafe @inline(__always)
    private func match(
        _ firstHole: UnsafePointer<Hole>, _ firstBlock: UnsafePointer<FixedBlock>,
        _ bytes: Span<UInt8>, _ start: Int, _ slots: inout FieldSlots
    ) -> Int? {
        var next = unsafe firstHole
        var block = unsafe firstBlock
        var offset = start
        var present: UInt64 = 0
        while true {
            let hole = unsafe next.pointee
            unsafe next += 1
            var position = offset
            var rest = hole.blockCount
            repeat {
                // No fixed text but the last holds a newline, and that at its end, so each load begins in the
                // line.
                guard unsafe FixedBlock.holds(bytes, at: position, block) else { return nil }
                unsafe block += 1
                position &+= 16
                rest &-= 1
            } while rest > 0
            offset &+= Int(hole.byteCount)

            if hole.expectation == .text {
                if byte(bytes, at: offset) == UInt8(ascii: "\"") {
                    let end = endOfPlainText(bytes, from: offset &+ 1)
                    if byte(bytes, at: end) == UInt8(ascii: "\"") {
                        slots.write(Int(hole.slot), from: offset &+ 1, to: end, .text)
                        present |= hole.mask
                        offset = end &+ 1
                        continue
                    }
                }
            } else if hole.expectation == .number {
                let digits = word(bytes, at: offset)
                let count = leadingDigits(digits)
                let follower = byte(bytes, at: offset &+ count)
                // One to seven digits, no zero before others, and nothing that a number can go on with.
                if count > 0, count < 8, count == 1 || digits & 0xFF != UInt64(UInt8(ascii: "0")),
                    follower == UInt8(ascii: ",") || follower == UInt8(ascii: "}")
                {
                    slots.write(Int(hole.slot), from: offset, to: offset &+ count, .number)
                    present |= hole.mask
                    offset &+= count
                    continue
                }
            } else if hole.expectation == .end {
                slots.add(present)
                return offset &- 1
            } else if hole.expectation == .container {
                slots.write(Int(hole.slot), from: offset, to: offset, .container)
                present |= hole.mask
                continue
            }
            guard let end = otherValue(hole, bytes, offset, &slots) else { return nil }
            offset = end
        }
    }

    /// Past a value of any kind; `nil` when it is one that the general scan must read.
    private func otherValue(
        _ hole: Hole, _ bytes: Span<UInt8>, _ start: Int, _ slots: inout FieldSlots
    ) -> Int? {
        let first = byte(bytes, at: start)
        let isContainer = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        if isContainer, hole.isKnown { return nil }
        if hole.isParent, first == UInt8(ascii: "\"") { return nil }
        let slot = Int(hole.slot)
        let isWanted = slot < FieldSlots.limit
        if first == UInt8(ascii: "\"") {
            let plain = endOfPlainText(bytes, from: start + 1)
            guard let close = try? endOfText(bytes, from: plain) else { return nil }
            if isWanted {
                slots.set(slot, from: start + 1, to: close, plain == close ? .text : .escapedJSON)
            }
            return close + 1
        }
        guard let end = try? skipValue(bytes, from: start) else { return nil }
        guard isWanted else { return end }
        switch first {
        case UInt8(ascii: "n"): break  // null is the same as no value
        case UInt8(ascii: "t"): slots.set(slot, from: start, to: start, .true)
        case UInt8(ascii: "f"): slots.set(slot, from: start, to: start, .false)
        default: slots.set(slot, from: start, to: end, .number)
        }
        return end
    }

    /// Takes the layout of a line that the general scan has read.
    mutating func learn(_ bytes: Span<UInt8>, from start: Int, to end: Int, keys: KeyTree) {
        learn(keys) { $0.read(bytes, from: start, to: end) }
    }

    /// Takes the layout of an element of a list of that level.
    mutating func learn(
        element bytes: Span<UInt8>, from start: Int, level: Int, keys: KeyTree
    ) {
        learn(keys) { $0.read(element: bytes, from: start, level: level) }
    }

    private mutating func learn(_ keys: KeyTree, _ read: (inout TemplateLine) -> Bool) {
        guard patience == 0 else {
            patience -= 1
            return
        }
        patience = patienceLimit
        patienceLimit = min(patienceLimit * 2, 1 << 16)

        var line = TemplateLine(keys: keys)
        guard read(&line) else { return }
        let template = Template(firstHole: holes.count, firstBlock: blocks.count)
        for part in line.parts { append(part) }
        if templates.count < Self.templateLimit {
            templates.append(template)
        } else {
            templates[next] = template
        }
        likeliest = next
        next = (next + 1) % Self.templateLimit
    }

    private mutating func append(_ part: TemplateLine.Part) {
        let expectation: Expectation =
            switch part.value {
            case UInt8(ascii: "\n"): .end
            case TemplateLine.container: .container
            case UInt8(ascii: "\""): .text
            case UInt8(ascii: "0")...UInt8(ascii: "9"): .number
            default: .other
            }
        let text = FixedBlock.blocks(of: part.text)
        blocks += text
        holes.append(
            Hole(
                byteCount: UInt32(part.text.count),
                blockCount: UInt8(text.count), expectation: expectation,
                slot: UInt8(part.slot), isKnown: part.isKnown,
                isParent: part.isParent,
                mask: part.slot < FieldSlots.limit ? 1 << UInt64(part.slot) : 0))
    }
}
