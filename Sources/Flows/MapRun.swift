import Foundation
import Ledger
package import Pipeline
package import Setup
import Synchronization

/// One run of `map`: files through the pipeline, each to a partial that `load` takes into a ledger, here or elsewhere.
package final class MapRun: Sendable {
    private let files: [InputFile]
    private let pipeline: Pipeline.Settings
    private let configuration: String
    private let exclusions: Exclusions
    private let observer: RunObserver
    private let state = Mutex(Summary())

    /// What a run did.
    package struct Summary: Sendable {
        package fileprivate(set) var mapped = 0
        package fileprivate(set) var failed = 0
        /// Logs that could not be mapped, empty ones among them.
        package fileprivate(set) var failures: [Manifest.Unmapped] = []
        package fileprivate(set) var requests: Int64 = 0
        package fileprivate(set) var leftOut = 0
        package fileprivate(set) var rejected = 0
        package fileprivate(set) var storedBytes = 0
        /// Files of which something was lost that should have been counted.
        package fileprivate(set) var lossy = 0
    }

    /// - Parameter exclusions: Of the inputs that it names, these requests are left out.
    package init(
        _ files: [InputFile], settings: Settings, pipeline: Pipeline.Settings,
        exclusions: Exclusions = Exclusions([:]), observer: RunObserver
    ) {
        self.files = files
        self.pipeline = pipeline
        self.exclusions = exclusions
        self.observer = observer
        configuration = PartialConfiguration.text(
            Ingestion.intake(settings, pipeline, .refuse, announce: nil), pipeline)
    }

    /// - Parameter take: Given each file's partial, in the order of the files.
    package func run(_ take: @escaping @Sendable (PartialFile.Packed, InputFile) throws -> Void)
        throws
        -> Summary
    {
        try Pipeline(pipeline).run(
            files,
            prepare: {
                .read(probeLengths: $0.probeLengths, plainProbeLengths: $0.plainProbeLengths)
            }, progress: observer.advance
        ) { [self] index, outcome in
            let file = files[index]
            observer.advance(index, file.readBytes)
            switch outcome {
            case .skipped: break
            case .failed(let error): fail(file, error)
            case .partial(let partial):
                do {
                    try take(packed(partial, of: file), file)
                } catch let unreadable as UnreadableFile {
                    fail(file, unreadable.error)
                }
            }
        }
        observer.finish()
        return state.withLock { $0 }
    }

    private func fail(_ file: InputFile, _ error: InputError) {
        observer.complain("\(file.givenName): \(error.message)")
        state.withLock {
            // As rotation leaves one behind: nothing is lost.
            $0.failed += error == .empty ? 0 : 1
            $0.failures.append(Manifest.Unmapped(file.name, error))
        }
    }

    /// The partial without the requests that stand twice in the file, and those that it must leave out.
    private func packed(_ whole: FilePartial, of file: InputFile) throws -> PartialFile.Packed {
        var partial = whole
        var excluded =
            pipeline.fold.readsIDs
            ? try DuplicateSearch.duplicates(in: [DuplicateSearch.Entry(partial.requestIDs)])[0]
            : []
        if let others = exclusions.offsets[InputKey(partial.identity.sha256, file.range?.bytes)] {
            var known: Set<Int64> = []
            for hour in partial.requestIDs.hours {
                try partial.requestIDs.forEachBlock(of: hour) { known.formUnion($0.map(\.offset)) }
            }
            guard excluded.isSubset(of: others), others.isSubset(of: known) else {
                throw UnreadableFile(
                    name: file.givenName,
                    error: .dialect(
                        problem:
                            "the exclusions are not those of this configuration: they name other requests of it; "
                            + "load again to have them written"))
            }
            excluded = others
        }
        if !excluded.isEmpty {
            partial = try Pipeline(pipeline).recount(
                file, partial, leavingOut: 0, excluding: excluded)
        }
        // Of a part they are for the load, which knows the whole.
        let losses = partial.part == nil ? partial.losses : []
        for remark in (partial.part == nil ? partial.remarks : []) + losses {
            observer.complain("\(file.givenName): \(remark)")
        }
        let packed = try PartialFile.Packed(
            StoredPartial(partial, excluded: excluded, configuration: configuration))
        state.withLock { summary in
            summary.mapped += 1
            summary.requests += partial.tally.requests
            summary.leftOut += excluded.count
            summary.rejected += partial.tally.rejected
            summary.storedBytes += packed.storedBytes
            summary.lossy += losses.isEmpty ? 0 : 1
        }
        return packed
    }
}
