import Accounting

/// A dialect compiled to slots: turns the fields of one record into a ``RequestRecord``.
///
/// A class because it is large and read for every line: a value would be copied for each call.
final class RequestReader: Sendable {
    /// The fields to find in each record; slot n is path n.
    let paths: [FieldPath]
    /// As reports name what is skipped, by code.
    let skipReasons: [String]
    /// Whether what is no record of the dialect is of another writer, and left out.
    let skipsOthers: Bool
    /// Slots of which a part is read, so that they must stand without escapes.
    let cutSlots: [Int]
    let cutMask: UInt64
    /// Ids of one dialect are none of another.
    let idScope: UInt64
    /// For records without a region or a model; empty when nothing says.
    let region, model: String

    private let timeFormats: [TimeFormat]
    private let timeZone: TimeZoneRule?
    private let timeStart: Int64
    private let timeIsEnd: Bool
    /// Of records without a time of their own.
    private let fileTime: Int64?
    private let timeSlots: SlotList
    private let until: SlotList
    /// So long behind the time is a sum's end, ms; 0 where a field says, and of single requests.
    private let untilSpan: Int64
    private let holdsSums: Bool
    private let requests: NumberSlots
    /// Of one count.
    private let limit: Int64
    private let id: TextSlots
    let regionField, modelField, tenant, project, endpoint, session: TextSlots
    /// How records of the file belong together; `nil` where each stands for itself.
    let settling: SettlingRules?
    let spanID, spanParent, spanTrace: SlotList
    /// Who wrote a record; empty where a file has one writer.
    let writer: SlotList
    /// Rules whose records are of writers who make no model calls, by code.
    let codesOfOthers: Set<Int>
    private let input, cachedInput, cacheWrite, output, reasoning, total, items: NumberSlots
    private let usage: UsageRules
    let duration: SlotList
    let durationStart: SlotList
    let durationUnit: DurationUnit
    let energy: SlotList
    let energyUnit: EnergyUnit
    private let required: [(field: String, slots: SlotList)]
    /// All conditions; the ranges say which are for what.
    let conditions: ConditionTable
    private let signature, keepIf, failedIf, notRunIf, cacheHitIf, noOutputIf,
        cacheBesideIf: Range<Int>
    let sumIf, belowIf: Range<Int>
    /// The terms of sums behind their first.
    private let otherTerms: [Term]
    /// Alternatives of which a part is read.
    private let cuts: [TextPart]

    // These structs hold plain numbers only, so that reading a line counts no references.
    /// A sum of terms; most have one.
    private struct NumberSlots {
        let field: Dialect.NumberField
        let first: SlotList
        /// In `otherTerms`.
        let others: Range<Int>
        /// Whether the largest of the terms counts, and not their sum.
        let isLargest: Bool
        /// When no term has a value.
        let constant: Int64?
    }

    private struct Term {
        let slots: SlotList
        /// Conditions under which it counts; empty for always.
        let when: Range<Int>
    }

    struct TextSlots {
        /// All alternatives, unless a part is read of any.
        let whole: SlotList
        /// In `cuts`, all alternatives.
        let parts: Range<Int>
    }

    /// An alternative that is not the whole of one field, or not whatever that holds.
    private struct TextPart {
        let slot: SlotList
        let tail: SlotList
        let cut: TextCut?
        let begin: [UInt8]?

        func takes(_ found: FieldSlots.Slot, _ bytes: Span<UInt8>) -> Bool {
            guard let begin else { return true }
            return found.isScalar && found.withValue(bytes) { holds(begin, in: $0) }
        }
    }

    /// - Parameters:
    ///   - readsID: Whether records are wanted with their id.
    ///   - isWrapped: Whether the lines came by way of others, who carry lines of many writers.
    ///   - fileName: Of the log.
    /// - Throws: ``InputError/dialect`` when the log needs something declared that is not.
    convenience init(
        _ dialect: Dialect, readsID: Bool = false, isWrapped: Bool = false, fileName: String,
        declared: LogDeclarations
    ) throws(InputError) {
        let fileTime = try declared.time(of: fileName, dialect)
        self.init(
            dialect, readsID: readsID, isWrapped: isWrapped, fileName: fileName,
            fileTime: fileTime, declared: declared)
    }

    /// Without a file: finds places only.
    convenience init(_ dialect: Dialect) {
        self.init(
            dialect, readsID: true, isWrapped: false, fileName: "", fileTime: nil,
            declared: LogDeclarations())
    }

