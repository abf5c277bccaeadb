/// What amounts are charged to; the order is that of the ledger's columns.
package enum Charge: CaseIterable, Sendable {
    case request, input, cachedInput, output, item, metered
    case unknownRequest, unknownInput, unknownOutput

    /// What a request is charged that says what it used.
    package static let stated: [Charge] = [
        .request, .input, .cachedInput, .output, .item, .metered,
    ]

    /// What columns of coefficients begin with.
    package var column: String {
        switch self {
        case .request: "request"
        case .input: "input"
        case .cachedInput: "cached_input"
        case .output: "output"
        case .item: "item"
        case .metered: "metered"
        case .unknownRequest: "unknown_request"
        case .unknownInput: "unknown_input"
        case .unknownOutput: "unknown_output"
        }
    }

    /// What of a cell's counters is charged, in words; ``Activity/count(of:)`` computes it.
    package var counted: String {
        switch self {
        case .request: "requests − failed − not run − cache hits − unknown usage"
        case .input: "input tokens − cached input tokens"
        case .cachedInput: "cached input tokens"
        case .output: "output tokens"
        case .item: "items"
        case .metered: "µWh that the log states"
        case .unknownRequest: "requests of unknown usage"
        case .unknownInput: "requests of unknown input"
        case .unknownOutput: "requests of unknown output"
        }
    }

    /// For people, in the singular.
    package var thing: String {
        switch self {
        case .request: "request"
        case .input: "input token"
        case .cachedInput: "cached input token"
        case .output: "output token"
        case .item: "item"
        case .metered: "µWh in the log"
        case .unknownRequest: "request without known usage"
        case .unknownInput: "request without known input tokens"
        case .unknownOutput: "request without known output tokens"
        }
    }
}

