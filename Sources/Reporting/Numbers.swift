/// Numbers as people read them. Programs get JSON or CSV, with all digits.
package enum Numbers {
    /// `18,059,974`.
    package static func grouped(_ value: Int64) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + text
    }

    /// `1 request`, `18,059 requests`.
    package static func counted(_ value: Int64, _ noun: String) -> String {
        "\(grouped(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// Rounded to so many decimals, grouped: `1,234.57`.
    package static func decimal(_ value: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { result, _ in result * 10 }
        let rounded = (value.magnitude * scale).rounded()
        guard rounded < 9e18 else { return "\(value)" }
        let units = Int64(rounded)
        let whole = grouped(units / Int64(scale))
        let fraction = String(units % Int64(scale))
        let padded = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
        return (value < 0 && units > 0 ? "-" : "") + whole + (decimals > 0 ? ".\(padded)" : "")
    }

    /// Four significant digits, at most three decimals for large values: `0.03492`, `34.92`, `1,235`.
    package static func significant(_ value: Double?) -> String {
        guard let value else { return "–" }
        let size = value.magnitude
        let decimals =
            switch size {
            case 1_000...: 0
            case 100..<1_000: 1
            case 10..<100: 2
            case 1..<10: 3
            case 0.1..<1: 4
            case 0.01..<0.1: 5
            case 0: 0
            case 1e-3..<0.01: 6
            case 1e-4..<1e-3: 7
            case 1e-5..<1e-4: 8
            default: 9
            }
        return decimal(value, decimals)
    }

    /// `12 (4 to 37)`, rounded to what the range supports: two digits of half its width (GUM, JCGM 100:2008,
    /// 7.2.6). Without a range, four significant digits.
    package static func ranged(_ central: Double?, _ low: Double?, _ high: Double?) -> String {
        guard let central, let low, let high, high > low else { return significant(central) }
        let half = (high - low) / 2
        var decimals = 0
        var unit = 1.0
        while half / unit < 10, decimals < 9 {
            unit /= 10
            decimals += 1
        }
        while half / unit >= 100 {
            unit *= 10
            decimals -= 1
        }
        func text(_ value: Double) -> String {
            decimal((value / unit).rounded() * unit, max(0, decimals))
        }
        return "\(text(central)) (\(text(low)) to \(text(high)))"
    }

    /// `97.3 %`.
    package static func share(_ value: Double?) -> String {
        value.map { decimal($0 * 100, 1) + " %" } ?? "–"
    }
}
