import Crypto
import Foundation

/// The first bytes of a file, by which it is told whether it may go on where another one ended.
package struct FileBeginning: Sendable {
    let bytes: ArraySlice<UInt8>

    /// As delivered.
    package init(_ file: InputFile) throws(InputError) {
        let reader = try FileReader(file, blockSize: Int(FileIdentity.headLength))
        _ = try reader.fill()
        var bytes: [UInt8] = []
        reader.withAvailable { block in
            for index in 0..<block.count { bytes.append(block[index]) }
        }
        self.bytes = bytes[...]
    }

    /// Of the text in a compressed file; `nil` for a file that is plain, and for what cannot be inflated.
    package init?(plainOf file: InputFile) {
        guard let reader = try? FileReader(file) else { return nil }
        let stream = PlainByteStream(reader, limit: .max)
        var buffer = [UInt8](repeating: 0, count: Int(FileIdentity.headLength))
        var count = 0
        do {
            var output = buffer.mutableSpan
            guard let read = try? stream.read(into: &output, at: 0..<output.count) else {
                return nil
            }
            count = read
        }
        guard stream.compression != .plain else { return nil }
        bytes = buffer[..<count]
    }

    /// SHA-256 of the first ``FileIdentity/headLength`` bytes; `nil` for a shorter file.
    package var head: [UInt8]? {
        bytes.count == Int(FileIdentity.headLength) ? digest(bytes.count) : nil
    }

    /// SHA-256 of the first bytes; `nil` where the beginning is shorter.
    package func digest(_ length: Int) -> [UInt8]? {
        guard length <= bytes.count else { return nil }
        return Array(SHA256.hash(data: Data(bytes[..<(bytes.startIndex + length)])))
    }
}
