import Accounting

/// A dialect compiled to slots: turns the fields of one record into a ``RequestRecord``.
struct RequestReader {
    /// The fields to find in each record; slot n is path n.
    let paths: [FieldPath]

    private var time: TimeScanner
    private let timeSlots: [Int]
    private let region, model, tenant, project, endpoint: [Int]
    private let input, cachedInput, cacheWrite, output, reasoning, items: NumberSlots
    private let duration: (slot: Int, decimals: Int)?
    private let required: [(field: String, slots: [Int])]
    private let keepIf, failedIf, notRunIf, cacheHitIf: [ConditionSlot]

    private struct NumberSlots {
        let field: String
        /// Terms of the sum; inside a term, slots in order of preference.
        let terms: [[Int]]
    }

    private struct ConditionSlot {
        let slot: Int
        let test: Condition.Test
        let words: [[UInt8]]
    }

    init(_ dialect: Dialect) {
        var paths: [FieldPath] = []
        func slot(_ path: FieldPath) -> Int {
            if let known = paths.firstIndex(of: path) { return known }
            paths.append(path)
            return paths.count - 1
        }
        func slots(_ field: Dialect.TextField) -> [Int] {
            (dialect.texts[field]?.paths ?? []).map(slot)
        }
        func slots(_ field: Dialect.NumberField) -> NumberSlots {
            NumberSlots(
                field: field.rawValue,
                terms: (dialect.numbers[field]?.terms ?? []).map { $0.map(slot) })
        }
        func slots(_ conditions: [Condition]) -> [ConditionSlot] {
            conditions.map { condition in
                var words: [[UInt8]] = []
                if case .equals(let texts) = condition.test { words = texts.map { Array($0.utf8) } }
                return ConditionSlot(
                    slot: slot(condition.path), test: condition.test, words: words)
            }
        }
        time = TimeScanner(dialect.time.format)
        timeSlots = dialect.time.paths.map(slot)
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
        duration = dialect.duration.map { (slot($0.path), $0.unit.decimals) }
        required = dialect.required.map { ($0.name, dialect.paths(of: $0).map(slot)) }
        keepIf = slots(dialect.keepIf)
        failedIf = slots(dialect.failedIf)
        notRunIf = slots(dialect.notRunIf)
        cacheHitIf = slots(dialect.cacheHitIf)
        self.paths = paths
    }

    /// Reads the record whose fields are in `slots`.
    mutating func read(
        _ slots: FieldSlots, of bytes: Span<UInt8>
    ) throws(FieldFault) -> Verdict {
        for condition in keepIf where !holds(condition, slots, bytes) { return .skipped }
        for (field, alternatives) in required where first(alternatives, slots) == nil {
            throw FieldFault(reason: .fieldMissing, field: field)
        }
        var record = RequestRecord()
        record.time = try requestTime(slots, bytes)
        record.region = try text(region, .region, slots)
        record.model = try text(model, .model, slots)
        record.tenant = try text(tenant, .tenant, slots)
        record.project = try text(project, .project, slots)
        record.endpoint = try text(endpoint, .endpoint, slots)
        record.isFailed = failedIf.contains { holds($0, slots, bytes) }
        record.isNotRun = notRunIf.contains { holds($0, slots, bytes) }
        record.isCacheHit = cacheHitIf.contains { holds($0, slots, bytes) }
        record.inputTokens = try number(input, slots, bytes)
        record.cachedInputTokens = try number(cachedInput, slots, bytes) ?? 0
        record.cacheWriteTokens = try number(cacheWrite, slots, bytes) ?? 0
        record.outputTokens = try number(output, slots, bytes)
        record.reasoningTokens = try number(reasoning, slots, bytes) ?? 0
        record.items = try number(items, slots, bytes) ?? 0
        record.durationMilliseconds = try milliseconds(slots, bytes)
        try check(record)
        return .request(record)
    }

    /// Parts that are larger than their whole mean a dialect that reads the wrong fields.
    private func check(_ record: RequestRecord) throws(FieldFault) {
        if let input = record.inputTokens,
            record.cachedInputTokens + record.cacheWriteTokens > input
        {
            throw FieldFault(reason: .inconsistent, field: cachedInput.field)
        }
        if let output = record.outputTokens, record.reasoningTokens > output {
            throw FieldFault(reason: .inconsistent, field: reasoning.field)
        }
    }

    private mutating func requestTime(
        _ slots: FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64 {
        guard let slot = first(timeSlots, slots) else {
            throw FieldFault(reason: .fieldMissing, field: "time")
        }
        guard slot.isScalar else {
            throw FieldFault(reason: .fieldType, field: "time")
        }
        do {
            return try time.milliseconds(bytes, slot.range)
        } catch {
            throw FieldFault(reason: error, field: "time")
        }
    }

    private func text(
        _ alternatives: [Int], _ field: Dialect.TextField, _ slots: FieldSlots
    ) throws(FieldFault) -> FieldSlots.Slot? {
        guard let slot = first(alternatives, slots) else { return nil }
        guard slot.kind != .container else {
            throw FieldFault(reason: .fieldType, field: field.rawValue)
        }
        return slot.kind == .true || slot.kind == .false ? nil : slot
    }

    /// `nil` when no term has a value.
    private func number(
        _ number: NumberSlots, _ slots: FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        var sum: Int64?
        for term in number.terms {
            guard let slot = first(term, slots) else { continue }
            guard slot.isScalar else {
                throw FieldFault(reason: .fieldType, field: number.field)
            }
            guard let value = count(bytes, slot.range) else {
                throw FieldFault(reason: .numberRange, field: number.field)
            }
            sum = (sum ?? 0) + value
        }
        if let sum, sum > Int64(Int32.max) {
            throw FieldFault(reason: .numberRange, field: number.field)
        }
        return sum
    }

    private func milliseconds(
        _ slots: FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64 {
        guard let duration, let slot = slots[duration.slot] else { return 0 }
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
    private func first(_ alternatives: [Int], _ slots: FieldSlots) -> FieldSlots.Slot? {
        for index in alternatives { if let slot = slots[index] { return slot } }
        return nil
    }

    private func holds(
        _ condition: ConditionSlot, _ slots: FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        let slot = slots[condition.slot]
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
