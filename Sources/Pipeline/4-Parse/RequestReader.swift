import Accounting

/// A dialect compiled to slots: turns the fields of one record into a ``RequestRecord``.
///
/// A class because it is large and read for every line: a value would be copied for each call.
final class RequestReader: Sendable {
    /// The fields to find in each record; slot n is path n.
    let paths: [FieldPath]

    let timeFormat: TimeFormat
    private let timeSlots: SlotList
    private let region, model, tenant, project, endpoint: SlotList
    private let input, cachedInput, cacheWrite, output, reasoning, items: NumberSlots
    private let duration: (slots: SlotList, decimals: Int)?
    private let required: [(field: String, slots: SlotList)]
    private let keepIf, failedIf, notRunIf, cacheHitIf: [ConditionSlot]

    /// A sum of terms; most have one.
    private struct NumberSlots {
        let field: String
        let first: SlotList
        let others: [SlotList]
    }

    private struct ConditionSlot {
        let slots: SlotList
        let test: Condition.Test
        let words: [[UInt8]]
    }

    init(_ dialect: Dialect) {
        var paths: [FieldPath] = []
        func slots(_ alternatives: [FieldPath]) -> SlotList {
            SlotList(
                alternatives.map { path in
                    if let known = paths.firstIndex(of: path) { return known }
                    paths.append(path)
                    return paths.count - 1
                })
        }
        func slots(_ field: Dialect.TextField) -> SlotList {
            slots(dialect.texts[field]?.paths ?? [])
        }
        func slots(_ field: Dialect.NumberField) -> NumberSlots {
            let terms = (dialect.numbers[field]?.terms ?? []).map { slots($0) }
            return NumberSlots(
                field: field.rawValue, first: terms.first ?? SlotList([]),
                others: Array(terms.dropFirst()))
        }
        func slots(_ conditions: [Condition]) -> [ConditionSlot] {
            conditions.map { condition in
                var words: [[UInt8]] = []
                if case .equals(let texts) = condition.test { words = texts.map { Array($0.utf8) } }
                return ConditionSlot(
                    slots: slots([condition.path]), test: condition.test, words: words)
            }
        }
        timeFormat = dialect.time.format
        timeSlots = slots(dialect.time.paths)
        region = slots(.region)
        model = slots(.model)
        tenant = slots(.tenant)
        project = slots(.project)
        endpoint = slots(.endpoint)
        input = slots(.inputTokens)
        cachedInput = slots(.cachedInputTokens)
        cacheWrite = slots(.cacheWriteTokens)
        output = slots(.outputTokens)
        reasoning = slots(.reasoningTokens)
        items = slots(.items)
        duration = dialect.duration.map { (slots([$0.path]), $0.unit.decimals) }
        required = dialect.required.map { ($0.name, slots(dialect.paths(of: $0))) }
        keepIf = slots(dialect.keepIf)
        failedIf = slots(dialect.failedIf)
        notRunIf = slots(dialect.notRunIf)
        cacheHitIf = slots(dialect.cacheHitIf)
        self.paths = paths
    }

    /// Reads the record whose fields are in `slots`.
    ///
    /// - Parameter time: Remembers the hour of the record before.
    /// - Returns: `false` for a record that the dialect leaves out.
    func read(
        _ slots: borrowing FieldSlots, of bytes: Span<UInt8>, into record: inout RequestRecord,
        time: inout TimeScanner
    ) throws(FieldFault) -> Bool {
        for condition in keepIf where !holds(condition, slots, bytes) { return false }
        for (field, alternatives) in required where alternatives.first(in: slots) == nil {
            throw FieldFault(reason: .fieldMissing, field: field)
        }
        record.time = try requestTime(slots, bytes, &time)
        record.region = try text(region, .region, slots)
        record.model = try text(model, .model, slots)
        record.tenant = try text(tenant, .tenant, slots)
        record.project = try text(project, .project, slots)
        record.endpoint = try text(endpoint, .endpoint, slots)
        // A request has one fate: what never ran did not fail, what failed was no hit.
        record.isNotRun = holdsAny(notRunIf, slots, bytes)
        record.isFailed = !record.isNotRun && holdsAny(failedIf, slots, bytes)
        record.isCacheHit =
            !record.isNotRun && !record.isFailed && holdsAny(cacheHitIf, slots, bytes)
        record.inputTokens = try number(input, slots, bytes)
        record.cachedInputTokens = try number(cachedInput, slots, bytes) ?? 0
        record.cacheWriteTokens = try number(cacheWrite, slots, bytes) ?? 0
        record.outputTokens = try number(output, slots, bytes)
        record.reasoningTokens = try number(reasoning, slots, bytes) ?? 0
        record.items = try number(items, slots, bytes) ?? 0
        record.durationMilliseconds = try milliseconds(slots, bytes)
        try settleUsage(&record)
        return true
    }

