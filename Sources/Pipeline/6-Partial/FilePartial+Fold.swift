import Accounting

extension FilePartial {
    /// What the workers have folded of one file.
    ///
    /// - Parameters:
    ///   - others: Dialects other than its own that know some of its first records.
    ///   - part: The part of the file that was folded; `nil` for all.
    /// - Throws: ``InputError/tooManyCells``.
    init(
        of fold: FileFold, _ identity: FileIdentity, _ plain: PlainSummary, _ dialect: Dialect,
        _ reader: RequestReader, others: [String], part: FileRange?,
        cellLimit: Int, modelLimit: Int, histogramDimensions: DimensionSet, _ registry: NameRegistry
    ) throws(InputError) {
        var (cells, histograms) = fold.cells.settled
        guard cells.count <= cellLimit else { throw .tooManyCells(limit: cellLimit) }
        let rareModels = Self.joinRareModels(&cells, &histograms, limit: modelLimit, registry)
        var numbers = CompactNames(registry.names)
        var packed = PackedCells()
        for cell in cells { packed.append((PartialCellKey(cell.key, &numbers), cell.activity)) }
        let facts = FileFacts(
            identity: identity, compression: plain.compression, plainBytes: plain.bytes,
            hasTooManyIDs: fold.hasTooManyIDs, truncation: plain.truncation,
            strayBytes: plain.strayBytes, contentDigest: fold.contentDigest,
            probes: Self.probes(plain), dialect: dialect.name,
            dialectDigest: dialect.digest, tally: fold.tally, holdsSums: dialect.holdsSums,
            rareModels: rareModels, spreadSums: fold.spreadSums, unseenParents: fold.unseenParents,
            excess: fold.excess,
            unknownUsage: cells.reduce(0) { $0 + $1.activity.unknownUsageRequests },
            silentWriters: fold.silentWriters(reader, registry),
            otherDialects: fold.skipCounts.count > SkipCode.otherSchema.rawValue
                && fold.skipCounts[SkipCode.otherSchema.rawValue] > 0 ? others : [],
            skipCounts: fold.skipCounts.enumerated().filter { $0.element > 0 }.map {
                SkipCount(code: $0.offset, lines: $0.element, reader)
            },
            timeRange: fold.firstTime <= fold.lastTime ? fold.firstTime...fold.lastTime : nil,
            histogramDimensions: histogramDimensions, rejects: fold.orderedRejects(),
            rejectCounts: fold.rejectCounts,
            part: part.map {
                FileFacts.Part(
                    bytes: $0.bytes, sha256: $0.sha256,
                    lines: fold.linesByChunk.values.reduce(0, +),
                    beginning: plain.part?.beginning ?? [], skipped: plain.part?.skipped ?? [],
                    tail: plain.part?.tail ?? [])
            })
        self.init(
            facts: facts, cells: packed,
            histograms: histograms.map {
                PartialHistogram(
                    key: PartialCellKey($0.key, &numbers), coefficients: $0.coefficients,
                    histogram: $0.histogram)
            },
            requestIDs: RequestIDs(
                fold.hasTooManyIDs ? [] : fold.ids.sorted { $0.key < $1.key }.map(\.value)),
            names: numbers.names)
    }

    private static func probes(_ plain: PlainSummary) -> [FileFacts.Probe] {
        [(plain.probes, false), (plain.plainProbes, true)].flatMap { probes, isPlain in
            probes.sorted { $0.key < $1.key }.map {
                FileFacts.Probe(length: $0.key, sha256: $0.value, isPlain: isPlain)
            }
        }
    }

    /// Keeps the cells of the models that are told apart, and adds up those of all others.
    ///
    /// - Returns: How many models those are.
    private static func joinRareModels(
        _ cells: inout [(key: CellKey, activity: Activity)],
        _ histograms: inout [HistogramTable.Group], limit: Int,
        _ registry: NameRegistry
    ) -> Int {
        var requests: [UInt32: Int64] = [:]
        for cell in cells { requests[cell.key.model, default: 0] += cell.activity.requests }
        guard requests.count > limit else { return 0 }
        let names = registry.names
        let other = registry.number(of: rareModel)
        let rare = RareModels(requests, limit: limit, other: other) { names[Int($0)] }
        var joined: [CellKey: Activity] = [:]
        for cell in cells where !rare.keeps(cell.key.model) {
            var key = cell.key
            key.model = other
            joined[key, default: Activity()] += cell.activity
        }
        cells = cells.filter { rare.keeps($0.key.model) } + joined.map { ($0.key, $0.value) }
        histograms = histograms.filter { rare.keeps($0.key.model) }
        return rare.count
    }
}

extension FileFold {
    /// Writers of a file with several whose records were all left out, other than those who make no model calls.
    fileprivate func silentWriters(
        _ reader: RequestReader, _ names: NameRegistry
    ) -> [SilentWriter] {
        let silent: [SilentWriter] = writers.compactMap { number, tally in
            let lost = tally.skipped.filter { !reader.codesOfOthers.contains($0.key) }
            guard tally.used == 0,
                let most = lost.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })
            else { return nil }
            return SilentWriter(
                name: names.name(of: number), records: tally.skipped.values.reduce(0, +),
                reason: reader.skipReasons[most.key])
        }
        return silent.sorted { $0.name < $1.name }
    }
}
