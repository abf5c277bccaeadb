/// How a file is compressed, told by its first bytes.
package enum Compression: String, CaseIterable, Codable, Sendable {
    case plain, gzip, zstd

    /// What the format calls its self-contained pieces.
    var unitName: String {
        switch self {
        case .plain: "file"
        case .gzip: "gzip member"
        case .zstd: "zstd frame"
        }
    }

    /// Decides by magic bytes; names of files may lie.
    static func sniff(_ bytes: Span<UInt8>) -> PackedFormat {
        func matches(_ magic: [UInt8], at start: Int = 0) -> Bool {
            holds(magic, in: bytes, at: start)
        }
        let zstd: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
        if matches([0x1F, 0x8B]) { return PackedFormat(compression: .gzip) }
        // A skippable frame may come first: 0x184D2A50 to 0x184D2A5F, little-endian.
        if matches(zstd) || matches([0x2A, 0x4D, 0x18], at: 1) && bytes[0] & 0xF0 == 0x50 {
            return PackedFormat(compression: .zstd)
        }
        if matches(zstd, at: 4) { return PackedFormat(compression: .zstd, isPrefixed: true) }
        if let encoding = TextEncoding(bytes) {
            return PackedFormat(compression: .plain, encoding: encoding)
        }
        // No text begins with a NUL.
        let isPrefixed = bytes.count > 4 && bytes[0] == 0 && bytes[4] == UInt8(ascii: "{")
        return PackedFormat(compression: .plain, isPrefixed: isPrefixed)
    }

    fileprivate func makeDecoder() -> any Decoder {
        switch self {
        case .plain: PlainDecoder()
        case .zstd: ZstdDecoder()
        case .gzip:
            #if ISAL
                GzipDecoder<IsalInflater>()
            #else
                GzipDecoder<ZlibInflater>()
            #endif
        }
    }

    /// Which library inflates gzip in this build.
    package static var gzipLibrary: String {
        #if ISAL
            "ISA-L"
        #else
            "zlib"
        #endif
    }
}

/// How bytes are packed.
struct PackedFormat {
    let compression: Compression
    /// Whether each message stands behind its length.
    var isPrefixed = false
    /// Of a text in units of two or four bytes.
    var encoding: TextEncoding?

    /// Whether the bytes are not plain already.
    var isPacked: Bool { compression != .plain || isPrefixed || encoding != nil }

    func makeDecoder() -> any Decoder {
        if let encoding { return TextDecoder(encoding) }
        return isPrefixed
            ? LengthPrefixedDecoder { [compression] in compression.makeDecoder() }
            : compression.makeDecoder()
    }
}

/// Whether `bytes` are `magic` from `start` on.
func holds(_ magic: [UInt8], in bytes: Span<UInt8>, at start: Int = 0) -> Bool {
    guard bytes.count >= start + magic.count else { return false }
    for index in magic.indices where bytes[start + index] != magic[index] { return false }
    return true
}

/// Why a decoder refused its input.
enum DecodeFailure: Error, Equatable {
    case corrupt(String)
    case windowTooLarge
}

/// Turns compressed bytes into plain ones, across any number of frames or members.
protocol Decoder: AnyObject {
    /// Decodes as much as fits into `range` of `output`.
    ///
    /// - Returns: Bytes taken from `input` and bytes written. Both are 0 when more input
    ///   is needed.
    func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(DecodeFailure) -> (consumed: Int, produced: Int)

    /// Whether the input could end here: no frame or member is open.
    var isComplete: Bool { get }

    /// White space between or behind frames that was left out.
    var strayBytes: Int { get }
}

/// How many bytes at the start of `input` are white space, as a careless writer puts behind a frame.
func leadingSpace(_ input: Span<UInt8>) -> Int {
    for index in 0..<input.count
    where ![0x0A, 0x0D, 0x20, 0x09].contains(input[index]) {
        return index
    }
    return input.count
}

/// Copies.
final class PlainDecoder: Decoder {
    var isComplete: Bool { true }
    var strayBytes: Int { 0 }

    func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(DecodeFailure) -> (consumed: Int, produced: Int) {
        let count = min(input.count, range.count)
        guard count > 0 else { return (0, 0) }
        unsafe output.withUnsafeMutableBytes { target in
            unsafe input.withUnsafeBytes { source in
                // Safe: `count` is within both.
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[range])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
            }
        }
        return (count, count)
    }
}
