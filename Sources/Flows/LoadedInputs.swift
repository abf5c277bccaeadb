import Ledger
import Pipeline
import Synchronization

/// The inputs of a manifest, each put together from its partials, in the order in which they are taken in.
struct LoadedInputs {
    /// An input with the partials that it was put together from.
    struct Input {
        let name: String
        fileprivate(set) var delivery: Delivery
        /// Of each partial, where its text begins in that of the input.
        fileprivate let parts: [(partial: StoredPartial, start: Int64)]

        /// Whether it was mapped in parts.
        var isJoined: Bool { parts.first?.partial.key.part != nil }

        /// What each partial must leave out, other than what it does, and the whole input, for who reads that; and what is to
        /// be mapped again.
        func excluding(
            _ offsets: Set<Int64>
        ) -> (excluded: [InputKey: Set<Int64>], planned: [String]) {
            var rest = offsets.sorted()[...]
            var excluded = [InputKey(delivery.partial.identity.sha256): offsets]
            var planned: [String] = []
            for (partial, start) in parts.reversed() {
                let own = Set(rest.drop { $0 < start }.map { $0 - start })
                rest = rest.prefix { $0 < start }
                guard own != Set(partial.excluded) else { continue }
                excluded[partial.key] = own
                planned.append(partial.partial.planned(name))
            }
            return (excluded, planned.reversed())
        }
    }

    private(set) var inputs: [Input] = []
    /// Of inputs without partials, as the ledger knows their bytes.
    private(set) var known: [(outcome: FileOutcome, identity: FileIdentity)] = []
    /// Inputs that were mapped in parts, and are refused as a whole.
    private(set) var refused: [(file: InputFile, error: InputError)] = []

    /// Bytes that the ledger knows under another name.
    var renamed: [FileIdentity] {
        known.filter { if case .renamed = $0.outcome { true } else { false } }.map(\.identity)
    }

    /// - Parameters:
    ///   - configuration: That of all partials.
    ///   - known: What became of bytes that the ledger knows, under a name.
    /// - Throws: ``PartialSetError`` when the partials are not those of the manifest.
    init(
        _ manifest: Manifest, _ files: [PartialFile], _ pipeline: Pipeline.Settings,
        configuration: String,
        known: ([UInt8], _ name: String) throws -> (outcome: FileOutcome, identity: FileIdentity)?
    ) throws {
        var problems: [String] = []
        let places = try Self.places(files, Set(manifest.inputs.flatMap(\.keys)), &problems)
        var batch = Batch(cellLimit: .max)
        var read = ReadAhead(
            manifest.inputs.map { $0.keys.compactMap { places[$0] } }, pipeline.jobs)
        for (number, input) in manifest.inputs.enumerated() {
            let missing = input.keys.filter { places[$0] == nil }
            if missing.count == input.keys.count, let known = try known(input.digest, input.name) {
                self.known.append(known)
                continue
            }
            guard missing.isEmpty else {
                problems += missing.map { Self.problem(missing: $0, input.name) }
                continue
            }
            let parts = try read.partials(of: number)
            for (key, partial) in zip(input.keys, parts) {
                guard let problem = Self.stranger(partial, pipeline, configuration) else {
                    continue
                }
                let path = places[key]?.file.path ?? ""
                problems.append("\(path): the partial of \(input.name) \(problem)")
            }
            guard problems.isEmpty else { continue }
            do {
                try add(parts, named: input.name, number, pipeline, &batch)
            } catch let fault as PartialFault {
                // Why a part is not there was said when it was to be mapped.
                let isUnmapped = manifest.unmapped.contains { $0.name == input.name }
                if !isUnmapped { problems.append("\(input.name): \(fault)") }
            } catch let error as InputError {
                let size = parts.first?.partial.identity.bytes ?? 0
                refused.append((InputFile(name: input.name, size: size), error))
            }
        }
        guard problems.isEmpty else { throw PartialSetError(problems: problems) }
        // As ids went to a file on the way.
        for (place, delivery) in batch.deliveries.enumerated() { inputs[place].delivery = delivery }
        orderByGrowth()
    }

