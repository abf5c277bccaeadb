import CZlib

/// Inflates gzip members by zlib.
@safe final class ZlibInflater: GzipInflater {
    // On the heap, because zlib keeps a pointer back to it.
    private let stream: UnsafeMutablePointer<z_stream>

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

    func inflate(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) throws(DecodeFailure) -> (consumed: Int, produced: Int, isEnd: Bool) {
        // Safe: zlib does not write to its input.
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
            mutating: source.bindMemory(to: UInt8.self).baseAddress)
        unsafe stream.pointee.avail_in = UInt32(source.count)
        unsafe stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
        unsafe stream.pointee.avail_out = UInt32(target.count)
        let code = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        guard code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END else {
            throw .corrupt(
                unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? "code \(code)")
        }
        return unsafe (
            source.count - Int(stream.pointee.avail_in),
            target.count - Int(stream.pointee.avail_out), code == Z_STREAM_END
        )
    }

    func reset() { unsafe inflateReset(stream) }
}
