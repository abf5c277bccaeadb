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
        let deliveries = try self.deliveries(intake)
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
            var inputs: [[UInt8]: Set<Int64>] = [:]
            for (number, offsets) in offsets { inputs[manifest.inputs[number].digest] = offsets }
            return .leavesOut(
                Exclusions(inputs), names: offsets.keys.sorted().map { manifest.inputs[$0].name })
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

    /// A partial does not say with what its log began a night ago; where it has no ids either, a log that grew would count
    /// twice.
    private func refuseLikely(_ deliveries: [Delivery], _ ledger: Ledger) throws {
        var problems: [String] = []
        var beginnings: [[UInt8]: FileIdentity] = [:]
        for delivery in deliveries where delivery.partial.requestIDs.count == 0 {
            let identity = delivery.partial.identity
            guard let head = identity.head else { continue }
            // The same bytes under two names count once in any case.
            let before = beginnings[head].flatMap { $0.sha256 == identity.sha256 ? nil : $0.name }
            beginnings[head] = identity
            guard let other = try before ?? ledger.name(ofFileThatBeginsLike: identity) else {
                continue
            }
            problems.append(
                "\(identity.name): begins like \(other), and has no ids that would tell its requests from those: if it is that "
                    + "log, grown, take both with flue ingest; if not, add --on-rewrite add")
        }
        guard problems.isEmpty else { throw PartialSetError(problems: problems) }
    }

    /// The partials in the order of the manifest.
    private func deliveries(_ intake: Intake) throws -> [Delivery] {
        var problems: [String] = []
        var known: [[UInt8]: (file: PartialFile, entry: PartialFile.Entry)] = [:]
        let expected = Set(manifest.inputs.map(\.digest))
        for file in partials {
            for entry in file.entries {
                if !expected.contains(entry.input) {
                    problems.append(
                        "\(file.path): holds input \(entry.input.hexadecimal), which the manifest does not name; add its "
                            + "line or leave the partial out")
                } else if let other = known[entry.input], other.entry.content != entry.content {
                    problems.append(
                        "\(file.path): holds another partial of input \(entry.input.hexadecimal) than \(other.file.path); "
                            + "give one of them")
                } else {
                    known[entry.input] = (file, entry)
                }
            }
        }
        for input in manifest.inputs where known[input.digest] == nil {
            problems.append(
                "\(input.name): has no partial (input \(input.digest.hexadecimal)); map it")
        }
        guard problems.isEmpty else { throw PartialSetError(problems: problems) }
        let configuration = PartialConfiguration.text(intake, pipeline)
        var batch = Batch(cellLimit: .max)
        for (number, input) in manifest.inputs.enumerated() {
            guard let (file, entry) = known[input.digest] else { continue }
            let stored = try file.partial(entry)
            if let problem = stranger(stored, configuration) {
                problems.append("\(file.path): the partial of \(input.name) \(problem)")
                continue
            }
            var delivery = Delivery(number: number, partial: stored.named(input.name))
            delivery.excluded = Set(stored.excluded)
            try batch.append(delivery)
        }
        guard problems.isEmpty else { throw PartialSetError(problems: problems) }
        return batch.deliveries
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
