import Foundation
import Synchronization

/// Turns the requests of chunks into bytes; each worker has one of its own.
package protocol RequestFormatter: AnyObject {
    /// - Parameters:
    ///   - name: A name by its number.
    ///   - write: Given the bytes of all requests, once.
    func format(
        _ chunk: RequestChunk, name: (UInt32) -> String, write: (Span<UInt8>) throws -> Void
    ) throws
}

extension Pipeline {
    /// Lists every request of every file once, in the order of `files` and of their lines, whatever the number of
    /// workers. A worker holds one chunk until those before it are written, so memory grows by the digests of ids alone, some 30 bytes each.
    ///
    /// - Parameters:
    ///   - makeFormatter: Asked once by each worker.
    ///   - probeLengths: After how many bytes of a file the digest so far is kept.
    ///   - write: Given the bytes of one chunk after the other; on any worker but one at a time.
    ///   - deliver: Given each file's number and outcome behind its last bytes.
    /// - Throws: What any of them threw first.
    package func list(
        _ files: [InputFile], makeFormatter: @Sendable () -> any RequestFormatter,
        probeLengths: @Sendable (InputFile) -> [Int64] = { _ in [] },
        progress: @Sendable (_ file: Int, _ bytes: Int64) -> Void = { _, _ in },
        write: @escaping @Sendable (Span<UInt8>) throws -> Void,
        deliver: @escaping @Sendable (Int, Outcome) throws -> Void
    ) throws {
        var settings = settings
        settings.fold.listsRequests = true
        settings.fold.method = nil  // rows are what histograms are made of
        let turns = OrderedHandOff<Never>(capacity: 0)
        // Of the same places, so that the first of two requests is the one that is listed.
        let comparing = OrderedHandOff<Never>(capacity: 0)
        let listed = Mutex<[UInt32: RequestIDSet]>([:])
        try Pipeline(settings).drive(
            files, prepare: { .read(probeLengths: probeLengths($0)) }, progress: progress,
            helpsFirst: { true },
            stop: { _ in
                turns.close()
                comparing.close()
            }
        ) { [settings] names in
            let formatter = makeFormatter()
            return WorkerUse { task, sequence, requests in
                let place = HandOffPlace(file: task.index, chunk: sequence)
                let duplicates = try comparing.pass(place) {
                    if task.settles {
                        task.settle(requests, chunk: sequence)
                        requests = task.takeSettled()
                    }
                    return listed.withLock { requests.removeDuplicates(of: &$0) }
                }
                try formatter.format(requests, name: names.name) { bytes in
                    try turns.pass(place) { try write(bytes) }
                }
                return duplicates
            } end: { task, outcome in
                let end = HandOffPlace(file: task.index)
                // Those that waited for others until the file's end.
                var last = RequestChunk()
                let duplicates = try comparing.pass(end) {
                    last = task.takeSettled()
                    return listed.withLock { last.removeDuplicates(of: &$0) }
                }
                try turns.pass(end) {
                    if !last.requests.isEmpty {
                        try formatter.format(last, name: names.name, write: write)
                    }
                    try deliver(
                        task.index, settings.judged(outcome.withDuplicates(duplicates)))
                }
            }
        }
    }
}

extension Pipeline.Outcome {
    /// Of its counted requests, so many turned out to be counted before.
    fileprivate func withDuplicates(_ count: Int) -> Pipeline.Outcome {
        guard count > 0, case .partial(var partial) = self else { return self }
        partial.facts.tally.counted -= count
        partial.facts.tally.duplicate += count
        return .partial(partial)
    }
}

extension RequestChunk {
    /// Leaves out requests that were listed before.
    ///
    /// - Parameter listed: By the UTC hour in which they began.
    /// - Returns: How many.
    fileprivate mutating func removeDuplicates(of listed: inout [UInt32: RequestIDSet]) -> Int {
        let before = requests.count
        requests.removeAll { request in
            guard let id = request.identity else { return false }
            let hour = UInt32(truncatingIfNeeded: request.time / 3_600_000)
            return !listed[hour, default: RequestIDSet()].insert(id)
        }
        return before - requests.count
    }
}
