import CZstd

/// Bytes that are compressed at once, as one zstd frame.
enum ZstdBlock {
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) {
            buffer, count in
            // Safe: zstd stays within the sizes stated here, and the bound is enough.
            count = unsafe ZSTD_compress(
                buffer.baseAddress, buffer.count, bytes, bytes.count, 1)
        }
    }

    /// - Parameter size: Of the bytes before they were compressed.
    /// - Returns: `nil` for what is no frame of so many bytes.
    static func decompress(_ bytes: [UInt8], size: Int) -> [UInt8]? {
        var produced = 0
        let plain = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            // Safe: as above.
            produced = unsafe ZSTD_decompress(buffer.baseAddress, size, bytes, bytes.count)
            count = ZSTD_isError(produced) == 0 ? produced : 0
        }
        return ZSTD_isError(produced) == 0 && produced == size ? plain : nil
    }
}
