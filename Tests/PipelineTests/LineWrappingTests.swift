import Accounting
import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("Lines in the lines of others")
struct LineWrappingTests {
    private func request(_ number: Int) -> String {
        "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"request_id\":\"r\(number)\",\"model\":\"m\","
            + "\"usage\":{\"prompt_tokens\":\(number),\"completion_tokens\":1}}"
    }

    private func quoted(_ text: String) -> String {
        var escaped = text.replacing("\\", with: "\\\\")
        escaped = escaped.replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }

    /// As each runtime and shipper writes forty requests, lines of others between them.
    private static let wrappings = [
        "docker logs", "CloudWatch export", "SSE", "syslog", "CRI", "CRI in parts", "Docker",
        "Docker in parts", "Fluent Bit", "journald", "Cloud Logging",
    ]

    private func lines(_ wrapping: String) -> [String] {
        var lines: [String] = []
        func cri(_ stream: String, _ tag: String, _ text: some StringProtocol) -> String {
            "2026-10-01T00:00:00.123456789Z \(stream) \(tag) \(text)"
        }
        func docker(_ text: String, _ stream: String = "stdout") -> String {
            "{\"log\":\(quoted(text)),\"stream\":\"\(stream)\",\"time\":\"2026-10-01T00:00:00.1Z\"}"
        }
        for number in 1...40 {
            let text = request(number)
            let half = text.index(text.startIndex, offsetBy: 20 + number % 60)
            let head = text[..<half], tail = text[half...]
            switch wrapping {
            case "docker logs": lines.append("2026-10-01T00:00:00.000000001Z " + text)
            case "CloudWatch export": lines.append("2026-10-01T00:00:00.000Z i-0/app " + text)
            case "SSE": lines += ["event: message", "data: " + text, ""]
            case "syslog": lines.append("<134>Oct  1 00:00:00 gw-1 gateway[12]: " + text)
            case "CRI": lines += [cri("stdout", "F", text), cri("stderr", "F", "listening on 80")]
            case "CRI in parts":
                // Parts of two streams lie between each other.
                lines += [
                    cri("stdout", "P", head), cri("stderr", "P", "a warning of "),
                    cri("stdout", "F", tail), cri("stderr", "F", "two parts"),
                ]
            case "Docker": lines += [docker(text + "\n"), docker("started\n", "stderr")]
            case "Docker in parts":
                lines += [docker(String(head)), docker(String(tail) + "\n"), docker("started\n")]
            case "Fluent Bit": lines.append("{\"date\":1.5,\"log\":\(quoted(text))}")
            case "journald":
                lines.append(
                    "{\"__CURSOR\":\"s=1\",\"_PID\":\"12\",\"MESSAGE\":\(quoted(text)),\"PRIORITY\":\"6\"}"
                )
            default:
                lines.append(
                    "{\"insertId\":\"i\",\"jsonPayload\":\(text),\"resource\":{\"type\":\"k8s_container\"}}"
                )
            }
        }
        return lines
    }

