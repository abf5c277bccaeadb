import Accounting

/// The sums of one day's cells, in the order of ``RollupColumns``.
struct Rollup {
    private var activity = Activity()
    private var matchedRequests: Int64 = 0
    private var energyByEvidence:
        (measured: Int64, estimated: Int64, filled: Int64, missing: Int64) =
            (0, 0, 0, 0)
    private var energy: Estimate<MicrowattHours>?
    private var emissions: Estimate<MicrogramsCO2e>?
    private var itEnergy: MicrowattHours? = .zero

    static let columnCount =
        RollupColumns.counters.count + RollupColumns.partlyKnown.count
        + RollupColumns.whollyKnown.count

    mutating func add(_ cell: Activity, _ result: CellEmission, evidence: GridEvidence) {
        activity += cell
        if let more = result.energy {
            energy = energy?.zip(more) { $0 + $1 } ?? more
            switch evidence {
            case .measured: energyByEvidence.measured += more.central.value
            case .estimated: energyByEvidence.estimated += more.central.value
            case .interpolated, .profile, .annual: energyByEvidence.filled += more.central.value
            case .missing: energyByEvidence.missing += more.central.value
            }
        }
        if let more = result.emissions {
            emissions = emissions?.zip(more) { $0 + $1 } ?? more
            matchedRequests += cell.requests
        }
        if let sum = itEnergy, let more = result.itEnergy {
            itEnergy = sum + more
        } else {
            itEnergy = nil
        }
    }

    /// `nil` for what is not known.
    var values: [Int64?] {
        [
            activity.requests, activity.failedRequests, activity.notRunRequests,
            activity.cacheHitRequests, activity.unknownUsageRequests, activity.inputTokens,
            activity.cachedInputTokens, activity.cacheWriteTokens, activity.outputTokens,
            activity.reasoningTokens, activity.items, activity.durationMilliseconds,
            matchedRequests, energyByEvidence.measured, energyByEvidence.estimated,
            energyByEvidence.filled, energyByEvidence.missing,
            energy?.central.value, energy?.low.value, energy?.high.value,
            emissions?.central.value, emissions?.low.value, emissions?.high.value,
            itEnergy?.value,
        ]
    }
}
