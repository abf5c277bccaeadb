package import Pipeline

/// Requests that inputs must leave out, as they are counted in another: of each input or part of one, where their records
/// begin in its plain text.
///
/// As text: a line that says what it is, then one for each, with its key and the offsets, ascending; then what is to be
/// mapped, as a plan names it.
package struct Exclusions: Equatable, Sendable {
    private static let title = "# flue exclusions 2"

    private static let inputMark = "input "

    package let offsets: [InputKey: Set<Int64>]
    /// What must be mapped again, as ``PlannedInput`` has it.
    package let inputs: [String]

    package init(_ offsets: [InputKey: Set<Int64>], inputs: [String] = []) {
        self.offsets = offsets
        self.inputs = inputs
    }

    package var text: String {
        let lines = offsets.map { input, offsets in
            ([input.description] + offsets.sorted().map(String.init)).joined(separator: " ")
        }
        let names = inputs.map { Self.inputMark + $0 }
        return ([Self.title] + lines.sorted() + names).joined(separator: "\n") + "\n"
    }

    package init(reading path: String) throws(TextFileError) {
        let lines = try TextFile.lines(path)
        guard lines.first == Self.title else {
            throw TextFileError(
                path: path, line: 1,
                problem: "is no list of exclusions; flue load --exclusions writes them")
        }
        var offsets: [InputKey: Set<Int64>] = [:]
        var inputs: [String] = []
        for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            if line.hasPrefix(Self.inputMark) {
                inputs.append(String(line.dropFirst(Self.inputMark.count)))
                continue
            }
            let parts = line.split(separator: " ")
            let numbers = parts.dropFirst().compactMap { Int64($0) }
            guard let input = parts.first.flatMap({ InputKey($0) }),
                numbers.count == parts.count - 1, numbers.allSatisfy({ $0 >= 0 })
            else {
                throw TextFileError(
                    path: path, line: index + 1,
                    problem: "holds no input with places behind it")
            }
            offsets[input] = Set(numbers)
        }
        self.init(offsets, inputs: inputs)
    }
}
