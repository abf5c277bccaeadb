/// Reads times that are already text, in one format.
package struct TimeReader {
    private var scanner: TimeScanner
    /// The latest text, and what may be looked at behind it.
    private var bytes: [UInt8] = []
    private static let padding = Array(repeating: UInt8(ascii: "\n"), count: scanPadding)

    package init(_ format: TimeFormat, zone: TimeZoneRule? = .utc) {
        self.init([format], zone: zone)
    }

    /// - Parameter formats: In order of preference.
    package init(_ formats: [TimeFormat], zone: TimeZoneRule? = .utc) {
        scanner = TimeScanner(formats, zone: zone)
    }

    /// Milliseconds since 1970-01-01 UTC.
    package mutating func milliseconds(_ text: String) throws(RejectReason) -> Int64 {
        var bytes: [UInt8] = []
        swap(&bytes, &self.bytes)
        defer { swap(&bytes, &self.bytes) }
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: text.utf8)
        bytes.append(contentsOf: Self.padding)
        return try scanner.milliseconds(bytes.span, 0..<text.utf8.count)
    }
}
