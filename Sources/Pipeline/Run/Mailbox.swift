import Foundation

/// Hands values from the threads that make them to the one that takes them, in the order in which they are
/// sent. A sender waits while too many are on their way.
///
/// `@unchecked Sendable`: every access to the state holds the condition's lock.
package final class Mailbox<Element: Sendable>: @unchecked Sendable {
    /// The other side has ended.
    package struct Closed: Error {}

    private let condition = NSCondition()
    private let capacity: Int
    private var waiting: [Element] = []
    private var isClosed = false
    private var failure: (any Error)?

    /// - Parameter capacity: How many may wait.
    package init(capacity: Int) { self.capacity = capacity }

    /// - Throws: ``Closed`` when nobody will take it.
    package func send(_ element: Element) throws {
        condition.lock()
        defer { condition.unlock() }
        while waiting.count >= capacity, !isClosed { condition.wait() }
        guard !isClosed else { throw Closed() }
        waiting.append(element)
        condition.broadcast()
    }

    /// - Returns: `nil` when all were taken and no other will come.
    /// - Throws: What ``close(failure:)`` was given.
    package func receive() throws -> Element? {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty, !isClosed { condition.wait() }
        if let failure { throw failure }
        guard !waiting.isEmpty else { return nil }
        condition.broadcast()
        return waiting.removeFirst()
    }

    /// Ends both sides; what waits can still be taken unless the maker failed.
    package func close(failure: (any Error)? = nil) {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        self.failure = self.failure ?? failure
        condition.broadcast()
    }
}
