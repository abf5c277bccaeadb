/// What one pass over one whole file yields.
@dynamicMemberLookup
package struct FilePartial: Sendable {
    package internal(set) var facts: FileFacts
    /// Each cell once, in no order; names are numbers for ``names``.
    package internal(set) var cells: PackedCells
    /// What single requests cost, by cells with dimensions left out; each once, in no order.
    package internal(set) var histograms: [PartialHistogram]
    /// Requests with an id that are counted in the file by itself.
    package var requestIDs: RequestIDs
    /// The names of the cells by number; number 0 is the empty name.
    package internal(set) var names: [String]

    package subscript<Value>(dynamicMember fact: KeyPath<FileFacts, Value>) -> Value {
        facts[keyPath: fact]
    }

    /// What it used has been given away: the books and the ids are left.
    package var withoutCells: FilePartial {
        var partial = self
        partial.cells = PackedCells()
        partial.histograms = []
        return partial
    }

    /// The same of a file of that name.
    package func named(_ name: String) -> FilePartial {
        var named = self
        let identity = facts.identity
        named.facts.identity = FileIdentity(
            name: name, sha256: identity.sha256, bytes: identity.bytes, head: identity.head)
        return named
    }

    /// What a plan calls a file of that name, to have this of it.
    package func planned(_ name: String) -> String {
        let file = InputFile(name: name, size: facts.identity.bytes)
        if let part = facts.part {
            let whole = FileRange.Whole(bytes: facts.identity.bytes, sha256: facts.identity.sha256)
            return PlannedInput.text(
                file.part(FileRange(part.bytes, of: whole, sha256: part.sha256)))
        }
        // That of the first bytes is kept in any case.
        let lengths = facts.probes.filter { !$0.isPlain && $0.length != FileIdentity.headLength }
        return PlannedInput.text(
            file.probed(
                at: lengths.map(\.length), plain: facts.probes.filter(\.isPlain).map(\.length)))
    }

    /// The same file without some of its requests, as `other` has counted it; ``requestIDs`` stay all that it holds.
    package func recounted(by other: FilePartial) -> FilePartial {
        var partial = self
        partial.facts.tally = other.tally
        partial.cells = other.cells
        partial.histograms = other.histograms
        partial.names = other.names
        return partial
    }
}
