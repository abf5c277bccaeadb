import Accounting

/// Makes a ``RecordPlan`` of a line that the reader has read.
struct RecordPlanner {
    private let reader: RequestReader
    private let parts: [TemplateLine.Part]
    /// Whether values are fields of a table, all of them text.
    private let isTable: Bool
    private(set) var holes: [RecordPlan.Hole] = []
    private(set) var blocks: [FixedBlock] = []
    /// What is done with the values that a record has, by their place in `parts`.
    private var roles: [Int: (action: RecordPlan.Action, target: Int, other: Int)] = [:]
    private var defaults = RecordPlan.Values(repeating: 0)
    /// Slots whose values are part of the fixed text.
    private var fixed: UInt64 = 0

    /// - Parameter parts: Of the line.
    init(_ reader: RequestReader, _ parts: [TemplateLine.Part], isTable: Bool) {
        self.reader = reader
        self.parts = parts
        self.isTable = isTable
    }

    /// Whether records of a dialect can have plans: each is read by itself, and is one request.
    static func plans(_ reader: RequestReader) -> Bool {
        reader.settling == nil && reader.writer.isEmpty && !reader.holdsSums
            && reader.id.parts.isEmpty && reader.durationStart.isEmpty
    }

    /// - Parameters:
    ///   - record: What the reader has made of the line.
    ///   - names: The numbers of its region, model, tenant, project and endpoint, and those of lines that lack them;
    ///     `nil` for a dimension that is not kept.
    ///   - firstHole: Where the plan's holes begin among those of all plans.
    /// - Returns: `nil` for a line that only the reader can read.
    mutating func plan(
        _ record: RequestRecord, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>,
        names: [(number: UInt32, fallback: UInt32)?], firstHole: Int, firstBlock: Int
    ) -> RecordPlan? {
        guard record.until == 0, !record.isNotRun, !record.isCacheHit, record.energy == nil,
            record.idTail == nil,
            // What is no id, such as a dash, is so by its value.
            record.id != nil || reader.id.whole.firstFilled(in: slots) == nil
        else { return nil }
        fixConditions(slots)
        guard let time = reader.timeSlots.firstFilled(in: slots), give(.time, to: time),
            record.id.map({ give(.id, to: $0) }) ?? true, giveNames(record, names),
            give(reader.input, RecordPlan.Field.input, slots, bytes),
            give(reader.cachedInput, RecordPlan.Field.cachedInput, slots, bytes),
            give(reader.cacheWrite, RecordPlan.Field.cacheWrite, slots, bytes),
            give(reader.output, RecordPlan.Field.output, slots, bytes),
            give(reader.reasoning, RecordPlan.Field.reasoning, slots, bytes),
            give(reader.total, RecordPlan.Field.total, slots, bytes),
            give(reader.items, RecordPlan.Field.items, slots, bytes), giveDuration(slots, bytes)
        else { return nil }
        var outputParts: UInt8 = 0
        for (place, counter, field) in reader.parts {
            guard place < RecordPlan.Field.parts.count,
                give(field, RecordPlan.Field.parts.lowerBound + place, slots, bytes)
            else { return nil }
            if counter.declaration.partOf.first == .outputTokens { outputParts |= 1 << place }
        }
        guard states(record, slots), lay(bytes) else { return nil }
        return RecordPlan(
            firstHole: firstHole, firstBlock: firstBlock, defaults: defaults,
            outputParts: outputParts,
            hasParts: RecordPlan.Field.parts.contains(where: has),
            knowsInput: record.inputTokens != nil, knowsOutput: record.outputTokens != nil,
            hasID: record.id != nil, isFailed: record.isFailed,
            isException: !reader.cacheBesideIf.isEmpty
                && reader.conditions.holdsAny(reader.cacheBesideIf, slots, bytes))
    }

