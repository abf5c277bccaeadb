/// A plain reader of RFC 8259, written for clarity: the yardstick for the fast scanner.
///
/// Foundation's own readers will not do: both pass a comma before a closing bracket.
struct ReferenceJSON {
    private var rest: Substring.UnicodeScalarView

    /// Whether `text` is one JSON object.
    static func isObject(_ text: String) -> Bool {
        var reader = ReferenceJSON(rest: Substring(text).unicodeScalars)
        reader.skipSpace()
        return reader.object() && reader.isAtEnd
    }

    private var isAtEnd: Bool {
        rest.allSatisfy { " \t\r".unicodeScalars.contains($0) }
    }

    private mutating func skipSpace() {
        while let next = rest.first, " \t\r".unicodeScalars.contains(next) { rest.removeFirst() }
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest.removeFirst(text.unicodeScalars.count)
        return true
    }

    private mutating func value() -> Bool {
        switch rest.first {
        case "{": object()
        case "[": array()
        case "\"": string()
        case "t": take("true")
        case "f": take("false")
        case "n": take("null")
        default: number()
        }
    }

    private mutating func object() -> Bool {
        members(open: "{", close: "}") { reader in
            guard reader.string() else { return false }
            reader.skipSpace()
            guard reader.take(":") else { return false }
            reader.skipSpace()
            return reader.value()
        }
    }

    private mutating func array() -> Bool {
        members(open: "[", close: "]") { $0.value() }
    }

    private mutating func members(
        open: String, close: String, _ member: (inout ReferenceJSON) -> Bool
    ) -> Bool {
        guard take(open) else { return false }
        skipSpace()
        if take(close) { return true }
        while true {
            guard member(&self) else { return false }
            skipSpace()
            if take(close) { return true }
            guard take(",") else { return false }
            skipSpace()
        }
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let next = rest.popFirst() {
            switch next {
            case "\"": return true
            case "\\":
                guard let escape = rest.popFirst() else { return false }
                if escape == "u" {
                    for _ in 0..<4 {
                        guard let digit = rest.popFirst(), digit.isASCII,
                            digit.properties.isASCIIHexDigit
                        else { return false }
                    }
                } else if !"\"\\/bfnrt".unicodeScalars.contains(escape) {
                    return false
                }
            default: if next.value < 0x20 { return false }
            }
        }
        return false
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") { guard digits() else { return false } }
        if take(".") { guard digits() else { return false } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        var count = 0
        while let next = rest.first, ("0"..."9").contains(next) {
            rest.removeFirst()
            count += 1
        }
        return count > 0
    }
}