    private mutating func add(
        _ parts: [StoredPartial], named name: String, _ number: Int,
        _ pipeline: Pipeline.Settings, _ batch: inout Batch
    ) throws {
        var whole = parts[0].partial
        var starts: [Int64] = [0]
        if parts.count > 1 || whole.part != nil {
            let joined = try JoinedPartial(parts.map(\.partial), pipeline)
            whole = joined.partial
            starts = joined.offsets
        }
        var delivery = Delivery(number: number, partial: whole.named(name))
        // Without ids nothing is found, and what parts leave out stays so.
        if !whole.hasTooManyIDs {
            let excluded = zip(parts, starts).flatMap { part, start in
                part.excluded.map { $0 + start }
            }
            delivery.excluded = Set(excluded)
        }
        try batch.append(delivery)
        inputs.append(
            Input(name: name, delivery: delivery, parts: Array(zip(parts, starts).map { ($0, $1) }))
        )
    }

    /// The order in which ingest takes files in, whatever that of the manifest: what may be an earlier stage of another input
    /// before that, else the largest first.
    private mutating func orderByGrowth() {
        let identities = inputs.map(\.delivery.partial.identity)
        // By name, so that of two alike the same one comes first.
        let places = inputs.indices.sorted {
            inputs[$0].name.utf8.lexicographicallyPrecedes(inputs[$1].name.utf8)
        }
        // A short file has no head; another that begins with all of it has its digest where the plan asked for one.
        var owners: [[UInt8]: [UInt8]] = [:]
        var groups: [[UInt8]: [Int]] = [:]
        for place in places.sorted(by: { identities[$0].bytes > identities[$1].bytes }) {
            let identity = identities[place]
            let key = identity.head ?? owners[identity.sha256] ?? identity.sha256
            groups[key, default: []].append(place)
            for probe in inputs[place].delivery.partial.probes where !probe.isPlain {
                owners[probe.sha256] = owners[probe.sha256] ?? key
            }
        }
        let rank = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, $0) })
        inputs = groups.values.map { group in
            let group = group.sorted {
                (identities[$0].bytes, rank[$0] ?? 0) < (identities[$1].bytes, rank[$1] ?? 0)
            }
            return (
                largest: identities[group[group.count - 1]].bytes,
                first: group.compactMap { rank[$0] }.min() ?? 0, group: group
            )
        }.sorted {
            (-$0.largest, $0.first) < (-$1.largest, $1.first)
        }.flatMap(\.group).map { inputs[$0] }
    }

    /// The partials that the manifest names.
    private static func places(
        _ files: [PartialFile], _ expected: Set<InputKey>, _ problems: inout [String]
    ) throws(PartialFileError) -> [InputKey: PartialFile.Place] {
        var places: [InputKey: PartialFile.Place] = [:]
        for file in files {
            for entry in file.entries {
                if !expected.contains(entry.key) {
                    problems.append(
                        "\(file.path): holds input \(entry.key), which the manifest does not name; add its line or leave "
                            + "the partial out")
                } else if let other = places[entry.key] {
                    places[entry.key] = try PartialFile.latest(other, (file, entry))
                } else {
                    places[entry.key] = (file, entry)
                }
            }
        }
        return places
    }

    private static func problem(missing key: InputKey, _ name: String) -> String {
        let what = key.part.map { "bytes \($0.lowerBound) to \($0.upperBound) have no partial" }
        return "\(name): \(what ?? "has no partial") (input \(key)); map it"
    }

    /// Why a partial does not belong to this configuration; `nil` when it does.
    private static func stranger(
        _ stored: StoredPartial, _ pipeline: Pipeline.Settings, _ configuration: String
    ) -> String? {
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

/// Reads partials input by input, those of a few inputs at a time side by side.
private struct ReadAhead {
    private let places: [[PartialFile.Place]]
    private let jobs: Int
    private var read: [Int: [StoredPartial]] = [:]

    init(_ places: [[PartialFile.Place]], _ jobs: Int) {
        self.places = places
        self.jobs = jobs
    }

    /// - Throws: ``PartialFileError`` for the first that cannot be read.
    mutating func partials(of input: Int) throws -> [StoredPartial] {
        if let known = read.removeValue(forKey: input) { return known }
        let inputs = Array(input..<min(input + jobs, places.count))
        let partials = Mutex<[Int: [StoredPartial]]>([:])
        try runEach(inputs.count, jobs: jobs) { [places] index in
            let parts = try places[inputs[index]].map { try $0.file.partial($0.entry) }
            partials.withLock { $0[inputs[index]] = parts }
        }
        read = partials.withLock { $0 }
        return read.removeValue(forKey: input) ?? []
    }
}
