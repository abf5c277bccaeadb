/// The keys that lead to the fields that were asked for, flat in memory so that matching allocates
/// and counts nothing.
struct KeyTree {
    /// A key below a node.
    private struct Edge {
        let count: Int
        /// The first and the last eight bytes of the key; for a shorter key both are the whole.
        let head: UInt64
        let tail: UInt64
        let nameStart: Int
        let node: Int

        var hash: Int { KeyTree.hash(head, tail, count) }
    }

    private struct Node {
        var edges: Range<Int> = 0..<0
        /// Where its part of ``places`` begins, whose length is a power of two; empty for few edges.
        var firstPlace = 0
        var placeMask = 0
        var slot: Int?
        /// The level whose lists stand here.
        var level: Int?
        /// Slots at and below this node.
        var subtree: UInt64 = 0
        /// Whether other keys lead to its slot as well.
        var isShared = false
    }

    private var nodes: [Node] = []
    private var edges: [Edge] = []
    /// Edges by their hash, open addressing; -1 is free.
    private var places: [Int32] = []
    /// Edges of a node that are tried one after the other.
    private static let few = 4
    /// The bytes of all keys, for those longer than two words.
    private var names: [UInt8] = []
    /// Slots to which several keys lead.
    private var sharedSlots: Set<Int> = []

    /// Node 0 is the record itself; path n fills slot n.
    init(_ paths: [FieldPath]) {
        self.init(
            roots: [
                paths.enumerated().flatMap { slot, path in path.spellings.map { (slot, $0[...]) } }
            ])
    }

    /// Trees side by side: node n is the root of tree n.
    ///
    /// - Parameter levels: For each tree, the tree of what its lists hold, by the slot that shows where they begin.
    init(roots: [[(slot: Int, rest: ArraySlice<String>)]], levels: [[Int: Int]] = []) {
        for paths in roots {
            for (slot, group) in Dictionary(grouping: paths, by: { $0.slot }) where group.count > 1
            {
                sharedSlots.insert(slot)
            }
        }
        nodes = roots.map { _ in Node() }
        for (root, paths) in roots.enumerated() {
            let first = nodes.count
            build(root, paths)
            guard root < levels.count else { continue }
            // The same field may be asked for in other trees, where no list of this one begins.
            for index in first..<nodes.count {
                nodes[index].level = nodes[index].slot.flatMap { levels[root][$0] }
            }
        }
    }

    private mutating func build(_ node: Int, _ paths: [(slot: Int, rest: ArraySlice<String>)]) {
        for path in paths { nodes[node].subtree |= 1 << UInt64(path.slot) }
        nodes[node].slot = paths.first { $0.rest.isEmpty }?.slot
        nodes[node].isShared = nodes[node].slot.map(sharedSlots.contains) ?? false
        var order: [String] = []
        for path in paths {
            if let key = path.rest.first, !order.contains(key) { order.append(key) }
        }
        let first = edges.count
        for key in order {
            edges.append(edge(key, node: nodes.count))
            nodes.append(Node())
        }
        nodes[node].edges = first..<first + order.count
        if order.count > Self.few { makePlaces(node) }
        for (index, key) in order.enumerated() {
            build(
                edges[first + index].node,
                paths.filter { $0.rest.first == key }.map { ($0.slot, $0.rest.dropFirst()) })
        }
    }

    private mutating func makePlaces(_ node: Int) {
        var size = 16
        while size < nodes[node].edges.count * 2 { size *= 2 }
        let first = places.count
        places += Array(repeating: -1, count: size)
        for edge in nodes[node].edges {
            var place = edges[edge].hash & (size - 1)
            while places[first + place] >= 0 { place = (place + 1) & (size - 1) }
            places[first + place] = Int32(edge)
        }
        nodes[node].firstPlace = first
        nodes[node].placeMask = size - 1
    }

    private static func hash(_ head: UInt64, _ tail: UInt64, _ count: Int) -> Int {
        let mixed = (head ^ tail << 7 ^ tail >> 57) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 40) &+ count
    }

    private mutating func edge(_ key: String, node: Int) -> Edge {
        let bytes = Array(key.utf8)
        let edge = Edge(
            count: bytes.count, head: packedWord(bytes.prefix(8)),
            tail: packedWord(bytes.suffix(8)),
            nameStart: names.count, node: node)
        names += bytes
        return edge
    }

    func slot(of node: Int) -> Int? { nodes[node].slot }
    /// Whether other keys lead to the slot of a node as well: no value here does not mean that there is none.
    func isShared(_ node: Int) -> Bool { nodes[node].isShared }
    func level(of node: Int) -> Int? { nodes[node].level }
    func subtree(of node: Int) -> UInt64 { nodes[node].subtree }
    func hasChildren(_ node: Int) -> Bool { !nodes[node].edges.isEmpty }
    /// Whether fields were asked for in the value, so that a text in its place may hold JSON.
    func isParent(_ node: Int) -> Bool { hasChildren(node) || nodes[node].level != nil }

    /// The node below `node` whose key stands in `range`; `nil` when nobody asked for it.
    ///
    /// - Parameter expected: How far behind the last match to look first: writers repeat their order.
    @inline(__always)
    func child(
        of node: Int, in bytes: Span<UInt8>, _ range: Range<Int>, expected: inout Int
    ) -> Int? {
        let candidates = nodes[node].edges
        let head = word(bytes, at: range.lowerBound) & leadingBytes(range.count)
        let likely = candidates.lowerBound + expected
        if likely < candidates.upperBound, let child = child(likely, head, bytes, range) {
            expected += 1
            return child
        }
        guard candidates.count <= Self.few else {
            return child(of: node, head, in: bytes, range, &expected)
        }
        for index in candidates {
            guard let child = child(index, head, bytes, range) else { continue }
            expected = index - candidates.lowerBound + 1
            return child
        }
        return nil
    }

    /// The node behind an edge, if that has the key.
    @inline(__always)
    private func child(
        _ index: Int, _ head: UInt64, _ bytes: Span<UInt8>, _ range: Range<Int>
    ) -> Int? {
        let edge = edges[index]
        guard edge.head == head, edge.count == range.count, matchesRest(edge, bytes, range) else {
            return nil
        }
        return edge.node
    }

    /// One of many.
    private func child(
        of node: Int, _ head: UInt64, in bytes: Span<UInt8>, _ range: Range<Int>,
        _ expected: inout Int
    ) -> Int? {
        let tail = range.count > 8 ? word(bytes, at: range.upperBound - 8) : head
        let (first, mask) = (nodes[node].firstPlace, nodes[node].placeMask)
        var place = Self.hash(head, tail, range.count) & mask
        while case let index = Int(places[first + place]), index >= 0 {
            if let child = child(index, head, bytes, range) {
                expected = index - nodes[node].edges.lowerBound + 1
                return child
            }
            place = (place + 1) & mask
        }
        return nil
    }

    private func matchesRest(_ edge: Edge, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard edge.count > 8 else { return true }
        guard word(bytes, at: range.upperBound - 8) == edge.tail else { return false }
        guard edge.count > 16 else { return true }
        for offset in 8..<edge.count - 8
        where names[edge.nameStart + offset] != bytes[range.lowerBound + offset] {
            return false
        }
        return true
    }

    /// As above, for a key that was written with escapes.
    func child(of node: Int, named name: [UInt8]) -> Int? {
        nodes[node].edges.lazy.map { edges[$0] }
            .first { names[$0.nameStart..<$0.nameStart + $0.count].elementsEqual(name) }?.node
    }
}
