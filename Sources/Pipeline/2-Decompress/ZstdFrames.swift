import Foundation

/// The frames of a zstd file, by their headers and those of their blocks, as RFC 8878 has them: nothing is decompressed.
struct ZstdFrames {
    /// Where each frame begins, skippable ones among them.
    let starts: [Int64]

    /// - Returns: `nil` for what is no sequence of whole frames with nothing between them.
    init?(of file: InputFile) {
        guard let handle = FileHandle(forReadingAtPath: file.name) else { return nil }
        defer { try? handle.close() }
        var bytes = Window(descriptor: handle.fileDescriptor)
        var starts: [Int64] = []
        var offset: Int64 = 0
        while offset < file.size {
            starts.append(offset)
            guard let end = Self.end(ofFrameAt: offset, &bytes), end <= file.size else {
                return nil
            }
            offset = end
        }
        self.starts = starts
    }

    private static func end(ofFrameAt start: Int64, _ bytes: inout Window) -> Int64? {
        guard let magic = bytes.number(4, at: start) else { return nil }
        if magic & 0xFFFF_FFF0 == 0x184D_2A50 {
            return bytes.number(4, at: start + 4).map { start + 8 + Int64($0) }
        }
        guard magic == 0xFD2F_B528, let descriptor = bytes.number(1, at: start + 4) else {
            return nil
        }
        let isSingleSegment = descriptor & 0x20 != 0
        let sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
        let dictionaryBytes = [0, 1, 2, 4][Int(descriptor & 3)]
        var offset = start + 5 + (isSingleSegment ? 0 : 1) + Int64(dictionaryBytes + sizeBytes)
        while let block = bytes.number(3, at: offset) {
            // A block of one byte repeated stores that alone.
            let stored = block >> 1 & 3 == 1 ? 1 : Int64(block >> 3)
            offset += 3 + stored
            if block & 1 == 1 { return offset + (descriptor & 4 == 0 ? 0 : 4) }
        }
        return nil
    }

    /// Reads numbers here and there.
    private struct Window {
        let descriptor: Int32
        private var bytes = [UInt8](repeating: 0, count: 1 << 16)
        private var range: Range<Int64> = 0..<0

        init(descriptor: Int32) { self.descriptor = descriptor }

        /// Of so many bytes, the lowest first; `nil` where the file ends before.
        mutating func number(_ count: Int64, at offset: Int64) -> UInt64? {
            if offset < range.lowerBound || offset + count > range.upperBound {
                let got = unsafe bytes.withUnsafeMutableBytes {
                    unsafe pread(descriptor, $0.baseAddress, $0.count, off_t(offset))
                }
                range = offset..<offset + Int64(max(0, got))
                guard offset + count <= range.upperBound else { return nil }
            }
            let start = Int(offset - range.lowerBound)
            return (0..<Int(count)).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
        }
    }
}
