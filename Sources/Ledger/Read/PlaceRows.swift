import Accounting
import Foundation
import GRDB

/// A region and model that a month has rows of.
struct PlaceOfMonth: Sendable {
    let region: Int64
    let model: Int64
    let place: HourRows.Place

    /// In the order of their names.
    static func all(_ db: Database, _ month: UTCMonth) throws -> [PlaceOfMonth] {
        let places = try HourRows.places(db)
        var found: [PlaceOfMonth] = []
        try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id FROM (
                  SELECT DISTINCT region_id, model_id FROM hour_emission WHERE hour >= ? AND hour < ?)
                JOIN region AS r USING (region_id) JOIN model AS m USING (model_id)
                ORDER BY r.name, m.name
                """
        ).forEachRow([
            Int64(month.hours.lowerBound.value), Int64(month.hours.upperBound.value),
        ]) { row in
            guard let place = places[SIMD2(row[0], row[1])] else { return }
            found.append(PlaceOfMonth(region: row[0], model: row[1], place: place))
        }
        return found
    }
}

/// The rows of a month of one region and model, in the order of the names that they are broken down by.
struct PlaceRows {
    private static let width = EmissionColumn.sums.count

    private let place: HourRows.Place
    /// Row behind row.
    private var values: [Int64] = []
    private var order: [(rank: Int, row: Int, unknown: UInt64)] = []

    init(
        _ db: Database, _ month: UTCMonth, _ place: PlaceOfMonth, _ ranks: DimensionRanks
    ) throws {
        self.place = place.place
        try IntegerStatement(
            db,
            sql: """
                SELECT dimension_id, \(EmissionRows.sums.joined(separator: ", "))
                FROM monthly_emission WHERE month = ? AND region_id = ? AND model_id = ?
                """
        ).forEachRow([Int64(month.ordinal), place.region, place.model]) { row in
            guard let rank = ranks.rank(of: row[0]) else { return }
            order.append((rank, order.count, EmissionRows.unknown(row, from: 1)))
            for column in 0..<Self.width { values.append(row[1 + column]) }
        }
        order.sort { ($0.rank, $0.row) < ($1.rank, $1.row) }
    }

    /// Gives the rows in batches, those of the same names added up.
    func forEach(
        by keys: [ReportKey], _ ranks: DimensionRanks, _ body: ([BreakdownRow]) throws -> Void
    ) throws {
        var batch: [BreakdownRow] = []
        var next = order.startIndex
        while next < order.endIndex {
            let rank = order[next].rank
            var builder = ReportSumsBuilder()
            while next < order.endIndex, order[next].rank == rank {
                let (_, row, unknown) = order[next]
                var sums = EmissionSums()
                sums.add(row: { values[row * Self.width + $0] }, unknown: unknown)
                try builder.add(sums, place.subjects)
                next += 1
            }
            batch.append(
                BreakdownRow(names: ranks.names(keys, place, rank: rank), sums: builder.result))
            guard batch.count == 512 || next == order.endIndex else { continue }
            try body(batch)
            batch.removeAll(keepingCapacity: true)
        }
    }
}

/// Lets threads have their turns one after the other.
///
/// `@unchecked Sendable`: every access to the state holds the condition's lock.
final class Turns: @unchecked Sendable {
    private let condition = NSCondition()
    private var next = 0
    private var isClosed = false

    /// No turn will come any more.
    struct Closed: Error {}

    /// Waits for a turn.
    func wait(for turn: Int) throws {
        condition.lock()
        defer { condition.unlock() }
        while next < turn, !isClosed { condition.wait() }
        if isClosed { throw Closed() }
    }

    /// Ends the turn that is on.
    func advance() {
        condition.lock()
        defer { condition.unlock() }
        next += 1
        condition.broadcast()
    }

    /// Lets all that wait fail.
    func close() {
        condition.lock()
        defer { condition.unlock() }
        isClosed = true
        condition.broadcast()
    }
}

/// What a thread writes in its turn; some of it waits for that.
struct TurnOutput {
    private static let limit = 1 << 25

    private let turns: Turns
    private let turn: Int
    private let write: ([UInt8]) throws -> Void
    private var waiting: [[UInt8]] = []
    private var count = 0

    init(_ turns: Turns, _ turn: Int, _ write: @escaping ([UInt8]) throws -> Void) {
        self.turns = turns
        self.turn = turn
        self.write = write
    }

    mutating func add(_ text: [UInt8]) throws {
        waiting.append(text)
        count += text.count
        if count >= Self.limit { try flush() }
    }

    private mutating func flush() throws {
        try turns.wait(for: turn)
        for text in waiting { try write(text) }
        waiting.removeAll(keepingCapacity: true)
        count = 0
    }

    mutating func finish() throws {
        try flush()
        turns.advance()
    }
}
