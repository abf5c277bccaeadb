import Accounting
import GRDB
import Pipeline

/// The cells of files that are taken in, until they are rows.
///
/// An hour becomes rows when it is derived: so it can be derived from memory, on another thread, while the next one is
/// written.
struct ArrivingUsage {
    /// Small, as there is one for each cell of a load.
    private struct Row: Comparable {
        let region, model, dimension: Int32
        /// Among ``files``, which have ascending numbers.
        let file: Int32
        /// Where the cell stands among the file's.
        let position: UInt32

        init(_ key: RollupKey, file: Int, position: Int) throws(LedgerError) {
            guard let region = Int32(exactly: key.region), let model = Int32(exactly: key.model),
                let dimension = Int32(exactly: key.dimension),
                let position = UInt32(exactly: position)
            else { throw .impossible("numbers of names over 2^31") }
            self.region = region
            self.model = model
            self.dimension = dimension
            self.file = Int32(file)
            self.position = position
        }

        var key: RollupKey {
            RollupKey(region: Int64(region), model: Int64(model), dimension: Int64(dimension))
        }

        /// The order of the table's key.
        static func < (left: Row, right: Row) -> Bool {
            if left.region != right.region { return left.region < right.region }
            if left.model != right.model { return left.model < right.model }
            if left.dimension != right.dimension { return left.dimension < right.dimension }
            return left.file < right.file
        }
    }

    private var files: [(id: Int64, isLive: Bool, cells: PackedCells)] = []
    private var rows: [Int: [Row]] = [:]
    private var common: IntegerInsert
    private var rare: IntegerInsert

    init(_ db: Database) throws {
        common = try IntegerInsert(
            db, into: "usage", columns: UsageReader.key + UsageReader.common.map(\.column))
        rare = try IntegerInsert(
            db, into: "rare_usage", columns: UsageReader.key + UsageReader.rare.map(\.column))
    }

    /// Hours of which cells arrive that count.
    private(set) var liveHours: Set<Int> = []

    /// Hours of which cells are left.
    var hours: Set<Int> { Set(rows.keys) }

    /// Adds the cells of a file with a greater number than those before it.
    ///
    /// - Parameters:
    ///   - isLive: Whether it counts: a later file of the same load may have taken its place.
    ///   - place: Where in the ledger a cell of the file goes.
    mutating func add(
        _ partial: FilePartial, _ fileID: Int64, isLive: Bool,
        at place: (PartialCellKey) throws -> RollupKey
    ) throws {
        var cells = partial.cells.makeIterator()
        var position = 0
        var counted: Int64 = 0
        while let cell = cells.next() {
            let row = try Row(place(cell.key), file: files.count, position: position)
            rows[cell.key.hour.value, default: []].append(row)
            if isLive { liveHours.insert(cell.key.hour.value) }
            position = cells.position
            counted += cell.activity.requests
        }
        guard counted == partial.tally.requests else {
            throw LedgerError.invariant("the requests of a file's cells are those of its records")
        }
        files.append((fileID, isLive, partial.cells))
    }

    /// Writes the rows of an hour, none of which is sure to be there before ``finish()``.
    ///
    /// - Returns: Its cells that count.
    @discardableResult
    mutating func insert(hour: Int) throws -> OrderedCells {
        var cells = OrderedCells()
        var whole = HourLimit(hour)
        let counters = (common: UsageReader.common, rare: UsageReader.rare)
        for row in rows.removeValue(forKey: hour)?.sorted() ?? [] {
            let number = Int(row.file)
            guard let activity = files[number].cells.cell(at: Int(row.position))?.activity else {
                throw LedgerError.invariant("a cell is found where it was")
            }
            try whole.add(activity)
            let place = (Int64(hour), row.key, files[number].id)
            try Self.insert(place, activity, counters.common, into: &common)
            if counters.rare.contains(where: { activity[$0] != 0 }) {
                try Self.insert(place, activity, counters.rare, into: &rare)
            }
            if files[number].isLive { cells.add(row.key, activity) }
        }
        return cells
    }

    /// Writes the rows that wait.
    mutating func finish() throws {
        try common.finish()
        try rare.finish()
    }

    private static func insert(
        _ place: (hour: Int64, key: RollupKey, file: Int64), _ activity: Activity,
        _ counters: [Counter], into table: inout IntegerInsert
    ) throws {
        table.add(place.hour)
        table.add(place.key.region)
        table.add(place.key.model)
        table.add(place.key.dimension)
        table.add(place.file)
        for counter in counters { table.add(activity[counter]) }
        try table.endRow()
    }
}
