import Accounting

/// A dialect compiled to slots: turns the fields of one record into a ``RequestRecord``.
///
/// A class because it is large and read for every line: a value would be copied for each call.
final class RequestReader: Sendable {
    /// The fields to find in each record; slot n is path n.
    let paths: [FieldPath]

    let timeFormat: TimeFormat
    private let timeSlots: SlotList
    private let id, region, model, tenant, project, endpoint: SlotList
    private let input, cachedInput, cacheWrite, output, reasoning, items: NumberSlots
    private let duration: SlotList
    private let durationDecimals: Int
    private let energy: SlotList
    private let energyUnit: EnergyUnit
    private let required: [(field: String, slots: SlotList)]
    /// All conditions; the ranges say which are for what.
    private let conditions: [ConditionSlot]
    private let keepIf, failedIf, notRunIf, cacheHitIf: Range<Int>
    /// The terms of sums behind their first.
    private let otherTerms: [SlotList]

    // Both structs hold plain numbers only, so that reading a line counts no references.

    /// A sum of terms; most have one.
    private struct NumberSlots {
        let field: Dialect.NumberField
        let first: SlotList
        /// In `otherTerms`.
        let others: Range<Int>
    }

    private struct ConditionSlot {
        let slots: SlotList
        let test: Test

        enum Test {
            case present(Bool)
            case atLeast(Int64)
            /// In `words`.
            case equals(Range<Int>)
        }
    }

    /// The words that conditions compare with.
    private let words: [[UInt8]]

