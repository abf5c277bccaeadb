#if ISAL
    import CIsal

    /// gzip by ISA-L: any number of members, checksums verified.
    @safe final class IsalDecoder: Decoder {
        // On the heap: the state is some 90 KB.
        private let state: UnsafeMutablePointer<inflate_state>
        private var members = GzipMembers()

        init() {
            unsafe state = .allocate(capacity: 1)
            unsafe isal_inflate_init(state)
            unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP)
        }

        deinit { unsafe state.deallocate() }

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
                    // Safe: ISA-L stays within the counts stated here and does not write to its input.
                    unsafe state.pointee.next_in = UnsafeMutablePointer(
                        mutating: source.bindMemory(to: UInt8.self).baseAddress)
                    unsafe state.pointee.avail_in = UInt32(source.count)
                    unsafe state.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
                    unsafe state.pointee.avail_out = UInt32(target.count)
                    let code = unsafe isal_inflate(state)
                    consumed = unsafe source.count - Int(state.pointee.avail_in)
                    produced = unsafe target.count - Int(state.pointee.avail_out)
                    return code
                }
            }
            guard code >= 0 else {
                throw .corrupt(code == ISAL_INCORRECT_CHECKSUM ? "wrong checksum" : "code \(code)")
            }
            if unsafe state.pointee.block_state == ISAL_BLOCK_FINISH {
                members.end()
                unsafe isal_inflate_reset(state)
                unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP)
            }
            return (consumed, produced)
        }
    }
#endif
