import Crypto

/// The plain UTF-8 of one file, whatever its compression and encoding, also when it was compressed twice.
final class PlainByteStream {
    /// Compressions that are taken off, one inside the other; an encoding of the text beside them.
    private static let compressionLimit = 2
    /// Bytes that show what a layer holds: a tar's name stands behind 257.
    private static let headLength = 512

    private let reader: FileReader
    private var layer: DecodingLayer
    private var layerCount = 1
    /// Decoded to see whether it is packed once more, and not given out yet.
    private var head: ArraySlice<UInt8> = []
    private var isOpen = false
    private let limit: Int64
    private let takesTruncated: Bool
    /// Of a part of a file.
    private var cut: PartCut?
    private var hasher = SHA256()
    private var plainProbeLengths: [Int64]
    /// SHA-256 of the first plain bytes, by how many, as asked for.
    private(set) var plainProbes: [Int64: [UInt8]] = [:]
    private(set) var plainBytes: Int64 = 0
    /// Of the file as delivered.
    private(set) var compression = Compression.plain
    /// After how many bytes the file ended inside a frame or member, if that is let pass.
    private(set) var truncation: Int64?

    var summary: PlainSummary {
        PlainSummary(
            compression: compression, bytes: plainBytes, probes: probes, plainProbes: plainProbes,
            truncation: truncation, strayBytes: strayBytes, part: part)
    }

    private var part: PlainSummary.Part? {
        cut.map {
            PlainSummary.Part(
                beginning: reader.beginning, skipped: $0.edges.skipped, tail: $0.edges.tail)
        }
    }

    /// - Parameters:
    ///   - limit: Plain bytes after which the file is refused.
    ///   - takesTruncated: Whether a file that ends inside a frame or member just ends there.
    ///   - plainProbeLengths: After so many plain bytes the digest so far is kept in ``plainProbes``.
    ///   - cut: Where `reader` reads a part of a file: its lines are given out.
    init(
        _ reader: FileReader, limit: Int64, takesTruncated: Bool = false,
        plainProbeLengths: [Int64] = [], cut: PartCut? = nil
    ) {
        self.cut = cut
        self.plainProbeLengths = Set(plainProbeLengths).sorted()
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
        if cut != nil { return try readPart(into: &output, at: range) }
        var produced = 0
        for byte in head.prefix(range.count) {
            output[range.lowerBound + produced] = byte
            produced += 1
        }
        head.removeFirst(produced)
        produced += try decode(&output, range.lowerBound + produced..<range.upperBound)
        if !plainProbeLengths.isEmpty {
            digest(output.span.extracting(range.lowerBound..<range.lowerBound + produced))
        }
        plainBytes += Int64(produced)
        guard plainBytes <= limit else { throw .tooLong(limit: limit) }
        return produced
    }

    /// As above, of a part: what is decoded, without what belongs to other parts.
    private func readPart(
        into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(InputError) -> Int {
        var produced = 0
        while produced < range.count, var cut, !cut.isDone {
            let free = range.lowerBound + produced..<range.upperBound
            let count = try layer.read(into: &output, at: free)
            let lines = cut.lines(
                in: output.span.extracting(free.lowerBound..<free.lowerBound + count))
            if lines.lowerBound > 0 {
                for place in 0..<lines.count {
                    output[free.lowerBound + place] =
                        output[free.lowerBound + lines.lowerBound + place]
                }
            }
            produced += lines.count
            let isEnd = count < free.count
            if isEnd, reader.isAtEndOfPart {
                cut.endPart()
                reader.goOn()
                self.cut = cut
                continue
            }
            self.cut = cut
            if isEnd { break }
        }
        plainBytes += Int64(produced)
        guard plainBytes <= limit else { throw .tooLong(limit: limit) }
        return produced
    }

    private func digest(_ text: Span<UInt8>) {
        var from = 0
        while let length = plainProbeLengths.first, plainBytes + Int64(text.count) >= length {
            let end = Int(length - plainBytes)
            update(text.extracting(from..<end))
            from = end
            plainProbes[length] = Array(hasher.finalize())
            plainProbeLengths.removeFirst()
        }
        if !plainProbeLengths.isEmpty { update(text.extracting(from..<text.count)) }
    }

    private func update(_ text: Span<UInt8>) {
        unsafe text.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
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
        if let cut {
            try layer.open(as: cut.compression)
            compression = cut.compression
            return
        }
        try layer.open()
        compression = layer.compression
        for count in 1... {
            guard layer.isDecoding else { return }
            head = try decodedHead()
            let format = Compression.sniff(head.span)
            if !format.isPacked, let foreign = ForeignFormat(head.span) {
                throw .foreign(foreign.inside(compression))
            }
            guard format.encoding != nil || format.isPacked && count < Self.compressionLimit else {
                return
            }
            layer = DecodingLayer(DecodedSource(layer, head: Array(head)))
            head = []
            layerCount += 1
            try layer.open()
        }
    }

    private func decodedHead() throws(InputError) -> ArraySlice<UInt8> {
        var first = [UInt8](repeating: 0, count: Self.headLength)
        let count: Int
        do {
            var output = first.mutableSpan
            count = try decode(&output, 0..<output.count)
        }
        return first[..<count]
    }

    /// Why a part of the file cannot be decoded by itself, as its beginning shows; `nil` when it can.
    var reasonAgainstParts: String? {
        if compression == .gzip { return "gzip has no places to begin at" }
        return layerCount == 1 && layer.isBare ? nil : "it is packed in several ways"
    }

    /// The file's identity, once all was read.
    func finish() throws(InputError) -> FileIdentity { try reader.finish() }

    /// Digests of the first bytes as asked for when the file was opened.
    var probes: [Int64: [UInt8]] { reader.probes }
}

/// What is known of a file's bytes at its end, or as far as it was read.
struct PlainSummary {
    var compression = Compression.plain
    var bytes: Int64 = 0
    var probes: [Int64: [UInt8]] = [:]
    var plainProbes: [Int64: [UInt8]] = [:]
    var truncation: Int64?
    var strayBytes = 0
    var part: Part?

    /// SHA-256 of what a part of a file rests on beside its own bytes.
    struct Part {
        /// The first bytes of the file.
        let beginning: [UInt8]
        /// Text of the line before its first, and of its last line behind its end.
        let skipped: [UInt8]
        let tail: [UInt8]
    }
}
