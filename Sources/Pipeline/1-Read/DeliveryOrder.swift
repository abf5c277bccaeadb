/// The files of a run in an order in which growth shows: what may be an earlier stage of another file comes
/// before it, and the longer one is digested at the length of the shorter.
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
        var ordered: [InputFile] = []
        var lengths: [InputFile: [Int64]] = [:]
        for key in order {
            // A stable sort: equal files keep their order.
            let group = (groups[key] ?? []).enumerated()
                .sorted { ($0.element.size, $0.offset) < ($1.element.size, $1.offset) }
                .map(\.element)
            let sizes = Set(group.map(\.size)).sorted()
            if sizes.count > 1 {
                for file in group { lengths[file] = sizes.filter { $0 < file.size } }
            }
            ordered += group
        }
        self.files = ordered
        self.lengths = lengths
    }

    /// Lengths of files of the run that may be an earlier stage of `file`.
    package func probeLengths(of file: InputFile) -> [Int64] { lengths[file] ?? [] }
}
