import Accounting

// Lines whose layout is known. The hot loop of the program.
//
// Each method is `mutating`, also one that changes nothing: a borrow of so large a value copies it.
extension ChunkFolder {
    /// Counts the line at a place if it has a layout that was met before.
    ///
    /// - Returns: The offset of its newline; `nil` for a line that is to be read in full.
    @inline(__always)
    mutating func takePlanned(_ bytes: Span<UInt8>, at place: RecordPlace) -> Int? {
        let count = plans.count
        var number = plans.likeliest
        for _ in 0..<count {
            let plan = unsafe plans[number]
            var line = unsafe PlannedLine(values: plan.pointee.defaults)
            if let end = unsafe match(plan, bytes, place.start, &line) {
                plans.likeliest = number
                return unsafe take(line, plan, bytes, at: place, end: end) ? end : nil
            }
            number = number + 1 == count ? 0 : number + 1
        }
        if count > 0 { plans.miss(of: file.tally.lines) }
        return nil
    }

    /// Takes the values of a line.
    ///
    /// - Returns: The offset of its newline; `nil` for a line of another layout.
    @unsafe @inline(__always)
    mutating func match(
        _ plan: UnsafePointer<RecordPlan>, _ bytes: Span<UInt8>, _ start: Int,
        _ line: inout PlannedLine
    ) -> Int? {
        var next = unsafe plans.holes(of: plan)
        var block = unsafe plans.blocks(of: plan)
        var offset = start
        while true {
            // Safe: the last hole of a plan returns.
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
            if hole.action == .end {
                if reader.timeIsEnd {
                    line.time &-= Int64(line.values[RecordPlan.Field.duration])
                }
                return offset &- 1
            }
            guard let end = take(hole, bytes, offset, &line) else { return nil }
            offset = end
        }
    }

    /// Past the value of a hole; `nil` when it is of another kind.
    @inline(__always)
    private mutating func take(
        _ hole: RecordPlan.Hole, _ bytes: Span<UInt8>, _ start: Int, _ line: inout PlannedLine
    ) -> Int? {
        switch hole.action {
        case .skipText:
            guard byte(bytes, at: start) == UInt8(ascii: "\"") else { break }
            let end = endOfPlainText(bytes, from: start &+ 1)
            guard byte(bytes, at: end) == UInt8(ascii: "\"") else { break }
            return end &+ 1
        case .text:
            if let end = endOfName(bytes, start) { return end &+ 1 }
        case .skipNumber:
            if let count = shortNumber(bytes, start)?.count { return start &+ count }
        case .literal:
            let text = word(bytes, at: start)
            let first = UInt32(truncatingIfNeeded: text)
            if first == 0x6575_7274 || first == 0x6C6C_756E { return start &+ 4 }
            if text & 0xFF_FFFF_FFFF == 0x65_736C_6166 { return start &+ 5 }
        case .name:
            guard let end = endOfName(bytes, start) else { return nil }
            let slot = FieldSlots.Slot(from: start &+ 1, to: end, .text)
            guard let number = try? names.number(of: slot, in: bytes, default: 0) else {
                return nil
            }
            line.values[Int(hole.target & 0xF)] = number
            return end &+ 1
        case .count:
            guard let number = shortNumber(bytes, start) else { return nil }
            line.values[Int(hole.target & 0xF)] &+= number.value
            line.values[Int(hole.otherTarget & 0xF)] &+= number.value
            return start &+ number.count
        case .time:
            return readTime(bytes, start, &line)
        case .id:
            guard let end = endOfName(bytes, start) else { return nil }
            // A dash alone is none.
            if end &- start == 2, byte(bytes, at: start &+ 1) == UInt8(ascii: "-") { return nil }
            let slot = FieldSlots.Slot(from: start &+ 1, to: end, .text)
            line.id = RequestID(slot, tail: nil, in: bytes, scope: reader.idScope)
            line.idText = slot
            return end &+ 1
        case .skipField, .quotedText, .quotedTime, .textField, .timeField, .idField, .nameField,
            .countField,
            .durationField:
            return takeField(hole, bytes, start, &line)
        case .skipAny, .number, .largest, .duration, .end: break
        }
        return other(hole, bytes, start, &line)
    }

