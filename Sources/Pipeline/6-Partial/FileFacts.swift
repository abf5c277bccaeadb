/// What is known of a file beside its cells: small, and the same whoever folds the file.
package struct FileFacts: Codable, Equatable, Sendable {
    package internal(set) var identity: FileIdentity
    package let compression: Compression
    package let plainBytes: Int64
    /// Whether it holds more ids than are compared.
    package let hasTooManyIDs: Bool
    /// After how many bytes the file ended inside a frame or member, if its whole lines count nevertheless.
    package let truncation: Int64?
    /// White space between or behind frames or members, which was left out.
    package let strayBytes: Int
    /// Sum of the digests of all lines: equal for recompressed copies, whatever the cut.
    package internal(set) var contentDigest: UInt64
    /// Rises when lines are digested another way: digests of two versions say nothing of each other.
    package static let digestVersion = 3
    /// Of its beginnings, as asked for; in order.
    package internal(set) var probes: [Probe]
    package let dialect: String
    package let dialectDigest: String
    package internal(set) var tally: LineTally
    /// Whether its records are sums of many requests.
    package let holdsSums: Bool
    /// Models beyond the limit, which count as one: ``rareModel``.
    package let rareModels: Int
    /// Sums that were spread over more than one hour.
    package let spreadSums: Int
    /// Counted requests below a span that is not in the file: another file may hold one that repeats their sum.
    package let unseenParents: Int
    /// Spans that repeat the sum of their calls and state more than those that are seen below them.
    package let excess: SpanExcess
    /// Served requests without token counts.
    package internal(set) var unknownUsage: Int64
    /// Writers of the file of whom nothing was counted.
    package let silentWriters: [SilentWriter]
    /// Names of other dialects in which some of its first records are, which were skipped.
    package let otherDialects: [String]
    /// What was skipped, by what it is; each once, without zeros.
    package let skipCounts: [SkipCount]
    /// First and last request, milliseconds since 1970; `nil` without any request.
    package let timeRange: ClosedRange<Int64>?
    /// The dimensions that the histograms keep.
    package let histogramDimensions: DimensionSet
    /// The first lines that were rejected, in order; at most ``Pipeline/rejectLimit``.
    package let rejects: [Reject]
    /// All rejected lines by reason and field, not only those in ``rejects``.
    package let rejectCounts: [RejectKind: Int]
    /// What it is of the file; `nil` for all.
    package let part: Part?

    /// A part of a file, see ``FileRange``.
    package struct Part: Codable, Equatable, Sendable {
        /// As delivered.
        package let bytes: Range<Int64>
        /// SHA-256 of them.
        let sha256: [UInt8]
        /// Ends of lines that it holds: the numbers of those behind it start from there.
        package let lines: Int
        /// SHA-256 of the beginning of the file, of the text that was left to the part before, and of that which was taken
        /// behind its own bytes.
        let beginning: [UInt8]
        let skipped: [UInt8]
        let tail: [UInt8]
    }

    /// SHA-256 of the first bytes of a file, or of its plain text.
    package struct Probe: Codable, Equatable, Sendable {
        package let length: Int64
        package let sha256: [UInt8]
        package let isPlain: Bool
    }
}

extension FileFacts {
    /// Whether its counts are such as a file can have, so that sums over thousands of files fit.
    func isPlausible(upTo limit: Int) -> Bool {
        var counts = [
            tally.lines, tally.counted, tally.rejected, tally.duplicate, tally.skipped,
            Int(tally.requests), Int(plainBytes), strayBytes, rareModels, spreadSums, unseenParents,
            excess.spans, Int(excess.tokens), Int(unknownUsage), Int(identity.bytes),
        ]
        counts += rejects.map(\.line) + rejects.map { Int($0.offset) } + [part?.lines ?? 0]
        counts += skipCounts.map(\.lines) + silentWriters.map(\.records) + rejectCounts.values
        // A record takes a byte or more of text.
        return counts.allSatisfy((0...limit).contains) && tally.isBalanced
            && tally.lines <= plainBytes + 1 && unknownUsage <= tally.requests
            && timeRange.map {
                TimeScanner.range.contains($0.lowerBound)
                    && TimeScanner.range.contains($0.upperBound)
            } ?? true
            && identity.sha256.count == 32
    }
}

// What a person should know of it.
extension FileFacts {
    /// What of the file was not counted and should have been: a run with such a file is no success.
    package var losses: [String] {
        var losses: [String] = []
        if let reason = reasonForNothing {
            losses.append(
                "nothing was counted: all \(tally.skipped) records were skipped, \(reason.lines) of them as "
                    + "\"\(reason.reason)\"; is it the right file, and \(dialect) its dialect? try: flue inspect"
            )
        } else {
            for writer in silentWriters {
                losses.append(
                    "nothing of the writer \"\(writer.name)\" was counted: all of its \(writer.records) records were "
                        + "skipped, most as \"\(writer.reason)\"; if it makes model calls, see: flue inspect"
                )
            }
        }
        if let other = otherDialects.first {
            losses.append(
                "some of its records are \(otherDialects.joined(separator: " or ")) and were skipped: split the file, or "
                    + "count those in a run of their own with --dialect \(other) and this file under another name"
            )
        }
        return losses
    }

    /// What a person should know of the file although it counts.
    package var remarks: [String] {
        var remarks: [String] = []
        if let truncation {
            remarks.append(
                "ends inside a \(compression.unitName) at byte \(truncation); its whole lines are counted, "
                    + "what follows is missing")
        }
        if excess.spans > 0 {
            remarks.append(
                "has \(excess.spans) spans that repeat the sum of their calls and state \(excess.tokens) tokens more than "
                    + "the calls below them: those are counted nowhere; were all calls exported, and in this file?"
            )
        }
        if hasTooManyIDs {
            remarks.append(
                "holds over \(Pipeline.idLimit) requests; they were not compared with others by their ids"
            )
        }
        if rareModels > 0 {
            remarks.append(
                "names \(rareModels) models beyond the limit; requests of the rarest count as \"\(FilePartial.rareModel)\": is the "
                    + "field of the model the right one? The limit is max_models in flue.yaml")
        }
        if spreadSums > 0 {
            remarks.append(
                "holds sums over more than an hour (\(spreadSums) of \(tally.counted)); they are spread "
                    + "evenly over their hours")
        }
        if strayBytes > 0 {
            remarks.append(
                "\(strayBytes) bytes of white space behind a \(compression.unitName) belong to none; "
                    + "they were left out")
        }
        return remarks
    }

    /// Of its records, all of which were left out, the reason that took most of them; `nil` when one was counted or
    /// rejected, or none was there.
    package var reasonForNothing: SkipCount? {
        guard tally.counted + tally.duplicate + tally.rejected == 0 else { return nil }
        return skipCounts.filter(\.isRecord).max { ($0.lines, $1.reason) < ($1.lines, $0.reason) }
    }
}
