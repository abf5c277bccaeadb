import Foundation
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

    // MARK: Elements of lists

    private static let document = DocumentPlan(
        [
            ["name"], ["attributes", "a.in"], ["attributes", "a.model"], ["attributes"],
            ["usage", "in"], ["flag"],
        ]
        .map { FieldPath($0) } + [FieldPath(["region"], isOuter: true)],
        wrappers: [FieldPath(["spans"])])

    private static let span =
        "{\"name\":\"chat\",\"attributes\":[{\"key\":\"a.model\",\"value\":{\"stringValue\":\"m1\"}},"
        + "{\"key\":\"x\",\"value\":{\"stringValue\":\"a \\\"prompt\\\"\"}},"
        + "{\"key\":\"a.in\",\"value\":{\"intValue\":\"97\"}}],\"usage\":{\"in\":7},\"flag\":true}"

    /// All that a scan of a document found, element by element; `nil` for one that it refuses.
    private func found(_ bytes: [UInt8], _ slots: inout FieldSlots) -> String? {
        let plan = Self.document
        let scanner = JSONScanner(plan)
        guard let end = try? scanner.scan(bytes.span, from: 0, into: &slots) else { return nil }
        var text = "\(end)"
        for number in slots.elements.indices {
            let element = slots.elements[number]
            slots.load(number, mask: plan.levels[element.level].others)
            text += " [\(element.level) \(element.start) \(element.kind)"
            for slot in 0..<7 {
                text += slots[slot].map { " \($0.kind) \($0.start) \($0.count)" } ?? " -"
            }
            text += "]"
        }
        return text + " \(slots.texts.count)"
    }

    @Test(
        "An element of a list that is like one before is read as by the general scan, in every mutation"
    )
    func elements() throws {
        var random = SeededGenerator(seed: 78)
        let rounds =
            20_000
            * (ProcessInfo.processInfo.environment["FLUE_PLAN_ROUNDS"].flatMap(Int.init) ?? 1)
        let spans = [
            Self.span, Self.span.replacing("97", with: "1234567"),
            Self.span.replacing("m1", with: "\\u006d"),
            Self.span.replacing("{\"in\":7}", with: "null"),
            Self.span.replacing("true", with: "[1]"),
            Self.span.replacing("[{\"key\"", with: "[{\"Key\""),
            Self.span.replacing("\"chat\"", with: "3.5"),
            Self.span.replacing(":", with: " : "), "{\"attributes\":\"{\\\"a.in\\\":5}\"}",
            "{\"name\":\"b\"}",
            Self.span.replacing("{\"stringValue\":\"m1\"}", with: "\"m2\""),
            Self.span.replacing("\"x\"", with: "\"a.in\""),
            Self.span.replacing("\"intValue\"", with: "\"type\":\"INT\",\"value\""),
            Self.span.replacing("[{", with: "{\"a.in\":3},[{"),
            Self.span.replacing("}],", with: "},{\"key\":\"y\"}],"),
        ]
        var slots = FieldSlots()
        var hits = 0
        for round in 0..<rounds {
            var mutant: [UInt8] = []
            for index in 0..<1 + random.below(3) {
                if index > 0 { mutant.append(UInt8(ascii: ",")) }
                mutant += Array(spans[random.below(random.below(2) == 0 ? 2 : spans.count)].utf8)
            }
            if round % 3 > 0 {
                for _ in 0..<random.below(3) where mutant.count > 1 {
                    let index = random.below(mutant.count)
                    switch random.below(3) {
                    case 0: mutant[index] = UInt8(0x20 + random.below(0x5F))
                    case 1: mutant.remove(at: index)
                    default: mutant.insert(Array("{}[],:\"\\0e ".utf8)[random.below(11)], at: index)
                    }
                }
            }
            let bytes =
                Array("{\"region\":\"r\",\"spans\":[".utf8) + mutant + Array("]}".utf8)
                + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
            var fresh = FieldSlots()
            let expected = found(bytes, &fresh)
            let isHit = slots.withLayouts(of: 1) { layouts, slots in
                layouts.scan(element: bytes.span, from: 23, of: 0, into: &slots) != nil
            }
            hits += isHit ? 1 : 0
            #expect(
                found(bytes, &slots) == expected,
                "seed 78: \(String(decoding: mutant, as: UTF8.self))")
        }
        #expect(hits > rounds / 5 && hits < rounds)
    }

    @Test(
        "Lines that a layout could read otherwise are read as by the general scan, the first time and after"
    )
    func traps() throws {
        let far = String(repeating: " ", count: 5_000)
        let deep = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        func span(_ attribute: String) -> String {
            Self.span.replacing("{\"stringValue\":\"a \\\"prompt\\\"\"}", with: attribute)
        }
        let spans = [
            Self.span.replacing("\"attributes\":", with: "\"attributes\":\(far)"),
            Self.span.replacing("\"intValue\"", with: "\"Type\""),
            Self.span.replacing("\"intValue\"", with: "\"TYPE\""),
            Self.span.replacing("\"key\"", with: "\"Key\"").replacing(
                "\"value\"", with: "\"Value\""),
            Self.span.replacing("\"key\"", with: "\"KEY\""),
            Self.span.replacing("\"value\"", with: "\"VALUE\""),
            span("{\"stringValue\":\"s\"}"), span("{\"stringValue\":\(deep)}"), span("\(deep)"),
        ]
        var slots = FieldSlots()
        for _ in 0..<4 {
            for span in spans {
                for document in ["[\(span)]", "5", "null", "true", "{}"] {
                    let bytes = padded("{\"region\":\"r\",\"spans\":\(document)}")
                    var fresh = FieldSlots()
                    let expected = found(bytes, &fresh)
                    #expect(
                        found(bytes, &slots) == expected,
                        "\(span.prefix(200)) \(document.prefix(9))")
                }
            }
        }
        // The same of lines, which may be of no list at all.
        let scanner = JSONScanner(
            DocumentPlan([FieldPath(["name"])], wrappers: [FieldPath(["spans"])]))
        for value in ["null", "5", "true", "[]"] {
            var predictor = LayoutPredictor()
            let bytes = padded("{\"name\":\"a\",\"spans\":\(value)}")
            let end = try scanner.scan(bytes.span, from: 0, into: &slots)
            predictor.learn(bytes.span, from: 0, to: end, keys: scanner.plan.keys)
            #expect(predictor.scan(bytes.span, from: 0, into: &slots) == nil, "\(value)")
        }
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
