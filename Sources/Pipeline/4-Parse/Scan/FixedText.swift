import CByteScan

/// Sixteen bytes of a text that lines repeat; the last of a text may be shorter.
struct FixedBlock {
    private var text: SIMD2<UInt64>
    /// Which bits of `text` count.
    private var mask: SIMD2<UInt64>

    /// Whether the bytes at an offset are those of `block`.
    @unsafe @inline(__always)
    static func holds(
        _ bytes: Span<UInt8>, at offset: Int, _ block: UnsafePointer<FixedBlock>
    ) -> Bool {
        #if arch(x86_64) || arch(arm64)
            // Safe: the load begins in the text, and the padding holds the bytes that may follow.
            return unsafe bytes.withUnsafeBufferPointer { buffer in
                unsafe buffer.baseAddress.map { unsafe flue_holds($0 + offset, block) } ?? false
            }
        #else
            return unsafe block.pointee.isHeld(by: bytes, at: offset)
        #endif
    }

    /// As above, on any processor.
    @inline(__always)
    func isHeld(by bytes: Span<UInt8>, at offset: Int) -> Bool {
        let difference = (twoWords(bytes, at: offset) ^ text) & mask
        return difference.x | difference.y == 0
    }

    /// A text in blocks, at least one.
    static func blocks(of text: [UInt8]) -> [FixedBlock] {
        stride(from: 0, to: max(1, text.count), by: 16).map { offset in
            var block = FixedBlock(text: .zero, mask: .zero)
            for (index, byte) in text[offset...].prefix(16).enumerated() {
                block.text[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8)
                block.mask[index / 8] |= 0xFF << UInt64(index % 8 * 8)
            }
            return block
        }
    }
}
