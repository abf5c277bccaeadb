import CZlib

/// gzip by zlib: any number of members, checksums verified.
@safe final class ZlibDecoder: Decoder {
    // On the heap, because zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>
    private var members = GzipMembers()

    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15: the largest window; +16: gzip only, with its checksum.
        unsafe flue_inflate_init(stream, 15 + 16)
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    var isComplete: Bool { !members.isInside }

    func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(DecodeFailure) -> (consumed: Int, produced: Int) {
        let padding = try members.paddingBefore(input)
        guard padding == 0, input.count > 0 || members.isInside else { return (padding, 0) }
        members.begin()

        var consumed = 0
        var produced = 0
        let code = unsafe output.withUnsafeMutableBytes { buffer in
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[range])
            return unsafe input.withUnsafeBytes { source in
                // Safe: zlib stays within the counts stated here and does not write to its input.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: source.bindMemory(to: UInt8.self).baseAddress)
                unsafe stream.pointee.avail_in = UInt32(source.count)
                unsafe stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
                unsafe stream.pointee.avail_out = UInt32(target.count)
                let code = unsafe inflate(stream, Z_NO_FLUSH)
                consumed = unsafe source.count - Int(stream.pointee.avail_in)
                produced = unsafe target.count - Int(stream.pointee.avail_out)
                return code
            }
        }
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            members.end()
            unsafe inflateReset(stream)
        default:
            throw .corrupt(
                unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "code \(code)")
        }
        return (consumed, produced)
    }
}