    @Test("Each line counts, whatever is around it, in any cut", arguments: wrappings)
    func anyCut(_ wrapping: String) throws {
        let lines = lines(wrapping)
        for newline in ["\n", "\r\n"] {
            let text = Array((lines.joined(separator: newline) + newline).utf8)
            for (jobs, chunkSize) in [(1, 1 << 19), (3, 1), (2, 97), (2, 400), (3, 3000)] {
                let outcome = try fold(text) {
                    $0.jobs = jobs
                    $0.chunkSize = chunkSize
                }
                let partial = try #require(outcome.partial, "\(outcome)")
                #expect(partial.tally.requests == 40, "chunks of \(chunkSize)")
                #expect(
                    partial.total.inputTokens == 820,
                    "chunks of \(chunkSize), \(partial.tally), \(partial.rejectCounts)")
                #expect(partial.tally.isBalanced && partial.tally.rejected == 0)
                #expect(partial.tally.lines >= 40 && partial.plainBytes == Int64(text.count))
            }
        }
    }

    @Test("A line that is never finished, and one that is broken, are rejected and no others")
    func broken() throws {
        let stamp = "2026-10-01T00:00:00.123456789Z stdout"
        let text = """
            \(stamp) F \(request(1))
            \(stamp) F {"timestamp":"2026-10-01T00:00:00Z","model":"m","usage":{"prompt_tokens":}}
            \(stamp) F \(request(2))
            \(stamp) P {"timestamp":"2026-10-01T00:0

            """
        for chunkSize in [1, 64, 1 << 19] {
            let partial = try #require(
                try fold(Array(text.utf8)) { $0.chunkSize = chunkSize }.partial)
            #expect(partial.tally.requests == 2)
            #expect(partial.tally.rejected == 2)
        }
    }
}

@Suite("What a file is")
struct FileNatureTests {
    private static let line =
        "{\"timestamp\":\"2026-10-01T00:00:00Z\",\"request_id\":\"é😀\",\"model\":\"m\",\"usage\":{\"prompt_tokens\":3,"
        + "\"completion_tokens\":1}}\n"

    private static let encodings = ["UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"]

    private func encoded(_ text: String, _ encoding: String) -> [UInt8] {
        let isBig = encoding.hasSuffix("BE")
        func bytes(_ unit: UInt32, _ width: Int) -> [UInt8] {
            let bytes = (0..<width).map { UInt8(truncatingIfNeeded: unit >> (8 * $0)) }
            return isBig ? bytes.reversed() : bytes
        }
        return encoding.hasPrefix("UTF-16")
            ? text.utf16.flatMap { bytes(UInt32($0), 2) }
            : text.unicodeScalars.flatMap { bytes($0.value, 4) }
    }

    @Test(
        "UTF-16 and UTF-32 are read, with and without a byte order mark, also compressed",
        arguments: encodings)
    func decodes(_ encoding: String) throws {
        let text =
            String(repeating: Self.line.replacing("é😀", with: "r"), count: 1)
            + (1...300).map { Self.line.replacing("é😀", with: "é😀\($0)") }.joined()
        for mark in ["\u{FEFF}", ""] {
            let bytes = encoded(mark + text, encoding)
            for compression in Compression.allCases {
                let file = compression == .plain ? bytes : try compressed(bytes, compression)
                for chunkSize in [64, 1 << 19] {
                    let outcome = try fold(file) { $0.chunkSize = chunkSize }
                    let partial = try #require(outcome.partial, "\(outcome)")
                    #expect(partial.tally.requests == 301)
                    #expect(partial.total.inputTokens == 903)
                    #expect(partial.tally.rejected == 0)
                }
            }
        }
    }

    @Test("A unit that is half of a character is no character, and no crash")
    func loneSurrogate() throws {
        let text = encoded(Self.line + Self.line, "UTF-16LE")
        let cut = Array(text.dropLast(3)) + [0x00, 0xD8, 0x0A, 0x00]
        let outcome = try fold(encoded("\u{FEFF}", "UTF-16LE") + cut)
        #expect(outcome.partial?.tally.requests ?? 0 >= 1 || outcome.failure != nil)
    }

