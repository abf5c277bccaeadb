/// What a cell counts. All are whole numbers that add up; the order is that of the columns.
package enum Counter: Int, CaseIterable, Sendable {
    case requests, failedRequests, notRunRequests, cacheHitRequests, unknownUsageRequests
    case inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens
    case items, duration, meteredEnergy, meteredRequests
    case unknownInputRequests, unknownOutputRequests
    case failedInputTokens, failedCachedInputTokens, failedOutputTokens
    case aggregatedRequests, uncountedTokens
    case audioInputTokens

    /// All that is known about a counter.
    package struct Declaration: Sendable {
        let property: any WritableKeyPath<Activity, Int64> & Sendable
        /// Of facts and of derived rows.
        package let column: String
        package let unit: QuantityUnit
        package let meaning: String
        /// Counters that it is never greater than.
        package var partOf: [Counter] = []
        /// Whether it stands in days, months and all that people read; others only serve to derive energy.
        package var isPublished = true
        /// Whether it is nothing but a part of the first of ``partOf``, which a dialect reads under its own name: it needs no
        /// rule of its own.
        package var isPlainPart = false
        /// What a report calls it behind its whole, such as `audio`; of plain parts.
        package var label = ""
        /// The schema that it first stood in, from 1.
        package var since = 1
        /// Whether most cells have it; others share a side table of cells that have any of them.
        package var isCommon = false
    }

    package var declaration: Declaration {
        switch self {
        case .requests:
            Declaration(
                property: \.requests, column: "requests", unit: .requests,
                meaning: "all counted requests, those of the columns below included", isCommon: true
            )
        case .failedRequests:
            Declaration(
                property: \.failedRequests, column: "failed_requests", unit: .requests,
                meaning: "ended with an error",
                partOf: [.requests], isCommon: true)
        case .notRunRequests:
            Declaration(
                property: \.notRunRequests, column: "not_run_requests", unit: .requests,
                meaning: "never reached a model (expired or cancelled batch entries); no tokens",
                partOf: [.requests])
        case .cacheHitRequests:
            Declaration(
                property: \.cacheHitRequests, column: "cache_hit_requests", unit: .requests,
                meaning: "answered from a gateway's cache, without inference; no tokens",
                partOf: [.requests])
        case .unknownUsageRequests:
            Declaration(
                property: \.unknownUsageRequests, column: "unknown_usage_requests", unit: .requests,
                meaning:
                    "served, but the log lacks input or output tokens; those are in no sum of tokens",
                partOf: [.requests], isCommon: true)
        case .inputTokens:
            Declaration(
                property: \.inputTokens, column: "input_tokens", unit: .tokens,
                meaning: "cached input and cache writes included",
                isCommon: true)
        case .cachedInputTokens:
            Declaration(
                property: \.cachedInputTokens, column: "cached_input_tokens", unit: .tokens,
                meaning: "input read from a prompt cache",
                partOf: [.inputTokens], isCommon: true)
        case .cacheWriteTokens:
            Declaration(
                property: \.cacheWriteTokens, column: "cache_write_tokens", unit: .tokens,
                meaning: "input written to a prompt cache", partOf: [.inputTokens])
        case .outputTokens:
            Declaration(
                property: \.outputTokens, column: "output_tokens", unit: .tokens,
                meaning: "reasoning included", isCommon: true)
        case .reasoningTokens:
            Declaration(
                property: \.reasoningTokens, column: "reasoning_tokens", unit: .tokens,
                meaning: "output that is not shown",
                partOf: [.outputTokens], isCommon: true)
        case .items:
            Declaration(
                property: \.items, column: "items", unit: .items,
                meaning: "images or other counted products",
                isCommon: true)
        case .duration:
            Declaration(
                property: \.durationMilliseconds, column: "duration_ms", unit: .milliseconds,
                meaning: "sum of the requests' durations",
                isCommon: true)
        case .meteredEnergy:
            Declaration(
                property: \.meteredMicrowattHours, column: "metered_uwh", unit: .microwattHours,
                meaning: "energy that the log itself states",
                isPublished: false)
        case .meteredRequests:
            Declaration(
                property: \.meteredRequests, column: "metered_requests", unit: .requests,
                meaning: "served requests whose energy the log states", partOf: [.requests],
                isPublished: false)
        case .unknownInputRequests:
            Declaration(
                property: \.unknownInputRequests, column: "unknown_input_requests", unit: .requests,
                meaning: "requests of unknown usage without input tokens",
                partOf: [.unknownUsageRequests], isPublished: false)
        case .unknownOutputRequests:
            Declaration(
                property: \.unknownOutputRequests, column: "unknown_output_requests",
                unit: .requests,
                meaning: "requests of unknown usage without output tokens",
                partOf: [.unknownUsageRequests], isPublished: false)
        case .failedInputTokens:
            Declaration(
                property: \.failedInputTokens, column: "failed_input_tokens", unit: .tokens,
                meaning: "input of failed requests",
                partOf: [.inputTokens], isPublished: false)
        case .failedCachedInputTokens:
            Declaration(
                property: \.failedCachedInputTokens, column: "failed_cached_input_tokens",
                unit: .tokens,
                meaning: "cached input of failed requests",
                partOf: [.failedInputTokens, .cachedInputTokens], isPublished: false)
        case .failedOutputTokens:
            Declaration(
                property: \.failedOutputTokens, column: "failed_output_tokens", unit: .tokens,
                meaning: "output of failed requests",
                partOf: [.outputTokens], isPublished: false)
        case .aggregatedRequests:
            Declaration(
                property: \.aggregatedRequests, column: "aggregated_requests", unit: .requests,
                meaning: "known as part of a sum only: those of usage reports", partOf: [.requests])
        case .uncountedTokens:
            Declaration(
                property: \.uncountedTokens, column: "uncounted_tokens", unit: .tokens,
                meaning:
                    "input and output of sums of which nobody says how many requests they are of")
        case .audioInputTokens:
            Declaration(
                property: \.audioInputTokens, column: "audio_input_tokens", unit: .tokens,
                meaning: "input that is audio", partOf: [.inputTokens], isPlainPart: true,
                label: "audio", since: 2)
        }
    }

    package var column: String { declaration.column }

    /// Those that are read without a rule of their own; at most as many as a record has room for.
    package static let plainParts = allCases.filter(\.declaration.isPlainPart)

    /// Those that people read, in order.
    package static let published = allCases.filter(\.declaration.isPublished)
}
