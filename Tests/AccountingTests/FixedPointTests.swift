import Accounting
import Testing

@Suite("Decimal numbers as whole numbers")
struct FixedPointTests {
    @Test(
        "A decimal is scaled and rounded half up",
        arguments: [
            ("289.39", 3, 289_390), ("0", 3, 0), ("1.18", 6, 1_180_000), (".5", 0, 1),
            ("0.4999", 0, 0), ("2.0005", 3, 2_001), ("2.00049", 3, 2_000),
            ("3.96", 12, 3_960_000_000_000),
            ("1.2e3", 0, 1_200), ("12E-1", 1, 12), ("59200.0", 0, 59_200), ("-1.5", 1, -15),
            ("1234567", -3, 1_235), ("0.00000000000000000000000000000000000000001", 3, 0),
            ("1766000068.28466", 3, 1_766_000_068_285),
        ])
    func scaled(text: String, decimals: Int, expected: Int64) {
        #expect(fixedPoint(text, decimals: decimals) == expected)
    }

    @Test(
        "What is no number, or too large, is nothing",
        arguments: [
            "", "-", ".", "1,000", " 1", "1 ", "1.2.3", "0x10", "NaN", "inf", "1e", "1e9999",
            "1e99",
            "99999999999999999999", "--1", "+1", "1e+", "1_000",
        ])
    func refused(text: String) { #expect(fixedPoint(text, decimals: 3) == nil) }
}
