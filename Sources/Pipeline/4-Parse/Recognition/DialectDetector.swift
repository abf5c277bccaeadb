/// Finds out which dialect a file is written in, by its first records.
package enum DialectDetector {
    /// How many of the first records of a file have a dialect's signature.
    package struct Match: Sendable {
        package let dialect: Dialect
        package let records: Int
    }

    /// What a file is, as its beginning shows.
    package struct Inspection: Sendable {
        /// Dialects that some of its first records match.
        package let matches: [Match]
        /// How many records were looked at.
        package let records: Int
        /// What the dialect made of the first chunk, as if the file ended there; or why it was not read.
        package let outcome: Pipeline.Outcome
        /// The dialect that it was read by.
        package let dialect: Dialect?
    }

    /// Reads the beginning of a file.
    package static func inspect(_ file: InputFile, _ settings: Pipeline.Settings) -> Inspection {
        let (outcome, task) = FileTask.foldFirstChunk(file, settings)
        let (dialect, head) = task.recognition
        let matches = settings.dialects.compactMap { dialect in
            head.map { Match(dialect: dialect, records: Self.matches(of: dialect, $0)) }
        }
        return Inspection(
            matches: matches.filter { $0.records > 0 }, records: head?.records.count ?? 0,
            outcome: outcome, dialect: dialect)
    }

    /// The one dialect of `candidates` whose signature most of the first records have, and the head as that one reads it.
    ///
    /// - Parameters:
    ///   - splitter: Before its first chunk; it cuts as the head shows from then on.
    ///   - look: Shown each head that is looked at.
    /// - Throws: ``InputError/dialect`` when none does, when several do equally well, and for logs that cannot be
    ///   counted.
    static func choose<Mapping: RecordMapping>(
        _ candidates: [Mapping], for splitter: ChunkSplitter, recordLimit: Int,
        look: (FileHead) -> Void = { _ in }
    ) throws(InputError) -> (mapping: Mapping, head: FileHead) {
        var size = 1 << 16
        while true {
            let head = try FileHead(splitter, recordLimit: recordLimit, size: size)
            look(head)
            do throws(InputError) {
                let found = try choose(candidates, for: head)
                look(found.head)
                if found.mapping.form.format == .json {
                    splitter.frame(found.head.framing, unwrapping: found.head.wrapping)
                }
                return found
            } catch {
                // What a program says when it starts can be long.
                guard error == Self.unknown, !head.isWhole, size < FileHead.patience else {
                    throw error
                }
                size *= 8
            }
        }
    }

    private static func choose<Mapping: RecordMapping>(
        _ candidates: [Mapping], for head: FileHead
    ) throws(InputError) -> (mapping: Mapping, head: FileHead) {
        let found = try reading(candidates, head)
        guard let found else { throw .dialect(problem: "holds no records") }
        if let refusal = found.mapping.form.refusal {
            throw .dialect(problem: "is \(found.mapping.form.summary): \(refusal)")
        }
        return found
    }

    private static let unknown = InputError.dialect(
        problem: "no dialect knows its first records; see: flue inspect; "
            + "or describe them in a mapping file and give it with --dialect")

    /// Other dialects that know records of the head which a dialect does not.
    static func others(_ candidates: [Dialect], than dialect: Dialect, _ head: FileHead) -> [String]
    {
        guard candidates.count > 1, dialect.form.format == .json else { return [] }
        let own = Set(recognised(dialect.form.signature, dialect.form, head))
        return candidates.filter { other in
            other.form.format == .json && !other.form.signature.isEmpty
                && other.name != dialect.name
                && recognised(other.form.signature, other.form, head).contains { !own.contains($0) }
        }.map(\.name)
    }

    /// A line may be wrapped by what carried it: that is tried where nothing knows it as it is.
    private static func reading<Mapping: RecordMapping>(
        _ candidates: [Mapping], _ head: FileHead
    ) throws(InputError) -> (mapping: Mapping, head: FileHead)? {
        if candidates.count == 1, let mapping = candidates.first {
            guard mapping.form.format == .json else { return (mapping, head) }
            let readings = head.readings.map { ($0, likeness(of: mapping, $0)) }
            let best = readings.first { $0.1 > 0 } ?? readings.first
            return best.map { (mapping, $0.0) }
        }
        do throws(InputError) {
            return try guess(candidates, head).map { ($0, head) }
        } catch {
            for other in head.readings.dropFirst() {
                guard candidates.contains(where: { matches(of: $0, other) > 0 }) else { continue }
                return try guess(candidates, other).map { ($0, other) }
            }
            throw error
        }
    }

    /// How many of the first records are of a mapping, also of one that is never guessed.
    private static func likeness(of mapping: some RecordMapping, _ head: FileHead) -> Int {
        guard mapping.form.signature.isEmpty else { return matches(of: mapping, head) }
        return recognised(
            mapping.neededPaths.map { .any($0.map { .test(FieldTest(present: $0)) }) },
            mapping.form, head
        ).count
    }

    private static func guess<Mapping: RecordMapping>(
        _ candidates: [Mapping], _ head: FileHead
    ) throws(InputError) -> Mapping? {
        if head.isBlank { throw .empty }
        // An idle hour's file.
        if head.records.isEmpty { return candidates.first(where: \.takesEmptyFiles) }
        let found = candidates.map { (mapping: $0, records: matches(of: $0, head)) }
        let most = found.map(\.records).max() ?? 0
        guard most > 0 else {
            throw unknown
        }
        let best = found.filter { $0.records == most }.map(\.mapping)
        guard best.count == 1 else {
            throw .dialect(
                problem: "could be \(best.map(\.form.name).joined(separator: " or ")); "
                    + "say which with --dialect")
        }
        return best.first
    }

    /// How many of the first records have the signature of a mapping.
    static func matches(of mapping: some RecordMapping, _ head: FileHead) -> Int {
        switch mapping.form.format {
        case .text: head.records.count { mapping.form.marks(head.buffer.bytes.span, $0) }
        case .csv: mapping.isHeader(head) ? 1 : 0
        case .json:
            mapping.form.signature.isEmpty
                ? 0 : recognised(mapping.form.signature, mapping.form, head).count
        }
    }

    /// Where the records of a head begin that have a signature.
    private static func recognised(
        _ signature: [Condition], _ form: RecordForm, _ head: FileHead
    ) -> [Int] {
        let tests = signature.map { $0.inDocument(form.readsDocuments) }
        let paths = tests.flatMap(\.paths).map(form.asked).reduce(into: [FieldPath]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        var conditions = ConditionTable()
        let numbers = conditions.add(tests) { paths.firstIndex(of: form.asked($0)) ?? 0 }
        let scanner = JSONScanner(form.plan(paths))
        // Paths that lead on from a list are looked at in the first of its records.
        let looksInside = paths.contains { path in
            path.isOuter
                && form.wrappers.contains {
                    path.keys.first == $0.keys.first && !$0.keys.starts(with: path.keys)
                }
        }
        var slots = FieldSlots()
        let bytes = head.buffer.bytes.span
        return head.records.filter { range in
            slots.removeAll()
            let start = skipSpace(bytes, from: range.lowerBound)
            guard (try? scanner.scan(bytes, from: start, level: 0, into: &slots)) != nil else {
                return false
            }
            if looksInside, let first = slots.elements.firstIndex(where: { $0.kind != .list }) {
                for number in 0...first {
                    let level = slots.elements[number].level
                    slots.load(number, mask: scanner.plan.levels[level].others)
                }
            }
            for index in numbers where !conditions.holds(index, slots, bytes) { return false }
            return true
        }.map(\.lowerBound)
    }
}

extension RecordForm {
    /// The line that names the columns.
    func header(_ head: FileHead) -> Range<Int>? {
        head.records.first {
            takesLine(head.buffer.bytes.span, from: $0.lowerBound)
                && !holds(Array("sep=".utf8), in: head.buffer.bytes.span, at: $0.lowerBound)
        }
    }

    /// Whether a line of a table is its header or a record.
    func takesLine(_ bytes: Span<UInt8>, from start: Int) -> Bool {
        lineStarts.isEmpty
            || lineStarts.contains { begin in
                begin.utf8.enumerated().allSatisfy { bytes[start + $0.offset] == $0.element }
            }
    }

    /// Whether a line holds one of its marks.
    ///
    /// Only the beginning of lines that are no JSON is looked at: prompts stand in the others.
    fileprivate func marks(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let start = skipSpace(bytes, from: range.lowerBound)
        guard start < range.upperBound, bytes[start] != UInt8(ascii: "{") else { return false }
        let line = String(
            decoding: range.prefix(1_024).map { bytes[$0] }, as: UTF8.self)
        return lineMarks.contains { line.contains($0) }
    }

}

extension RecordMapping {
    /// Whether the first line names the columns that its records have.
    fileprivate func isHeader(_ head: FileHead) -> Bool {
        guard !form.signature.isEmpty, let first = form.header(head) else { return false }
        let bytes = head.buffer.bytes.span
        // What begins as JSON names no columns, and may be long.
        let start = bytes[skipSpace(bytes, from: first.lowerBound)]
        guard start != UInt8(ascii: "{"), start != UInt8(ascii: "[") else { return false }
        let names = CSVScanner.header(bytes, first).map(normalizedColumnName)
        let columns = Set(names)
        func has(_ path: FieldPath) -> Bool { CSVScanner.has(path, columns) }
        return neededPaths.allSatisfy { $0.contains(where: has) }
            && form.signature.allSatisfy { $0.holds(ofColumns: has) }
    }
}
