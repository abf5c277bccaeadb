import Synthesis
import TestSupport
import Testing

@testable import Pipeline

@Suite("Predicting the layout of lines")
struct LayoutPredictorTests {
    private static let paths = ["time", "usage.in", "usage.out", "status", "name", "flag"].map {
        FieldPath($0.split(separator: ".").map(String.init))
    }

    private func padded(_ line: String) -> [UInt8] {
        Array(line.utf8) + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
    }

    /// All that a scan found, as text.
    private func text(_ slots: borrowing FieldSlots, _ end: Int, _ bytes: [UInt8]) -> String {
        var text = "\(end)"
        for index in Self.paths.indices {
            guard let slot = slots[index] else {
                text += " -"
                continue
            }
            text += " \(slot.kind) \(slot.range)"
        }
        return text
    }

    private let line =
        "{\"time\":\"2026-10-01T00:00:00Z\",\"id\":\"r1\",\"usage\":{\"in\":728,\"out\":16,\"x\":[1]},"
        + "\"status\":200,\"name\":\"a\",\"flag\":true,\"rest\":{\"y\":null}}"

    @Test("A line like the one before is read without the general scan")
    func hit() throws {
        let scanner = JSONScanner(Self.paths)
        var slots = FieldSlots()
        var predictor = LayoutPredictor()
        let first = padded(line)
        #expect(predictor.scan(first.span, from: 0, into: &slots) == nil)
        let end = try scanner.scan(first.span, from: 0, into: &slots)
        predictor.learn(first.span, from: 0, to: end, keys: scanner.plan.keys)
        let second = padded(
            "{\"time\":\"2026-10-01T00:00:01Z\",\"id\":\"r\\n2\",\"usage\":{\"in\":7,\"out\":null,\"x\":[]},"
                + "\"status\":4.5e2,\"name\":\"\\u0061b\",\"flag\":false,\"rest\":\"\"}")
        let predicted = try #require(predictor.scan(second.span, from: 0, into: &slots))
        let found = text(slots, predicted, second)
        let expected = try scanner.scan(second.span, from: 0, into: &slots)
        #expect(found == text(slots, expected, second))
    }

    @Test("Prediction and the general scan agree on every mutation of a line")
    func agree() throws {
        let scanner = JSONScanner(Self.paths)
        var slots = FieldSlots()
        var predictor = LayoutPredictor()
        var random = SeededGenerator(seed: 77)
        let variants = [
            line, line.replacing("728", with: "{\"in\":1}"), line.replacing("true", with: "[true]"),
            line.replacing("{\"y\":null}", with: "3"), "{\"time\":1,\"time\":2}",
            line.replacing("\"usage\":{\"in\":728,\"out\":16,\"x\":[1]}", with: "\"usage\":null"),
            line.replacing("\"a\"", with: "\"\\\"\""), line.replacing(":", with: ": "),
            line.replacing("200", with: "0200"), line.replacing("}", with: "} "),
            line.replacing("728", with: "7").replacing("16", with: "1").replacing("200", with: "2"),
        ]
        var hits = 0
        for round in 0..<60_000 {
            var mutant = Array(variants[random.below(variants.count)].utf8)
            if round % 3 > 0 {
                for _ in 0..<random.below(3) {
                    let index = random.below(mutant.count)
                    switch random.below(3) {
                    case 0: mutant[index] = UInt8(0x20 + random.below(0x5F))
                    case 1: mutant.remove(at: index)
                    default: mutant.insert(Array("{}[],:\"\\0e ".utf8)[random.below(11)], at: index)
                    }
                }
            }
            let bytes = mutant + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
            let predicted = predictor.scan(bytes.span, from: 0, into: &slots)
            let found = predicted.map { text(slots, $0, bytes) }
            let end = try? scanner.scan(bytes.span, from: 0, into: &slots)
            if let found {
                hits += 1
                let expected = end.map { text(slots, $0, bytes) }
                #expect(found == expected, "seed 77: \(String(decoding: mutant, as: UTF8.self))")
            } else if let end {
                predictor.learn(bytes.span, from: 0, to: end, keys: scanner.plan.keys)
            }
        }
        #expect(hits > 5_000)
    }

    @Test("A value that is missing is no number, also where a number stood")
    func missingValue() throws {
        let good =
            "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"model\":\"m\",\"status\":200,\"n\":7,\"x\":1}\n"
        for hole in ["200", "7", "1"] {
            let bad = good.replacing(":\(hole)", with: ":")
            let outcome = try fold(Array((good + good + bad).utf8))
            #expect(outcome.partial?.tally.counted == 2, "\(hole)")
            #expect(outcome.partial?.rejects.first?.reason == .jsonSyntax, "\(hole)")
        }
    }

    @Test(
        "A line that ends in many spaces is read as any other",
        arguments: [100, 4_064, 5_000, 70_000])
    func longTail(spaces: Int) throws {
        let line =
            "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"model\":\"m\"}"
            + String(repeating: " ", count: spaces) + "\n"
        #expect(try fold(Array((line + line).utf8)).partial?.tally.counted == 2)
    }
}
