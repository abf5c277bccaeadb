package import Foundation

/// One run of the built binary.
package struct ProgramRun {
    package let status: Int32
    package let output: String
    package let errors: String

    /// The binary that the tests were built with.
    package static var binary: URL {
        // Tests run from a bundle that stands beside the products of the same build.
        Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
            .map { $0.appendingPathComponent("flue") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
            ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("flue")
    }

    /// Runs `flue` in `folder` and waits for it.
    package init(_ arguments: [String], in folder: URL, input: [UInt8]? = nil) throws {
        let process = try Self.start(arguments, in: folder, input: input)
        process.process.waitUntilExit()
        status = process.process.terminationStatus
        output = try String(contentsOf: process.output, encoding: .utf8)
        self.errors = try String(contentsOf: process.errors, encoding: .utf8)
        for url in [process.output, process.errors, process.input] {
            try? FileManager.default.removeItem(at: url)
        }
    }

    /// A run that has begun. Its output goes to files, so that it can never block on a pipe.
    package static func start(
        _ arguments: [String], in folder: URL, input: [UInt8]? = nil
    ) throws -> (process: Process, output: URL, errors: URL, input: URL) {
        let id = UUID().uuidString
        let place = FileManager.default.temporaryDirectory
        let output = place.appendingPathComponent("flue-\(id).out")
        let errors = place.appendingPathComponent("flue-\(id).err")
        let source = place.appendingPathComponent("flue-\(id).in")
        for url in [output, errors] { try Data().write(to: url) }
        try Data(input ?? []).write(to: source)
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return (process, output, errors, source)
    }
}
