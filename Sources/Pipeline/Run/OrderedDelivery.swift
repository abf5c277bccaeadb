import Synchronization

/// Hands outcomes on in the order of their files, though files end in any order.
final class OrderedDelivery: Sendable {
    /// Cells that may wait for a file before them, about 30 MB.
    private static let cellLimit = 200_000

    private struct State {
        var waiting: [Int: Pipeline.Outcome] = [:]
        var cells = 0
        var next = 0

        /// The next outcome in its turn; `nil` when it is not there yet.
        mutating func popNext() -> (index: Int, outcome: Pipeline.Outcome)? {
            guard let outcome = waiting.removeValue(forKey: next) else { return nil }
            defer { next += 1 }
            cells -= outcome.cellCount
            return (next, outcome)
        }
    }

    private let state = Mutex(State())
    /// Held by the worker that hands on; whom it hands to may let it wait.
    private let turn = Mutex(())

    /// Whether no more should be added that must wait.
    var isCrowded: Bool { state.withLock { $0.cells > Self.cellLimit } }

    /// Takes the outcome of one file and delivers all whose turn has come.
    func add(
        _ outcome: Pipeline.Outcome, of index: Int,
        to deliver: (Int, Pipeline.Outcome) throws -> Void
    ) throws {
        state.withLock { state in
            state.waiting[index] = outcome
            state.cells += outcome.cellCount
        }
        try turn.withLock { _ in
            while let (index, outcome) = state.withLock({ $0.popNext() }) {
                try deliver(index, outcome)
            }
        }
    }
}

extension Pipeline.Outcome {
    fileprivate var cellCount: Int {
        if case .partial(let partial) = self { partial.cells.count } else { 0 }
    }
}
