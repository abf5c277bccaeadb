/// Messages that each stand behind their length, four bytes with the highest first: so the OpenTelemetry Collector's
/// file exporter writes them when it compresses, each message a zstd frame of its own, or encodes by an extension.
///
/// A newline is put behind each message, as JSON lines have one.
final class LengthPrefixedDecoder: Decoder {
    /// No message is longer, bytes: a longer one would begin like white space.
    static let limit = 0x0900_0000

    private let makeInner: () -> any Decoder
    private var inner: any Decoder
    private var length: [UInt8] = []
    /// Bytes of the message that are not consumed yet.
    private var rest = 0
    private var isInside = false

    init(_ makeInner: @escaping () -> any Decoder) {
        self.makeInner = makeInner
        inner = makeInner()
    }

    var isComplete: Bool { !isInside && length.isEmpty }
    private(set) var strayBytes = 0

    func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(DecodeFailure) -> (consumed: Int, produced: Int) {
        if !isInside, length.isEmpty, case let space = leadingSpace(input), space > 0 {
            strayBytes += space
            return (space, 0)
        }
        guard isInside else { return (try beginMessage(input), 0) }
        let part = input.extracting(0..<min(input.count, rest))
        let moved = try inner.decode(part, into: &output, at: range)
        rest -= moved.consumed
        guard moved == (0, 0) || moved.produced < range.count, rest == 0 else { return moved }
        guard inner.isComplete else { throw .corrupt("a message is longer than its length says") }
        let end = range.lowerBound + moved.produced
        guard end < range.upperBound else { return moved }
        output[end] = UInt8(ascii: "\n")
        isInside = false
        return (moved.consumed, moved.produced + 1)
    }

    private func beginMessage(_ input: Span<UInt8>) throws(DecodeFailure) -> Int {
        let count = min(4 - length.count, input.count)
        for index in 0..<count { length.append(input[index]) }
        guard length.count == 4 else { return count }
        rest = length.reduce(0) { $0 << 8 | Int($1) }
        guard rest < Self.limit else { throw .corrupt("a message of over 144 MiB") }
        length = []
        inner = makeInner()
        isInside = true
        return count
    }
}
