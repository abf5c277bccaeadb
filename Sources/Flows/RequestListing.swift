import Accounting
import Foundation
import Ledger
package import Pipeline
package import Reporting
import Synchronization

/// One run of `queries`: files through the pipeline and, row by row, into one file.
package final class RequestListing: Sendable {
    private let files: [InputFile]
    private let order: DeliveryOrder
    private let pipeline: Pipeline.Settings
    private let file: DraftFile
    private let observer: RunObserver
    private let totals = RequestRows.Totals()
    private let books = Mutex(Books())

    private struct Books {
        var lines = 0
        var counted = 0
        var rejected = 0
        var skipped = 0
        /// By content: the first file that holds it.
        var contents: [SIMD2<UInt64>: String] = [:]
        /// By digest: files, and beginnings of files where another could be that.
        var wholes: [[UInt8]: String] = [:]
        var beginnings: [[UInt8]: String] = [:]
        var duplicates = 0
        var isLossy = false
    }

    package init(
        _ files: [InputFile], pipeline: Pipeline.Settings, file: DraftFile, observer: RunObserver
    ) {
        self.files = files
        self.observer = observer
        order = DeliveryOrder(files)
        self.pipeline = pipeline
        self.file = file
    }

    /// What a run wrote.
    package struct Result {
        package let text: String
        /// Whether of a file, or of one of its writers, nothing was listed.
        package let isLossy: Bool
        /// Share of rows without energy or without emissions, from 0 to 1.
        package let unmatchedShare: Double
    }

    /// - Throws: ``UnlistedRequests`` when a file is not read to its end, or holds the lines of another.
    package func run(
        _ makeRows: @escaping @Sendable (RequestRows.Totals) -> RequestRows
    ) throws -> Result {
        try Pipeline(pipeline).list(
            files, makeFormatter: { [totals] in makeRows(totals) },
            probeLengths: { [order] in order.probeLengths(of: $0) }, progress: observer.advance,
            write: { [file] bytes in try file.write(bytes) },
            deliver: { [self] index, outcome in
                observer.advance(index, files[index].size)
                switch outcome {
                case .skipped: break
                case .failed(.empty):
                    observer.complain("\(files[index].givenName): is empty; it has no rows")
                case .failed(let error):
                    throw UnlistedRequests("\(files[index].givenName): \(error.message)")
                case .partial(let partial): try enter(partial, files[index].givenName)
                }
            })
        try file.finish()
        observer.finish()
        let sums = totals.all
        return try books.withLock { books in
            guard books.counted == sums.rows else {
                throw LedgerError.invariant("there is a row for each counted line")
            }
            func grouped(_ value: Int) -> String { Numbers.grouped(Int64(value)) }
            var lines = [
                "Rows: \(grouped(sums.rows)) of \(Numbers.counted(Int64(files.count), "file")); lines: "
                    + "\(grouped(books.lines)) = \(grouped(books.counted)) counted + "
                    + "\(grouped(books.rejected)) rejected + \(grouped(books.duplicates)) duplicate + "
                    + "\(grouped(books.skipped)) skipped",
                "Sums: \(Numbers.decimal(Double(sums.energy) / 1e15, 9)) kWh, "
                    + "\(Numbers.decimal(Double(sums.emissions) / 1e15, 9)) kg CO2e",
            ]
            if sums.withoutEnergy > 0 {
                lines.append(
                    "\(grouped(sums.withoutEnergy)) rows have no energy: the energy model has no entry for their model "
                        + "(see flue models --match), or the log does not state it")
            }
            if sums.withoutEmissions > 0 {
                lines.append(
                    "\(grouped(sums.withoutEmissions)) rows have no emissions: no zone is known for their region, or "
                        + "no grid value for their hour (see flue grid status)")
            }
            if books.duplicates > 0 {
                lines.append(
                    "\(grouped(books.duplicates)) records are of requests that are listed once, by their ids, or repeat the sum "
                        + "of others"
                )
            }
            if sums.unfitIDs > 0 {
                lines.append(
                    "\(grouped(sums.unfitIDs)) ids were left out: longer than 256 bytes, or not UTF-8"
                )
            }
            let unmatched = sums.withoutEnergy + sums.withoutEmissions
            return Result(
                text: lines.joined(separator: "\n"), isLossy: books.isLossy,
                unmatchedShare: sums.rows == 0 ? 0 : Double(unmatched) / Double(sums.rows))
        }
    }

    private func enter(_ partial: FilePartial, _ name: String) throws {
        for loss in partial.losses { observer.complain("\(name): \(loss)") }
        try books.withLock { books in
            books.duplicates += partial.tally.duplicate
            if !partial.losses.isEmpty { books.isLossy = true }
            let content = SIMD2(partial.contentDigest, UInt64(partial.tally.lines))
            if partial.tally.counted + partial.tally.duplicate > 0,
                let other = books.contents[content]
            {
                throw UnlistedRequests("\(name): holds the lines of \(other); give one of them")
            }
            let begun = partial.probes.compactMap { books.wholes[$0.sha256] }.first
            let grown = books.beginnings[partial.identity.sha256]
            if partial.tally.counted + partial.tally.duplicate > 0, let other = begun ?? grown {
                throw UnlistedRequests(
                    "\(name) and \(other): one begins with all of the other; give the longer one")
            }
            books.contents[content] = name
            if partial.tally.counted > 0 { books.wholes[partial.identity.sha256] = name }
            for probe in partial.probes { books.beginnings[probe.sha256] = name }
            books.lines += partial.tally.lines
            books.counted += partial.tally.counted
            books.rejected += partial.tally.rejected
            books.skipped += partial.tally.skipped
        }
    }
}

/// Requests that could not all be listed. No output file was made.
package struct UnlistedRequests: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