    private init(
        _ dialect: Dialect, readsID: Bool, isWrapped: Bool, fileName: String, fileTime: Int64?,
        declared: LogDeclarations
    ) {
        var paths: [FieldPath] = []
        func slot(_ path: FieldPath) -> Int {
            let path = dialect.form.asked(path)
            if let known = paths.firstIndex(of: path) { return known }
            paths.append(path)
            return paths.count - 1
        }
        func slots(_ alternatives: [FieldPath]) -> SlotList { SlotList(alternatives.map(slot)) }
        var cuts: [TextPart] = []
        var cutSlots: [Int] = []
        func slots(_ field: Dialect.TextField) -> TextSlots {
            let alternatives = dialect.texts[field]?.alternatives ?? []
            let start = cuts.count
            guard
                alternatives.contains(where: { $0.cut != nil || $0.tail != nil || $0.begin != nil })
            else {
                return TextSlots(whole: slots(alternatives.map(\.path)), parts: start..<start)
            }
            for alternative in alternatives {
                cuts.append(
                    TextPart(
                        slot: slots([alternative.path]),
                        tail: slots(alternative.tail.map { [$0] } ?? []), cut: alternative.cut,
                        begin: alternative.begin))
                if alternative.cut != nil { cutSlots.append(slot(alternative.path)) }
            }
            return TextSlots(whole: SlotList([]), parts: start..<cuts.count)
        }
        var conditions = ConditionTable()
        func slots(_ added: [Condition]) -> Range<Int> { conditions.add(added, slot: slot) }
        var otherTerms: [Term] = []
        func slots(_ field: Dialect.NumberField) -> NumberSlots {
            let mapping = dialect.numbers[field]
            let terms = (mapping?.terms ?? []).map {
                Term(slots: slots($0.paths), when: slots($0.when))
            }
            let start = otherTerms.count
            otherTerms += terms.dropFirst()
            return NumberSlots(
                field: field, first: terms.first?.slots ?? SlotList([]),
                others: start..<otherTerms.count, isLargest: mapping?.isLargest ?? false,
                constant: mapping?.constant)
        }
        timeFormats = dialect.time.formats
        timeZone = declared.zone ?? dialect.time.zone
        timeStart = declared.start ?? 0
        timeIsEnd = dialect.time.isEnd
        self.fileTime = fileTime
        timeSlots = slots(dialect.time.paths)
        until = slots(dialect.until)
        untilSpan = dialect.untilDays * 86_400_000
        holdsSums = dialect.holdsSums
        requests = slots(.requests)
        limit = dialect.holdsSums ? RequestRecord.sumLimit : Int64(Int32.max)
        id = readsID ? slots(.id) : TextSlots(whole: SlotList([]), parts: 0..<0)
        regionField = slots(.region)
        modelField = slots(.model)
        tenant = slots(.tenant)
        project = slots(.project)
        endpoint = slots(.endpoint)
        settling = dialect.settling
        session = settling == nil ? TextSlots(whole: SlotList([]), parts: 0..<0) : slots(.session)
        spanID = slots(settling?.span?.id ?? [])
        spanParent = slots(settling?.span?.parent ?? [])
        spanTrace = slots(settling?.span?.trace ?? [])
        sumIf = slots(settling?.sumIf ?? [])
        belowIf = slots(settling?.span?.belowIf ?? [])
        writer = slots(dialect.writer)
        codesOfOthers = Set(
            dialect.keepIf.indices.filter { dialect.keepIf[$0].isOfOthers }.map(SkipCode.rule))
        func fallback(_ field: Dialect.TextField) -> String {
            dialect.texts[field]?.fallback(fileName: fileName) ?? ""
        }
        region = fallback(.region)
        model = fallback(.model)
        input = slots(.inputTokens)
        cachedInput = slots(.cachedInputTokens)
        cacheWrite = slots(.cacheWriteTokens)
        output = slots(.outputTokens)
        reasoning = slots(.reasoningTokens)
        total = slots(.totalTokens)
        items = slots(.items)
        usage = UsageRules(
            inputIncludesCache: dialect.inputIncludesCache,
            outputIncludesReasoning: dialect.outputIncludesReasoning,
            hasTotal: dialect.numbers[.totalTokens] != nil,
            hasExceptions: !dialect.cacheBesideIf.isEmpty, limit: limit)
        duration = slots(dialect.duration?.paths ?? [])
        durationStart = slots(dialect.duration?.start.map { [$0] } ?? [])
        durationUnit = dialect.duration?.unit ?? .milliseconds
        energy = slots(dialect.energy.map { [$0.path] } ?? [])
        energyUnit = dialect.energy?.unit ?? .wattHours
        required = dialect.required.map { ($0.name, slots(dialect.paths(of: $0))) }
        signature = slots(dialect.form.signature.map { $0.inDocument(dialect.form.readsDocuments) })
        keepIf = slots(dialect.keepIf.map(\.condition))
        failedIf = slots(dialect.failedIf)
        notRunIf = slots(dialect.notRunIf)
        cacheHitIf = slots(dialect.cacheHitIf)
        noOutputIf = slots(dialect.noOutputIf)
        cacheBesideIf = slots(dialect.cacheBesideIf)
        skipReasons = SkipCode.allCases.map(\.description) + dialect.keepIf.map(\.otherwise)
        skipsOthers =
            dialect.skipsOthers
            || isWrapped && dialect.form.format == .json && !dialect.form.signature.isEmpty
        self.cutSlots = cutSlots
        let name = Array(dialect.name.utf8)
        idScope = textDigest((name + [UInt8](repeating: 0, count: 8)).span, from: 0, to: name.count)
        cutMask = cutSlots.reduce(0) { $0 | 1 << UInt64($1) }
        self.cuts = cuts
        self.otherTerms = otherTerms
        self.conditions = conditions
        self.paths = paths
    }

