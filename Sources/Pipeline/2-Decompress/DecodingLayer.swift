/// Gives bytes block by block.
protocol ByteSource: AnyObject {
    /// Bytes of the file read so far, as delivered.
    var bytesRead: Int64 { get }
    /// Bytes that were left out on the way.
    var strayBytes: Int { get }

    /// Makes bytes available when all are consumed. `false` at the end.
    func fill() throws(InputError) -> Bool
    func withAvailable<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result
    func consume(_ count: Int)
}

extension FileReader: ByteSource {
    var strayBytes: Int { 0 }
}

/// Bytes of a source with one compression taken off.
final class DecodingLayer {
    private let source: any ByteSource
    private var decoder: any Decoder = PlainDecoder()
    private(set) var compression = Compression.plain
    /// Whether anything is decoded.
    private(set) var isDecoding = false
    /// Whether the bytes are packed in no way beside that compression.
    private(set) var isBare = true
    /// What the read that failed has written.
    private(set) var readBeforeFailure = 0

    init(_ source: any ByteSource) { self.source = source }

    var bytesRead: Int64 { source.bytesRead }
    var strayBytes: Int { source.strayBytes + decoder.strayBytes }

    /// Finds out how the bytes are compressed.
    ///
    /// - Parameter compression: What is known of a part of a file, which does not show it.
    /// - Throws: ``InputError/empty`` when there are none, ``InputError/foreign`` for what is recognised and not read.
    func open(as known: Compression? = nil) throws(InputError) {
        guard try source.fill() else { throw .empty }
        let format =
            known.map { PackedFormat(compression: $0) }
            ?? source.withAvailable { Compression.sniff($0) }
        compression = format.compression
        isDecoding = format.isPacked
        isBare = !format.isPrefixed && format.encoding == nil
        if known == nil, !isDecoding, let foreign = source.withAvailable({ ForeignFormat($0) }) {
            throw .foreign(foreign)
        }
        decoder = format.makeDecoder()
    }

    /// Fills `range` of `output` unless the source ends before.
    func read(
        into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(InputError) -> Int {
        readBeforeFailure = 0
        while readBeforeFailure < range.count {
            let moved = try step(&output, range.lowerBound + readBeforeFailure..<range.upperBound)
            readBeforeFailure += moved.produced
            if moved == (0, 0), try !source.fill() {
                guard decoder.isComplete else {
                    throw .truncated(format: compression, offset: source.bytesRead)
                }
                break
            }
        }
        return readBeforeFailure
    }

    /// One call of the decoder, with the input at hand.
    private func step(
        _ output: inout MutableSpan<UInt8>, _ range: Range<Int>
    ) throws(InputError) -> (consumed: Int, produced: Int) {
        let decoder = decoder
        do {
            let moved = try source.withAvailable { input throws(DecodeFailure) in
                let moved = try decoder.decode(input, into: &output, at: range)
                // Input that moves nothing would be offered for ever.
                if moved == (0, 0), input.count > 0 { throw DecodeFailure.corrupt("no progress") }
                return moved
            }
            source.consume(moved.consumed)
            return moved
        } catch {
            switch error {
            case .corrupt(let reason):
                throw .corrupt(format: compression, offset: source.bytesRead, reason: reason)
            case .windowTooLarge:
                throw .windowTooLarge(offset: source.bytesRead)
            }
        }
    }
}

/// The bytes that come out of a layer, for the next one.
final class DecodedSource: ByteSource {
    private let layer: DecodingLayer
    private var block: [UInt8]
    private var available: Range<Int>

    /// - Parameter head: Bytes that came out before.
    init(_ layer: DecodingLayer, head: [UInt8]) {
        self.layer = layer
        block = head + [UInt8](repeating: 0, count: 256 * 1_024)
        available = 0..<head.count
    }

    var bytesRead: Int64 { layer.bytesRead }
    var strayBytes: Int { layer.strayBytes }

    func fill() throws(InputError) -> Bool {
        guard available.isEmpty else { return true }
        var output = block.mutableSpan
        do {
            available = 0..<(try layer.read(into: &output, at: 0..<output.count))
        } catch {
            // What came out before the failure is whole; the next call fails again.
            guard layer.readBeforeFailure > 0 else { throw error }
            available = 0..<layer.readBeforeFailure
        }
        return !available.isEmpty
    }

    func withAvailable<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let block = self.block
        return try body(block.span.extracting(available))
    }

    func consume(_ count: Int) { available = available.lowerBound + count..<available.upperBound }
}
