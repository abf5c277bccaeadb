import Accounting
import Synchronization

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
    private var zeroRequests: [Int64] = []
    /// Of place n: energy at 2n, energy per 1,000 output tokens at 2n + 1.
    private var bins = BinCounts()
    /// By region and model: `nil` for a model that the energy model does not know.
    private var known: [SIMD2<UInt32>: EnergyCoefficients?] = [:]
    private let energies: RequestEnergies?
    private let dimensions: DimensionSet
    private let registry: NameRegistry?
    private var makesHistograms: Bool

    /// A table that makes no histogram by itself: it takes those of others in.
    init() {
        energies = nil
        dimensions = []
        registry = nil
        makesHistograms = false
    }

    init(_ options: FoldOptions, _ registry: NameRegistry) {
        energies = options.energies
        dimensions = options.histogramDimensions
        self.registry = registry
        makesHistograms = options.energies != nil
    }

    /// Ends counting: what is added to cells from now on is no single request.
    mutating func close() { makesHistograms = false }

    /// Whether requests are counted in any.
    var isUsed: Bool { makesHistograms && !coefficients.isEmpty }

    /// All histograms.
    var groups: [Group] {
        coefficients.indices.map {
            Group(
                key: places.keys[$0], coefficients: coefficients[$0],
                histogram: RequestHistogram(
                    energy: bins.histogram(2 * $0),
                    energyPerKilotoken: bins.histogram(2 * $0 + 1), zeroRequests: zeroRequests[$0]))
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

    private mutating func makePlace(of key: CellKey) -> Int32 {
        guard let energies, let registry else { return -1 }
        let names = SIMD2(key.region, key.model)
        if known[names] == nil {
            known[names] = .some(
                energies.energy(
                    region: registry.name(of: key.region), model: registry.name(of: key.model)))
        }
        guard let coefficients = known[names] ?? nil else { return -1 }
        append(key, coefficients)
        return Int32(places.keys.count - 1)
    }

    private mutating func append(_ key: CellKey, _ coefficients: EnergyCoefficients) {
        places.append(key)
        self.coefficients.append(coefficients)
        zeroRequests.append(0)
        bins.append()
        bins.append()
    }

    /// Counts a request at a place that was asked for.
    mutating func add(_ request: Activity, at place: Int32) {
        guard makesHistograms, place >= 0,
            let amount = coefficients[Int(place)].exactAmount(ofOne: request)
        else { return }
        add(amount, outputTokens: request.outputTokens, at: Int(place))
    }

    /// Counts requests, each at its place.
    mutating func add(_ requests: [PlainRequest], count: Int, at places: [Int]) {
        for index in 0..<count where places[index] >= 0 && requests[index].fate.isEmpty {
            let place = places[index]
            guard let amount = coefficients[place].exactAmount(ofOne: requests[index]) else {
                continue
            }
            add(amount, outputTokens: Int64(requests[index].outputTokens), at: place)
        }
    }

    @inline(__always)
    private mutating func add(_ amount: UInt64, outputTokens: Int64, at place: Int) {
        guard amount > 0 else {
            zeroRequests[place] &+= 1
            return
        }
        bins.add(amount, to: 2 &* place)
        guard outputTokens > 0 else { return }
        bins.add(
            RequestHistogram.perKilotoken(amount, outputTokens: outputTokens), to: 2 &* place &+ 1)
    }

    /// Adds histograms of the same run.
    mutating func merge(_ others: [Group]) {
        for group in others {
            if places[group.key] < 0 { append(group.key, group.coefficients) }
            let place = Int(places[group.key])
            zeroRequests[place] += group.histogram.zeroRequests
            bins.merge(group.histogram.energy, to: 2 * place)
            bins.merge(group.histogram.energyPerKilotoken, to: 2 * place + 1)
        }
    }
}

/// What single requests are charged, once for a run: finding the entry of a model's name takes longer than a thousand
/// lines.
final class RequestEnergies: Sendable {
    private struct Subject: Hashable {
        let region: String
        let model: String
    }

    private let method: Method
    private let known = Mutex<[Subject: EnergyCoefficients?]>([:])

    init(_ method: Method) { self.method = method }

    /// - Returns: `nil` for a model that the energy model does not know.
    func energy(region: String, model: String) -> EnergyCoefficients? {
        let subject = Subject(region: region, model: model)
        return known.withLock { known in
            if let energy = known[subject] { return energy }
            let energy = method.requestEnergy(region: region, model: model)
            known[subject] = .some(energy)
            return energy
        }
    }
}

/// The counts of many histograms in one block of memory.
private struct BinCounts {
    /// Values of a histogram that are listed before it has counts.
    private static let listLimit = 32

    /// The bins of one histogram that have room, and where their counts stand.
    private struct Placement {
        var first = 0
        /// 0 while its bins are listed.
        var count = 0
        var offset = 0
        var listed = 0
        var least = UInt64.max
        var largest: UInt64 = 0
    }

    private var ranges: [Placement] = []
    /// Modulo 2³²: half the size keeps them in nearer caches.
    private var counts: [UInt32] = []
    /// The bins of the first values of each histogram.
    private var lists: [UInt16] = []
    /// What passed 2³², by histogram; and what was added as a whole.
    private var others: [Int: LogHistogram] = [:]

    mutating func append() {
        ranges.append(Placement())
        lists.append(contentsOf: repeatElement(0, count: Self.listLimit))
    }

    @inline(__always)
    mutating func add(_ value: UInt64, to histogram: Int) {
        let bin = LogHistogram.bin(of: value, precision: RequestHistogram.precision)
        ranges[histogram].least = min(ranges[histogram].least, value)
        ranges[histogram].largest = max(ranges[histogram].largest, value)
        if ranges[histogram].count == 0 {
            list(bin, of: histogram)
        } else {
            count(bin, value, of: histogram)
        }
    }

    @inline(__always)
    private mutating func count(_ bin: Int, _ value: UInt64, of histogram: Int) {
        var place = bin &- ranges[histogram].first
        if place < 0 || place >= ranges[histogram].count {
            widen(histogram, to: bin...bin)
            place = bin - ranges[histogram].first
        }
        let index = ranges[histogram].offset &+ place
        counts[index] &+= 1
        if counts[index] == 0 { carry(value, of: histogram) }
    }

    private mutating func list(_ bin: Int, of histogram: Int) {
        let start = histogram * Self.listLimit
        lists[start + ranges[histogram].listed] = UInt16(bin)
        ranges[histogram].listed += 1
        guard ranges[histogram].listed == Self.listLimit else { return }
        let bins = lists[start..<start + Self.listLimit]
        widen(histogram, to: Int(bins.min() ?? 0)...Int(bins.max() ?? 0))
        for bin in bins { count(Int(bin), 0, of: histogram) }
        ranges[histogram].listed = 0
    }

    @inline(never)
    private mutating func carry(_ value: UInt64, of histogram: Int) {
        others[histogram, default: LogHistogram(precision: RequestHistogram.precision)]
            .add(value, count: 1 << 32)
    }

    /// Moves a histogram to where it has room for more bins, and for some beyond them.
    @inline(never)
    private mutating func widen(_ histogram: Int, to bins: ClosedRange<Int>) {
        let old = ranges[histogram]
        let known = old.count == 0 ? bins : old.first...old.first + old.count - 1
        let spare = max(16, known.count / 2)
        let first =
            bins.lowerBound < known.lowerBound || old.count == 0
            ? max(0, bins.lowerBound - spare) : known.lowerBound
        let end =
            bins.upperBound > known.upperBound || old.count == 0
            ? bins.upperBound + spare : known.upperBound + 1
        ranges[histogram].first = first
        ranges[histogram].count = end - first
        ranges[histogram].offset = counts.count
        counts.append(contentsOf: repeatElement(0, count: known.lowerBound - first))
        if old.count > 0 {
            counts.append(contentsOf: counts[old.offset..<old.offset + old.count])
        }
        counts.append(
            contentsOf: repeatElement(
                0, count: ranges[histogram].offset + end - first - counts.count))
    }

    mutating func merge(_ other: LogHistogram, to histogram: Int) {
        others[histogram, default: LogHistogram(precision: RequestHistogram.precision)]
            .merge(other)
    }

    func histogram(_ number: Int) -> LogHistogram {
        let range = ranges[number]
        var histogram = LogHistogram(
            precision: RequestHistogram.precision, firstBin: range.first,
            counts: counts[range.offset..<range.offset + range.count], least: range.least,
            largest: range.largest)
        if range.listed > 0 {
            let start = number * Self.listLimit
            histogram = LogHistogram(
                precision: RequestHistogram.precision, bins: lists[start..<start + range.listed],
                least: range.least, largest: range.largest)
        }
        if let other = others[number] { histogram.merge(other) }
        return histogram
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
    func exactAmount(ofOne request: Activity) -> UInt64? {
        guard request.servedRequests > 0,
            request.unknownUsageRequests | request.aggregatedRequests | request.uncountedTokens
                == 0,
            metered | item == 0 || isStated(by: request)
        else { return nil }
        return amount(
            freshInput: request.inputTokens &- request.cachedInputTokens,
            cachedInput: request.cachedInputTokens, output: request.outputTokens,
            items: request.items, metered: request.meteredMicrowattHours)
    }

    /// As above, for a request that was served and whose usage is known.
    @inline(__always)
    func exactAmount(ofOne request: PlainRequest) -> UInt64? {
        // It states neither an energy of its own nor items.
        guard metered | item == 0 else { return nil }
        return amount(
            freshInput: Int64(request.inputTokens) &- Int64(request.cachedInputTokens),
            cachedInput: Int64(request.cachedInputTokens), output: Int64(request.outputTokens),
            items: 0, metered: 0)
    }

    @inline(__always)
    private func amount(
        freshInput: Int64, cachedInput: Int64, output: Int64, items: Int64, metered: Int64
    ) -> UInt64? {
        var sum = self.request
        var hasOverflown = false
        func add(_ count: Int64, _ coefficient: Int64) {
            let (product, isTooMuch) = count.multipliedReportingOverflow(by: coefficient)
            let (total, isMore) = sum.addingReportingOverflow(product)
            sum = total
            hasOverflown = hasOverflown || isTooMuch || isMore
        }
        add(freshInput, input)
        add(cachedInput, self.cachedInput)
        add(output, self.output)
        if item != 0 { add(items, item) }
        if self.metered != 0 { add(metered, self.metered) }
        return hasOverflown ? nil : UInt64(sum)
    }
}
