import ArgumentParser
import Foundation
import Pipeline

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Share logs among tasks of about one size, for map.",
        discussion: """
            Prints one task a line, the largest first, as a JSON object of the bytes that it reads and the names of its logs. \
            Small logs are packed together; a log that is larger than a task is one by itself, and sets how long the whole \
            takes.
            """)

    @Argument(help: "Logs: files, folders, glob patterns.")
    var paths: [String]

    @Option(help: ArgumentHelp("Bytes of a task, as delivered.", valueName: "bytes"))
    var taskBytes = 256 << 20

    func validate() throws {
        guard taskBytes > 0 else {
            throw ValidationError("--task-bytes is a number of bytes, from 1.")
        }
    }

    /// Logs that one call of `map` reads.
    private struct Task: Encodable {
        var bytes: Int64 = 0
        var inputs: [String] = []
    }

    func run() throws {
        var unreadable = 0
        let files = try InputPaths.expand(paths) { folder in
            StandardError.write("flue: \(folder): the folder cannot be listed; may you read it?")
            unreadable += 1
        }
        // First fit, the largest first.
        var tasks: [Task] = []
        for file in files.sorted(by: { ($1.size, $0.name) < ($0.size, $1.name) }) {
            let place = tasks.firstIndex { $0.bytes + file.size <= Int64(taskBytes) } ?? tasks.count
            if place == tasks.count { tasks.append(Task()) }
            tasks[place].bytes += file.size
            tasks[place].inputs.append(file.name)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for task in tasks.sorted(by: { $0.bytes > $1.bytes }) {
            StandardOutput.write(String(decoding: try encoder.encode(task), as: UTF8.self) + "\n")
        }
        if unreadable > 0 { throw ExitStatus.partlyDone.code }
    }
}