    @inline(__always)
    private mutating func readTime(
        _ bytes: Span<UInt8>, _ start: Int, _ line: inout PlannedLine
    ) -> Int? {
        if byte(bytes, at: start &+ 25) == UInt8(ascii: "\""),
            byte(bytes, at: start) == UInt8(ascii: "\""),
            let usual = time.usual(bytes, start &+ 1, 24)
        {
            line.time = usual
            return start &+ 26
        }
        return otherTime(bytes, start, &line)
    }

    @inline(never)
    private mutating func otherTime(
        _ bytes: Span<UInt8>, _ start: Int, _ line: inout PlannedLine
    ) -> Int? {
        let range: Range<Int>
        let end: Int
        if byte(bytes, at: start) == UInt8(ascii: "\"") {
            guard let quote = endOfName(bytes, start) else { return nil }
            range = start + 1..<quote
            end = quote + 1
        } else {
            guard isNumber(bytes, start), let behind = try? skipValue(bytes, from: start) else {
                return nil
            }
            range = start..<behind
            end = behind
        }
        guard let instant = try? time.milliseconds(bytes, range) else { return nil }
        line.time = instant
        return end
    }

    /// Past a value that is not as most are.
    @inline(never)
    private mutating func other(
        _ hole: RecordPlan.Hole, _ bytes: Span<UInt8>, _ start: Int, _ line: inout PlannedLine
    ) -> Int? {
        guard let end = try? skipValue(bytes, from: start) else { return nil }
        switch hole.action {
        case .skipText, .skipNumber, .literal, .skipAny: return end
        case .text:
            return byte(bytes, at: start) == UInt8(ascii: "\"") && end > start + 2 ? end : nil
        case .number: return isNumber(bytes, start) ? end : nil
        case .duration:
            guard isNumber(bytes, start),
                let value = reader.durationUnit.milliseconds(
                    FieldSlots.Slot(from: start, to: end, .number), in: bytes, isInstant: false),
                (0...Int64(Int32.max)).contains(value)
            else { return nil }
            line.values[RecordPlan.Field.duration] = UInt32(value)
            return end
        case .largest:
            guard let number = shortNumber(bytes, start) else { return nil }
            for target in [hole.target, hole.otherTarget] {
                line.values[Int(target)] = max(line.values[Int(target)], number.value)
            }
            return end
        default: return nil
        }
    }

    /// Past a field of a table; `nil` when it is of another kind.
    @inline(__always)
    private mutating func takeField(
        _ hole: RecordPlan.Hole, _ bytes: Span<UInt8>, _ start: Int, _ line: inout PlannedLine
    ) -> Int? {
        if hole.action == .countField {
            let digits = word(bytes, at: start)
            let count = leadingDigits(digits)
            // What follows is fixed text, so that there are no more.
            guard count > 0, count < 8 else { return nil }
            let number = UInt32(truncatingIfNeeded: decimal(digits, count: count))
            line.values[Int(hole.target & 0xF)] &+= number
            line.values[Int(hole.otherTarget & 0xF)] &+= number
            return start &+ count
        }
        if byte(bytes, at: start) == UInt8(ascii: "\"") {
            switch hole.action {
            case .skipField: return endOfQuotedField(bytes, start)
            case .quotedText: return endOfName(bytes, start).map { $0 &+ 1 }
            case .quotedTime: return readTime(bytes, start, &line)
            default: return nil
            }
        }
        var end = endOfPlainField(bytes, from: start)
        if byte(bytes, at: end) == UInt8(ascii: "\n"), end > start,
            byte(bytes, at: end &- 1) == UInt8(ascii: "\r")
        {
            end &-= 1
        }
        if hole.action == .skipField { return end }
        guard end > start else { return nil }
        let slot = FieldSlots.Slot(from: start, to: end, .text)
        switch hole.action {
        case .textField: return end
        case .nameField:
            guard let number = try? names.number(of: slot, in: bytes, default: 0) else {
                return nil
            }
            line.values[Int(hole.target & 0xF)] = number
            return end
        case .idField:
            // A dash alone is none.
            if end &- start == 1, byte(bytes, at: start) == UInt8(ascii: "-") { return nil }
            line.id = RequestID(slot, tail: nil, in: bytes, scope: reader.idScope)
            line.idText = slot
            return end
        case .timeField:
            if end &- start == 24, let usual = time.usual(bytes, start, 24) {
                line.time = usual
                return end
            }
            guard let instant = try? time.milliseconds(bytes, start..<end) else { return nil }
            line.time = instant
            return end
        case .durationField:
            guard
                let value = reader.durationUnit.milliseconds(slot, in: bytes, isInstant: false),
                (0...Int64(Int32.max)).contains(value)
            else { return nil }
            line.values[RecordPlan.Field.duration] = UInt32(value)
            return end
        default: return nil
        }
    }

