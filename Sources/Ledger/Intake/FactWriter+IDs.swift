import Foundation
import GRDB
import Pipeline

/// Deliveries count requests that are counted elsewhere, or leave out others.
struct CountedBefore: Error {
    /// By number: where the requests begin that are to be left out.
    let offsets: [Int: Set<Int64>]
}

// Requests that reach the ledger more than once: in two files, in two nights, or twice in one file.
extension FactWriter {
    /// - Throws: ``CountedBefore``.
    func checkDuplicates() throws {
        guard intake.duplicateWindowHours > 0 else { return }
        let superseded = try Int64.fetchSet(db, sql: "SELECT file_id FROM superseded_file")
            .subtracting(replacedBy.keys)
        let found = try DuplicateSearch.duplicates(
            in: entered.map {
                DuplicateSearch.Entry($0.delivery.partial.requestIDs, replacedBy: $0.replacedBy)
            }
        ) { hour in
            try knownIDs(hour: hour).filter { !superseded.contains($0.fileID) }
                .map { DuplicateSearch.Known($0.ids, replacedBy: replacedBy[$0.fileID]) }
        }
        var offsets: [Int: Set<Int64>] = [:]
        for (place, file) in entered.enumerated() where found[place] != file.delivery.excluded {
            offsets[file.delivery.number] = found[place]
        }
        if !offsets.isEmpty { throw CountedBefore(offsets: offsets) }
    }

    /// The ids of an hour that the ledger keeps.
    private func knownIDs(hour: UInt32) throws -> [(fileID: Int64, ids: [RequestID])] {
        try Row.fetchAll(
            db, sql: "SELECT file_id, ids FROM request_id WHERE hour = ? ORDER BY file_id",
            arguments: [Int(hour)]
        ).map { row in
            let data: Data = try row[1]
            guard data.count % 16 == 0 else {
                throw LedgerError.impossible("ids of requests in \(data.count) bytes")
            }
            let count = data.count / 16
            let ids = unsafe [RequestID](unsafeUninitializedCapacity: count) {
                buffer, initialized in
                // Safe: as many bytes as the buffer has; a RequestID is two integers.
                _ = unsafe data.copyBytes(to: UnsafeMutableRawBufferPointer(buffer))
                initialized = count
            }
            return (try row[0], ids)
        }
    }

    /// Keeps the ids of the requests of a file that are counted, by hour.
    func insertIDs(_ file: Entered) throws {
        guard intake.duplicateWindowHours > 0 else { return }
        let insert = try db.cachedStatement(sql: "INSERT INTO request_id VALUES (?, ?, ?)")
        let requests = file.delivery.partial.requestIDs
        for hour in requests.hours {
            var ids: [RequestID] = []
            ids.reserveCapacity(requests.count(in: hour))
            try requests.forEachBlock(of: hour) { block in
                ids += block.lazy.filter { !file.delivery.excluded.contains($0.offset) }.map(\.id)
            }
            guard !ids.isEmpty else { continue }
            // Two words of eight bytes each, the lowest byte first, as they stand in memory.
            let data = unsafe ids.withUnsafeBytes { unsafe Data($0) }
            try insert.execute(arguments: [Int(hour), file.fileID, data])
        }
    }
}
