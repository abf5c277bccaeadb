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
    private let policy: RewritePolicy
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
        self.policy = policy
        self.version = version
        self.observer = observer
    }

    /// - Throws: ``PartialSetError`` when the partials are not those of the manifest.
    package func run(into ledger: Ledger) throws -> Outcome {
        let begin = ContinuousClock.now
        let intake = Ingestion.intake(settings, pipeline, policy) { [observer] name, notice in
            observer.complain("\(name): \(notice.text)")
        }
        let inputs = try self.inputs(intake)
        let deliveries = inputs.map(\.delivery)
        if policy == .refuse { try refuseLikely(deliveries, ledger) }
        let load = try ledger.load(
            deliveries,
            sightings: Ledger.Sightings(
                given: Set(manifest.inputs.map(\.name)),
                known: deliveries.map(\.partial.identity)),
            waiting: .none,
            run: RunRecord(command: "load", version: version, method: settings.method),
            intake: intake)
        switch load {
        case .leavesOut(let offsets):
            var excluded: [InputKey: Set<Int64>] = [:]
            for input in inputs {
                guard let offsets = offsets[input.delivery.number] else { continue }
                excluded.merge(input.excluded(offsets)) { first, _ in first }
            }
            return .leavesOut(
                Exclusions(excluded), names: offsets.keys.sorted().map { manifest.inputs[$0].name })
        case .committed(let commit):
            var summary = IngestSummary()
            for delivery in deliveries {
                guard let outcome = commit.outcomes[delivery.number] else { continue }
                let name = manifest.inputs[delivery.number].name
                summary.add(outcome, of: name, delivery.partial)
                if let problem = outcome.problem { observer.complain("\(name): \(problem)") }
            }
            // Ids that the window has passed go.
            try ledger.endRun(known: [], intake: intake)
            for log in manifest.unmapped {
                observer.complain("\(log); it was not mapped, and is counted nowhere")
                summary.addUnmapped()
            }
            try summary.finish(
                commit.hours, methodChanged: commit.methodChanged, since: begin, ledger, settings)
            return .loaded(summary)
        }
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

    /// An input with the parts that it was put together from.
    private struct Input {
        var delivery: Delivery
        /// Of each part, where its text begins in that of the input, and what was left out of it.
        let parts: [(key: InputKey, start: Int64, excluded: Set<Int64>)]

        /// What each partial must leave out, other than what it does; and the whole input, for who reads that.
        func excluded(_ offsets: Set<Int64>) -> [InputKey: Set<Int64>] {
            var ordered = offsets.sorted()[...]
            var excluded: [InputKey: Set<Int64>] = [:]
            for part in parts.reversed() {
                let own = Set(ordered.drop { $0 < part.start }.map { $0 - part.start })
                ordered = ordered.prefix { $0 < part.start }
                if own != part.excluded { excluded[part.key] = own }
            }
            excluded[InputKey(delivery.partial.identity.sha256)] = offsets
            return excluded
        }
    }

    /// The inputs in the order of the manifest.
    private func inputs(_ intake: Intake) throws -> [Input] {
        var problems: [String] = []
        let known = try entries(&problems)
        for input in manifest.inputs {
            for key in input.keys where known[key] == nil {
                let what = key.part.map {
                    "bytes \($0.lowerBound) to \($0.upperBound) have no partial"
                }
                problems.append("\(input.name): \(what ?? "has no partial") (input \(key)); map it")
            }
        }
        guard problems.isEmpty else { throw PartialSetError(problems: problems) }
        let configuration = PartialConfiguration.text(intake, pipeline)
        var batch = Batch(cellLimit: .max)
        var parts: [[(key: InputKey, start: Int64, excluded: Set<Int64>)]] = []
        for (number, input) in manifest.inputs.enumerated() {
            var stored: [StoredPartial] = []
            for (file, entry) in input.keys.compactMap({ known[$0] }) {
                let partial = try file.partial(entry)
                if let problem = stranger(partial, configuration) {
                    problems.append("\(file.path): the partial of \(input.name) \(problem)")
                }
                stored.append(partial)
            }
            guard problems.isEmpty else { continue }
            do {
                let whole = try whole(of: stored)
                let excluded = zip(stored, whole.starts).flatMap { part, start in
                    part.excluded.map { $0 + start }
                }
                var delivery = Delivery(
                    number: number, partial: whole.partial.named(input.name))
                delivery.excluded = Set(excluded)
                parts.append(
                    zip(stored, whole.starts).map { ($0.key, $1, Set($0.excluded)) })
                try batch.append(delivery)
            } catch let fault as PartialFault {
                problems.append("\(input.name): \(fault)")
            } catch let error as InputError {
                problems.append("\(input.name): \(error.message)")
            }
        }
        guard problems.isEmpty else { throw PartialSetError(problems: problems) }
        return zip(batch.deliveries, parts).map { Input(delivery: $0, parts: $1) }
    }

    /// The partials that the manifest names.
    private func entries(
        _ problems: inout [String]
    ) throws(PartialFileError) -> [InputKey: PartialFile.Place] {
        var known: [InputKey: PartialFile.Place] = [:]
        let expected = Set(manifest.inputs.flatMap(\.keys))
        for file in partials {
            for entry in file.entries {
                if !expected.contains(entry.key) {
                    problems.append(
                        "\(file.path): holds input \(entry.key), which the manifest does not name; add its line or leave "
                            + "the partial out")
                } else if let other = known[entry.key] {
                    known[entry.key] = try PartialFile.latest(other, (file, entry))
                } else {
                    known[entry.key] = (file, entry)
                }
            }
        }
        return known
    }

    /// - Parameter stored: The partials of one input, in its order.
    private func whole(
        of stored: [StoredPartial]
    ) throws -> (partial: FilePartial, starts: [Int64]) {
        let partials = stored.map(\.partial)
        if partials.count == 1, let partial = partials.first, partial.part == nil {
            return (partial, [0])
        }
        let joined = try JoinedPartial(partials, pipeline)
        return (joined.partial, joined.offsets)
    }

    /// Why a partial does not belong to this configuration; `nil` when it does.
    private func stranger(_ stored: StoredPartial, _ configuration: String) -> String? {
        if stored.configuration != configuration {
            return
                "was mapped with another configuration (\(stored.configuration); here \(configuration)); load it with "
                + "that, or map its input again"
        }
        let facts = stored.partial.facts
        guard let dialect = pipeline.dialects.first(where: { $0.name == facts.dialect }),
            dialect.digest == facts.dialectDigest
        else {
            return
                "was read as \(facts.dialect), by another mapping than that which is known here; give it with "
                + "--dialect, or map its input again"
        }
        return nil
    }
}

/// Partials that are not those of the manifest.
package struct PartialSetError: Error, CustomStringConvertible {
    package let problems: [String]

    package var description: String {
        (problems + ["nothing was changed"]).joined(separator: "\n")
    }
}
