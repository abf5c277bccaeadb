import Testing

@testable import Pipeline

@Suite("Finding columns in CSV")
struct CSVScannerTests {
    private func records(_ text: String, _ columns: [String]) throws -> [[String?]] {
        var rows: [[String?]] = []
        let paths = columns.map { FieldPath([$0]) }
        try RecordTable.read(text, name: "test", paths: paths, needed: 1) { rows.append($0.fields) }
        return rows
    }

    @Test("Quoted fields hold commas and doubled quotes", arguments: ["\n", "\r\n"])
    func quoted(newline: String) throws {
        let text = ["a,b,c", "1,\"x, y\",3", "\"4\",\"he said \"\"hi\"\"\",", "7,,9"]
            .joined(separator: newline)
        #expect(
            try records(text, ["a", "b", "c"]) == [
                ["1", "x, y", "3"], ["4", "he said \"hi\"", nil], ["7", nil, "9"],
            ])
    }

    @Test("A quote that is left open spoils its line and no other")
    func openQuoteSpoilsOneLine() throws {
        let rows = (0..<1_000).map { "2026-03-01 10:00:00,1,\($0 == 500 ? "\"2" : "2")\n" }
        let text = "TIMESTAMP,ContextTokens,GeneratedTokens\n" + rows.joined()
        let partial = try #require(try fold(Array(text.utf8), dialect: "azure-trace").partial)
        #expect(
            (partial.tally.lines, partial.tally.counted, partial.tally.rejected) == (1_001, 999, 1))
        #expect(partial.rejects.map(\.line) == [502])
    }

    @Test("Two fields may read one column")
    func sharedColumn() throws {
        #expect(try records("Time,b\n1,2\n", ["time", "TIME", "b"]) == [["1", "1", "2"]])
    }

    @Test("Columns are found by name, whatever case, spaces and punctuation")
    func names() throws {
        let text = "Datetime (UTC),Carbon intensity gCO₂eq/kWh (direct)\n2026,1.5\n"
        #expect(
            try records(text, ["datetime utc", "Carbon Intensity gCO2eq/kWh (Direct)"])
                == [["2026", "1.5"]])
    }

    @Test("A record with more or fewer columns than the header is refused with its line")
    func columns() throws {
        for text in ["a,b\n1,2\n3\n", "a,b\n1,2\n3,4,5\n"] {
            let fault = try #require(throws: RecordFault.self) { try records(text, ["a"]) }
            #expect(fault == RecordFault(line: 3, reason: .csvColumns))
        }
    }

    @Test(
        "A quote that is not closed, or followed by text, is refused", arguments: ["\"x", "\"x\"y"])
    func openQuote(field: String) throws {
        let fault = try #require(throws: RecordFault.self) {
            try records("a,b\n1,\(field)\n", ["a"])
        }
        #expect(fault.reason == .csvSyntax)
    }

    @Test("A header without a needed column, or with one twice, is refused")
    func header() throws {
        let missing = try #require(throws: InputError.self) { try records("b\n1\n", ["a"]) }
        #expect(missing.message.contains("the header has no column \"a\""))
        let twice = try #require(throws: InputError.self) { try records("a,A\n1,2\n", ["a"]) }
        #expect(twice.message.contains("names the column \"a\" twice"))
    }
}
