import Synthesis

/// A JSON value that can be written in many ways. Texts keep the escapes that they had.
indirect enum JSONTree {
    case object([(key: String, value: JSONTree)])
    case list([JSONTree])
    /// Without its quotes.
    case text(String)
    /// A number or a word.
    case plain(String)

    /// - Parameter text: One JSON value that is right; nothing is checked.
    init(_ text: String) {
        var rest = Substring(text).unicodeScalars
        self = Self.value(&rest)
    }

    private static func skipSpace(_ rest: inout Substring.UnicodeScalarView) {
        while let next = rest.first, next.properties.isWhitespace { rest.removeFirst() }
    }

    private static func value(_ rest: inout Substring.UnicodeScalarView) -> JSONTree {
        skipSpace(&rest)
        defer { skipSpace(&rest) }
        switch rest.first {
        case "{":
            var members: [(String, JSONTree)] = []
            rest.removeFirst()
            skipSpace(&rest)
            while rest.first == "\"" {
                let key = string(&rest)
                skipSpace(&rest)
                rest.removeFirst()  // the colon
                members.append((key, value(&rest)))
                if rest.first == "," { rest.removeFirst() }
                skipSpace(&rest)
            }
            rest.removeFirst()
            return .object(members.map { (key: $0.0, value: $0.1) })
        case "[":
            var values: [JSONTree] = []
            rest.removeFirst()
            skipSpace(&rest)
            while let next = rest.first, next != "]" {
                values.append(value(&rest))
                if rest.first == "," { rest.removeFirst() }
                skipSpace(&rest)
            }
            rest.removeFirst()
            return .list(values)
        case "\"": return .text(string(&rest))
        default:
            var plain = String.UnicodeScalarView()
            while let next = rest.first, !",]} \t\r\n".unicodeScalars.contains(next) {
                plain.append(rest.removeFirst())
            }
            return .plain(String(plain))
        }
    }

    private static func string(_ rest: inout Substring.UnicodeScalarView) -> String {
        var text = String.UnicodeScalarView()
        rest.removeFirst()
        while let next = rest.popFirst(), next != "\"" {
            text.append(next)
            if next == "\\" { text.append(rest.removeFirst()) }
        }
        return String(text)
    }

    /// The same value with keys in another order, other white space, and characters written as escapes.
    ///
    /// - Parameter spaces: What may stand between values.
    func rewritten(_ random: inout SeededGenerator, spaces: [String]) -> String {
        func space() -> String { spaces[random.below(spaces.count)] }
        switch self {
        case .plain(let text): return text
        case .text(let text): return "\"\(Self.escaped(text, &random))\""
        case .list(let values):
            let parts = values.map { space() + $0.rewritten(&random, spaces: spaces) + space() }
            return "[\(parts.joined(separator: ","))\(space())]"
        case .object(let members):
            var order = members
            for index in order.indices.reversed() {
                order.swapAt(index, random.below(index + 1))
            }
            let parts = order.map { member in
                "\(space())\"\(Self.escaped(member.key, &random))\"\(space()):\(space())"
                    + member.value.rewritten(&random, spaces: spaces) + space()
            }
            return "{\(parts.joined(separator: ","))\(space())}"
        }
    }

    private static func escaped(_ text: String, _ random: inout SeededGenerator) -> String {
        var result = ""
        var escapeLeft = 0
        for scalar in text.unicodeScalars {
            let isEscape = escapeLeft > 0
            if isEscape {
                escapeLeft = escapeLeft == 5 && scalar != "u" ? 0 : escapeLeft - 1
            } else if scalar == "\\" {
                escapeLeft = 5  // at most a u and four digits
            }
            if isEscape || scalar == "\\" || random.below(6) > 0 {
                result.unicodeScalars.append(scalar)
            } else if scalar == "/" {
                result += "\\/"
            } else {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: random.below(2) == 0)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return result
    }
}
