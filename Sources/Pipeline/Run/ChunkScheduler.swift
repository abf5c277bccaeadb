import Dispatch
import Synchronization

/// Runs `work` on `count` threads at once and waits for all.
///
/// - Throws: The first error of any worker, after the others have ended.
func runWorkers(
    _ count: Int, _ work: @Sendable (_ worker: Int) throws -> Void
) throws {
    let failure = Mutex<(any Error)?>(nil)
    DispatchQueue.concurrentPerform(iterations: count) { worker in
        do {
            try work(worker)
        } catch {
            failure.withLock { $0 = $0 ?? error }
        }
    }
    if let error = failure.withLock({ $0 }) { throw error }
}

/// Runs `work` for every index below `count` on so many threads, and waits for all.
///
/// - Throws: The first error of any; work that had not begun is then left out.
package func runEach(
    _ count: Int, jobs: Int, _ work: @Sendable (_ index: Int) throws -> Void
) throws {
    let next = Mutex(0)
    try runWorkers(min(count, jobs)) { _ in
        do {
            while true {
                let index = next.withLock { next in
                    defer { next += 1 }
                    return next
                }
                guard index < count else { return }
                try work(index)
            }
        } catch {
            next.withLock { $0 = count }
            throw error
        }
    }
}

/// Runs `side` on a thread of its own beside `main`, and waits for both.
///
/// - Throws: The error of `side`, else that of `main`.
func runBeside(
    _ side: @escaping @Sendable () throws -> Void, _ main: () throws -> Void
) throws {
    let failure = Mutex<(any Error)?>(nil)
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) {
        do { try side() } catch { failure.withLock { $0 = error } }
    }
    let result = Result { try main() }
    group.wait()
    if let error = failure.withLock({ $0 }) { throw error }
    try result.get()
}

/// Hands files to workers: first every file to a worker of its own, then unfinished ones to whoever
/// is free. So many files run side by side, and one file keeps all workers busy.
///
/// While too much waits for a file under way, workers help with that one before they begin others.
final class FileQueue: Sendable {
    private struct State {
        var waiting: ArraySlice<FileTask>
        var open: [FileTask] = []
        var isStopped = false

        /// The file under way with the fewest workers, with one more; `nil` when none is under way.
        mutating func helped() -> FileTask? {
            open.removeAll { $0.isEnded }
            let task = open.min { $0.workers < $1.workers }
            task?.join()
            return task
        }
    }

    private let state: Mutex<State>

    init(_ tasks: [FileTask]) { state = Mutex(State(waiting: tasks[...])) }

    /// A file to work on; the caller calls ``FileTask/leave`` when done. `nil` when none is left.
    ///
    /// - Parameter helpsFirst: Whether a file that others work on goes before one that waits.
    func next(helpsFirst: Bool = false) -> FileTask? {
        state.withLock { state in
            guard !state.isStopped else { return nil }
            if helpsFirst, let task = state.helped() { return task }
            if let task = state.waiting.popFirst() {
                state.open.append(task)
                task.join()
                return task
            }
            return state.helped()
        }
    }

    /// Lets every worker end after its current file.
    func stop() { state.withLock { $0.isStopped = true } }
}
