import CZstd
import Synchronization

/// How far back zstd may refer, and so what a file that is open may need of memory.
package enum ZstdWindow {
    package static let range = 10...31

    private static let log = Atomic(27)

    /// For all files of this process, as a power of two.
    package static var limit: Int {
        get { log.load(ordering: .relaxed) }
        set { log.store(newValue, ordering: .relaxed) }
    }
}

/// zstd: any number of frames, skippable ones among them; windows up to ``ZstdWindow/limit``.
@safe final class ZstdDecoder: Decoder {
    private let context: OpaquePointer?
    private(set) var isComplete = true
    private var hasEnded = false
    private(set) var strayBytes = 0

    init() {
        unsafe context = ZSTD_createDCtx()
        unsafe ZSTD_DCtx_setParameter(
            context, ZSTD_d_windowLogMax, Int32(ZstdWindow.limit))
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(DecodeFailure) -> (consumed: Int, produced: Int) {
        // No frame begins with white space.
        if hasEnded, isComplete, case let space = leadingSpace(input), space > 0 {
            strayBytes += space
            return (space, 0)
        }
        var consumed = 0
        var produced = 0
        let result = unsafe output.withUnsafeMutableBytes { buffer in
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[range])
            return unsafe input.withUnsafeBytes { source in
                // Safe: zstd stays within the sizes stated here.
                var from = unsafe ZSTD_inBuffer(
                    src: source.baseAddress, size: source.count, pos: 0)
                var into = unsafe ZSTD_outBuffer(
                    dst: target.baseAddress, size: target.count, pos: 0)
                let result = unsafe ZSTD_decompressStream(context, &into, &from)
                consumed = unsafe from.pos
                produced = unsafe into.pos
                return result
            }
        }
        guard ZSTD_isError(result) == 0 else {
            if ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge {
                throw .windowTooLarge
            }
            throw .corrupt(unsafe String(cString: ZSTD_getErrorName(result)))
        }
        // A call that moves nothing asks for the next frame's header and says nothing of this one.
        if consumed > 0 || produced > 0 {
            isComplete = result == 0
            hasEnded = hasEnded || isComplete
        }
        return (consumed, produced)
    }
}
