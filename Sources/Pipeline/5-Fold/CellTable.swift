import Accounting
import CByteScan

/// What a cell is about. Names are numbers of the run's ``NameRegistry``.
struct CellKey: Hashable {
    var hour: UInt32
    var region: UInt32
    var model: UInt32
    var tenant: UInt32
    var project: UInt32
    var endpoint: UInt32

    @inline(__always)
    var digest: UInt64 {
        let first = UInt64(hour) << 32 | UInt64(region)
        let second = UInt64(model) << 32 | UInt64(tenant)
        let third = UInt64(project) << 32 | UInt64(endpoint)
        return folded(
            folded(first ^ 0xA076_1D64_78BD_642F, second ^ 0xE703_7ED1_A0B4_28DB)
                ^ third, 0x9E37_79B9_7F4A_7C15)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// A cell and the counters that most requests add to; the others stand aside.
private struct Cell {
    let key: CellKey
    /// The place of its histogram in the table's ``HistogramTable``; -1 without one.
    let histogram: Int32
    /// The place of its other counters in ``CellTable/rare``; -1 without any.
    var rare: Int32 = -1
    // No number of a record passes 2³¹, so 2³² records of one cell cannot overflow; nor can 2²⁵ sums of 10¹¹.
    var requests: Int64 = 0
    var failedRequests: Int64 = 0
    var inputTokens: Int64 = 0
    var cachedInputTokens: Int64 = 0
    var outputTokens: Int64 = 0
    var durationMilliseconds: Int64 = 0

    init(_ key: CellKey, histogram: Int32) {
        self.key = key
        self.histogram = histogram
    }

    @inline(__always)
    mutating func add(_ request: PlainRequest) {
        requests &+= 1
        failedRequests &+= Int64(request.fate.rawValue & 1)
        inputTokens &+= Int64(request.inputTokens)
        cachedInputTokens &+= Int64(request.cachedInputTokens)
        outputTokens &+= Int64(request.outputTokens)
        durationMilliseconds &+= Int64(request.durationMilliseconds)
    }

    /// Adds the counters that it has room for, and takes them from `activity`.
    mutating func take(_ activity: inout Activity) {
        func take(_ sum: inout Int64, _ count: inout Int64) {
            sum &+= count
            count = 0
        }
        take(&requests, &activity.requests)
        take(&failedRequests, &activity.failedRequests)
        take(&inputTokens, &activity.inputTokens)
        take(&cachedInputTokens, &activity.cachedInputTokens)
        take(&outputTokens, &activity.outputTokens)
        take(&durationMilliseconds, &activity.durationMilliseconds)
    }

    /// Its counters, with those that stand aside.
    func activity(_ rare: Activity) -> Activity {
        var activity = rare
        activity.requests &+= requests
        activity.failedRequests &+= failedRequests
        activity.inputTokens &+= inputTokens
        activity.cachedInputTokens &+= cachedInputTokens
        activity.outputTokens &+= outputTokens
        activity.durationMilliseconds &+= durationMilliseconds
        return activity
    }
}

/// Activity by cell: an open-addressing table that one worker owns.
///
/// A table is larger than a processor's nearest caches, and one request touches one cell of it. So requests come in
/// batches: looked up side by side, their cells arrive together.
struct CellTable {
    /// Where a cell may be.
    private struct Place {
        /// High bits of the key's digest: most other cells are told apart without looking at them.
        var tag: UInt32
        /// Index into `cells`; -1 when free.
        var cell: Int32

        static let free = Place(tag: 0, cell: -1)
    }

    private var cells: [Cell] = []
    private var rare: [Activity] = []
    private var table = Array(repeating: Place.free, count: 256)  // a power of two long
    /// The cells of a batch.
    private var found: [Int] = []
    private var histograms: HistogramTable

    init(_ histograms: HistogramTable = HistogramTable()) { self.histograms = histograms }

    /// Counts requests of one cell.
    @inline(never)
    mutating func add(_ activity: Activity, to key: CellKey) {
        let cell = place(of: key, key.digest)
        histograms.add(activity, at: cells[cell].histogram)
        var rest = activity
        cells[cell].take(&rest)
        if rest != Activity() { add(rest, aside: cell) }
    }

    private mutating func add(_ rest: Activity, aside cell: Int) {
        if cells[cell].rare < 0 {
            cells[cell].rare = Int32(rare.count)
            rare.append(rest)
        } else {
            rare[Int(cells[cell].rare)] += rest
        }
    }

    /// All cells and all histograms, each once, in no order.
    var settled: (cells: [(key: CellKey, activity: Activity)], histograms: [HistogramTable.Group]) {
        let none = Activity()
        return (
            cells.map { ($0.key, $0.activity($0.rare < 0 ? none : rare[Int($0.rare)])) },
            histograms.groups
        )
    }

    /// How many cells there are.
    var count: Int { cells.count }

    /// Counts the first `count` of some requests.
    mutating func add(_ requests: [PlainRequest], count: Int) {
        if found.count < count { found = Array(repeating: 0, count: requests.count) }
        askForCells(requests, count: count)
        for index in 0..<count {
            found[index] = place(of: requests[index].key, requests[index].digest)
        }
        Self.add(requests, count: count, to: &cells, at: found)
        for index in 0..<count
        where requests[index].fate.rawValue != 0 || requests[index].reasoningTokens != 0 {
            addRare(requests[index], to: found[index])
        }
        guard histograms.isUsed else { return }
        for index in 0..<count { found[index] = Int(cells[found[index]].histogram) }
        histograms.add(requests, count: count, at: found)
    }

    private static func add(
        _ requests: [PlainRequest], count: Int, to cells: inout [Cell], at places: [Int]
    ) {
        let requests = requests.span
        let places = places.span
        var cells = cells.mutableSpan
        for index in 0..<count { cells[places[index]].add(requests[index]) }
    }

    /// Adds what a cell has no room for.
    private mutating func addRare(_ request: PlainRequest, to cell: Int) {
        var rest = request.activity
        rest.requests = 0
        rest.failedRequests = 0
        rest.inputTokens = 0
        rest.cachedInputTokens = 0
        rest.outputTokens = 0
        rest.durationMilliseconds = 0
        if rest != Activity() { add(rest, aside: cell) }
    }

    /// Starts to load the cells that are likely meant, without waiting for any of them.
    private func askForCells(_ requests: [PlainRequest], count: Int) {
        unsafe cells.withUnsafeBufferPointer { cells in
            guard let first = cells.baseAddress else { return }
            for index in 0..<count {
                let home = table[
                    Int(truncatingIfNeeded: requests[index].digest) & (table.count &- 1)]
                // Safe: only the address is taken, of a cell that is there.
                if home.cell >= 0 { unsafe flue_prefetch(first + Int(home.cell)) }
            }
        }
    }

    /// The index of a cell, made on first sight.
    @inline(__always)
    private mutating func place(of key: CellKey, _ digest: UInt64) -> Int {
        let tag = UInt32(truncatingIfNeeded: digest >> 32)
        var index = Int(truncatingIfNeeded: digest) & (table.count &- 1)
        while table[index].cell >= 0 {
            if table[index].tag == tag, cells[Int(table[index].cell)].key == key {
                return Int(table[index].cell)
            }
            index = (index &+ 1) & (table.count &- 1)
        }
        return makeCell(key, tag, at: index)
    }

    @inline(never)
    private mutating func makeCell(_ key: CellKey, _ tag: UInt32, at index: Int) -> Int {
        table[index] = Place(tag: tag, cell: Int32(cells.count))
        cells.append(Cell(key, histogram: histograms.place(of: key)))
        if cells.count * 2 > table.count { grow() }
        return cells.count - 1
    }

    private mutating func grow() {
        table = Array(repeating: .free, count: table.count * 2)
        for (position, cell) in cells.enumerated() {
            let digest = cell.key.digest
            var index = Int(truncatingIfNeeded: digest) & (table.count - 1)
            while table[index].cell >= 0 { index = (index + 1) & (table.count - 1) }
            table[index] = Place(
                tag: UInt32(truncatingIfNeeded: digest >> 32), cell: Int32(position))
        }
    }

    /// Adds all of `other`, to a table that makes no histograms itself: cells are no requests.
    mutating func merge(_ other: consuming CellTable) {
        guard !cells.isEmpty else {
            self = other
            histograms.close()
            return
        }
        let (cells, groups) = other.settled
        for cell in cells { add(cell.activity, to: cell.key) }
        histograms.merge(groups)
    }
}

extension Activity {
    /// What one request did.
    @inline(__always)
    init(_ record: RequestRecord) {
        self.init()
        requests = 1
        failedRequests = record.isFailed ? 1 : 0
        notRunRequests = record.isNotRun ? 1 : 0
        cacheHitRequests = record.isCacheHit ? 1 : 0
        let isServed = !(record.isFailed || record.isNotRun || record.isCacheHit)
        let isUnknown = record.inputTokens == nil || record.outputTokens == nil
        if isServed && isUnknown {
            unknownUsageRequests = 1
            unknownInputRequests = record.inputTokens == nil ? 1 : 0
            unknownOutputRequests = record.outputTokens == nil ? 1 : 0
        }
        inputTokens = record.inputTokens ?? 0
        cachedInputTokens = record.cachedInputTokens
        cacheWriteTokens = record.cacheWriteTokens
        outputTokens = record.outputTokens ?? 0
        reasoningTokens = record.reasoningTokens
        if record.parts != .zero { add(parts: record.parts) }
        items = record.items
        durationMilliseconds = record.durationMilliseconds
        if record.isFailed {
            failedInputTokens = inputTokens
            failedCachedInputTokens = cachedInputTokens
            failedOutputTokens = outputTokens
        }
        if let energy = record.energy {
            meteredMicrowattHours = energy
            meteredRequests = isServed ? 1 : 0
        }
    }

    @inline(never)
    private mutating func add(parts: SIMD4<Int64>) {
        for (place, counter) in Counter.plainParts.enumerated() { self[counter] = parts[place] }
    }
}
