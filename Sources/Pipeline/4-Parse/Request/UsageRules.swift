/// What the counts of a log hold, and what flue's hold: input all that is cached, output all reasoning.
struct UsageRules {
    let inputIncludesCache: Inclusion
    let outputIncludesReasoning: Inclusion
    /// Whether records may state a total, which tells.
    let hasTotal: Bool
    /// Whether some records count the cache beside the input, although others do not.
    let hasExceptions: Bool
    /// Of one count.
    let limit: Int64

    /// Whether the log counts as flue does, and never says how.
    let isPlain: Bool
    /// Whether what the dialect says is flue's way, unless a record says otherwise.
    let isUsual: Bool

    init(
        inputIncludesCache: Inclusion, outputIncludesReasoning: Inclusion, hasTotal: Bool,
        hasExceptions: Bool, limit: Int64
    ) {
        self.inputIncludesCache = inputIncludesCache
        self.outputIncludesReasoning = outputIncludesReasoning
        self.hasTotal = hasTotal
        self.hasExceptions = hasExceptions
        self.limit = limit
        isPlain =
            inputIncludesCache == .yes && outputIncludesReasoning == .yes && !hasTotal
            && !hasExceptions
        isUsual = inputIncludesCache != .no && outputIncludesReasoning != .no
    }

    /// Whether the counts of a record are as flue counts: its total is input and output, and no part is larger than its whole.
    ///
    /// - Parameter cache: Read and written. Counts one by one, as a record is too large to be passed.
    @inline(__always)
    func agree(
        input: Int64?, cache: Int64, output: Int64?, reasoning: Int64, total: Int64?
    ) -> Bool {
        guard isUsual, let total, let input, let output else { return false }
        return input &+ output == total && cache <= input && reasoning <= output
    }

    /// Makes the counts of a record flue's: adds what stands beside them.
    ///
    /// - Parameters:
    ///   - total: Input and output together, as the log states it.
    ///   - isException: Whether this record counts the cache beside the input, whatever the others do.
    /// - Throws: ``RejectReason/usageInconsistent`` for a total that no reading explains.
    @inline(never)
    func read(
        _ record: inout RequestRecord, total: Int64?, isException: Bool
    ) throws(FieldFault) {
        guard !record.isNotRun, !record.isCacheHit else { return }
        var reading = Reading(record, self, isException: isException)
        // A total of 0 is that of a writer who did not count. What a failed request states is taken as it is.
        if record.isFailed || total ?? 0 <= 0 {
            reading.assume()
        } else if let total, !reading.explain(total) {
            throw FieldFault(
                reason: .usageInconsistent, field: Dialect.NumberField.totalTokens.rawValue)
        }
        record.inputTokens = reading.input
        record.outputTokens = reading.output
        record.reasoningTokens = reading.reasoning
        for (value, field) in [
            (record.inputTokens, Dialect.NumberField.inputTokens),
            (record.outputTokens, .outputTokens),
        ] {
            guard (value ?? 0) <= limit else {
                throw FieldFault(reason: .numberRange, field: field.rawValue)
            }
        }
    }

    /// Makes usage consistent, or refuses the record.
    ///
    /// Parts that are larger than their whole mean a dialect that reads the wrong fields. Parts of an
    /// unknown whole are unknown as well. What no model ran for used no tokens.
    @inline(__always)
    func settle(_ record: inout RequestRecord) throws(FieldFault) {
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
            throw FieldFault(
                reason: .inconsistent, field: Dialect.NumberField.cachedInputTokens.rawValue)
        }
        if let output = record.outputTokens, record.reasoningTokens > output {
            throw FieldFault(
                reason: .inconsistent, field: Dialect.NumberField.reasoningTokens.rawValue)
        }
    }
}

/// The counts of one record, while it is found out what they hold.
private struct Reading {
    var input: Int64?
    var output: Int64?
    var reasoning: Int64
    private let cached: Int64
    private let written: Int64
    private let rules: UsageRules
    private let isException: Bool

    init(_ record: RequestRecord, _ rules: UsageRules, isException: Bool) {
        input = record.inputTokens
        output = record.outputTokens
        cached = record.cachedInputTokens
        written = record.cacheWriteTokens
        reasoning = record.reasoningTokens
        self.rules = rules
        self.isException = isException
    }