    /// Makes part of the fixed text what conditions look at, and texts of which parts are read.
    private mutating func fixConditions(_ slots: borrowing FieldSlots) {
        var ranges = [
            reader.signature, reader.keepIf, reader.notRunIf, reader.failedIf, reader.cacheHitIf,
            reader.cacheBesideIf,
        ]
        if reader.output.first.first(in: slots) == nil { ranges.append(reader.noOutputIf) }
        ranges += reader.otherTerms.map(\.when)
        for range in ranges { fixed |= reader.conditions.slotsOfValues(range) }
        for part in reader.cuts { fixed |= part.slots }
    }

    private mutating func giveNames(
        _ record: RequestRecord, _ names: [(number: UInt32, fallback: UInt32)?]
    ) -> Bool {
        let found = [
            (reader.regionField, record.region), (reader.modelField, record.model),
            (reader.tenant, record.tenant), (reader.project, record.project),
            (reader.endpoint, record.endpoint),
        ]
        for (index, (field, slot)) in found.enumerated() {
            guard let name = names[index] else { continue }
            defaults[1 + index] = slot == nil ? name.fallback : name.number
            guard let slot, field.parts.isEmpty, !isFixed(slot) else { continue }
            guard slot.kind == .text, give(.name, 1 + index, to: slot) else { return false }
        }
        return true
    }

    /// - Returns: `false` for a count that the line holds otherwise than as a few digits.
    private mutating func give(
        _ field: RequestReader.NumberSlots, _ target: Int, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>
    ) -> Bool {
        var values: [FieldSlots.Slot] = []
        if let first = field.first.first(in: slots) { values.append(first) }
        for index in field.others {
            let term = reader.otherTerms[index]
            guard term.when.isEmpty || reader.conditions.holdsAny(term.when, slots, bytes),
                let value = term.slots.first(in: slots)
            else { continue }
            values.append(value)
        }
        let action: RecordPlan.Action = field.isLargest && values.count > 1 ? .largest : .count
        for value in values where !give(action, target, toCount: value, bytes) { return false }
        return !values.isEmpty || field.constant ?? 0 == 0
    }

    /// Gives a count a place to go, or another one.
    private mutating func give(
        _ action: RecordPlan.Action, _ target: Int, toCount value: FieldSlots.Slot,
        _ bytes: Span<UInt8>
    ) -> Bool {
        guard isNumber(value), shortCount(bytes, value.start, value.count) != nil,
            let part = part(of: value)
        else { return false }
        guard let known = roles[part] else { return give(action, target, to: value) }
        guard known.action == action, known.other == 0 else { return false }
        roles[part]?.other = target
        return true
    }

    /// Whether what is known of input and output is known of each line of the layout, and not by the total of this one.
    private func states(_ record: RequestRecord, _ slots: borrowing FieldSlots) -> Bool {
        func isStated(_ target: Int, _ field: RequestReader.NumberSlots) -> Bool {
            field.constant != nil || has(target)
        }
        let isInputStated = isStated(RecordPlan.Field.input, reader.input)
        let isOutputStated = isStated(RecordPlan.Field.output, reader.output)
        guard isInputStated == (record.inputTokens != nil) else { return false }
        return isOutputStated == (record.outputTokens != nil)
            // By a condition, which the layout settles.
            || !isOutputStated && !has(RecordPlan.Field.total)
    }

    /// Whether a value of the line goes to that place.
    private func has(_ target: Int) -> Bool {
        roles.values.contains {
            ($0.action == .count || $0.action == .largest)
                && ($0.target == target || $0.other == target)
        }
    }

    private mutating func giveDuration(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) -> Bool {
        guard let value = reader.duration.first(in: slots) else { return true }
        let isShort =
            reader.durationUnit == .milliseconds
            && shortCount(bytes, value.start, value.count) != nil
        return isNumber(value)
            && give(isShort ? .count : .duration, RecordPlan.Field.duration, to: value)
    }

    /// Gives a value something to do, unless it has that already.
    private mutating func give(
        _ action: RecordPlan.Action, _ target: Int = 0, to slot: FieldSlots.Slot
    ) -> Bool {
        guard let part = part(of: slot), slot.isVerbatim, !isFixed(slot), roles[part] == nil else {
            return false
        }
        roles[part] = (action, target, 0)
        return true
    }

