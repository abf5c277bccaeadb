import Synchronization
import Testing

@testable import Pipeline

@Suite("Handing on in order what is made in any order")
struct OrderedHandOffTests {
    private struct Failure: Error, Equatable {}

    @Test(
        "All that is sent arrives in the order of its places, whatever waits",
        arguments: [0, 2, 100])
    func order(capacity: Int) throws {
        let handOff = OrderedHandOff<Int>(capacity: capacity)
        let received = Mutex<[Int]>([])
        try runBeside {
            while let value = try handOff.receive() { received.withLock { $0.append(value) } }
        } _: {
            // Each sender brings every third, so that most come early.
            try runWorkers(3) { sender in
                for file in stride(from: sender, to: 999, by: 3) {
                    try handOff.send(file, at: HandOffPlace(file: file))
                }
            }
            handOff.close()
        }
        #expect(received.withLock { $0 } == Array(0..<999))
        #expect(handOff.waitingWeight == 0)
        #expect(try handOff.receive() == nil)
    }

    @Test("Places are passed in order, one at a time: chunks, then the end of their file")
    func turns() throws {
        let handOff = OrderedHandOff<String>(capacity: 1)
        // Files of one to four chunks.
        let chunks = (0..<20).flatMap { file in
            (0...file % 4).map { HandOffPlace(file: file, chunk: $0) }
        }
        let left = Mutex(chunks[...])
        let passed = Mutex<[HandOffPlace]>([])
        let isBusy = Mutex(false)
        @Sendable func pass(_ place: HandOffPlace) throws {
            try handOff.pass(place) {
                let isAlone = isBusy.withLock { busy in
                    defer { busy = true }
                    return !busy
                }
                #expect(isAlone)
                passed.withLock { $0.append(place) }
                isBusy.withLock { $0 = false }
            }
        }
        try runWorkers(4) { _ in
            while let place = left.withLock({ $0.popFirst() }) {
                try pass(place)
                if place.chunk == place.file % 4 { try pass(HandOffPlace(file: place.file)) }
            }
        }
        let places = (0..<20).flatMap { file in
            chunks.filter { $0.file == file } + [HandOffPlace(file: file)]
        }
        #expect(passed.withLock { $0 } == places)
        // A value behind places that are passed is due when they are.
        try handOff.send("end", at: HandOffPlace(file: 20))
        #expect(try handOff.receive() == "end")
    }

    @Test("A sender waits with what is due and not taken, not with what is early")
    func bounded() throws {
        let handOff = OrderedHandOff<Int>(capacity: 2, weight: { $0 })
        for file in 1..<50 { try handOff.send(file, at: HandOffPlace(file: file)) }
        #expect(handOff.waitingWeight == (1..<50).reduce(0, +))
        let isSent = Mutex(false)
        try runBeside {
            try handOff.send(0, at: HandOffPlace(file: 0))
            isSent.withLock { $0 = true }
        } _: {
            for file in 0..<47 {
                let value = try handOff.receive()
                #expect(value == file)
                #expect(isSent.withLock { !$0 })
            }
            let value = try handOff.receive()
            #expect(value == 47)
        }
        #expect(isSent.withLock { $0 })
        #expect(handOff.waitingWeight == 0)
    }

    @Test("A taker that fails releases all who wait, and its error is the one that counts")
    func takerFails() {
        let handOff = OrderedHandOff<Int>(capacity: 0)
        #expect(throws: Failure()) {
            try runBeside {
                _ = try handOff.receive()
                handOff.close()
                throw Failure()
            } _: {
                try runWorkers(3) { sender in
                    guard sender < 2 else { return try handOff.pass(HandOffPlace(file: 900)) {} }
                    for file in stride(from: sender, to: 200, by: 2) {
                        try handOff.send(sender, at: HandOffPlace(file: file))
                    }
                }
            }
        }
        #expect(throws: HandOffClosed.self) {
            try handOff.send(1, at: HandOffPlace(file: 1_000))
        }
        #expect(throws: HandOffClosed.self) {
            try handOff.pass(HandOffPlace(file: 0)) {}
        }
    }

    @Test("A sender that fails ends the taker, and what waits is not taken")
    func senderFails() {
        let handOff = OrderedHandOff<Int>(capacity: 10)
        #expect(throws: Failure()) {
            try runBeside {
                // Until the failure is there.
                while try handOff.receive() != nil {}
            } _: {
                try handOff.send(1, at: HandOffPlace(file: 0))
                handOff.close(failure: Failure())
                throw Failure()
            }
        }
        #expect(throws: Failure()) { try handOff.receive() }
    }

    @Test("Who fails in its turn lets nobody behind it pass")
    func passFails() {
        let handOff = OrderedHandOff<Int>(capacity: 10)
        #expect(throws: Failure()) { try handOff.pass(HandOffPlace(file: 0)) { throw Failure() } }
        handOff.close()
        #expect(throws: HandOffClosed.self) {
            try handOff.pass(HandOffPlace(file: 1)) {}
        }
    }

    @Test("What is due when the line closes is still taken; what is early is not")
    func closing() throws {
        let handOff = OrderedHandOff<Int>(capacity: 10)
        for file in [0, 1, 3] { try handOff.send(file, at: HandOffPlace(file: file)) }
        handOff.close()
        #expect(try handOff.receive() == 0)
        #expect(try handOff.receive() == 1)
        #expect(try handOff.receive() == nil)
    }

    @Test("Work of many indices is done once each, and the first error ends it")
    func eachOnce() throws {
        let seen = Mutex<[Int]>([])
        try runEach(500, jobs: 3) { index in seen.withLock { $0.append(index) } }
        #expect(seen.withLock { $0.sorted() } == Array(0..<500))
        #expect(throws: Failure()) { try runEach(500, jobs: 3) { _ in throw Failure() } }
        try runEach(0, jobs: 3) { _ in throw Failure() }
    }
}
