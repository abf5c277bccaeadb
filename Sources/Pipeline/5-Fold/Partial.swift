package import Accounting

/// The books of one file: every line has exactly one fate.
package struct LineTally: Equatable, Sendable {
    package var lines = 0
    package var counted = 0
    package var rejected = 0
    package var duplicate = 0
    /// Blank lines, a CSV header, and lines that the dialect leaves out.
    package var skipped = 0

    package init() {}

    /// The law that every file obeys.
    package var isBalanced: Bool { lines == counted + rejected + duplicate + skipped }

    static func += (left: inout LineTally, right: LineTally) {
        left.lines += right.lines
        left.counted += right.counted
        left.rejected += right.rejected
        left.duplicate += right.duplicate
        left.skipped += right.skipped
    }
}

/// The names that a cell is about. Dimensions that are not enabled are empty.
package struct CellNames: Hashable, Comparable, Sendable {
    package let region: String
    package let model: String
    package let tenant: String
    package let project: String
    package let endpoint: String

    package init(region: String, model: String, tenant: String, project: String, endpoint: String) {
        self.region = region
        self.model = model
        self.tenant = tenant
        self.project = project
        self.endpoint = endpoint
    }

    package static func < (left: CellNames, right: CellNames) -> Bool {
        (left.region, left.model, left.tenant, left.project, left.endpoint)
            < (right.region, right.model, right.tenant, right.project, right.endpoint)
    }
}

/// What one pass over one whole file yields.
package struct FilePartial: Sendable {
    package let identity: FileIdentity
    package let compression: Compression
    package let plainBytes: Int64
    /// Sum of the digests of all counted records: equal for recompressed copies, whatever the cut.
    package let contentDigest: UInt64
    /// Digest of the first bytes, as asked for.
    package let probe: [UInt8]?
    package let dialect: String
    package let dialectDigest: String
    package let tally: LineTally
    /// First and last request, milliseconds since 1970; `nil` without any request.
    package let timeRange: ClosedRange<Int64>?
    /// Each cell once, in no order; names are numbers for ``names``.
    package let cells: [(key: PartialCellKey, activity: Activity)]
    /// The run's names by number.
    package let names: [String]
    /// The first lines that were rejected, in order; at most ``Pipeline/rejectLimit``.
    package let rejects: [Reject]
    /// All rejected lines by reason and field, not only those in ``rejects``.
    package let rejectCounts: [RejectKind: Int]
}

/// A cell's key, whose names are numbers for ``FilePartial/names``.
package struct PartialCellKey: Hashable, Sendable {
    package let hour: UTCHour
    package let region: Int
    package let model: Int
    package let tenant: Int
    package let project: Int
    package let endpoint: Int

    init(_ key: CellKey) {
        hour = UTCHour(Int(key.hour))
        region = Int(key.region)
        model = Int(key.model)
        tenant = Int(key.tenant)
        project = Int(key.project)
        endpoint = Int(key.endpoint)
    }
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
