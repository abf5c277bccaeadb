import Accounting

/// The parts of a file, put together to what one pass over the whole of it yields.
package struct JoinedPartial {
    package let partial: FilePartial
    /// Where the text of each part begins in that of the file.
    package let offsets: [Int64]

    /// - Parameters:
    ///   - parts: In the order of the file.
    ///   - settings: Those that the parts were folded with.
    /// - Throws: ``PartialFault`` when they are not all parts of one file, ``InputError`` for a file that is refused whole.
    package init(_ parts: [FilePartial], _ settings: Pipeline.Settings) throws {
        try Self.check(parts)
        var offsets: [Int64] = []
        var end: Int64 = 0
        for part in parts {
            offsets.append(end)
            end += part.plainBytes
        }
        self.offsets = offsets
        guard end <= settings.plainByteLimit else {
            throw InputError.tooLong(limit: settings.plainByteLimit)
        }
        var names = JoinedNames()
        var cells: [PartialCellKey: Activity] = [:]
        var histograms: [PartialCellKey: PartialHistogram] = [:]
        for part in parts {
            let places = part.names.map { names.number(of: $0) }
            for cell in part.cells {
                cells[cell.key.renumbered { places[$0] }, default: Activity()] += cell.activity
            }
            for histogram in part.histograms {
                let key = histogram.key.renumbered { places[$0] }
                let before = histograms[key]?.histogram
                histograms[key] = PartialHistogram(
                    key: key, coefficients: histogram.coefficients,
                    histogram: before.map { $0 + histogram.histogram } ?? histogram.histogram)
            }
        }
        guard cells.count <= settings.cellLimit else {
            throw InputError.tooManyCells(limit: settings.cellLimit)
        }
        let rareModels = Self.joinRareModels(
            &cells, &histograms, limit: settings.modelLimit, &names)
        // Those of rare models are named no longer.
        var used = JoinedNames()
        func renumbered(_ key: PartialCellKey) -> PartialCellKey {
            key.renumbered { used.number(of: names.all[$0]) }
        }
        var packed = PackedCells()
        for (key, activity) in cells { packed.append((renumbered(key), activity)) }
        let ordered = histograms.map { key, part in
            PartialHistogram(
                key: renumbered(key), coefficients: part.coefficients, histogram: part.histogram)
        }
        // Of one part over the limit none are known; else more fit than of a file that is read whole.
        let hasTooManyIDs = parts.contains(where: \.hasTooManyIDs)
        let facts = FileFacts(
            joining: parts.map(\.facts), offsets, rareModels: rareModels,
            hasTooManyIDs: hasTooManyIDs)
        let whole = FilePartial(
            facts: facts, cells: packed, histograms: ordered,
            requestIDs: hasTooManyIDs
                ? RequestIDs() : try RequestIDs(joining: parts.map(\.requestIDs), offsets),
            names: used.all)
        guard facts.isPlausible(upTo: StoredPartial.countLimit) else {
            throw PartialFault("has parts that hold more than a file can")
        }
        if case .failed(let error) = settings.judged(.partial(whole)) { throw error }
        partial = whole
    }

    /// Whether parts follow each other from the first byte of a file to its last, and were cut from the same bytes.
    private static func check(_ parts: [FilePartial]) throws(PartialFault) {
        guard parts.count <= FileParts.limit else {
            throw PartialFault("has over \(FileParts.limit) parts; plan larger tasks")
        }
        var end: Int64 = 0
        for (place, partial) in parts.enumerated() {
            guard let part = partial.part else {
                throw PartialFault("stands in the manifest both whole and in parts")
            }
            let before = place == 0 ? nil : parts[place - 1].part
            guard partial.identity == parts[0].identity, partial.dialect == parts[0].dialect,
                partial.compression == parts[0].compression,
                part.beginning == parts[0].part?.beginning,
                before.map({ $0.bytes.upperBound != end || $0.tail == part.skipped }) ?? true
            else {
                throw PartialFault(
                    "has parts that were read from different bytes: the file changed meanwhile; make the plan anew"
                )
            }
            guard part.bytes.lowerBound == end else {
                throw PartialFault(
                    "has no line in the manifest for what stands between bytes \(end) and \(part.bytes.lowerBound), or one "
                        + "too many: map all parts of one plan")
            }
            end = part.bytes.upperBound
        }
        guard let size = parts.first?.identity.bytes, size == end else {
            throw PartialFault(
                "has no line in the manifest for what stands behind byte \(end): map all parts of one plan"
            )
        }
    }

    /// As it is done of a file that is folded whole.
    private static func joinRareModels(
        _ cells: inout [PartialCellKey: Activity],
        _ histograms: inout [PartialCellKey: PartialHistogram], limit: Int,
        _ names: inout JoinedNames
    ) -> Int {
        var requests: [Int: Int64] = [:]
        for (key, activity) in cells { requests[key.model, default: 0] += activity.requests }
        guard requests.count > limit else { return 0 }
        let other = names.number(of: FilePartial.rareModel)
        let all = names.all
        let rare = RareModels(requests, limit: limit, other: other) { all[$0] }
        var joined: [PartialCellKey: Activity] = [:]
        for (key, activity) in cells {
            let model = rare.keeps(key.model) ? key.model : other
            joined[key.ofModel(model), default: Activity()] += activity
        }
        cells = joined
        histograms = histograms.filter { rare.keeps($0.key.model) }
        return rare.count
    }
}

