import Foundation
package import Pipeline

/// The inputs that a load must find, in the order in which they are counted: of a request that stands in two, the first
/// keeps it.
///
/// As `sha256sum` writes it: a digest, two spaces, a name. A relative name is that of a file in the working folder. Of an
/// input that was mapped in parts each has a line, with where it begins and ends behind the digest.
package struct Manifest: Sendable {
    package struct Input: Sendable {
        package let digest: [UInt8]
        package let name: String
        /// In the order of the file; the one of a whole input has no part.
        package fileprivate(set) var keys: [InputKey]
    }

    package let inputs: [Input]
    /// Logs that could not be mapped; each once.
    package let unmapped: [Unmapped]

    /// A log that could not be mapped.
    package struct Unmapped: Equatable, Sendable {
        package enum Kind: String, Sendable {
            /// As rotation leaves one behind.
            case empty
            /// It is tried again.
            case waits
            case refused
        }

        package let kind: Kind
        package let name: String
        /// What is wrong.
        package let problem: String

        init(_ name: String, _ error: InputError) {
            kind = error == .empty ? .empty : error.isDeferred ? .waits : .refused
            self.name = name
            problem = error.message
        }

        /// - Returns: `nil` for what is not as ``line``.
        fileprivate init?(line: String) {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard parts.count > 3, parts[0] == Self.mark,
                let kind = Kind(rawValue: String(parts[1]))
            else { return nil }
            self.kind = kind
            name = parts[2..<(parts.count - 1)].joined(separator: "\t")
            problem = String(parts[parts.count - 1])
        }

        private static let mark = "# not mapped"

        package var line: String {
            [Self.mark, kind.rawValue, name, problem].joined(separator: "\t").replacing(
                "\n", with: " ")
                + "\n"
        }
    }

    /// The line of a log that was mapped.
    package static func line(_ key: InputKey, _ file: InputFile) -> String {
        "\(key)  \(file.name)\n"
    }

    package init(reading path: String) throws(TextFileError) {
        var inputs: [Input] = []
        var places: [String: Int] = [:]
        let lines = try TextFile.lines(path)
        unmapped = lines.compactMap { Unmapped(line: $0) }.reduce(into: []) { all, log in
            if !all.contains(where: { $0.name == log.name }) { all.append(log) }
        }
        for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
            // Behind the digest stands a space, then one more or an asterisk for binary.
            let end = line.firstIndex(of: " ") ?? line.endIndex
            let given = String(line[end...].dropFirst(2))
            guard let key = InputKey(line[..<end]), !given.isEmpty else {
                throw TextFileError(
                    path: path, line: index + 1,
                    problem:
                        "holds no SHA-256 with the name of its input behind it, as sha256sum writes them"
                )
            }
            let name =
                given.contains("://") ? given : URL(fileURLWithPath: given).standardizedFileURL.path
            // A whole input that is named twice is two deliveries.
            let isSame = places[name].map { inputs[$0].digest == key.digest } ?? false
            if key.part != nil, isSame, let place = places[name] {
                if !inputs[place].keys.contains(key) { inputs[place].keys.append(key) }
            } else {
                places[name] = inputs.count
                inputs.append(Input(digest: key.digest, name: name, keys: [key]))
            }
        }
        guard !inputs.isEmpty || !unmapped.isEmpty else {
            throw TextFileError(path: path, line: 1, problem: "names no input")
        }
        for place in inputs.indices { inputs[place].keys.sort() }
        self.inputs = inputs
    }
}
