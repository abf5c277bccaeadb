import Accounting

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

/// Activity by cell: an open-addressing table that one worker owns.
struct CellTable {
    private(set) var keys: [CellKey] = []
    private(set) var activities: [Activity] = []
    private var table: [Int32]  // index into keys, -1 when free; a power of two long

    init() { table = Array(repeating: -1, count: 256) }

    var count: Int { keys.count }

    /// The place of a cell, made on first sight.
    @inline(__always)
    private mutating func index(of key: CellKey) -> Int {
        var index = Int(truncatingIfNeeded: key.digest) & (table.count - 1)
        while table[index] >= 0 {
            let found = Int(table[index])
            if keys[found] == key { return found }
            index = (index + 1) & (table.count - 1)
        }
        table[index] = Int32(keys.count)
        keys.append(key)
        activities.append(Activity())
        if keys.count * 2 > table.count { grow() }
        return keys.count - 1
    }

    private mutating func grow() {
        table = Array(repeating: -1, count: table.count * 2)
        for (position, key) in keys.enumerated() {
            var index = Int(truncatingIfNeeded: key.digest) & (table.count - 1)
            while table[index] >= 0 { index = (index + 1) & (table.count - 1) }
            table[index] = Int32(position)
        }
    }

    /// Counts one request.
    @inline(__always)
    mutating func add(_ record: RequestRecord, to key: CellKey) {
        activities[index(of: key)].count(record)
    }

    /// Adds all of `other`.
    mutating func merge(_ other: CellTable) {
        for (key, activity) in zip(other.keys, other.activities) {
            activities[index(of: key)] += activity
        }
    }
}

extension Activity {
    /// Counts one request.
    @inline(__always)
    fileprivate mutating func count(_ record: RequestRecord) {
        requests &+= 1
        failedRequests &+= record.isFailed ? 1 : 0
        notRunRequests &+= record.isNotRun ? 1 : 0
        cacheHitRequests &+= record.isCacheHit ? 1 : 0
        let isServed = !(record.isFailed || record.isNotRun || record.isCacheHit)
        let isUnknown = record.inputTokens == nil || record.outputTokens == nil
        unknownUsageRequests &+= isServed && isUnknown ? 1 : 0
        // No record's number passes 2³¹, so 2³² records of one cell cannot overflow.
        inputTokens &+= record.inputTokens ?? 0
        cachedInputTokens &+= record.cachedInputTokens
        cacheWriteTokens &+= record.cacheWriteTokens
        outputTokens &+= record.outputTokens ?? 0
        reasoningTokens &+= record.reasoningTokens
        items &+= record.items
        durationMilliseconds &+= record.durationMilliseconds
    }
}
