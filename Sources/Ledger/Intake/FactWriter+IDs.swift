import Foundation
import GRDB
import Pipeline

// Requests that reach the ledger more than once: in two files, in two nights, or twice in one file.
extension FactWriter {
    /// The ids of an hour that the ledger keeps.
    static func knownIDs(_ db: Database, hour: UInt32) throws -> [RequestID] {
        var ids: [RequestID] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT ids FROM request_id
                WHERE hour = ? AND file_id NOT IN (SELECT file_id FROM superseded_file)
                """, arguments: [Int(hour)])
        while let row = try rows.next() {
            let data: Data = row[0]
            guard data.count % 16 == 0 else {
                throw LedgerError.invariant("ids of requests are 16 bytes each")
            }
            let count = data.count / 16
            ids += unsafe [RequestID](unsafeUninitializedCapacity: count) { buffer, initialized in
                // Safe: as many bytes as the buffer has; a RequestID is two integers.
                _ = unsafe data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
                initialized = count
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
        var hours: [UInt32: [RequestID]] = [:]
        eachHour(of: partial.requestIDs) { hour, requests in
            hours[hour, default: []] += requests.lazy.map(\.id)
        }
        let insert = try db.cachedStatement(sql: "INSERT INTO request_id VALUES (?, ?, ?)")
        for (hour, ids) in hours.sorted(by: { $0.key < $1.key }) {
            // Two words of eight bytes each, the lowest byte first, as they stand in memory.
            let data = unsafe ids.withUnsafeBytes { unsafe Data($0) }
            try insert.execute(arguments: [Int(hour), fileID, data])
        }
    }

    /// Drops ids that are older, by the time of their requests, than the window before the latest; a request of the
    /// future is none.
    func dropOldIDs() throws {
        try db.execute(
            sql: """
                DELETE FROM request_id
                WHERE hour <= (SELECT max(hour) FROM request_id WHERE hour <= unixepoch() / 3600) - ?
                """, arguments: [intake.duplicateWindowHours])
    }
}