    /// Makes usage consistent, or refuses the record.
    ///
    /// Parts that are larger than their whole mean a dialect that reads the wrong fields. Parts of an
    /// unknown whole are unknown as well. What no model ran for used no tokens.
    @inline(__always)
    private func settleUsage(_ record: inout RequestRecord) throws(FieldFault) {
        if record.isNotRun || record.isCacheHit {
            record.inputTokens = 0
            record.outputTokens = 0
            record.items = 0
        }
        let hasInput = record.inputTokens != nil && !record.isNotRun && !record.isCacheHit
        if !hasInput {
            record.cachedInputTokens = 0
            record.cacheWriteTokens = 0
        }
        let hasOutput = record.outputTokens != nil && !record.isNotRun && !record.isCacheHit
        if !hasOutput { record.reasoningTokens = 0 }
        if let input = record.inputTokens,
            record.cachedInputTokens + record.cacheWriteTokens > input
        {
            throw FieldFault(reason: .inconsistent, field: cachedInput.field)
        }
        if let output = record.outputTokens, record.reasoningTokens > output {
            throw FieldFault(reason: .inconsistent, field: reasoning.field)
        }
    }

    private func requestTime(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, _ time: inout TimeScanner
    ) throws(FieldFault) -> Int64 {
        guard let slot = timeSlots.first(in: slots) else {
            throw FieldFault(reason: .fieldMissing, field: "time")
        }
        guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: "time") }
        do {
            guard slot.isVerbatim else {
                let text = slot.decoded(bytes)
                let padded = text + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
                return try time.milliseconds(padded.span, 0..<text.count)
            }
            return try time.milliseconds(bytes, slot.range)
        } catch {
            throw FieldFault(reason: error, field: "time")
        }
    }

    @inline(__always)
    private func text(
        _ alternatives: SlotList, _ field: Dialect.TextField, _ slots: borrowing FieldSlots
    ) throws(FieldFault) -> FieldSlots.Slot? {
        guard let slot = alternatives.first(in: slots) else { return nil }
        guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: field.rawValue) }
        return slot
    }

    /// `nil` when no term has a value.
    @inline(__always)
    private func number(
        _ number: NumberSlots, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        var sum = try term(number.first, number.field, slots, bytes)
        guard !number.others.isEmpty else { return sum }
        for other in number.others {
            guard let value = try term(other, number.field, slots, bytes) else { continue }
            sum = (sum ?? 0) + value
        }
        if let sum, sum > Int64(Int32.max) {
            throw FieldFault(reason: .numberRange, field: number.field)
        }
        return sum
    }

    @inline(__always)
    private func term(
        _ alternatives: SlotList, _ field: String, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        guard let slot = alternatives.first(in: slots) else { return nil }
        guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: field) }
        guard let value = count(bytes, slot.range) else {
            throw FieldFault(reason: .numberRange, field: field)
        }
        return value
    }

    private func milliseconds(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64 {
        guard let duration, let slot = duration.slots.first(in: slots) else { return 0 }
        if duration.decimals == 0, let value = count(bytes, slot.range) { return value }
        guard slot.isScalar,
            let value = fixedPoint(bytes.extracting(slot.range), decimals: duration.decimals)
        else { throw FieldFault(reason: .fieldType, field: "duration") }
        guard (0...Int64(Int32.max)).contains(value) else {
            throw FieldFault(reason: .numberRange, field: "duration")
        }
        return value
    }

    @inline(__always)
    private func holdsAny(
        _ conditions: [ConditionSlot], _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        guard !conditions.isEmpty else { return false }
        for condition in conditions where holds(condition, slots, bytes) { return true }
        return false
    }

    private func holds(
        _ condition: ConditionSlot, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        let slot = condition.slots.first(in: slots)
        switch condition.test {
        case .present(let expected): return (slot != nil) == expected
        case .atLeast(let limit):
            guard let slot, let value = count(bytes, slot.range) else { return false }
            return value >= limit
        case .equals:
            guard let slot else { return false }
            return condition.words.contains { equal($0, slot, bytes) }
        }
    }

    private func equal(_ word: [UInt8], _ slot: FieldSlots.Slot, _ bytes: Span<UInt8>) -> Bool {
        switch slot.kind {
        case .true: return word.elementsEqual("true".utf8)
        case .false: return word.elementsEqual("false".utf8)
        case .container: return false
        case .escapedJSON, .escapedCSV: return slot.decoded(bytes) == word
        case .text, .number:
            guard word.count == slot.range.count else { return false }
            for index in word.indices where word[index] != bytes[slot.range.lowerBound + index] {
                return false
            }
            return true
        }
    }
}
