/// Which fields to find at which level of a document.
///
/// Level 0 is the document. Below it stand lists of records, or of what holds such lists: each is a level. Fields of
/// the levels above a record are the record's as well.
struct DocumentPlan {
    struct Level {
        /// The slots of the fields at and below this level, the lists that lead to the next included.
        let mask: UInt64
        /// The slots of all levels but those above: what belongs to other elements when one begins.
        fileprivate(set) var others: UInt64 = 0
        /// The slots of the lists that begin at this level.
        let lists: UInt64
        /// Whether what stands there is a record, unless it holds lists itself.
        let isRecord: Bool
    }

    /// The root of level n is node n.
    let keys: KeyTree
    let levels: [Level]
    /// Slots of lists at level 0: a document that fills one of them encloses records.
    let wrapperMask: UInt64

    /// How many slots the lists of `wrappers` take.
    static func wrapperCount(_ wrappers: [FieldPath]) -> Int {
        Set(wrappers.flatMap { path in path.keys.indices.map { path.keys[...$0] } }).count
    }

    /// A document without lists, such as the cell of a table.
    init(cell fields: [(slot: Int, keys: [String])]) {
        keys = KeyTree(roots: [fields.map { ($0.slot, $0.keys[...]) }])
        levels = [Level(mask: keys.subtree(of: 0), lists: 0, isRecord: true)]
        wrapperMask = 0
    }

    /// - Parameters:
    ///   - paths: The fields to find; slot n is path n. Those of lists follow behind.
    ///   - wrappers: Keys that lead to records; each may hold one of them or a list.
    ///   - readsDocuments: Whether a document can be a record itself.
    init(_ paths: [FieldPath], wrappers: [FieldPath] = [], readsDocuments: Bool = true) {
        var roots: [[(slot: Int, rest: ArraySlice<String>)]] = [[]]
        /// The keys from the document to each level.
        var places: [[String]] = [[]]
        /// The level below each list, by its slot.
        var inner: [[Int: Int]] = [[:]]
        /// The level above each.
        var above = [0]
        var records: Set<Int> = []
        if readsDocuments { records.insert(0) }
        var slots = paths.count
        for wrapper in wrappers {
            var level = 0
            for (index, key) in wrapper.keys.enumerated() {
                let place = Array(wrapper.keys[...index])
                if let known = places.firstIndex(of: place) {
                    level = known
                    continue
                }
                // A field may ask for the same value.
                let asked = paths.firstIndex {
                    $0.spellings.contains(place) && ($0.isOuter || readsDocuments)
                }
                let slot = asked ?? slots
                if asked == nil {
                    roots[level].append((slot, [key]))
                    slots += 1
                }
                inner[level][slot] = places.count
                above.append(level)
                inner.append([:])
                level = places.count
                places.append(place)
                roots.append([])
            }
            records.insert(level)
        }
        for (slot, path) in paths.enumerated() {
            for keys in path.spellings {
                if path.isOuter {
                    let level = places.indices.filter { level in
                        keys.count > places[level].count && keys.starts(with: places[level])
                    }.max { places[$0].count < places[$1].count }
                    let depth = places[level ?? 0].count
                    roots[level ?? 0].append((slot, keys[depth...]))
                } else {
                    for level in records { roots[level].append((slot, keys[...])) }
                }
            }
        }
        let keys = KeyTree(roots: roots, levels: inner)
        self.keys = keys
        var levels = places.indices.map { level in
            Level(
                mask: keys.subtree(of: level),
                lists: inner[level].keys.reduce(0) { $0 | 1 << UInt64($1) },
                isRecord: records.contains(level))
        }
        let all = levels.reduce(0) { $0 | $1.mask }
        for level in levels.indices {
            var kept: UInt64 = 0
            var upper = level
            while upper != 0 {
                upper = above[upper]
                kept |= levels[upper].mask
            }
            levels[level].others = all & ~kept | levels[level].mask
        }
        self.levels = levels
        wrapperMask = levels[0].lists
    }
}
