/// Finds the fields that were asked for in one JSON object per line.
///
/// What nobody asked for is skipped as bytes: brackets, quotes, numbers and words are checked,
/// text is never decoded. One pass over the line finds its end as well.
struct JSONScanner {
    /// Nesting beyond this is rejected.
    static let depthLimit = 128

    let plan: DocumentPlan
    let keys: KeyTree

    /// Slot n of a scan is path n.
    init(_ paths: [FieldPath]) { self.init(DocumentPlan(paths)) }

    init(_ plan: DocumentPlan) {
        self.plan = plan
        keys = plan.keys
    }

    /// Scans the object that begins at or after `start`.
    ///
    /// - Returns: The offset of the newline that ends the line, or a failure.
    func scan(
        _ bytes: Span<UInt8>, from start: Int, into slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        slots.removeAll()
        let open = skipSpace(bytes, from: start)
        let end = skipSpace(bytes, from: try scan(bytes, from: open, level: 0, into: &slots))
        guard byte(bytes, at: end) == UInt8(ascii: "\n") else { throw .jsonSyntax }
        return end
    }

    /// Scans the object at `start` for the fields of one level of a document; those of the levels above it stay.
    ///
    /// - Returns: The offset behind its brace.
    func scan(
        _ bytes: Span<UInt8>, from start: Int, level: Int, into slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        guard byte(bytes, at: start) == UInt8(ascii: "{") else { throw .jsonSyntax }
        return try object(bytes, from: start + 1, node: level, &slots)
    }

    /// The members of a known object, from behind its brace to behind its closing brace.
    func object(
        _ bytes: Span<UInt8>, from start: Int, node: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        var offset = skipSpace(bytes, from: start)
        var expected = 0
        if byte(bytes, at: offset) == UInt8(ascii: "}") { return offset + 1 }
        while true {
            guard byte(bytes, at: offset) == UInt8(ascii: "\"") else { throw .jsonSyntax }
            let keyStart = offset + 1
            var keyEnd = endOfPlainText(bytes, from: keyStart)
            var child: Int?
            if byte(bytes, at: keyEnd) == UInt8(ascii: "\"") {
                child = keys.child(of: node, in: bytes, keyStart..<keyEnd, expected: &expected)
            } else {
                keyEnd = try endOfText(bytes, from: keyEnd)
                child = keys.child(of: node, named: decodedJSONText(bytes, keyStart..<keyEnd))
            }
            offset = try skipColon(bytes, from: keyEnd + 1)
            if let child {
                offset = try known(bytes, from: offset, node: child, &slots)
            } else {
                offset = try skipValue(bytes, from: offset)
            }
            let next = try skipSeparator(bytes, from: offset, close: UInt8(ascii: "}"))
            offset = next.offset
            if next.isEnd { return offset }
        }
    }

    /// A value that was asked for, or that holds such values.
    func known(
        _ bytes: Span<UInt8>, from start: Int, node: Int, _ slots: inout FieldSlots
    ) throws(RejectReason) -> Int {
        let slot = keys.slot(of: node)
        if let level = keys.level(of: node) {
            return try list(bytes, from: start, level: level, slot: slot ?? 0, &slots)
        }
        if byte(bytes, at: start) == UInt8(ascii: "n"), keys.isShared(node) {
            return try skipValue(bytes, from: start)
        }
        slots.remove(keys.subtree(of: node))
        var kind = FieldSlots.Kind.number
        var from = start
        var to = start
        let end: Int
        switch byte(bytes, at: start) {
        case UInt8(ascii: "\""):
            let plain = endOfPlainText(bytes, from: start + 1)
            let isPlain = byte(bytes, at: plain) == UInt8(ascii: "\"")
            let close = isPlain ? plain : try endOfText(bytes, from: plain)
            kind = isPlain ? .text : .escapedJSON
            from = start + 1
            to = close
            end = close + 1
            if end - start > 2, keys.hasChildren(node) { slots.addText(start..<end) }
        case UInt8(ascii: "{"):
            kind = .container
            end =
                try keys.hasChildren(node)
                ? object(bytes, from: start + 1, node: node, &slots) : skipValue(bytes, from: start)
        case UInt8(ascii: "n"):
            return try skipValue(bytes, from: start)  // null is the same as no value
        case UInt8(ascii: "["):
            kind = .container
            end =
                try keys.hasChildren(node)
                ? attributes(bytes, from: start + 1, node: node, &slots)
                : skipValue(bytes, from: start)
        case UInt8(ascii: "t"):
            kind = .true
            end = try skipValue(bytes, from: start)
        case UInt8(ascii: "f"):
            kind = .false
            end = try skipValue(bytes, from: start)
        default:
            end = try skipValue(bytes, from: start)
            to = end
        }
        if let slot { slots.set(slot, from: from, to: to, kind) }
        return end
    }
}
