import Foundation

/// Hands on what threads make, in the order of its places, though it is made in any order.
///
/// The places are the chunks of the first file, its end, the chunks of the second file, and so on. A thread leaves a value
/// at its place for the one that takes them all, or waits for its turn and passes the place itself. When too many values
/// wait for the taker, whoever leaves one more waits with it.
///
///     workers ─ send(value, at: place) ─→ in order ─→ receive() ─ taker
///     worker ── pass(place) { … } ────→ in order
///
/// `@unchecked Sendable`: every access to the state holds the condition's lock.
package final class OrderedHandOff<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let capacity: Int
    private let weight: (Value) -> Int
    /// Where the order stands.
    private var file = 0
    private var chunk = 0
    /// Values whose turn has not come.
    private var early: [HandOffPlace: Value] = [:]
    private var earlyWeight = 0
    /// Values whose turn has come, in order.
    private var due: [Value] = []
    private var isClosed = false
    private var failure: (any Error)?

    /// - Parameters:
    ///   - capacity: Values whose turn has come that may wait for the taker.
    ///   - weight: What a value adds to ``waitingWeight``.
    init(capacity: Int, weight: @escaping @Sendable (Value) -> Int = { _ in 1 }) {
        self.capacity = capacity
        self.weight = weight
    }

    /// The weight of all values that wait for others before them. Who sends one of these goes on at once, since what it
    /// makes next may be what all wait for; how much may wait so is for the senders to say.
    var waitingWeight: Int { locked { earlyWeight } }

    /// Leaves a value for the taker. Waits while too many whose turn has come are not taken.
    ///
    /// - Throws: ``HandOffClosed`` when nobody will take it.
    func send(_ value: Value, at place: HandOffPlace) throws {
        try locked {
            early[place] = value
            earlyWeight += weight(value)
            moveDue()
            while due.count > capacity, !isClosed { condition.wait() }
            if isClosed { throw HandOffClosed() }
        }
    }

    /// Takes the next value.
    ///
    /// - Returns: `nil` when all were taken and no other will come.
    /// - Throws: What ``close(failure:)`` was given.
    package func receive() throws -> Value? {
        try locked {
            while due.isEmpty, !isClosed { condition.wait() }
            if let failure { throw failure }
            guard !due.isEmpty else { return nil }
            condition.broadcast()
            return due.removeFirst()
        }
    }

    /// Runs `body` when the turn of its place has come; all behind it wait.
    ///
    /// - Throws: ``HandOffClosed`` when the turn will not come, and what `body` throws.
    func pass<Result>(_ place: HandOffPlace, _ body: () throws -> Result) throws -> Result {
        try locked {
            while !isTurn(of: place), !isClosed { condition.wait() }
            if isClosed { throw HandOffClosed() }
        }
        let result = try body()
        locked {
            advance(past: place)
            moveDue()
        }
        return result
    }

    /// Ends both sides. What is due can still be taken unless there is a failure; what is early is dropped.
    func close(failure: (any Error)? = nil) {
        locked {
            isClosed = true
            self.failure = self.failure ?? failure
            condition.broadcast()
        }
    }

    private func isTurn(of place: HandOffPlace) -> Bool {
        place.file == file && place.chunk ?? chunk == chunk
    }

    private func advance(past place: HandOffPlace) {
        file += place.chunk == nil ? 1 : 0
        chunk = place.chunk.map { $0 + 1 } ?? 0
        condition.broadcast()
    }

    private func moveDue() {
        while true {
            let places = [HandOffPlace(file: file, chunk: chunk), HandOffPlace(file: file)]
            guard let place = places.first(where: { early[$0] != nil }),
                let value = early.removeValue(forKey: place)
            else { return }
            earlyWeight -= weight(value)
            due.append(value)
            advance(past: place)
        }
    }

    private func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        condition.lock()
        defer { condition.unlock() }
        return try body()
    }
}

/// Nothing is handed on any more: the other side has ended.
struct HandOffClosed: Error {}

/// Where something stands in an ``OrderedHandOff``.
struct HandOffPlace: Hashable, Sendable {
    /// 0, 1, 2 …
    let file: Int
    /// 0, 1, 2 … within the file; `nil` for its end, which is sent or passed after all of its chunks were.
    var chunk: Int?
}
