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
    }

    private struct Node {
        var edges: Range<Int> = 0..<0
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
        for (index, key) in order.enumerated() {
            build(
                edges[first + index].node,
                paths.filter { $0.rest.first == key }.map { ($0.slot, $0.rest.dropFirst()) })
        }
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
        var index = candidates.lowerBound + expected
        for _ in 0..<candidates.count {
            if index >= candidates.upperBound { index = candidates.lowerBound }
            let edge = edges[index]
            if edge.head == head, edge.count == range.count, matchesRest(edge, bytes, range) {
                expected = index - candidates.lowerBound + 1
                return edge.node
            }
            index += 1
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
