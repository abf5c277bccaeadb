import Accounting

/// Histograms of what single requests cost, by hour, region, model and the dimensions that have histograms of their
/// own. Belongs to a ``CellTable``, which counts each request in both.
struct HistogramTable {
    /// The cells of one key have a histogram in common.
    struct Group {
        let key: CellKey
        let coefficients: EnergyCoefficients
        let histogram: RequestHistogram
    }

    // By place. Apart from each other, so that counting copies none of them.
    private var places = Places()
    private var coefficients: [EnergyCoefficients] = []
    private var histograms: [RequestHistogram] = []
    /// By region and model: `nil` for a model that the energy model does not know.
    private var known: [SIMD2<UInt32>: EnergyCoefficients?] = [:]
    private let method: Method?
    private let dimensions: DimensionSet
    private let registry: NameRegistry?
    private let makesHistograms: Bool

    /// A table that makes no histogram by itself: it takes those of others in.
    init() {
        method = nil
        dimensions = []
        registry = nil
        makesHistograms = false
    }

    init(_ options: FoldOptions, _ registry: NameRegistry) {
        method = options.method
        dimensions = options.histogramDimensions
        self.registry = registry
        makesHistograms = options.method != nil
    }

    /// Whether any request has a histogram.
    var isUsed: Bool { !histograms.isEmpty }

    /// All histograms.
    var groups: [Group] {
        histograms.indices.map {
            Group(key: places.keys[$0], coefficients: coefficients[$0], histogram: histograms[$0])
        }
    }

    /// The place of the histogram for requests of a cell; -1 when there is none.
    mutating func place(of cell: CellKey) -> Int32 {
        guard makesHistograms else { return -1 }
        var key = cell
        if !dimensions.contains(.tenant) { key.tenant = 0 }
        if !dimensions.contains(.project) { key.project = 0 }
        if !dimensions.contains(.endpoint) { key.endpoint = 0 }
        let known = places[key]
        return known >= 0 ? known : makePlace(of: key)
    }

    // Apart, so that finding a place copies no method.
    private mutating func makePlace(of key: CellKey) -> Int32 {
        guard let method, let registry else { return -1 }
        let names = SIMD2(key.region, key.model)
        if known[names] == nil {
            known[names] = .some(
                method.requestEnergy(
                    region: registry.name(of: key.region), model: registry.name(of: key.model)))
        }
        guard let coefficients = known[names] ?? nil else { return -1 }
        append(Group(key: key, coefficients: coefficients, histogram: RequestHistogram()))
        return Int32(histograms.count - 1)
    }

    private mutating func append(_ group: Group) {
        places.append(group.key)
        coefficients.append(group.coefficients)
        histograms.append(group.histogram)
    }

    /// Counts a request at a place that was asked for.
    @inline(__always)
    mutating func add(_ request: Activity, at place: Int32) {
        guard place >= 0,
            let amount = coefficients[Int(place)].exactAmount(ofOne: request)
        else { return }
        histograms[Int(place)].add(amount, outputTokens: request.outputTokens)
    }

    /// Adds histograms of the same run.
    mutating func merge(_ others: [Group]) {
        for group in others {
            let place = places[group.key]
            if place >= 0 {
                histograms[Int(place)].merge(group.histogram)
            } else {
                append(group)
            }
        }
    }
}

/// Keys by their place, and the place of each; open addressing.
private struct Places {
    private(set) var keys: [CellKey] = []
    /// A power of two long, at most half of it in use; -1 where none is.
    private var table: [Int32] = Array(repeating: -1, count: 64)

    /// -1 for a key that is not there.
    subscript(key: CellKey) -> Int32 { table[slot(of: key)] }

    mutating func append(_ key: CellKey) {
        table[slot(of: key)] = Int32(keys.count)
        keys.append(key)
        guard keys.count * 2 > table.count else { return }
        table = Array(repeating: -1, count: table.count * 2)
        for (place, key) in keys.enumerated() { table[slot(of: key)] = Int32(place) }
    }

    /// Where a key is, or belongs.
    private func slot(of key: CellKey) -> Int {
        var slot = Int(truncatingIfNeeded: key.digest) & (table.count &- 1)
        while table[slot] >= 0, keys[Int(table[slot])] != key {
            slot = (slot &+ 1) & (table.count &- 1)
        }
        return slot
    }
}

extension Coefficients {
    /// The amount of a single request in millionths of the unit, not rounded.
    ///
    /// - Returns: `nil` for a request that was not served, or of which the log does not say all that these
    ///   coefficients are charged to; and beyond 2^63, where no bin is.
    @inline(__always)
    func exactAmount(ofOne request: Activity) -> UInt64? {
        guard request.servedRequests > 0,
            request.unknownUsageRequests | request.aggregatedRequests | request.uncountedTokens
                == 0,
            metered | item == 0 || isStated(by: request)
        else { return nil }
        var sum = self.request
        var hasOverflown = false
        func add(_ count: Int64, _ coefficient: Int64) {
            let (product, isTooMuch) = count.multipliedReportingOverflow(by: coefficient)
            let (total, isMore) = sum.addingReportingOverflow(product)
            sum = total
            hasOverflown = hasOverflown || isTooMuch || isMore
        }
        add(request.inputTokens &- request.cachedInputTokens, input)
        add(request.cachedInputTokens, cachedInput)
        add(request.outputTokens, output)
        if item != 0 { add(request.items, item) }
        if metered != 0 { add(request.meteredMicrowattHours, metered) }
        return hasOverflown ? nil : UInt64(sum)
    }
}
