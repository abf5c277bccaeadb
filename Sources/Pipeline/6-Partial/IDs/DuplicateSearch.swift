import Synchronization

/// Finds requests that stand in several files, or twice in one: the first that is counted stays.
///
/// A request is told by its id and the UTC hour in which it began, so hours are gone through two at a time, each over all
/// files: memory is that of the ids of two hours, whatever the number of files.
package struct DuplicateSearch: Sendable {
    /// A file whose requests are compared, in the order of delivery.
    package struct Entry: Sendable {
        let ids: RequestIDs
        /// From which entry on it counts no longer, as that one takes its place.
        let replacedBy: Int?

        package init(_ ids: RequestIDs, replacedBy: Int? = nil) {
            self.ids = ids
            self.replacedBy = replacedBy
        }
    }

    /// Ids that were counted before the first entry.
    package struct Known: Sendable {
        let ids: [RequestID]
        /// As ``Entry/replacedBy``.
        let replacedBy: Int?

        package init(_ ids: [RequestID], replacedBy: Int?) {
            self.ids = ids
            self.replacedBy = replacedBy
        }
    }

    private let entries: [Entry]
    private let known: [Known]
    private let hour: UInt32
    /// By entry: where requests begin that are not the first.
    private var offsets: [Set<Int64>]

    /// - Parameter known: Asked for the ids of each hour that were counted before.
    /// - Returns: By entry, where the records begin of requests that are counted elsewhere.
    package static func duplicates(
        in entries: [Entry], known: (UInt32) throws -> [Known] = { _ in [] }
    ) throws -> [Set<Int64>] {
        let hours = Set(entries.flatMap(\.ids.hours)).sorted()
        let offsets = Mutex(Array(repeating: Set<Int64>(), count: entries.count))
        // Two hours side by side; the ledger is asked on this thread.
        for start in stride(from: 0, to: hours.count, by: 2) {
            let searches = try hours[start..<min(start + 2, hours.count)].map {
                DuplicateSearch(entries, try known($0), $0)
            }
            try runEach(searches.count, jobs: 2) { index in
                let found = try searches[index].found()
                offsets.withLock { offsets in
                    for (number, more) in found.enumerated() { offsets[number].formUnion(more) }
                }
            }
        }
        return offsets.withLock { $0 }
    }

    private init(_ entries: [Entry], _ known: [Known], _ hour: UInt32) {
        self.entries = entries
        self.known = known
        self.hour = hour
        offsets = Array(repeating: [], count: entries.count)
    }

    private consuming func found() throws -> [Set<Int64>] {
        let replacements = Set(known.map(\.replacedBy) + entries.map(\.replacedBy))
        var seen = RequestIDSet()
        var isCurrent = false
        for (number, entry) in entries.enumerated() {
            if replacements.contains(number) { isCurrent = false }
            guard entry.ids.count(in: hour) > 0 else { continue }
            if !isCurrent { seen = try counted(before: number) }
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
        return offsets
    }

    /// The ids of an hour that count when the turn of an entry comes.
    private func counted(before number: Int) throws -> RequestIDSet {
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
