import Foundation
package import Ledger
package import Pipeline
package import Setup

/// One run of `load`: partials into the ledger, all of a manifest in one transaction or none.
package struct LoadRun {
    /// What became of it.
    package enum Outcome {
        case loaded(IngestSummary)
        /// Nothing was changed: these inputs are to be mapped again without requests that are counted elsewhere.
        case leavesOut(Exclusions, names: [String])
    }

    private let manifest: Manifest
    private let partials: [PartialFile]
    private let settings: Settings
    private let pipeline: Pipeline.Settings
    private let intake: Intake
    private let version: String
    private let observer: RunObserver

    package init(
        _ partials: [PartialFile], _ manifest: Manifest, settings: Settings,
        pipeline: Pipeline.Settings, policy: RewritePolicy, version: String, observer: RunObserver
    ) {
        self.partials = partials
        self.manifest = manifest
        self.settings = settings
        self.pipeline = pipeline
        self.version = version
        self.observer = observer
        intake = Ingestion.intake(settings, pipeline, policy) { name, notice in
            observer.complain("\(name): \(notice.text)")
        }
    }

    /// - Throws: ``PartialSetError`` when the partials are not those of the manifest.
    package func run(into ledger: Ledger) throws -> Outcome {
        let begin = ContinuousClock.now
        let arrivals = try LoadedInputs(
            manifest, partials, pipeline, configuration: PartialConfiguration.text(intake, pipeline)
        ) { [intake] in try ledger.known($0, named: $1, intake: intake) }
        let deliveries = arrivals.inputs.map(\.delivery)
        if intake.policy == .refuse { try refuseLikely(deliveries, ledger) }
        let names = manifest.inputs.map(\.name) + manifest.unmapped.map(\.name)
        // As ingest does it: requests of a file that is replaced may stand in any other now.
        let isReplacing = try intake.policy == .replace && ledger.counts(anyOf: names)
        let refused =
            arrivals.refused.map { RefusedFile($0.file, problem: $0.error.message) }
            + manifest.unmapped.filter { $0.kind == .refused }.map {
                RefusedFile(InputFile(name: $0.name, size: 0), problem: $0.problem)
            }
        let load = try ledger.load(
            deliveries, renamed: arrivals.renamed,
            sightings: Ledger.Sightings(
                given: Set(names), known: arrivals.known.map(\.identity)),
            refused: refused, waiting: isReplacing ? .counted : .named, isWhole: true,
            run: record, intake: intake)
        switch load {
        case .leavesOut(let offsets):
            return leavesOut(arrivals.inputs.filter { offsets[$0.delivery.number] != nil }, offsets)
        case .committed(let commit):
            var summary = try summary(of: commit, arrivals)
            try keepRefusals(of: commit, arrivals, ledger)
            // Ids that the window has passed go.
            try ledger.endRun(known: [], intake: intake)
            try summary.finish(
                commit.hours, methodChanged: commit.methodChanged, since: begin, ledger, settings)
            return .loaded(summary)
        }
    }

    private func leavesOut(_ inputs: [LoadedInputs.Input], _ offsets: [Int: Set<Int64>]) -> Outcome
    {
        var excluded: [InputKey: Set<Int64>] = [:]
        var again: [String] = []
        for input in inputs {
            let (offsets, planned) = input.excluding(offsets[input.delivery.number] ?? [])
            excluded.merge(offsets) { first, _ in first }
            again += planned
        }
        return .leavesOut(Exclusions(excluded, inputs: again), names: inputs.map(\.name))
    }

    /// What became of inputs only the commit has shown.
    private func keepRefusals(
        of commit: Ledger.Commit, _ arrivals: LoadedInputs, _ ledger: Ledger
    ) throws {
        let refused = arrivals.inputs.compactMap { input in
            commit.outcomes[input.delivery.number]?.problem.map { problem in
                let size = input.delivery.partial.identity.bytes
                return RefusedFile(InputFile(name: input.name, size: size), problem: problem)
            }
        }
        guard !refused.isEmpty else { return }
        _ = try ledger.load(
            [], sightings: commit.sightings, refused: refused, waiting: .none, run: record,
            intake: intake)
    }

    private var record: RunRecord {
        RunRecord(command: "load", version: version, method: settings.method)
    }

    private func summary(
        of commit: Ledger.Commit, _ arrivals: LoadedInputs
    ) throws -> IngestSummary {
        var summary = IngestSummary()
        for input in arrivals.inputs {
            guard let outcome = commit.outcomes[input.delivery.number] else { continue }
            let partial = input.delivery.partial
            summary.add(outcome, of: input.name, partial)
            if let problem = outcome.problem { observer.complain("\(input.name): \(problem)") }
            // Of a log that was mapped whole, that has said it.
            guard input.isJoined, outcome.isCounted else { continue }
            for remark in partial.remarks + partial.losses {
                observer.complain("\(input.name): \(remark)")
            }
        }
        for (outcome, identity) in arrivals.known { summary.add(outcome, of: identity.name, nil) }
        for (file, error) in arrivals.refused {
            observer.complain("\(file.name): \(error.message)")
            summary.add(error)
        }
        for log in manifest.unmapped {
            observer.complain(
                "\(log.name): \(log.problem); it was not mapped, and is counted nowhere")
            summary.add(log)
        }
        return summary
    }

    /// A partial says with what its log began a night ago only where the plan asked for it; where it has no ids either, a log
    /// that grew would count twice.
    private func refuseLikely(_ deliveries: [Delivery], _ ledger: Ledger) throws {
        var problems: [String] = []
        let identities = Dictionary(grouping: deliveries.map(\.partial.identity), by: \.head)
        for delivery in deliveries where delivery.partial.requestIDs.count == 0 {
            let partial = delivery.partial
            let identity = partial.identity
            guard let head = identity.head else { continue }
            let mapped = identities[head, default: []].filter { $0.bytes < identity.bytes }
            let shorter =
                try mapped.map { (name: $0.name, bytes: $0.bytes) }
                + ledger.beginnings(of: identity)
            let other = shorter.first { other in
                !partial.probes.contains { $0.length == other.bytes && !$0.isPlain }
            }
            guard let other else { continue }
            problems.append(
                "\(identity.name): begins like \(other.name), and has no ids that would tell its requests from those: if it is "
                    + "that log, grown, map it as flue plan --db says, or take both with flue ingest; if not, add "
                    + "--on-rewrite add")
        }
        guard problems.isEmpty else { throw PartialSetError(problems: problems) }
    }
}

/// Partials that are not those of the manifest.
package struct PartialSetError: Error, CustomStringConvertible {
    package let problems: [String]

    package var description: String {
        (problems + ["nothing was changed"]).joined(separator: "; ")
    }
}
