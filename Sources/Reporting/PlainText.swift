/// Names from logs are somebody's input: what could steer a terminal or a spreadsheet is defused where
/// they are shown, not where they are stored.
package enum PlainText {
    /// Control and direction characters become visible escapes.
    package static func forTerminal(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A CSV cell (RFC 4180) that no spreadsheet takes for a formula.
    ///
    /// Method: OWASP "CSV Injection": an apostrophe before `=`, `+`, `-`, `@`, tab and return.
    package static func csvCell(_ text: String) -> String {
        var cell = text
        if let first = text.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) {
            cell = "'" + text
        }
        let needsQuotes = cell.unicodeScalars.contains { ",\"\n\r".unicodeScalars.contains($0) }
        guard needsQuotes else { return cell }
        return "\""
            + cell.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
