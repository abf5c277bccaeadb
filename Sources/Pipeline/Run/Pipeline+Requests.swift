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
        write: @Sendable (Span<UInt8>) throws -> Void,
        deliver: @Sendable (Int, Outcome) throws -> Void
    ) throws {
        var settings = settings
        settings.fold.listsRequests = true
        settings.fold.method = nil  // rows are what histograms are made of
        let names = NameRegistry()
        let queue = FileQueue(
            files.enumerated().map {
                FileTask(index: $0, file: $1, settings: settings, registry: names)
            })
        let turns = Turns()
        // Of the same files and chunks, so that the first of two requests is the one that is listed.
        let comparing = Turns()
        let finder = Mutex(DuplicateFinder())
        try runWorkers(settings.jobs) { [settings] _ in
            var worker = Worker(settings, names)
            let formatter = makeFormatter()
            do {
                while let task = queue.next(helpsFirst: true) {
                    let fold = try worker.fold(
                        task, prepare: { .read(probeLengths: probeLengths($0)) }, progress: progress
                    ) { sequence, requests in
                        try comparing.wait(file: task.index, chunk: sequence)
                        if task.settles {
                            task.settle(requests, chunk: sequence)
                            requests = task.takeSettled()
                        }
                        let duplicates = try finder.withLock { finder in
                            try requests.removeDuplicates(finder)
                        }
                        comparing.endChunk()
                        try formatter.format(requests, name: names.name) { bytes in
                            try turns.wait(file: task.index, chunk: sequence)
                            try write(bytes)
                            turns.endChunk()
                        }
                        return duplicates
                    }
                    guard var outcome = task.leave(fold) else { continue }
                    try comparing.wait(file: task.index, chunk: nil)
                    // Those that waited for others until the file's end.
                    var last = task.takeSettled()
                    outcome.addDuplicates(
                        try finder.withLock { try last.removeDuplicates($0) })
                    comparing.endFile()
                    try turns.wait(file: task.index, chunk: nil)
                    if !last.requests.isEmpty {
                        try formatter.format(last, name: names.name, write: write)
                    }
                    try deliver(task.index, settings.judged(outcome))
                    turns.endFile()
                }
            } catch is Turns.Stopped {
                return  // the worker that failed says why
            } catch {
                queue.stop()
                turns.stop()
                comparing.stop()
                throw error
            }
        }
    }
}

extension Pipeline.Outcome {
    /// Counted requests turned out to be counted before.
    fileprivate mutating func addDuplicates(_ count: Int) {
        guard count > 0, case .partial(var partial) = self else { return }
        partial.addDuplicates(count)
        self = .partial(partial)
    }
}

extension RequestChunk {
    /// Leaves out requests that were listed before.
    ///
    /// - Returns: How many.
    fileprivate mutating func removeDuplicates(_ finder: DuplicateFinder) throws -> Int {
        let before = requests.count
        try requests.removeAll { request in
            guard let id = request.identity else { return false }
            return try !finder.add(id, hour: UInt32(truncatingIfNeeded: request.time / 3_600_000))
        }
        return before - requests.count
    }
}

/// Lets one worker after the other go on, in the order of files and chunks.
///
/// A file ends when its last worker has left it, which is after all of its chunks.
///
/// `@unchecked Sendable`: every access to the state holds the condition's lock.
private final class Turns: @unchecked Sendable {
    /// Another worker failed.
    struct Stopped: Error {}

    private let condition = NSCondition()
    private var file = 0
    private var chunk = 0
    private var isStopped = false

    /// - Parameter chunk: `nil` waits for the file alone.
    func wait(file: Int, chunk: Int?) throws {
        condition.lock()
        defer { condition.unlock() }
        while !isStopped, self.file != file || chunk.map({ $0 != self.chunk }) ?? false {
            condition.wait()
        }
        if isStopped { throw Stopped() }
    }

    func endChunk() { change { chunk += 1 } }

    func endFile() {
        change {
            file += 1
            chunk = 0
        }
    }

    func stop() { change { isStopped = true } }

    private func change(_ body: () -> Void) {
        condition.lock()
        body()
        condition.broadcast()
        condition.unlock()
    }
}
