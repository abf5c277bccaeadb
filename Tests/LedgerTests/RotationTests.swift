import Foundation
import Pipeline
import TestSupport
import Testing

@testable import Ledger

@Suite("Rotated logs")
struct RotationTests {
    /// Requests without ids: nothing but the bytes tells them apart.
    private func lines(_ numbers: Range<Int>) -> [UInt8] {
        Array(
            numbers.map { number in
                let minute = String(format: "%02d:%02d", number / 60 % 24, number % 60)
                return
                    "{\"timestamp\":\"2026-10-01T\(minute):00Z\",\"model\":\"m\",\"region\":\"r\",\"usage\":"
                    + "{\"prompt_tokens\":\(number),\"completion_tokens\":1}}\n"
            }.joined().utf8)
    }

    private func move(_ folder: TemporaryFolder, _ from: String, _ to: String) throws {
        try? FileManager.default.removeItem(atPath: folder.path(to))
        try FileManager.default.moveItem(atPath: folder.path(from), toPath: folder.path(to))
    }

    private func pack(_ folder: TemporaryFolder, _ name: String, _ compression: Compression) throws
    {
        let bytes = try readBytes(folder.path(name))
        try folder.write(
            compressed(bytes, compression), to: "\(name).\(compression.rawValue)")
        try FileManager.default.removeItem(atPath: folder.path(name))
    }

    @Test(
        "A log that was renamed leaves its name to the next, whatever the policy and the order",
        arguments: RewritePolicy.allCases)
    func renamed(_ policy: RewritePolicy) throws {
        for isReversed in [false, true] {
            let ledger = try LedgerFolder()
            try ledger.ingest([ledger.folder.write(lines(0..<1000), to: "a")])
            try move(ledger.folder, "a", "a.1")
            let fresh = try ledger.folder.write(lines(1000..<1300), to: "a")
            let paths = [ledger.folder.path("a.1"), fresh]
            let outcomes = try ledger.ingest(isReversed ? paths.reversed() : paths, policy: policy)
            #expect(outcomes.contains(.added))
            #expect(try ledger.requests() == 1300)
            #expect(try ledger.brokenLaws() == [])
        }
    }

    @Test(
        "A log that grew before it was renamed or compressed is known by its beginning",
        arguments: [nil, Compression.gzip, .zstd])
    func grown(_ compression: Compression?) throws {
        // The new log is smaller, between the two, or larger: which is read first must not matter.
        for fresh in [3, 60, 500] {
            let ledger = try LedgerFolder()
            try ledger.ingest([ledger.folder.write(lines(0..<50), to: "a")])
            try ledger.folder.write(lines(0..<80), to: "a.1")
            if let compression { try pack(ledger.folder, "a.1", compression) }
            try ledger.folder.write(lines(1000..<(1000 + fresh)), to: "a")
            try ledger.ingest([ledger.folder.url.path])
            #expect(try ledger.requests() == 80 + fresh, "\(fresh)")
        }
    }

    @Test("Logs that begin alike for more than a kilobyte are told apart")
    func banners() throws {
        let header = String(repeating: "# a banner that every log begins with\n", count: 40)
        let banner = Array(header.utf8)
        let ledger = try LedgerFolder()
        try ledger.ingest([ledger.folder.write(banner + lines(0..<50), to: "a")])
        for fresh in [60..<130, 200..<210] {
            try ledger.folder.write(
                readBytes(ledger.folder.path("a")) + lines(fresh.lowerBound - 5..<fresh.lowerBound),
                to: "a.1")
            try ledger.folder.write(banner + lines(fresh), to: "a")
            try ledger.ingest([ledger.folder.path("a"), ledger.folder.path("a.1")])
        }
        #expect(try ledger.requests() == 50 + 5 + 70 + 5 + 10)
    }

