import Ledger
import Pipeline

/// Files that go into the ledger together, in the order of their numbers.
///
/// Their cells are held packed, and their ids, beyond a few, in a file.
struct Batch {
    /// Cells of one transaction, about: it stays within SQLite's cache, and commits stay few.
    static let cellLimit = 400_000
    /// Ids that are held in memory, 24 bytes each.
    private static let idLimit = 1 << 18

    private let cellLimit: Int
    private(set) var deliveries: [Delivery] = []
    /// Cells of each of them, also where those were dropped.
    private var sizes: [Int] = []
    private var heldCells = 0
    private var ids = 0
    private var file: SpillFile?
    /// Numbers of files whose cells were dropped.
    private(set) var incomplete: Set<Int> = []

    var isFull: Bool { heldCells >= cellLimit }

    init(cellLimit: Int) { self.cellLimit = cellLimit }

    mutating func append(_ delivery: Delivery) throws {
        var delivery = delivery
        ids += delivery.partial.requestIDs.count
        if ids > Self.idLimit {
            let file = try file ?? SpillFile()
            try delivery.partial.requestIDs.spill(to: file)
            self.file = file
        }
        deliveries.append(delivery)
        sizes.append(delivery.partial.cells.count)
        heldCells += delivery.partial.cells.count
    }

    /// Drops the cells of the file that came last: it is read again when they are wanted.
    mutating func dropCells() {
        guard var last = deliveries.popLast() else { return }
        heldCells -= last.partial.cells.count
        incomplete.insert(last.number)
        last.partial = last.partial.withoutCells
        deliveries.append(last)
    }

    /// The same files in parts that are full, but for the last.
    var parts: [[Delivery]] {
        var parts: [[Delivery]] = []
        var cells = cellLimit
        for (delivery, size) in zip(deliveries, sizes) {
            if cells >= cellLimit {
                parts.append([])
                cells = 0
            }
            parts[parts.count - 1].append(delivery)
            cells += size
        }
        return parts
    }
}