    /// Counts a line.
    ///
    /// - Returns: `false` for one whose counts do not agree, which the reader finds out about.
    @unsafe @inline(__always)
    private mutating func take(
        _ line: borrowing PlannedLine, _ plan: UnsafePointer<RecordPlan>, _ bytes: Span<UInt8>,
        at place: RecordPlace, end: Int
    ) -> Bool {
        guard let request = unsafe request(line, plan) else { return false }
        enter(bytes, place.start..<end)
        if !options.excluded.isEmpty, options.excluded.contains(place.offset) {
            file.addDuplicate()
            return true
        }
        if options.listsRequests {
            unsafe list(request, line, plan, bytes)
        } else if stage == .fold {
            unsafe add(request, line, plan)
            if unsafe plan.pointee.hasID {
                ids.append(line.id, at: place.offset, in: request.key.hour)
            }
        }
        file.firstTime = min(file.firstTime, line.time)
        file.lastTime = max(file.lastTime, line.time)
        file.tally.requests += 1
        file.tally.lines += 1
        file.tally.counted += 1
        return true
    }

    /// What a line says; `nil` where it takes the reader to find that out.
    @unsafe @inline(__always)
    mutating func request(
        _ line: borrowing PlannedLine, _ plan: UnsafePointer<RecordPlan>
    ) -> PlainRequest? {
        typealias Field = RecordPlan.Field
        var input = line.values[Field.input]
        let cache = line.values[Field.cachedInput] &+ line.values[Field.cacheWrite]
        var output = line.values[Field.output]
        let reasoning = line.values[Field.reasoning]
        let isFailed = unsafe plan.pointee.isFailed
        let knowsInput = unsafe plan.pointee.knowsInput
        let knowsOutput = unsafe plan.pointee.knowsOutput
        if !reader.usage.isPlain {
            let total = line.values[Field.total]
            let statesTotal = total > 0 && !isFailed
            if unsafe cache != 0 && plan.pointee.isException { return nil }
            if reader.usage.isUsual {
                guard !statesTotal || knowsInput && knowsOutput && input &+ output == total else {
                    return nil
                }
            } else {
                guard !statesTotal, knowsInput || cache == 0, knowsOutput || reasoning == 0 else {
                    return nil
                }
                if reader.usage.inputIncludesCache == .no { input &+= cache }
                if reader.usage.outputIncludesReasoning == .no { output &+= reasoning }
            }
        }
        // Parts of an unknown whole, which is 0 here, are the reader's as well.
        guard cache <= input, reasoning <= output else { return nil }
        if unsafe plan.pointee.hasParts {
            for place in Field.parts {
                let bit = UInt8(place &- Field.parts.lowerBound)
                let isOutput = unsafe plan.pointee.outputParts & 1 << bit != 0
                guard line.values[place] <= (isOutput ? output : input) else { return nil }
            }
        }
        let key = CellKey(
            hour: UInt32(truncatingIfNeeded: line.time / 3_600_000),
            region: line.values[Field.region], model: line.values[Field.model],
            tenant: line.values[Field.tenant], project: line.values[Field.project],
            endpoint: line.values[Field.endpoint])
        return PlainRequest(
            key: key, digest: key.digest, inputTokens: input,
            cachedInputTokens: line.values[Field.cachedInput], outputTokens: output,
            reasoningTokens: reasoning, durationMilliseconds: line.values[Field.duration],
            fate: PlainRequest.Fate(
                isFailed: isFailed, knowsInput: knowsInput, knowsOutput: knowsOutput))
    }

    /// Adds a request to its cell.
    @unsafe @inline(__always)
    private mutating func add(
        _ request: PlainRequest, _ line: borrowing PlannedLine,
        _ plan: UnsafePointer<RecordPlan>
    ) {
        typealias Field = RecordPlan.Field
        guard
            unsafe line.values[Field.cacheWrite] | line.values[Field.items] == 0
                && !plan.pointee.hasParts
        else {
            file.cells.add(activity(request, line), to: request.key)
            return
        }
        add(request)
    }

