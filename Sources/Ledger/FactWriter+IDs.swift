import Foundation
import GRDB
import Pipeline

// Requests that reach the ledger more than once: in two files, in two nights, or twice in one file.
extension FactWriter {
    /// The ids of an hour that the ledger keeps.
    static func knownIDs(_ db: Database, hour: UInt32) throws -> [RequestID] {
        var ids: [RequestID] = []
        let rows = try Row.fetchCursor(
            db, sql: "SELECT ids FROM request_id WHERE hour = ?", arguments: [Int(hour)])
        while let row = try rows.next() {
            let data: Data = row[0]
            guard data.count % 16 == 0 else {
                throw LedgerError.invariant("ids of requests are 16 bytes each")
            }
            func word(_ start: Int) -> UInt64 {
                (0..<8).reduce(0) {
                    $0 | UInt64(data[data.startIndex + start + $1]) << UInt64($1 * 8)
                }
            }
            for start in stride(from: 0, to: data.count, by: 16) {
                ids.append(RequestID(first: word(start), second: word(start + 8)))
            }
        }
        return ids
    }

    /// Counts a file anew when requests of it are counted already; the first of them counts.
    ///
    /// - Returns: Whether that was so.
    func leaveOutDuplicates(_ arrival: Arrival, from partial: inout FilePartial) throws -> Bool {
        guard intake.duplicateWindowHours > 0 else { return false }
        let offsets = try duplicates.duplicates(in: partial.requestIDs)
        guard !offsets.isEmpty else { return false }
        partial = try arrival.recount(offsets)
        return true
    }

    /// Keeps the ids of a file, by hour.
    func insertIDs(_ partial: FilePartial, _ fileID: Int64) throws {
        guard intake.duplicateWindowHours > 0 else { return }
        var hours: [UInt32: Data] = [:]
        for request in partial.requestIDs {
            var words = (request.id.first.littleEndian, request.id.second.littleEndian)
            unsafe withUnsafeBytes(of: &words) {
                unsafe hours[request.hour, default: Data()].append(contentsOf: $0)
            }
        }
        let insert = try db.cachedStatement(sql: "INSERT INTO request_id VALUES (?, ?, ?)")
        for (hour, ids) in hours.sorted(by: { $0.key < $1.key }) {
            try insert.execute(arguments: [Int(hour), fileID, ids])
        }
    }

    /// Drops ids that are older, by the time of their requests, than the window before the latest.
    func dropOldIDs() throws {
        try db.execute(
            sql: """
                DELETE FROM request_id
                WHERE hour <= (SELECT max(hour) FROM request_id) - ?
                """, arguments: [intake.duplicateWindowHours])
    }
}
