/// What a file is that is recognised by its first bytes and not read, and the command that makes it readable.
package struct ForeignFormat: Equatable, Sendable {
    /// For a person, with its article: `a bzip2 file`.
    package let summary: String
    package let remedy: String

    private init(_ summary: String, _ remedy: String) {
        self.summary = summary
        self.remedy = remedy
    }

    /// - Parameter bytes: The beginning of a file, 512 bytes if it has as many.
    init?(_ bytes: Span<UInt8>) {
        if let known = Self.table.first(where: { holds($0.magic, in: bytes, at: $0.offset) }) {
            // A workbook is a zip file, and says so in the name of a part.
            let isWorkbook = known.format == Self.zip && Self.isWorkbook(bytes)
            self = isWorkbook ? Self.workbook : known.format
        } else if Self.isTar(bytes) {
            self = Self.tar
        } else if let text = Self.text(bytes) {
            self = text
        } else {
            return nil
        }
    }

    /// The same inside a compression: what has to be taken off before.
    func inside(_ compression: Compression) -> ForeignFormat {
        // tar takes it off itself.
        guard compression != .plain, self != Self.tar else { return self }
        return ForeignFormat(
            "\(summary) inside \(compression.rawValue)",
            "first \(compression.rawValue) -d FILE; then \(remedy)")
    }

    private static let zip = ForeignFormat(
        "a zip archive", "unpack it: unzip FILE, then give the files that come out")
    private static let workbook = ForeignFormat(
        "an Excel workbook", "save the sheet as CSV (UTF-8), or: in2csv FILE.xlsx > FILE.csv")
    private static let tar = ForeignFormat(
        "a tar archive", "unpack it: tar -xf FILE, then give the files that come out")

    private static func unpacking(_ summary: String, _ command: String) -> ForeignFormat {
        ForeignFormat(summary, "decompress it first: \(command)")
    }

    private static func converting(_ summary: String, _ remedy: String) -> ForeignFormat {
        ForeignFormat(summary, "convert it to JSON lines or CSV first: \(remedy)")
    }

    private static let table: [(magic: [UInt8], offset: Int, format: ForeignFormat)] = [
        (Array("BZh".utf8), 0, unpacking("a bzip2 file", "bunzip2 FILE")),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], 0, unpacking("an xz file", "unxz FILE")),
        ([0x5D, 0, 0], 0, unpacking("an lzma file", "unlzma FILE")),
        (Array("LZIP".utf8), 0, unpacking("an lzip file", "lzip -d FILE")),
        ([0x04, 0x22, 0x4D, 0x18], 0, unpacking("an lz4 file", "unlz4 FILE")),
        ([0x02, 0x21, 0x4C, 0x18], 0, unpacking("an lz4 file", "unlz4 FILE")),
        (
            [0xFF, 0x06, 0, 0] + Array("sNaPpY".utf8), 0,
            unpacking("a snappy file", "snzip -d FILE")
        ),
        ([0x1F, 0x9D], 0, unpacking("a file of compress (.Z)", "uncompress FILE")),
        ([0x37, 0xA4, 0x30, 0xEC], 0, unpacking("a zstd dictionary", "it holds no log itself")),
        ([0x50, 0x4B, 0x03, 0x04], 0, zip),
        ([0x50, 0x4B, 0x05, 0x06], 0, zip),
        ([0x50, 0x4B, 0x07, 0x08], 0, zip),
        (
            [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], 0,
            ForeignFormat(
                "a 7z archive", "unpack it: 7z x FILE, then give the files that come out")
        ),
        (
            Array("Rar!".utf8), 0,
            ForeignFormat(
                "a rar archive", "unpack it: unrar x FILE, then give the files that come out")
        ),
        (Array("ustar".utf8), 257, tar),
        (
            Array("PAR1".utf8), 0,
            converting(
                "a Parquet file", "duckdb -c \"COPY (FROM 'FILE') TO 'FILE.ndjson' (FORMAT json)\"")
        ),
        (Array("ORC".utf8), 0, converting("an ORC file", "orc-contents FILE > FILE.ndjson")),
        (
            Array("Obj".utf8) + [1], 0,
            converting("an Avro file", "avro-tools tojson FILE > FILE.ndjson")
        ),
        (
            Array("ARROW1".utf8), 0,
            converting("an Arrow file", "read it with pyarrow and write JSON lines")
        ),
        (
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], 0, workbook
        ),
        (
            Array("SQLite format 3".utf8), 0,
            converting("an SQLite database", "sqlite3 -csv -header FILE 'SELECT …' > FILE.csv")
        ),
        (
            Array("%PDF-".utf8), 0,
            ForeignFormat("a PDF document", "export the log itself as JSON lines or CSV")
        ),
        (
            Array("-----BEGIN PGP".utf8), 0,
            ForeignFormat("an encrypted file", "decrypt it first: gpg -d FILE > FILE.log")
        ),
        (
            Array("age-encryption.org".utf8), 0,
            ForeignFormat("an encrypted file", "decrypt it first: age -d FILE > FILE.log")
        ),
    ]

    private static func isWorkbook(_ bytes: Span<UInt8>) -> Bool {
        ["[Content_Types].xml", "xl/", "_rels/"].contains {
            holds(Array($0.utf8), in: bytes, at: 30)
        }
    }

    /// A tar of before 1988 has no name, but a sum of its header in octal digits.
    private static func isTar(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count >= 512, bytes[0] != 0 else { return false }
        var sum = 0
        for index in 0..<512 {
            sum += (148..<156).contains(index) ? 0x20 : Int(bytes[index])
        }
        let digits = (148..<156).map { bytes[$0] }.filter { (0x30...0x37).contains($0) }
        return digits.count >= 4 && sum == digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
    }

    /// Texts that are no log: pages, and what Python prints of its own dictionaries.
    private static func text(_ bytes: Span<UInt8>) -> ForeignFormat? {
        var start = holds([0xEF, 0xBB, 0xBF], in: bytes) ? 3 : 0
        while start < bytes.count, bytes[start] <= 0x20 { start += 1 }
        let first = String(
            decoding: (start..<min(start + 16, bytes.count)).map { bytes[$0] }, as: UTF8.self
        ).lowercased()
        if first.hasPrefix("<!doctype html") || first.hasPrefix("<html") {
            return ForeignFormat(
                "an HTML page",
                "it may be the sign-in or error page of a download: open it, and download the log again"
            )
        }
        if first.hasPrefix("<?xml") || first.hasPrefix("<error") {
            return ForeignFormat(
                "an XML document",
                "it may be the error of a download: look into it; else export JSON lines or CSV")
        }
        if ["{'", "[{'"].contains(where: { first.hasPrefix($0) }) {
            return converting(
                "what Python prints of a dictionary, not JSON",
                "write it with json.dumps; or: python3 -c \"import ast, json, sys; "
                    + "[print(json.dumps(ast.literal_eval(line))) for line in sys.stdin]\" < FILE > FILE.ndjson"
            )
        }
        return nil
    }
}
