/// How a file is compressed, told by its first bytes.
package enum Compression: String, CaseIterable, Sendable {
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
    init(firstBytes bytes: Span<UInt8>) {
        func matches(_ magic: [UInt8]) -> Bool {
            guard bytes.count >= magic.count else { return false }
            for index in magic.indices where bytes[index] != magic[index] { return false }
            return true
        }
        if matches([0x1F, 0x8B]) {
            self = .gzip
        } else if matches([0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstd
        } else if bytes.count >= 4, bytes[0] & 0xF0 == 0x50, bytes[1] == 0x2A, bytes[2] == 0x4D,
            bytes[3] == 0x18
        {
            self = .zstd  // a skippable frame first: 0x184D2A50 to 0x184D2A5F, little-endian
        } else {
            self = .plain
        }
    }

    func makeDecoder() -> any Decoder {
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
}

/// Copies.
final class PlainDecoder: Decoder {
    var isComplete: Bool { true }

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