    @Test(
        "A name that was left stays free when the rotated file is deleted, and replace takes nothing of it"
    )
    func deleted() throws {
        for policy in RewritePolicy.allCases {
            let ledger = try LedgerFolder()
            for night in 0..<6 {
                // One rotated file is kept; the one before it goes.
                if night > 0 { try move(ledger.folder, "a", "a.1") }
                try ledger.folder.write(lines(night * 100..<night * 100 + 30), to: "a")
                try ledger.ingest([ledger.folder.url.path], policy: policy)
                #expect(try ledger.requests() == 30 * (night + 1), "\(policy), night \(night)")
            }
            #expect(try ledger.brokenLaws() == [])
        }
    }

    @Test("A night without traffic, or one that was missed, changes nothing")
    func quiet() throws {
        let ledger = try LedgerFolder()
        try ledger.ingest([ledger.folder.write(lines(0..<20), to: "a")])
        try move(ledger.folder, "a", "a.1")
        try ledger.folder.write([], to: "a")
        try ledger.ingest([ledger.folder.url.path])
        // The rotated file is gone before the new log has its first line.
        try FileManager.default.removeItem(atPath: ledger.folder.path("a.1"))
        try ledger.folder.write(lines(20..<30), to: "a")
        try ledger.ingest([ledger.folder.url.path])
        #expect(try ledger.requests() == 30)
        // Twice rotated since the last run.
        try move(ledger.folder, "a", "a.2")
        try ledger.folder.write(lines(30..<45), to: "a.1")
        try ledger.folder.write(lines(45..<47), to: "a")
        try ledger.ingest([ledger.folder.url.path])
        #expect(try ledger.requests() == 47)
    }

    @Test("Stages of a log in one run count once, however short they are")
    func short() throws {
        for (first, second) in [(1, 2), (2, 3), (3, 9), (1, 40)] {
            let ledger = try LedgerFolder()
            let paths = [
                try ledger.folder.write(lines(0..<second), to: "a"),
                try ledger.folder.write(lines(0..<first), to: "b"),
                try ledger.folder.write(lines(0..<first), to: "c"),
                try ledger.folder.write(lines(100..<101), to: "d"),
            ]
            try ledger.ingest(paths)
            #expect(try ledger.requests() == second + 1)
            try ledger.ingest(paths.reversed())
            #expect(try ledger.requests() == second + 1)
            #expect(try ledger.brokenLaws() == [])
        }
    }

    @Test("What grew can become what it was while the rest stands elsewhere, and counts once")
    func shrunk() throws {
        let ledger = try LedgerFolder()
        let path = try ledger.folder.write(lines(0..<20), to: "a")
        try ledger.ingest([path])
        try ledger.folder.write(lines(0..<30), to: "a")
        try ledger.ingest([path])
        try move(ledger.folder, "a", "a.1")
        try ledger.folder.write(lines(0..<20), to: "a")
        try ledger.ingest([path, ledger.folder.path("a.1")], policy: .replace)
        #expect(try ledger.requests() == 30)
    }

    @Test(
        "Sixty nights in a chain that compresses, with the log beside it still growing",
        arguments: [0, 1])
    func chain(delay: Int) throws {
        let ledger = try LedgerFolder()
        var written = 0
        for night in 0..<60 {
            for number in (1...7).reversed() {
                for name in ["a.\(number).gzip", "a.\(number)"]
                where FileManager.default.fileExists(atPath: ledger.folder.path(name)) {
                    let next = name.replacing("a.\(number)", with: "a.\(number + 1)")
                    try move(ledger.folder, name, next)
                }
            }
            if night > 0 {
                // Lines since the last run.
                let more = lines(written..<written + 1 + night % 4)
                try ledger.folder.write(
                    readBytes(ledger.folder.path("a")) + more, to: "a")
                written += 1 + night % 4
                try move(ledger.folder, "a", "a.1")
                let packed = "a.\(1 + delay)"
                if FileManager.default.fileExists(atPath: ledger.folder.path(packed)) {
                    try pack(ledger.folder, packed, .gzip)
                }
            }
            try ledger.folder.write(lines(written..<written + 10 + night % 3), to: "a")
            written += 10 + night % 3
            try ledger.ingest([ledger.folder.url.path])
            #expect(try ledger.requests() == written, "night \(night)")
        }
        #expect(try ledger.brokenLaws() == [])
    }

}
