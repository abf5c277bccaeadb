/// Arithmetic over named values: `+ - * /`, parentheses, numbers and names.
///
/// Values are ranges, and so are results: the least and the most that any values inside them give. A name that
/// stands in a formula twice counts as two values.
package struct Formula: Equatable, Sendable {
    package enum Problem: Error, Equatable, CustomStringConvertible {
        case unexpected(String)
        case unknown(String)
        case undefined

        package var description: String {
            switch self {
            case .unexpected(let text): "the formula does not go on with \"\(text)\""
            case .unknown(let name): "the formula names \"\(name)\", which stands nowhere above it"
            case .undefined: "the formula divides by a range that holds 0, or has no finite result"
            }
        }
    }

    private indirect enum Term: Equatable, Sendable {
        case number(Double)
        case name(String)
        case operation(Character, Term, Term)
    }

    private let term: Term

    /// Reads a formula, such as `gpus / 8 * server_kw * hours`.
    package init(_ text: String) throws(Problem) {
        var parser = Parser(text)
        term = try parser.sum()
        if let rest = parser.next { throw .unexpected(rest) }
    }

    /// - Throws: For a name without a value, and a result that is not finite.
    package func value(
        _ values: [String: ClosedRange<Double>]
    ) throws(Problem) -> ClosedRange<Double> {
        try Self.value(of: term, values)
    }

    private static func value(
        of term: Term, _ values: [String: ClosedRange<Double>]
    ) throws(Problem) -> ClosedRange<Double> {
        switch term {
        case .number(let value): return value...value
        case .name(let name):
            guard let value = values[name] else { throw .unknown(name) }
            return value
        case .operation(let sign, let left, let right):
            let left = try value(of: left, values)
            let right = try value(of: right, values)
            guard sign != "/" || !right.contains(0) else { throw .undefined }
            let corners = [left.lowerBound, left.upperBound].flatMap { a in
                [right.lowerBound, right.upperBound].map { b in
                    switch sign {
                    case "+": a + b
                    case "-": a - b
                    case "*": a * b
                    default: a / b
                    }
                }
            }
            guard corners.allSatisfy(\.isFinite), let low = corners.min(), let high = corners.max()
            else { throw .undefined }
            return low...high
        }
    }

    /// Reads by descent; multiplication binds tighter than addition.
    private struct Parser {
        private var words: ArraySlice<String>
        /// Open parentheses.
        private var depth = 0

        init(_ text: String) {
            var words: [String] = []
            for character in text {
                if "+-*/()".contains(character) {
                    words.append(String(character))
                } else if character.isWhitespace {
                    words.append("")
                } else if let last = words.last, !last.isEmpty, !"+-*/()".contains(last) {
                    words[words.count - 1].append(character)
                } else {
                    words.append(String(character))
                }
            }
            self.words = words.filter { !$0.isEmpty }[...]
        }

        var next: String? { words.first }

        mutating func sum() throws(Problem) -> Term {
            var term = try product()
            while let sign = words.first, sign == "+" || sign == "-" {
                words.removeFirst()
                term = .operation(Character(sign), term, try product())
            }
            return term
        }

        private mutating func product() throws(Problem) -> Term {
            var term = try factor()
            while let sign = words.first, sign == "*" || sign == "/" {
                words.removeFirst()
                term = .operation(Character(sign), term, try factor())
            }
            return term
        }

        private mutating func factor() throws(Problem) -> Term {
            guard let word = words.popFirst() else { throw .unexpected("its end") }
            if word == "(" {
                depth += 1
                defer { depth -= 1 }
                guard depth <= 100 else { throw .unexpected("a hundred open parentheses") }
                let term = try sum()
                guard words.popFirst() == ")" else { throw .unexpected("no \")\"") }
                return term
            }
            if let number = Double(word), number.isFinite { return .number(number) }
            guard let first = word.first, first.isLetter,
                word.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
            else { throw .unexpected(word) }
            return .name(word)
        }
    }
}
