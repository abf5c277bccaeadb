/// The plain bytes of one file, whatever its compression, also when it was compressed twice.
final class PlainByteStream {
    private let reader: FileReader
    private var layer: DecodingLayer
    /// Decoded to see whether it is compressed once more, and not given out yet.
    private var head: ArraySlice<UInt8> = []
    private var isOpen = false
    private let limit: Int64
    private let takesTruncated: Bool
    private(set) var plainBytes: Int64 = 0
    /// Of the file as delivered.
    private(set) var compression = Compression.plain
    /// After how many bytes the file ended inside a frame or member, if that is let pass.
    private(set) var truncation: Int64?

    /// - Parameters:
    ///   - limit: Plain bytes after which the file is refused.
    ///   - takesTruncated: Whether a file that ends inside a frame or member just ends there.
    init(_ reader: FileReader, limit: Int64, takesTruncated: Bool = false) {
        self.reader = reader
        self.limit = limit
        self.takesTruncated = takesTruncated
        layer = DecodingLayer(reader)
    }

    /// Bytes of the file read so far, as delivered.
    var bytesRead: Int64 { reader.bytesRead }
    /// Bytes between or behind frames or members that belong to none.
    var strayBytes: Int { layer.strayBytes }

    /// Fills `range` of `output` unless the file ends before.
    ///
    /// - Returns: Bytes written; fewer than fit only at the end of the file.
    /// - Throws: ``InputError/truncated`` when the file ends inside a frame or member.
    func read(
        into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(InputError) -> Int {
        if !isOpen { try open() }
        var produced = 0
        for byte in head.prefix(range.count) {
            output[range.lowerBound + produced] = byte
            produced += 1
        }
        head.removeFirst(produced)
        produced += try decode(&output, range.lowerBound + produced..<range.upperBound)
        plainBytes += Int64(produced)
        guard plainBytes <= limit else { throw .tooLong(limit: limit) }
        return produced
    }

    private func decode(
        _ output: inout MutableSpan<UInt8>, _ range: Range<Int>
    ) throws(InputError) -> Int {
        guard truncation == nil else { return 0 }
        do {
            return try layer.read(into: &output, at: range)
        } catch {
            guard takesTruncated, case .truncated(_, let offset) = error else { throw error }
            truncation = offset
            return layer.readBeforeFailure
        }
    }

    private func open() throws(InputError) {
        isOpen = true
        try layer.open()
        compression = layer.compression
        guard layer.isDecoding else { return }
        head = try decodedHead()
        guard Compression.sniff(head.span).isCompressed else { return }
        layer = DecodingLayer(DecodedSource(layer, head: Array(head)))
        head = []
        try layer.open()
    }

    private func decodedHead() throws(InputError) -> ArraySlice<UInt8> {
        var first = [UInt8](repeating: 0, count: 16)
        let count: Int
        do {
            var output = first.mutableSpan
            count = try decode(&output, 0..<output.count)
        }
        return first[..<count]
    }

    /// The file's identity, once all was read.
    func finish() throws(InputError) -> FileIdentity { try reader.finish() }

    /// Digests of the first bytes as asked for when the file was opened.
    var probes: [Int64: [UInt8]] { reader.probes }
}
