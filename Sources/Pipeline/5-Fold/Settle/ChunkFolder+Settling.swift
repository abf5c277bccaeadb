import Accounting

// Records that belong together with others, or of one of several writers.
extension ChunkFolder {
    /// Keeps the record for the settlement of its file.
    @inline(never)
    mutating func hold(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, at place: RecordPlace
    ) throws(FieldFault) {
        let key = try key(bytes)
        var missing: MissingNames = []
        if record.region == nil { missing.insert(.region) }
        if record.model == nil { missing.insert(.model) }
        if record.tenant == nil, options.dimensions.contains(.tenant) { missing.insert(.tenant) }
        if record.project == nil, options.dimensions.contains(.project) {
            missing.insert(.project)
        }
        if record.endpoint == nil, options.dimensions.contains(.endpoint) {
            missing.insert(.endpoint)
        }
        requests.add(
            key, time: record.time, Activity(record),
            knows: (record.inputTokens != nil, record.outputTokens != nil), id: record.id,
            identity(bytes), bytes, missing: missing, isListed: options.listsRequests)
        let span = reader.span(slots, bytes)
        requests.links.places.append(
            ChunkLinks.Place(
                offset: place.offset, span: span.id, parent: span.parent,
                isSum: reader.isSum(slots, bytes)))
    }

    /// Notes what a record says to others, also one that is left out, and who wrote it.
    ///
    /// - Parameter code: Why it is left out; `nil` when it is not.
    @inline(never)
    mutating func watch(
        _ code: Int?, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) {
        for field in reader.settling?.carried ?? [] {
            guard let slot = reader.carriedSlot(field, slots, bytes), slot.count > 0 else {
                continue
            }
            let value: UInt64? =
                field == .session
                ? slot.withValue(bytes) { text in
                    var digest: UInt64 = 1
                    for index in 0..<text.count {
                        digest = folded(digest ^ UInt64(text[index]), 0x8EBC_6AF0_9C88_C6E3) | 1
                    }
                    return digest
                } : (try? names.number(of: slot, in: bytes, default: 0)).map(UInt64.init)
            if let value { add(.carry(field, value)) }
        }
        if code != nil, reader.settling?.span != nil {
            let span = reader.span(slots, bytes)
            if span.id != 0 { add(.span(id: span.id, parent: span.parent)) }
        }
        guard !reader.writer.isEmpty else { return }
        let writer =
            (try? names.number(of: reader.writer.firstFilled(in: slots), in: bytes, default: 0))
            ?? 0
        if let code {
            file.writers[writer, default: WriterTally()].skipped[code, default: 0] += 1
        } else {
            file.writers[writer, default: WriterTally()].used += 1
        }
    }

    private mutating func add(_ mark: ChunkLinks.Mark) {
        requests.links.marks.append((requests.requests.count, mark))
    }
}
