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

    @Test("Fields of CSV and last bytes are found alike on every processor")
    func twins() {
        var random = SeededGenerator(seed: 4)
        let near = Array("\"\\,\nnturbf/aé\u{1F}\u{20}".utf8)
        for _ in 0..<5_000 {
            let bytes =
                (0..<70).map { _ in near[random.below(near.count)] } + Self.padding
            let start = random.below(70)
            let field = endOfPlainField(bytes.span, from: start)
            #expect(field == portableEndOfPlainField(bytes.span, from: start))
            #expect(field == bytes[start...].firstIndex { $0 == 0x2C || $0 == 0x0A })
            let newline = bytes[..<start].lastIndex(of: 0x0A)
            #expect(lastOffset(of: 0x0A, in: bytes.span, from: 0, to: start) == newline)
        }
    }

    /// The end of a JSON text, byte by byte.
    private func plainEndOfText(_ bytes: [UInt8], from start: Int) -> Int? {
        var offset = start
        while bytes[offset] != 0x22 {
            guard bytes[offset] >= 0x20 else { return nil }
            guard bytes[offset] == 0x5C else {
                offset += 1
                continue
            }
            switch bytes[offset + 1] {
            case UInt8(ascii: "u"):
                guard (2..<6).allSatisfy({ hexadecimalDigit(bytes[offset + $0]) != nil }) else {
                    return nil
                }
                offset += 6
            case let escape where "\"\\/bfnrt".utf8.contains(escape): offset += 2
            default: return nil
            }
        }
        return offset
    }

    /// The end of a JSON text, on this processor and on every lesser one; `nil` for one that JSON does not allow.
    private func endOfText(_ bytes: [UInt8], from start: Int) -> Int? {
        let end = try? endOfLongText(bytes.span, from: start)
        #expect((try? portableEndOfLongText(bytes.span, from: start)) == end)
        for width: Int32 in [16, 32, 64] where width <= widestLook {
            #expect((try? endOfLongText(bytes.span, from: start, by: width)) == end)
        }
        return end
    }

    @Test("Behind a backslash stands what JSON allows, wherever that is")
    func escapes() {
        for place in 0..<130 {
            for byte in UInt8.min...UInt8.max {
                let text = Array(repeating: 0x61, count: place) + [0x5C, byte] + Array("12aF".utf8)
                let bytes = text + [0x22] + Self.padding
                #expect(endOfText(bytes, from: 0) == plainEndOfText(bytes, from: 0))
            }
        }
    }

    @Test("A long text with many escapes ends where it does byte by byte")
    func longText() throws {
        var random = SeededGenerator(seed: 6)
        let parts = [
            "\\n", "\\\"", "\\\\", "\\u00e9", "\\uD83D", "\\/", "a", "é", "word ", "u12", "nt",
        ]
        let rare = ["\\x", "\\u12g4", "\t", "\"", "\\u1", "\\", "\n", "\\u\"\"\"\""]
        var ends = 0
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<random.below(90) { text += parts[random.below(parts.count)] }
            if random.below(2) == 0 {
                text += rare[random.below(rare.count)]
                for _ in 0..<random.below(60) { text += parts[random.below(parts.count)] }
            }
            let bytes = Array(text.utf8) + [0x22] + Self.padding
            let found = endOfText(bytes, from: 0)
            #expect(found == plainEndOfText(bytes, from: 0), "\(text)")
            ends += found == nil ? 0 : 1
        }
        #expect((10_000..<19_000).contains(ends))
    }

    @Test("Four hexadecimal digits are told from every other four bytes")
    func hexadecimal() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<4 {
                var word: UInt64 = 0xFFFF_FFFF_3966_4130  // "0Af9", then what must not matter
                word &= ~(0xFF << UInt64(place * 8))
                word |= UInt64(byte) << UInt64(place * 8)
                #expect(areHexadecimal(word) == (hexadecimalDigit(byte) != nil))
            }
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

    @Test(
        "A round of AES is as its standard says, and the digest of a line alike on every processor")
    func digestTwins() {
        // S. Gueron, "Intel Advanced Encryption Standard (AES) New Instructions Set" (2010), the example of AESENC.
        var state = AESState(SIMD2(0x6374_6F72_5D53_475D, 0x7B5B_5465_7374_5665))
        let key: SIMD2<UInt64> = SIMD2(0x5B47_7565_726F_6E5D, 0x4869_2853_6861_7929)
        state.round(key)
        #expect(state.words == SIMD2(0x8B10_4B58_DED7_E595, 0xA831_1C2F_9FDB_A3C5))
        var random = SeededGenerator(seed: 9)
        for count in 64..<400 {
            let line = (0..<count + 3).map { _ in UInt8(random.below(256)) }
            let digest = lineDigest(line.span, from: 3, to: 3 + count)
            #expect(portableLineDigest(line.span, from: 3, to: 3 + count) == digest)
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
            var digests: Set<UInt64> = [digest]
            var lines: Set<[UInt8]> = [line]
            for index in line.indices {
                // A bit of one byte, then of another as well.
                var other = line
                for place in [index, random.below(count)] {
                    other[place] ^= 1 << UInt8(random.below(8))
                    lines.insert(other)
                    digests.insert(lineDigest((other + Self.padding).span, from: 0, to: count))
                }
            }
            #expect(digests.count == lines.count, "\(count) bytes")
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