    /// Adds a request to those that are listed.
    @unsafe @inline(never)
    private mutating func list(
        _ request: PlainRequest, _ line: borrowing PlannedLine,
        _ plan: UnsafePointer<RecordPlan>, _ bytes: Span<UInt8>
    ) {
        let knows = unsafe (plan.pointee.knowsInput, plan.pointee.knowsOutput)
        requests.add(
            request.key, time: line.time, activity(request, line), knows: knows, id: line.idText,
            line.idText == nil || !options.readsIDs ? nil : line.id, bytes)
    }

    /// All counters of a line.
    @inline(never)
    private mutating func activity(
        _ request: PlainRequest, _ line: borrowing PlannedLine
    ) -> Activity {
        var activity = request.activity
        activity.cacheWriteTokens = Int64(line.values[RecordPlan.Field.cacheWrite])
        activity.items = Int64(line.values[RecordPlan.Field.items])
        for (place, counter) in zip(RecordPlan.Field.parts, Counter.plainParts) {
            activity[counter] = Int64(line.values[place])
        }
        return activity
    }

    /// Makes a plan of a line that was counted, if it can have one.
    ///
    /// - Parameter slots: Its fields.
    @inline(never)
    mutating func learn(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>, _ range: Range<Int>,
        _ scanner: RecordScanner
    ) {
        guard let parts = scanner.parts(bytes, range), let key = try? key(bytes) else { return }
        let fallbacks = [defaultRegion, defaultModel, 0, 0, 0]
        let numbers = [key.region, key.model, key.tenant, key.project, key.endpoint]
        let isKept = [
            true, true, options.dimensions.contains(.tenant),
            options.dimensions.contains(.project), options.dimensions.contains(.endpoint),
        ]
        var planner = RecordPlanner(reader, parts, isTable: scanner.isTable)
        guard
            let number = plans.add(
                &planner, record, slots, bytes,
                names: (0..<5).map { isKept[$0] ? (numbers[$0], fallbacks[$0]) : nil })
        else { return }
        if !agrees(number, bytes, range, key) { plans.removeLast() }
    }

    /// Whether a plan says of a line what the reader has read.
    private mutating func agrees(
        _ number: Int, _ bytes: Span<UInt8>, _ range: Range<Int>, _ key: CellKey
    ) -> Bool {
        let plan = unsafe plans[number]
        var line = unsafe PlannedLine(values: plan.pointee.defaults)
        guard unsafe match(plan, bytes, range.lowerBound, &line) == range.upperBound,
            let request = unsafe request(line, plan), request.key == key,
            line.time == record.time, record.id.map({ $0.count > 0 }) ?? true
        else { return false }
        return activity(request, line) == Activity(record)
    }
}

/// The quote behind a text without escapes that is not empty.
@inline(__always)
private func endOfName(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
    guard byte(bytes, at: start) == UInt8(ascii: "\"") else { return nil }
    let end = endOfPlainText(bytes, from: start &+ 1)
    return byte(bytes, at: end) == UInt8(ascii: "\"") && end > start &+ 1 ? end : nil
}

/// Behind a field of a table that has quotes; `nil` for one with quotes or newlines inside.
@inline(never)
private func endOfQuotedField(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
    var end = start
    repeat {
        end = endOfPlainText(bytes, from: end &+ 1)
    } while byte(bytes, at: end)
        == UInt8(ascii: "\\")
    return byte(bytes, at: end) == UInt8(ascii: "\"") ? end &+ 1 : nil
}

/// One to seven digits, no zero before others, and nothing that a number can go on with.
@inline(__always)
private func shortNumber(
    _ bytes: Span<UInt8>, _ start: Int
) -> (value: UInt32, count: Int)? {
    let digits = word(bytes, at: start)
    let count = leadingDigits(digits)
    let follower = byte(bytes, at: start &+ count)
    guard count > 0, count < 8, count == 1 || digits & 0xFF != UInt64(UInt8(ascii: "0")),
        follower == UInt8(ascii: ",") || follower == UInt8(ascii: "}")
    else { return nil }
    return (UInt32(truncatingIfNeeded: decimal(digits, count: count)), count)
}

@inline(__always)
private func isNumber(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    let first = byte(bytes, at: start)
    return first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10
}