    /// - Parameter readsID: Whether records are wanted with their id.
    init(_ dialect: Dialect, readsID: Bool = false) {
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
        var otherTerms: [SlotList] = []
        func slots(_ field: Dialect.NumberField) -> NumberSlots {
            let terms = (dialect.numbers[field]?.terms ?? []).map { slots($0) }
            let start = otherTerms.count
            otherTerms += terms.dropFirst()
            return NumberSlots(
                field: field, first: terms.first ?? SlotList([]), others: start..<otherTerms.count)
        }
        var conditions: [ConditionSlot] = []
        var words: [[UInt8]] = []
        func slots(_ added: [Condition]) -> Range<Int> {
            let start = conditions.count
            for condition in added {
                let test: ConditionSlot.Test
                switch condition.test {
                case .present(let expected): test = .present(expected)
                case .atLeast(let limit): test = .atLeast(limit)
                case .equals(let texts):
                    test = .equals(words.count..<words.count + texts.count)
                    words += texts.map { Array($0.utf8) }
                }
                conditions.append(ConditionSlot(slots: slots([condition.path]), test: test))
            }
            return start..<conditions.count
        }
        timeFormat = dialect.time.format
        timeSlots = slots(dialect.time.paths)
        id = readsID ? slots(.id) : SlotList([])
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
        duration = slots(dialect.duration.map { [$0.path] } ?? [])
        durationDecimals = dialect.duration?.unit.decimals ?? 0
        energy = slots(dialect.energy.map { [$0.path] } ?? [])
        energyUnit = dialect.energy?.unit ?? .wattHours
        required = dialect.required.map { ($0.name, slots(dialect.paths(of: $0))) }
        keepIf = slots(dialect.keepIf)
        failedIf = slots(dialect.failedIf)
        notRunIf = slots(dialect.notRunIf)
        cacheHitIf = slots(dialect.cacheHitIf)
        self.otherTerms = otherTerms
        self.conditions = conditions
        self.words = words
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
        for index in keepIf where !holds(index, slots, bytes) { return false }
        for index in required.indices where required[index].slots.first(in: slots) == nil {
            throw FieldFault(reason: .fieldMissing, field: required[index].field)
        }
        record.time = try requestTime(slots, bytes, &time)
        // What is no text or number is no id; ingest does not look at it at all.
        record.id = id.first(in: slots).flatMap { $0.isScalar ? $0 : nil }
        record.region = try text(region, .region, slots)
        record.model = try text(model, .model, slots)
        record.tenant = try text(tenant, .tenant, slots)
        record.project = try text(project, .project, slots)
        record.endpoint = try text(endpoint, .endpoint, slots)
        // A request has one fate: what never ran did not fail, what failed was no hit.
        record.isNotRun = !notRunIf.isEmpty && holdsAny(notRunIf, slots, bytes)
        record.isFailed =
            !failedIf.isEmpty && !record.isNotRun && holdsAny(failedIf, slots, bytes)
        record.isCacheHit =
            !cacheHitIf.isEmpty && !record.isNotRun && !record.isFailed
            && holdsAny(cacheHitIf, slots, bytes)
        record.inputTokens = try number(input, slots, bytes)
        record.cachedInputTokens = try number(cachedInput, slots, bytes) ?? 0
        record.cacheWriteTokens = try number(cacheWrite, slots, bytes) ?? 0
        record.outputTokens = try number(output, slots, bytes)
        record.reasoningTokens = try number(reasoning, slots, bytes) ?? 0
        record.items = try number(items, slots, bytes) ?? 0
        record.durationMilliseconds = try milliseconds(slots, bytes)
        record.energy = try microwattHours(slots, bytes)
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
            throw FieldFault(reason: .inconsistent, field: cachedInput.field.rawValue)
        }
        if let output = record.outputTokens, record.reasoningTokens > output {
            throw FieldFault(reason: .inconsistent, field: reasoning.field.rawValue)
        }
    }

    private func requestTime(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, _ time: inout TimeScanner
    ) throws(FieldFault) -> Int64 {
        guard let slot = timeSlots.first(in: slots) else {
            throw FieldFault(reason: .fieldMissing, field: "time")
        }
        guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: "time") }
        if let quick = time.usual(bytes, slot.start, slot.count), slot.isVerbatim { return quick }
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
        let first = try term(number.first, number.field, slots, bytes)
        return number.others.isEmpty ? first : try sum(first, number, slots, bytes)
    }

    private func sum(
        _ first: Int64?, _ number: NumberSlots, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        var sum = first
        for index in number.others {
            guard let value = try term(otherTerms[index], number.field, slots, bytes) else {
                continue
            }
            sum = (sum ?? 0) + value
        }
        if let sum, sum > Int64(Int32.max) {
            throw FieldFault(reason: .numberRange, field: number.field.rawValue)
        }
        return sum
    }

    @inline(__always)
    private func term(
        _ alternatives: SlotList, _ field: Dialect.NumberField, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        guard let slot = alternatives.first(in: slots) else { return nil }
        if let value = shortCount(bytes, slot.start, slot.count), slot.isScalar { return value }
        guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: field.rawValue) }
        guard let value = count(bytes, slot.range) else {
            throw FieldFault(reason: .numberRange, field: field.rawValue)
        }
        return value
    }

    @inline(__always)
    private func milliseconds(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64 {
        guard let slot = duration.first(in: slots) else { return 0 }
        if durationDecimals == 0, let value = shortCount(bytes, slot.start, slot.count) {
            return value
        }
        return try milliseconds(slot, bytes)
    }

    private func milliseconds(
        _ slot: FieldSlots.Slot, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64 {
        guard slot.isScalar,
            let value = fixedPoint(bytes.extracting(slot.range), decimals: durationDecimals)
        else { throw FieldFault(reason: .fieldType, field: "duration") }
        guard (0...Int64(Int32.max)).contains(value) else {
            throw FieldFault(reason: .numberRange, field: "duration")
        }
        return value
    }

    private func microwattHours(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        guard let slot = energy.first(in: slots) else { return nil }
        guard slot.isScalar,
            let value = fixedPoint(
                bytes.extracting(slot.range), decimals: energyUnit.decimals)
        else { throw FieldFault(reason: .fieldType, field: "energy") }
        let divisor = energyUnit.divisor
        let energy = value / divisor + value % divisor * 2 / divisor  // half rounded up
        guard value >= 0, energy <= Int64(Int32.max) else {
            throw FieldFault(reason: .numberRange, field: "energy")
        }
        return energy
    }

    @inline(__always)
    private func holdsAny(
        _ conditions: Range<Int>, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        for index in conditions where holds(index, slots, bytes) { return true }
        return false
    }

    @inline(__always)
    private func holds(
        _ index: Int, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        let condition = conditions[index]
        let slot = condition.slots.first(in: slots)
        switch condition.test {
        case .present(let expected): return (slot != nil) == expected
        case .atLeast(let limit):
            guard let slot else { return false }
            let value = shortCount(bytes, slot.start, slot.count) ?? count(bytes, slot.range)
            return (value ?? -1) >= limit
        case .equals(let expected):
            guard let slot else { return false }
            return isOne(of: expected, slot, bytes)
        }
    }

    private func isOne(
        of expected: Range<Int>, _ slot: FieldSlots.Slot, _ bytes: Span<UInt8>
    ) -> Bool {
        for index in expected where equal(words[index], slot, bytes) { return true }
        return false
    }

    private func equal(_ word: [UInt8], _ slot: FieldSlots.Slot, _ bytes: Span<UInt8>) -> Bool {
        switch slot.kind {
        case .true: return word.elementsEqual("true".utf8)
        case .false: return word.elementsEqual("false".utf8)
        case .container: return false
        case .escapedJSON, .escapedCSV: return slot.decoded(bytes) == word
        case .text, .number: return slot.holds(word, in: bytes)
        }
    }
}
