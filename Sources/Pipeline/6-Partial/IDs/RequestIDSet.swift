import CByteScan

/// Ids of one hour, as a table without holes for what was removed.
package struct RequestIDSet: Sendable {
    private var table = Array(repeating: RequestID(first: 0, second: 0), count: 64)
    package private(set) var count = 0
    private var holdsZero = false

    package init() {}

    /// Adds an id; `false` when it is there already.
    package mutating func insert(_ id: RequestID) -> Bool {
        guard id.first | id.second != 0 else {
            defer { holdsZero = true }
            return !holdsZero
        }
        if count * 4 >= table.count * 3 { resize(to: table.count * 2) }
        let place = place(of: id)
        guard table[place] != id else { return false }
        table[place] = id
        count += 1
        return true
    }

    /// Starts to load what ``insert(_:)`` will look at.
    func ask(for id: RequestID) {
        unsafe table.withUnsafeBufferPointer { table in
            // Safe: only the address is taken, of a place that is there.
            unsafe table.baseAddress.map {
                unsafe flue_prefetch($0 + Int(truncatingIfNeeded: id.first) & (table.count &- 1))
            }
        }
    }

    private func place(of id: RequestID) -> Int {
        var index = Int(truncatingIfNeeded: id.first) & (table.count &- 1)
        while table[index].first | table[index].second != 0, table[index] != id {
            index = (index &+ 1) & (table.count &- 1)
        }
        return index
    }

    /// Makes room for so many more.
    package mutating func reserve(_ added: Int) {
        var size = table.count
        while size * 3 < (count + added) * 4 + 4 { size *= 2 }
        if size > table.count { resize(to: size) }
    }

    private mutating func resize(to size: Int) {
        let known = table
        table = Array(repeating: RequestID(first: 0, second: 0), count: size)
        for id in known where id.first | id.second != 0 { table[place(of: id)] = id }
    }
}
