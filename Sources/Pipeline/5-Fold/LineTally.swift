/// The books of one file: every line, or record where a line holds several or none, has exactly one fate.
package struct LineTally: Codable, Equatable, Sendable {
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
