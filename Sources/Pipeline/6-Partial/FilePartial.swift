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
        let identity = self.identity
        named.facts.identity = FileIdentity(
            name: name, sha256: identity.sha256, bytes: identity.bytes, head: identity.head)
        return named
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
