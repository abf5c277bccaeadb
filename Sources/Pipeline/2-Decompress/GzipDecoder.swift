/// A library that inflates one gzip member at a time and verifies its checksum.
protocol GzipInflater: AnyObject {
    init()

    /// Inflates as much as fits.
    ///
    /// - Returns: Bytes taken and written, and whether the member has ended.
    func inflate(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(DecodeFailure) -> (consumed: Int, produced: Int, isEnd: Bool)

    /// Makes ready for the next member.
    func reset()
}

/// gzip: any number of members, zero bytes after the last.
final class GzipDecoder<Inflater: GzipInflater>: Decoder {
    private let inflater = Inflater()
    /// A member has begun and not ended.
    private var isInside = false
    /// Bytes of the member so far.
    private var taken = 0
    private var isPadding = false
    private var hasEnded = false
    private(set) var strayBytes = 0

    var isComplete: Bool { !isInside }

    func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(DecodeFailure) -> (consumed: Int, produced: Int) {
        if hasEnded, !isInside, !isPadding, case let space = leadingSpace(input), space > 0 {
            strayBytes += space
            return (space, 0)
        }
        let padding = try paddingBefore(input)
        guard padding == 0, input.count > 0 || isInside else { return (padding, 0) }
        if !isInside, input[0] != 0x1F {
            throw .corrupt("bytes after the last member that are neither gzip nor zero")
        }
        isInside = true
        // Libraries let reserved flags pass, whose meaning nobody knows (RFC 1952, 2.3.1.2).
        let flags = 3 - taken
        if flags >= 0, flags < input.count, input[flags] & 0xE0 != 0 {
            throw .corrupt("reserved flags")
        }
        let inflater = inflater
        let moved = try unsafe output.withUnsafeMutableBytes { buffer throws(DecodeFailure) in
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[range])
            return try unsafe input.withUnsafeBytes { source throws(DecodeFailure) in
                // Safe: the inflater stays within the counts of both buffers.
                try unsafe inflater.inflate(source, into: target)
            }
        }
        taken += moved.consumed
        if moved.isEnd {
            taken = 0
            isInside = false
            hasEnded = true
            inflater.reset()
        }
        return (moved.consumed, moved.produced)
    }

    /// Looks at what follows a finished member.
    ///
    /// Zero bytes to the end of the file are padding, as tape blocks and some uploaders leave it.
    /// - Returns: How many bytes are padding; 0 when a member begins here.
    private func paddingBefore(_ input: Span<UInt8>) throws(DecodeFailure) -> Int {
        guard !isInside, input.count > 0, isPadding || input[0] == 0 else { return 0 }
        for index in 0..<input.count where input[index] != 0 && input[index] != 0x0A {
            throw .corrupt("bytes after the last member that are neither gzip nor zero")
        }
        isPadding = true
        return input.count
    }
}
