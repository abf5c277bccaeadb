import Foundation
package import Pipeline

/// Requests that inputs must leave out, as they are counted in another: by the SHA-256 of each input, where their records
/// begin in its plain text.
///
/// As text: a line that says what it is, then one for each input, with its digest and the offsets, ascending.
package struct Exclusions: Equatable, Sendable {
    private static let title = "# flue exclusions 1"

    package let offsets: [[UInt8]: Set<Int64>]

    package init(_ offsets: [[UInt8]: Set<Int64>]) { self.offsets = offsets }

    package var text: String {
        let lines = offsets.map { input, offsets in
            ([input.hexadecimal] + offsets.sorted().map(String.init)).joined(separator: " ")
        }
        return ([Self.title] + lines.sorted()).joined(separator: "\n") + "\n"
    }

    package init(reading path: String) throws(TextFileError) {
        let lines = try TextFile.lines(path)
        guard lines.first == Self.title else {
            throw TextFileError(
                path: path, line: 1,
                problem: "is no list of exclusions; flue load --exclusions writes them")
        }
        var offsets: [[UInt8]: Set<Int64>] = [:]
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            let parts = line.split(separator: " ")
            let numbers = parts.dropFirst().compactMap { Int64($0) }
            guard let input = parts.first.flatMap({ [UInt8](hexadecimal: $0) }), input.count == 32,
                numbers.count == parts.count - 1, numbers.allSatisfy({ $0 >= 0 })
            else {
                throw TextFileError(
                    path: path, line: index + 1,
                    problem: "holds no digest of an input with places behind it")
            }
            offsets[input] = Set(numbers)
        }
        self.offsets = offsets
    }
}

/// The inputs that a load must find, in the order in which they are counted: of a request that stands in two, the first
/// keeps it.
///
/// As `sha256sum` writes it: a digest, two spaces, a name. A relative name is that of a file in the working folder.
package struct Manifest: Sendable {
    package let inputs: [(digest: [UInt8], name: String)]
    /// Logs that could not be mapped, with what is wrong.
    package let unmapped: [String]

    private static let unmappedMark = "# not mapped: "

    /// The line of a log that was mapped.
    package static func line(_ digest: [UInt8], _ file: InputFile) -> String {
        "\(digest.hexadecimal)  \(file.name)\n"
    }

    /// The line of a log that could not be.
    package static func line(unmapped problem: String) -> String {
        "\(unmappedMark)\(problem.replacing("\n", with: " "))\n"
    }

    package init(reading path: String) throws(TextFileError) {
        var inputs: [(digest: [UInt8], name: String)] = []
        let lines = try TextFile.lines(path)
        unmapped = lines.filter { $0.hasPrefix(Self.unmappedMark) }.map {
            String($0.dropFirst(Self.unmappedMark.count))
        }
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            let digest = [UInt8](hexadecimal: line.prefix(64))
            // Behind the digest stands a space, then one more or an asterisk for binary.
            let name = String(line.dropFirst(66))
            guard let digest, digest.count == 32, line.dropFirst(64).first == " ", !name.isEmpty
            else {
                throw TextFileError(
                    path: path, line: index + 1,
                    problem:
                        "holds no SHA-256 with the name of its input behind it, as sha256sum writes them"
                )
            }
            let isAddress = name.contains("://")
            inputs.append(
                (digest, isAddress ? name : URL(fileURLWithPath: name).standardizedFileURL.path))
        }
        guard !inputs.isEmpty else {
            throw TextFileError(path: path, line: 1, problem: "names no input that was mapped")
        }
        self.inputs = inputs
    }
}

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

extension [UInt8] {
    /// `nil` for what is not two digits a byte.
    fileprivate init?(hexadecimal text: some StringProtocol) {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue ?? 16 }
        guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 < 16 }) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            bytes.append(UInt8(digits[place] * 16 + digits[place + 1]))
        }
        self = bytes
    }
}

/// Names of logs, one a line.
package enum InputList {
    package static func names(_ path: String) throws(TextFileError) -> [String] {
        try TextFile.lines(path).filter { !$0.isEmpty }
    }
}