/// Amounts per counted thing, in millionths of `Amount`'s unit: pWh for energy, pg for emissions.
///
/// Fine enough for a cached token at 10 µWh to keep seven digits.
package struct Coefficients<Amount: Quantity>: Hashable, Sendable {
    /// Per served request of known usage.
    package var request: Int64
    /// Per input token that was not read from a cache.
    package var input: Int64
    /// Per input token that was read from a cache.
    package var cachedInput: Int64
    /// Per output token, reasoning included.
    package var output: Int64
    /// Per item, such as an image.
    package var item: Int64
    /// Per µWh that the log itself states.
    package var metered: Int64
    /// Per served request whose input or output is not known: all of it where usage does not matter; else what is assumed.
    package var unknownRequest: Int64
    /// Per served request whose input tokens are not known: what is assumed of them.
    package var unknownInput: Int64
    /// Per served request whose output tokens are not known.
    package var unknownOutput: Int64

    package init(
        request: Int64 = 0, input: Int64 = 0, cachedInput: Int64 = 0, output: Int64 = 0,
        item: Int64 = 0, metered: Int64 = 0, unknownRequest: Int64 = 0, unknownInput: Int64 = 0,
        unknownOutput: Int64 = 0
    ) {
        self.request = request
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
        self.item = item
        self.metered = metered
        self.unknownRequest = unknownRequest
        self.unknownInput = unknownInput
        self.unknownOutput = unknownOutput
    }

    /// - Parameter value: Of each charge.
    package init(_ value: (Charge) -> Int64) {
        self.init(
            request: value(.request), input: value(.input), cachedInput: value(.cachedInput),
            output: value(.output), item: value(.item), metered: value(.metered),
            unknownRequest: value(.unknownRequest), unknownInput: value(.unknownInput),
            unknownOutput: value(.unknownOutput))
    }

    package subscript(_ charge: Charge) -> Int64 {
        switch charge {
        case .request: request
        case .input: input
        case .cachedInput: cachedInput
        case .output: output
        case .item: item
        case .metered: metered
        case .unknownRequest: unknownRequest
        case .unknownInput: unknownInput
        case .unknownOutput: unknownOutput
        }
    }

    package func map(_ transform: (Int64) -> Int64) -> Self {
        Coefficients(
            request: transform(request), input: transform(input),
            cachedInput: transform(cachedInput), output: transform(output), item: transform(item),
            metered: transform(metered), unknownRequest: transform(unknownRequest),
            unknownInput: transform(unknownInput), unknownOutput: transform(unknownOutput))
    }

    /// The amount of `activity`, rounded once.
    package func amount(of activity: Activity) throws(AmountOutOfRange) -> Amount {
        Amount(try millionths(of: exactAmount(of: activity)))
    }

    /// The amount of `activity` in millionths of the unit, not rounded.
    package func exactAmount(of activity: Activity) -> Int128 {
        Int128(activity.count(of: .request)) * Int128(request)
            + Int128(activity.count(of: .unknownRequest)) * Int128(unknownRequest)
            + Int128(activity.count(of: .input)) * Int128(input)
            + Int128(activity.count(of: .cachedInput)) * Int128(cachedInput)
            + Int128(activity.count(of: .output)) * Int128(output)
            + Int128(activity.count(of: .item)) * Int128(item)
            + Int128(activity.count(of: .metered)) * Int128(metered)
            + exactAssumedTokens(of: activity)
    }

    private func exactAssumedTokens(of activity: Activity) -> Int128 {
        Int128(activity.count(of: .unknownInput)) * Int128(unknownInput)
            + Int128(activity.count(of: .unknownOutput)) * Int128(unknownOutput)
    }

    /// The part of ``exactAmount(of:)`` that is assumed, as the log does not say what was used.
    private func exactAssumedAmount(of activity: Activity) -> Int128 {
        guard unknownInput | unknownOutput != 0 else { return 0 }
        return Int128(activity.unknownUsageRequests) * Int128(unknownRequest)
            + exactAssumedTokens(of: activity)
    }

    /// What is assumed, and nothing else.
    package var assumedOnly: Self {
        guard unknownInput | unknownOutput != 0 else { return Coefficients() }
        return Coefficients(
            unknownRequest: unknownRequest, unknownInput: unknownInput,
            unknownOutput: unknownOutput)
    }

    /// The part of ``amount(of:)`` that is assumed, rounded once.
    package func assumedAmount(of activity: Activity) throws(AmountOutOfRange) -> Amount {
        Amount(try millionths(of: exactAssumedAmount(of: activity)))
    }

    /// Whether a request states what it is charged by: its own energy, or its items.
    package func isStated(by request: Activity) -> Bool {
        request.servedRequests == 0
            || (metered == 0 || request.meteredRequests > 0) && (item == 0 || request.items > 0)
    }

    /// The factor by which these coefficients are `others`, all alike, within ``scaleTolerance``.
    ///
    /// - Returns: `nil` when there is none, or when either charges nothing for what costs most.
    package func scale(from others: Self) -> Double? {
        guard let largest = Charge.stated.max(by: { others[$0] < others[$1] }),
            others[largest] > 0, self[largest] > 0
        else { return nil }
        let scale = Double(self[largest]) / Double(others[largest])
        for charge in Charge.stated {
            let expected = Double(others[charge]) * scale
            guard (Double(self[charge]) - expected).magnitude <= expected * Self.scaleTolerance
            else {
                return nil
            }
        }
        return scale
    }

    /// How far coefficients may differ, relatively, and still be one scaled.
    package static var scaleTolerance: Double { 1e-4 }
}

extension Activity {
    /// How much of it is charged by a coefficient.
    @inline(__always)
    package func count(of charge: Charge) -> Int64 {
        switch charge {
        case .request: servedRequests - unknownUsageRequests
        case .input: inputTokens - cachedInputTokens
        case .cachedInput: cachedInputTokens
        case .output: outputTokens
        case .item: items
        case .metered: meteredMicrowattHours
        case .unknownRequest: unknownUsageRequests
        case .unknownInput: unknownInputRequests
        case .unknownOutput: unknownOutputRequests
        }
    }
}

package typealias EnergyCoefficients = Coefficients<MicrowattHours>
package typealias EmbodiedCoefficients = Coefficients<MicrogramsCO2e>