    /// Reads the times of this log.
    var timeScanner: TimeScanner { TimeScanner(timeFormats, zone: timeZone, start: timeStart) }

    /// Whether a document, whose fields are in `slots`, is one of the dialect.
    @inline(__always)
    func recognises(_ slots: borrowing FieldSlots, _ bytes: Span<UInt8>) -> Bool {
        for index in signature where !conditions.holds(index, slots, bytes) { return false }
        return true
    }

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
        if record.until > 0 { try checkSum(record) }
        return nil
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

    @inline(__always)
    func text(
        _ alternatives: TextSlots, _ field: Dialect.TextField, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> FieldSlots.Slot? {
        guard alternatives.parts.isEmpty else {
            return try textPart(alternatives.parts, field, slots, bytes)
        }
        guard let slot = alternatives.whole.firstFilled(in: slots) else { return nil }
        guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: field.rawValue) }
        return slot
    }

    private func textPart(
        _ alternatives: Range<Int>, _ field: Dialect.TextField, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> FieldSlots.Slot? {
        for index in alternatives {
            guard let slot = cuts[index].slot.firstFilled(in: slots),
                cuts[index].takes(slot, bytes)
            else { continue }
            guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: field.rawValue) }
            // Of a pair, both must be there.
            guard cuts[index].tail.isEmpty || cuts[index].tail.firstFilled(in: slots) != nil else {
                continue
            }
            guard let cut = cuts[index].cut else { return slot }
            if let part = cut.part(of: bytes, slot.range) { return slot.part(part) }
        }
        return nil
    }

    /// `nil` when no term has a value.
    @inline(__always)
    private func number(
        _ number: NumberSlots, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        let first = try term(number.first, number.field, slots, bytes)
        return (number.others.isEmpty ? first : try sum(first, number, slots, bytes))
            ?? number.constant
    }

    private func sum(
        _ first: Int64?, _ number: NumberSlots, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        var sum = first
        for index in number.others {
            let when = otherTerms[index].when
            guard when.isEmpty || conditions.holdsAny(when, slots, bytes),
                let value = try term(otherTerms[index].slots, number.field, slots, bytes)
            else { continue }
            sum = number.isLargest ? max(sum ?? 0, value) : (sum ?? 0) + value
        }
        if let sum, sum > limit {
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
        return try longCount(slot, field, bytes)
    }

    /// A count that is not a few digits.
    @inline(never)
    private func longCount(
        _ slot: FieldSlots.Slot, _ field: Dialect.NumberField, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        guard slot.isScalar else { throw FieldFault(reason: .fieldType, field: field.rawValue) }
        guard slot.count > 0 else { return nil }
        guard let value = slot.withValue(bytes, { count($0, 0..<$0.count, upTo: limit) }) else {
            if slot.withValue(bytes, isNoValue) { return nil }
            let fault = slot.withValue(bytes, countFault)
            throw FieldFault(reason: fault, field: field.rawValue)
        }
        // Writers put -1 where they do not know.
        return value < 0 ? nil : value
    }
}
