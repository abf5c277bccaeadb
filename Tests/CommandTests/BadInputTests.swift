import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("Bad input")
struct BadInputTests {
    @Test("Unknown regions, models and missing hours are named, and exit 2")
    func unmatched() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(
            "energy_model: per-token-epoch\nregions:\n  on-prem: { zone: XX, pue: 1.2, source: meter }\n",
            to: "flue.yaml")
        try shell.folder.write(
            shell.log(2, region: "mars-1") + shell.log(3, model: "gemini-x")
                + shell.log(4, region: "on-prem"), to: "a.jsonl")
        let run = try shell.flue("ingest", "a.jsonl")
        #expect(run.status == 2)
        #expect(run.output.contains("region \"mars-1\": no grid zone, 2 requests"))
        #expect(run.output.contains("model \"gemini-x\": no energy known, 3 requests"))
        #expect(run.output.contains("zone XX: no grid value for 1 hour"))
        let report = try shell.flue("report")
        #expect(report.status == 0)
        #expect(report.output.contains("region \"mars-1\""))
        try shell.folder.write(
            "energy_model: per-token-epoch\nlimits: { max_unmatched_percent: 100 }\n",
            to: "lax.yaml")
        #expect(try shell.flue("ingest", "--config", "lax.yaml", "a.jsonl").status == 0)
    }

    @Test("A truncated, corrupt or foreign file is named and leaves nothing; the others count")
    func badFiles() throws {
        let shell = try Shell()
        try shell.importGrid()
        let good = try compressed(Array(shell.log(50).utf8), .zstd)
        var flipped = good
        flipped[good.count / 2] ^= 0xFF
        try shell.folder.write(Array(good.dropLast(3)), to: "cut.zst")
        try shell.folder.write(flipped, to: "flipped.zst")
        try shell.folder.write("hello\n", to: "notes.txt")
        try shell.folder.write("", to: "empty.jsonl")
        try shell.folder.write(shell.log(7, series: "g"), to: "good.jsonl")
        let run = try shell.flue(
            "ingest", "cut.zst", "flipped.zst", "notes.txt", "empty.jsonl", "good.jsonl")
        #expect(run.status == 2)
        #expect(
            run.output.contains(
                "Files: 1 added, 2 refused, 1 incomplete, tried again next run, 1 empty, tried again next run"
            ))
        for text in [
            "flue: cut.zst: ends inside a zstd frame at byte",
            "flue: flipped.zst: is not valid zstd",
            "flue: notes.txt: no dialect knows its first records", "flue: empty.jsonl: is empty",
        ] {
            #expect(run.errors.contains(text), "\(text) in \(run.errors)")
        }
        let sum = try shell.flue("report", "--format", "csv", "--by", "none").output
        #expect(sum.contains("2026-03,7,0,0,0,0,70,0,0,35,"))
        // The upload completes: now it counts.
        try shell.folder.write(good, to: "cut.zst")
        #expect(try shell.flue("ingest", "cut.zst").status == 0)
        #expect(
            try shell.flue("report", "--format", "csv", "--by", "none").output.contains(
                "2026-03,57,"))
    }

    @Test("A typo in the configuration names file, line, key and the nearest valid key")
    func configurationTypo() throws {
        let shell = try Shell()
        try shell.folder.write("basis: direct\nenergy_modell: flat-bloom\n", to: "flue.yaml")
        try shell.folder.write(shell.log(1), to: "a.jsonl")
        let run = try shell.flue("ingest", "a.jsonl")
        #expect(run.status == 78)
        #expect(
            run.errors.hasPrefix(
                "flue: flue.yaml:2: unknown key \"energy_modell\"; did you mean \"energy_model\"?"))
        #expect(!FileManager.default.fileExists(atPath: shell.folder.path("flue.sqlite")))
        try shell.folder.write("basis: direkt\n", to: "flue.yaml")
        #expect(
            try shell.flue("ingest", "a.jsonl").errors.contains(
                "flue.yaml:1: \"direkt\" is not one of direct, lifecycle; did you mean \"direct\"?")
        )
    }

    @Test("Many more files than may be open at once are all read")
    func manyFiles() throws {
        let shell = try Shell()
        try FileManager.default.createDirectory(
            at: shell.folder.url.appendingPathComponent("logs"), withIntermediateDirectories: true)
        for index in 0..<200 {
            let line = shell.log(1).replacingOccurrences(
                of: "-r0\"", with: "-\(index + 1_000)\"")
            try shell.folder.write(line, to: "logs/\(index).jsonl")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "ulimit -n 48; exec \"$0\" ingest -q logs", ProgramRun.binary.path,
        ]
        process.currentDirectoryURL = shell.folder.url
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "done, by a factor of the year")
        #expect(
            try shell.flue("report", "--format", "csv", "--by", "none").output.contains(
                "2026-03,200,"))
    }

    @Test(
        "Links to files are followed, pipes are refused at once, folders that are closed are named")
    func specialFiles() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(3), to: "real.jsonl")
        try FileManager.default.createDirectory(
            at: shell.folder.url.appendingPathComponent("logs"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: shell.folder.path("logs/link.jsonl"), withDestinationPath: "../real.jsonl")
        #expect(try shell.flue("ingest", "logs").output.contains("Lines: 3 = 3 counted"))
        #expect(unsafe mkfifo(shell.folder.path("pipe"), 0o600) == 0)
        let run = try shell.flue("ingest", "pipe")
        #expect(run.status == 65 && run.errors.contains("pipe: cannot be read: not a regular file"))
    }

    @Test("A wrong dialect leaves no mark: the right one counts the file")
    func wrongDialect() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(3), to: "a.jsonl")
        let wrong = try shell.flue("ingest", "--dialect", "bedrock", "a.jsonl")
        #expect(wrong.status == 65 && wrong.errors.contains("none of its 3 records are bedrock"))
        #expect(try shell.flue("ingest", "a.jsonl").output.contains("Lines: 3 = 3 counted"))
    }

    // One cell that is too large, and cells that fit but whose sum does not.
    @Test(
        "A coefficient in the wrong unit breaks no total: exit 70, nothing committed",
        arguments: [(1, 2_147_483_647), (500, 190_000)])
    func absurdCoefficient(requests: Int, tokens: Int) throws {
        let shell = try Shell()
        try shell.folder.write(
            """
            name: absurd
            about: kWh where Wh is meant
            kind: per-token
            boundary: it
            released: "2026"
            source: test
            evidence: assumed
            models: { "*": { wh_per_output_token: 100000 } }
            """, to: "absurd.yaml")
        try shell.folder.write("energy_model: absurd.yaml\n", to: "flue.yaml")
        let log = shell.log(requests)
            .replacingOccurrences(of: ":5}", with: ":\(tokens)}")
            .replacingOccurrences(of: "\"request_id\"", with: "\"tenant\"")
        try shell.folder.write(log, to: "a.jsonl")
        let run = try shell.flue("ingest", "a.jsonl")
        #expect(
            run.status == 70
                && run.errors.contains("is a coefficient or a reading in the wrong unit?"))
        #expect(try shell.flue("report").status == 66)
    }

    @Test("A result that cannot be written is an error; a special file is written to, not replaced")
    func outputs() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(3), to: "a.jsonl")
        try shell.flue("ingest", "a.jsonl")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "exec \"$0\" report > /dev/full", ProgramRun.binary.path]
        process.currentDirectoryURL = shell.folder.url
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 74)
        try FileManager.default.createSymbolicLink(
            atPath: shell.folder.path("link.sqlite"), withDestinationPath: "flue.sqlite")
        #expect(try shell.flue("publish", "-o", "link.sqlite").status == 73)
        #expect(try shell.flue("publish", "-o", "flue.sqlite").status == 73)
        #expect(try shell.flue("publish", "-o", "copy.sqlite-journal").status == 73)
        #expect(try shell.flue("report", "-o", "report.txt").output == "")
        #expect(try shell.flue("verify").status == 0)
    }

    @Test("Exit codes: usage 64, no input 66, cannot create 73, configuration 78")
    func exitCodes() throws {
        let shell = try Shell()
        try shell.folder.write(shell.log(1), to: "a.jsonl")
        #expect(try shell.flue("ingest").status == 64)
        #expect(try shell.flue("report", "2026-13").status == 64)
        #expect(try shell.flue("ingest", "nothing-*.zst").status == 66)
        #expect(try shell.flue("report").status == 66)
        #expect(try shell.flue("ingest", "a.jsonl", "--db", "no/such/folder.sqlite").status == 73)
        #expect(try shell.flue("ingest", "a.jsonl", "--dialect", "nope").status == 78)
        #expect(try shell.flue("--help").status == 0)
    }

    @Test("Files that are damaged, blank or ask for much memory are named, and what to do")
    func unusualFiles() throws {
        let shell = try Shell()
        try shell.importGrid()
        let log = Array(shell.log(3).utf8)
        // RFC 1952 reserves the three highest flags.
        for bit in 5..<8 {
            var reserved = try compressed(log, .gzip)
            reserved[3] |= 1 << bit
            try shell.folder.write(reserved, to: "reserved.gz")
            let run = try shell.flue("ingest", "--dry-run", "reserved.gz")
            #expect(run.status == 65 && run.errors.contains("is not valid gzip"), "\(run.errors)")
        }
        for blank in ["\n", " \n\r\n\t\n"] {
            try shell.folder.write(blank, to: "blank.jsonl")
            let run = try shell.flue("ingest", "--dry-run", "blank.jsonl")
            #expect(run.status == 2 && run.errors.contains("is empty"))
            #expect(!run.output.contains("azure"))
        }
        // A frame with a window of 2^28 bytes, and one raw block (RFC 8878, 3.1.1).
        let size = log.count << 3 | 1
        let block = [size & 0xFF, size >> 8 & 0xFF, size >> 16].map { UInt8($0) }
        try shell.folder.write(
            [0x28, 0xB5, 0x2F, 0xFD, 0x00, 18 << 3] + block + log, to: "wide.zst")
        let wide = try shell.flue("ingest", "wide.zst")
        #expect(
            wide.status == 65 && wide.errors.contains("a window over 2^27 bytes")
                && wide.errors.contains("--max-window-log 31"))
        #expect(try shell.flue("ingest", "wide.zst", "--max-window-log", "28").status == 0)
        #expect(try shell.flue("ingest", "wide.zst", "--max-window-log", "32").status == 64)
    }

    @Test("Aliases that make a configuration huge are refused at once, and deep nesting")
    func bombs() throws {
        let shell = try Shell()
        let mapping = try shell.flue("dialects", "gateway").output
        var bomb = "writer:\n  a0: &a0 [x, y]\n"
        for level in 1...30 { bomb += "  a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        var any = "failed_if:\n  - &f0 { any: [status, error] }\n"
        for level in 1..<10 {
            let aliases = Array(repeating: "*f\(level - 1)", count: 10).joined(separator: ", ")
            any += "  - &f\(level) { any: [\(aliases)] }\n"
        }
        for text in [bomb, any] {
            try shell.folder.write(
                mapping.replacing(/failed_if:(\n +-.*)*\n/, with: "") + text, to: "bomb.yaml")
            let begin = ContinuousClock.now
            let run = try shell.flue("dialects", "bomb.yaml")
            #expect(run.status == 78 && run.errors.contains("bomb.yaml:"))
            #expect(run.errors.contains("its aliases (*NAME) make over"), "\(run.errors)")
            #expect(ContinuousClock.now - begin < .seconds(5))
        }
        for depth in [70, 900, 100_000] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            try shell.folder.write("name: \(nested)\n", to: "deep.yaml")
            let run = try shell.flue("dialects", "deep.yaml")
            #expect(run.status == 78 && run.errors.contains("deep.yaml:1:"), "\(run.errors)")
        }
    }

    @Test("Two runs at once: the second exits 75 and changes nothing")
    func busy() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(1), to: "a.jsonl")
        let lock = unsafe open(shell.folder.path("flue.sqlite.lock"), O_RDWR)
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        let run = try shell.flue("ingest", "a.jsonl")
        close(lock)
        #expect(run.status == 75)
        #expect(run.errors.contains("another run or reader holds the database"))
        #expect(try shell.flue("ingest", "a.jsonl").status == 0)
    }

    @Test("No text of a prompt gets anywhere, whatever goes wrong")
    func canaries() throws {
        let shell = try Shell()
        try shell.importGrid()
        let canary = "CANARY-9b1f77c0e2"
        let line = shell.log(1).dropLast(2)
        let text = """
            \(line),"messages":[{"content":"\(canary)"}]}
            \(line),"messages":[{"content":"\(canary)"
            \(canary)
            \(line.replacingOccurrences(of: "10,", with: "\"\(canary)\",")),"x":1}
            \(line.replacingOccurrences(of: "2026-03-01T10", with: canary)),"x":1}

            """
        try shell.folder.write(text, to: "a.jsonl")
        for level in ["trace", "warning"] {
            let run = try shell.flue("ingest", "a.jsonl", "--log-level", level)
            #expect(!(run.output + run.errors).contains(canary))
        }
        try shell.flue("publish", "-o", "copy.sqlite")
        for name in try FileManager.default.contentsOfDirectory(atPath: shell.folder.url.path)
        where name != "a.jsonl" {
            let bytes = try Data(contentsOf: shell.folder.url.appendingPathComponent(name))
            #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(name)")
        }
    }

    @Test("Names that could steer a terminal or a spreadsheet are defused where they are shown")
    func hostileNames() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(
            shell.log(1, model: "\\u001b[31mred") + shell.log(1, model: "=HYPERLINK(1)"),
            to: "a.jsonl")
        try shell.flue("ingest", "a.jsonl")
        let table = try shell.flue("report", "--by", "model").output
        #expect(!table.contains("\u{1B}") && table.contains("\\u{1b}[31mred"))
        #expect(
            try shell.flue("report", "--by", "model", "--format", "csv").output.contains(
                ",'=HYPERLINK(1),"))
    }
}
