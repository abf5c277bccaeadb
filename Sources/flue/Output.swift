import ArgumentParser
import Flows
import Foundation
import Pipeline
import Reporting

/// Results.
enum StandardOutput {
    /// Writes all of `text`, in which only line ends and tabs steer the terminal. A closed pipe ends the program with success, any other failure with 74.
    static func write(_ text: String) {
        guard !FileWriter.write(PlainText.lines(text), to: 1) else { return }
        if errno == EPIPE { Flue.exit() }
        StandardError.write("flue: standard output: \(unsafe String(cString: strerror(errno)))")
        Flue.exit(withError: ExitStatus.io.code)
    }
}

/// Everything that is not a result.
enum StandardError {
    /// Writes a line, whatever stands in the names that it tells.
    static func write(_ line: String) { _ = FileWriter.write(PlainText.line(line) + "\n", to: 2) }

    /// Writes text of several lines.
    static func write(lines text: String) {
        _ = FileWriter.write(PlainText.lines(text) + "\n", to: 2)
    }
}

private enum FileWriter {
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                // Safe: the buffer's own count bounds the write.
                unsafe Foundation.write(descriptor, buffer.baseAddress, buffer.count)
            }
            guard written > 0 else { return false }
            bytes = bytes.dropFirst(written)
        }
        return true
    }
}

/// Writes a result to a file, or to standard output when `path` is missing or `-`.
func deliver(_ text: String, to path: String?) throws {
    guard let path, path != "-" else { return StandardOutput.write(text) }
    let file = try DraftFile(path)
    try file.write(text)
    try file.finish()
}

/// Makes a folder, and those above it.
func makeFolder(_ path: String) throws {
    do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
        throw OutputFailure(path: path, reason: "no folder can be made there")
    }
}

/// What this build is made of.
var libraries: String { "gzip by \(Compression.gzipLibrary)" }
