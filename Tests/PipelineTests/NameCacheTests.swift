import Synthesis
import Testing

@testable import Pipeline

@Suite("Names as numbers")
struct NameCacheTests {
    private func number(
        _ name: [UInt8], _ cache: inout NameCache, _ kind: FieldSlots.Kind = .text
    ) throws -> UInt32 {
        let bytes = [7, 7] + name + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
        var slots = FieldSlots()
        slots.set(0, from: 2, to: 2 + name.count, kind)
        return try cache.number(of: slots[0], in: bytes.span, default: 0)
    }

    @Test("Equal names have one number in all caches, other names another, at every length")
    func lengths() throws {
        let registry = NameRegistry()
        var caches = [NameCache(registry), NameCache(registry)]
        var random = SeededGenerator(seed: 21)
        var names: [[UInt8]] = []
        for count in 1...NameCache.nameLimit {
            let name = (0..<count).map { _ in UInt8(0x61 + random.below(26)) }
            names.append(name)
            for index in [0, count / 2, count - 1] {
                var near = name
                near[index] ^= 1
                names.append(near)
            }
        }
        for round in 0..<2 {
            for name in names.shuffled(using: &random) {
                let known = registry.number(of: String(decoding: name, as: UTF8.self))
                #expect(try number(name, &caches[round]) == known)
                #expect(try number(name, &caches[1 - round]) == known)
            }
        }
        #expect(registry.names.count == Set(names).count + 1)
    }

    @Test("An escaped name has the number of the name that it spells")
    func escaped() throws {
        let registry = NameRegistry()
        var cache = NameCache(registry)
        let plain = try number(Array("gpt-4o".utf8), &cache)
        #expect(try number(Array("gpt\\u002d4o".utf8), &cache, .escapedJSON) == plain)
        #expect(try number(Array("g\"\"".utf8), &cache, .escapedCSV) != plain)
        #expect(registry.names == ["", "gpt-4o", "g\""])
    }

    @Test("A name over the limit, with a NUL or of no text is refused")
    func refused() throws {
        var cache = NameCache(NameRegistry())
        let long = Array(repeating: UInt8(ascii: "x"), count: NameCache.nameLimit + 1)
        #expect(throws: RejectReason.valueTooLong) { try number(long, &cache) }
        #expect(throws: RejectReason.utf8) { try number([0x61, 0], &cache) }
        #expect(throws: RejectReason.utf8) { try number([0xFF], &cache) }
    }
}
