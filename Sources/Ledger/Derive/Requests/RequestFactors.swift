package import Accounting
import GRDB
import Synchronization

/// What turns single requests into energy and emissions: the factors that the ledger derives its totals with.
package final class RequestFactors: Sendable {
    /// Hours whose factors are kept; logs are nearly in order.
    private static let hourLimit = 256

    /// By bytes, as the ledger keeps names apart.
    private struct Names: Hashable {
        let region: ExactText
        let model: ExactText

        init(_ region: String, _ model: String) {
            self.region = ExactText(region)
            self.model = ExactText(model)
        }
    }

    private struct State {
        var hours: [Int: [Names: HourFactor]] = [:]
        var assumed: Set<Int> = []
    }

    private let ledger: Ledger
    private let method: Method
    private let series = SeriesCache()
    private let state = Mutex(State())

    /// - Parameter ledger: Holds the grid, meters, and the activity of the hours that batch sizes and pools rest on.
    package init(_ ledger: Ledger, method: Method) {
        self.ledger = ledger
        self.method = method
    }

    /// Hours of which the ledger holds nothing of a region and model, though the method asks for it: such requests
    /// are charged at the published batch and without a pool.
    package var assumedHours: Int { state.withLock { $0.assumed.count } }

    /// The factor of one hour, region and model, as logs name them.
    package func factor(
        hour: UTCHour, region: String, model: String
    ) throws -> HourFactor {
        let names = Names(region, model)
        let known = state.withLock { $0.hours[hour.value] }
        if let factor = known?[names] { return factor }
        return try ledger.read { db in
            let derivation = try Derivation(db, method: method, series: series)
            var factors = known ?? [:]
            if known == nil {
                for group in try derivation.factors(of: hour.value) {
                    factors[Names(group.region, group.model)] = group.factor
                }
            }
            if factors[names] == nil {
                factors[names] = try derivation.factor(
                    region: region, model: model, hour: hour.value)
                if method.batchSource == .log && method.energyModel.dependsOnBatch
                    || !method.pools.isEmpty
                {
                    state.withLock { _ = $0.assumed.insert(hour.value) }
                }
            }
            return state.withLock { state in
                if state.hours.count >= Self.hourLimit { state.hours.removeAll() }
                state.hours[hour.value, default: [:]].merge(factors) { _, new in new }
                return factors[names]
            } ?? HourFactor(energy: nil, effectiveness: nil, intensity: nil, evidence: .missing)
        }
    }
}

extension Derivation {
    /// The factors of an hour by name, pools shared out, as its totals rest on them.
    func factors(of hour: Int) throws -> [(region: String, model: String, factor: HourFactor)] {
        var grid = GridHours(hour: hour)
        return try groupsWithFactors(&grid, usage.cells(of: hour)).groups.map {
            (regions[$0.region] ?? "", models[$0.model] ?? "", $0.factor)
        }
    }

    /// The factor of requests that the ledger does not hold.
    func factor(region: String, model: String, hour: Int) throws -> HourFactor {
        var grid = GridHours(hour: hour)
        let values = try gridHour(of: region, &grid)
        return method.factor(
            region: region, model: model, hour: UTCHour(hour), activity: Activity(),
            mean: try models.first { $0.value == model }.flatMap { try mean(of: $0.key, hour) },
            grid: values.average, marginal: values.marginal)
    }
}
