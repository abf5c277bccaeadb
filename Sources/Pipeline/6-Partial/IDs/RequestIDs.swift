/// The counted requests of a file that can be told from others, by the UTC hour in which they began; in memory, or in a
/// ``SpillFile``.
package struct RequestIDs: Sendable {
    /// A request and where its record begins.
    package struct Located: Sendable {
        package let id: RequestID
        /// In the plain text of the file.
        package let offset: Int64
    }

    private enum Place: Sendable {
        case memory([Located])
        case file(SpillFile, at: Int64, count: Int)
    }

    private var places: [UInt32: Place] = [:]
    /// Of all hours.
    package let count: Int

    /// - Parameter hours: Of each, the requests in the order of the file.
    init(_ hours: [UInt32: [Located]]) {
        places = hours.mapValues { .memory($0) }
        count = hours.values.reduce(0) { $0 + $1.count }
    }

    /// - Parameter chunks: In the order of the file.
    init(_ chunks: [IdentifiedRequests] = []) {
        var counts: [UInt32: Int] = [:]
        for chunk in chunks { chunk.forEachRun { counts[$0, default: 0] += $1.count } }
        var hours: [UInt32: [Located]] = counts.mapValues { count in
            var requests: [Located] = []
            requests.reserveCapacity(count)
            return requests
        }
        for chunk in chunks { chunk.forEachRun { hours[$0]?.append(contentsOf: $1) } }
        self.init(hours)
    }

    /// Whole hours since 1970, in order.
    package var hours: [UInt32] { places.keys.sorted() }

    package func count(in hour: UInt32) -> Int {
        switch places[hour] {
        case .memory(let requests): requests.count
        case .file(_, _, let count): count
        case nil: 0
        }
    }

    /// Gives the requests of an hour in the order of the file, some thousands at a time.
    package func forEachBlock(
        of hour: UInt32, _ body: (ArraySlice<Located>) throws -> Void
    ) throws {
        switch places[hour] {
        case .memory(let requests): try body(requests[...])
        case .file(let file, let start, let count):
            var block = 0
            while block < count {
                let next = min(count - block, 1 << 14)
                let offset = start + Int64(block * MemoryLayout<Located>.stride)
                try body(try file.read(next, at: offset)[...])
                block += next
            }
        case nil: break
        }
    }

    /// Moves all of them from memory into a file.
    package mutating func spill(to file: SpillFile) throws {
        for (hour, place) in places {
            guard case .memory(let requests) = place else { continue }
            places[hour] = .file(file, at: try file.append(requests), count: requests.count)
        }
    }
}
