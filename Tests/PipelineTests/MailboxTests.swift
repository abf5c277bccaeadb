import Synchronization
import Testing

@testable import Pipeline

@Suite("Handing files from thread to thread")
struct MailboxTests {
    private struct Failure: Error, Equatable {}

    @Test("All that is sent arrives in its order, whatever waits", arguments: [1, 2, 100])
    func order(capacity: Int) throws {
        let mailbox = Mailbox<Int>(capacity: capacity)
        let received = Mutex<[Int]>([])
        try runBeside {
            while let value = try mailbox.receive() { received.withLock { $0.append(value) } }
        } _: {
            for value in 0..<1_000 { try mailbox.send(value) }
            mailbox.close()
        }
        #expect(received.withLock { $0 } == Array(0..<1_000))
        #expect(try mailbox.receive() == nil)
    }

    @Test("A taker that fails releases senders that wait, and its error is the one that counts")
    func takerFails() {
        let mailbox = Mailbox<Int>(capacity: 1)
        #expect(throws: Failure()) {
            try runBeside {
                _ = try mailbox.receive()
                mailbox.close()
                throw Failure()
            } _: {
                try runWorkers(3) { worker in
                    for _ in 0..<100 { try mailbox.send(worker) }
                }
            }
        }
        #expect(throws: Mailbox<Int>.Closed.self) { try mailbox.send(1) }
    }

    @Test("A sender that fails ends the taker, and what waits is not taken")
    func senderFails() {
        let mailbox = Mailbox<Int>(capacity: 10)
        #expect(throws: Failure()) {
            try runBeside {
                // Until the failure is there.
                while try mailbox.receive() != nil {}
            } _: {
                try mailbox.send(1)
                mailbox.close(failure: Failure())
                throw Failure()
            }
        }
        #expect(throws: Failure()) { try mailbox.receive() }
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