/// Names by number, number 0 being the empty one.
private struct JoinedNames {
    private(set) var all = [""]
    /// By bytes: texts of different bytes may be equal.
    private var numbers: [[UInt8]: Int] = [[]: 0]

    mutating func number(of name: String) -> Int {
        let bytes = Array(name.utf8)
        if let known = numbers[bytes] { return known }
        numbers[bytes] = all.count
        all.append(name)
        return all.count - 1
    }
}

extension FileFacts {
    /// - Parameters:
    ///   - parts: In the order of the file; at least one.
    ///   - offsets: Where the text of each begins in that of the file.
    fileprivate init(
        joining parts: [FileFacts], _ offsets: [Int64], rareModels: Int, hasTooManyIDs: Bool
    ) {
        let first = parts[0]
        var tally = LineTally()
        var excess = SpanExcess()
        var skipCounts: [Int: SkipCount] = [:]
        var rejects: [Reject] = []
        var rejectCounts: [RejectKind: Int] = [:]
        var lines = 0
        for (part, offset) in zip(parts, offsets) {
            tally += part.tally
            excess.spans += part.excess.spans
            excess.tokens += part.excess.tokens
            for count in part.skipCounts {
                skipCounts[count.code] = skipCounts[count.code].map { $0 + count } ?? count
            }
            for reject in part.rejects.prefix(Pipeline.rejectLimit - rejects.count) {
                rejects.append(reject.moved(lines: lines, bytes: offset))
            }
            rejectCounts.merge(part.rejectCounts, uniquingKeysWith: +)
            lines += part.part?.lines ?? 0
        }
        let times = parts.compactMap(\.timeRange)
        self.init(
            identity: first.identity, compression: first.compression,
            plainBytes: parts.reduce(0) { $0 + $1.plainBytes }, hasTooManyIDs: hasTooManyIDs,
            truncation: nil, strayBytes: parts.reduce(0) { $0 + $1.strayBytes },
            contentDigest: parts.reduce(0) { $0 &+ $1.contentDigest }, probes: first.probes,
            dialect: first.dialect, dialectDigest: first.dialectDigest, tally: tally,
            holdsSums: first.holdsSums, rareModels: rareModels,
            spreadSums: parts.reduce(0) { $0 + $1.spreadSums },
            unseenParents: parts.reduce(0) { $0 + $1.unseenParents }, excess: excess,
            unknownUsage: parts.reduce(0) { $0 + $1.unknownUsage }, silentWriters: [],
            otherDialects: parts.lazy.map(\.otherDialects).first { !$0.isEmpty } ?? [],
            skipCounts: skipCounts.sorted { $0.key < $1.key }.map(\.value),
            timeRange: times.map(\.lowerBound).min().flatMap { begin in
                times.map(\.upperBound).max().map { begin...$0 }
            }, histogramDimensions: first.histogramDimensions, rejects: rejects,
            rejectCounts: rejectCounts, part: nil)
    }
}

extension RequestIDs {
    /// - Parameter offsets: Where the text of each part begins in that of the file.
    fileprivate init(joining parts: [RequestIDs], _ offsets: [Int64]) throws {
        var hours: [UInt32: [Located]] = [:]
        for (part, offset) in zip(parts, offsets) {
            for hour in part.hours {
                try part.forEachBlock(of: hour) { block in
                    hours[hour, default: []] += block.map {
                        Located(id: $0.id, offset: $0.offset + offset)
                    }
                }
            }
        }
        self.init(hours)
    }
}
