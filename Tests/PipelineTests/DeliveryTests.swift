import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

@Suite("Files are taken largest first and handed on in that order")
struct DeliveryTests {
    private func line(_ tenant: Int) -> String {
        "{\"timestamp\":\"2026-10-01T10:00:00Z\",\"model\":\"m\",\"tenant\":\"t\(tenant)\"}\n"
    }

    @Test(
        "The largest first; stages of one growing file from the shortest on, where the last belongs"
    )
    func largestFirst() throws {
        let folder = try TemporaryFolder()
        let growing = String(repeating: line(0), count: 20)
        for (name, text) in [
            ("a", String(repeating: line(1), count: 30)), ("b", growing + growing + growing),
            ("c", growing), ("d", String(repeating: line(2), count: 90)),
        ] { try folder.write(text, to: name) }
        let order = DeliveryOrder(try InputPaths.expand([folder.url.path]))
        #expect(order.files.map(\.shortName) == ["d", "c", "b", "a"])
    }

    @Test("Short files belong to the first that begins with all of them, whatever their number")
    func short() throws {
        let folder = try TemporaryFolder()
        for (name, text) in [
            ("a", "xy"), ("b", "x"), ("c", "xyz"), ("d", "y"), ("e", ""), ("f", "xyz"), ("g", "zz"),
        ] { try folder.write(text, to: name) }
        let order = DeliveryOrder(try InputPaths.expand([folder.url.path]))
        #expect(order.files.map(\.shortName) == ["b", "a", "c", "f", "g", "d", "e"])
        #expect(order.probeLengths(of: order.files[2]) == [1, 2])
        for number in 0..<4_000 { try folder.write("line \(number)\n", to: "n\(number)") }
        let begin = ContinuousClock.now
        _ = DeliveryOrder(try InputPaths.expand([folder.url.path]))
        // Pairs of them took minutes in a debug build.
        #expect(ContinuousClock.now - begin < .seconds(30))
    }

    @Test("Outcomes arrive in order, one at a time, however many wait", arguments: [1, 2, 7])
    func inOrder(jobs: Int) throws {
        let folder = try TemporaryFolder()
        // The first takes longest; those behind it have more cells than may wait.
        try folder.write(String(repeating: line(0), count: 100_000), to: "00")
        let many = (0..<60_000).map(line).joined()
        for file in 1..<9 { try folder.write(many, to: "0\(file)") }
        let files = try InputPaths.expand([folder.url.path])
        var settings = Pipeline.Settings(dialects: [try Dialect(named: "gateway")])
        settings.jobs = jobs
        let seen = Mutex([(index: Int, counted: Int)]())
        let isBusy = Mutex(false)
        try Pipeline(settings).run(files) { index, outcome in
            #expect(
                isBusy.withLock { busy in
                    defer { busy = true }; return !busy
                })
            seen.withLock { $0.append((index, outcome.partial?.tally.counted ?? 0)) }
            isBusy.withLock { $0 = false }
        }
        let arrived = seen.withLock { $0 }
        #expect(arrived.map(\.index) == Array(0..<9))
        #expect(arrived.map(\.counted) == [100_000] + Array(repeating: 60_000, count: 8))
    }
}
