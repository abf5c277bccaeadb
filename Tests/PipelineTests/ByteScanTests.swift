import Synthesis
import Testing

@testable import Pipeline

@Suite("Looking at many bytes at once")
struct ByteScanTests {
    private static let padding = Array(repeating: UInt8(ascii: "\n"), count: scanPadding)

    /// Texts of all lengths, from bytes that lie near those that end a text.
    private func text(_ random: inout SeededGenerator) -> [UInt8] {
        let near: [UInt8] = [0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F, 0x80, 0x9F, 0xA2, 0xDC, 0xFF]
        var text = (0..<random.below(70)).map { _ in near[random.below(near.count)] }
        if !text.isEmpty, random.below(4) > 0 {
            let ends: [UInt8] = [0x22, 0x5C, 0x1F, 0x00, 0x0A]
            text[random.below(text.count)] = ends[random.below(ends.count)]
        }
        return text
    }

    @Test("Plain text ends at the first quote, backslash or control byte, on every processor")
    func plainText() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let bytes = text(&random) + Self.padding
            let start = random.below(bytes.count - Self.padding.count + 1)
            let expected = bytes[start...].firstIndex { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }
            #expect(endOfPlainText(bytes.span, from: start) == expected)
            #expect(portableEndOfPlainText(bytes.span, from: start) == expected)
            let quote = bytes[start...].firstIndex(of: 0x22)
            #expect(firstOffset(of: 0x22, in: bytes.span, from: start, to: bytes.count) == quote)
        }
    }

    @Test("Short whole numbers are read from one word as digit by digit")
    func shortNumbers() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            var digits = (0..<random.below(11)).map { _ in UInt8(0x30 + random.below(10)) }
            if !digits.isEmpty, random.below(4) == 0 {
                digits[random.below(digits.count)] = UInt8(random.below(256))
            }
            let bytes = digits + [UInt8(ascii: ","), UInt8(ascii: "7")] + Self.padding
            let isShort =
                (1...8).contains(digits.count) && digits.allSatisfy { (0x30...0x39).contains($0) }
            let expected = isShort ? digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) } : nil
            #expect(shortCount(bytes.span, 0, digits.count) == expected)
        }
    }

    @Test("The digest of a line depends on each of its bytes and on nothing around it")
    func lineDigests() {
        var random = SeededGenerator(seed: 8)
        for count in 0..<300 {
            let line = (0..<count).map { _ in UInt8(random.below(256)) }
            let digest = lineDigest((line + Self.padding).span, from: 0, to: count)
            let moved = [1, 2, 3] + line + [9] + Self.padding
            #expect(lineDigest(moved.span, from: 3, to: 3 + count) == digest)
            for index in line.indices {
                var other = line
                other[index] ^= 1 << UInt8(random.below(8))
                #expect(lineDigest((other + Self.padding).span, from: 0, to: count) != digest)
            }
        }
    }

    @Test("The digest of a text depends on each of its bytes and on nothing around it")
    func textDigests() {
        for count in 0..<70 {
            let line = (0..<count).map { UInt8($0) }
            func digest(_ line: [UInt8], before: UInt8, after: UInt8) -> UInt64 {
                let bytes = [before] + line + Array(repeating: after, count: scanPadding)
                return textDigest(bytes.span, from: 1, to: line.count + 1)
            }
            let plain = digest(line, before: 0, after: 10)
            #expect(digest(line, before: 9, after: 77) == plain)
            for index in line.indices {
                var changed = line
                changed[index] ^= 0x10
                #expect(digest(changed, before: 0, after: 10) != plain)
            }
        }
    }
}