    private var cache: Int64 { cached + written }

    /// Which parts stand beside their whole.
    private struct Beside {
        var cached: Bool
        var written: Bool
        var reasoning: Bool

        func count(_ counts: Reading) -> Int64 {
            (cached ? counts.cached : 0) + (written ? counts.written : 0)
                + (reasoning ? counts.reasoning : 0)
        }
    }

    /// What the dialect says, where a record does not.
    private var usual: Beside {
        let cache = rules.inputIncludesCache == .no || isException
        return Beside(
            cached: cache, written: cache, reasoning: rules.outputIncludesReasoning == .no)
    }

    /// Without a total: as the dialect says; and where that depends, a part that is larger than its whole stands beside
    /// it.
    mutating func assume() {
        var beside = usual
        if rules.inputIncludesCache == .byTotal, let input, cache > input {
            beside.cached = true
            beside.written = true
        }
        if rules.outputIncludesReasoning == .byTotal, let output, reasoning > output {
            beside.reasoning = true
        }
        take(beside)
    }

    /// Finds the reading of the counts that adds up to `total`.
    ///
    /// - Returns: Whether there is one; a total of which nothing else is known is no contradiction.
    mutating func explain(_ total: Int64) -> Bool {
        guard let input, let output else { return explainWhole(total) }
        // A total may leave the cache out, as the input does.
        var exclusive = usual
        exclusive.cached = true
        exclusive.written = true
        let isExclusive =
            (cache > input || usual.cached) && isPossible(exclusive)
            && input + output + (exclusive.reasoning ? reasoning : 0) == total
        if isExclusive, usual.cached {
            take(exclusive)
            return true
        }
        for beside in readings where isPossible(beside) {
            if input + output + beside.count(self) == total {
                take(beside)
                return true
            }
        }
        if isExclusive {
            take(exclusive)
            return true
        }
        return explainThoughts(total)
    }

    /// Thoughts that stand in the total alone.
    private mutating func explainThoughts(_ total: Int64) -> Bool {
        guard rules.outputIncludesReasoning == .byTotal, reasoning == 0, let input, let output,
            input + output > 0
        else { return false }
        var beside = usual
        if cache > input {
            beside.cached = true
            beside.written = true
        }
        let rest = total - input - output - beside.count(self)
        guard rest > 0 else { return false }
        take(beside)
        self.output = output + rest
        reasoning = rest
        return true
    }

    /// One of the two is not stated: the total tells it.
    private mutating func explainWhole(_ total: Int64) -> Bool {
        switch (input, output) {
        case (let input?, nil):
            let whole = input + (usual.cached || cache > input ? cache : 0)
            let isInput = total == input || total == whole
            guard total >= whole || isInput else { return false }
            self.input = whole
            output = isInput ? 0 : total - whole
        case (nil, let output?):
            let whole = output + (usual.reasoning || reasoning > output ? reasoning : 0)
            guard total >= whole else { return false }
            self.output = whole
            input = total - whole
        default: break
        }
        return true
    }

    /// The usual one first, then those that differ from it.
    private var readings: [Beside] {
        let usual = usual
        var readings: [Beside] = []
        for flips in [0b000, 0b001, 0b110, 0b111, 0b010, 0b100, 0b011, 0b101] {
            readings.append(
                Beside(
                    cached: usual.cached != (flips & 0b100 != 0),
                    written: usual.written != (flips & 0b010 != 0),
                    reasoning: usual.reasoning != (flips & 0b001 != 0)))
        }
        return readings
    }

    /// A part is not larger than its whole.
    private func isPossible(_ beside: Beside) -> Bool {
        (beside.cached ? 0 : cached) + (beside.written ? 0 : written) <= input ?? 0
            && (beside.reasoning || reasoning <= output ?? 0)
    }

    private mutating func take(_ beside: Beside) {
        input = input.map {
            $0 + (beside.cached ? cached : 0) + (beside.written ? written : 0)
        }
        output = output.map { $0 + (beside.reasoning ? reasoning : 0) }
    }
}
