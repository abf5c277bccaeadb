import Foundation
import Synthesis
import TestSupport
import Testing

/// The program that rotates logs on most Linux systems, where it is installed.
private let logrotate = ["/usr/sbin/logrotate", "/usr/bin/logrotate"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

/// Nights of a log that the real `logrotate` rotates and `flue ingest` reads: twelve, or as many as
/// `FLUE_ROTATION_NIGHTS` says.
@Suite(
    "Nights with logrotate",
    .enabled(if: logrotate != nil, "logrotate is not installed; Config/dev test installs it"))
struct LogrotateTests {
    private static let nightCount =
        ProcessInfo.processInfo.environment["FLUE_ROTATION_NIGHTS"].flatMap { Int($0) } ?? 12

    private static let configurations: [(name: String, directives: String)] = [
        ("rename", "rotate 100\ncreate"),
        ("compress", "rotate 100\ncreate\ncompress"),
        ("delaycompress", "rotate 100\ncreate\ncompress\ndelaycompress"),
        ("copytruncate", "rotate 100\ncopytruncate"),
        ("dateext", "rotate 100\ncreate\ndateext\ndateformat -%Y%m%d-%s"),
        ("dateext and compress", "rotate 100\ncreate\ndateext\ndateformat -%Y%m%d-%s\ncompress"),
        ("copytruncate and compress", "rotate 100\ncopytruncate\ncompress"),
        // What was counted goes after some nights.
        ("three kept", "rotate 3\ncreate\ndelaycompress\ncompress"),
    ]

    @Test(
        "Each request counts once, without any option and with exit 0, also when nights are missed",
        arguments: configurations, [false, true])
    func rotates(
        _ configuration: (name: String, directives: String), isMissing: Bool
    ) throws {
        // A night that is missed may be gone when only three are kept.
        let mayMiss = isMissing && configuration.name != "three kept"
        let shell = try Shell()
        let folder = shell.folder
        try folder.write("limits: { max_unmatched_percent: 100 }\n", to: "flue.yaml")
        try FileManager.default.createDirectory(
            at: folder.url.appendingPathComponent("logs"), withIntermediateDirectories: true)
        try folder.write(
            "\(folder.path("logs/access.log")) {\n\(configuration.directives)\n}\n",
            to: "rotate.conf")
        for path in ["", "logs", "rotate.conf"] {
            let mode = path == "rotate.conf" ? 0o644 : 0o755
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: folder.path(path))
        }
        var random = SeededGenerator(seed: 7)
        var written = 0
        func write(_ count: Int) throws {
            var log = (try? readBytes(folder.path("logs/access.log"))) ?? []
            for number in written..<written + count {
                let minutes = number % 40320
                let day = String(format: "%02d", minutes / 1440 + 1)
                let time = String(format: "%02d:%02d", minutes % 1440 / 60, minutes % 60)
                // No ids: nothing but the bytes tells one from another.
                log += Array(
                    ("{\"timestamp\":\"2026-03-\(day)T\(time):00Z\",\"model\":\"m\",\"region\":\"eastus\",\"usage\":"
                        + "{\"prompt_tokens\":\(number),\"completion_tokens\":1}}\n").utf8)
            }
            written += count
            // In its place, as a writer that keeps the file open does.
            let handle = try FileHandle(
                forWritingTo: folder.url.appendingPathComponent("logs/access.log"))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(log))
            try handle.close()
        }
        func ingest() throws {
            let run = try shell.flue("ingest", "--progress", "never", "--quiet", "logs")
            #expect(run.status == 0, "\(run.errors)")
            let sums = try shell.rows("SELECT sum(requests), sum(input_tokens) FROM monthly_totals")
            #expect(sums == ["\(written)|\(written * (written - 1) / 2)"])
        }
        try folder.write("", to: "logs/access.log")
        for night in 0..<Self.nightCount {
            try write(Int.random(in: 5...60, using: &random))
            if !mayMiss || night % 4 == 0 || night % 4 == 3 { try ingest() }
            // Between the run and the rotation, where one is kept for the next run to see.
            try write(Int.random(in: 0...40, using: &random))
            try rotate(in: folder)
            if configuration.name.hasPrefix("dateext") { Thread.sleep(forTimeInterval: 1.02) }
        }
        try write(3)
        try ingest()
    }

    private func rotate(in folder: TemporaryFolder) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: logrotate ?? "")
        process.arguments = ["-f", "-s", folder.path("state"), folder.path("rotate.conf")]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }
}
