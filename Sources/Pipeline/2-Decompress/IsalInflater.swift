#if ISAL
    import CIsal

    /// Inflates gzip members by ISA-L.
    @safe final class IsalInflater: GzipInflater {
        // On the heap: the state is some 90 KB.
        private let state: UnsafeMutablePointer<inflate_state>

        init() {
            unsafe state = .allocate(capacity: 1)
            unsafe isal_inflate_init(state)
            unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP)
        }

        deinit { unsafe state.deallocate() }

        func inflate(
            _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
        ) throws(DecodeFailure) -> (consumed: Int, produced: Int, isEnd: Bool) {
            // Safe: ISA-L does not write to its input.
            unsafe state.pointee.next_in = UnsafeMutablePointer(
                mutating: source.bindMemory(to: UInt8.self).baseAddress)
            unsafe state.pointee.avail_in = UInt32(source.count)
            unsafe state.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
            unsafe state.pointee.avail_out = UInt32(target.count)
            let code = unsafe isal_inflate(state)
            guard code >= 0 else {
                throw .corrupt(code == ISAL_INCORRECT_CHECKSUM ? "wrong checksum" : "code \(code)")
            }
            return unsafe (
                source.count - Int(state.pointee.avail_in),
                target.count - Int(state.pointee.avail_out),
                state.pointee.block_state == ISAL_BLOCK_FINISH
            )
        }

        func reset() {
            unsafe isal_inflate_reset(state)
            unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP)
        }
    }
#endif
