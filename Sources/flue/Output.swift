import ArgumentParser
import Flows
import Foundation
import Pipeline

/// Results.
enum StandardOutput {
    /// Writes all of `text`. A closed pipe ends the program with success, any other failure with 74.
    static func write(_ text: String) {
        guard !FileWriter.write(text, to: 1) else { return }
        if errno == EPIPE { Flue.exit() }
        StandardError.write("flue: standard output: \(unsafe String(cString: strerror(errno)))")
        Flue.exit(withError: ExitStatus.io.code)
    }
}

/// Everything that is not a result.
enum StandardError {
    static func write(_ line: String) { _ = FileWriter.write(line + "\n", to: 2) }
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
func deliver(_ text: String, to path: String?) throws(OutputFailure) {
    guard let path, path != "-" else { return StandardOutput.write(text) }
    do {
        // Into place at once, so that no reader meets half a file; but a pipe or a device is written to.
        let isPlain = FileManager.default.isPlainFileOrMissing(path)
        let target = URL(fileURLWithPath: path)
        if isPlain {
            try Data(text.utf8).write(to: target, options: .atomic)
        } else {
            let handle = try FileHandle(forWritingTo: target)
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        }
    } catch {
        throw OutputFailure(path: path, reason: error.localizedDescription)
    }
}

extension FileManager {
    /// Whether a file may be put at `path` by renaming another to it.
    fileprivate func isPlainFileOrMissing(_ path: String) -> Bool {
        let type = try? attributesOfItem(atPath: path)[.type] as? FileAttributeType
        return type == nil || type == .typeRegular
    }
}

/// What this build is made of.
var libraries: String { "gzip by \(Compression.gzipLibrary)" }
