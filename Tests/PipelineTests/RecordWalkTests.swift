import Accounting
import Configuration
import Foundation
import TestSupport
import Testing

@testable import Pipeline

@Suite("One walk over records")
struct RecordWalkTests {
    /// How the same records can stand in a file.
    enum Framing: String, CaseIterable {
        case lines, carelessLines, documents, backToBack, list, wrapped, wrappedLines, texts, csv
    }

    struct Record: Hashable, Comparable {
        let model: String
        let team: String
        let input: Int64

        static func < (left: Record, right: Record) -> Bool { left.model < right.model }

        func json(_ lineBreak: String = "") -> String {
            let team = team.replacing("\"", with: "\\\"")
            return "{\(lineBreak)\"time\":\"2026-10-01T00:00:00Z\",\"model\":\"\(model)\","
                + "\(lineBreak)\"team\":\"\(team)\",\"input\":\(input)}"
        }

        var csv: String {
            let team = team.replacing("\"", with: "\"\"")
            return "2026-10-01T00:00:00Z,\(model),\"\(team)\",\(input)"
        }
    }

    private let records: [Record] = (0..<60).map { (index: Int) -> Record in
        let team = index % 7 == 0 ? "a \"b\", \(index)" : "t\(index % 3)"
        return Record(model: "m\(index + 100)", team: team, input: Int64(index * index + 1))
    }

    private func text(_ framing: Framing, _ records: [String], _ spread: [String]) -> String {
        func list(_ part: ArraySlice<String>) -> String { "[\(part.joined(separator: ","))]" }
        let half = records.count / 2
        switch framing {
        case .lines: return records.joined(separator: "\n")
        case .carelessLines:
            return records.enumerated().map { index, record in
                switch index % 5 {
                case 1: "\u{FEFF}\(record)\r\n"
                case 2: "\0\0\(record)\n\n"
                case 3: "  \(record)  \n \t\n"
                default: "\(record)\n"
                }
            }.joined()
        case .documents: return spread.joined(separator: "\n")
        case .backToBack: return records.joined()
        case .list: return "[\n" + records.joined(separator: ",\n") + "\n]\n"
        case .wrapped: return "{\"data\":\n\(list(records[...]))\n}\n"
        case .wrappedLines:
            return "{\"data\":\(list(records[..<half]))}\n{\"data\":[]}\n"
                + "{\"data\":\(list(records[half...]))}\n"
        case .texts:
            let text = list(records[...]).replacing("\\", with: "\\\\")
                .replacing("\"", with: "\\\"")
            return "{\"data\":\"\(text)\"}\n"
        case .csv: return "time,model,team,input\n" + records.joined(separator: "\n") + "\n"
        }
    }

    private func text(_ framing: Framing) -> String {
        let texts = records.map { framing == .csv ? $0.csv : $0.json() }
        return text(framing, texts, records.map { $0.json("\n  ") })
    }

    private func dialect(_ framing: Framing) throws -> Dialect {
        let yaml = """
            name: walk
            about: records of this test
            records: \(framing == .csv ? "csv" : "json")
            \(framing == .csv ? "" : "each: [., data]")
            time: { path: time, format: rfc3339 }
            required: [model]
            model: model
            tenant: team
            input_tokens: input
            """
        return try Dialect(ConfigNode(yaml: yaml, file: "walk.yaml"), text: yaml)
    }

    private func asLog(_ text: String, _ dialect: Dialect, chunkSize: Int) throws -> FilePartial {
        let outcome = try fold(Array(text.utf8)) {
            $0.dialects = [dialect]
            $0.chunkSize = chunkSize
        }
        return try #require(outcome.partial, "\(outcome)")
    }

    private func asSmallFile(
        _ text: String, _ dialect: Dialect, _ body: (FileRecord) -> Void
    ) throws {
        let folder = try TemporaryFolder()
        let files = try InputPaths.expand([try folder.write(Array(text.utf8), to: "file")])
        let paths = ["model", "team", "input"].map { FieldPath([$0]) }
        for file in files {
            _ = try RecordFile(file, candidates: [dialect]).forEach(paths, needed: [], body)
        }
    }

    @Test(
        "A file read as a log and as a small file shows the same records, however they are framed",
        arguments: Framing.allCases)
    func sameRecords(framing: Framing) throws {
        let text = text(framing)
        let dialect = try dialect(framing)

        var read: [Record] = []
        try asSmallFile(text, dialect) { record in
            read.append(
                Record(
                    model: record.fields[0] ?? "", team: record.fields[1] ?? "",
                    input: record.fields[2].flatMap { Int64($0) } ?? -1))
        }
        #expect(read == records)

        for chunkSize in [1 << 12, 1 << 20] {
            let partial = try asLog(text, dialect, chunkSize: chunkSize)
            let counted = partial.cells.map { key, activity in
                Record(
                    model: partial.names[key.model], team: partial.names[key.tenant],
                    input: activity.inputTokens)
            }
            #expect(counted.sorted() == records)
            #expect(
                (partial.tally.counted, partial.tally.rejected) == (records.count, 0))
        }
    }

    @Test(
        "What a log rejects first ends the reading of a small file, at the same line",
        arguments: [Framing.lines, .carelessLines, .documents, .csv])
    func sameFault(framing: Framing) throws {
        let broken = framing == .csv ? "2026-10-01T00:00:00Z,m" : "{\"time\":\"x\" \"model\":1}"
        var texts = records.map { framing == .csv ? $0.csv : $0.json() }
        var spread = records.map { $0.json("\n  ") }
        texts[40] = broken
        spread[40] = broken
        let text = text(framing, texts, spread)
        let dialect = try dialect(framing)

        let reject = try #require(try asLog(text, dialect, chunkSize: 1 << 12).rejects.first)
        var count = 0
        let fault = try #require(throws: RecordFault.self) {
            try asSmallFile(text, dialect) { _ in count += 1 }
        }
        #expect(count == 40)
        #expect(fault == RecordFault(line: reject.line, reason: reject.reason))
    }
}
