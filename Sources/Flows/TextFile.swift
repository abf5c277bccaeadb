import Foundation

/// Small files of lines that a run is given.
enum TextFile {
    static func lines(_ path: String) throws(TextFileError) -> [String] {
        let text: String
        do {
            let data =
                path == "-"
                ? FileHandle.standardInput.readDataToEndOfFile()
                : try Data(contentsOf: URL(fileURLWithPath: path))
            guard let valid = String(validating: data, as: UTF8.self) else {
                throw TextFileError(path: path, line: 1, problem: "is no UTF-8")
            }
            text = valid
        } catch let error as TextFileError {
            throw error
        } catch {
            throw TextFileError(
                path: path, line: nil, problem: "cannot be read; is it there, and may you read it?")
        }
        // By bytes: as a character, a return before it is part of the newline.
        return text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map {
                String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self)
            }
    }
}

/// What is wrong with such a file.
package struct TextFileError: Error, Equatable, CustomStringConvertible {
    package let path: String
    package let line: Int?
    package let problem: String

    package var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}

/// Names of logs, one a line; or tasks of a plan, of which each names some.
package enum InputList {
    package static func names(_ path: String) throws(TextFileError) -> [String] {
        try TextFile.lines(path).filter { !$0.isEmpty }.flatMap { line in
            TaskPlan.Task(line: line)?.inputs ?? [line]
        }
    }
}
