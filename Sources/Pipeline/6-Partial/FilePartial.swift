package import Accounting

/// The books of one file: every line, or record where a line holds several or none, has exactly one fate.
package struct LineTally: Equatable, Sendable {
    package var lines = 0
    package var counted = 0
    package var rejected = 0
    package var duplicate = 0
    /// Blank lines, a CSV header, and records that the dialect leaves out.
    package var skipped = 0
    /// How many the counted ones stand for: one each, unless they are sums.
    package var requests: Int64 = 0

    package init() {}

    /// The law that every file obeys.
    package var isBalanced: Bool { lines == counted + rejected + duplicate + skipped }

    static func += (left: inout LineTally, right: LineTally) {
        left.lines += right.lines
        left.counted += right.counted
        left.rejected += right.rejected
        left.duplicate += right.duplicate
        left.skipped += right.skipped
        left.requests += right.requests
    }
}

/// What one pass over one whole file yields.
package struct FilePartial: Sendable {
    package let identity: FileIdentity
    package let compression: Compression
    package let plainBytes: Int64
    /// Whether it holds more ids than are compared.
    package let hasTooManyIDs: Bool
    /// After how many bytes the file ended inside a frame or member, if its whole lines count nevertheless.
    package let truncation: Int64?
    /// White space between or behind frames or members, which was left out.
    package let strayBytes: Int
    /// Sum of the digests of all lines: equal for recompressed copies, whatever the cut.
    package let contentDigest: UInt64
    /// Rises when lines are digested another way: digests of two versions say nothing of each other.
    package static let digestVersion = 2
    /// SHA-256 of the first bytes, by how many, as asked for.
    package let probes: [Int64: [UInt8]]
    /// SHA-256 of the first plain bytes, by how many, as asked for.
    package let plainProbes: [Int64: [UInt8]]
    package let dialect: String
    package let dialectDigest: String
    package private(set) var tally: LineTally
    /// Whether its records are sums of many requests.
    package let holdsSums: Bool
    /// Sums that were spread over more than one hour.
    package let spreadSums: Int
    /// Counted requests below a span that is not in the file: another file may hold one that repeats their sum.
    package let unseenParents: Int
    /// Spans that repeat the sum of their calls and state more than those that are seen below them.
    package let excess: SpanExcess
    /// Served requests without token counts.
    package let unknownUsage: Int64
    /// Writers of the file of whom nothing was counted.
    package let silentWriters: [SilentWriter]
    /// Names of other dialects in which some of its first records are, which were skipped.
    package let otherDialects: [String]
    /// What was skipped, by what it is; each once, without zeros.
    package let skipCounts: [SkipCount]
    /// First and last request, milliseconds since 1970; `nil` without any request.
    package let timeRange: ClosedRange<Int64>?
    /// Each cell once, in no order; names are numbers for ``names``.
    package private(set) var cells: [(key: PartialCellKey, activity: Activity)]
    /// What single requests cost, by cells with dimensions left out; each once, in no order.
    package private(set) var histograms: [PartialHistogram]
    /// Counted requests with an id, by chunk, in the order of the file.
    package private(set) var requestIDs: [[IdentifiedRequest]]
    /// The dimensions that the histograms keep.
    package let histogramDimensions: DimensionSet
    /// The names of the cells by number; number 0 is the empty name.
    package private(set) var names: [String]
    /// The first lines that were rejected, in order; at most ``Pipeline/rejectLimit``.
    package let rejects: [Reject]
    /// All rejected lines by reason and field, not only those in ``rejects``.
    package let rejectCounts: [RejectKind: Int]

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

    /// Counted requests turned out to be counted before.
    mutating func addDuplicates(_ count: Int) {
        tally.counted -= count
        tally.duplicate += count
    }

    /// The books alone.
    package var withoutCells: FilePartial {
        var partial = self
        partial.cells = []
        partial.histograms = []
        partial.requestIDs = []
        return partial
    }

    /// The same file without some of its requests, as `other` has counted it.
    package func recounted(by other: FilePartial) -> FilePartial {
        var partial = self
        partial.tally = other.tally
        partial.cells = other.cells
        partial.histograms = other.histograms
        partial.names = other.names
        partial.requestIDs = other.requestIDs
        return partial
    }
}

/// The histogram of the requests of one key, and what they were charged.
package struct PartialHistogram: Sendable {
    package let key: PartialCellKey
    package let coefficients: EnergyCoefficients
    package let histogram: RequestHistogram
}

/// A cell's key, whose names are numbers for ``FilePartial/names``.
package struct PartialCellKey: Hashable, Sendable {
    package let hour: UTCHour
    package let region: Int
    package let model: Int
    package let tenant: Int
    package let project: Int
    package let endpoint: Int

    init(_ key: CellKey, _ numbers: inout CompactNames) {
        hour = UTCHour(Int(key.hour))
        region = numbers.number(key.region)
        model = numbers.number(key.model)
        tenant = numbers.number(key.tenant)
        project = numbers.number(key.project)
        endpoint = numbers.number(key.endpoint)
    }
}

/// The few names that a file uses, out of all that a run has met.
struct CompactNames {
    private let all: [String]
    private var numbers: [UInt32: Int] = [0: 0]
    private(set) var names = [""]

    init(_ all: [String]) { self.all = all }

    mutating func number(_ number: UInt32) -> Int {
        if let known = numbers[number] { return known }
        numbers[number] = names.count
        names.append(all[Int(number)])
        return names.count - 1
    }
}

/// How much of one kind was skipped.
package struct SkipCount: Equatable, Sendable {
    /// What it is, such as `another schema`.
    package let reason: String
    package let lines: Int
    /// Whether it is nothing that the dialect knows.
    package let isForeign: Bool
    /// Whether it is a record of the dialect that is no request.
    package let isOfDialect: Bool
    /// Whether it is a record at all, of whatever kind, and no header, blank line or empty document.
    var isRecord: Bool { isForeign || isOfDialect && !isEmptyDocument }
    private let isEmptyDocument: Bool
    /// As SQL text: reasons of what is no record.
    package static var emptyReasons: String {
        [SkipCode.blank, .header, .noRecords].map { "'\($0.description)'" }.joined(separator: ", ")
    }

    init(code: Int, lines: Int, _ reader: RequestReader) {
        reason = reader.skipReasons[code]
        self.lines = lines
        isForeign = code == SkipCode.text.rawValue || code == SkipCode.otherSchema.rawValue
        isOfDialect = code >= SkipCode.noRecords.rawValue
        isEmptyDocument = code == SkipCode.noRecords.rawValue
    }
}

/// One of several writers of a file, of whose records none was counted.
package struct SilentWriter: Equatable, Sendable {
    package let name: String
    package let records: Int
    /// What took most of them.
    package let reason: String
}

/// A reason and the field that it is about.
package struct RejectKind: Hashable, Comparable, Sendable {
    package let reason: RejectReason
    /// Empty for the line as a whole.
    package let field: String

    package static func < (left: RejectKind, right: RejectKind) -> Bool {
        (left.reason.rawValue, left.field) < (right.reason.rawValue, right.field)
    }
}
