/// The plain bytes of one file, whatever its compression.
final class PlainByteStream {
    private let reader: FileReader
    private var decoder: (any Decoder)?
    private(set) var compression = Compression.plain
    private(set) var plainBytes: Int64 = 0
    private let limit: Int64

    /// - Parameter limit: Plain bytes after which the file is refused.
    init(_ reader: FileReader, limit: Int64) {
        self.reader = reader
        self.limit = limit
    }

    /// Bytes of the file read so far, as delivered.
    var bytesRead: Int64 { reader.bytesRead }

    /// Fills `range` of `output` unless the file ends before.
    ///
    /// - Returns: Bytes written; fewer than fit only at the end of the file.
    /// - Throws: ``InputError/truncated`` when the file ends inside a frame or member.
    func read(
        into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(InputError) -> Int {
        var produced = 0
        while produced < range.count {
            let moved = try step(&output, range.lowerBound + produced..<range.upperBound)
            produced += moved.produced
            plainBytes += Int64(moved.produced)
            guard plainBytes <= limit else { throw .tooLong(limit: limit) }
            if moved == (0, 0), try !reader.fill() {
                guard decoder?.isComplete ?? true else {
                    throw .truncated(format: compression, offset: reader.bytesRead)
                }
                break
            }
        }
        return produced
    }

    /// One call of the decoder, with the input at hand.
    private func step(
        _ output: inout MutableSpan<UInt8>, _ range: Range<Int>
    ) throws(InputError) -> (consumed: Int, produced: Int) {
        let decoder: any Decoder
        if let known = self.decoder {
            decoder = known
        } else {
            guard try reader.fill() else { throw .empty }
            reader.withAvailable { compression = Compression(firstBytes: $0) }
            decoder = compression.makeDecoder()
            self.decoder = decoder
        }
        do {
            let moved = try reader.withAvailable { input throws(DecodeFailure) in
                let moved = try decoder.decode(input, into: &output, at: range)
                // Input that moves nothing would be offered for ever.
                if moved == (0, 0), input.count > 0 { throw DecodeFailure.corrupt("no progress") }
                return moved
            }
            reader.consume(moved.consumed)
            return moved
        } catch {
            switch error {
            case .corrupt(let reason):
                throw .corrupt(format: compression, offset: reader.bytesRead, reason: reason)
            case .windowTooLarge:
                throw .windowTooLarge(offset: reader.bytesRead)
            }
        }
    }

    /// The file's identity, once all was read.
    func finish() throws(InputError) -> FileIdentity { try reader.finish() }

    /// Digests of the first bytes as asked for when the file was opened.
    var probes: [Int64: [UInt8]] { reader.probes }
}
