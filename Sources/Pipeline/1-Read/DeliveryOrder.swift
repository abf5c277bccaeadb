/// The files of a run in an order in which growth shows: what may be an earlier stage of another file comes
/// before it, and the longer one is digested at the length of the shorter. Else the largest come first: then no
/// worker is left alone with a large one at the end.
///
/// So which files count does not depend on threads, batches or the order on the command line.
package struct DeliveryOrder: Sendable {
    package let files: [InputFile]
    private let lengths: [InputFile: [Int64]]

    /// Reads the head of each file.
    ///
    /// - Parameter known: Files that will not be read: nothing is to be found out about them.
    package init(_ files: [InputFile], known: Set<InputFile> = []) {
        var groups: [[InputFile]] = []
        var places: [[UInt8]: Int] = [:]
        var beginnings: [FileBeginning?] = []
        func open(_ file: InputFile, _ beginning: FileBeginning?) {
            groups.append([file])
            beginnings.append(beginning)
        }
        var short: [(file: InputFile, beginning: FileBeginning)] = []
        for file in files {
            // What is not to be read has no beginning: the pipeline says why.
            let isRead = !file.isStandardInput && !known.contains(file)
            let beginning = isRead ? try? FileBeginning(file) : nil
            if let beginning, beginning.head == nil {
                short.append((file, beginning))
            } else if let head = beginning?.head, let place = places[head] {
                groups[place].append(file)
            } else {
                if let head = beginning?.head { places[head] = groups.count }
                open(file, beginning)
            }
        }
        // A short file belongs to those that begin with all of it, other short ones among them.
        let largestFirst = short.enumerated().sorted {
            (-$0.element.file.size, $0.offset) < (-$1.element.file.size, $1.offset)
        }
        // The first group for each beginning of the length that is looked for: files of one length come together.
        var byBeginning: [ArraySlice<UInt8>: Int] = [:]
        var length = -1
        for (file, beginning) in largestFirst.map(\.element) {
            let bytes = beginning.bytes
            if bytes.count != length {
                length = bytes.count
                byBeginning = [:]
                for (place, known) in beginnings.enumerated() {
                    guard let known, known.bytes.count >= length else { continue }
                    let start = known.bytes.prefix(length)
                    byBeginning[start] = byBeginning[start] ?? place
                }
            }
            if let place = byBeginning[bytes], file.size > 0 {
                groups[place].append(file)
            } else {
                byBeginning[bytes] = byBeginning[bytes] ?? groups.count
                open(file, beginning)
            }
        }
        var lengths: [InputFile: [Int64]] = [:]
        var growing: [[InputFile]] = []
        for group in groups {
            // Stable sorts: files of one size keep their order.
            let group = group.enumerated()
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
