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
    /// Ids of one dialect are none of another.
    let idScope: UInt64
    /// For records without a region or a model; empty when nothing says.
    let region, model: String

    let timeFormats: [TimeFormat]
    let timeZone: TimeZoneRule?
    let timeStart: Int64
    let timeIsEnd: Bool
    /// Of records without a time of their own.
    let fileTime: Int64?
    let timeSlots: SlotList
    let until: SlotList
    /// So long behind the time is a sum's end, ms; 0 where a field says, and of single requests.
    let untilSpan: Int64
    let holdsSums: Bool
    let requests: NumberSlots
    /// Of one count.
    let limit: Int64
    let id: TextSlots
    let regionField, modelField, tenant, project, endpoint, session: TextSlots
    /// How records of the file belong together; `nil` where each stands for itself.
    let settling: SettlingRules?
    let spanID, spanParent, spanTrace: SlotList
    /// Who wrote a record; empty where a file has one writer.
    let writer: SlotList
    /// Rules whose records are of writers who make no model calls, by code.
    let codesOfOthers: Set<Int>
    let input, cachedInput, cacheWrite, output, reasoning, total, items: NumberSlots
    /// Those of ``Counter/plainParts`` that the dialect reads.
    let parts: [(place: Int, counter: Counter, slots: NumberSlots)]
    let usage: UsageRules
    let duration: SlotList
    let durationStart: SlotList
    let durationUnit: DurationUnit
    let energy: SlotList
    let energyUnit: EnergyUnit
    let required: [(field: String, slots: SlotList)]
    /// All conditions; the ranges say which are for what.
    let conditions: ConditionTable
    let signature, keepIf, failedIf, notRunIf, cacheHitIf, noOutputIf,
        cacheBesideIf: Range<Int>
    let sumIf, belowIf: Range<Int>
    /// The terms of sums behind their first.
    let otherTerms: [Term]
    /// Alternatives of which a part is read.
    let cuts: [TextPart]

    /// - Parameters:
    ///   - readsID: Whether records are wanted with their id.
    ///   - isWrapped: Whether the lines came by way of others, who carry lines of many writers.
    ///   - fileName: Of the log.
    ///   - fileTime: Of records without a time of their own, as ``LogDeclarations/time(of:_:)`` finds it.
    init(
        _ dialect: Dialect, readsID: Bool = true, isWrapped: Bool = false, fileName: String = "",
        fileTime: Int64? = nil, declared: LogDeclarations = LogDeclarations()
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
        parts = Counter.plainParts.enumerated().compactMap { place, counter in
            Dialect.NumberField(rawValue: counter.column).flatMap { field in
                dialect.numbers[field] == nil ? nil : (place, counter, slots(field))
            }
        }
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
}
