import Foundation

/// JSON for programs: keys in order, all digits.
package enum JSONOutput {
    package static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return PlainText.jsonDocument(String(decoding: try encoder.encode(value), as: UTF8.self))
            + "\n"
    }
}
