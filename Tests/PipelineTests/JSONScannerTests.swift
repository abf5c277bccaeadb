import Foundation
import Synthesis
import TestSupport
import Testing

@testable import Pipeline

@Suite("Finding fields in JSON")
struct JSONScannerTests {
    private static let paths = ["a", "b.c", "b.d", "b", "a long key of more than sixteen bytes"].map
    {
        FieldPath($0.split(separator: ".").map(String.init))
    }
    private let scanner = JSONScanner(paths)

    /// The fields of one line as text; `nil` when the line is refused.
    private func fields(_ line: String) -> [String?]? {
        let text = Array(line.utf8)
        let bytes = text + Array(repeating: UInt8(ascii: "\n"), count: scanPadding)
        var slots = FieldSlots()
        guard let end = try? scanner.scan(bytes.span, from: 0, into: &slots) else { return nil }
        #expect(end == text.count)
        return Self.paths.indices.map { index in
            slots[index].map { slot in
                switch slot.kind {
                case .true: "true"
                case .false: "false"
                case .container: "container"
                default: String(decoding: slot.decoded(bytes.span), as: UTF8.self)
                }
            }
        }
    }

    @Test("Fields are found in any order, at any depth, with any white space")
    func found() {
        let expected: [String?] = ["1", "x", "2.5", "container", "k"]
        let long = "\"a long key of more than sixteen bytes\""
        #expect(fields("{\"a\":1,\"b\":{\"c\":\"x\",\"d\":2.5},\(long):\"k\"}") == expected)
        #expect(
            fields(" {\t\"b\" : { \"d\":2.5 , \"c\" :\"x\" } ,\(long) :\"k\", \"a\" : 1 }\r")
                == expected)
        #expect(
            fields(
                "{\"z\":[{\"a\":9}],\"\\u0061\":1,\"b\":{\"e\":{},\"c\":\"\\u0078\",\"d\":2.5},\(long):\"k\"}"
            )
                == expected)
    }

    @Test("What looks like a field inside a text is not one")
    func decoy() {
        #expect(
            fields("{\"prompt\":\"\\\",\\\"a\\\":7,{[\",\"a\":1}") == ["1", nil, nil, nil, nil])
    }

    @Test("The last of two equal keys counts, and its parts with it")
    func duplicateKeys() {
        #expect(fields("{\"a\":1,\"a\":2}")?[0] == "2")
        #expect(
            fields("{\"b\":{\"c\":1,\"d\":2},\"b\":{\"c\":3}}") == [
                nil, "3", nil, "container", nil,
            ])
        #expect(fields("{\"b\":{\"c\":1},\"b\":null}") == [nil, nil, nil, nil, nil])
    }

    @Test("null is the same as no value, other kinds are told apart")
    func kinds() {
        #expect(fields("{\"a\":null}")?[0] == .some(nil))
        #expect(fields("{\"a\":true}")?[0] == "true")
        #expect(fields("{\"a\":[1,2]}")?[0] == "container")
        #expect(fields("{\"a\":\"\"}")?[0] == "")
    }

    @Test(
        "Valid JSON objects pass",
        arguments: [
            "{}", "{ }", "{\"x\":-0}", "{\"x\":1e5,\"y\":1E+5,\"z\":-0.5e-3}", "{\"x\":[]}",
            "{\"x\":[1,[2,{\"y\":null}],{}]}", "{\"x\":\"\\u12aF\\/\\b\\f\\n\\r\\t\\\\\\\"\"}",
            "{\"\":0}", "{\"x\":\"\u{7F}é🙂\"}", "{\"x\":true,\"y\":false}",
        ])
    func accepted(line: String) { #expect(fields(line) != nil) }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "[]", "1", "null", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}",
            "{\"a\":1}x", "{\"a\":1} {}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":5.}",
            "{\"a\":1e}", "{\"a\":-}", "{\"a\":tru}", "{\"a\":nul}", "{\"a\":\"x}",
            "{\"a\":\"\\x\"}",
            "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\", "{\"x\":[1,]}", "{\"x\":[,]}", "{\"x\":[1 2]}",
            "{\"x\":[}", "{\"x\":{]}", "{\"x\":\"\t\"}", "{\"x\":NaN}", "{'a':1}",
            "{\"a\":1 \"b\":2}",
            "{\"x\":{\"y\":1,}}", "{\"x\":{\"y\"}}", "{\"x\":{y:1}}", "{\"a\"1}", "{\"a\":1]",
        ])
    func refused(line: String) { #expect(fields(line) == nil) }

    @Test("Nesting is bounded, and no depth can exhaust the stack")
    func depth() {
        func nested(_ depth: Int) -> String {
            "{\"x\":" + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
                + "}"
        }
        #expect(fields(nested(JSONScanner.depthLimit)) != nil)
        #expect(fields(nested(JSONScanner.depthLimit + 1)) == nil)
        #expect(fields("{\"x\":" + String(repeating: "[", count: 100_000)) == nil)
        #expect(fields("{\"x\":" + String(repeating: "{\"y\":", count: 100_000)) == nil)
    }

    @Test("The fast scanner and a plain reader agree on every mutation of a line")
    func mutations() throws {
        var random = SeededGenerator(seed: 99)
        let line = Array(
            "{\"a\":1.5e3,\"b\":{\"c\":\"x\\u00e9\\\"\",\"d\":[1,{\"e\":null}]},\"z\":[true,false,\"{\"]}"
                .utf8)
        var passed = 0
        for _ in 0..<30_000 {
            var mutant = line
            for _ in 0...random.below(3) {
                let index = random.below(mutant.count)
                switch random.below(3) {
                case 0: mutant[index] = UInt8(0x20 + random.below(0x5F))
                case 1: mutant.remove(at: index)
                default: mutant.insert(Array("{}[],:\"\\0e".utf8)[random.below(10)], at: index)
                }
            }
            guard let text = String(validating: mutant, as: UTF8.self) else { continue }
            let isObject = ReferenceJSON.isObject(text)
            let isPassed = fields(text) != nil
            passed += isPassed ? 1 : 0
            #expect(isPassed == isObject, "seed 99: \(text)")
        }
        #expect(passed > 1_000)
    }

    @Test("A lone surrogate is shown as a replacement, a pair as its character")
    func surrogates() {
        #expect(fields("{\"a\":\"\\ud83d\\ude42\"}")?[0] == "🙂")
        #expect(fields("{\"a\":\"\\ud83dx\"}")?[0] == "\u{FFFD}x")
        #expect(fields("{\"a\":\"\\ude42\\ud83d\"}")?[0] == "\u{FFFD}\u{FFFD}")
    }
}
