/// Names from logs are somebody's input: what could steer a terminal, a spreadsheet or a page, or hide from who reads it, is
/// defused where it leaves, not where it is stored.
///
/// Hidden characters become escapes: those of the format where it has any, so that a program reads back what was there.
package enum PlainText {
    /// Whether a reader does not see a character, or sees others elsewhere because of it: controls, separators of lines and
    /// paragraphs, marks of direction, joiners, fillers, selectors.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20..<0x7F).contains(scalar.value) { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// - Parameter escape: What stands for a character; `nil` for itself.
    private static func replacing(
        _ text: String, _ escape: (Unicode.Scalar) -> String?
    ) -> String {
        var result = ""
        let scalars = text.unicodeScalars
        // What needs no escape is taken as a whole.
        var start = scalars.startIndex
        for index in scalars.indices {
            guard let escape = escape(scalars[index]) else { continue }
            result.unicodeScalars.append(contentsOf: scalars[start..<index])
            result += escape
            start = scalars.index(after: index)
        }
        guard start > scalars.startIndex else { return text }
        result.unicodeScalars.append(contentsOf: scalars[start...])
        return result
    }

    private static func hexadecimal(_ value: some BinaryInteger, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    // MARK: For people

    private static func visible(_ scalar: Unicode.Scalar) -> String? {
        isHidden(scalar) ? "\\u{\(hexadecimal(scalar.value, width: 1))}" : nil
    }

    /// Text within a line: hidden characters as `\u{1b}`.
    package static func line(_ text: String) -> String { replacing(text, visible) }

    /// Text of several lines, which keeps its line ends and tabs; a return alone would go back over its line.
    package static func lines(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
        return text.split(separator: "\r\n" as Character, omittingEmptySubsequences: false).map {
            replacing(String($0)) { $0 == "\n" || $0 == "\t" ? nil : visible($0) }
        }.joined(separator: "\r\n")
    }

    // MARK: For programs

    /// A CSV cell (RFC 4180) that no spreadsheet takes for a formula. The format has no escapes but quotes: they carry line
    /// ends and tabs, and other hidden characters become visible.
    ///
    /// Method: OWASP "CSV Injection": an apostrophe before `=`, `+`, `-`, `@`, their full-width forms, tab and line ends.
    package static func csvCell(_ text: String) -> String {
        let formulas = "=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars
        let isFormula = text.unicodeScalars.first.map { formulas.contains($0) } ?? false
        let cell = (isFormula ? "'" : "") + lines(text)
        guard cell.unicodeScalars.contains(where: { ",\"\n\r".unicodeScalars.contains($0) }) else {
            return cell
        }
        return "\"\(replacing(cell) { $0 == "\"" ? "\"\"" : nil })\""
    }

    private static func jsonEscape(_ scalar: Unicode.Scalar) -> String? {
        guard isHidden(scalar) else { return nil }
        return String(scalar).utf16.map { "\\u\(hexadecimal($0, width: 4))" }.joined()
    }

    /// A string of JSON, quotes included: hidden characters as `\u001b`.
    package static func jsonString(_ text: String) -> String {
        let escaped = replacing(text) { scalar in
            scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : jsonEscape(scalar)
        }
        return "\"\(escaped)\""
    }

    /// A document of JSON, whose strings an encoder has escaped as far as JSON demands: what else is hidden stands in strings.
    package static func jsonDocument(_ text: String) -> String {
        replacing(text) { $0 == "\n" ? nil : jsonEscape($0) }
    }

    /// A value of PostgreSQL's COPY in text format: hidden characters as their bytes, `\x1b`.
    package static func copyValue(_ text: String) -> String {
        replacing(text) { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\t": "\\t"
            case "\n": "\\n"
            case "\r": "\\r"
            // PostgreSQL has no text that holds it.
            case "\0": "\u{FFFD}"
            default:
                isHidden(scalar)
                    ? String(scalar).utf8.map { "\\x\(hexadecimal($0, width: 2))" }.joined() : nil
            }
        }
    }
}