    private static let foreign: [(name: String, bytes: [UInt8], command: String)] = [
        ("bzip2", Array("BZh91AY&SY".utf8), "bunzip2"),
        ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4], "unxz"),
        ("lz4", [0x04, 0x22, 0x4D, 0x18, 0x64, 0x40], "unlz4"),
        ("snappy", [0xFF, 0x06, 0, 0] + Array("sNaPpY".utf8), "snzip"),
        ("compress", [0x1F, 0x9D, 0x90], "uncompress"),
        ("zip", [0x50, 0x4B, 3, 4, 20, 0], "unzip"),
        (
            "Excel",
            [0x50, 0x4B, 3, 4] + Array(repeating: 0, count: 26)
                + Array("[Content_Types].xml".utf8), "CSV"
        ),
        ("7z", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z x"),
        (
            "tar",
            Array("app.jsonl".utf8) + Array(repeating: 0, count: 248) + Array("ustar\u{0}00".utf8)
                + Array(repeating: 0, count: 247), "tar -xf"
        ),
        ("Parquet", Array("PAR1".utf8) + [21, 4], "duckdb"),
        ("ORC", Array("ORC".utf8) + [10, 3], "orc-contents"),
        ("Avro", Array("Obj".utf8) + [1, 4], "avro-tools"),
        ("Arrow", Array("ARROW1".utf8) + [0, 0], "pyarrow"),
        ("SQLite", Array("SQLite format 3\u{0}".utf8), "sqlite3"),
        ("HTML", Array("\n<!DOCTYPE html><html>".utf8), "download"),
        ("XML", Array("<?xml version=\"1.0\"?><Error/>".utf8), "download"),
        ("Python", Array("{'model': 'm', 'ok': True}\n".utf8), "json.dumps"),
    ]

    @Test(
        "A file that is something else is named with the command that makes it readable, also inside gzip and zstd",
        arguments: foreign)
    func names(name: String, bytes: [UInt8], command: String) throws {
        let padded = bytes + Array(repeating: UInt8(ascii: " "), count: max(0, 600 - bytes.count))
        for compression in Compression.allCases {
            let file = compression == .plain ? padded : try compressed(padded, compression)
            let failure = try fold(file).failure
            let message = try #require(failure?.message)
            // tar takes a compression off itself.
            #expect(
                compression == .plain || name == "tar"
                    || message.contains("\(compression.rawValue) -d FILE"), "\(message)")
            #expect(
                message.contains(name) && message.contains(command), "\(compression): \(message)")
        }
    }

    @Test("CSV with semicolons, decimal commas or tabs is read as it is meant")
    func csv() throws {
        let header = ["timestamp", "model", "input_tokens", "output_tokens", "latency_ms"]
        let row = ["2026-10-01T00:00:00Z", "m", "1200", "7", "1500.25"]
        for (separator, comma) in [(",", "."), (";", ","), (";", "."), ("\t", "."), ("|", ".")] {
            for mark in ["", "\u{FEFF}", separator == "," ? "" : "sep=\(separator)\n"] {
                let text =
                    mark + header.joined(separator: separator) + "\n"
                    + row.map { $0.contains("-") ? $0 : $0.replacing(".", with: comma) }
                    .joined(separator: separator) + "\n"
                let outcome = try fold(Array(text.utf8), dialect: "csv")
                let partial = try #require(outcome.partial, "\(outcome)")
                #expect(partial.tally.requests == 1, "\(text)")
                #expect([partial.total.inputTokens, partial.total.outputTokens] == [1200, 7])
                #expect(partial.total.durationMilliseconds == 1500, "\(text)")
            }
        }
    }

    @Test(
        "Zones as databases write them are read",
        arguments: [
            "2026-10-01 02:30:00+02", "2026-10-01 00:30:00+00", "2026-10-01 00:30:00 +0000",
            "2026-10-01 06:00:00+05:30", "2026-10-01T00:30:00,250Z", "2026-10-01 00:30:00 UTC",
            "2026-10-01 00:30:00 GMT", "2026-10-01 02:30:00.123456789 +0200 CEST",
            "2026-09-30 19:30:00.5-05",
        ])
    func zones(_ time: String) throws {
        let text = Self.line.replacing("2026-10-01T00:00:00Z", with: time)
        let partial = try #require(try fold(Array(text.utf8)).partial)
        #expect(
            partial.cells.map(\.key.hour.text) == ["2026-10-01 00:00:00"], "\(partial.rejectCounts)"
        )
    }
}
