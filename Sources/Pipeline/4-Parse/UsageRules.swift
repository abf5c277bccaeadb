/// What the counts of a log hold, and what flue's hold: input all that is cached, output all reasoning.
struct UsageRules {
    let inputIncludesCache: Inclusion
    let outputIncludesReasoning: Inclusion
    /// Whether the log counts as flue does.
    let isPlain: Bool
    /// Of one count.
    let limit: Int64

    init(inputIncludesCache: Inclusion, outputIncludesReasoning: Inclusion, limit: Int64) {
        self.limit = limit
        self.inputIncludesCache = inputIncludesCache
        self.outputIncludesReasoning = outputIncludesReasoning
        isPlain = inputIncludesCache == .yes && outputIncludesReasoning == .yes
    }

    /// Adds to the counts of a record what the log counts beside them.
    @inline(never)
    func add(to record: inout RequestRecord, total: Int64?) throws(FieldFault) {
        let cache = record.cachedInputTokens + record.cacheWriteTokens
        let reasoning = record.reasoningTokens
        func added(_ inclusion: Inclusion, _ count: Int64?, _ part: Int64, isTotal: Bool) -> Int64 {
            switch inclusion {
            case .yes: 0
            case .no: count == nil ? 0 : part
            // Without a total that fits: a part is not larger than its whole.
            case .byTotal: isTotal || count.map { part > $0 } ?? false ? part : 0
            }
        }
        var addsCache = false
        var addsReasoning = false
        if let total, let input = record.inputTokens, let output = record.outputTokens {
            for (withCache, withReasoning) in [
                (false, false), (true, true), (true, false), (false, true),
            ] {
                guard inputIncludesCache.allows(withCache),
                    outputIncludesReasoning.allows(withReasoning)
                else { continue }
                // A part is not larger than its whole.
                guard withCache || cache <= input, withReasoning || reasoning <= output else {
                    continue
                }
                let sum = input + output + (withCache ? cache : 0) + (withReasoning ? reasoning : 0)
                guard sum == total else { continue }
                (addsCache, addsReasoning) = (withCache, withReasoning)
                break
            }
        }
        record.inputTokens = record.inputTokens.map {
            $0 + added(inputIncludesCache, $0, cache, isTotal: addsCache)
        }
        record.outputTokens = record.outputTokens.map {
            $0 + added(outputIncludesReasoning, $0, reasoning, isTotal: addsReasoning)
        }
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
