/// The files of a run in an order in which growth shows: what may be an earlier stage of another file comes
/// before it, and the longer one is digested at the length of the shorter. Else the largest come first: then no
/// worker is left alone with a large one at the end.
///
/// So which files count does not depend on threads, batches or the order on the command line.
package struct DeliveryOrder: Sendable {
    package let files: [InputFile]
    private let lengths: [InputFile: [Int64]]

    /// Reads the head of each file.
    package init(_ files: [InputFile]) {
        var groups: [[UInt8]: [InputFile]] = [:]
        var order: [[UInt8]] = []
        var ungrouped = 0
        for file in files {
            var key: [UInt8]
            if !file.isStandardInput, let head = try? FileReader.head(of: file) {
                key = head
            } else {
                // Short, or not to be read: the pipeline says why.
                key = [UInt8]("\(ungrouped)".utf8)
                ungrouped += 1
            }
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(file)
        }
        var lengths: [InputFile: [Int64]] = [:]
        var growing: [[InputFile]] = []
        for key in order {
            // Stable sorts: files of one size keep their order.
            let group = (groups[key] ?? []).enumerated()
                .sorted { ($0.element.size, $0.offset) < ($1.element.size, $1.offset) }
                .map(\.element)
            let sizes = Set(group.map(\.size)).sorted()
            if sizes.count > 1 {
                for file in group { lengths[file] = sizes.filter { $0 < file.size } }
            }
            growing.append(group)
        }
        func largest(_ group: [InputFile]) -> Int64 {
            group.last.map { $0.isStandardInput ? .max : $0.size } ?? 0
        }
        self.files = growing.enumerated()
            .sorted {
                (-largest($0.element), $0.offset) < (-largest($1.element), $1.offset)
            }
            .flatMap(\.element)
        self.lengths = lengths
    }

    /// Lengths of files of the run that may be an earlier stage of `file`.
    package func probeLengths(of file: InputFile) -> [Int64] { lengths[file] ?? [] }
}
