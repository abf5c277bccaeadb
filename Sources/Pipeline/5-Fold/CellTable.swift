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
}

/// A cell and what its requests did.
struct Cell {
    var key: CellKey
    var activity: Activity
    /// The place of its histogram in the table's ``HistogramTable``; -1 without one.
    var histogram: Int32 = -1
}

/// Activity by cell: an open-addressing table that one worker owns.
///
/// A table is larger than a processor's nearest caches, and one request touches one cell of it. So requests
/// wait until there is a batch of them: looked up side by side, their cells arrive together.
struct CellTable {
    private static let batchSize = 64

    /// Where a cell may be.
    private struct Place {
        /// High bits of the key's digest: most other cells are told apart without looking at them.
        var tag: UInt32
        /// Index into `cells`; -1 when free.
        var cell: Int32

        static let free = Place(tag: 0, cell: -1)
    }

    private var cells: [Cell] = []
    private var table = Array(repeating: Place.free, count: 256)  // a power of two long
    private var waiting: [Cell] = []
    private var found = Array(repeating: 0, count: batchSize)
    private var histograms: HistogramTable

    init(_ histograms: HistogramTable = HistogramTable()) {
        self.histograms = histograms
        waiting.reserveCapacity(Self.batchSize)
    }

    /// Counts requests of one cell.
    @inline(__always)
    mutating func add(_ activity: Activity, to key: CellKey) {
        waiting.append(Cell(key: key, activity: activity))
        if waiting.count == Self.batchSize { settle() }
    }

    /// All cells and all histograms, each once, in no order.
    mutating func settled() -> (cells: [Cell], histograms: [HistogramTable.Group]) {
        settle()
        return (cells, histograms.groups)
    }

    /// How many cells there are.
    mutating func count() -> Int {
        settle()
        return cells.count
    }

    /// Counts the requests that wait.
    private mutating func settle() {
        askForCells()
        for index in waiting.indices { found[index] = place(of: waiting[index].key) }
        for index in waiting.indices {
            cells[found[index]].activity.add(record: waiting[index].activity)
        }
        if histograms.isUsed { addToHistograms() }
        waiting.removeAll(keepingCapacity: true)
    }

    private mutating func addToHistograms() {
        for index in waiting.indices {
            histograms.add(waiting[index].activity, at: cells[found[index]].histogram)
        }
    }

    /// Starts to load the cells that are likely meant, without waiting for any of them.
    private func askForCells() {
        unsafe cells.withUnsafeBufferPointer { cells in
            guard let first = cells.baseAddress else { return }
            for index in waiting.indices {
                let home = table[
                    Int(truncatingIfNeeded: waiting[index].key.digest) & (table.count &- 1)]
                // Safe: only the address is taken, of a cell that is there.
                if home.cell >= 0 { unsafe flue_prefetch(first + Int(home.cell)) }
            }
        }
    }

    /// The index of a cell, made on first sight.
    @inline(__always)
    private mutating func place(of key: CellKey) -> Int {
        let digest = key.digest
        let tag = UInt32(truncatingIfNeeded: digest >> 32)
        var index = Int(truncatingIfNeeded: digest) & (table.count &- 1)
        while table[index].cell >= 0 {
            if table[index].tag == tag, cells[Int(table[index].cell)].key == key {
                return Int(table[index].cell)
            }
            index = (index &+ 1) & (table.count &- 1)
        }
        table[index] = Place(tag: tag, cell: Int32(cells.count))
        cells.append(
            Cell(key: key, activity: Activity(), histogram: histograms.place(of: key)))
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
        let (cells, groups) = other.settled()
        for cell in cells { add(cell.activity, to: cell.key) }
        histograms.merge(groups)
    }
}

extension CellKey {
    func hash(into hasher: inout Hasher) { hasher.combine(digest) }
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

    /// As `+=`, for records: no number of a record passes 2³¹, so 2³² records of one cell cannot overflow; nor can 2²⁵
    /// sums of 10¹¹.
    @inline(__always)
    fileprivate mutating func add(record other: Activity) {
        // Safe: all of an activity is Int64, as `Counter` declares; both have the same size.
        unsafe withUnsafeMutableBytes(of: &self) { sums in
            unsafe withUnsafeBytes(of: other) { record in
                let sums = unsafe sums.assumingMemoryBound(to: Int64.self)
                let record = unsafe record.assumingMemoryBound(to: Int64.self)
                for index in 0..<MemoryLayout<Activity>.size / MemoryLayout<Int64>.size {
                    unsafe sums[index] &+= record[index]
                }
            }
        }
    }
}
