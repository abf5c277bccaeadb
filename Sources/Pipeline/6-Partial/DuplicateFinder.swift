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

/// Finds requests that were counted before, by their id and the UTC hour in which they began.
///
/// Where ids are kept elsewhere, holds those of the hours of one file, and of others as far as ``limit`` goes; those are
/// asked for again. Else it holds all that it is given.
package final class DuplicateFinder {
    /// Ids that are held beyond those of a file's own hours; each takes 22 to 43 bytes.
    package static let limit = 1 << 20

    private var places: [UInt32: Int] = [:]
    private var tables: [RequestIDSet] = []
    private let known: ((UInt32) throws -> [RequestID])?

    /// - Parameter known: Asked for the ids of an hour that were counted before; `nil` when nobody else keeps them.
    package init(known: ((UInt32) throws -> [RequestID])? = nil) { self.known = known }

    /// The offsets of requests whose id was counted before, or stands before them in the same file; the others count
    /// from now on.
    package func duplicates(in chunks: [[IdentifiedRequest]]) throws -> Set<Int64> {
        var counts: [UInt32: Int] = [:]
        eachHour(of: chunks) { hour, requests in counts[hour, default: 0] += requests.count }
        if known != nil, tables.reduce(0, { $0 + $1.count }) > Self.limit { keep(Set(counts.keys)) }
        for (hour, count) in counts { tables[try place(of: hour)].reserve(count) }
        var offsets: Set<Int64> = []
        eachHour(of: chunks) { hour, requests in
            guard let place = places[hour] else { return }
            for request in requests where !tables[place].insert(request.id) {
                offsets.insert(request.offset)
            }
        }
        return offsets
    }

    /// Adds one id; `false` when it is there already.
    package func add(_ id: RequestID, hour: UInt32) throws -> Bool {
        let place = try place(of: hour)
        return tables[place].insert(id)
    }

    /// Asks for all hours again: some ids are no longer counted.
    package func forgetAll() { keep([]) }

    private func keep(_ hours: Set<UInt32>) {
        let kept = places.filter { hours.contains($0.key) }
        tables = kept.map { tables[$0.value] }
        places = Dictionary(
            uniqueKeysWithValues: kept.enumerated().map { ($0.element.key, $0.offset) })
    }

    private func place(of hour: UInt32) throws -> Int {
        if let place = places[hour] { return place }
        var ids = RequestIDSet()
        let before = try known?(hour) ?? []
        ids.reserve(before.count)
        for id in before { _ = ids.insert(id) }
        tables.append(ids)
        places[hour] = tables.count - 1
        return tables.count - 1
    }
}

/// Goes through requests by runs of the same hour: most logs are nearly sorted.
package func eachHour(
    of chunks: [[IdentifiedRequest]], _ body: (UInt32, ArraySlice<IdentifiedRequest>) throws -> Void
) rethrows {
    for chunk in chunks {
        var start = 0
        while start < chunk.count {
            let hour = chunk[start].hour
            var end = start + 1
            while end < chunk.count, chunk[end].hour == hour { end += 1 }
            try body(hour, chunk[start..<end])
            start = end
        }
    }
}
