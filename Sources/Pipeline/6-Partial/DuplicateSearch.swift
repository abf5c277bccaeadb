/// Finds requests that stand in several files, or twice in one: the first that is counted stays.
///
/// A request is told by its id and the UTC hour in which it began, so hours are gone through one after the other, each over
/// all files: memory is that of the ids of one hour, whatever the number of files.
package struct DuplicateSearch {
    /// A file whose requests are compared, in the order of delivery.
    package struct Entry {
        let ids: RequestIDs
        /// From which entry on it counts no longer, as that one takes its place.
        let replacedBy: Int?

        package init(_ ids: RequestIDs, replacedBy: Int? = nil) {
            self.ids = ids
            self.replacedBy = replacedBy
        }
    }

    /// Ids that were counted before the first entry.
    package struct Known {
        let ids: [RequestID]
        /// As ``Entry/replacedBy``.
        let replacedBy: Int?

        package init(_ ids: [RequestID], replacedBy: Int?) {
            self.ids = ids
            self.replacedBy = replacedBy
        }
    }

    private let entries: [Entry]
    private let known: (UInt32) throws -> [Known]
    /// By entry: where requests begin that are not the first.
    private var offsets: [Set<Int64>]

    /// - Parameter known: Asked for the ids of each hour that were counted before.
    /// - Returns: By entry, where the records begin of requests that are counted elsewhere.
    package static func duplicates(
        in entries: [Entry], known: @escaping (UInt32) throws -> [Known] = { _ in [] }
    ) throws -> [Set<Int64>] {
        var search = DuplicateSearch(entries, known)
        for hour in Set(entries.flatMap(\.ids.hours)).sorted() { try search.search(hour) }
        return search.offsets
    }

    private init(_ entries: [Entry], _ known: @escaping (UInt32) throws -> [Known]) {
        self.entries = entries
        self.known = known
        offsets = Array(repeating: [], count: entries.count)
    }

    private mutating func search(_ hour: UInt32) throws {
        let known = try known(hour)
        let replacements = Set(known.map(\.replacedBy) + entries.map(\.replacedBy))
        var seen = RequestIDSet()
        var isCurrent = false
        for (number, entry) in entries.enumerated() {
            if replacements.contains(number) { isCurrent = false }
            guard entry.ids.count(in: hour) > 0 else { continue }
            if !isCurrent { seen = try counted(known, before: number, hour) }
            isCurrent = true
            seen.reserve(entry.ids.count(in: hour))
            try entry.ids.forEachBlock(of: hour) { block in
                for place in block.indices {
                    // The set is larger than a processor's caches.
                    if place + 16 < block.endIndex { seen.ask(for: block[place + 16].id) }
                    if !seen.insert(block[place].id) {
                        offsets[number].insert(block[place].offset)
                    }
                }
            }
        }
    }

    /// The ids of an hour that count when the turn of an entry comes.
    private func counted(
        _ known: [Known], before number: Int, _ hour: UInt32
    ) throws -> RequestIDSet {
        var ids = RequestIDSet()
        for file in known where file.replacedBy.map({ $0 > number }) ?? true {
            ids.reserve(file.ids.count)
            for id in file.ids { _ = ids.insert(id) }
        }
        for (earlier, entry) in entries[..<number].enumerated()
        where entry.replacedBy.map({ $0 > number }) ?? true {
            try entry.ids.forEachBlock(of: hour) { block in
                for request in block where !offsets[earlier].contains(request.offset) {
                    _ = ids.insert(request.id)
                }
            }
        }
        return ids
    }
}
