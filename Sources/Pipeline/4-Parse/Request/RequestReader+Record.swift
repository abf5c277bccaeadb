import Accounting

// What a record says as a whole.
extension RequestReader {
    /// Reads the record whose fields are in `slots`.
    ///
    /// - Parameter time: Remembers the hour of the record before.
    /// - Returns: `nil`, or for a record that the dialect leaves out the code of the reason.
    func read(
        _ slots: borrowing FieldSlots, of bytes: Span<UInt8>, into record: inout RequestRecord,
        time: inout TimeScanner
    ) throws(FieldFault) -> Int? {
        for index in keepIf where !conditions.holds(index, slots, bytes) {
            return SkipCode.rule(index - keepIf.lowerBound)
        }
        for index in required.indices where required[index].slots.first(in: slots) == nil {
            throw FieldFault(reason: .fieldMissing, field: required[index].field)
        }
        record.time = try requestTime(slots, bytes, &time)
        if holdsSums { try readSum(slots, bytes, into: &record, &time) }
        readID(slots, bytes, into: &record)
        record.region = try text(regionField, .region, slots, bytes)
        record.model = try text(modelField, .model, slots, bytes)
        record.tenant = try text(tenant, .tenant, slots, bytes)
        record.project = try text(project, .project, slots, bytes)
        record.endpoint = try text(endpoint, .endpoint, slots, bytes)
        // A request has one fate: what never ran did not fail, what failed was no hit.
        record.isNotRun = !notRunIf.isEmpty && conditions.holdsAny(notRunIf, slots, bytes)
        record.isFailed =
            !failedIf.isEmpty && !record.isNotRun && conditions.holdsAny(failedIf, slots, bytes)
        record.isCacheHit =
            !cacheHitIf.isEmpty && !record.isNotRun && !record.isFailed
            && conditions.holdsAny(cacheHitIf, slots, bytes)
        record.inputTokens = try number(input, slots, bytes)
        record.cachedInputTokens = try number(cachedInput, slots, bytes) ?? 0
        record.cacheWriteTokens = try number(cacheWrite, slots, bytes) ?? 0
        record.outputTokens = try number(output, slots, bytes)
        record.reasoningTokens = try number(reasoning, slots, bytes) ?? 0
        record.items = try number(items, slots, bytes) ?? 0
        record.durationMilliseconds = try milliseconds(slots, bytes)
        record.energy = try microwattHours(slots, bytes)
        if timeIsEnd, timeSlots.first(in: slots) != nil {
            record.time -= record.durationMilliseconds
        }
        if !usage.isPlain { try readUsage(slots, bytes, into: &record) }
        if !noOutputIf.isEmpty, record.outputTokens == nil,
            conditions.holdsAny(noOutputIf, slots, bytes)
        {
            record.outputTokens = 0
        }
        try usage.settle(&record)
        if !parts.isEmpty { try readParts(slots, bytes, into: &record) }
        if record.until > 0 { try checkSum(record) }
        return nil
    }

    /// Reads what is nothing but a part: of an unknown whole it is unknown as well.
    private func readParts(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, into record: inout RequestRecord
    ) throws(FieldFault) {
        record.parts = .zero
        for (place, counter, slot) in parts {
            guard let part = try number(slot, slots, bytes),
                let whole = counter.declaration.partOf.first == .outputTokens
                    ? record.outputTokens : record.inputTokens
            else { continue }
            guard part <= whole else {
                throw FieldFault(reason: .inconsistent, field: counter.column)
            }
            record.parts[place] = part
        }
    }

    /// Finds out what the counts hold.
    @inline(__always)
    private func readUsage(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, into record: inout RequestRecord
    ) throws(FieldFault) {
        let total = usage.hasTotal ? try number(total, slots, bytes) : nil
        let cache = record.cachedInputTokens &+ record.cacheWriteTokens
        let isException =
            cache != 0 && !cacheBesideIf.isEmpty
            && conditions.holdsAny(cacheBesideIf, slots, bytes)
        guard
            isException
                || !usage.agree(
                    input: record.inputTokens, cache: cache, output: record.outputTokens,
                    reasoning: record.reasoningTokens, total: total)
        else { return }
        try usage.read(&record, total: total, isException: isException)
    }

    /// Until when a sum goes, and of how many requests it is.
    private func readSum(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, into record: inout RequestRecord,
        _ time: inout TimeScanner
    ) throws(FieldFault) {
        if untilSpan > 0 {
            record.until = record.time + untilSpan
        } else if let slot = until.firstFilled(in: slots) {
            record.until = try instant(slot, "until", bytes, &time)
        } else {
            throw FieldFault(reason: .fieldMissing, field: "until")
        }
        guard (1...RequestRecord.sumSpanLimit).contains(record.until - record.time) else {
            throw FieldFault(reason: .timeSpan, field: "until")
        }
        record.requests = try number(requests, slots, bytes)
        if record.requests ?? 0 > Int64(Int32.max) {
            throw FieldFault(reason: .numberRange, field: requests.field.rawValue)
        }
        if record.requests == nil, !requests.first.isEmpty {
            throw FieldFault(reason: .fieldMissing, field: requests.field.rawValue)
        }
    }

    /// A sum says all that it is of.
    private func checkSum(_ record: RequestRecord) throws(FieldFault) {
        for (field, count) in [
            (input.field, record.inputTokens), (output.field, record.outputTokens),
        ]
        where count == nil { throw FieldFault(reason: .fieldMissing, field: field.rawValue) }
    }

    /// What is no text or number is no id.
    private func readID(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, into record: inout RequestRecord
    ) {
        record.idTail = nil
        record.id = id.whole.firstFilled(in: slots)?.scalar
        for index in id.parts {
            guard let slot = cuts[index].slot.firstFilled(in: slots),
                cuts[index].takes(slot, bytes)
            else { continue }
            let tail = cuts[index].tail.firstFilled(in: slots)?.scalar
            // Half of what is unique together only is no id.
            guard cuts[index].tail.isEmpty || tail != nil else { continue }
            record.id = slot.scalar
            record.idTail = tail
            break
        }
        // As access logs write that there is none.
        if let id = record.id, id.count == 1, byte(bytes, at: id.start) == UInt8(ascii: "-") {
            record.id = nil
        }
    }

    private func requestTime(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, _ time: inout TimeScanner
    ) throws(FieldFault) -> Int64 {
        guard let slot = timeSlots.firstFilled(in: slots) else {
            if let fileTime { return fileTime }
            throw FieldFault(reason: .fieldMissing, field: "time")
        }
        return try instant(slot, "time", bytes, &time)
    }

    @inline(__always)
    private func instant(
        _ slot: FieldSlots.Slot, _ field: String, _ bytes: Span<UInt8>, _ time: inout TimeScanner
    ) throws(FieldFault) -> Int64 {
        guard slot.isScalar || timeFormats.contains(.secondsAndNanoseconds) else {
            throw FieldFault(reason: .fieldType, field: field)
        }
        if let quick = time.usual(bytes, slot.start, slot.count), slot.isVerbatim { return quick }
        do {
            guard slot.isVerbatim || !slot.isScalar else {
                let text = slot.decoded(bytes)
                let padded = text + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
                return try time.milliseconds(padded.span, 0..<text.count)
            }
            return try time.milliseconds(bytes, slot.range)
        } catch {
            throw FieldFault(reason: error, field: field)
        }
    }
}
