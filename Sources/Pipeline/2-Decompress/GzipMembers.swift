/// Walks the members of a gzip file: what stands between them is the same for every inflater.
struct GzipMembers {
    /// A member has begun and not ended.
    private(set) var isInside = false
    private var isPadding = false

    /// Looks at what follows a finished member.
    ///
    /// Zero bytes to the end of the file are padding, as tape blocks and some uploaders leave it.
    /// - Returns: How many bytes are padding; 0 when a member begins here.
    mutating func paddingBefore(_ input: Span<UInt8>) throws(DecodeFailure) -> Int {
        guard !isInside, input.count > 0, isPadding || input[0] == 0 else { return 0 }
        for index in 0..<input.count where input[index] != 0 {
            throw .corrupt("bytes after the last member that are neither gzip nor zero")
        }
        isPadding = true
        return input.count
    }

    mutating func begin() { isInside = true }
    mutating func end() { isInside = false }
}
