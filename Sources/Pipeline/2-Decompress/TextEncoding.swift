/// An encoding of text other than UTF-8, as PowerShell and spreadsheets write it.
struct TextEncoding: Equatable {
    /// Bytes of a unit: 2 for UTF-16, 4 for UTF-32.
    let unitSize: Int
    let isBigEndian: Bool

    private init(_ unitSize: Int, isBigEndian: Bool) {
        self.unitSize = unitSize
        self.isBigEndian = isBigEndian
    }

    /// Told by its byte order mark, else by the zeros beside the first letters, which are ASCII in every log.
    init?(_ bytes: Span<UInt8>) {
        if holds([0xFF, 0xFE, 0, 0], in: bytes) {
            self.init(4, isBigEndian: false)
        } else if holds([0, 0, 0xFE, 0xFF], in: bytes) {
            self.init(4, isBigEndian: true)
        } else if holds([0xFF, 0xFE], in: bytes) {
            self.init(2, isBigEndian: false)
        } else if holds([0xFE, 0xFF], in: bytes) {
            self.init(2, isBigEndian: true)
        } else {
            let candidates = [
                TextEncoding(4, isBigEndian: false), TextEncoding(4, isBigEndian: true),
                TextEncoding(2, isBigEndian: false), TextEncoding(2, isBigEndian: true),
            ]
            guard let found = candidates.first(where: { $0.isLikely(bytes) }) else { return nil }
            self = found
        }
    }

    /// Whether the first units are printable ASCII.
    private func isLikely(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count >= 8 else { return false }
        for index in 0..<8 {
            let isLetter = index % unitSize == (isBigEndian ? unitSize - 1 : 0)
            let byte = bytes[index]
            guard isLetter ? byte >= 0x09 && byte < 0x7F : byte == 0 else { return false }
        }
        return true
    }
}

/// Turns UTF-16 and UTF-32 into UTF-8. Half a surrogate pair becomes U+FFFD.
final class TextDecoder: Decoder {
    private let encoding: TextEncoding
    /// Of a unit that the input cuts.
    private var unit: [UInt8] = []
    private var highSurrogate: UInt32?
    /// UTF-8 that did not fit.
    private var rest: [UInt8] = []

    init(_ encoding: TextEncoding) { self.encoding = encoding }

    var isComplete: Bool { unit.isEmpty && rest.isEmpty }
    var strayBytes: Int { 0 }

    func decode(
        _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, at range: Range<Int>
    ) throws(DecodeFailure) -> (consumed: Int, produced: Int) {
        var consumed = 0
        var place = range.lowerBound
        while place < range.upperBound {
            if !rest.isEmpty {
                output[place] = rest.removeFirst()
                place += 1
                continue
            }
            guard consumed < input.count else { break }
            unit.append(input[consumed])
            consumed += 1
            guard unit.count == encoding.unitSize else { continue }
            let code = (encoding.isBigEndian ? unit : unit.reversed()).reduce(0) {
                $0 << 8 | UInt32($1)
            }
            unit.removeAll(keepingCapacity: true)
            take(code)
        }
        return (consumed, place - range.lowerBound)
    }

    private func take(_ code: UInt32) {
        if let high = highSurrogate {
            highSurrogate = nil
            if (0xDC00..<0xE000).contains(code) {
                append(0x10000 + (high - 0xD800) << 10 + (code - 0xDC00))
                return
            }
            append(0xFFFD)
        }
        if encoding.unitSize == 2, (0xD800..<0xDC00).contains(code) {
            highSurrogate = code
        } else {
            append(code)
        }
    }

    private func append(_ code: UInt32) {
        // A byte order mark is no part of the text.
        guard code != 0xFEFF else { return }
        if code < 0x80 {
            rest.append(UInt8(code))
        } else {
            rest += Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        }
    }
}