    /// Whether a value may be read as a number.
    private func isNumber(_ slot: FieldSlots.Slot) -> Bool {
        slot.kind == (isTable ? .text : .number)
    }

    private func part(of slot: FieldSlots.Slot) -> Int? {
        parts.firstIndex { $0.slotStart == slot.valueStart }
    }

    private func isFixed(_ slot: FieldSlots.Slot) -> Bool {
        part(of: slot).map { fixed & 1 << UInt64(parts[$0].slot) != 0 } ?? false
    }

    /// Lays out the fixed texts and what stands between them.
    private mutating func lay(_ bytes: Span<UInt8>) -> Bool {
        var text: [UInt8] = []
        for (index, part) in parts.enumerated() {
            text += part.text
            let role = roles[index]
            let isQuoted = isTable && part.value == UInt8(ascii: "\"")
            guard
                let action = role?.action
                    ?? (isTable
                        ? field(part, isLast: index == parts.count - 1) : self.action(of: part))
            else {
                guard isTable || !"[{".utf8.contains(part.value) else { return false }
                text += part.range.map { bytes[$0] }
                continue
            }
            let isQuotedCount = isQuoted && action == .count
            if isQuotedCount { text.append(part.value) }
            guard text.count <= 16 * Int(UInt8.max),
                let action = isTable ? action.ofField(isQuoted: isQuoted) : action
            else { return false }
            let fixed = FixedBlock.blocks(of: text)
            blocks += fixed
            holes.append(
                RecordPlan.Hole(
                    byteCount: UInt32(text.count), blockCount: UInt8(fixed.count), action: action,
                    target: UInt8(role?.target ?? 0), otherTarget: UInt8(role?.other ?? 0)))
            text = isQuotedCount ? [part.value] : []
        }
        return true
    }

    /// As ``action(of:)``, of a field of a table.
    private func field(_ part: TemplateLine.Part, isLast: Bool) -> RecordPlan.Action? {
        if isLast { return .end }
        guard part.slot < FieldSlots.limit else { return .skipAny }
        guard fixed & 1 << UInt64(part.slot) == 0 else { return nil }
        let isEmpty = part.range.count <= (part.value == UInt8(ascii: "\"") ? 2 : 0)
        return isEmpty ? nil : .text
    }

    /// What is done with a value that no record has; `nil`: it is part of the fixed text.
    private func action(of part: TemplateLine.Part) -> RecordPlan.Action? {
        let isWanted = part.slot < FieldSlots.limit
        if isWanted, fixed & 1 << UInt64(part.slot) != 0 { return nil }
        switch part.value {
        case UInt8(ascii: "\n"): return .end
        case UInt8(ascii: "\""):
            // An empty text is no value.
            guard isWanted || part.isKnown else { return .skipText }
            return part.range.count > 2 ? .text : nil
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            return isWanted ? .number : part.isKnown ? nil : .skipNumber
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            return isWanted || part.isKnown ? nil : .literal
        default: return isWanted || part.isKnown ? nil : .skipAny
        }
    }
}

extension RecordPlan.Action {
    /// The same of a field of a table; `nil` for what no field is read as.
    fileprivate func ofField(isQuoted: Bool) -> RecordPlan.Action? {
        switch self {
        case .skipAny: .skipField
        case .text: isQuoted ? .quotedText : .textField
        // Of a text in quotes, these end at the first quote, and are none with a backslash.
        case .time: isQuoted ? .quotedTime : .timeField
        case .id: isQuoted ? .id : .idField
        case .name: isQuoted ? .name : .nameField
        case .count: .countField
        case .duration: isQuoted ? nil : .durationField
        case .end: .end
        default: nil
        }
    }
}

extension RequestReader.TextPart {
    /// The slots that it is made of.
    fileprivate var slots: UInt64 { slot.mask | tail.mask }
}
